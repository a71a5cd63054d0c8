/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 3.0.1 as JSON-LD: https://spdx.github.io/spdx-spec/v3.0.1/ (profiles Core, Software, SimpleLicensing).
 * A flat @graph: creation info, the agent and the tool, the document, the SBOM, packages, suppliers, licence
 * expressions, annotations with drydock's properties, relationships. Everything has an identifier of the document's
 * namespace, so that no two documents share one. */
#include <stdio.h>

#include "base/map.h"
#include "base/vec.h"
#include "format/json_write.h"
#include "report/formats.h"
#include "report/spdx_parts.h"

enum { BROKEN_LEVELS = 2 };
#define CREATION DD_STR("_:creation")

/* A text that several packages share, under a number: a supplier, a licence expression. */
struct shared {
	struct dd_map seen;
	DD_VEC(const struct dd_bom_item *) first; /* the item that has it first */
};

struct writer {
	struct dd_jsonw j;
	const struct dd_bom *bom;
	struct dd_buf text; /* scratch */
	struct shared suppliers, licences;
	/* The relationship at hand: targets of one package and type are one element. */
	struct dd_str from;
	const char *type;
	bool open;
	size_t n_relations;
	struct dd_err *err;
};

static void writer_done(struct writer *w)
{
	dd_buf_done(&w->text);
	dd_map_done(&w->suppliers.seen);
	dd_map_done(&w->licences.seen);
	dd_vec_done(&w->suppliers.first);
	dd_vec_done(&w->licences.first);
}

/* ---- identifiers ---- */

static void put_id(struct writer *w, const char *what, struct dd_str name)
{
	(void)dd_buf_addf(&w->text, DD_SPDX_NAMESPACE "%s#%s%.*s", w->bom->uuid, what, DD_FMT(name));
	dd_jsonw_text(&w->j, dd_buf_str(&w->text));
	w->text.n = 0;
}

static void member_id(struct writer *w, const char *key, const char *what, struct dd_str name)
{
	dd_jsonw_key(&w->j, key);
	put_id(w, what, name);
}

static void member_number(struct writer *w, const char *key, const char *what, size_t number)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%zu", number);
	member_id(w, key, what, dd_str_from(text));
}

static void open_element(struct writer *w, const char *type)
{
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "type", dd_str_from(type));
}

static void close_element(struct writer *w)
{
	dd_jsonw_member_text(&w->j, "creationInfo", CREATION);
	dd_jsonw_close(&w->j);
}

/* ---- what packages share ---- */

static enum dd_code share(struct shared *s, struct dd_str text, const struct dd_bom_item *item, struct dd_err *err)
{
	uint32_t at;
	if (text.n == 0)
		return DD_OK;
	if (!dd_map_add(&s->seen, text, (uint32_t)s->first.n, &at))
		return dd_fail_nomem(err);
	if (at == s->first.n && !dd_vec_push(&s->first, item, UINT32_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code collect(struct writer *w)
{
	for (size_t i = 0; i < w->bom->n_items; i++) {
		const struct dd_bom_item *item = &w->bom->items[i];
		DD_TRY(share(&w->suppliers, item->in->package.maintainer, item, w->err));
		DD_TRY(share(&w->licences, item->licence.expression, item, w->err));
	}
	return DD_OK;
}

static void suppliers(struct writer *w)
{
	for (size_t i = 0; i < w->suppliers.first.n; i++) {
		const struct dd_bom_item *item = w->suppliers.first.p[i];
		open_element(w, item->email.n ? "Person" : "Organization");
		member_number(w, "spdxId", "Supplier-", i);
		dd_jsonw_member_text(&w->j, "name", item->supplier);
		if (item->email.n) {
			dd_jsonw_key(&w->j, "externalIdentifier");
			dd_jsonw_array(&w->j);
			open_element(w, "ExternalIdentifier");
			dd_jsonw_member_text(&w->j, "externalIdentifierType", DD_STR("email"));
			dd_jsonw_member_text(&w->j, "identifier", item->email);
			dd_jsonw_close(&w->j);
			dd_jsonw_close(&w->j);
		}
		close_element(w);
	}
}

static void licences(struct writer *w)
{
	for (size_t i = 0; i < w->bom->n_licence_refs; i++) {
		const struct dd_licence_ref *ref = &w->bom->licence_refs[i];
		open_element(w, "simplelicensing_SimpleLicensingText");
		member_id(w, "spdxId", "", ref->id);
		dd_jsonw_member_text(&w->j, "name", ref->text);
		dd_jsonw_member_text(&w->j, "simplelicensing_licenseText", ref->text);
		close_element(w);
	}
	for (size_t i = 0; i < w->licences.first.n; i++) {
		const struct dd_licence *l = &w->licences.first.p[i]->licence;
		open_element(w, "simplelicensing_LicenseExpression");
		member_number(w, "spdxId", "Licence-", i);
		dd_jsonw_member_text(&w->j, "simplelicensing_licenseExpression", l->expression);
		if (l->n_refs) {
			dd_jsonw_key(&w->j, "simplelicensing_customIdToUri");
			dd_jsonw_array(&w->j);
			for (size_t k = 0; k < l->n_refs; k++) {
				open_element(w, "DictionaryEntry");
				dd_jsonw_member_text(&w->j, "key", l->refs[k].id);
				member_id(w, "value", "", l->refs[k].id);
				dd_jsonw_close(&w->j);
			}
			dd_jsonw_close(&w->j);
		}
		close_element(w);
	}
}

/* ---- packages ---- */

static void identifiers(struct writer *w, const struct dd_spdx_package *p)
{
	if (p->cpe.n == 0)
		return;
	dd_jsonw_key(&w->j, "externalIdentifier");
	dd_jsonw_array(&w->j);
	open_element(w, "ExternalIdentifier");
	dd_jsonw_member_text(&w->j, "externalIdentifierType", DD_STR("cpe23"));
	dd_jsonw_member_text(&w->j, "identifier", p->cpe);
	dd_jsonw_close(&w->j);
	dd_jsonw_close(&w->j);
}

static void hash(struct writer *w, const struct dd_spdx_package *p)
{
	if (!p->hash.spdx3)
		return;
	dd_jsonw_key(&w->j, "verifiedUsing");
	dd_jsonw_array(&w->j);
	open_element(w, "Hash");
	dd_jsonw_member_text(&w->j, "algorithm", dd_str_from(p->hash.spdx3));
	dd_jsonw_member_text(&w->j, "hashValue", p->hash.hex);
	dd_jsonw_close(&w->j);
	dd_jsonw_close(&w->j);
}

static void package(struct writer *w, const struct dd_spdx_package *p)
{
	open_element(w, "software_Package");
	member_id(w, "spdxId", "", p->id);
	dd_jsonw_member_text(&w->j, "name", p->name);
	if (p->version.n)
		dd_jsonw_member_text(&w->j, "software_packageVersion", p->version);
	if (p->purl.n)
		dd_jsonw_member_text(&w->j, "software_packageUrl", p->purl);
	if (p->url.n)
		dd_jsonw_member_text(&w->j, "software_downloadLocation", p->url);
	dd_jsonw_member_text(&w->j, "software_primaryPurpose", dd_str_from(p->purpose));
	dd_jsonw_member_text(&w->j, "software_copyrightText", DD_STR("NOASSERTION"));
	uint32_t by = p->item ? dd_map_get(&w->suppliers.seen, p->item->in->package.maintainer) : (uint32_t)DD_MAP_NONE;
	if (by != DD_MAP_NONE)
		member_number(w, "suppliedBy", "Supplier-", by);
	identifiers(w, p);
	hash(w, p);
	close_element(w);
}

static void annotation(struct writer *w, const struct dd_spdx_package *p)
{
	open_element(w, "Annotation");
	member_id(w, "spdxId", "Annotation-", p->id);
	dd_jsonw_member_text(&w->j, "annotationType", DD_STR("other"));
	member_id(w, "subject", "", p->id);
	dd_spdx_properties(w->bom, p, &w->text);
	dd_jsonw_member_text(&w->j, "statement", dd_buf_str(&w->text));
	w->text.n = 0;
	close_element(w);
}

/* ---- relationships ---- */

static void end_relation(struct writer *w)
{
	if (!w->open)
		return;
	dd_jsonw_close(&w->j);
	close_element(w);
	w->open = false;
}

static void relation(void *ctx, struct dd_str from, const char *type, struct dd_str to)
{
	struct writer *w = ctx;
	if (!w->open || !dd_str_eq(w->from, from) || strcmp(w->type, type) != 0) {
		end_relation(w);
		w->open = true;
		w->from = from;
		w->type = type;
		open_element(w, "Relationship");
		member_number(w, "spdxId", "Relationship-", w->n_relations++);
		member_id(w, "from", "", from);
		dd_jsonw_member_text(&w->j, "relationshipType",
				     dd_str_from(strcmp(type, "CONTAINS") == 0 ? "contains" : "dependsOn"));
		dd_jsonw_key(&w->j, "to");
		dd_jsonw_array(&w->j);
	}
	put_id(w, "", to);
}

static void licence_relations(struct writer *w)
{
	for (size_t i = 0; i < w->bom->n_items; i++) {
		const struct dd_bom_item *item = &w->bom->items[i];
		uint32_t number = dd_map_get(&w->licences.seen, item->licence.expression);
		if (item->licence.expression.n == 0 || number == DD_MAP_NONE)
			continue;
		open_element(w, "Relationship");
		member_number(w, "spdxId", "Relationship-", w->n_relations++);
		member_id(w, "from", "", item->spdx_id);
		dd_jsonw_member_text(&w->j, "relationshipType", DD_STR("hasDeclaredLicense"));
		dd_jsonw_key(&w->j, "to");
		dd_jsonw_array(&w->j);
		char text[24];
		(void)snprintf(text, sizeof text, "%u", number);
		put_id(w, "Licence-", dd_str_from(text));
		dd_jsonw_close(&w->j);
		close_element(w);
	}
}

/* ---- the document ---- */

static void id_list(struct writer *w, const char *key, const char *what, struct dd_str name)
{
	dd_jsonw_key(&w->j, key);
	dd_jsonw_array(&w->j);
	put_id(w, what, name);
	dd_jsonw_close(&w->j);
}

static void creation(struct writer *w)
{
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "type", DD_STR("CreationInfo"));
	dd_jsonw_member_text(&w->j, "@id", CREATION);
	dd_jsonw_member_text(&w->j, "specVersion", DD_STR("3.0.1"));
	dd_jsonw_member_text(&w->j, "created", dd_str_from(dd_bom_date(w->bom)));
	id_list(w, "createdBy", "Agent", DD_STR(""));
	id_list(w, "createdUsing", "Tool", DD_STR(""));
	dd_jsonw_close(&w->j);
	open_element(w, "SoftwareAgent");
	member_id(w, "spdxId", "Agent", DD_STR(""));
	dd_jsonw_member_text(&w->j, "name", DD_STR("drydock"));
	close_element(w);
	open_element(w, "Tool");
	member_id(w, "spdxId", "Tool", DD_STR(""));
	(void)dd_buf_addf(&w->text, "drydock-%.*s", DD_FMT(w->bom->report->version));
	dd_jsonw_member_text(&w->j, "name", dd_buf_str(&w->text));
	w->text.n = 0;
	close_element(w);
}

static void document(struct writer *w, struct dd_str root)
{
	static const char *const profiles[] = { "core", "software", "simpleLicensing" };
	open_element(w, "SpdxDocument");
	member_id(w, "spdxId", "Document", DD_STR(""));
	dd_jsonw_member_text(&w->j, "name", dd_spdx_document_name(w->bom));
	dd_jsonw_key(&w->j, "profileConformance");
	dd_jsonw_array(&w->j);
	for (size_t i = 0; i < DD_COUNT(profiles); i++)
		dd_jsonw_text(&w->j, dd_str_from(profiles[i]));
	dd_jsonw_close(&w->j);
	id_list(w, "rootElement", "Sbom", DD_STR(""));
	close_element(w);
	open_element(w, "software_Sbom");
	member_id(w, "spdxId", "Sbom", DD_STR(""));
	dd_jsonw_key(&w->j, "software_sbomType");
	dd_jsonw_array(&w->j);
	dd_jsonw_text(&w->j, DD_STR("analyzed"));
	dd_jsonw_close(&w->j);
	id_list(w, "rootElement", "", root);
	close_element(w);
}

static void graph(struct writer *w)
{
	struct dd_spdx_package p;
	creation(w);
	(void)dd_spdx_package(w->bom, 0, &p);
	document(w, p.id);
	for (size_t i = 0; dd_spdx_package(w->bom, i, &p); i++) {
		package(w, &p);
		annotation(w, &p);
	}
	suppliers(w);
	licences(w);
	dd_spdx_relations(w->bom, relation, w);
	end_relation(w);
	licence_relations(w);
}

enum dd_code dd_report_write_spdx3(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				   struct dd_err *err)
{
	DD_CLEANUP(dd_bom_done) struct dd_bom bom = { 0 };
	(void)style;
	DD_TRY(dd_bom_make(r, &bom, err));
	DD_CLEANUP(writer_done)
	struct writer w = { .j = DD_JSONW(out, BROKEN_LEVELS), .bom = &bom, .text = DD_BUF_INIT(SIZE_MAX), .err = err };
	DD_TRY(collect(&w));
	dd_jsonw_object(&w.j);
	dd_jsonw_member_text(&w.j, "@context", DD_STR("https://spdx.org/rdf/3.0.1/spdx-context.jsonld"));
	dd_jsonw_key(&w.j, "@graph");
	dd_jsonw_array(&w.j);
	graph(&w);
	dd_jsonw_close(&w.j);
	dd_jsonw_close(&w.j);
	(void)dd_buf_add_char(out, '\n');
	DD_TRY(dd_buf_check(&w.text, "the report", err));
	return dd_buf_check(out, "the report", err);
}
