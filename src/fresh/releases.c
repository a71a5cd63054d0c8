/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/releases.h"

#include "base/limits.h"

/* Rows whose documents are no list of releases. */
#define dd_releases_none   NULL
#define RELEASES_BYTES_MAX (64 * DD_MIB)
enum { WORDS_MAX = 500 };

void dd_releases_init(struct dd_releases *r)
{
	*r = (struct dd_releases){ .arena = DD_ARENA_INIT(RELEASES_BYTES_MAX),
				   .latest = DD_STR(""),
				   .words = DD_STR(""),
				   .instead = DD_STR(""),
				   .next = DD_FRESH_N_SERVICES };
}

void dd_releases_done(struct dd_releases *r)
{
	dd_vec_done(&r->list);
	dd_arena_done(&r->arena);
}

struct dd_release *dd_releases_add(struct dd_releases *r, struct dd_str version)
{
	struct dd_release one = { .version = dd_arena_str(&r->arena, version) };
	one.released = one.words = one.instead = DD_STR("");
	if (!one.version.p || version.n > DD_FRESH_PART_MAX || !dd_vec_push(&r->list, one, DD_RELEASES_MAX))
		return NULL;
	return &r->list.p[r->list.n - 1];
}

struct dd_str dd_releases_words(struct dd_releases *r, struct dd_str s)
{
	s = dd_arena_str(&r->arena, dd_str_take(dd_str_trim(s), WORDS_MAX));
	return s.p ? s : DD_STR("");
}

enum dd_code dd_releases_read(enum dd_fresh_service service, struct dd_str doc, struct dd_str name,
			      struct dd_releases *r, struct dd_err *err)
{
	static dd_releases_fn *const parsers[DD_FRESH_N_SERVICES] = {
#define DD_FRESH_SERVICE(NAME, type, base, own, other, address, parser, max, accept)                                   \
	[DD_FRESH_##NAME] = dd_releases_##parser,
#include "fresh/services.def"
#undef DD_FRESH_SERVICE
	};
	dd_assert(service < DD_FRESH_N_SERVICES && parsers[service]);
	return parsers[service](doc, name, r, err);
}

/* ---- one installed version ---- */

static bool has_word(struct dd_str s, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= s.n; i++)
		if (dd_str_eq_nocase((struct dd_str){ s.p + i, n }, dd_str_from(word)))
			return true;
	return false;
}

/* a, b, c, rc, alpha, beta, pre, preview, dev before a number (PEP 440); post and local versions are none. */
static bool pre_pep440(struct dd_str v)
{
	v = dd_str_take(v, dd_str_find(v, '+'));
	for (size_t i = 0; i < v.n; i++) {
		struct dd_str rest = dd_str_skip(v, i);
		bool start = i == 0 || !dd_is_alpha(v.p[i - 1]);
		if (!dd_is_alpha(v.p[i]) || !start)
			continue;
		size_t n = 0;
		while (n < rest.n && dd_is_alpha(rest.p[n]))
			n++;
		struct dd_str word = dd_str_take(rest, n);
		if (!dd_str_eq_nocase(word, DD_STR("post")) && !dd_str_eq_nocase(word, DD_STR("rev")) &&
		    !dd_str_eq_nocase(word, DD_STR("r")) && !(i == 0 && dd_str_eq_nocase(word, DD_STR("v"))))
			return true;
	}
	return false;
}

static bool pre_maven(struct dd_str v)
{
	static const char *const words[] = { "alpha", "beta", "snapshot", "preview", "-rc", ".rc",	  "-cr", ".cr",
					     "-m",    ".m",   "-ea",	  "-dev",    "-b",  "incubating", "-pre" };
	for (size_t i = 0; i < DD_COUNT(words); i++) {
		size_t n = strlen(words[i]);
		if (n > 3) {
			if (has_word(v, words[i]))
				return true;
			continue;
		}
		/* short ones only before a digit or at the end: "1.0-jre" and "-mysql" are none */
		for (size_t at = 0; at + n <= v.n; at++)
			if (dd_str_eq_nocase((struct dd_str){ v.p + at, n }, dd_str_from(words[i])) &&
			    (at + n == v.n || dd_is_digit(v.p[at + n])))
				return true;
	}
	return false;
}

bool dd_release_is_pre(enum dd_scheme scheme, struct dd_str v)
{
	struct dd_str plain = dd_str_take(v, dd_str_find(v, '+'));
	switch (scheme) {
	case DD_SCHEME_PEP440:
		return pre_pep440(v);
	case DD_SCHEME_MAVEN:
		return pre_maven(v);
	case DD_SCHEME_GEM: /* any letter (Gem::Version#prerelease?) */
		for (size_t i = 0; i < v.n; i++)
			if (dd_is_alpha(v.p[i]))
				return true;
		return false;
	case DD_SCHEME_COMPOSER:
		return has_word(v, "alpha") || has_word(v, "beta") || has_word(v, "rc") || has_word(v, "dev");
	case DD_SCHEME_SEMVER:
	case DD_SCHEME_GOLANG:
	case DD_SCHEME_NUGET:
		return dd_str_find(plain, '-') < plain.n;
	default:
		return false;
	}
}

const struct dd_release *dd_releases_newest(const struct dd_releases *r, enum dd_scheme scheme)
{
	const struct dd_release *best[2] = { NULL, NULL }; /* meant for use; any that is not taken back */
	for (size_t i = 0; i < r->list.n; i++) {
		const struct dd_release *one = &r->list.p[i];
		bool pre = dd_release_is_pre(scheme, one->version);
		int c;
		if (one->unlisted || (one->marks & (DD_UPSTREAM_YANKED | DD_UPSTREAM_REMOVED)))
			continue;
		for (size_t k = pre ? 1 : 0; k < 2; k++)
			if (best[k] ? dd_vercmp(scheme, one->version, best[k]->version, &c) && c > 0
				    : dd_vercmp(scheme, one->version, one->version, &c))
				best[k] = one;
	}
	return best[0] ? best[0] : best[1];
}

static const struct dd_release *find(const struct dd_releases *r, enum dd_scheme scheme, struct dd_str version)
{
	int c;
	for (size_t i = 0; i < r->list.n; i++)
		if (dd_str_eq(r->list.p[i].version, version))
			return &r->list.p[i];
	for (size_t i = 0; i < r->list.n; i++)
		if (dd_vercmp(scheme, r->list.p[i].version, version, &c) && c == 0)
			return &r->list.p[i];
	return NULL;
}

static enum dd_code keep(struct dd_arena *a, struct dd_str from, struct dd_str *to)
{
	*to = from.n ? dd_arena_str(a, from) : DD_STR("");
	return to->p ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_releases_standing(const struct dd_releases *r, enum dd_scheme scheme, struct dd_str installed,
				  struct dd_arena *a, struct dd_upstream *ret, struct dd_err *err)
{
	struct dd_upstream u = { .state = DD_UPSTREAM_KNOWN, .origin = DD_STR("") };
	const struct dd_release *own = find(r, scheme, installed), *newest = NULL;
	struct dd_str latest = r->latest, released = DD_STR(""), words = r->words, instead = r->instead;
	int c;
	newest = latest.n ? find(r, scheme, latest) : dd_releases_newest(r, scheme);
	if (newest && !latest.n)
		latest = newest->version;
	if (newest)
		released = newest->released;
	u.behind = latest.n && dd_vercmp(scheme, installed, latest, &c) && c < 0;
	u.marks = r->marks;
	if (own) {
		u.marks |= own->marks;
		words = own->words.n ? own->words : words;
		instead = own->instead.n ? own->instead : instead;
	} else if (r->complete && r->list.n && dd_vercmp(scheme, installed, installed, &c)) {
		u.marks |= DD_UPSTREAM_YANKED;
	}
	if (keep(a, latest, &u.latest) != DD_OK || keep(a, released, &u.released) != DD_OK ||
	    keep(a, words, &u.words) != DD_OK || keep(a, instead, &u.instead) != DD_OK)
		return dd_fail_nomem(err);
	*ret = u;
	return DD_OK;
}
