/* SPDX-License-Identifier: Apache-2.0 */
/* npm's package document, abbreviated ("install-v1") or whole:
 *
 *   { "dist-tags": { "latest": "1.3.0", … },
 *     "versions": { "1.0.0": { "deprecated": "use x instead", … }, … },
 *     "time": { "1.0.0": "2014-…Z", … } }                        whole documents only
 *
 * "deprecated" is a text; registries have `true`, `false` and "" as well: the first says so without a reason. Whole
 * documents of old packages have 50 MB, so that members are cut out, never parsed as one tree. A name that was taken
 * away for its malware is held by a single version "0.0.1-security". A package that is unpublished has no versions.
 * Source: npm registry docs, responses/package-metadata.md; cli docs "npm deprecate". */
#include "format/json.h"
#include "format/json_members.h"
#include "fresh/releases.h"

static enum dd_code dist_tags(struct dd_str value, struct dd_releases *r, struct dd_err *err)
{
	json_t *tags DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(value, &tags, err));
	r->latest = dd_releases_words(r, dd_json_str(tags, "latest"));
	return DD_OK;
}

static enum dd_code one_version(struct dd_releases *r, const struct dd_json_member *m, struct dd_err *err)
{
	struct dd_json_members inner;
	struct dd_json_member field;
	struct dd_release *one = dd_releases_add(r, m->name);
	bool more;
	if (!one)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	if (m->value.n == 0 || m->value.p[0] != '{')
		return DD_OK;
	DD_TRY(dd_json_members_open(&inner, m->value, err));
	for (;;) {
		DD_TRY(dd_json_members_next(&inner, &r->arena, &field, &more, err));
		if (!more)
			return DD_OK;
		if (!dd_str_eq_c(field.name, "deprecated"))
			continue;
		json_t *value DD_CLEANUP_JSON = NULL;
		DD_TRY(dd_json_parse(field.value, &value, err));
		struct dd_str words = dd_json_text(value);
		if (words.n || json_is_true(value))
			one->marks |= DD_UPSTREAM_DEPRECATED;
		one->words = dd_releases_words(r, words);
	}
}

static enum dd_code versions(struct dd_str value, struct dd_releases *r, struct dd_err *err)
{
	struct dd_json_members members;
	struct dd_json_member m;
	bool more;
	DD_TRY(dd_json_members_open(&members, value, err));
	for (;;) {
		DD_TRY(dd_json_members_next(&members, &r->arena, &m, &more, err));
		if (!more)
			return DD_OK;
		DD_TRY(one_version(r, &m, err));
	}
}

static enum dd_code times(struct dd_str value, struct dd_releases *r, struct dd_err *err)
{
	json_t *doc DD_CLEANUP_JSON = NULL;
	char key[DD_FRESH_PART_MAX + 1];
	DD_TRY(dd_json_parse(value, &doc, err));
	for (size_t i = 0; i < r->list.n; i++) {
		struct dd_release *one = &r->list.p[i];
		if (memchr(one->version.p, 0, one->version.n))
			continue;
		memcpy(key, one->version.p, one->version.n);
		key[one->version.n] = 0;
		one->released = dd_releases_words(r, dd_json_str(doc, key));
	}
	return DD_OK;
}

enum dd_code dd_releases_npm(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	struct dd_json_members members;
	struct dd_json_member m;
	struct dd_str time = DD_STR("");
	bool more = true, known = false;
	(void)name;
	DD_TRY(dd_json_members_open(&members, doc, err));
	while (more) {
		DD_TRY(dd_json_members_next(&members, &r->arena, &m, &more, err));
		if (!more)
			break;
		bool object = m.value.n && m.value.p[0] == '{';
		if (object && dd_str_eq_c(m.name, "dist-tags"))
			DD_TRY(dist_tags(m.value, r, err));
		else if (object && dd_str_eq_c(m.name, "versions"))
			DD_TRY(versions(m.value, r, err));
		else if (object && dd_str_eq_c(m.name, "time"))
			time = m.value;
		else
			continue;
		known = true;
	}
	if (!known)
		return dd_fail(err, DD_EPARSE, 0, "no document of a package");
	if (time.n)
		DD_TRY(times(time, r, err));
	if (dd_str_eq_c(r->latest, "0.0.1-security")) {
		r->marks |= DD_UPSTREAM_REMOVED;
		r->words = DD_STR("npm took the package away and holds its name");
	}
	return DD_OK;
}
