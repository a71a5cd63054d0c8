/* SPDX-License-Identifier: Apache-2.0 */
/* Packages of Composer: what is installed (vendor/composer/installed.json) and what is locked (composer.lock).
 *
 *   installed.json = [ PACKAGE, … ]                                            Composer 1
 *                  | {"packages": [ … ], "dev": …, "dev-package-names": [ … ]} Composer 2
 *   composer.lock  = {"packages": [ … ], "packages-dev": [ … ] / null, …}
 *   PACKAGE = {"name": "vendor/name", "version": "v1.2.3" / "dev-main", "source": {type, url, reference},
 *              "dist": {type, url, shasum, reference}, "require": {NAME: RANGE}, "license": [ … ] / "…", …}
 *
 * Versions are tags, with or without a "v" in front: it is taken off, as advisories write them without. Several
 * licences are alternatives (Composer's schema, "license"). "require" of PHP itself and its extensions (names without
 * "/") is left out. A dist of type path is the user's own directory: it gives no URL. Source:
 * getcomposer.org/doc/04-schema.md; composer/composer src/Composer/Repository/FilesystemRepository.php,
 * Package/Locker.php, 1.0 to 2.8. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

/* Names of dev-package-names, in the memory of one file. */
#define NAMES_BYTES_MAX (64 * DD_MIB)

struct reader {
	struct dd_found *out;
	enum dd_package_evidence evidence;
	bool dev;	       /* all of this section */
	struct dd_map dev_set; /* dev-package-names */
	struct dd_arena names;
};

static void reader_done(struct reader *r)
{
	dd_map_done(&r->dev_set);
	dd_arena_done(&r->names);
}

static struct dd_str licences_of(struct dd_found *out, const json_t *licence)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	for (size_t i = 0; i < dd_json_len(licence); i++)
		dd_licences_add(&text, " OR ", dd_json_text(dd_json_at(licence, i)));
	dd_licences_add(&text, " OR ", dd_json_text(licence));
	return dd_lines_take(out, &text);
}

static struct dd_str depends_of(struct dd_found *out, const json_t *require)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (void *it = dd_json_first(require); it; it = dd_json_next(require, it)) {
		struct dd_str name = dd_json_name(it);
		if (dd_str_find(name, '/') < name.n)
			dd_depends_add(&list, name, DD_STR(""));
	}
	return dd_lines_take(out, &list);
}

static struct dd_str version_of(const json_t *package)
{
	struct dd_str version = dd_json_str(package, "version");
	bool prefixed = version.n > 1 && (version.p[0] == 'v' || version.p[0] == 'V') && dd_is_digit(version.p[1]);
	return dd_str_skip(version, prefixed ? 1 : 0);
}

static void read_package(void *context, struct dd_str unused, const json_t *package, uint64_t at)
{
	struct reader *r = context;
	const json_t *dist = dd_json_obj(package, "dist"), *source = dd_json_obj(package, "source");
	struct dd_str name = dd_json_str(package, "name"), url = dd_json_str(dist ? dist : source, "url");
	(void)unused;
	struct dd_package *p = dd_third_party(r->out, r->evidence, "composer", name, version_of(package), at);
	if (!p)
		return;
	p->dev = r->dev || dd_map_get(&r->dev_set, name) != DD_MAP_NONE;
	p->licences = licences_of(r->out, dd_json_get(package, "license"));
	p->depends = depends_of(r->out, dd_json_obj(package, "require"));
	p->digest = dd_third_party_digest(r->out, DD_STR("sha1"), dd_json_str(dist, "shasum"));
	if (!dd_str_eq_c(dd_json_str(dist, "type"), "path"))
		p->url = dd_third_party_url(r->out, url);
}

static void read_dev_name(void *context, struct dd_str unused, const json_t *value, uint64_t at)
{
	struct reader *r = context;
	struct dd_str name = dd_arena_str(&r->names, dd_json_text(value));
	(void)unused;
	(void)at;
	if (!name.p || !dd_map_set(&r->dev_set, name, 1))
		r->out->failed = true;
}

static enum dd_code parse_installed(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "packages", "dev-package-names" };
	DD_CLEANUP(reader_done)
	struct reader r = { out, DD_PACKAGE_INSTALLED, false, { 0 }, DD_ARENA_INIT(NAMES_BYTES_MAX) };
	struct dd_json_section sections[DD_COUNT(names)] = { { { "", 0 }, 0 } };
	struct dd_json_members probe;
	DD_TRY(dd_json_members_open(&probe, in->data, err));
	if (probe.array)
		sections[0].value = in->data;
	else
		DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	dd_json_each(out, sections[1], read_dev_name, &r);
	dd_json_each(out, sections[0], read_package, &r);
	return dd_third_party_end(out, err);
}

static enum dd_code parse_lock(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	static const char *const names[] = { "packages", "packages-dev" };
	struct reader r = { .out = out, .evidence = DD_PACKAGE_DECLARED };
	struct dd_json_section sections[DD_COUNT(names)];
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	dd_json_each(out, sections[0], read_package, &r);
	r.dev = true;
	dd_json_each(out, sections[1], read_package, &r);
	return dd_third_party_end(out, err);
}

static const struct dd_match match_installed[] = {
	{ DD_MATCH_BASENAME, "installed.json", "/composer", DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

static const struct dd_match match_lock[] = {
	{ DD_MATCH_BASENAME, "composer.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_php = {
	.id = "php",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed Composer packages",
	.purl_type = "composer",
	.match = match_installed,
	.parse = parse_installed,
};

const struct dd_analyzer dd_analyzer_php_lock = {
	.id = "php-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "composer.lock",
	.purl_type = "composer",
	.match = match_lock,
	.parse = parse_lock,
};
