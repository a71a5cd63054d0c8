/* SPDX-License-Identifier: Apache-2.0 */
#include "version/version_range.h"

/* Without the local part, unless the bound has one. */
static struct dd_str public_version(enum dd_scheme scheme, struct dd_str version, struct dd_str bound)
{
	struct dd_str cut = dd_str_take(version, dd_str_find(version, '+'));
	int same;
	if (scheme != DD_SCHEME_PEP440 || cut.n == version.n || dd_str_find(bound, '+') < bound.n)
		return version;
	/* A version from before PEP 440 may be none without what is behind its "+". */
	return dd_vercmp(scheme, cut, cut, &same) ? cut : version;
}

bool dd_version_range_contains(const struct dd_version_range *r, struct dd_str version, bool *ret)
{
	bool in = false;
	for (size_t k = 0; k < r->n; k++) {
		const struct dd_interval *i = &r->intervals[k];
		int low = 1, high = -1;
		if (i->low.n && !dd_vercmp(r->scheme, public_version(r->scheme, version, i->low), i->low, &low))
			return false;
		if (i->high.n && !dd_vercmp(r->scheme, public_version(r->scheme, version, i->high), i->high, &high))
			return false;
		in = in ||
		     ((low > 0 || (low == 0 && !i->low_excluded)) && (high < 0 || (high == 0 && !i->high_excluded)));
	}
	*ret = in;
	return true;
}

void dd_intervals_done(struct dd_intervals *l)
{
	dd_vec_done(&l->v);
}

static enum dd_code compare(enum dd_scheme scheme, struct dd_str a, struct dd_str b, int *ret, struct dd_err *err)
{
	int c;
	if (dd_vercmp(scheme, a, b, ret))
		return DD_OK;
	struct dd_str bad = dd_vercmp(scheme, a, a, &c) ? b : a;
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is not a version of scheme '%s'", DD_QUOTE(bad),
		       dd_scheme_name(scheme));
}

/* Nothing can lie in it. Its bounds are versions, or this fails. */
static enum dd_code is_empty(enum dd_scheme scheme, const struct dd_interval *i, bool *ret, struct dd_err *err)
{
	int c = -1;
	if (i->low.n || i->high.n)
		DD_TRY(compare(scheme, i->low.n ? i->low : i->high, i->high.n ? i->high : i->low, &c, err));
	if (!i->low.n || !i->high.n)
		c = -1;
	*ret = c > 0 || (c == 0 && (i->low_excluded || i->high_excluded));
	return DD_OK;
}

enum dd_code dd_intervals_add(struct dd_intervals *l, struct dd_interval i, struct dd_err *err)
{
	bool empty;
	DD_TRY(is_empty(l->scheme, &i, &empty, err));
	if (empty || dd_vec_push(&l->v, i, DD_RANGE_INTERVALS_MAX))
		return DD_OK;
	if (l->v.n == DD_RANGE_INTERVALS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "a range of more than %d intervals",
			       DD_RANGE_INTERVALS_MAX);
	return dd_fail_nomem(err);
}

/* Makes the bounds of *i as tight as those of `by`. */
static enum dd_code tighten(enum dd_scheme scheme, struct dd_interval *i, const struct dd_interval *by,
			    struct dd_err *err)
{
	int low = 1, high = -1;
	if (i->low.n && by->low.n)
		DD_TRY(compare(scheme, by->low, i->low, &low, err));
	if (i->high.n && by->high.n)
		DD_TRY(compare(scheme, by->high, i->high, &high, err));
	if (by->low.n && (low > 0 || (low == 0 && by->low_excluded))) {
		i->low = by->low;
		i->low_excluded = by->low_excluded;
	}
	if (by->high.n && (high < 0 || (high == 0 && by->high_excluded))) {
		i->high = by->high;
		i->high_excluded = by->high_excluded;
	}
	return DD_OK;
}

/* Replaces what stands from the first-th on by its part in i, which goes to the end of the list. */
static enum dd_code add_parts(struct dd_intervals *l, size_t first, size_t end, struct dd_interval i,
			      struct dd_err *err)
{
	for (size_t k = first; k < end; k++) {
		struct dd_interval part = l->v.p[k];
		DD_TRY(tighten(l->scheme, &part, &i, err));
		DD_TRY(dd_intervals_add(l, part, err));
	}
	return DD_OK;
}

static void remove_old(struct dd_intervals *l, size_t first, size_t end)
{
	if (l->v.n > end)
		memmove(l->v.p + first, l->v.p + end, (l->v.n - end) * sizeof *l->v.p);
	l->v.n -= end - first;
}

enum dd_code dd_intervals_intersect(struct dd_intervals *l, size_t first, struct dd_interval i, struct dd_err *err)
{
	size_t end = l->v.n;
	bool empty;
	DD_TRY(is_empty(l->scheme, &i, &empty, err));
	if (!empty)
		DD_TRY(add_parts(l, first, end, i, err));
	remove_old(l, first, end);
	return DD_OK;
}

enum dd_code dd_intervals_subtract(struct dd_intervals *l, size_t first, struct dd_interval i, struct dd_err *err)
{
	size_t end = l->v.n;
	bool empty;
	struct dd_interval below = { .high = i.low, .high_excluded = !i.low_excluded };
	struct dd_interval above = { .low = i.high, .low_excluded = !i.high_excluded };
	DD_TRY(is_empty(l->scheme, &i, &empty, err));
	if (empty)
		return DD_OK;
	if (i.low.n)
		DD_TRY(add_parts(l, first, end, below, err));
	if (i.high.n)
		DD_TRY(add_parts(l, first, end, above, err));
	remove_old(l, first, end);
	return DD_OK;
}

static bool copy_bound(struct dd_arena *a, struct dd_str *bound)
{
	if (bound->n)
		*bound = dd_arena_str(a, *bound);
	return bound->n == 0 || bound->p;
}

enum dd_code dd_intervals_range(const struct dd_intervals *l, struct dd_arena *a, struct dd_version_range **ret,
				struct dd_err *err)
{
	struct dd_version_range *r = dd_arena_new(a, struct dd_version_range);
	struct dd_interval *to = dd_arena_array(a, l->v.n ? l->v.n : 1, sizeof *to);
	if (!r || !to)
		return dd_fail_nomem(err);
	for (size_t k = 0; k < l->v.n; k++) {
		to[k] = l->v.p[k];
		if (!copy_bound(a, &to[k].low) || !copy_bound(a, &to[k].high))
			return dd_fail_nomem(err);
	}
	*r = (struct dd_version_range){ l->scheme, to, l->v.n };
	*ret = r;
	return DD_OK;
}
