/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3 as JSON (https://spdx.github.io/spdx-spec/v2.3/, schema spdx-schema.json).
 * Read are packages with their externalRefs, checksums and annotations, relationships, documentDescribes. Files and
 * snippets are passed over. In the wild: both spellings PACKAGE-MANAGER and PACKAGE_MANAGER; "" for what is not known;
 * documents that describe their packages one by one, without a package for the image. */
#include "sbom/shape.h"
#include "sbom/spdx_entry.h"

static void externals(const json_t *package, struct dd_spdx_fields *f)
{
	const json_t *list = dd_json_arr(package, "externalRefs");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *one = dd_json_at(list, i);
		struct dd_str type = dd_json_str(one, "referenceType"), locator = dd_json_str(one, "referenceLocator");
		if (f->purl.n == 0 && dd_str_eq_c(type, "purl"))
			f->purl = locator;
		if (f->cpe.n == 0 && (dd_str_eq_c(type, "cpe23Type") || dd_str_ends(type, DD_STR("cpe23Type"))))
			f->cpe = locator;
	}
}

static enum dd_code checksum(struct dd_sbom_reading *r, const json_t *package, struct dd_spdx_fields *f)
{
	const json_t *list = dd_json_arr(package, "checksums");
	for (size_t i = 0; i < dd_json_len(list) && f->checksum.n == 0; i++) {
		const json_t *one = dd_json_at(list, i);
		const char *algorithm = dd_spdx_algorithm(dd_json_str(one, "algorithm"));
		if (!algorithm)
			continue;
		f->checksum = dd_arena_printf(&r->inv->arena, "%s:%.*s", algorithm,
					      DD_FMT(dd_json_str(one, "checksumValue")));
		if (!f->checksum.p)
			return dd_fail_nomem(r->err);
	}
	return DD_OK;
}

static enum dd_code on_package(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	if (!json_is_object(j))
		return dd_sbom_problem(r, at, "a package is not an object");
	struct dd_spdx_fields f = {
		.id = dd_json_str(j, "SPDXID"),
		.name = dd_json_str(j, "name"),
		.version = dd_json_str(j, "versionInfo"),
		.supplier = dd_json_str(j, "supplier"),
		.originator = dd_json_str(j, "originator"),
		.declared = dd_json_str(j, "licenseDeclared"),
		.concluded = dd_json_str(j, "licenseConcluded"),
		.location = dd_json_str(j, "downloadLocation"),
		.purpose = dd_json_str(j, "primaryPackagePurpose"),
		.source_info = dd_json_str(j, "sourceInfo"),
		.at = at,
	};
	DD_TRY(dd_shape_check(r, &dd_shape_spdx_package, j, at));
	externals(j, &f);
	DD_TRY(checksum(r, j, &f));
	DD_TRY(dd_spdx_add(r, &f));
	const json_t *notes = dd_json_arr(j, "annotations");
	for (size_t i = 0; i < dd_json_len(notes); i++)
		DD_TRY(dd_sbom_add_notes(r, f.id, dd_json_str(dd_json_at(notes, i), "comment")));
	return DD_OK;
}

static enum dd_code on_relationship(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_str from = dd_json_str(j, "spdxElementId"), to = dd_json_str(j, "relatedSpdxElement");
	if (from.n == 0 || to.n == 0 || dd_json_str(j, "relationshipType").n == 0)
		DD_TRY(dd_sbom_fault(r, at, "a relationship lacks a type or one of its ends"));
	DD_TRY(dd_shape_check(r, &dd_shape_spdx_relationship, j, at));
	return dd_spdx_relate(r, from, dd_json_str(j, "relationshipType"), to, dd_json_str(j, "comment"), at);
}

static enum dd_code on_described(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	(void)at;
	return r->root_ref.n ? DD_OK : dd_sbom_copy(r, dd_json_text(j), &r->root_ref);
}

static enum dd_code on_version(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_str version = dd_json_text(j);
	if (dd_str_eq_c(version, "SPDX-2.2") || dd_str_eq_c(version, "SPDX-2.3"))
		return DD_OK;
	return dd_sbom_fault(r, at, "spdxVersion %s is neither SPDX-2.2 nor SPDX-2.3", DD_QUOTE(version));
}

static enum dd_code on_document_id(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_str_eq_c(dd_json_text(j), "SPDXRef-DOCUMENT")
		       ? DD_OK
		       : dd_sbom_fault(r, at, "the document's SPDXID is not SPDXRef-DOCUMENT");
}

static enum dd_code on_text(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_json_text(j).n ? DD_OK : dd_sbom_fault(r, at, "a text is expected here");
}

static enum dd_code on_creation(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	DD_TRY(dd_shape_check(r, &dd_shape_spdx_creation, j, at));
	if (dd_json_str(j, "created").n == 0 || dd_json_len(dd_json_arr(j, "creators")) == 0)
		return dd_sbom_fault(r, at, "creationInfo says neither when nor by whom");
	return DD_OK;
}

static enum dd_code on_file(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_spdx_file, j, at);
}

static enum dd_code on_annotation(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_spdx_annotation, j, at);
}

static enum dd_code on_extracted(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_spdx_extracted, j, at);
}

enum dd_code dd_sbom_read_spdx(struct dd_sbom_reading *r)
{
	static const struct dd_sbom_member rows[] = {
		{ "spdxVersion", NULL, on_version, true },
		{ "SPDXID", NULL, on_document_id, true },
		{ "dataLicense", NULL, on_text, true },
		{ "name", NULL, on_text, true },
		{ "documentNamespace", NULL, on_text, true },
		{ "creationInfo", NULL, on_creation, true },
		{ "packages", on_package, NULL, false },
		{ "relationships", on_relationship, NULL, false },
		{ "documentDescribes", on_described, NULL, false },
		/* when validating only */
		{ "files", on_file, NULL, false },
		{ "annotations", on_annotation, NULL, false },
		{ "hasExtractedLicensingInfos", on_extracted, NULL, false },
	};
	enum { READ = 9 };
	DD_TRY(dd_shape_check_document(r, &dd_shape_spdx_document));
	return dd_sbom_members(r, rows, r->strict ? DD_COUNT(rows) : READ);
}
