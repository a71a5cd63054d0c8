/* SPDX-License-Identifier: Apache-2.0 */
/* Scope-bound release, as systemd and crun do it: each type defines its own dd_<type>_donep beside it. */
#ifndef DD_CLEANUP_H
#define DD_CLEANUP_H

#include <stddef.h>

/* The variable is released by fn(&variable) when its scope ends. */
#define DD_CLEANUP(fn)		   __attribute__((cleanup(fn)))
#define DD_PRINTF(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))
/* For a large record on a hot path that its first user fills: the build zeroes every other one. */
#if __has_attribute(uninitialized)
#define DD_UNINITIALIZED __attribute__((uninitialized))
#else
#define DD_UNINITIALIZED
#endif
#define DD_MUST_USE __attribute__((warn_unused_result))

/* Moves a pointer out of its variable: the caller owns the value, the variable is NULL. */
#define DD_TAKE(p)                                                                                                     \
	({                                                                                                             \
		__typeof__(p) *dd_take_at = &(p);                                                                      \
		__typeof__(p) dd_taken = *dd_take_at;                                                                  \
		*dd_take_at = NULL;                                                                                    \
		dd_taken;                                                                                              \
	})

#define DD_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Closes *fd when it is >= 0. */
void dd_closep(int *fd);
/* Frees *(void **)p with dd_free. */
void dd_freep(void *p);

#endif
