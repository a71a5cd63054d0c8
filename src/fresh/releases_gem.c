/* SPDX-License-Identifier: Apache-2.0 */
/* A gem's file of the compact index (/info/NAME): "---", then "VERSION[-PLATFORM] DEPENDENCIES|checksum:…" a line. What
 * was yanked is not in it. Source: guides.rubygems.org, "compact index API"; rubygems lib/compact_index. */
#include "fresh/releases.h"

enum dd_code dd_releases_gem(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	bool begun = false;
	(void)name;
	for (struct dd_str rest = doc, line; dd_str_line(&rest, &line);) {
		if (!begun) {
			begun = dd_str_eq_c(dd_str_trim(line), "---");
			continue;
		}
		struct dd_str version = dd_str_take(line, dd_str_find(line, ' '));
		version = dd_str_take(version, dd_str_find(version, '-'));
		bool again = r->list.n && dd_str_eq(r->list.p[r->list.n - 1].version, version);
		if (!version.n || again)
			continue;
		if (!dd_str_is_word(version))
			return dd_fail(err, DD_EPARSE, (uint64_t)(line.p - doc.p), "no line of a gem's index");
		if (!dd_releases_add(r, version))
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	}
	if (!begun)
		return dd_fail(err, DD_EPARSE, 0, "no compact index of a gem");
	r->complete = true;
	return DD_OK;
}
