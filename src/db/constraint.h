/* SPDX-License-Identifier: Apache-2.0 */
/* Version constraints of other databases ("< 1.2, >= 1.0 || = 3") as the builder's lists of what is affected. Internal
 * to src/db. */
#ifndef DD_CONSTRAINT_H
#define DD_CONSTRAINT_H

#include "db/builder.h"
#include "version/version.h"

/* One alternative: what lies between two versions, or one exact version. */
struct dd_bounds {
	struct dd_str low, high, exact; /* n == 0: none */
	bool after, last;		/* low is excluded; high is included */
};

/* What is affected, in the making. Zeroed but for b and, where it is known, scheme. */
struct dd_constraints {
	struct dd_builder *b;
	enum dd_scheme scheme;	   /* decides between two bounds on one side; NONE: nobody can */
	DD_VEC(uint32_t) ranges;   /* words, as in dbfile.h */
	DD_VEC(uint32_t) versions; /* texts */
	uint32_t n_ranges;
	bool fixed; /* some range ends with a fix */
	DD_VEC(struct dd_bounds) safe;
};
void dd_constraints_done(struct dd_constraints *c);

/* More that is affected: alternatives between "||", in each of them comparators between commas or blanks: <, <=, >, >=,
 * =, ==, none, and Ruby's "~> 1.2.3" (from 1.2.3 to 1.3); "*" and the empty text are every version. fixed: a version
 * that is said to be the fix of it, for alternatives that do not end before one; may be empty. DD_EPARSE: another
 * notation; nothing was added. */
enum dd_code dd_constraints_add(struct dd_constraints *c, struct dd_str text, struct dd_str fixed, struct dd_err *err);
/* What is not affected, in the same notation; the text must stay until dd_constraints_rest. DD_EPARSE as above. */
enum dd_code dd_constraints_safe(struct dd_constraints *c, struct dd_str text, struct dd_err *err);
/* Everything that was not said to be safe is affected. DD_EPARSE: the safe versions cannot be put in order. */
enum dd_code dd_constraints_rest(struct dd_constraints *c, struct dd_err *err);
/* All of it as a number of builder.affects. May be called once. */
uint32_t dd_constraints_affects(struct dd_constraints *c);

#endif
