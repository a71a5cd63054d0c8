/* SPDX-License-Identifier: Apache-2.0 */
/* The package list of an imaginary manager.
 *
 *   file = *( line LF )
 *   line = "" / "#" comment / name blank version
 *
 * A line that is neither is a problem. Limit: DEMO_BYTES_MAX a file. Source: docs/adding-an-analyzer.md. */
#include "analyze/analyzer.h"
#include "base/limits.h"

#define DEMO_BYTES_MAX (16 * DD_MIB)

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	for (struct dd_str rest = in->data, line; rest.n;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		size_t blank = dd_str_find(line, ' ');
		struct dd_str name = dd_str_take(line, blank), version = dd_str_skip(line, blank + 1);
		if (!dd_str_is_word(name) || !dd_str_is_word(version)) {
			dd_found_problem(out, at, "not a name and a version: %s", DD_QUOTE(line));
			continue;
		}
		struct dd_package *p = dd_found_package(out);
		if (!p)
			break;
		p->name = dd_found_str(out, name);
		p->version = dd_found_str(out, version);
		p->type = DD_STR("generic");
	}
	if (out->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "var/lib/demo/packages", NULL, DEMO_BYTES_MAX },
	{ DD_MATCH_DIR, "var/lib/demo/packages.d", ".pkg", DEMO_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_demo = {
	.id = "demo",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "packages of the tutorial",
	.purl_type = "generic",
	.match = match,
	.parse = parse,
};
