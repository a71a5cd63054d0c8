/* SPDX-License-Identifier: Apache-2.0 */
/* Python packages.
 *
 *   version := ["v"] [digits "!"] digits {"." digits} [pre] [post] [dev] ["+" local]       letters without case
 *   pre     := [sep] ("alpha" "a" "beta" "b" "preview" "pre" "c" "rc") [sep] [digits]
 *   post    := "-" digits, or [sep] ("post" "rev" "r") [sep] [digits]
 *   dev     := [sep] "dev" [sep] [digits]
 *   local   := word {sep word}      sep := "-" "_" "."       word := one or more of [0-9a-z]
 *
 * The epoch ("!") decides first, then the numbers (missing ones are 0), then
 * .dev < a.dev < a < b < rc < (release) < (release)+local < post.dev < post. Local versions part by part: words below
 * numbers, the shorter is lower.
 *
 * Source: PEP 440 / https://packaging.python.org/specifications/version-specifiers/, appendix B, and packaging.version.
 *
 * Legacy versions: what PyPI took before PEP 440 and advisories still name (2004d, 0.1-bulbasaur). PEP 440 has no place
 * for them; they are below every real version, as pkg_resources and packaging up to 21 had it, and among themselves run
 * by run: digits by value, the rest as lower-case text, digits above other text. Only [0-9A-Za-z._+!-], with a dot or a
 * digit, or it is a word and no version at all: "latest", "1.0.*", ">=1". */
#include "version/vercmp.h"

enum phase { PHASE_DEV_ONLY, PHASE_ALPHA, PHASE_BETA, PHASE_RC, PHASE_NONE };

struct pep440 {
	bool legacy;
	struct dd_str text; /* legacy */
	struct dd_str epoch, release, pre_number, post_number, dev_number, local;
	enum phase phase;
	bool post, dev;
};

static const struct {
	const char *word;
	enum phase phase;
} pre_words[] = {
	{ "alpha", PHASE_ALPHA }, { "a", PHASE_ALPHA }, { "beta", PHASE_BETA }, { "b", PHASE_BETA },
	{ "preview", PHASE_RC },  { "pre", PHASE_RC },	{ "c", PHASE_RC },	{ "rc", PHASE_RC },
};
static const char *const post_words[] = { "post", "rev", "r" };

static bool is_sep(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* The word behind an optional separator, and then an optional separator and number; *s moves only when it is there. */
static bool take_word(struct dd_str *s, const char *word, struct dd_str *ret_number)
{
	struct dd_str at = dd_str_skip(*s, s->n && is_sep(s->p[0]));
	/* most words are not it: this is where the time goes */
	if (at.n == 0 || dd_lower(at.p[0]) != word[0])
		return false;
	size_t n = strlen(word);
	if (!dd_str_eq_nocase(dd_str_take(at, n), (struct dd_str){ word, n }))
		return false;
	at = dd_str_skip(at, n);
	at = dd_str_skip(at, at.n && is_sep(at.p[0]));
	*ret_number = dd_take_run(&at, dd_is_digit);
	*s = at;
	return true;
}

static void take_pre(struct dd_str *s, struct pep440 *v)
{
	v->phase = PHASE_NONE;
	for (size_t i = 0; i < DD_COUNT(pre_words); i++) {
		if (take_word(s, pre_words[i].word, &v->pre_number)) {
			v->phase = pre_words[i].phase;
			return;
		}
	}
}

static void take_post(struct dd_str *s, struct pep440 *v)
{
	if (s->n > 1 && s->p[0] == '-' && dd_is_digit(s->p[1])) {
		*s = dd_str_skip(*s, 1);
		v->post_number = dd_take_run(s, dd_is_digit);
		v->post = true;
	}
	for (size_t i = 0; i < DD_COUNT(post_words) && !v->post; i++)
		v->post = take_word(s, post_words[i], &v->post_number);
}

static bool take_local(struct dd_str *s, struct pep440 *v)
{
	if (s->n == 0 || s->p[0] != '+')
		return true;
	bool full = false; /* the part being read has a byte */
	v->local = dd_str_skip(*s, 1);
	for (size_t i = 0; i < v->local.n; i++) {
		bool sep = is_sep(v->local.p[i]);
		if ((sep && !full) || (!sep && !dd_is_digit(v->local.p[i]) && !dd_is_alpha(v->local.p[i])))
			return false;
		full = !sep;
	}
	*s = dd_str_skip(*s, s->n);
	return full;
}

/* Numbers with single dots; a dot that no digit follows belongs to what comes next. */
static struct dd_str take_release(struct dd_str *s)
{
	size_t n = 0;
	while (n < s->n && (dd_is_digit(s->p[n]) || (n && s->p[n] == '.' && s->n > n + 1 && dd_is_digit(s->p[n + 1]))))
		n++;
	struct dd_str release = dd_str_take(*s, n);
	*s = dd_str_skip(*s, n);
	return release;
}

static bool parse_pep440(struct dd_str s, struct pep440 *v)
{
	*v = (struct pep440){ .legacy = false };
	if (s.n && dd_lower(s.p[0]) == 'v')
		s = dd_str_skip(s, 1);
	struct dd_str at = s, digits = dd_take_run(&at, dd_is_digit);
	if (digits.n && at.n && at.p[0] == '!') {
		v->epoch = digits;
		s = dd_str_skip(at, 1);
	}
	v->release = take_release(&s);
	if (v->release.n == 0)
		return false;
	take_pre(&s, v);
	take_post(&s, v);
	v->dev = take_word(&s, "dev", &v->dev_number);
	if (v->dev && !v->post && v->phase == PHASE_NONE)
		v->phase = PHASE_DEV_ONLY;
	return take_local(&s, v) && s.n == 0;
}

static bool is_legacy(struct dd_str s)
{
	bool telling = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!dd_is_digit(c) && !dd_is_alpha(c) && !is_sep(c) && c != '+' && c != '!')
			return false;
		telling = telling || dd_is_digit(c) || c == '.';
	}
	return telling;
}

static bool parse(struct dd_str s, struct pep440 *ret)
{
	if (parse_pep440(s, ret))
		return true;
	*ret = (struct pep440){ .legacy = true, .text = s };
	return is_legacy(s);
}

static int release_cmp(struct dd_str a, struct dd_str b)
{
	int c = 0;
	while (c == 0 && (a.n || b.n)) {
		c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
		a = dd_str_skip(a, 1);
		b = dd_str_skip(b, 1);
	}
	return c;
}

/* The next part of a local version: up to a separator. */
static bool next_part(struct dd_str *rest, struct dd_str *ret)
{
	if (rest->n == 0)
		return false;
	size_t n = 0;
	while (n < rest->n && !is_sep(rest->p[n]))
		n++;
	*ret = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n + 1);
	return true;
}

static bool is_numeric(struct dd_str s)
{
	return dd_take_run(&s, dd_is_digit).n && s.n == 0;
}

static int local_cmp(struct dd_str a, struct dd_str b)
{
	struct dd_str x, y;
	for (;;) {
		bool more_a = next_part(&a, &x), more_b = next_part(&b, &y);
		if (!more_a || !more_b)
			return more_a - more_b;
		bool i = is_numeric(x), j = is_numeric(y);
		int c = i != j ? (i ? 1 : -1) : i ? dd_digits_cmp(x, y) : dd_lower_cmp(x, y);
		if (c)
			return c;
	}
}

static bool is_other(char c)
{
	return !dd_is_digit(c);
}

static int legacy_cmp(struct dd_str a, struct dd_str b)
{
	int c = 0;
	while (c == 0 && a.n && b.n) {
		bool x = dd_is_digit(a.p[0]), y = dd_is_digit(b.p[0]);
		if (x != y)
			return x ? 1 : -1;
		struct dd_str s = dd_take_run(&a, x ? dd_is_digit : is_other);
		struct dd_str t = dd_take_run(&b, x ? dd_is_digit : is_other);
		c = x ? dd_digits_cmp(s, t) : dd_lower_cmp(s, t);
	}
	return c ? c : (a.n > 0) - (b.n > 0);
}

/* Of two that agree up to here: dev or not, then by its number; `none` is the sign of the one without. */
static int optional_cmp(bool a, struct dd_str x, bool b, struct dd_str y, int none)
{
	if (!a || !b)
		return a == b ? 0 : a ? -none : none;
	return dd_digits_cmp(x, y);
}

static int pep440_cmp(const struct pep440 *a, const struct pep440 *b)
{
	int c = dd_digits_cmp(a->epoch, b->epoch);
	if (c == 0)
		c = release_cmp(a->release, b->release);
	if (c == 0)
		c = dd_sign((int)a->phase - (int)b->phase);
	if (c == 0)
		c = dd_digits_cmp(a->pre_number, b->pre_number);
	if (c == 0)
		c = optional_cmp(a->post, a->post_number, b->post, b->post_number, -1);
	if (c == 0)
		c = optional_cmp(a->dev, a->dev_number, b->dev, b->dev_number, 1);
	return c ? c : local_cmp(a->local, b->local);
}

bool dd_vercmp_pep440(struct dd_str a, struct dd_str b, int *ret)
{
	struct pep440 x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	if (x.legacy || y.legacy)
		*ret = x.legacy && y.legacy ? legacy_cmp(a, b) : y.legacy - x.legacy;
	else
		*ret = pep440_cmp(&x, &y);
	return true;
}
