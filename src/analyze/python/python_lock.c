/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of TOML lock files have in common. */
#include "analyze/document_items.h"
#include "analyze/python/python.h"
#include "analyze/third_party.h"

struct tables {
	const char *name;
	dd_python_table_fn *each, *other;
	void *context;
};

static void take_part(void *context, const struct dd_toml_part *part)
{
	const struct tables *t = context;
	dd_python_table_fn *reader = part->element && dd_str_eq_c(part->name, t->name) ? t->each : t->other;
	if (reader)
		reader(t->context, part->name, part->table, part->at);
}

enum dd_code dd_python_tables(const struct dd_input *in, struct dd_found *out, const char *name,
			      dd_python_table_fn *each, dd_python_table_fn *other, void *context, struct dd_err *err)
{
	struct tables t = { name, each, other, context };
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	DD_TRY(dd_toml_each(out, in->data, take_part, &t, err));
	return dd_third_party_end(out, err);
}

struct dd_str dd_python_only_digest(struct dd_found *out, const struct dd_node *files)
{
	return dd_node_len(files) == 1 ? dd_third_party_digest_of(out, dd_node_str(dd_node_first(files), "hash"))
				       : DD_STR("");
}
