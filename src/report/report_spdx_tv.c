/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3 as tag and value, one a line: https://spdx.github.io/spdx-spec/v2.3/ (the same content as the JSON
 * form, see report_spdx.c). A value of several lines stands between <text> and </text>; a single line must not break,
 * so hostile bytes in it are escaped. */
#include <stdio.h>

#include "base/buf.h"
#include "report/formats.h"
#include "report/spdx_parts.h"

enum { SPDX_22 = 22, SPDX_23 = 23 };

struct writer {
	struct dd_buf *out;
	const struct dd_bom *bom;
	unsigned version;
};

static void tag(const struct writer *w, const char *name, const char *prefix, struct dd_str value)
{
	(void)dd_buf_addf(w->out, "%s: %s", name, prefix);
	(void)dd_buf_add_escaped(w->out, value);
	(void)dd_buf_add_char(w->out, '\n');
}

/* Lines are kept; "</text>" inside would end it. */
static void text_tag(const struct writer *w, const char *name, struct dd_str value)
{
	struct dd_str line, end = DD_STR("</text>");
	(void)dd_buf_addf(w->out, "%s: <text>", name);
	bool first = true;
	for (struct dd_str rest = value; dd_str_line(&rest, &line); first = false) {
		if (!first)
			(void)dd_buf_add_char(w->out, '\n');
		for (size_t at; (at = dd_str_search(line, end)) < line.n; line = dd_str_skip(line, at + end.n)) {
			(void)dd_buf_add_escaped(w->out, dd_str_take(line, at));
			(void)dd_buf_add_c(w->out, "&lt;/text>");
		}
		(void)dd_buf_add_escaped(w->out, line);
	}
	(void)dd_buf_add_c(w->out, "</text>\n");
}

static void supplier(const struct writer *w, const struct dd_spdx_package *p)
{
	if (p->supplier.n == 0) {
		tag(w, "PackageSupplier", "", DD_STR("NOASSERTION"));
		return;
	}
	(void)dd_buf_addf(w->out, "PackageSupplier: %s", p->email.n ? "Person: " : "Organization: ");
	(void)dd_buf_add_escaped(w->out, p->supplier);
	if (p->email.n)
		(void)dd_buf_addf(w->out, " (%.*s)", DD_FMT(p->email));
	(void)dd_buf_add_char(w->out, '\n');
}

static const char *purpose_of(const struct dd_spdx_package *p)
{
	return p->kind == DD_SPDX_SYSTEM		? "OPERATING-SYSTEM"
	       : strcmp(p->purpose, "container") == 0	? "CONTAINER"
	       : strcmp(p->purpose, "application") == 0 ? "APPLICATION"
							: "LIBRARY";
}

static struct dd_str known_or_none(struct dd_str s)
{
	return s.n ? s : DD_STR("NOASSERTION");
}

static void package(const struct writer *w, const struct dd_spdx_package *p)
{
	(void)dd_buf_add_c(w->out, "\n##### Package\n\n");
	tag(w, "PackageName", "", p->name);
	tag(w, "SPDXID", "SPDXRef-", p->id);
	if (p->version.n)
		tag(w, "PackageVersion", "", p->version);
	supplier(w, p);
	tag(w, "PackageDownloadLocation", "", known_or_none(p->url));
	tag(w, "FilesAnalyzed", "", DD_STR("false"));
	if (p->hash.spdx2) {
		(void)dd_buf_addf(w->out, "PackageChecksum: %s: ", p->hash.spdx2);
		(void)dd_buf_add_str(w->out, p->hash.hex);
		(void)dd_buf_add_char(w->out, '\n');
	}
	tag(w, "PackageLicenseConcluded", "", DD_STR("NOASSERTION"));
	tag(w, "PackageLicenseDeclared", "", known_or_none(p->licence));
	tag(w, "PackageCopyrightText", "", DD_STR("NOASSERTION"));
	if (w->version >= SPDX_23)
		tag(w, "PrimaryPackagePurpose", "", dd_str_from(purpose_of(p)));
	if (p->purl.n)
		tag(w, "ExternalRef", "PACKAGE-MANAGER purl ", p->purl);
	if (p->cpe.n)
		(void)dd_buf_addf(w->out, "ExternalRef: SECURITY cpe23Type %.*s\n", DD_FMT(p->cpe));
}

static void relation(void *ctx, struct dd_str from, const char *type, struct dd_str to)
{
	const struct writer *w = ctx;
	(void)dd_buf_addf(w->out, "Relationship: SPDXRef-%.*s %s SPDXRef-%.*s\n", DD_FMT(from), type, DD_FMT(to));
}

static enum dd_code annotation(const struct writer *w, const struct dd_spdx_package *p, struct dd_buf *text,
			       struct dd_err *err)
{
	struct dd_str line, end = DD_STR("</text>");
	bool first = true;
	dd_buf_clear(text);
	dd_spdx_properties(w->bom, p, text);
	DD_TRY(dd_buf_check(text, "an annotation", err));
	(void)dd_buf_add_char(w->out, '\n');
	tag(w, "Annotator", "Tool: drydock-", w->bom->report->version);
	tag(w, "AnnotationDate", "", dd_str_from(dd_bom_date(w->bom)));
	tag(w, "AnnotationType", "", DD_STR("OTHER"));
	tag(w, "SPDXREF", "SPDXRef-", p->id);
	/* The lines are escaped already; the only thing that could end the text becomes an escape of the same kind. */
	(void)dd_buf_add_c(w->out, "AnnotationComment: <text>");
	for (struct dd_str rest = dd_buf_str(text); dd_str_line(&rest, &line); first = false) {
		if (!first)
			(void)dd_buf_add_char(w->out, '\n');
		for (size_t at; (at = dd_str_search(line, end)) < line.n; line = dd_str_skip(line, at + 1)) {
			(void)dd_buf_add_str(w->out, dd_str_take(line, at));
			(void)dd_buf_add_c(w->out, "\\x3c");
		}
		(void)dd_buf_add_str(w->out, line);
	}
	(void)dd_buf_add_c(w->out, "</text>\n");
	return DD_OK;
}

static enum dd_code document(const struct writer *w, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(SIZE_MAX);
	struct dd_spdx_package p;
	tag(w, "SPDXVersion", w->version == SPDX_22 ? "SPDX-2.2" : "SPDX-2.3", DD_STR(""));
	tag(w, "DataLicense", "CC0-1.0", DD_STR(""));
	tag(w, "SPDXID", "SPDXRef-DOCUMENT", DD_STR(""));
	tag(w, "DocumentName", "", dd_spdx_document_name(w->bom));
	tag(w, "DocumentNamespace", DD_SPDX_NAMESPACE, dd_str_from(w->bom->uuid));
	tag(w, "Creator", "Tool: drydock-", w->bom->report->version);
	tag(w, "Created", "", dd_str_from(dd_bom_date(w->bom)));
	for (size_t i = 0; dd_spdx_package(w->bom, i, &p); i++)
		package(w, &p);
	(void)dd_buf_add_c(w->out, "\n##### Relationships\n\n");
	(void)dd_spdx_package(w->bom, 0, &p);
	relation((void *)(uintptr_t)w, DD_STR("DOCUMENT"), "DESCRIBES", p.id);
	dd_spdx_relations(w->bom, relation, (void *)(uintptr_t)w);
	(void)dd_buf_add_c(w->out, "\n##### Annotations\n");
	for (size_t i = 0; dd_spdx_package(w->bom, i, &p); i++)
		DD_TRY(annotation(w, &p, &text, err));
	if (w->bom->n_licence_refs)
		(void)dd_buf_add_c(w->out, "\n##### Licences that the SPDX list does not have\n");
	for (size_t i = 0; i < w->bom->n_licence_refs; i++) {
		(void)dd_buf_add_char(w->out, '\n');
		tag(w, "LicenseID", "", w->bom->licence_refs[i].id);
		text_tag(w, "ExtractedText", w->bom->licence_refs[i].text);
		tag(w, "LicenseName", "", w->bom->licence_refs[i].text);
	}
	return DD_OK;
}

static enum dd_code write(const struct dd_report *r, unsigned version, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_bom_done) struct dd_bom bom = { 0 };
	DD_TRY(dd_bom_make(r, &bom, err));
	const struct writer w = { out, &bom, version };
	DD_TRY(document(&w, err));
	return dd_buf_check(out, "the report", err);
}

#define DD_SPDX_TV(name, version)                                                                                      \
	enum dd_code dd_report_write_##name(const struct dd_report *r, const struct dd_report_style *style,            \
					    struct dd_buf *out, struct dd_err *err)                                    \
	{                                                                                                              \
		(void)style;                                                                                           \
		return write(r, version, out, err);                                                                    \
	}
DD_SPDX_TV(spdx_tv_22, SPDX_22)
DD_SPDX_TV(spdx_tv_23, SPDX_23)
