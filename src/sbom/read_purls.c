/* SPDX-License-Identifier: Apache-2.0 */
/* One package URL a line; empty lines and those that begin with '#' are passed over. */
#include "sbom/sbom_parts.h"

enum dd_code dd_sbom_read_purls(struct dd_sbom_reading *r)
{
	struct dd_str line;
	for (struct dd_str rest = r->doc; dd_str_line(&rest, &line);) {
		uint64_t at = (uint64_t)(line.p - r->doc.p);
		line = dd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		struct dd_sbom_entry e = { .role = DD_SBOM_PACKAGE, .at = at };
		if (line.n > DD_FIELD_BYTES_MAX) {
			DD_TRY(dd_sbom_problem(r, at, "a line of %zu bytes is no package URL", line.n));
			continue;
		}
		DD_TRY(dd_sbom_copy(r, line, &e.purl));
		DD_TRY(dd_sbom_add_entry(r, &e));
	}
	return DD_OK;
}
