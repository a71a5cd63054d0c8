/* SPDX-License-Identifier: Apache-2.0 */
/* Gemfile.lock (gems.locked): what Bundler resolved.
 *
 *   file    = *( section / LF )
 *   section = NAME LF *( 1*blank text LF )
 *     GEM           remote: URL / specs: / NAME (VERSION[-PLATFORM]) / dependency NAME [(RANGES)]
 *     GIT           remote, revision, branch, tag … and specs
 *     PATH          remote and specs: the user's own code
 *     PLUGIN SOURCE, PLATFORMS, DEPENDENCIES, RUBY VERSION, BUNDLED WITH: not read
 *     CHECKSUMS     NAME (VERSION[-PLATFORM]) sha256=HEX[,…]
 *
 * Keys of a source are indented by 2 blanks, specifications by 4, their dependencies by 6. A version holds no "-", so
 * the platform starts at the first one. A gem that is locked for several platforms is one package; its platform is kept
 * only where there is a single one. Gems of PATH are no packages; those of GIT have the repository as their URL. A lock
 * file does not know Gemfile's groups, so nothing is marked as for development.
 * Problems, and the rest is read: a line in specs that is none, a merge conflict's marks.
 * Source: rubygems/bundler lib/bundler/lockfile_parser.rb, lockfile_generator.rb; Bundler 1.0 to 2.7. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

enum section { OTHER, GEM, GIT, PATH, CHECKSUMS };

static const struct {
	const char *name;
	enum section section;
} sections[] = {
	{ "GEM", GEM },
	{ "GIT", GIT },
	{ "PATH", PATH },
	{ "CHECKSUMS", CHECKSUMS },
};

struct reader {
	struct dd_found *out;
	enum section section;
	bool in_specs;
	struct dd_str remote;
	struct dd_buf depends;	/* of the package read last */
	uint32_t current;	/* its index, DD_MAP_NONE: none */
	struct dd_str platform; /* its platform */
	struct dd_map seen;	/* "NAME (VERSION-PLATFORM)" → index of the package */
};

static void reader_done(struct reader *r)
{
	dd_buf_done(&r->depends);
	dd_map_done(&r->seen);
}

static void flush(struct reader *r)
{
	DD_CLEANUP_BUF struct dd_buf qualifiers = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	if (r->current == DD_MAP_NONE)
		return;
	struct dd_package *p = &r->out->packages.p[r->current];
	dd_qualifiers_add(&qualifiers, "platform", r->platform);
	p->qualifiers = dd_lines_take(r->out, &qualifiers);
	p->depends = dd_lines_take(r->out, &r->depends);
	r->current = DD_MAP_NONE;
}

/* "NAME (VERSION-PLATFORM)"; false when it is not that. */
static bool cut_spec(struct dd_str text, struct dd_str *ret_name, struct dd_str *ret_version,
		     struct dd_str *ret_platform)
{
	size_t open = dd_str_search(text, DD_STR(" ("));
	struct dd_str version = dd_str_skip(text, open + 2);
	if (open == text.n || version.n == 0 || version.p[version.n - 1] != ')')
		return false;
	version = dd_str_take(version, version.n - 1);
	size_t dash = dd_str_find(version, '-');
	*ret_name = dd_str_take(text, open);
	*ret_version = dd_str_take(version, dash);
	*ret_platform = dd_str_skip(version, dash + 1);
	return true;
}

static void take_spec(struct reader *r, struct dd_str text, uint64_t at)
{
	struct dd_str name, version, platform;
	struct dd_found *out = r->out;
	if (!cut_spec(text, &name, &version, &platform)) {
		flush(r);
		dd_found_problem(out, at, "not a gem and its version: %s", DD_QUOTE(text));
		return;
	}
	/* One more platform of the same gem. */
	const struct dd_package *last = r->current == DD_MAP_NONE ? NULL : &out->packages.p[r->current];
	if (last && dd_str_eq(last->name, name) && dd_str_eq(last->version, version)) {
		r->platform = DD_STR("");
		out->failed |= !dd_map_set(&r->seen, text, r->current);
		return;
	}
	flush(r);
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "gem", name, version, at);
	if (!p)
		return;
	p->url = r->section == GIT ? dd_third_party_url(out, r->remote) : DD_STR("");
	r->current = (uint32_t)out->packages.n - 1;
	r->platform = platform;
	out->failed |= !dd_map_set(&r->seen, text, r->current);
}

static void take_checksum(struct reader *r, struct dd_str text)
{
	size_t end = dd_str_find(text, ')');
	struct dd_str sums = dd_str_trim(dd_str_skip(text, end + 1)), sum;
	uint32_t at = dd_map_get(&r->seen, dd_str_take(text, end + 1));
	if (at == DD_MAP_NONE)
		return;
	while (dd_str_next(&sums, ',', &sum)) {
		struct dd_package *p = &r->out->packages.p[at];
		if (p->digest.n == 0)
			p->digest = dd_third_party_digest_of(r->out, dd_str_trim(sum));
	}
}

static void take_line(struct reader *r, struct dd_str line, uint64_t at)
{
	size_t indent = 0;
	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	struct dd_str text = dd_str_trim(line);
	if (indent == 0) {
		flush(r);
		r->section = OTHER;
		r->in_specs = false;
		r->remote = DD_STR("");
		for (size_t i = 0; i < DD_COUNT(sections); i++)
			if (dd_str_eq_c(text, sections[i].name))
				r->section = sections[i].section;
		if (dd_str_starts(text, DD_STR("<<<<<<<")) || dd_str_starts(text, DD_STR(">>>>>>>")))
			dd_found_problem(r->out, at, "a merge conflict: %s", DD_QUOTE(text));
	} else if (r->section == CHECKSUMS) {
		take_checksum(r, text);
	} else if (indent == 2) {
		r->in_specs = dd_str_eq_c(text, "specs:");
		if (dd_str_starts(text, DD_STR("remote: ")))
			r->remote = dd_str_skip(text, strlen("remote: "));
	} else if (indent == 4 && r->in_specs && (r->section == GEM || r->section == GIT)) {
		take_spec(r, text, at);
	} else if (indent == 6 && r->current != DD_MAP_NONE) {
		dd_depends_add(&r->depends, dd_str_take(text, dd_str_find(text, ' ')), DD_STR(""));
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out, .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX), .current = DD_MAP_NONE };
	for (struct dd_str rest = in->data, line; rest.n && !out->failed;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		if (dd_str_trim(line).n)
			take_line(&r, line, at);
	}
	flush(&r);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Gemfile.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_BASENAME, "gems.locked", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_ruby_lock = {
	.id = "ruby-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Gemfile.lock",
	.purl_type = "gem",
	.match = match,
	.parse = parse,
};
