/* SPDX-License-Identifier: Apache-2.0 */
/* Each different text once, known by a number; 0 is the empty text. Millions of them: 12 bytes a text beside its own.
 * Internal to src/db. */
#ifndef DD_INTERN_H
#define DD_INTERN_H

#include "base/arena.h"
#include "base/vec.h"

struct dd_intern {
	struct dd_arena arena;
	DD_VEC(struct dd_str) texts; /* by number */
	uint32_t *slots;	     /* number + 1; 0: free */
	size_t cap;		     /* of slots, a power of two or 0 */
	uint64_t seed;
};

#define DD_INTERN_INIT(limit_bytes) ((struct dd_intern){ .arena = DD_ARENA_INIT(limit_bytes) })

/* The number of s, added if new. False: memory or the limit is out. */
bool dd_intern_add(struct dd_intern *in, struct dd_str s, uint32_t *ret);
static inline struct dd_str dd_intern_text(const struct dd_intern *in, uint32_t number)
{
	return number < in->texts.n ? in->texts.p[number] : (struct dd_str){ NULL, 0 };
}
void dd_intern_done(struct dd_intern *in);

#endif
