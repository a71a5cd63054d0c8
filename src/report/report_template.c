/* SPDX-License-Identifier: Apache-2.0 */
/* A report by the user's own Mustache template (format/mustache.h). The data are the JSON report's, members by the same
 * names: what docs/report.schema.json describes. */
#include <assert.h>

#include "format/json_write.h"
#include "format/mustache.h"
#include "report/fields.h"

static_assert(sizeof(struct dd_value) <= DD_MUSTACHE_NODE_BYTES, "a value fits into a node");
static_assert(sizeof(struct dd_items) <= DD_MUSTACHE_NODE_BYTES, "a walk fits into a node");

static struct dd_value *as_value(struct dd_mustache_node *node)
{
	return (struct dd_value *)(void *)node->bytes;
}

static const struct dd_value *value_of(const struct dd_mustache_node *node)
{
	return (const struct dd_value *)(const void *)node->bytes;
}

static void root(const void *ctx, struct dd_mustache_node *ret)
{
	*as_value(ret) = dd_value_root(ctx);
}

static bool member(const void *ctx, const struct dd_mustache_node *of, struct dd_str name, struct dd_mustache_node *ret)
{
	return dd_value_member(ctx, value_of(of), name, as_value(ret));
}

static enum dd_mustache_kind kind(const void *ctx, const struct dd_mustache_node *node)
{
	const struct dd_value *v = value_of(node);
	bool truth = true;
	(void)ctx;
	switch (v->kind) {
	case DD_VALUE_NULL:
		truth = false;
		break;
	case DD_VALUE_BOOL:
		truth = v->truth;
		break;
	case DD_VALUE_INTEGER:
		truth = v->integer != 0;
		break;
	case DD_VALUE_REAL:
		truth = v->real > 0 || v->real < 0;
		break;
	case DD_VALUE_TEXT:
		truth = v->text.n != 0;
		break;
	case DD_VALUE_LIST:
		return DD_MUSTACHE_LIST;
	case DD_VALUE_OBJECT:
		break;
	}
	return truth ? DD_MUSTACHE_TRUE : DD_MUSTACHE_FALSE;
}

static void text(const void *ctx, const struct dd_mustache_node *node, struct dd_buf *out)
{
	const struct dd_value *v = value_of(node);
	struct dd_jsonw j = DD_JSONW(out, 0);
	(void)ctx;
	if (v->kind == DD_VALUE_TEXT)
		(void)dd_buf_add_str(out, v->text);
	else if (v->kind == DD_VALUE_BOOL)
		dd_jsonw_bool(&j, v->truth);
	else if (v->kind == DD_VALUE_INTEGER)
		dd_jsonw_u64(&j, v->integer);
	else if (v->kind == DD_VALUE_REAL)
		dd_jsonw_exact(&j, v->real);
}

static void first(const void *ctx, const struct dd_mustache_node *list, struct dd_mustache_node *ret)
{
	const struct dd_items items = dd_items_of(ctx, value_of(list));
	memcpy(ret->bytes, &items, sizeof items);
}

static bool next(const void *ctx, struct dd_mustache_node *walk, struct dd_mustache_node *ret)
{
	(void)ctx;
	return dd_items_next((struct dd_items *)(void *)walk->bytes, as_value(ret));
}

/* What the template makes is told by its name: {{name}} is escaped for HTML, as Mustache says, unless it makes text. */
static enum dd_mustache_escape escape_of(struct dd_str name)
{
	static const char *const plain[] = { ".txt", ".text", ".md", ".csv", ".tsv" };
	if (dd_str_ends(name, DD_STR(".mustache")))
		name.n -= DD_STR(".mustache").n;
	for (size_t i = 0; i < DD_COUNT(plain); i++)
		if (dd_str_ends(name, dd_str_from(plain[i])))
			return DD_MUSTACHE_PLAIN;
	return DD_MUSTACHE_HTML;
}

enum dd_code dd_report_write_template(const struct dd_report *r, const struct dd_report_style *style,
				      struct dd_buf *out, struct dd_err *err)
{
	struct dd_report_view v;
	const struct dd_mustache_data data = { &v, root, member, kind, text, first, next };
	if (!style->template_name.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the format 'template' needs a template: --template FILE");
	dd_report_view_make(r, &v);
	if (dd_mustache_render(style->template_text, &data, escape_of(style->template_name), out, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(style->template_name));
	return DD_OK;
}
