/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3 as JSON: https://spdx.github.io/spdx-spec/v2.3/
 * The document DESCRIBES the image, which CONTAINS the system and every package; a package of the system CONTAINS the
 * third-party packages that its files are, and packages DEPENDS_ON others. What was declared is licenseDeclared;
 * nothing is concluded (NOASSERTION), because nobody read the files. Names that the SPDX list does not have are
 * LicenseRef- with the declared words as extracted text. An annotation by the tool carries drydock's properties. 2.2
 * has no primaryPackagePurpose, and writes PACKAGE_MANAGER with an underscore. */
#include <stdio.h>

#include "format/json_write.h"
#include "report/formats.h"
#include "report/spdx_parts.h"

enum { BROKEN_LEVELS = 2, SPDX_22 = 22, SPDX_23 = 23 };

struct writer {
	struct dd_jsonw j;
	const struct dd_bom *bom;
	unsigned version;
	struct dd_buf text; /* scratch */
};

static void writer_done(struct writer *w)
{
	dd_buf_done(&w->text);
}

/* prefix and value in one text. */
static void member_joined(struct writer *w, const char *key, const char *prefix, struct dd_str value)
{
	(void)dd_buf_add_c(&w->text, prefix);
	(void)dd_buf_add_str(&w->text, value);
	dd_jsonw_member_text(&w->j, key, dd_buf_str(&w->text));
	w->text.n = 0;
}

static void creation(struct writer *w)
{
	dd_jsonw_key(&w->j, "creationInfo");
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "created", dd_str_from(dd_bom_date(w->bom)));
	dd_jsonw_key(&w->j, "creators");
	dd_jsonw_array(&w->j);
	(void)dd_buf_addf(&w->text, "Tool: drydock-%.*s", DD_FMT(w->bom->report->version));
	dd_jsonw_text(&w->j, dd_buf_str(&w->text));
	w->text.n = 0;
	dd_jsonw_close(&w->j);
	dd_jsonw_close(&w->j);
}

static void supplier(struct writer *w, const struct dd_spdx_package *p)
{
	if (p->supplier.n == 0) {
		dd_jsonw_member_text(&w->j, "supplier", DD_STR("NOASSERTION"));
		return;
	}
	(void)dd_buf_add_c(&w->text, p->email.n ? "Person: " : "Organization: ");
	(void)dd_buf_add_str(&w->text, p->supplier);
	if (p->email.n)
		(void)dd_buf_addf(&w->text, " (%.*s)", DD_FMT(p->email));
	dd_jsonw_member_text(&w->j, "supplier", dd_buf_str(&w->text));
	w->text.n = 0;
}

static void external(struct writer *w, const char *category, const char *type, struct dd_str locator)
{
	if (locator.n == 0)
		return;
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "referenceCategory", dd_str_from(category));
	dd_jsonw_member_text(&w->j, "referenceType", dd_str_from(type));
	dd_jsonw_member_text(&w->j, "referenceLocator", locator);
	dd_jsonw_close(&w->j);
}

static void externals(struct writer *w, const struct dd_spdx_package *p)
{
	if (p->purl.n == 0 && p->cpe.n == 0)
		return;
	dd_jsonw_key(&w->j, "externalRefs");
	dd_jsonw_array(&w->j);
	external(w, w->version == SPDX_22 ? "PACKAGE_MANAGER" : "PACKAGE-MANAGER", "purl", p->purl);
	external(w, "SECURITY", "cpe23Type", p->cpe);
	dd_jsonw_close(&w->j);
}

static void annotation(struct writer *w, const struct dd_spdx_package *p)
{
	struct dd_buf annotator = w->text;
	(void)dd_buf_addf(&annotator, "Tool: drydock-%.*s", DD_FMT(w->bom->report->version));
	dd_jsonw_key(&w->j, "annotations");
	dd_jsonw_array(&w->j);
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "annotator", dd_buf_str(&annotator));
	w->text = annotator;
	w->text.n = 0;
	dd_jsonw_member_text(&w->j, "annotationDate", dd_str_from(dd_bom_date(w->bom)));
	dd_jsonw_member_text(&w->j, "annotationType", DD_STR("OTHER"));
	dd_spdx_properties(w->bom, p, &w->text);
	dd_jsonw_member_text(&w->j, "comment", dd_buf_str(&w->text));
	w->text.n = 0;
	dd_jsonw_close(&w->j);
	dd_jsonw_close(&w->j);
}

static const char *purpose_of(const struct dd_spdx_package *p)
{
	static const struct {
		const char *spdx3, *spdx2;
	} rows[] = { { "container", "CONTAINER" },
		     { "operatingSystem", "OPERATING_SYSTEM" },
		     { "application", "APPLICATION" } };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (strcmp(p->purpose, rows[i].spdx3) == 0)
			return rows[i].spdx2;
	return "LIBRARY";
}

static struct dd_str known_or_none(struct dd_str s)
{
	return s.n ? s : DD_STR("NOASSERTION");
}

static void package(struct writer *w, const struct dd_spdx_package *p)
{
	dd_jsonw_object(&w->j);
	member_joined(w, "SPDXID", "SPDXRef-", p->id);
	dd_jsonw_member_text(&w->j, "name", p->name);
	if (p->version.n)
		dd_jsonw_member_text(&w->j, "versionInfo", p->version);
	supplier(w, p);
	dd_jsonw_member_text(&w->j, "downloadLocation", known_or_none(p->url));
	dd_jsonw_member_bool(&w->j, "filesAnalyzed", false);
	if (p->hash.spdx2) {
		dd_jsonw_key(&w->j, "checksums");
		dd_jsonw_array(&w->j);
		dd_jsonw_object(&w->j);
		dd_jsonw_member_text(&w->j, "algorithm", dd_str_from(p->hash.spdx2));
		dd_jsonw_member_text(&w->j, "checksumValue", p->hash.hex);
		dd_jsonw_close(&w->j);
		dd_jsonw_close(&w->j);
	}
	dd_jsonw_member_text(&w->j, "licenseConcluded", DD_STR("NOASSERTION"));
	dd_jsonw_member_text(&w->j, "licenseDeclared", known_or_none(p->licence));
	dd_jsonw_member_text(&w->j, "copyrightText", DD_STR("NOASSERTION"));
	if (w->version >= SPDX_23)
		dd_jsonw_member_text(&w->j, "primaryPackagePurpose", dd_str_from(purpose_of(p)));
	externals(w, p);
	annotation(w, p);
	dd_jsonw_close(&w->j);
}

static void extracted_licences(struct writer *w)
{
	if (w->bom->n_licence_refs == 0)
		return;
	dd_jsonw_key(&w->j, "hasExtractedLicensingInfos");
	dd_jsonw_array(&w->j);
	for (size_t i = 0; i < w->bom->n_licence_refs; i++) {
		const struct dd_licence_ref *l = &w->bom->licence_refs[i];
		dd_jsonw_object(&w->j);
		dd_jsonw_member_text(&w->j, "licenseId", l->id);
		dd_jsonw_member_text(&w->j, "name", l->text);
		dd_jsonw_member_text(&w->j, "extractedText", l->text);
		dd_jsonw_close(&w->j);
	}
	dd_jsonw_close(&w->j);
}

static void relation(void *ctx, struct dd_str from, const char *type, struct dd_str to)
{
	struct writer *w = ctx;
	dd_jsonw_object(&w->j);
	member_joined(w, "spdxElementId", "SPDXRef-", from);
	dd_jsonw_member_text(&w->j, "relationshipType", dd_str_from(type));
	member_joined(w, "relatedSpdxElement", "SPDXRef-", to);
	dd_jsonw_close(&w->j);
}

static void document(struct writer *w)
{
	struct dd_spdx_package p;
	dd_jsonw_object(&w->j);
	dd_jsonw_member_text(&w->j, "spdxVersion", dd_str_from(w->version == SPDX_22 ? "SPDX-2.2" : "SPDX-2.3"));
	dd_jsonw_member_text(&w->j, "dataLicense", DD_STR("CC0-1.0"));
	dd_jsonw_member_text(&w->j, "SPDXID", DD_STR("SPDXRef-DOCUMENT"));
	dd_jsonw_member_text(&w->j, "name", dd_spdx_document_name(w->bom));
	member_joined(w, "documentNamespace", DD_SPDX_NAMESPACE, dd_str_from(w->bom->uuid));
	creation(w);
	dd_jsonw_key(&w->j, "packages");
	dd_jsonw_array(&w->j);
	for (size_t i = 0; dd_spdx_package(w->bom, i, &p); i++)
		package(w, &p);
	dd_jsonw_close(&w->j);
	extracted_licences(w);
	dd_jsonw_key(&w->j, "relationships");
	dd_jsonw_array(&w->j);
	(void)dd_spdx_package(w->bom, 0, &p);
	relation(w, DD_STR("DOCUMENT"), "DESCRIBES", p.id);
	dd_spdx_relations(w->bom, relation, w);
	dd_jsonw_close(&w->j);
	dd_jsonw_close(&w->j);
	(void)dd_buf_add_char(w->j.out, '\n');
}

static enum dd_code write(const struct dd_report *r, unsigned version, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_bom_done) struct dd_bom bom = { 0 };
	DD_TRY(dd_bom_make(r, &bom, err));
	DD_CLEANUP(writer_done)
	struct writer w = {
		.j = DD_JSONW(out, BROKEN_LEVELS), .bom = &bom, .version = version, .text = DD_BUF_INIT(SIZE_MAX)
	};
	document(&w);
	DD_TRY(dd_buf_check(&w.text, "the report", err));
	return dd_buf_check(out, "the report", err);
}

#define DD_SPDX(name, version)                                                                                         \
	enum dd_code dd_report_write_##name(const struct dd_report *r, const struct dd_report_style *style,            \
					    struct dd_buf *out, struct dd_err *err)                                    \
	{                                                                                                              \
		(void)style;                                                                                           \
		return write(r, version, out, err);                                                                    \
	}
DD_SPDX(spdx_22, SPDX_22)
DD_SPDX(spdx_23, SPDX_23)
