/* SPDX-License-Identifier: Apache-2.0 */
/* Version constraints of other databases ("< 1.2, >= 1.0 || = 3") as the builder's lists of what is affected. Internal
 * to src/db. */
#ifndef DD_CONSTRAINT_H
#define DD_CONSTRAINT_H

#include "db/builder.h"
#include "version/version_range.h"

/* What is affected, in the making. Zeroed but for b and, where it is known, scheme. */
struct dd_constraints {
	struct dd_builder *b;
	enum dd_scheme scheme;	   /* whose notation and order; NONE: comparators only */
	DD_VEC(uint32_t) ranges;   /* words, as in dbfile.h */
	DD_VEC(uint32_t) versions; /* texts */
	uint32_t n_ranges;
	bool fixed;		  /* some range ends with a fix */
	struct dd_intervals rest; /* what is left of everything, once something was excepted */
	bool excepted;
};
void dd_constraints_done(struct dd_constraints *c);

/* More that is affected: alternatives between "||", in each of them comparators between commas or blanks: <, <=, >, >=,
 * =, ==, none; or the notation of the scheme's package manager. "*" and the empty text are every version. fixed: a
 * version that is said to be the fix of it, for alternatives that do not end before one; may be empty. DD_EPARSE: not
 * understood; nothing was added. */
enum dd_code dd_constraints_add(struct dd_constraints *c, struct dd_str text, struct dd_str fixed, struct dd_err *err);
/* What is not affected, in the same notations: dd_constraints_rest then adds everything else. Bounds live in text and
 * a. DD_EPARSE: not understood, or the scheme has no order. */
enum dd_code dd_constraints_except(struct dd_constraints *c, struct dd_str text, struct dd_arena *a,
				   struct dd_err *err);
void dd_constraints_rest(struct dd_constraints *c);
/* All of it as a number of builder.affects. May be called once. */
uint32_t dd_constraints_affects(struct dd_constraints *c);

#endif
