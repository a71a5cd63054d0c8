/* SPDX-License-Identifier: Apache-2.0 */
/* One crate's file of a sparse index: a JSON object a line, { "name", "vers", "yanked", "pubtime" }.
 * Source: cargo book, "registry index". */
#include "format/json.h"
#include "fresh/releases.h"

enum dd_code dd_releases_cargo(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	(void)name;
	for (struct dd_str rest = doc, line; dd_str_line(&rest, &line);) {
		json_t *j DD_CLEANUP_JSON = NULL;
		if (!dd_str_trim(line).n)
			continue;
		DD_TRY(dd_json_parse(line, &j, err));
		struct dd_str version = dd_json_str(j, "vers");
		if (!version.n)
			return dd_fail(err, DD_EPARSE, (uint64_t)(line.p - doc.p), "no line of a crate's index");
		struct dd_release *one = dd_releases_add(r, version);
		if (!one)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
		one->released = dd_releases_words(r, dd_json_str(j, "pubtime"));
		if (dd_json_bool(j, "yanked"))
			one->marks |= DD_UPSTREAM_YANKED;
	}
	return r->list.n ? DD_OK : dd_fail(err, DD_EPARSE, 0, "an empty index of a crate");
}
