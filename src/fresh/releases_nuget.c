/* SPDX-License-Identifier: Apache-2.0 */
/* NuGet's registrations: an index of pages, each with its leaves or, from 128 versions on, without them:
 *
 *   { "items": [ { "lower": "1.0.0", "upper": "2.0.0", "items": [ { "catalogEntry": { "version", "listed",
 *     "published", "deprecation": { "reasons": [ "Legacy" ], "message", "alternatePackage": { "id" } } } } ] } ] }
 *
 * Pages without leaves are asked for by their bounds, the newest first, DD_RELEASES_PAGES_MAX of them. Unlisted
 * versions have "listed": false, and a date in 1900 where the field is missing. Source:
 * learn.microsoft.com/nuget/api/registration-base-url-resource. */
#include "format/json.h"
#include "fresh/releases.h"

static enum dd_code leaf(const json_t *item, struct dd_releases *r, struct dd_err *err)
{
	const json_t *entry = dd_json_obj(item, "catalogEntry"), *deprecation = dd_json_obj(entry, "deprecation");
	struct dd_str version = dd_json_str(entry, "version"), published = dd_json_str(entry, "published");
	if (!version.n)
		return DD_OK;
	struct dd_release *one = dd_releases_add(r, version);
	if (!one)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	const json_t *listed = dd_json_get(entry, "listed");
	one->unlisted = listed ? json_is_false(listed) : dd_str_starts(published, DD_STR("1900-"));
	if (!dd_str_starts(published, DD_STR("1900-")))
		one->released = dd_releases_words(r, published);
	if (!deprecation)
		return DD_OK;
	one->marks |= DD_UPSTREAM_DEPRECATED;
	one->words = dd_releases_words(r, dd_json_str(deprecation, "message"));
	one->instead = dd_releases_words(r, dd_json_str(dd_json_obj(deprecation, "alternatePackage"), "id"));
	if (!one->words.n)
		one->words = dd_releases_words(r, dd_json_text(dd_json_at(dd_json_arr(deprecation, "reasons"), 0)));
	return DD_OK;
}

static enum dd_code leaves(const json_t *items, struct dd_releases *r, struct dd_err *err)
{
	for (size_t i = 0; i < dd_json_len(items); i++)
		DD_TRY(leaf(dd_json_at(items, i), r, err));
	return DD_OK;
}

enum dd_code dd_releases_nuget_page(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	(void)name;
	DD_TRY(dd_json_parse(doc, &j, err));
	if (!dd_json_arr(j, "items"))
		return dd_fail(err, DD_EPARSE, 0, "no page of a registration");
	return leaves(dd_json_arr(j, "items"), r, err);
}

enum dd_code dd_releases_nuget(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	(void)name;
	DD_TRY(dd_json_parse(doc, &j, err));
	const json_t *pages = dd_json_arr(j, "items");
	if (!pages)
		return dd_fail(err, DD_EPARSE, 0, "no registration of a package");
	for (size_t n = dd_json_len(pages); n-- > 0;) {
		const json_t *page = dd_json_at(pages, n);
		struct dd_str lower = dd_json_str(page, "lower"), upper = dd_json_str(page, "upper");
		if (dd_json_arr(page, "items")) {
			DD_TRY(leaves(dd_json_arr(page, "items"), r, err));
		} else if (r->n_parts < DD_RELEASES_PAGES_MAX && lower.n && upper.n) {
			struct dd_str part = dd_arena_printf(&r->arena, "%.*s/%.*s", DD_FMT(lower), DD_FMT(upper));
			if (!part.p)
				return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
			/* the newest is taken off the end first */
			memmove(r->parts + 1, r->parts, r->n_parts * sizeof *r->parts);
			r->parts[0] = part;
			r->n_parts++;
		}
	}
	r->next = r->n_parts ? DD_FRESH_NUGET_PAGE : DD_FRESH_N_SERVICES;
	return DD_OK;
}
