/* SPDX-License-Identifier: Apache-2.0 */
/* Cargo.lock, versions 1 to 4: TOML.
 *
 *   version = 3                     (absent: 1 or 2)
 *   [[package]]
 *   name = N, version = V
 *   source = "registry+URL" / "sparse+URL" / "git+URL[?branch=…]#COMMIT"     (absent: a path of the same workspace)
 *   checksum = SHA-256 of the .crate file                                    (version 1: in [metadata])
 *   dependencies = [ "NAME" / "NAME VERSION" / "NAME VERSION (SOURCE)", … ]
 *   [metadata]  "checksum NAME VERSION (SOURCE)" = SHA-256
 *   [[patch.unused]], [root] (before version 1): not read
 *
 * Each package becomes one of type cargo. A dependency without a version is the only package of that name. Registries
 * other than crates.io become the purl qualifier repository_url, git sources vcs_url. Development dependencies are not
 * told apart in this file.
 *
 * Not read: locks of downloaded crates (…/registry/src/…, …/git/checkouts/…), which select nothing, and of Rust's own
 * source (…/rustlib/src/…).
 *
 * Limits: CARGO_LOCK_BYTES_MAX; memory is that of one part, and of what is found. Source: doc.rust-lang.org/cargo,
 * «Cargo.toml vs Cargo.lock»; cargo's src/cargo/core/resolver/encode.rs. */
#include "analyze/analyzer.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/toml.h"

#define CARGO_LOCK_BYTES_MAX (256 * DD_MIB)
#define PART_BYTES_MAX	     (256 * DD_MIB) /* the arena of one part */

struct lock {
	struct dd_found *out;
	size_t first;	       /* of this lock's packages in out */
	struct dd_map by_name; /* → the package's number, or SEVERAL */
	struct dd_map by_pair; /* "NAME VERSION" → the package's number */
};
enum { SEVERAL = 0xfffffffe };

static bool starts_with(struct dd_str *s, const char *prefix)
{
	if (!dd_str_starts(*s, dd_str_from(prefix)))
		return false;
	*s = dd_str_skip(*s, strlen(prefix));
	return true;
}

/* Without "user:password@". */
static struct dd_str after_credentials(struct dd_str url, struct dd_str *ret_scheme)
{
	size_t at = dd_str_search(url, DD_STR("://"));
	*ret_scheme = at < url.n ? dd_str_take(url, at + 3) : DD_STR("");
	struct dd_str rest = dd_str_skip(url, ret_scheme->n);
	struct dd_str host = dd_str_take(rest, dd_str_find(rest, '/'));
	size_t sign = dd_str_rfind(host, '@');
	return sign < host.n ? dd_str_skip(rest, sign + 1) : rest;
}

/* The purl qualifier that a source makes; empty: none. */
static struct dd_str qualifier_of(struct dd_found *out, struct dd_str source)
{
	static const char *const crates_io[] = { "https://github.com/rust-lang/crates.io-index",
						 "https://index.crates.io/" };
	struct dd_str scheme, text = DD_STR("");
	if (starts_with(&source, "registry+") || starts_with(&source, "sparse+")) {
		for (size_t i = 0; i < DD_COUNT(crates_io); i++)
			if (dd_str_eq_c(source, crates_io[i]))
				return DD_STR("");
		struct dd_str rest = after_credentials(source, &scheme);
		text = dd_arena_printf(out->arena, "repository_url=%.*s%.*s", DD_FMT(scheme), DD_FMT(rest));
	} else if (starts_with(&source, "git+")) {
		struct dd_str rest = after_credentials(source, &scheme);
		size_t hash = dd_str_rfind(rest, '#');
		struct dd_str commit = dd_str_skip(rest, hash + 1), url = dd_str_take(rest, hash);
		url = dd_str_take(url, dd_str_find(url, '?'));
		text = dd_arena_printf(out->arena, "vcs_url=git+%.*s%.*s%s%.*s", DD_FMT(scheme), DD_FMT(url),
				       commit.n ? "@" : "", DD_FMT(commit));
	}
	if (!text.p)
		out->failed = true;
	return text.p ? text : DD_STR("");
}

static bool is_hex_digest(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return s.n == 64;
}

static void set_digest(struct dd_found *out, struct dd_package *p, struct dd_str hex)
{
	if (!is_hex_digest(hex))
		return;
	p->digest = dd_arena_printf(out->arena, "sha256:%.*s", DD_FMT(hex));
	if (!p->digest.p)
		out->failed = true;
}

static bool index_package(struct lock *l, const struct dd_package *p, uint32_t i)
{
	struct dd_str pair = dd_arena_printf(l->out->arena, "%.*s %.*s", DD_FMT(p->name), DD_FMT(p->version));
	uint32_t there;
	return pair.p && dd_map_set(&l->by_pair, pair, i) && dd_map_add(&l->by_name, p->name, i, &there) &&
	       (there == i || dd_map_set(&l->by_name, p->name, SEVERAL));
}

/* The dependencies as they are written, one a line; resolve() makes NAME@VERSION of them when all packages are known.
 */
static struct dd_str raw_dependencies(struct dd_found *out, const struct dd_node *package)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	for (const struct dd_node *d = dd_node_first(dd_node_array(package, "dependencies")); d; d = d->next) {
		struct dd_str s = dd_node_text(d);
		size_t before = text.n;
		s = dd_str_take(s, dd_str_search(s, DD_STR(" (")));
		if (s.n == 0 || dd_str_find(s, '\n') < s.n)
			continue;
		if (dd_buf_add_str(&text, s) != DD_OK || dd_buf_add_char(&text, '\n') != DD_OK) {
			text.n = before;
			break;
		}
	}
	return dd_found_str(out, dd_buf_str(&text));
}

static void read_package(struct lock *l, const struct dd_node *t, uint64_t at)
{
	struct dd_str name = dd_node_str(t, "name"), version = dd_node_str(t, "version");
	struct dd_str source = dd_node_str(t, "source");
	if (!dd_str_is_word(name) || !dd_str_is_word(version) || name.n > DD_FIELD_BYTES_MAX ||
	    version.n > DD_FIELD_BYTES_MAX || source.n > DD_FIELD_BYTES_MAX) {
		dd_found_problem(l->out, at, "not a package with a name and a version: %s %s", DD_QUOTE(name),
				 DD_QUOTE(version));
		return;
	}
	struct dd_package *p = dd_found_package(l->out);
	if (!p)
		return;
	p->name = dd_found_str(l->out, name);
	p->version = dd_found_str(l->out, version);
	p->type = DD_STR("cargo");
	p->evidence = DD_PACKAGE_DECLARED;
	p->qualifiers = dd_str_is_word(source) ? qualifier_of(l->out, source) : DD_STR("");
	set_digest(l->out, p, dd_node_str(t, "checksum"));
	p->depends = raw_dependencies(l->out, t);
	if (!l->out->failed && !index_package(l, p, (uint32_t)(l->out->packages.n - 1)))
		l->out->failed = true;
}

/* Version 1: "checksum NAME VERSION (SOURCE)" = "…"; the packages are in front of it. */
static void read_metadata(struct lock *l, const struct dd_node *t)
{
	for (const struct dd_node *m = dd_node_first(t); m && !l->out->failed; m = m->next) {
		struct dd_str key = m->name;
		if (!starts_with(&key, "checksum "))
			continue;
		uint32_t i = dd_map_get(&l->by_pair, dd_str_take(key, dd_str_search(key, DD_STR(" ("))));
		if (i != DD_MAP_NONE)
			set_digest(l->out, &l->out->packages.p[i], dd_node_text(m));
	}
}

static void resolve(struct lock *l, struct dd_package *p)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct dd_str rest = p->depends, line;
	while (rest.n && dd_str_line(&rest, &line)) {
		size_t blank = dd_str_find(line, ' ');
		uint32_t i = dd_map_get(blank < line.n ? &l->by_pair : &l->by_name, line);
		struct dd_str name = dd_str_take(line, blank), version = dd_str_skip(line, blank + 1);
		if (blank == line.n && i < SEVERAL)
			version = l->out->packages.p[i].version;
		size_t before = text.n;
		(void)dd_buf_addf(&text, "%s%.*s%s%.*s", before ? "\n" : "", DD_FMT(name), version.n ? "@" : "",
				  DD_FMT(version));
		if (text.n > DD_FIELD_BYTES_MAX || text.failed) {
			text.n = before;
			break;
		}
	}
	text.failed = false;
	p->depends = dd_found_str(l->out, dd_buf_str(&text));
}

static enum dd_code read_parts(struct lock *l, struct dd_str data, struct dd_err *err)
{
	struct dd_toml_walk w;
	bool more = true;
	dd_toml_walk_open(&w, data);
	while (more && !l->out->failed) {
		struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(PART_BYTES_MAX);
		struct dd_toml_part part;
		struct dd_err why;
		enum dd_code code = dd_toml_walk_next(&w, &scratch, &part, &more, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK)
			dd_found_problem(l->out, why.at, "%s", why.message);
		else if (more && part.element && dd_str_eq_c(part.name, "package"))
			read_package(l, part.table, part.at);
		else if (more && dd_str_eq_c(part.name, "metadata"))
			read_metadata(l, part.table);
	}
	return DD_OK;
}

static bool selects_nothing(struct dd_str path)
{
	static const char *const places[] = { "registry/src/", "git/checkouts/", "rustlib/src/" };
	for (size_t i = 0; i < DD_COUNT(places); i++)
		if (dd_str_search(path, dd_str_from(places[i])) < path.n)
			return true;
	return false;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct lock l = { .out = out, .first = out->packages.n };
	if (selects_nothing(in->path))
		return DD_OK;
	enum dd_code code = read_parts(&l, in->data, err);
	for (size_t i = l.first; i < out->packages.n && !out->failed; i++)
		resolve(&l, &out->packages.p[i]);
	dd_map_done(&l.by_name);
	dd_map_done(&l.by_pair);
	if (code == DD_OK && out->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return code;
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Cargo.lock", NULL, CARGO_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_cargo_lock = {
	.id = "cargo-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Rust crates asked for (Cargo.lock)",
	.purl_type = "cargo",
	.match = match,
	.parse = parse,
};
