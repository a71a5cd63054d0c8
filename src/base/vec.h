/* SPDX-License-Identifier: Apache-2.0 */
/* A typed growing array: `DD_VEC(struct dd_package) packages;`. Zero-initialised is empty. Elements move when it grows:
 * keep indices, not pointers. */
#ifndef DD_VEC_H
#define DD_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/alloc.h"

#define DD_VEC(type)                                                                                                   \
	struct {                                                                                                       \
		type *p;                                                                                               \
		size_t n, cap;                                                                                         \
	}

/* Makes room for one more element; false when memory is out or the vector holds `max` elements already. */
bool dd_vec_grow(void **p, size_t n, size_t *cap, size_t size, size_t max);

/* Appends a copy of item; false (and nothing changed) when memory is out or `max` elements are there already. */
#define dd_vec_push(v, item, max)                                                                                      \
	(dd_vec_grow((void **)&(v)->p, (v)->n, &(v)->cap, sizeof *(v)->p, (max)) ? ((v)->p[(v)->n++] = (item), true)   \
										 : false)
#define dd_vec_done(v) (dd_free((v)->p), (v)->p = NULL, (v)->n = (v)->cap = 0)

#endif
