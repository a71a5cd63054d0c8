/* SPDX-License-Identifier: Apache-2.0 */
/* Files that dpkg puts elsewhere than the packages say:
 *
 *   var/lib/dpkg/diversions = *( from LF to LF package LF )      absolute paths; package ":" for a local diversion
 *
 * A file `from` of any other package than the one that diverts lies at `to`; a local diversion holds for all packages.
 * Package lists name `from` in both cases. Problems, and the rest is read: a path that is not absolute, a record that
 * the end of the file cuts. Limits: DIVERSIONS_BYTES_MAX, DD_PATH_MAX a path.
 * Source: dpkg-divert(1), lib/dpkg/db-fsys-divert.c of dpkg 1.21. */
#include "analyze/dpkg/dpkg.h"

#include "base/limits.h"

#define DIVERSIONS_BYTES_MAX (16 * DD_MIB)

static bool is_path(struct dd_str s)
{
	return s.n > 1 && s.n <= DD_PATH_MAX && s.p[0] == '/';
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str rest = in->data, from, to, package;
	while (rest.n && !out->failed) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &from);
		if (!dd_str_line(&rest, &to) || !dd_str_line(&rest, &package) || package.n == 0) {
			dd_found_problem(out, at, "diversion is cut: %s", DD_QUOTE(from));
			break;
		}
		if (!is_path(from) || !is_path(to)) {
			dd_found_problem(out, at, "not the paths of a diversion: %s %s", DD_QUOTE(from), DD_QUOTE(to));
			continue;
		}
		struct dd_str value =
			dd_arena_printf(out->arena, "%.*s\n%.*s", DD_FMT(package), DD_FMT(dd_str_skip(to, 1)));
		if (!value.p)
			out->failed = true;
		else
			dd_found_define(out, DD_DEFINE_DIVERTED, dd_str_skip(from, 1), value);
	}
	return out->failed ? dd_fail_nomem(err) : DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "var/lib/dpkg/diversions", NULL, DIVERSIONS_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dpkg_diversions = {
	.id = "dpkg-diversions",
	.version = 1,
	.evidence = DD_EVIDENCE_SYSTEM,
	.title = "diversions of dpkg",
	.match = match,
	.parse = parse,
};
