/* SPDX-License-Identifier: Apache-2.0 */
/* Composer v2's document of a package: { "packages": { "vendor/name": [ { "version", "time", "abandoned" }, … ] },
 * "minified": "composer/2.0" }. Versions are newest first; in a minified document each has only what differs from the
 * one before it, "__unset" takes a field away. "abandoned" is true or the package to use instead. Source:
 * getcomposer.org/doc/05-repositories.md; composer/metadata-minifier. */
#include "format/json.h"
#include "fresh/releases.h"

enum dd_code dd_releases_composer(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	const json_t *abandoned = NULL, *list = NULL;
	struct dd_str time = DD_STR("");
	DD_TRY(dd_json_parse(doc, &j, err));
	const json_t *packages = dd_json_obj(j, "packages");
	bool minified = dd_json_str(j, "minified").n > 0;
	for (void *it = dd_json_first(packages); it && !list; it = dd_json_next(packages, it))
		if (dd_str_eq_nocase(dd_json_name(it), name))
			list = dd_json_value(it);
	if (!packages || (list && !json_is_array(list)))
		return dd_fail(err, DD_EPARSE, 0, "no document of a package");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *v = dd_json_at(list, i), *own = dd_json_get(v, "abandoned");
		struct dd_str version = dd_json_str(v, "version"), t = dd_json_str(v, "time");
		abandoned = own || !minified ? own : abandoned;
		time = t.n || !minified ? t : time;
		if (!version.n)
			continue;
		struct dd_release *one = dd_releases_add(r, version);
		if (!one)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
		one->released = dd_releases_words(r, time);
		struct dd_str instead = dd_json_text(abandoned);
		/* The newest version speaks for the package. */
		if (i == 0 && (json_is_true(abandoned) || (instead.n && !dd_str_eq_c(instead, "__unset")))) {
			r->marks |= DD_UPSTREAM_ARCHIVED;
			r->words = DD_STR("its authors have abandoned it");
			r->instead = dd_releases_words(r, instead);
		}
	}
	return DD_OK;
}
