/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The only mutable globals of the program, and only tests write the first one. */
static atomic_uint_fast64_t fail_from;
static atomic_uint_fast64_t count;

void dd_alloc_fail_from(uint64_t nth)
{
	atomic_store(&count, 0);
	atomic_store(&fail_from, nth);
}

uint64_t dd_alloc_count(void)
{
	return atomic_load(&count);
}

static bool must_fail(void)
{
	uint64_t from = atomic_load_explicit(&fail_from, memory_order_relaxed);
	if (from == 0)
		return false;
	return atomic_fetch_add(&count, 1) + 1 >= from;
}

void *dd_alloc(size_t n)
{
	if (must_fail())
		return NULL;
	return malloc(n ? n : 1);
}

void *dd_alloc_zero(size_t n, size_t size)
{
	if (must_fail())
		return NULL;
	return calloc(n ? n : 1, size ? size : 1);
}

void *dd_realloc_array(void *p, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || must_fail())
		return NULL;
	return realloc(p, bytes ? bytes : 1);
}

void dd_free(void *p)
{
	free(p);
}

void dd_freep(void *p)
{
	free(*(void **)p);
	*(void **)p = NULL;
}

void dd_closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}
