/* SPDX-License-Identifier: Apache-2.0 */
/* apt's repositories (Debian, Ubuntu and what is built like them):
 *
 *   <uri>/dists/<suite>/InRelease                        clearsigned; checked before it comes here. Fields: Suite,
 * Label, Valid-Until, NotAutomatic, ButAutomaticUpgrades, Acquire-By-Hash, SHA256 = *( LF hash size path )
 *   <component>/binary-<arch>/Packages[.xz|.gz]          paragraphs of Package, Version, Architecture
 *   …/by-hash/SHA256/<hash>                              the same bytes, however often the name changes
 *
 * Nothing counts before size and digest are those of InRelease. A suite whose Valid-Until is over may hide updates: it
 * is not used. Suites that are not automatic (experimental) are passed over, those with automatic upgrades only
 * (backports) are optional. Flat repositories (a suite that ends in "/") are not read. Source:
 * wiki.debian.org/DebianRepository/Format; apt_preferences(5). */
#include "base/limits.h"
#include "format/deb822.h"
#include "format/digest.h"
#include "fresh/gather_parts.h"
#include "net/http.h"

enum { ARCHITECTURES_MAX = 4, COMPONENTS_MAX = 16 };

struct suite {
	struct dd_offers *o;
	const struct dd_repository *r;
	struct dd_str hashes; /* of SHA256 */
	bool by_hash;
	struct dd_offer_kind kind;
};

static bool is_yes(struct dd_str s)
{
	return dd_str_eq_nocase(s, DD_STR("yes")) || dd_str_eq_nocase(s, DD_STR("true"));
}

/* "Sat, 29 Nov 2025 08:14:40 UTC": the form of HTTP, but for the zone. */
static bool parse_date(struct dd_str s, int64_t *ret)
{
	char text[64];
	if (s.n < 4 || s.n >= sizeof text || !dd_str_ends(s, DD_STR("UTC")))
		return dd_http_date(s, ret);
	memcpy(text, s.p, s.n);
	memcpy(text + s.n - 3, "GMT", 3);
	return dd_http_date((struct dd_str){ text, s.n }, ret);
}

static enum dd_code read_release(struct suite *s, struct dd_str text, bool *ret_use, struct dd_err *err)
{
	struct dd_deb822_reader r = DD_DEB822_READER(text);
	struct dd_deb822_item item;
	struct dd_str suite = DD_STR(""), label = DD_STR(""), until = DD_STR("");
	bool not_automatic = false, upgrades = false;
	int64_t end;
	while (dd_deb822_next(&r, &item) && item.kind != DD_DEB822_BREAK) {
		if (item.kind != DD_DEB822_FIELD)
			continue;
		if (dd_str_eq_nocase(item.name, DD_STR("Suite")))
			suite = item.value;
		else if (dd_str_eq_nocase(item.name, DD_STR("Label")))
			label = item.value;
		else if (dd_str_eq_nocase(item.name, DD_STR("Valid-Until")))
			until = item.value;
		else if (dd_str_eq_nocase(item.name, DD_STR("NotAutomatic")))
			not_automatic = is_yes(item.value);
		else if (dd_str_eq_nocase(item.name, DD_STR("ButAutomaticUpgrades")))
			upgrades = is_yes(item.value);
		else if (dd_str_eq_nocase(item.name, DD_STR("Acquire-By-Hash")))
			s->by_hash = is_yes(item.value);
		else if (dd_str_eq_nocase(item.name, DD_STR("SHA256")))
			s->hashes = item.value;
	}
	if (!s->hashes.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "InRelease names no files with SHA256");
	if (until.n && (!parse_date(until, &end) || end < s->o->g->wish->now))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET,
			       "InRelease was valid until %s only: it may hide newer updates", DD_QUOTE(until));
	*ret_use = !not_automatic || upgrades;
	s->kind.optional = not_automatic;
	s->kind.security = dd_str_eq_c(label, "Debian-Security") || dd_str_ends(suite, DD_STR("-security")) ||
			   dd_str_ends(s->r->suite, DD_STR("-security"));
	return DD_OK;
}

/* The line of a file in SHA256: "hash size path". */
static bool find_file(struct dd_str hashes, struct dd_str path, struct dd_str *ret_hash, uint64_t *ret_size)
{
	for (struct dd_str line; dd_str_line(&hashes, &line);) {
		line = dd_str_trim(line);
		struct dd_str hash = dd_str_take(line, dd_str_find(line, ' '));
		struct dd_str rest = dd_str_trim(dd_str_skip(line, hash.n));
		struct dd_str size = dd_str_take(rest, dd_str_find(rest, ' '));
		if (!dd_str_eq(dd_str_trim(dd_str_skip(rest, size.n)), path) || hash.n != 64 ||
		    !dd_str_u64(size, UINT32_MAX, ret_size))
			continue;
		*ret_hash = hash;
		return true;
	}
	return false;
}

/* ---- Packages ---- */

struct paragraph {
	struct dd_str name, version, architecture;
};

static enum dd_code offer(struct suite *s, const struct paragraph *p, struct dd_str native)
{
	const struct dd_offers *o = s->o;
	if (!p->name.n || !p->version.n)
		return DD_OK;
	for (uint32_t i = dd_map_get(&o->by_name, p->name); i != DD_MAP_NONE; i = o->next[i]) {
		struct dd_str arch = o->g->inv->packages[i].package.arch;
		/* one that is for all architectures may become one of the system's, and the other way round */
		bool fits = dd_str_eq(arch, p->architecture) || dd_str_eq_c(arch, "all") || !arch.n ||
			    (dd_str_eq_c(p->architecture, "all") && dd_str_eq(arch, native));
		if (fits)
			DD_TRY(dd_offers_add(s->o, i, p->version, &s->kind));
	}
	return DD_OK;
}

static bool take_field(struct dd_str line, const char *name, struct dd_str *to)
{
	struct dd_str n = dd_str_from(name);
	if (!dd_str_starts(line, n))
		return false;
	*to = dd_str_trim(dd_str_skip(line, n.n));
	return true;
}

/* Fifty megabytes of which three fields of a paragraph count: read by lines, not by dd_deb822_next. */
static enum dd_code read_packages(struct suite *s, struct dd_str text, struct dd_str native)
{
	struct paragraph p = { .name = DD_STR("") };
	for (struct dd_str line; dd_str_line(&text, &line);) {
		if (!line.n) {
			DD_TRY(offer(s, &p, native));
			p = (struct paragraph){ .name = DD_STR("") };
			continue;
		}
		if (line.p[0] == 'P')
			(void)take_field(line, "Package:", &p.name);
		else if (line.p[0] == 'V')
			(void)take_field(line, "Version:", &p.version);
		else if (line.p[0] == 'A')
			(void)take_field(line, "Architecture:", &p.architecture);
	}
	return offer(s, &p, native);
}

static enum dd_code check_bytes(struct dd_str bytes, struct dd_str hash, uint64_t size, struct dd_err *err)
{
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_digest_of(DD_SHA256, bytes, &digest, err));
	struct dd_str have = dd_str_from(dd_digest_text(&digest, text));
	if (bytes.n != size || !dd_str_eq(dd_str_skip(have, sizeof "sha256:" - 1), hash))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "an index does not have the digest that InRelease names");
	return DD_OK;
}

static enum dd_code fetch_index(struct suite *s, struct dd_str dir, struct dd_str path, struct dd_str hash,
				uint64_t size, struct dd_fresh_heard *ret, struct dd_err *err)
{
	struct dd_arena *a = s->o->g->arena;
	struct dd_str plain = dd_arena_printf(a, "dists/%.*s/%.*s", DD_FMT(s->r->suite), DD_FMT(path));
	struct dd_str hashed = dd_arena_printf(a, "dists/%.*s/%.*s/by-hash/SHA256/%.*s", DD_FMT(s->r->suite),
					       DD_FMT(dir), DD_FMT(hash));
	enum dd_code code = DD_ENOTFOUND;
	if (!plain.p || !hashed.p)
		return dd_fail_nomem(err);
	if (s->by_hash)
		code = dd_gather_file(s->o->g, DD_FRESH_FILE, s->r->url, hashed, ret, err);
	if (code == DD_ENOTFOUND)
		code = dd_gather_file(s->o->g, DD_FRESH_FILE, s->r->url, plain, ret, err);
	DD_TRY(code);
	code = check_bytes(ret->file.bytes, hash, size, err);
	if (code != DD_OK)
		dd_fresh_heard_done(ret);
	return code;
}

static enum dd_code read_index(struct suite *s, struct dd_str component, struct dd_str arch, struct dd_err *err)
{
	static const char *const endings[] = { ".xz", ".gz", "" };
	struct dd_arena *a = s->o->g->arena;
	struct dd_str dir = dd_arena_printf(a, "%.*s/binary-%.*s", DD_FMT(component), DD_FMT(arch)), hash, path, text;
	struct dd_fresh_heard h;
	uint64_t size = 0;
	bool found = false;
	for (size_t i = 0; i < DD_COUNT(endings) && !found; i++) {
		path = dd_arena_printf(a, "%.*s/Packages%s", DD_FMT(dir), endings[i]);
		found = path.p && find_file(s->hashes, path, &hash, &size);
	}
	if (!dir.p)
		return dd_fail_nomem(err);
	if (!found || size == 0) /* nothing for this architecture, or nothing at all */
		return DD_OK;
	DD_CLEANUP_BUF struct dd_buf unpacked = DD_BUF_INIT(DD_FRESH_DOCUMENT_MAX);
	DD_TRY(fetch_index(s, dir, path, hash, size, &h, err));
	enum dd_code code = dd_fresh_unpack(h.file.bytes, DD_FRESH_DOCUMENT_MAX, &unpacked, &text, err);
	if (code == DD_OK && read_packages(s, text, arch) != DD_OK)
		code = dd_fail_nomem(err);
	dd_fresh_heard_done(&h);
	return code;
}

/* ---- the suite ---- */

/* Architectures of the packages that are there, or those that the source says. */
static size_t architectures(const struct suite *s, struct dd_str list[ARCHITECTURES_MAX])
{
	const struct dd_inventory *inv = s->o->g->inv;
	size_t n = 0;
	for (size_t i = 0; i < inv->n_packages && n < ARCHITECTURES_MAX; i++) {
		struct dd_str arch = inv->packages[i].package.arch;
		bool known = !inv->packages[i].system || !arch.n || dd_str_eq_c(arch, "all");
		bool wanted =
			!s->r->architectures.n || dd_str_search(s->r->architectures, arch) < s->r->architectures.n;
		for (size_t k = 0; k < n; k++)
			known = known || dd_str_eq(list[k], arch);
		if (!known && wanted)
			list[n++] = arch;
	}
	return n;
}

enum dd_code dd_repository_deb(struct dd_offers *o, const struct dd_repository *r, struct dd_err *err)
{
	struct suite s = { .o = o, .r = r, .hashes = DD_STR("") };
	struct dd_str list[ARCHITECTURES_MAX], components = r->components;
	struct dd_fresh_heard h;
	bool use = false;
	if (!r->suite.n || dd_str_ends(r->suite, DD_STR("/")))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "flat repositories are not read");
	struct dd_str part = dd_arena_printf(o->g->arena, "dists/%.*s/InRelease", DD_FMT(r->suite));
	if (!part.p)
		return dd_fail_nomem(err);
	DD_TRY(dd_gather_file(o->g, DD_FRESH_INRELEASE, r->url, part, &h, err));
	s.kind.origin = dd_arena_printf(o->g->arena, "%s %.*s", h.reply.origin, DD_FMT(r->suite));
	size_t n = architectures(&s, list), n_components = 0;
	enum dd_code code = s.kind.origin.p ? read_release(&s, h.file.bytes, &use, err) : dd_fail_nomem(err);
	for (struct dd_str c; code == DD_OK && use && dd_str_next(&components, ' ', &c);) {
		if (!c.n || ++n_components > COMPONENTS_MAX)
			continue;
		for (size_t i = 0; i < n && code == DD_OK; i++)
			code = read_index(&s, c, list[i], err);
	}
	dd_fresh_heard_done(&h);
	return code;
}
