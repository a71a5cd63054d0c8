/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cyclonedx_out.h"

void dd_cdx_object(struct dd_cdx_out *o, const char *key)
{
	if (o->xml) {
		dd_xmlw_start(&o->x, key);
		return;
	}
	dd_jsonw_key(&o->j, key);
	dd_jsonw_object(&o->j);
}

void dd_cdx_list(struct dd_cdx_out *o, const char *key)
{
	if (o->xml) {
		dd_xmlw_start(&o->x, key);
		return;
	}
	dd_jsonw_key(&o->j, key);
	dd_jsonw_array(&o->j);
}

void dd_cdx_item(struct dd_cdx_out *o, const char *element)
{
	if (o->xml)
		dd_xmlw_start(&o->x, element);
	else
		dd_jsonw_object(&o->j);
}

void dd_cdx_close(struct dd_cdx_out *o)
{
	if (o->xml)
		dd_xmlw_end(&o->x);
	else
		dd_jsonw_close(&o->j);
}

void dd_cdx_attr(struct dd_cdx_out *o, const char *key, struct dd_str value)
{
	if (o->xml)
		dd_xmlw_attr(&o->x, key, value);
	else
		dd_jsonw_member_text(&o->j, key, value);
}

void dd_cdx_text(struct dd_cdx_out *o, const char *key, struct dd_str value)
{
	if (value.n == 0)
		return;
	if (o->xml)
		dd_xmlw_element(&o->x, key, value);
	else
		dd_jsonw_member_text(&o->j, key, value);
}

void dd_cdx_property(struct dd_cdx_out *o, const char *name, struct dd_str value)
{
	if (o->xml) {
		dd_xmlw_start(&o->x, "property");
		dd_xmlw_attr(&o->x, "name", dd_str_from(name));
		dd_xmlw_text(&o->x, value);
		dd_xmlw_end(&o->x);
		return;
	}
	dd_jsonw_object(&o->j);
	dd_jsonw_member_text(&o->j, "name", dd_str_from(name));
	dd_jsonw_member_text(&o->j, "value", value);
	dd_jsonw_close(&o->j);
}

void dd_cdx_hash(struct dd_cdx_out *o, const char *alg, struct dd_str hex)
{
	if (o->xml) {
		dd_xmlw_start(&o->x, "hash");
		dd_xmlw_attr(&o->x, "alg", dd_str_from(alg));
		dd_xmlw_text(&o->x, hex);
		dd_xmlw_end(&o->x);
		return;
	}
	dd_jsonw_object(&o->j);
	dd_jsonw_member_text(&o->j, "alg", dd_str_from(alg));
	dd_jsonw_member_text(&o->j, "content", hex);
	dd_jsonw_close(&o->j);
}
