/* SPDX-License-Identifier: Apache-2.0 */
/* The notation that databases made from several sources agree on: comparators, joined by "," or blanks for "and" and by
 * "||" for "or". GHSA writes ">= 1.0.0, < 1.2.3"; Grype writes all of its constraints so, for packages of distributions
 * too; GitLab and others have blanks or none behind the operator.
 *
 * An alternative becomes a range of events, or, when it is one exact version, a version of the list. With several
 * bounds on one side ("> 1.0, >= 1.2") nobody but the version order could say which one counts: those are left to the
 * caller's error. */
#include "db/constraint.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

enum { SAFE_MAX = 10000 };

enum operator_kind { OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_PESSIMISTIC };

static const struct {
	const char *text;
	enum operator_kind op;
} operators[] = {
	{ "~>", OP_PESSIMISTIC }, { "<=", OP_LESS_EQUAL }, { ">=", OP_GREATER_EQUAL }, { "==", OP_EQUAL },
	{ "=", OP_EQUAL },	  { "<", OP_LESS },	   { ">", OP_GREATER },
};

void dd_constraints_done(struct dd_constraints *c)
{
	dd_vec_done(&c->ranges);
	dd_vec_done(&c->versions);
	dd_vec_done(&c->safe);
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

/* Of two bounds on one side the tighter one counts; only the version order knows which one that is. */
static bool tighter(const struct dd_constraints *c, enum operator_kind op, struct dd_str old, struct dd_str new,
		    bool *ret)
{
	int order = 0;
	if (!dd_str_eq(old, new) && !dd_vercmp(c->scheme, new, old, &order))
		return false;
	*ret = op <= OP_LESS_EQUAL ? order < 0 : order > 0;
	if (order == 0)
		*ret = op == OP_LESS || op == OP_GREATER;
	return true;
}

static bool add_bound(const struct dd_constraints *c, struct dd_bounds *b, enum operator_kind op, struct dd_str version)
{
	struct dd_str *side = op == OP_EQUAL ? &b->exact : op <= OP_LESS_EQUAL ? &b->high : &b->low;
	bool use = true;
	if (side->n && op == OP_EQUAL)
		return dd_str_eq(*side, version);
	if (side->n && !tighter(c, op, *side, version, &use))
		return false;
	if (!use)
		return true;
	*side = version;
	if (op <= OP_LESS_EQUAL)
		b->last = op == OP_LESS_EQUAL;
	else if (op != OP_EQUAL)
		b->after = op == OP_GREATER;
	return true;
}

/* "1.2.3" → "1.3", "2" → "3", "1.2.3.rc1" → "1.3": RubyGems' Gem::Version#bump. A text of the builder, which stays. */
static bool bump(const struct dd_constraints *c, struct dd_str version, struct dd_str *ret)
{
	char text[64];
	struct dd_str rest = version, part, parts[16];
	size_t n = 0;
	uint64_t last;
	while (n < DD_COUNT(parts) && dd_str_next(&rest, '.', &part) && dd_str_u64(part, UINT32_MAX, &last))
		parts[n++] = part;
	if (n == 0 || n == DD_COUNT(parts))
		return false;
	n -= n > 1;
	if (!dd_str_u64(parts[n - 1], UINT32_MAX, &last))
		return false;
	struct dd_str head = { version.p, (size_t)(parts[n - 1].p - version.p) };
	int size = snprintf(text, sizeof text, "%.*s%llu", DD_FMT(head), (unsigned long long)last + 1);
	if (size < 0 || (size_t)size >= sizeof text)
		return false;
	*ret = dd_intern_text(&c->b->strings, dd_build_text(c->b, dd_str_from(text)));
	return true;
}

static bool read_comparator(const struct dd_constraints *c, struct dd_str *rest, struct dd_bounds *b)
{
	enum operator_kind op = OP_EQUAL;
	struct dd_str version, next;
	for (size_t i = 0; i < DD_COUNT(operators); i++)
		if (dd_str_starts(*rest, dd_str_from(operators[i].text))) {
			op = operators[i].op;
			*rest = dd_str_skip(*rest, strlen(operators[i].text));
			break;
		}
	while (rest->n && dd_is_blank(rest->p[0]))
		*rest = dd_str_skip(*rest, 1);
	if (!cut_version(rest, &version))
		return false;
	if (op != OP_PESSIMISTIC)
		return add_bound(c, b, op, version);
	return bump(c, version, &next) && add_bound(c, b, OP_GREATER_EQUAL, version) && add_bound(c, b, OP_LESS, next);
}

/* False: not in this notation. */
static bool read_alternative(const struct dd_constraints *c, struct dd_str text, struct dd_bounds *ret)
{
	struct dd_bounds b = { .after = false };
	struct dd_str rest = skip_separators(text);
	if (!dd_str_eq_c(dd_str_trim(rest), "*"))
		while (rest.n) {
			if (!read_comparator(c, &rest, &b))
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

static void add_range(struct dd_constraints *c, const struct dd_bounds *b, struct dd_str fixed)
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

enum dd_code dd_constraints_add(struct dd_constraints *c, struct dd_str text, struct dd_str fixed, struct dd_err *err)
{
	struct dd_str rest = text.p ? text : DD_STR(""), alternative;
	struct dd_bounds b;
	while (next_alternative(&rest, &alternative))
		if (!read_alternative(c, alternative, &b))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the constraint %s is not understood",
				       DD_QUOTE(text));
	rest = text.p ? text : DD_STR("");
	while (next_alternative(&rest, &alternative)) {
		(void)read_alternative(c, alternative, &b);
		/* An exact version with a fix is a range of one, so that the fix can be said. */
		if (b.exact.n && fixed.n && !dd_str_eq(fixed, b.exact)) {
			b = (struct dd_bounds){ .low = b.exact, .high = b.exact, .last = true };
			add_range(c, &b, fixed);
		} else if (b.exact.n) {
			add_version(c, b.exact);
		} else {
			add_range(c, &b, fixed);
		}
	}
	return DD_OK;
}

/* --- everything but --- */

enum dd_code dd_constraints_safe(struct dd_constraints *c, struct dd_str text, struct dd_err *err)
{
	struct dd_str rest = text.p ? text : DD_STR(""), alternative;
	while (next_alternative(&rest, &alternative)) {
		struct dd_bounds b;
		if (!read_alternative(c, alternative, &b))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the constraint %s is not understood",
				       DD_QUOTE(text));
		if (b.exact.n)
			b = (struct dd_bounds){ .low = b.exact, .high = b.exact, .last = true };
		if (!dd_vec_push(&c->safe, b, SAFE_MAX))
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d constraints", SAFE_MAX);
	}
	return DD_OK;
}

struct sorter {
	enum dd_scheme scheme;
	bool failed;
};

static int by_low(const void *x, const void *y, void *ctx)
{
	const struct dd_bounds *a = x, *b = y;
	struct sorter *s = ctx;
	int order = 0;
	if (!a->low.n || !b->low.n)
		return (a->low.n > 0) - (b->low.n > 0);
	if (!dd_str_eq(a->low, b->low) && !dd_vercmp(s->scheme, a->low, b->low, &order))
		s->failed = true;
	return order ? order : (int)a->after - (int)b->after;
}

/* Does b start behind the end of what is safe so far, so that something lies between? */
static bool is_gap(struct sorter *s, const struct dd_bounds *until, const struct dd_bounds *b)
{
	int order = 0;
	if (!until)
		return b->low.n > 0 && !(dd_str_eq_c(b->low, "0") && !b->after);
	if (!until->high.n || !b->low.n)
		return false;
	if (!dd_str_eq(b->low, until->high) && !dd_vercmp(s->scheme, b->low, until->high, &order))
		s->failed = true;
	return order > 0 || (order == 0 && b->after && !until->last);
}

/* Does what is safe reach further with b? */
static bool reaches_further(struct sorter *s, const struct dd_bounds *until, const struct dd_bounds *b)
{
	int order = 0;
	if (!until || !b->high.n)
		return true;
	if (!until->high.n)
		return false;
	if (!dd_str_eq(b->high, until->high) && !dd_vercmp(s->scheme, b->high, until->high, &order))
		s->failed = true;
	return order > 0 || (order == 0 && b->last);
}

/* What lies between the end of one safe stretch and the start of the next one. Either may be NULL: the ends. */
static void add_gap(struct dd_constraints *c, const struct dd_bounds *until, const struct dd_bounds *from)
{
	push(c, DD_RANGE_ECOSYSTEM);
	push(c, from ? 2 : 1);
	push_event(c, until && until->last ? DD_EVENT_AFTER : DD_EVENT_INTRODUCED, until ? until->high : DD_STR("0"));
	if (from)
		push_event(c, from->after ? DD_EVENT_LAST_AFFECTED : DD_EVENT_FIXED, from->low);
	c->fixed |= from && !from->after;
	c->n_ranges++;
}

enum dd_code dd_constraints_rest(struct dd_constraints *c, struct dd_err *err)
{
	struct sorter s = { .scheme = c->scheme };
	const struct dd_bounds *until = NULL;
	size_t n = c->safe.n;
	if (n > 1)
		qsort_r(c->safe.p, n, sizeof *c->safe.p, by_low, &s);
	for (size_t i = 0; i < n; i++) {
		const struct dd_bounds *b = &c->safe.p[i];
		if (is_gap(&s, until, b))
			add_gap(c, until, b);
		if (reaches_further(&s, until, b))
			until = b;
	}
	if (s.failed)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the versions of a constraint cannot be put in order");
	if (!until || until->high.n)
		add_gap(c, until, NULL);
	return DD_OK;
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
