/* SPDX-License-Identifier: Apache-2.0 */
/* The notation that databases made from several sources agree on: comparators, joined by "," or blanks for "and" and by
 * "||" for "or". GHSA writes ">= 1.0.0, < 1.2.3"; Grype writes all of its constraints so, for packages of distributions
 * too; GitLab and others have blanks or none behind the operator.
 *
 * These are read here, bound by bound and as plain bounds; an alternative becomes a range of events, or, when it is one
 * exact version, a version of the list. Everything else (several bounds on one side, "^1.2", "~> 1.2.3", Maven's
 * "[1.0,2.0)", wildcards) is read by the package manager's own rules (version/native_range.h). */
#include "db/constraint.h"

#include <stdlib.h>

#include "base/limits.h"
#include "version/native_range.h"

enum { RANGE_MEMORY_MAX = 4 << 20 };

/* One alternative: what lies between two versions, or one exact version. */
struct bounds {
	struct dd_str low, high, exact; /* n == 0: none */
	bool after, last;		/* low is excluded; high is included */
};

enum operator_kind { OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL };

static const struct {
	const char *text;
	enum operator_kind op;
} operators[] = {
	{ "~>" },	   { "<=", OP_LESS_EQUAL }, { ">=", OP_GREATER_EQUAL }, { "==", OP_EQUAL },
	{ "=", OP_EQUAL }, { "<", OP_LESS },	    { ">", OP_GREATER },
};

void dd_constraints_done(struct dd_constraints *c)
{
	dd_vec_done(&c->ranges);
	dd_vec_done(&c->versions);
	dd_intervals_done(&c->rest);
}

static bool is_separator(char ch)
{
	return ch == ',' || dd_is_blank(ch);
}

static struct dd_str skip_separators(struct dd_str s)
{
	while (s.n && is_separator(s.p[0]))
		s = dd_str_skip(s, 1);
	return s;
}

/* A version: up to the next separator, and without what would make it something else. */
static bool cut_version(struct dd_str *rest, struct dd_str *ret)
{
	size_t n = 0;
	while (n < rest->n && !is_separator(rest->p[n]) && !strchr("<>=|", rest->p[n]))
		n++;
	*ret = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	return n > 0 && n <= DD_FIELD_BYTES_MAX && !strchr("^~!([*", ret->p[0]) && ret->p[n - 1] != '*';
}

static bool add_bound(struct bounds *b, enum operator_kind op, struct dd_str version)
{
	struct dd_str *side = op == OP_EQUAL ? &b->exact : op <= OP_LESS_EQUAL ? &b->high : &b->low;
	if (side->n)
		return false;
	*side = version;
	b->last |= op == OP_LESS_EQUAL;
	b->after |= op == OP_GREATER;
	return true;
}

static bool read_comparator(struct dd_str *rest, struct bounds *b)
{
	enum operator_kind op = OP_EQUAL;
	struct dd_str version;
	for (size_t i = 0; i < DD_COUNT(operators); i++)
		if (dd_str_starts(*rest, dd_str_from(operators[i].text))) {
			op = operators[i].op;
			*rest = dd_str_skip(*rest, strlen(operators[i].text));
			break;
		}
	while (rest->n && dd_is_blank(rest->p[0]))
		*rest = dd_str_skip(*rest, 1);
	return cut_version(rest, &version) && add_bound(b, op, version);
}

/* False: not in this notation. */
static bool read_alternative(struct dd_str text, struct bounds *ret)
{
	struct bounds b = { .after = false };
	struct dd_str rest = skip_separators(text);
	if (!dd_str_eq_c(dd_str_trim(rest), "*"))
		while (rest.n) {
			if (!read_comparator(&rest, &b))
				return false;
			rest = skip_separators(rest);
		}
	*ret = b;
	return !b.exact.n || (!b.low.n && !b.high.n);
}

static void push(struct dd_constraints *c, uint32_t word)
{
	if (!dd_vec_push(&c->ranges, word, DD_DB_WORDS_MAX) && c->b->failed == DD_OK)
		c->b->failed = DD_ENOMEM;
}

static void push_event(struct dd_constraints *c, enum dd_event_kind kind, struct dd_str version)
{
	push(c, kind);
	push(c, dd_build_text(c->b, version));
}

static void add_range(struct dd_constraints *c, const struct bounds *b, struct dd_str fixed)
{
	bool ends = b->high.n && !b->last;
	bool fix = !ends && fixed.n && !dd_str_eq(fixed, b->high);
	if (dd_str_eq_c(b->high, "0") && ends)
		return; /* "< 0": Debian's and Alpine's way to say that nothing is */
	push(c, DD_RANGE_ECOSYSTEM);
	push(c, 1U + (b->high.n > 0) + fix);
	push_event(c, b->after ? DD_EVENT_AFTER : DD_EVENT_INTRODUCED, b->low.n ? b->low : DD_STR("0"));
	if (b->high.n)
		push_event(c, ends ? DD_EVENT_FIXED : DD_EVENT_LAST_AFFECTED, b->high);
	if (fix)
		push_event(c, DD_EVENT_FIXED, fixed);
	c->fixed |= ends || fix;
	c->n_ranges++;
}

static void add_version(struct dd_constraints *c, struct dd_str version)
{
	if (!dd_vec_push(&c->versions, dd_build_text(c->b, version), DD_DB_WORDS_MAX) && c->b->failed == DD_OK)
		c->b->failed = DD_ENOMEM;
}

/* Cuts at "||". */
static bool next_alternative(struct dd_str *rest, struct dd_str *ret)
{
	if (!rest->p)
		return false;
	size_t at = dd_str_search(*rest, DD_STR("||"));
	*ret = dd_str_take(*rest, at);
	*rest = at < rest->n ? dd_str_skip(*rest, at + 2) : (struct dd_str){ NULL, 0 };
	return true;
}

static void add_bounds(struct dd_constraints *c, struct bounds b, struct dd_str fixed)
{
	if (!b.exact.n) {
		add_range(c, &b, fixed);
	} else if (fixed.n && !dd_str_eq(fixed, b.exact)) {
		/* An exact version with a fix is a range of one, so that the fix can be said. */
		b = (struct bounds){ .low = b.exact, .high = b.exact, .last = true };
		add_range(c, &b, fixed);
	} else {
		add_version(c, b.exact);
	}
}

static bool is_comparators(struct dd_str text)
{
	struct dd_str rest = text, alternative;
	struct bounds b;
	while (next_alternative(&rest, &alternative))
		if (!read_alternative(alternative, &b))
			return false;
	return true;
}

static void add_interval(struct dd_constraints *c, const struct dd_interval *i, struct dd_str fixed)
{
	struct bounds b = { i->low, i->high, { "", 0 }, i->low.n && i->low_excluded, i->high.n && !i->high_excluded };
	if (b.low.n && dd_str_eq(b.low, b.high))
		b = (struct bounds){ .exact = b.low };
	add_bounds(c, b, fixed);
}

static enum dd_code parse_native(const struct dd_constraints *c, struct dd_str text, struct dd_arena *a,
				 struct dd_version_range **ret, struct dd_err *err)
{
	struct dd_err local = { .at = DD_NO_OFFSET };
	enum dd_code code = dd_native_range_parse(c->scheme, text, a, ret, &local);
	if (code == DD_OK || code == DD_ENOMEM)
		return code == DD_OK ? code : dd_fail_nomem(err);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the constraint %s is not understood: %.200s", DD_QUOTE(text),
		       local.message);
}

enum dd_code dd_constraints_add(struct dd_constraints *c, struct dd_str text, struct dd_str fixed, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(RANGE_MEMORY_MAX);
	struct dd_str rest = text.p ? text : DD_STR(""), alternative;
	struct dd_version_range *range;
	if (is_comparators(rest)) {
		while (next_alternative(&rest, &alternative)) {
			struct bounds b;
			(void)read_alternative(alternative, &b);
			add_bounds(c, b, fixed);
		}
		return DD_OK;
	}
	DD_TRY(parse_native(c, text, &a, &range, err));
	for (size_t i = 0; i < range->n; i++)
		add_interval(c, &range->intervals[i], fixed);
	return DD_OK;
}

/* --- everything but --- */

/* The intervals of one text, in a. */
static enum dd_code read_safe(struct dd_constraints *c, struct dd_str text, struct dd_arena *a, struct dd_err *err)
{
	struct dd_str rest = text.p ? text : DD_STR(""), alternative;
	struct dd_version_range *range;
	if (is_comparators(rest)) {
		while (next_alternative(&rest, &alternative)) {
			struct bounds b;
			(void)read_alternative(alternative, &b);
			struct dd_interval i = { b.low, b.high, b.after, !b.last };
			if (b.exact.n)
				i = (struct dd_interval){ b.exact, b.exact, false, false };
			DD_TRY(dd_intervals_subtract(&c->rest, 0, i, err));
		}
		return DD_OK;
	}
	DD_TRY(parse_native(c, text, a, &range, err));
	for (size_t i = 0; i < range->n; i++)
		DD_TRY(dd_intervals_subtract(&c->rest, 0, range->intervals[i], err));
	return DD_OK;
}

enum dd_code dd_constraints_except(struct dd_constraints *c, struct dd_str text, struct dd_arena *a, struct dd_err *err)
{
	static const struct dd_interval everything = { { "", 0 }, { "", 0 }, false, false };
	if (c->rest.v.n == 0 && !c->excepted) {
		c->rest.scheme = c->scheme;
		DD_TRY(dd_intervals_add(&c->rest, everything, err));
	}
	c->excepted = true;
	return read_safe(c, text, a, err);
}

void dd_constraints_rest(struct dd_constraints *c)
{
	for (size_t i = 0; i < c->rest.v.n; i++)
		add_interval(c, &c->rest.v.p[i], DD_STR(""));
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

uint32_t dd_constraints_affects(struct dd_constraints *c)
{
	uint32_t mark = dd_build_mark(c->b), kept = 0;
	uint32_t *p = c->versions.p;
	/* A set: equal sets become one list whatever their order was. */
	if (c->versions.n)
		qsort(p, c->versions.n, sizeof *p, by_number);
	for (size_t i = 0; i < c->versions.n; i++)
		if (kept == 0 || p[i] != p[kept - 1])
			p[kept++] = p[i];
	dd_build_push(c->b, c->n_ranges);
	dd_build_push(c->b, kept);
	for (size_t i = 0; i < c->ranges.n; i++)
		dd_build_push(c->b, c->ranges.p[i]);
	for (uint32_t i = 0; i < kept; i++)
		dd_build_push(c->b, p[i]);
	return dd_build_affects(c->b, mark);
}
