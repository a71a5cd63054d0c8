/* SPDX-License-Identifier: Apache-2.0 */
/* A set of versions: a union of intervals. VERS (version/vers.h) and the notations of package managers and advisories
 * (version/native_range.h) are read into one of these. */
#ifndef DD_VERSION_RANGE_H
#define DD_VERSION_RANGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "version/version.h"

/* More of them in one text is an attack: real advisories stay below 300. */
#define DD_RANGE_INTERVALS_MAX 4096

/* An exact version is an interval from it to it. */
struct dd_interval {
	struct dd_str low, high;	  /* n == 0: no bound */
	bool low_excluded, high_excluded; /* the bound itself is outside */
};

/* Empty intervals are not there; the others are in the order of the text and may overlap. */
struct dd_version_range {
	enum dd_scheme scheme;
	const struct dd_interval *intervals;
	size_t n;
};

/* Whether the version lies in one of the intervals. False: there is a bound to compare it with, and it is not a version
 * of the scheme; *ret is untouched. A Python version's local part ("1.0+cpu") counts only when a bound has one, as PEP
 * 440 has it for "<=" and "==". */
bool dd_version_range_contains(const struct dd_version_range *r, struct dd_str version, bool *ret) DD_MUST_USE;

/* --- for those that read ranges --- */

/* A range in the making. The texts of its bounds are the caller's. */
struct dd_intervals {
	enum dd_scheme scheme;
	DD_VEC(struct dd_interval) v;
};
void dd_intervals_done(struct dd_intervals *l);
/* One more. An interval that holds nothing is left out. */
enum dd_code dd_intervals_add(struct dd_intervals *l, struct dd_interval i, struct dd_err *err);
/* Keeps of all intervals from the first-th on what lies in i / what does not lie in it. */
enum dd_code dd_intervals_intersect(struct dd_intervals *l, size_t first, struct dd_interval i, struct dd_err *err);
enum dd_code dd_intervals_subtract(struct dd_intervals *l, size_t first, struct dd_interval i, struct dd_err *err);
/* All of these: DD_EPARSE when a bound is no version of the scheme, DD_ELIMIT, DD_ENOMEM. */

/* A copy in the arena, with its texts. */
enum dd_code dd_intervals_range(const struct dd_intervals *l, struct dd_arena *a, struct dd_version_range **ret,
				struct dd_err *err);

#endif
