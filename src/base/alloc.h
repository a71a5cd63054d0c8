/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to the heap. All of drydock's own allocations pass here so that a test can make the nth one fail. */
#ifndef DD_ALLOC_H
#define DD_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* Each returns NULL when memory is out, when n * size overflows, or when a test asked for the failure. */
void *dd_alloc(size_t n) __attribute__((malloc));
void *dd_alloc_zero(size_t n, size_t size) __attribute__((malloc));
/* On failure the old block stays valid and owned by the caller. */
void *dd_realloc_array(void *p, size_t n, size_t size);
void dd_free(void *p);

/* Test hook: the nth allocation from now on fails, and every one after it (0 switches the hook off). */
void dd_alloc_fail_from(uint64_t nth);
/* Allocations since the last dd_alloc_fail_from(). */
uint64_t dd_alloc_count(void);

#endif
