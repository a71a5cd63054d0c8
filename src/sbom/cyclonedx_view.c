/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/cyclonedx_view.h"

struct dd_str dd_cdx_text_of(struct dd_cdx_view v, const char *key)
{
	if (v.j)
		return dd_json_str(v.j, key);
	if (!v.x)
		return DD_STR("");
	const struct dd_xml_node *child = dd_xml_get(v.x, key);
	return child ? dd_xml_text(child) : dd_xml_attribute(v.x, key);
}

struct dd_cdx_view dd_cdx_child(struct dd_cdx_view v, const char *key)
{
	return (struct dd_cdx_view){ v.j ? dd_json_get(v.j, key) : NULL, v.x ? dd_xml_get(v.x, key) : NULL };
}

struct dd_cdx_items dd_cdx_items(struct dd_cdx_view v, const char *key)
{
	return (struct dd_cdx_items){ v.j ? dd_json_arr(v.j, key) : NULL, 0,
				      v.x ? dd_xml_first(dd_xml_get(v.x, key)) : NULL };
}

bool dd_cdx_next(struct dd_cdx_items *it, struct dd_cdx_view *ret)
{
	if (it->list) {
		*ret = (struct dd_cdx_view){ dd_json_at(it->list, it->i++), NULL };
	} else {
		*ret = (struct dd_cdx_view){ NULL, it->next };
		it->next = it->next ? it->next->next : NULL;
	}
	return dd_cdx_there(*ret);
}

struct dd_str dd_cdx_own_text(struct dd_cdx_view v)
{
	return v.j ? dd_json_text(v.j) : dd_xml_text(v.x);
}
