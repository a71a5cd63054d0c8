/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX 1.4 to 1.7 (ECMA-424), JSON and XML: https://cyclonedx.org/specification/overview/
 *
 * metadata.component is the image (type container) with its manifest digest, or the root file system (type
 * operating-system is for the distribution, which is a component of its own). Every package is a component whose
 * bom-ref is its purl. `dependencies`: the image depends on the system and on what nobody else brings in; a package on
 * what its metadata names, and on the third-party packages that its own files are.
 * What versions do not have: evidence.occurrences before 1.5 (drydock:path is there always), licence acknowledgement
 * before 1.6, tools as components before 1.5. */
#include <stdio.h>

#include "report/cyclonedx_parts.h"
#include "report/formats.h"

enum { BROKEN_LEVELS = 2 };
/* The schemas of 1.6 and 1.7 allow versions of 1,024 characters; four for each byte when none of them is printable. */
enum { VERSION_BYTES_MAX = 255 };

static void on_property(void *ctx, const char *name, struct dd_str value)
{
	dd_cdx_property(ctx, name, value);
}

static void tool(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version)
{
	if (version < DD_CDX_15) {
		dd_cdx_list(o, "tools");
		dd_cdx_item(o, "tool");
		dd_cdx_text(o, "vendor", DD_STR("drydock"));
	} else {
		dd_cdx_object(o, "tools");
		dd_cdx_list(o, "components");
		dd_cdx_item(o, "component");
		dd_cdx_attr(o, "type", DD_STR("application"));
	}
	dd_cdx_text(o, "name", DD_STR("drydock"));
	dd_cdx_text(o, "version", bom->report->version);
	if (version >= DD_CDX_15)
		dd_cdx_close(o);
	dd_cdx_close(o);
	dd_cdx_close(o);
}

static void hashes(struct dd_cdx_out *o, const struct dd_bom_hash *h)
{
	if (!h->cyclonedx)
		return;
	dd_cdx_list(o, "hashes");
	dd_cdx_hash(o, h->cyclonedx, h->hex);
	dd_cdx_close(o);
}

static void metadata(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version)
{
	bool image = bom->root_hash.cyclonedx != NULL || bom->target->n_layers > 0;
	dd_cdx_object(o, "metadata");
	dd_cdx_text(o, "timestamp", dd_str_from(bom->stamp));
	tool(o, bom, version);
	dd_cdx_object(o, "component");
	dd_cdx_attr(o, "type", dd_str_from(image ? "container" : "application"));
	dd_cdx_attr(o, "bom-ref", bom->root_ref);
	dd_cdx_text(o, "name", bom->root_name);
	if (bom->root_version.n <= VERSION_BYTES_MAX)
		dd_cdx_text(o, "version", bom->root_version);
	hashes(o, &bom->root_hash);
	dd_cdx_text(o, "purl", bom->root_purl);
	dd_cdx_list(o, "properties");
	dd_bom_root_properties(bom, on_property, o);
	dd_cdx_close(o);
	dd_cdx_close(o);
	dd_cdx_close(o);
}

static void supplier(struct dd_cdx_out *o, const struct dd_bom_item *item)
{
	if (item->supplier.n == 0)
		return;
	dd_cdx_object(o, "supplier");
	dd_cdx_text(o, "name", item->supplier);
	if (item->email.n) {
		/* The one list that has no element around it in XML. */
		if (!o->xml)
			dd_cdx_list(o, "contact");
		dd_cdx_item(o, "contact");
		dd_cdx_text(o, "email", item->email);
		dd_cdx_close(o);
		if (!o->xml)
			dd_cdx_close(o);
	}
	dd_cdx_close(o);
}

static void acknowledgement(struct dd_cdx_out *o, unsigned version)
{
	if (version >= DD_CDX_16)
		dd_cdx_attr(o, "acknowledgement", DD_STR("declared"));
}

static void licence(struct dd_cdx_out *o, bool id, struct dd_str text, unsigned version)
{
	if (!o->xml)
		dd_cdx_item(o, "");
	if (o->xml)
		dd_cdx_item(o, "license");
	else
		dd_cdx_object(o, "license");
	acknowledgement(o, version);
	dd_cdx_text(o, id ? "id" : "name", text);
	dd_cdx_close(o);
	if (!o->xml)
		dd_cdx_close(o);
}

static void licence_expression(struct dd_cdx_out *o, struct dd_str expression, unsigned version)
{
	if (o->xml) {
		dd_xmlw_start(&o->x, "expression");
		acknowledgement(o, version);
		dd_xmlw_text(&o->x, expression);
		dd_xmlw_end(&o->x);
		return;
	}
	dd_cdx_item(o, "expression");
	dd_cdx_text(o, "expression", expression);
	acknowledgement(o, version);
	dd_cdx_close(o);
}

/* An SPDX id where there is one, an expression of ids, else the words that were declared. */
static void licences(struct dd_cdx_out *o, const struct dd_bom_item *item, unsigned version)
{
	const struct dd_licence *l = &item->licence;
	if (l->expression.n == 0 && item->n_licence_lines == 0)
		return;
	dd_cdx_list(o, "licenses");
	if (item->n_licence_lines == 0 && l->single && !l->late)
		licence(o, true, l->expression, version);
	else if (item->n_licence_lines == 0)
		licence_expression(o, l->expression, version);
	for (size_t i = 0; i < item->n_licence_lines; i++)
		licence(o, item->licence_lines[i].id, item->licence_lines[i].text, version);
	dd_cdx_close(o);
}

static void address(struct dd_cdx_out *o, const struct dd_bom_item *item)
{
	if (item->url.n == 0)
		return;
	dd_cdx_list(o, "externalReferences");
	dd_cdx_item(o, "reference");
	dd_cdx_attr(o, "type", DD_STR("distribution"));
	dd_cdx_text(o, "url", item->url);
	dd_cdx_close(o);
	dd_cdx_close(o);
}

static enum dd_code occurrence(struct dd_cdx_out *o, struct dd_str path, struct dd_str inner, struct dd_buf *text,
			       struct dd_err *err)
{
	dd_buf_clear(text);
	(void)dd_buf_add_char(text, '/');
	(void)dd_buf_add_str(text, path);
	if (inner.n) {
		(void)dd_buf_add_char(text, '!');
		(void)dd_buf_add_str(text, inner);
	}
	DD_TRY(dd_buf_check(text, "a location", err));
	dd_cdx_item(o, "occurrence");
	dd_cdx_text(o, "location", dd_buf_str(text));
	dd_cdx_close(o);
	return DD_OK;
}

static enum dd_code evidence(struct dd_cdx_out *o, const struct dd_installed *in, unsigned version, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(SIZE_MAX);
	if (version < DD_CDX_15 || (in->path.n == 0 && in->n_locations == 0))
		return DD_OK;
	dd_cdx_object(o, "evidence");
	dd_cdx_list(o, "occurrences");
	if (in->n_locations == 0)
		DD_TRY(occurrence(o, in->path, in->package.inner, &text, err));
	for (size_t i = 0; i < in->n_locations; i++)
		DD_TRY(occurrence(o, in->locations[i].path, in->locations[i].inner, &text, err));
	dd_cdx_close(o);
	dd_cdx_close(o);
	return DD_OK;
}

/* npm "@scope/name", composer "vendor/name", maven "group:artifact": CycloneDX keeps the parts apart. */
static void name(struct dd_cdx_out *o, const struct dd_package *p)
{
	static const struct {
		const char *type;
		char separator;
	} rows[] = { { "npm", '/' }, { "composer", '/' }, { "maven", ':' } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		size_t at = dd_str_find(p->name, rows[i].separator);
		if (!dd_str_eq_c(p->type, rows[i].type) || at == 0 || at + 1 >= p->name.n)
			continue;
		dd_cdx_text(o, "group", dd_str_take(p->name, at));
		dd_cdx_text(o, "name", dd_str_skip(p->name, at + 1));
		return;
	}
	dd_cdx_text(o, "name", p->name.n ? p->name : DD_STR("unnamed"));
}

static enum dd_code component(struct dd_cdx_out *o, const struct dd_bom *bom, const struct dd_bom_item *item,
			      unsigned version, struct dd_err *err)
{
	const struct dd_package *p = &item->in->package;
	dd_cdx_item(o, "component");
	dd_cdx_attr(o, "type", dd_str_from(dd_bom_item_type(item)));
	dd_cdx_attr(o, "bom-ref", item->ref);
	supplier(o, item);
	name(o, p);
	bool fits = p->version.n <= VERSION_BYTES_MAX;
	dd_cdx_text(o, "version", fits ? p->version : dd_str_take(p->version, VERSION_BYTES_MAX));
	dd_cdx_text(o, "scope", dd_str_from(p->dev ? "optional" : ""));
	hashes(o, &item->hash);
	licences(o, item, version);
	dd_cdx_text(o, "cpe", item->cpe);
	dd_cdx_text(o, "purl", item->purl);
	address(o, item);
	dd_cdx_list(o, "properties");
	dd_bom_item_properties(bom, item, on_property, o);
	if (!fits)
		dd_cdx_property(o, "drydock:version", p->version);
	dd_cdx_close(o);
	DD_TRY(evidence(o, item->in, version, err));
	dd_cdx_close(o);
	return DD_OK;
}

static void system_component(struct dd_cdx_out *o, const struct dd_bom *bom)
{
	if (!bom->os)
		return;
	dd_cdx_item(o, "component");
	dd_cdx_attr(o, "type", DD_STR("operating-system"));
	dd_cdx_attr(o, "bom-ref", bom->os_ref);
	dd_cdx_text(o, "name", bom->os->id);
	dd_cdx_text(o, "version", dd_str_take(bom->os->version, VERSION_BYTES_MAX));
	dd_cdx_text(o, "description", bom->os->pretty_name);
	dd_cdx_list(o, "properties");
	dd_bom_os_properties(bom, on_property, o);
	dd_cdx_close(o);
	dd_cdx_close(o);
}

/* ---- dependencies ---- */

static void open_dependency(struct dd_cdx_out *o, struct dd_str ref)
{
	dd_cdx_item(o, "dependency");
	dd_cdx_attr(o, "ref", ref);
	if (!o->xml)
		dd_cdx_list(o, "dependsOn");
}

static void depends_on(struct dd_cdx_out *o, struct dd_str ref)
{
	if (!o->xml) {
		dd_jsonw_text(&o->j, ref);
		return;
	}
	dd_cdx_item(o, "dependency");
	dd_cdx_attr(o, "ref", ref);
	dd_cdx_close(o);
}

static void close_dependency(struct dd_cdx_out *o)
{
	if (!o->xml)
		dd_cdx_close(o);
	dd_cdx_close(o);
}

/* Both lists ascend; what is in both is told once. */
static void edges(struct dd_cdx_out *o, const struct dd_bom *bom, const struct dd_bom_item *item)
{
	size_t a = 0, b = 0;
	while (a < item->n_needs || b < item->n_owns) {
		bool first = b == item->n_owns || (a < item->n_needs && item->needs[a] <= item->owns[b]);
		uint32_t to = first ? item->needs[a] : item->owns[b];
		a += a < item->n_needs && item->needs[a] == to;
		b += b < item->n_owns && item->owns[b] == to;
		depends_on(o, bom->items[to].ref);
	}
}

static void dependencies(struct dd_cdx_out *o, const struct dd_bom *bom)
{
	dd_cdx_list(o, "dependencies");
	open_dependency(o, bom->root_ref);
	if (bom->os)
		depends_on(o, bom->os_ref);
	for (size_t i = 0; i < bom->n_items; i++) {
		const struct dd_installed *in = bom->items[i].in;
		bool brought = (bom->os && in->system) || (!in->system && in->owner >= 0);
		if (!brought)
			depends_on(o, bom->items[i].ref);
	}
	close_dependency(o);
	if (bom->os) {
		open_dependency(o, bom->os_ref);
		for (size_t i = 0; i < bom->n_items; i++)
			if (bom->items[i].in->system)
				depends_on(o, bom->items[i].ref);
		close_dependency(o);
	}
	for (size_t i = 0; i < bom->n_items; i++) {
		open_dependency(o, bom->items[i].ref);
		edges(o, bom, &bom->items[i]);
		close_dependency(o);
	}
	dd_cdx_close(o);
}

/* ---- the whole ---- */

static enum dd_code body(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version, struct dd_err *err)
{
	metadata(o, bom, version);
	dd_cdx_list(o, "components");
	system_component(o, bom);
	for (size_t i = 0; i < bom->n_items; i++)
		DD_TRY(component(o, bom, &bom->items[i], version, err));
	dd_cdx_close(o);
	dependencies(o, bom);
	return dd_cdx_vulnerabilities(o, bom, version, err);
}

static void open_document(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version)
{
	char serial[sizeof "urn:uuid:" + DD_UUID_TEXT_MAX], text[64];
	(void)snprintf(serial, sizeof serial, "urn:uuid:%s", bom->uuid);
	if (o->xml) {
		(void)snprintf(text, sizeof text, "http://cyclonedx.org/schema/bom/1.%u", version);
		dd_xmlw_start(&o->x, "bom");
		dd_xmlw_attr(&o->x, "xmlns", dd_str_from(text));
		dd_xmlw_attr(&o->x, "serialNumber", dd_str_from(serial));
		dd_xmlw_attr_u64(&o->x, "version", 1);
		return;
	}
	(void)snprintf(text, sizeof text, "http://cyclonedx.org/schema/bom-1.%u.schema.json", version);
	dd_jsonw_object(&o->j);
	dd_jsonw_member_text(&o->j, "$schema", dd_str_from(text));
	dd_jsonw_member_text(&o->j, "bomFormat", DD_STR("CycloneDX"));
	(void)snprintf(text, sizeof text, "1.%u", version);
	dd_jsonw_member_text(&o->j, "specVersion", dd_str_from(text));
	dd_jsonw_member_text(&o->j, "serialNumber", dd_str_from(serial));
	dd_jsonw_member_u64(&o->j, "version", 1);
}

static enum dd_code write(const struct dd_report *r, unsigned version, bool xml, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_bom_done) struct dd_bom bom = { 0 };
	DD_TRY(dd_bom_make(r, &bom, err));
	struct dd_cdx_out o = { .xml = xml, .j = DD_JSONW(out, BROKEN_LEVELS) };
	if (xml)
		o.x = dd_xmlw_open(out);
	open_document(&o, &bom, version);
	DD_TRY(body(&o, &bom, version, err));
	if (xml) {
		dd_xmlw_end(&o.x);
		dd_xmlw_close(&o.x);
	} else {
		dd_jsonw_close(&o.j);
		(void)dd_buf_add_char(out, '\n');
	}
	return dd_buf_check(out, "the report", err);
}

#define DD_CYCLONEDX(name, version, xml)                                                                               \
	enum dd_code dd_report_write_##name(const struct dd_report *r, const struct dd_report_style *style,            \
					    struct dd_buf *out, struct dd_err *err)                                    \
	{                                                                                                              \
		(void)style;                                                                                           \
		return write(r, version, xml, out, err);                                                               \
	}
DD_CYCLONEDX(cyclonedx_14, DD_CDX_14, false)
DD_CYCLONEDX(cyclonedx_15, DD_CDX_15, false)
DD_CYCLONEDX(cyclonedx_16, DD_CDX_16, false)
DD_CYCLONEDX(cyclonedx_17, DD_CDX_17, false)
DD_CYCLONEDX(cyclonedx_xml_14, DD_CDX_14, true)
DD_CYCLONEDX(cyclonedx_xml_15, DD_CDX_15, true)
DD_CYCLONEDX(cyclonedx_xml_16, DD_CDX_16, true)
DD_CYCLONEDX(cyclonedx_xml_17, DD_CDX_17, true)
