/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of TOML lock files have in common. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "format/toml.h"

enum dd_code dd_python_tables(const struct dd_input *in, struct dd_found *out, const char *name,
			      dd_python_table_fn *each, dd_python_table_fn *other, void *context, struct dd_err *err)
{
	struct dd_toml_walk w;
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	dd_toml_walk_open(&w, in->data);
	while (!out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(SIZE_MAX);
		struct dd_toml_part part;
		struct dd_err why;
		bool more;
		enum dd_code code = dd_toml_walk_next(&w, &scratch, &part, &more, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK) {
			dd_found_problem(out, why.at, "%s", why.message);
			continue;
		}
		if (!more)
			return DD_OK;
		dd_python_table_fn *reader = part.element && dd_str_eq_c(part.name, name) ? each : other;
		if (reader)
			reader(context, part.name, part.table, part.at);
	}
	return dd_third_party_end(out, err);
}

struct dd_str dd_python_only_digest(struct dd_found *out, const struct dd_node *files)
{
	return dd_node_len(files) == 1 ? dd_third_party_digest_of(out, dd_node_str(dd_node_first(files), "hash"))
				       : DD_STR("");
}
