/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/addresses.h"

#include "base/limits.h"
#include "net/http.h"

const struct dd_fresh_service_row dd_fresh_services[DD_FRESH_N_SERVICES] = {
#define DD_FRESH_SERVICE(NAME, type, base, own, other, address, parser, max, accept)                                   \
	[DD_FRESH_##NAME] = { type, base, own, other, accept, max, base == NULL },
#include "fresh/services.def"
#undef DD_FRESH_SERVICE
};

/* Visible ASCII of names and versions, without what means something in a URL. */
static bool is_plain(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !(s.p[i] && strchr("-._~+!@:", s.p[i])))
			return false;
	return s.n > 0;
}

/* Segments between slashes: `least` to `most` of them, none empty, none of dots alone. */
static bool is_path(struct dd_str s, size_t least, size_t most)
{
	size_t n = 0;
	for (struct dd_str rest = s, part; dd_str_next(&rest, '/', &part); n++)
		if (!is_plain(part) || dd_str_eq_c(part, ".") || dd_str_eq_c(part, "..") || part.n > 255)
			return false;
	return n >= least && n <= most;
}

static enum dd_code add(struct dd_buf *url, const char *before, struct dd_str path, const char *after)
{
	(void)dd_buf_add_c(url, before);
	(void)dd_http_add_path(url, path);
	(void)dd_buf_add_c(url, after);
	return url->failed ? DD_ELIMIT : DD_OK;
}

static void add_lower(struct dd_buf *out, struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		(void)dd_buf_add_char(out, dd_lower(s.p[i]));
}

typedef enum dd_code address_fn(struct dd_str name, struct dd_str part, struct dd_buf *url);

/* "@scope/name": the slash is part of the name, and encoded (npm registry API). */
static enum dd_code npm(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)part;
	bool scoped = name.n && name.p[0] == '@';
	size_t slash = dd_str_find(name, '/');
	if (!is_path(name, scoped ? 2 : 1, scoped ? 2 : 1))
		return DD_EARG;
	if (!scoped)
		return add(url, "/", name, "");
	(void)dd_buf_add_c(url, "/@");
	(void)dd_http_add_path(url, dd_str_skip(dd_str_take(name, slash), 1));
	return add(url, "%2f", dd_str_skip(name, slash + 1), "");
}

/* PEP 503: runs of "-", "_" and "." are one "-". A base that is no simple index is the JSON API of PyPI. */
static enum dd_code pypi(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	bool json = dd_str_ends(dd_buf_str(url), DD_STR("/pypi"));
	(void)part;
	if (!is_path(name, 1, 1))
		return DD_EARG;
	(void)dd_buf_add_char(url, '/');
	for (size_t i = 0; i < name.n; i++) {
		bool mark = strchr("-_.", name.p[i]) != NULL;
		if (mark && i > 0 && strchr("-_.", name.p[i - 1]))
			continue;
		(void)dd_buf_add_char(url, mark ? '-' : dd_lower(name.p[i]));
	}
	return dd_buf_add_c(url, json ? "/json" : "/");
}

/* Names of one, two, three and more letters are in places of their own (cargo book, "index files"). */
static enum dd_code cargo(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	DD_CLEANUP_BUF struct dd_buf low = DD_BUF_INIT(DD_FRESH_NAME_MAX);
	(void)part;
	if (!is_path(name, 1, 1))
		return DD_EARG;
	add_lower(&low, name);
	struct dd_str s = dd_buf_str(&low);
	if (s.n < 3)
		(void)dd_buf_addf(url, "/%zu", s.n);
	else if (s.n == 3)
		(void)dd_buf_addf(url, "/3/%.1s", s.p);
	else
		(void)dd_buf_addf(url, "/%.2s/%.2s", s.p, s.p + 2);
	return add(url, "/", s, "");
}

/* "github.com/Azure/x" → "github.com/!azure/x" (golang.org/ref/mod#goproxy-protocol). */
static enum dd_code go_module(struct dd_str name, struct dd_buf *url)
{
	if (!is_path(name, 1, 64))
		return DD_EARG;
	(void)dd_buf_add_char(url, '/');
	for (size_t i = 0; i < name.n; i++) {
		bool upper = name.p[i] >= 'A' && name.p[i] <= 'Z';
		if (upper)
			(void)dd_buf_add_char(url, '!');
		(void)dd_http_add_path(url, (struct dd_str){ upper ? (char[]){ dd_lower(name.p[i]) } : name.p + i, 1 });
	}
	return DD_OK;
}

static enum dd_code go_list(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)part;
	DD_TRY(go_module(name, url));
	return dd_buf_add_c(url, "/@v/list");
}

static enum dd_code go_latest(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)part;
	DD_TRY(go_module(name, url));
	return dd_buf_add_c(url, "/@latest");
}

static enum dd_code go_mod(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	DD_TRY(go_module(name, url));
	if (!is_path(part, 1, 1))
		return DD_EARG;
	return add(url, "/@v/", part, ".mod");
}

static enum dd_code maven(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	size_t colon = dd_str_find(name, ':');
	struct dd_str group = dd_str_take(name, colon), artifact = dd_str_skip(name, colon + 1);
	(void)part;
	if (dd_str_find(artifact, ':') < artifact.n || !is_path(artifact, 1, 1))
		return DD_EARG;
	for (struct dd_str rest = group, piece; dd_str_next(&rest, '.', &piece);) {
		if (!is_path(piece, 1, 1))
			return DD_EARG;
		(void)add(url, "/", piece, "");
	}
	return add(url, "/", artifact, "/maven-metadata.xml");
}

static enum dd_code gem(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)part;
	return is_path(name, 1, 1) ? add(url, "/info/", name, "") : DD_EARG;
}

static enum dd_code nuget(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)part;
	if (!is_path(name, 1, 1))
		return DD_EARG;
	(void)dd_buf_add_char(url, '/');
	add_lower(url, name);
	return dd_buf_add_c(url, "/index.json");
}

/* part: "LOWER/UPPER", the versions that the page begins and ends with. */
static enum dd_code nuget_page(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	if (!is_path(name, 1, 1) || !is_path(part, 2, 2))
		return DD_EARG;
	(void)dd_buf_add_char(url, '/');
	add_lower(url, name);
	return add(url, "/page/", part, ".json");
}

static enum dd_code composer(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	DD_CLEANUP_BUF struct dd_buf low = DD_BUF_INIT(DD_FRESH_NAME_MAX);
	(void)part;
	if (!is_path(name, 2, 2))
		return DD_EARG;
	add_lower(&low, name);
	return add(url, "/p2/", dd_buf_str(&low), ".json");
}

/* A file of an apt, apk or rpm repository. */
static enum dd_code file(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	bool shape = dd_str_starts(part, DD_STR("dists/")) || dd_str_starts(part, DD_STR("repodata/")) ||
		     dd_str_ends(part, DD_STR("/APKINDEX.tar.gz"));
	(void)name;
	return shape && is_path(part, 2, 12) ? add(url, "/", part, "") : DD_EARG;
}

/* The query of a list of mirrors: "repo=fedora-39&arch=x86_64"; empty: none. */
static enum dd_code mirrors(struct dd_str name, struct dd_str part, struct dd_buf *url)
{
	(void)name;
	for (size_t i = 0; i < part.n; i++)
		if (!dd_is_alpha(part.p[i]) && !dd_is_digit(part.p[i]) &&
		    !(part.p[i] && strchr("-._~+=&,/:@", part.p[i])))
			return DD_EARG;
	if (part.n)
		(void)dd_buf_add_char(url, '?');
	return dd_buf_add_str(url, part);
}

static address_fn *const functions[DD_FRESH_N_SERVICES] = {
#define DD_FRESH_SERVICE(NAME, type, base, own, other, address, parser, max, accept) [DD_FRESH_##NAME] = address,
#include "fresh/services.def"
#undef DD_FRESH_SERVICE
};

enum dd_code dd_fresh_address(const struct dd_fresh_query *q, struct dd_buf *url, struct dd_err *err)
{
	if (q->service >= DD_FRESH_N_SERVICES)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "there is no service %u", q->service);
	enum dd_code code = functions[q->service](dd_str_from(q->name), dd_str_from(q->part), url);
	if (code == DD_EARG)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no name that a registry takes",
			       DD_QUOTE(dd_str_from(q->name)));
	return dd_buf_check(url, "the URL", err);
}
