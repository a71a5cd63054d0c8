/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives and dies together: one arena a layer job, one an image. Chunks never move, so pointers stay good
 * until the arena is freed; nothing inside is freed alone. A byte limit set at creation ends a bomb as a NULL. */
#ifndef DD_ARENA_H
#define DD_ARENA_H

#include "base/str.h"

struct dd_arena_chunk;
struct dd_arena {
	struct dd_arena_chunk *head;
	size_t used;  /* bytes asked for so far */
	size_t limit; /* bytes; further allocations return NULL */
};

#define DD_ARENA_INIT(limit_bytes) ((struct dd_arena){ NULL, 0, (limit_bytes) })

/* Zeroed, aligned for any type. NULL: out of memory or over the limit. One thread at a time. */
void *dd_arena_alloc(struct dd_arena *a, size_t n);
void *dd_arena_array(struct dd_arena *a, size_t n, size_t size);
#define dd_arena_new(a, type) ((type *)dd_arena_alloc((a), sizeof(type)))
/* A copy with a NUL behind it (not counted in .n); p == NULL when it does not fit. An empty s gives p != NULL, n == 0.
 */
struct dd_str dd_arena_str(struct dd_arena *a, struct dd_str s);
const char *dd_arena_c(struct dd_arena *a, struct dd_str s);
struct dd_str dd_arena_printf(struct dd_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void dd_arena_done(struct dd_arena *a);

#endif
