/* SPDX-License-Identifier: Apache-2.0 */
/* Perl distributions that are installed:
 *
 *   ARCHLIB/.meta/DIST-VERSION/install.json    {"dist": "Demo-Thing-1.02", "name": module, "pathname": …}    cpanm, cpm
 *   ARCHLIB/.meta/DIST-VERSION/MYMETA.json     {"name": "Demo-Thing", "version": "1.02", "license": [ … ],
 *                                               "prereqs": {"runtime": {"requires": {MODULE: VERSION}}}}
 *   ARCHLIB/perllocal.pod                      every `make install`, an entry behind the other:
 *     =head2 DATE: C<Module> L<Demo::Thing|Demo::Thing>
 *     C<VERSION: 1.02>
 *
 * The version in install.json is a number and may have lost digits: the distribution's name with its version is read.
 * Of perllocal.pod the last entry of a module counts; the distribution is taken to have its name. Prerequisites are
 * modules, not distributions: left out. MYMETA.json elsewhere belongs to a build and is passed over.
 * Source: metacpan.org CPAN::Meta::Spec 2, App::cpanminus 1.7 (save_meta), ExtUtils::Command::MM (perllocal_install).
 */
#include "analyze/analyzer.h"
#include "analyze/perl/perl_dist.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/json.h"

#define META_BYTES_MAX (16 * DD_MIB)

static enum dd_code read_install(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str name, version;
	DD_TRY(dd_json_parse(in->data, &doc, err));
	struct dd_str dist = dd_json_str(doc, "dist");
	if (!dd_perl_cut_dist(dist, &name, &version))
		dd_found_problem(out, 0, "not a distribution and its version: %s", DD_QUOTE(dist));
	else
		(void)dd_third_party(out, DD_PACKAGE_INSTALLED, "cpan", name, version, 0);
	return DD_OK;
}

/* CPAN::Meta::Spec, "license": any of them. */
static struct dd_str licences_of(struct dd_found *out, const json_t *list)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str one = dd_json_text(dd_json_at(list, i));
		if (!dd_str_eq_c(one, "unknown"))
			dd_licences_add(&text, " OR ", one);
	}
	return dd_lines_take(out, &text);
}

static enum dd_code read_meta(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	DD_TRY(dd_json_parse(in->data, &doc, err));
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "cpan", dd_json_str(doc, "name"),
					      dd_json_str(doc, "version"), 0);
	if (p)
		p->licences = licences_of(out, dd_json_arr(doc, "license"));
	return DD_OK;
}

/* "Demo-Thing" of "L<Demo::Thing|Demo::Thing>" at the end of a heading. */
static bool take_heading(struct dd_str line, struct dd_buf *name)
{
	size_t at = dd_str_search(line, DD_STR("C<Module> L<"));
	if (!dd_str_starts(line, DD_STR("=head2 ")) || at == line.n)
		return false;
	struct dd_str module = dd_str_skip(line, at + strlen("C<Module> L<"));
	module = dd_str_take(module, dd_str_find(module, '|'));
	module = dd_str_take(module, dd_str_find(module, '>'));
	dd_buf_clear(name);
	for (size_t i = 0; i < module.n && i < DD_FIELD_BYTES_MAX; i++) {
		bool colons = module.p[i] == ':' && i + 1 < module.n && module.p[i + 1] == ':';
		(void)dd_buf_add_char(name, colons ? '-' : module.p[i]);
		i += colons;
	}
	return true;
}

static void read_version(struct dd_found *out, struct dd_map *seen, struct dd_str name, struct dd_str version,
			 uint64_t at)
{
	uint32_t index = dd_map_get(seen, name);
	if (index != DD_MAP_NONE && dd_str_is_word(version) && version.n <= DD_FIELD_BYTES_MAX) {
		out->packages.p[index].version = dd_found_str(out, version);
		return;
	}
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "cpan", name, version, at);
	if (p && !dd_map_set(seen, p->name, (uint32_t)out->packages.n - 1))
		out->failed = true;
}

static enum dd_code read_perllocal(const struct dd_input *in, struct dd_found *out)
{
	static const struct dd_str mark = { "C<VERSION: ", 11 };
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	DD_CLEANUP(dd_map_done) struct dd_map seen = { 0 };
	for (struct dd_str rest = in->data, line; rest.n && !out->failed;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		line = dd_str_trim(line);
		if (take_heading(line, &name) || !dd_str_starts(line, mark) || name.n == 0)
			continue;
		struct dd_str version = dd_str_skip(line, mark.n);
		read_version(out, &seen, dd_buf_str(&name), dd_str_take(version, dd_str_find(version, '>')), at);
		dd_buf_clear(&name);
	}
	out->failed = out->failed || name.failed;
	return DD_OK;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	bool kept = dd_str_search(in->path, DD_STR("/.meta/")) < in->path.n;
	if (dd_str_ends(in->path, DD_STR("perllocal.pod")))
		DD_TRY(read_perllocal(in, out));
	else if (kept && dd_str_ends(in->path, DD_STR("/install.json")))
		DD_TRY(read_install(in, out, err));
	else if (kept)
		DD_TRY(read_meta(in, out, err));
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "install.json", NULL, META_BYTES_MAX },
	{ DD_MATCH_BASENAME, "MYMETA.json", NULL, META_BYTES_MAX },
	{ DD_MATCH_BASENAME, "perllocal.pod", NULL, 4 * META_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_perl = {
	.id = "perl",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed Perl distributions",
	.purl_type = "cpan",
	.match = match,
	.parse = parse,
};
