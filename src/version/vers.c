/* SPDX-License-Identifier: Apache-2.0 */
/* Source: VERSION-RANGE-SPECIFICATION (package-url/vers-spec).
 *
 *   range      := "vers:" scheme "/" ( "*" | constraint { "|" constraint } )
 *   constraint := [ "=" "!=" "<" "<=" ">" ">=" ] version
 *
 * Blanks do not count. Pipes at the ends and several in a row are read as the specification says: as none and one.
 * Printable ASCII only; a version writes other bytes and ><=!*| as %XX. "vers" and the scheme are read without case.
 *
 * Constraints may stand in any order; they are sorted by version. A version may occur once only, whatever stands in
 * front of it, and equal ones (1.0 and 1.0.0) are the same. Without "!=" a "=" is followed by "=", ">", ">=" or
 * nothing; without
 * "=" too, "<" "<=" and ">" ">=" take turns. Everything else is an error.
 *
 * What is in the range: all that lies below a first "<", between ">" and "<", above a last ">", and what is "=", but
 * not what is "!=". When all are "!=", everything else is in it. "*" is everything; vers:all/… is everything and
 * vers:none/… nothing, whatever constraints they have.
 *
 * Schemes are those of dd_scheme_parse: a version order's name, an ecosystem's or a package URL type. */
#include "version/vers.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"

/* In this order the longer operators come first. */
enum comparator { CMP_LE, CMP_GE, CMP_NE, CMP_LT, CMP_GT, CMP_EQ };
static const char *const comparators[] = { "<=", ">=", "!=", "<", ">", "=" };

struct constraint {
	enum comparator cmp;
	struct dd_str version;
	uint64_t at; /* where it stands in the text */
};

struct reader {
	struct dd_intervals out;
	DD_VEC(struct constraint) constraints;
	struct dd_arena texts; /* decoded versions */
};

static void reader_done(struct reader *r)
{
	dd_intervals_done(&r->out);
	dd_vec_done(&r->constraints);
	dd_arena_done(&r->texts);
}

static bool is_less(enum comparator c)
{
	return c == CMP_LT || c == CMP_LE;
}

static bool is_greater(enum comparator c)
{
	return c == CMP_GT || c == CMP_GE;
}

static int hex_value(char c)
{
	c = dd_lower(c);
	return dd_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Without blanks and with %XX decoded. NULL: out of memory or not so. */
static enum dd_code decode(struct dd_arena *a, struct dd_str s, uint64_t at, struct dd_str *ret, struct dd_err *err)
{
	char *out = dd_arena_alloc(a, s.n + 1);
	size_t n = 0;
	if (!out)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1, low = high < 0 ? -1 : hex_value(s.p[i + 2]);
		if (dd_is_blank(s.p[i]))
			continue;
		if (s.p[i] != '%') {
			out[n++] = s.p[i];
			continue;
		}
		if (low < 0 || high * 16 + low < ' ' || high * 16 + low == 0x7f)
			return dd_fail(err, DD_EPARSE, at + i, "version range: %s is no encoded character",
				       DD_QUOTE(dd_str_take(dd_str_skip(s, i), 3)));
		out[n++] = (char)(high * 16 + low);
		i += 2;
	}
	*ret = (struct dd_str){ out, n };
	return DD_OK;
}

static struct dd_str skip_blanks(struct dd_str s)
{
	while (s.n && dd_is_blank(s.p[0]))
		s = dd_str_skip(s, 1);
	return s;
}

/* The comparator, whose two bytes may have blanks between them. */
static enum comparator take_comparator(struct dd_str *s)
{
	for (size_t i = 0; i < DD_COUNT(comparators); i++) {
		struct dd_str rest = *s;
		const char *c = comparators[i];
		for (; *c && rest.n && rest.p[0] == *c; c++)
			rest = skip_blanks(dd_str_skip(rest, 1));
		if (*c)
			continue;
		*s = rest;
		return (enum comparator)i;
	}
	return CMP_EQ;
}

static enum dd_code read_constraint(struct reader *r, struct dd_str s, uint64_t at, struct dd_err *err)
{
	struct constraint c = { .at = at };
	struct dd_str rest = s;
	int same;
	c.cmp = take_comparator(&rest);
	for (size_t i = 0; i < rest.n; i++)
		if (strchr("<>=!*", rest.p[i]))
			return dd_fail(err, DD_EPARSE, at, "version range: %s is no constraint", DD_QUOTE(s));
	DD_TRY(decode(&r->texts, rest, at + (s.n - rest.n), &c.version, err));
	if (c.version.n == 0)
		return dd_fail(err, DD_EPARSE, at, "version range: a constraint without a version");
	if (r->out.scheme != DD_SCHEME_NONE && !dd_vercmp(r->out.scheme, c.version, c.version, &same))
		return dd_fail(err, DD_EPARSE, at, "version range: %s is not a version of scheme '%s'",
			       DD_QUOTE(c.version), dd_scheme_name(r->out.scheme));
	if (dd_vec_push(&r->constraints, c, DD_RANGE_INTERVALS_MAX))
		return DD_OK;
	if (r->constraints.n == DD_RANGE_INTERVALS_MAX)
		return dd_fail(err, DD_ELIMIT, at, "version range: more than %d constraints", DD_RANGE_INTERVALS_MAX);
	return dd_fail_nomem(err);
}

static enum dd_code read_constraints(struct reader *r, struct dd_str s, uint64_t at, struct dd_err *err)
{
	const char *start = s.p;
	struct dd_str part;
	while (dd_str_next(&s, '|', &part)) {
		struct dd_str text = dd_str_trim(part);
		if (text.n)
			DD_TRY(read_constraint(r, text, at + (uint64_t)(text.p - start), err));
	}
	if (r->constraints.n == 0)
		return dd_fail(err, DD_EPARSE, at, "version range: no constraints");
	return DD_OK;
}

static int by_version(const void *x, const void *y, void *scheme)
{
	const struct constraint *a = x, *b = y;
	int c = 0;
	if (!dd_vercmp(*(const enum dd_scheme *)scheme, a->version, b->version, &c) || c == 0)
		return a->at < b->at ? -1 : a->at > b->at;
	return c;
}

static enum dd_code check_unique(const struct reader *r, struct dd_err *err)
{
	for (size_t i = 1; i < r->constraints.n; i++) {
		const struct constraint *c = &r->constraints.p[i];
		int order;
		if (!dd_vercmp(r->out.scheme, c[-1].version, c->version, &order) || order == 0)
			return dd_fail(err, DD_EPARSE, c->at, "version range: version %s is given twice",
				       DD_QUOTE(c->version));
	}
	return DD_OK;
}

static enum dd_code check_turns(const struct reader *r, struct dd_err *err)
{
	const struct constraint *last = NULL, *bound = NULL; /* not "!="; neither "=" nor "!=" */
	for (size_t i = 0; i < r->constraints.n; i++) {
		const struct constraint *c = &r->constraints.p[i];
		if (c->cmp == CMP_NE)
			continue;
		bool bad = last && last->cmp == CMP_EQ && is_less(c->cmp);
		if (c->cmp != CMP_EQ) {
			bad = bad || (bound && is_less(bound->cmp) == is_less(c->cmp));
			bound = c;
		}
		if (bad)
			return dd_fail(err, DD_EPARSE, c->at,
				       "version range: '%s' cannot follow '%s' in the order of versions",
				       comparators[c->cmp], comparators[last->cmp]);
		last = c;
	}
	return DD_OK;
}

/* The constraints are sorted and take turns. */
static enum dd_code to_intervals(struct reader *r, struct dd_err *err)
{
	struct dd_interval open = { .low_excluded = false }; /* from the last ">" on */
	bool any = false, is_open = true;		     /* below the first "<" everything is in */
	for (size_t i = 0; i < r->constraints.n; i++) {
		const struct constraint *c = &r->constraints.p[i];
		any = any || c->cmp != CMP_NE;
		if (c->cmp == CMP_EQ)
			DD_TRY(dd_intervals_add(&r->out, (struct dd_interval){ .low = c->version, .high = c->version },
						err));
		if (is_greater(c->cmp)) {
			open = (struct dd_interval){ .low = c->version, .low_excluded = c->cmp == CMP_GT };
			is_open = true;
		}
		if (!is_less(c->cmp) || !is_open)
			continue;
		open.high = c->version;
		open.high_excluded = c->cmp == CMP_LT;
		DD_TRY(dd_intervals_add(&r->out, open, err));
		is_open = false;
	}
	if ((is_open && open.low.n) || !any)
		DD_TRY(dd_intervals_add(&r->out, open, err));
	for (size_t i = 0; i < r->constraints.n; i++) {
		struct dd_str version = r->constraints.p[i].version;
		if (r->constraints.p[i].cmp == CMP_NE)
			DD_TRY(dd_intervals_subtract(&r->out, 0,
						     (struct dd_interval){ .low = version, .high = version }, err));
	}
	return DD_OK;
}

/* vers:all and vers:none have no versions of their own. */
static enum dd_code read_scheme(struct reader *r, struct dd_str name, uint64_t at, bool *ret_all, bool *ret_none,
				struct dd_err *err)
{
	char lower[32];
	if (name.n >= sizeof lower || name.n == 0)
		return dd_fail(err, DD_EUNSUPPORTED, at, "version range: unknown versioning scheme %s", DD_QUOTE(name));
	for (size_t i = 0; i < name.n; i++)
		lower[i] = dd_lower(name.p[i]);
	struct dd_str scheme = { lower, name.n };
	*ret_all = dd_str_eq_c(scheme, "all");
	*ret_none = dd_str_eq_c(scheme, "none");
	if (*ret_all || *ret_none)
		return DD_OK;
	if (!dd_scheme_parse(scheme, &r->out.scheme))
		return dd_fail(err, DD_EUNSUPPORTED, at, "version range: unknown versioning scheme %s", DD_QUOTE(name));
	return DD_OK;
}

static enum dd_code read_range(struct reader *r, struct dd_str text, struct dd_err *err)
{
	size_t colon = dd_str_find(text, ':'), slash = dd_str_find(text, '/');
	bool all = false, none = false;
	for (size_t i = 0; i < text.n; i++)
		if (!dd_is_blank(text.p[i]) && (text.p[i] < ' ' || text.p[i] > '~'))
			return dd_fail(err, DD_EPARSE, i, "version range: byte %zu is not printable ASCII", i);
	if (!dd_str_eq_nocase(dd_str_trim(dd_str_take(text, colon)), DD_STR("vers")) || colon == text.n)
		return dd_fail(err, DD_EPARSE, 0, "version range: %s does not start with 'vers:'", DD_QUOTE(text));
	if (slash == text.n)
		return dd_fail(err, DD_EPARSE, text.n, "version range: no '/' behind the versioning scheme");
	struct dd_str name = { text.p + colon + 1, slash > colon ? slash - colon - 1 : 0 };
	DD_TRY(read_scheme(r, dd_str_trim(name), colon + 1, &all, &none, err));
	struct dd_str constraints = dd_str_skip(text, slash + 1);
	struct dd_interval everything = { .low_excluded = false };
	if (dd_str_eq_c(dd_str_trim(constraints), "*"))
		return none ? DD_OK : dd_intervals_add(&r->out, everything, err);
	if (all || none)
		return dd_fail(err, DD_EPARSE, slash + 1, "version range: only '*' can follow 'vers:%s/'",
			       all ? "all" : "none");
	DD_TRY(read_constraints(r, constraints, slash + 1, err));
	qsort_r(r->constraints.p, r->constraints.n, sizeof *r->constraints.p, by_version, &r->out.scheme);
	DD_TRY(check_unique(r, err));
	DD_TRY(check_turns(r, err));
	return to_intervals(r, err);
}

enum dd_code dd_vers_parse(struct dd_str text, struct dd_arena *a, struct dd_version_range **ret, struct dd_err *err)
{
	struct reader DD_CLEANUP(reader_done) r = { .texts = DD_ARENA_INIT(4 * DD_LINE_BYTES_MAX) };
	if (text.n > DD_LINE_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_LINE_BYTES_MAX, "version range: longer than %zu bytes",
			       (size_t)DD_LINE_BYTES_MAX);
	DD_TRY(read_range(&r, text, err));
	return dd_intervals_range(&r.out, a, ret, err);
}
