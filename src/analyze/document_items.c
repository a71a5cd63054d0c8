/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/document_items.h"

#include "base/limits.h"

enum { XML_ITEM_BYTES_MAX = 16 * DD_MIB };

enum dd_code dd_yaml_each(struct dd_found *out, struct dd_str doc, dd_yaml_item_fn *fn, void *context,
			  struct dd_err *err)
{
	DD_CLEANUP_YAML_WALK struct dd_yaml_walk *w = dd_yaml_walk_new(doc, 2);
	if (!w)
		return dd_fail_nomem(err);
	while (!out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(SIZE_MAX);
		struct dd_yaml_item item;
		bool more;
		DD_TRY(dd_yaml_walk_next(w, &scratch, &item, &more, err));
		if (!more)
			break;
		fn(context, &item);
	}
	return DD_OK;
}

enum dd_code dd_toml_each(struct dd_found *out, struct dd_str doc, dd_toml_part_fn *fn, void *context,
			  struct dd_err *err)
{
	struct dd_toml_walk w;
	dd_toml_walk_open(&w, doc);
	while (!out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(SIZE_MAX);
		struct dd_toml_part part;
		struct dd_err why;
		bool more;
		enum dd_code code = dd_toml_walk_next(&w, &scratch, &part, &more, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK)
			dd_found_problem(out, why.at, "%s", why.message);
		else if (!more)
			break;
		else
			fn(context, &part);
	}
	return DD_OK;
}

enum dd_code dd_xml_each(struct dd_found *out, struct dd_str doc, unsigned depth, const char *name, dd_xml_item_fn *fn,
			 void *context, struct dd_err *err)
{
	DD_CLEANUP_XML_WALK struct dd_xml_walk *w = dd_xml_walk_new(doc, depth);
	if (!w)
		return dd_fail_nomem(err);
	while (!out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(XML_ITEM_BYTES_MAX);
		struct dd_xml_item item;
		bool more = false;
		DD_TRY(dd_xml_walk_next(w, &scratch, &item, &more, err));
		if (!more)
			break;
		if (dd_str_eq_c(item.element->name, name))
			fn(context, &item);
	}
	return DD_OK;
}
