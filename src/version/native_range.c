/* SPDX-License-Identifier: Apache-2.0 */
/* One reader for the notations of package managers, as they agree in most things:
 *
 *   range       := alternative { ( "||" or "|" ) alternative }
 *   alternative := { constraint }, with commas or blanks between them: all of them hold
 *                | version " - " version                                          (semver, composer)
 *                | interval { "," interval }: one of them holds                   (maven, nuget; read for all schemes)
 *                | "[" conan's constraints "]"
 *   constraint  := [ operator ] version
 *   operator    := "=" "==" "===" "!=" "<>" "<" "<=" ">" ">=" "=<" "=>" "<<" ">>" "^" "~" "~>" "~="
 *   interval    := ( "[" or "(" ) [ version ] [ "," [ version ] ] ( "]" or ")" )
 *
 * Blanks may stand behind an operator. A version may end in wildcards (1.x, 1.2.*, 1.X.X; "*" alone is everything),
 * which
 * "=", "!=" and no operator take as a prefix. What differs from scheme to scheme:
 *
 *   semver    node-semver: "1.2" is 1.2.x, "<=1.2" is <1.3.0, ">1.2" is >=1.3.0, hyphen ranges; "^" and "~" as there.
 *   pep440    "~=1.4.2" is >=1.4.2, ==1.4.*.
 *   gem       "~> 1.4.2" is >=1.4.2, <1.5.
 *   composer  "~1.4" is >=1.4 <2, "~1.4.2" is >=1.4.2 <1.5; hyphen ranges.
 *   maven     [1.0,2.0), (,1.0], [1.0]: Maven's and NuGet's intervals.
 *   conan     "[>1.0 <2.0, include_prerelease]", "~1.4", "^1.4".
 *   all others have "^" as node-semver and "~", "~>", "~=" as RubyGems do.
 *
 * A version without an operator is that version: advisories list them so. (A requirement file of NuGet or Cargo would
 * mean a lower bound by it.)
 *
 * Upper bounds that are computed are below the pre-releases of that version, as the tools have it: ^1.2 is <2.0.0-0.
 * All others are plain bounds in the order of versions: "<2.0" holds for 2.0-rc.1, which an advisory with "fixed
 * in 2.0" means. npm's rule that ranges match pre-releases only when they name one is about choosing versions to
 * install and does not hold for advisories, nor do PEP 440's exclusions of pre- and post-releases from "<" and ">". */
#include "version/native_range.h"

#include "base/buf.h"
#include "base/limits.h"
#include "version/vercmp.h"

/* Constraints of one alternative; each may make one interval more. */
enum { CONSTRAINTS_MAX = 512 };

enum range_op { OP_NONE, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_CARET, OP_TILDE, OP_PESSIMISTIC };

/* Longer ones first. */
static const struct {
	const char *text;
	enum range_op op;
} operators[] = {
	{ "===", OP_EQ },	  { "==", OP_EQ },	    { "!=", OP_NE }, { "<>", OP_NE }, { "<=", OP_LE },
	{ "=<", OP_LE },	  { ">=", OP_GE },	    { "=>", OP_GE }, { "<<", OP_LT }, { ">>", OP_GT },
	{ "~>", OP_PESSIMISTIC }, { "~=", OP_PESSIMISTIC }, { "=", OP_EQ },  { "<", OP_LT },  { ">", OP_GT },
	{ "^", OP_CARET },	  { "~", OP_TILDE },
};

/* What a scheme's notation has of its own. */
struct notation {
	const char *below; /* behind numbers: below all pre-releases of that version */
	bool partial;	   /* "1.2" stands for all of 1.2 */
	bool hyphen;	   /* 1.0 - 2.0 */
	bool pipe;	   /* "|" is "||" */
	bool wild_below;   /* what stands for all of 1.2 has its pre-releases too */
	size_t tilde;	   /* "~1.2" keeps so many numbers of it at most; 0: all but its last */
};

static const struct notation notations[DD_SCHEME_COUNT] = {
	[DD_SCHEME_SEMVER] = { .below = ".0-0", .partial = true, .hyphen = true, .wild_below = true, .tilde = 2 },
	[DD_SCHEME_GOLANG] = { .below = ".0-0", .tilde = 2 },
	[DD_SCHEME_PUB] = { .below = ".0-0", .tilde = 2 },
	[DD_SCHEME_NUGET] = { .below = ".0-0", .tilde = 2 },
	[DD_SCHEME_PEP440] = { .below = ".dev0", .wild_below = true, .tilde = 2 },
	[DD_SCHEME_GEM] = { .below = ".A" },
	[DD_SCHEME_COMPOSER] = { .below = "-dev", .hyphen = true, .pipe = true, .wild_below = true },
	[DD_SCHEME_MAVEN] = { .below = "-alpha" },
	[DD_SCHEME_CONAN] = { .below = "-", .tilde = 2 },
	[DD_SCHEME_GENTOO] = { .below = "_alpha" },
	[DD_SCHEME_DEB] = { .below = "~~" },
	[DD_SCHEME_RPM] = { .below = "~" },
	[DD_SCHEME_OPAM] = { .below = "~~" },
	[DD_SCHEME_APK] = { .below = "_alpha" },
	[DD_SCHEME_GENERIC] = { .below = "-alpha" },
};

struct reader {
	const struct notation *notation;
	struct dd_intervals out;
	struct dd_str text; /* the whole, for offsets */
	struct dd_arena texts;
	size_t first;	    /* the alternative's first interval */
	size_t constraints; /* of the alternative */
};

static void reader_done(struct reader *r)
{
	dd_intervals_done(&r->out);
	dd_arena_done(&r->texts);
}

static enum dd_code fail(const struct reader *r, struct dd_str at, const char *what, struct dd_err *err)
{
	uint64_t offset = at.p ? (uint64_t)(at.p - r->text.p) : r->text.n;
	return dd_fail(err, DD_EPARSE, offset, "version range %s: %s at %s", DD_QUOTE(r->text), what, DD_QUOTE(at));
}

/* --- versions with wildcards, and what lies beside them --- */

struct partial {
	struct dd_str text;    /* without its wildcards: "1.2" of "1.2.*" */
	struct dd_str numbers; /* what it starts with, behind a "v" and an epoch */
	size_t count;	       /* of these numbers */
	bool wild, plain;      /* had wildcards; has nothing but numbers */
};

static bool is_wildcard(struct dd_str s)
{
	return s.n == 1 && (s.p[0] == '*' || dd_lower(s.p[0]) == 'x');
}

/* Cuts ".*", ".x" off the end. */
static struct dd_str cut_wildcards(struct dd_str s, bool *ret_any)
{
	*ret_any = false;
	for (;;) {
		size_t dot = dd_str_rfind(s, '.');
		struct dd_str last = dot < s.n ? dd_str_skip(s, dot + 1) : s;
		if (!is_wildcard(last))
			return s;
		*ret_any = true;
		s = dd_str_take(s, dot < s.n ? dot : 0);
	}
}

static struct partial read_partial(struct dd_str s)
{
	struct partial p = { .text = cut_wildcards(s, &p.wild) };
	struct dd_str rest = p.text;
	if (rest.n && dd_lower(rest.p[0]) == 'v')
		rest = dd_str_skip(rest, 1);
	struct dd_str epoch = rest;
	if (dd_take_run(&epoch, dd_is_digit).n && epoch.n && (epoch.p[0] == '!' || epoch.p[0] == ':'))
		rest = dd_str_skip(epoch, 1);
	p.numbers = rest;
	while (dd_take_run(&rest, dd_is_digit).n) {
		p.count++;
		p.numbers.n = (size_t)(rest.p - p.numbers.p);
		if (rest.n < 2 || rest.p[0] != '.' || !dd_is_digit(rest.p[1]))
			break;
		rest = dd_str_skip(rest, 1);
	}
	if (p.count == 0)
		p.numbers.n = 0;
	p.plain = rest.n == 0;
	return p;
}

/* Adds one to a run of digits of any length: "199" → "200". */
static void add_incremented(struct dd_buf *b, struct dd_str digits)
{
	size_t from = b->n;
	(void)dd_buf_add_str(b, digits);
	for (size_t i = b->n; i > from && !b->failed; i--) {
		if (b->p[i - 1] != '9') {
			b->p[i - 1]++;
			return;
		}
		b->p[i - 1] = '0';
	}
	/* All of them were nines. */
	(void)dd_buf_add_char(b, '0');
	if (!b->failed)
		b->p[from] = '1';
}

static enum dd_code keep_text(struct reader *r, const struct dd_buf *b, struct dd_str *ret, struct dd_err *err)
{
	DD_TRY(dd_buf_check(b, "version range", err));
	*ret = dd_arena_str(&r->texts, dd_buf_str(b));
	return ret->p ? DD_OK : dd_fail_nomem(err);
}

/* The version whose `keep` first numbers are those of p with the last one raised by one, below its pre-releases:
 * (1.2.3, 2) → "1.3.0-0". Lives in the reader's arena. */
static enum dd_code next_above(struct reader *r, const struct partial *p, size_t keep, struct dd_str *ret,
			       struct dd_err *err)
{
	struct dd_buf DD_CLEANUP_BUF b = DD_BUF_INIT(DD_LINE_BYTES_MAX + 16);
	struct dd_str rest = p->numbers, number;
	/* the "v" and the epoch */
	(void)dd_buf_add(&b, p->text.p, (size_t)(p->numbers.p - p->text.p));
	for (size_t i = 1; dd_str_next(&rest, '.', &number) && i < keep; i++) {
		(void)dd_buf_add_str(&b, number);
		(void)dd_buf_add_char(&b, '.');
	}
	add_incremented(&b, number);
	(void)dd_buf_add_str(&b, dd_str_from(r->notation->below));
	return keep_text(r, &b, ret, err);
}

/* Where "1.2.*" starts. */
static enum dd_code wild_low(struct reader *r, const struct partial *p, struct dd_str *ret, struct dd_err *err)
{
	struct dd_buf DD_CLEANUP_BUF b = DD_BUF_INIT(DD_LINE_BYTES_MAX + 16);
	(void)dd_buf_add_str(&b, p->text);
	if (r->notation->wild_below)
		(void)dd_buf_add_str(&b, dd_str_from(r->notation->below));
	return keep_text(r, &b, ret, err);
}

/* --- constraints --- */

static enum dd_code hold(struct reader *r, struct dd_interval i, struct dd_err *err)
{
	return dd_intervals_intersect(&r->out, r->first, i, err);
}

/* "1.2.*", and where the scheme has it "1.2". */
static bool is_prefix(const struct reader *r, const struct partial *p)
{
	return p->wild || (r->notation->partial && p->plain && p->count < 3);
}

/* From p on to below what stands above its first `keep` numbers. */
static enum dd_code hold_prefix(struct reader *r, const struct partial *p, size_t keep, struct dd_err *err)
{
	struct dd_interval i = { .low = p->text, .high_excluded = true };
	DD_TRY(next_above(r, p, keep, &i.high, err));
	if (is_prefix(r, p))
		DD_TRY(wild_low(r, p, &i.low, err));
	return hold(r, i, err);
}

/* The numbers that "^" keeps: up to the first one that is not 0. */
static size_t caret_keeps(const struct partial *p)
{
	struct dd_str rest = p->numbers, number;
	size_t n = 0;
	while (dd_str_next(&rest, '.', &number)) {
		n++;
		while (number.n && number.p[0] == '0')
			number = dd_str_skip(number, 1);
		if (number.n)
			break;
	}
	return n;
}

static enum dd_code hold_equal(struct reader *r, enum range_op op, const struct partial *p, struct dd_err *err)
{
	struct dd_interval i = { .low = p->text, .high = p->text };
	if (is_prefix(r, p)) {
		i.high_excluded = true;
		DD_TRY(next_above(r, p, p->count, &i.high, err));
		DD_TRY(wild_low(r, p, &i.low, err));
	}
	if (op == OP_NE)
		return dd_intervals_subtract(&r->out, r->first, i, err);
	return hold(r, i, err);
}

static enum dd_code hold_bound(struct reader *r, enum range_op op, const struct partial *p, struct dd_err *err)
{
	struct dd_interval i = { .low_excluded = op == OP_GT, .high_excluded = op == OP_LT };
	bool low = op == OP_GT || op == OP_GE;
	struct dd_str bound = p->text;
	/* ">1.2" is above all of 1.2, "<=1.2" reaches to its end */
	if (is_prefix(r, p) && (op == OP_GT || op == OP_LE)) {
		DD_TRY(next_above(r, p, p->count, &bound, err));
		i.low_excluded = false;
		i.high_excluded = true;
	} else if (p->wild) {
		DD_TRY(wild_low(r, p, &bound, err));
	}
	*(low ? &i.low : &i.high) = bound;
	return hold(r, i, err);
}

static size_t tilde_keeps(const struct reader *r, enum range_op op, const struct partial *p)
{
	size_t all_but_last = p->count > 1 ? p->count - 1 : 1, most = r->notation->tilde;
	/* 1.2.* with a tilde: the wildcard is the last number */
	if (p->wild)
		return p->count;
	if (most == 0 || (op == OP_PESSIMISTIC && r->out.scheme != DD_SCHEME_SEMVER))
		return all_but_last;
	return p->count < most ? p->count : most;
}

static enum dd_code hold_constraint(struct reader *r, enum range_op op, struct dd_str version, struct dd_err *err)
{
	struct partial p = read_partial(version);
	if (++r->constraints > CONSTRAINTS_MAX)
		return dd_fail(err, DD_ELIMIT, (uint64_t)(version.p - r->text.p),
			       "version range: more than %d constraints in a row", CONSTRAINTS_MAX);
	if (p.wild && p.text.n == 0) {
		/* "*", ">=*" are everything; "<*", ">*" and "!=*" are nothing */
		bool nothing = op == OP_LT || op == OP_GT || op == OP_NE;
		return nothing ? dd_intervals_subtract(&r->out, r->first, (struct dd_interval){ .low_excluded = false },
						       err)
			       : DD_OK;
	}
	bool prefix = p.wild || op == OP_CARET || op == OP_TILDE || op == OP_PESSIMISTIC;
	if (prefix && (p.count == 0 || (p.wild && !p.plain)))
		return fail(r, version, "no numbers to count from", err);
	switch (op) {
	case OP_NONE:
	case OP_EQ:
	case OP_NE:
		return hold_equal(r, op, &p, err);
	case OP_CARET:
		return hold_prefix(r, &p, caret_keeps(&p), err);
	case OP_TILDE:
	case OP_PESSIMISTIC:
		return hold_prefix(r, &p, tilde_keeps(r, op, &p), err);
	default:
		return hold_bound(r, op, &p, err);
	}
}

/* --- the text --- */

static bool is_separator(char c)
{
	return c == ',' || dd_is_blank(c);
}

static struct dd_str skip_run(struct dd_str s, bool (*is)(char))
{
	while (s.n && is(s.p[0]))
		s = dd_str_skip(s, 1);
	return s;
}

static enum range_op take_operator(struct dd_str *s)
{
	for (size_t i = 0; i < DD_COUNT(operators); i++) {
		struct dd_str text = dd_str_from(operators[i].text);
		if (!dd_str_starts(*s, text))
			continue;
		*s = skip_run(dd_str_skip(*s, text.n), dd_is_blank);
		return operators[i].op;
	}
	return OP_NONE;
}

/* Up to what cannot be in a version. A "~" and a "^" can, inside (Debian, rpm). */
static struct dd_str take_version(struct dd_str *s)
{
	size_t n = 0;
	while (n < s->n && !is_separator(s->p[n]) && !memchr("<>=|[]()", s->p[n], 8))
		n++;
	struct dd_str version = dd_str_take(*s, n);
	*s = dd_str_skip(*s, n);
	return version;
}

/* " - " and a version: what stands in front of it is the lower end. */
static bool take_hyphen(const struct reader *r, struct dd_str *s)
{
	struct dd_str rest = skip_run(*s, dd_is_blank);
	if (!r->notation->hyphen || rest.p == s->p || rest.n < 2 || rest.p[0] != '-' || !dd_is_blank(rest.p[1]))
		return false;
	*s = skip_run(dd_str_skip(rest, 1), dd_is_blank);
	return true;
}

static enum dd_code read_constraint(struct reader *r, struct dd_str *s, struct dd_err *err)
{
	struct dd_str start = *s;
	enum range_op op = take_operator(s);
	struct dd_str version = take_version(s);
	if (version.n == 0)
		return fail(r, start, "no version", err);
	if (op != OP_NONE || !take_hyphen(r, s))
		return hold_constraint(r, op, version, err);
	DD_TRY(hold_constraint(r, OP_GE, version, err));
	version = take_version(s);
	if (version.n == 0)
		return fail(r, start, "no upper end", err);
	/* "1.0 - 2.0" reaches to the end of 2.0 in Composer too. */
	struct partial p = read_partial(version);
	if (p.plain && p.count && p.count < 3 && !p.wild) {
		struct dd_interval i = { .high_excluded = true };
		DD_TRY(next_above(r, &p, p.count, &i.high, err));
		return hold(r, i, err);
	}
	return hold_constraint(r, OP_LE, version, err);
}

/* Everything, to be cut down by constraints. */
static enum dd_code begin_alternative(struct reader *r, struct dd_err *err)
{
	r->first = r->out.v.n;
	r->constraints = 0;
	return dd_intervals_add(&r->out, (struct dd_interval){ .low_excluded = false }, err);
}

static enum dd_code read_constraints(struct reader *r, struct dd_str s, struct dd_err *err)
{
	DD_TRY(begin_alternative(r, err));
	for (s = skip_run(s, is_separator); s.n; s = skip_run(s, is_separator))
		DD_TRY(read_constraint(r, &s, err));
	return DD_OK;
}

/* "[1.0,2.0)" and what follows; each is an alternative of its own. */
static enum dd_code read_interval(struct reader *r, struct dd_str *s, struct dd_err *err)
{
	struct dd_str start = *s;
	size_t end = 1;
	while (end < s->n && !memchr("])[(", s->p[end], 4))
		end++;
	if (end == s->n || s->p[end] == '[' || s->p[end] == '(')
		return fail(r, start, "an interval that does not end", err);
	struct dd_str inside = { s->p + 1, end - 1 };
	size_t comma = dd_str_find(inside, ',');
	struct dd_interval i = {
		.low = dd_str_trim(dd_str_take(inside, comma)),
		.high = dd_str_trim(dd_str_skip(inside, comma + 1)),
		.low_excluded = s->p[0] == '(',
		.high_excluded = s->p[end] == ')',
	};
	if (comma == inside.n) {
		/* "[1.0]"; "(1.0)" holds nothing */
		i.high = i.low;
		if (i.low.n == 0 || i.low_excluded || i.high_excluded)
			return fail(r, start, "an interval without bounds", err);
	}
	for (size_t k = 0; k < inside.n; k++)
		if (memchr("<>=|", inside.p[k], 4) || (inside.p[k] == ',' && k != comma))
			return fail(r, start, "an interval with more than bounds", err);
	*s = dd_str_skip(*s, end + 1);
	return dd_intervals_add(&r->out, i, err);
}

static enum dd_code read_intervals(struct reader *r, struct dd_str s, struct dd_err *err)
{
	for (s = skip_run(s, is_separator); s.n; s = skip_run(s, is_separator)) {
		if (s.p[0] != '[' && s.p[0] != '(')
			return fail(r, s, "no interval", err);
		DD_TRY(read_interval(r, &s, err));
	}
	return DD_OK;
}

/* "[>=1.0 <2.0, include_prerelease]" or what is inside; the options do not change which versions an advisory means. */
static struct dd_str unwrap_conan(struct dd_str s)
{
	if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct dd_str){ s.p + 1, s.n - 2 };
	size_t comma = dd_str_find(s, ',');
	struct dd_str option = dd_str_trim(dd_str_skip(s, comma + 1));
	if (dd_str_starts(option, DD_STR("include_prerelease")) || dd_str_starts(option, DD_STR("loose")))
		s = dd_str_take(s, comma);
	return s;
}

static bool next_alternative(const struct reader *r, struct dd_str *rest, struct dd_str *ret)
{
	if (!rest->p)
		return false;
	size_t at = r->notation->pipe ? dd_str_find(*rest, '|') : dd_str_search(*rest, DD_STR("||"));
	*ret = dd_str_take(*rest, at);
	if (at >= rest->n)
		*rest = (struct dd_str){ NULL, 0 };
	else
		*rest = dd_str_skip(*rest, dd_str_starts(dd_str_skip(*rest, at), DD_STR("||")) ? at + 2 : at + 1);
	return true;
}

static enum dd_code read_range(struct reader *r, struct dd_err *err)
{
	struct dd_str rest = r->text, alternative;
	bool conan = r->out.scheme == DD_SCHEME_CONAN;
	if (conan)
		rest = unwrap_conan(dd_str_trim(rest));
	while (next_alternative(r, &rest, &alternative)) {
		alternative = dd_str_trim(alternative);
		bool interval = alternative.n && (alternative.p[0] == '[' || alternative.p[0] == '(');
		DD_TRY(interval && !conan ? read_intervals(r, alternative, err)
					  : read_constraints(r, conan ? unwrap_conan(alternative) : alternative, err));
	}
	return DD_OK;
}

enum dd_code dd_native_range_parse(enum dd_scheme scheme, struct dd_str text, struct dd_arena *a,
				   struct dd_version_range **ret, struct dd_err *err)
{
	struct reader DD_CLEANUP(reader_done)
		r = { .text = text.p ? text : DD_STR(""), .texts = DD_ARENA_INIT(DD_MIB) };
	r.out.scheme = (unsigned)scheme < DD_SCHEME_COUNT ? scheme : DD_SCHEME_NONE;
	r.notation = &notations[r.out.scheme];
	if (text.n > DD_LINE_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_LINE_BYTES_MAX, "version range: longer than %zu bytes",
			       (size_t)DD_LINE_BYTES_MAX);
	DD_TRY(read_range(&r, err));
	return dd_intervals_range(&r.out, a, ret, err);
}
