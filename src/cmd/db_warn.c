/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/db_cmds.h"

bool dd_db_cmd_warn(const struct dd_builder *b)
{
	size_t n;
	uint64_t total;
	const struct dd_str *w = dd_builder_warnings(b, &n, &total);
	for (size_t i = 0; i < n; i++)
		dd_cmd_warn("%.*s", DD_FMT(w[i]));
	if (total > n)
		dd_cmd_warn("and %llu more like these", (unsigned long long)(total - n));
	if (total)
		dd_cmd_warn("%llu %s could not be read: the database is incomplete", (unsigned long long)total,
			    total == 1 ? "record" : "records");
	return total > 0;
}
