/* SPDX-License-Identifier: Apache-2.0 */
/* Readers bound the depth of their trees (DD_YAML_DEPTH_MAX, DD_TOML_DEPTH_MAX) and the nodes that one sees who walks
 * them, aliases counted as what they stand for: so this may recurse and copy. */
#include "format/node_json.h"

static json_t *convert(const struct dd_node *v);

static json_t *convert_table(const struct dd_node *v)
{
	json_t *out = json_object();
	for (const struct dd_node *m = dd_node_first(v); m && out; m = m->next)
		if (json_object_setn_new(out, m->name.n ? m->name.p : "", m->name.n, convert(m)) != 0) {
			json_decref(out);
			return NULL;
		}
	return out;
}

static json_t *convert_array(const struct dd_node *v)
{
	json_t *out = json_array();
	for (const struct dd_node *m = dd_node_first(v); m && out; m = m->next)
		if (json_array_append_new(out, convert(m)) != 0) {
			json_decref(out);
			return NULL;
		}
	return out;
}

static json_t *convert(const struct dd_node *v)
{
	switch (v->kind) {
	case DD_NODE_NULL:
		return json_null();
	case DD_NODE_TABLE:
		return convert_table(v);
	case DD_NODE_ARRAY:
		return convert_array(v);
	default:
		return json_stringn(v->text.n ? v->text.p : "", v->text.n);
	}
}

enum dd_code dd_node_to_json(const struct dd_node *value, json_t **ret, struct dd_err *err)
{
	json_t *out = convert(value);
	if (!out)
		return dd_fail(err, DD_EPARSE, value->at, "text that cannot be read, or out of memory");
	*ret = out;
	return DD_OK;
}
