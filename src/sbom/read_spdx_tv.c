/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3 as tag and value (https://spdx.github.io/spdx-spec/v2.3/, each field's "tag-value format"):
 *     Tag: value            one line; blanks around the value do not count
 *     Tag: <text>several
 *     lines</text>
 *     # comment
 * PackageName begins a package, FileName and SnippetSPDXID end it, Annotator begins an annotation that says with
 * SPDXREF what it is about. Everything that is not about packages, relationships and annotations is passed over. A
 * <text> without its end runs to the end of the document and is a problem. */
#include "sbom/spdx_entry.h"

struct tv {
	struct dd_sbom_reading *r;
	struct dd_spdx_fields package;
	bool in_package;
	struct dd_str annotated; /* SPDXREF of the annotation at hand */
	struct dd_str annotation;
	struct dd_str last_relation_from, last_relation_to, last_relation_type;
	uint64_t last_relation_at;
	bool seen_version;
};

static enum dd_code end_package(struct tv *t)
{
	if (!t->in_package)
		return DD_OK;
	t->in_package = false;
	return dd_spdx_add(t->r, &t->package);
}

static enum dd_code end_annotation(struct tv *t)
{
	struct dd_str ref = t->annotated, text = t->annotation;
	t->annotated = t->annotation = DD_STR("");
	return ref.n && text.n ? dd_sbom_add_notes(t->r, ref, text) : DD_OK;
}

static enum dd_code end_relation(struct tv *t, struct dd_str comment)
{
	struct dd_str type = t->last_relation_type;
	t->last_relation_type = DD_STR("");
	if (type.n == 0)
		return DD_OK;
	return dd_spdx_relate(t->r, t->last_relation_from, type, t->last_relation_to, comment, t->last_relation_at);
}

/* "SHA256: 85ed0817…" */
static enum dd_code checksum(struct tv *t, struct dd_str value)
{
	size_t colon = dd_str_find(value, ':');
	const char *algorithm = dd_spdx_algorithm(dd_str_take(value, colon));
	if (!algorithm || t->package.checksum.n)
		return DD_OK;
	t->package.checksum = dd_arena_printf(&t->r->inv->arena, "%s:%.*s", algorithm,
					      DD_FMT(dd_str_trim(dd_str_skip(value, colon + 1))));
	return t->package.checksum.p ? DD_OK : dd_fail_nomem(t->r->err);
}

/* "PACKAGE-MANAGER purl pkg:deb/…" */
static void external(struct tv *t, struct dd_str value)
{
	struct dd_str category = { "", 0 }, type = { "", 0 };
	(void)dd_str_next(&value, ' ', &category);
	value = dd_str_trim(value);
	(void)dd_str_next(&value, ' ', &type);
	value = dd_str_trim(value);
	if (dd_str_eq_c(type, "purl") && t->package.purl.n == 0)
		t->package.purl = value;
	else if (dd_str_ends(type, DD_STR("cpe23Type")) && t->package.cpe.n == 0)
		t->package.cpe = value;
}

/* "SPDXRef-a CONTAINS SPDXRef-b" */
static enum dd_code relation(struct tv *t, struct dd_str value, uint64_t at)
{
	struct dd_str part[3] = { { 0 } };
	size_t n = 0;
	DD_TRY(end_relation(t, DD_STR("")));
	for (struct dd_str word; n < 3 && dd_str_next(&value, ' ', &word);)
		if (word.n)
			part[n++] = word;
	if (n < 3)
		return dd_sbom_problem(t->r, at, "a relationship needs two elements and a type between them");
	t->last_relation_from = part[0];
	t->last_relation_type = part[1];
	t->last_relation_to = part[2];
	t->last_relation_at = at;
	return DD_OK;
}

static enum dd_code begin_package(struct tv *t, struct dd_str name, uint64_t at)
{
	DD_TRY(end_package(t));
	t->in_package = true;
	t->package = (struct dd_spdx_fields){ .name = name, .at = at };
	return DD_OK;
}

static enum dd_code on_tag(struct tv *t, struct dd_str tag, struct dd_str value, uint64_t at)
{
	const struct {
		const char *tag;
		struct dd_str *to;
	} texts[] = {
		{ "SPDXID", &t->package.id },
		{ "PackageVersion", &t->package.version },
		{ "PackageSupplier", &t->package.supplier },
		{ "PackageOriginator", &t->package.originator },
		{ "PackageLicenseDeclared", &t->package.declared },
		{ "PackageLicenseConcluded", &t->package.concluded },
		{ "PackageDownloadLocation", &t->package.location },
		{ "PrimaryPackagePurpose", &t->package.purpose },
		{ "PackageSourceInfo", &t->package.source_info },
	};
	for (size_t i = 0; t->in_package && i < DD_COUNT(texts); i++) {
		if (!dd_str_eq_c(tag, texts[i].tag))
			continue;
		*texts[i].to = value;
		return DD_OK;
	}
	if (dd_str_eq_c(tag, "PackageName"))
		return begin_package(t, value, at);
	if (dd_str_eq_c(tag, "FileName") || dd_str_eq_c(tag, "SnippetSPDXID") || dd_str_eq_c(tag, "LicenseID"))
		return end_package(t);
	if (t->in_package && dd_str_eq_c(tag, "PackageChecksum"))
		return checksum(t, value);
	if (t->in_package && dd_str_eq_c(tag, "ExternalRef")) {
		external(t, value);
		return DD_OK;
	}
	if (dd_str_eq_c(tag, "Relationship"))
		return relation(t, value, at);
	if (dd_str_eq_c(tag, "RelationshipComment"))
		return end_relation(t, value);
	if (dd_str_eq_c(tag, "Annotator"))
		return end_annotation(t);
	if (dd_str_eq_c(tag, "SPDXREF"))
		t->annotated = value;
	else if (dd_str_eq_c(tag, "AnnotationComment"))
		t->annotation = value;
	else if (dd_str_eq_c(tag, "SPDXVersion") && !dd_str_eq_c(value, "SPDX-2.2") && !dd_str_eq_c(value, "SPDX-2.3"))
		return dd_sbom_fault(t->r, at, "SPDXVersion %s is neither SPDX-2.2 nor SPDX-2.3", DD_QUOTE(value));
	return DD_OK;
}

/* The value of the tag whose line ends at rest; a text of several lines is taken off rest. */
static enum dd_code value_of(struct tv *t, struct dd_str line, struct dd_str *rest, uint64_t at, struct dd_str *ret)
{
	struct dd_str open = DD_STR("<text>"), close = DD_STR("</text>");
	struct dd_str value = dd_str_trim(line);
	if (!dd_str_starts(value, open)) {
		*ret = value;
		return DD_OK;
	}
	const char *start = value.p + open.n, *end = t->r->doc.p + t->r->doc.n;
	struct dd_str all = { start, (size_t)(end - start) };
	size_t n = dd_str_search(all, close);
	if (n == all.n)
		DD_TRY(dd_sbom_problem(t->r, at, "a <text> without its end"));
	*ret = dd_str_take(all, n);
	struct dd_str behind = dd_str_skip(all, n + close.n), ignored;
	(void)dd_str_line(&behind, &ignored);
	*rest = behind;
	return DD_OK;
}

enum dd_code dd_sbom_read_spdx_tv(struct dd_sbom_reading *r)
{
	struct tv t = { .r = r };
	struct dd_str line, rest = r->doc, value;
	while (dd_str_line(&rest, &line)) {
		uint64_t at = (uint64_t)(line.p - r->doc.p);
		size_t colon = dd_str_find(line, ':');
		struct dd_str tag = dd_str_trim(dd_str_take(line, colon));
		if (tag.n == 0 || tag.p[0] == '#')
			continue;
		if (colon == line.n) {
			DD_TRY(dd_sbom_problem(r, at, "a line that has no tag: %s", DD_QUOTE(line)));
			continue;
		}
		DD_TRY(value_of(&t, dd_str_skip(line, colon + 1), &rest, at, &value));
		DD_TRY(on_tag(&t, tag, value, at));
	}
	DD_TRY(end_package(&t));
	DD_TRY(end_relation(&t, DD_STR("")));
	return end_annotation(&t);
}
