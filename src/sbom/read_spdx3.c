/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 3.0 as JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/serializations/): the compact form that the
 * specification prescribes, a flat @graph whose elements have a `type` and an `spdxId`. No context is fetched or
 * applied. Read are software_Package, Relationship (contains, dependsOn, hasDeclaredLicense), the agents that supply
 * packages, licence expressions, annotations, and the root of software_Sbom. Elements come in any order: what refers to
 * others is kept and joined at the end (dd_sbom_read_spdx3). A single object without @graph is an element, too. */
#include "sbom/spdx_entry.h"

static struct dd_str id_of(const json_t *j)
{
	struct dd_str id = dd_json_str(j, "spdxId");
	return id.n ? id : dd_json_str(j, "@id");
}

/* Agents and licences by note, so that no state is needed beside the reading: the name is the program's own word. */
static enum dd_code keep(struct dd_sbom_reading *r, struct dd_str ref, const char *what, struct dd_str value)
{
	struct dd_sbom_note n = { .name = dd_str_from(what) };
	DD_TRY(dd_sbom_copy(r, ref, &n.ref));
	DD_TRY(dd_sbom_copy(r, value, &n.value));
	return dd_vec_push(&r->notes, n, DD_SBOM_PROPERTIES_MAX) ? DD_OK : dd_fail_nomem(r->err);
}

#define NOTE_AGENT    "agent"
#define NOTE_LICENCE  "licence"
#define NOTE_SUPPLIER "supplier"
#define NOTE_DECLARED "declared"

static struct dd_str identifier(const json_t *j, const char *type)
{
	const json_t *list = dd_json_arr(j, "externalIdentifier");
	for (size_t i = 0; i < dd_json_len(list); i++)
		if (dd_str_eq_c(dd_json_str(dd_json_at(list, i), "externalIdentifierType"), type))
			return dd_json_str(dd_json_at(list, i), "identifier");
	return DD_STR("");
}

static enum dd_code on_package(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	static const struct {
		const char *spdx3, *spdx2;
	} purposes[] = { { "operatingSystem", "OPERATING_SYSTEM" },
			 { "container", "CONTAINER" },
			 { "application", "APPLICATION" },
			 { "library", "LIBRARY" },
			 { "file", "FILE" },
			 { "device", "DEVICE" },
			 { "framework", "FRAMEWORK" } };
	struct dd_str purpose = dd_json_str(j, "software_primaryPurpose");
	struct dd_spdx_fields f = { .id = id_of(j),
				    .name = dd_json_str(j, "name"),
				    .version = dd_json_str(j, "software_packageVersion"),
				    .purl = dd_json_str(j, "software_packageUrl"),
				    .location = dd_json_str(j, "software_downloadLocation"),
				    .source_info = dd_json_str(j, "software_sourceInfo"),
				    .at = at };
	struct dd_sbom_entry e = { .at = at };
	for (size_t i = 0; i < DD_COUNT(purposes); i++)
		if (dd_str_eq_c(purpose, purposes[i].spdx3))
			f.purpose = dd_str_from(purposes[i].spdx2);
	if (f.purl.n == 0)
		f.purl = identifier(j, "packageUrl");
	const json_t *hash = dd_json_at(dd_json_arr(j, "verifiedUsing"), 0);
	struct dd_str algorithm = dd_json_str(hash, "algorithm"), hex = dd_json_str(hash, "hashValue");
	if (algorithm.n && hex.n) {
		e.digest = dd_arena_printf(&r->inv->arena, "%.*s:%.*s", DD_FMT(algorithm), DD_FMT(hex));
		if (!e.digest.p)
			return dd_fail_nomem(r->err);
	}
	if (f.id.n == 0 || f.name.n == 0)
		DD_TRY(dd_sbom_fault(r, at, "a package lacks its spdxId or its name"));
	e.role = dd_str_eq_c(f.purpose, "OPERATING_SYSTEM") ? DD_SBOM_SYSTEM
		 : f.purl.n == 0			    ? DD_SBOM_OTHER
							    : DD_SBOM_PACKAGE;
	DD_TRY(dd_sbom_copy(r, f.id, &e.ref));
	DD_TRY(dd_sbom_copy(r, f.name, &e.name));
	DD_TRY(dd_sbom_copy(r, f.version, &e.version));
	DD_TRY(dd_sbom_copy(r, f.purl, &e.purl));
	DD_TRY(dd_sbom_copy(r, f.location, &e.url));
	DD_TRY(dd_sbom_copy(r, f.purpose, &e.type));
	DD_TRY(dd_sbom_copy(r, identifier(j, "cpe23"), &e.cpe));
	DD_TRY(dd_sbom_add_entry(r, &e));
	struct dd_str by = dd_json_str(j, "suppliedBy");
	return by.n ? keep(r, f.id, NOTE_SUPPLIER, by) : DD_OK;
}

static enum dd_code on_relationship(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	static const struct {
		const char *type;
		enum dd_sbom_edge_kind kind;
	} rows[] = { { "contains", DD_SBOM_CONTAINS }, { "dependsOn", DD_SBOM_DEPENDS } };
	struct dd_str from = dd_json_str(j, "from"), type = dd_json_str(j, "relationshipType");
	const json_t *to = dd_json_arr(j, "to");
	if (from.n == 0 || type.n == 0)
		return dd_sbom_fault(r, at, "a relationship lacks a type or one of its ends");
	for (size_t i = 0; i < dd_json_len(to); i++) {
		struct dd_str ref = dd_json_text(dd_json_at(to, i));
		if (dd_str_eq_c(type, "hasDeclaredLicense"))
			DD_TRY(keep(r, from, NOTE_DECLARED, ref));
		for (size_t k = 0; k < DD_COUNT(rows); k++)
			if (ref.n && dd_str_eq_c(type, rows[k].type))
				DD_TRY(dd_sbom_add_edge(r, rows[k].kind, from, ref, at));
	}
	return DD_OK;
}

static enum dd_code on_agent(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_str name = dd_json_str(j, "name"), mail = identifier(j, "email"), whole = name;
	(void)at;
	if (mail.n) {
		whole = dd_arena_printf(&r->inv->arena, "%.*s <%.*s>", DD_FMT(name), DD_FMT(mail));
		if (!whole.p)
			return dd_fail_nomem(r->err);
	}
	return keep(r, id_of(j), NOTE_AGENT, whole);
}

static enum dd_code on_licence(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	(void)at;
	return keep(r, id_of(j), NOTE_LICENCE, dd_json_str(j, "simplelicensing_licenseExpression"));
}

static enum dd_code on_annotation(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	(void)at;
	return dd_sbom_add_notes(r, dd_json_str(j, "subject"), dd_json_str(j, "statement"));
}

static enum dd_code on_bom(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	(void)at;
	struct dd_str root = dd_json_text(dd_json_at(dd_json_arr(j, "rootElement"), 0));
	return r->root_ref.n ? DD_OK : dd_sbom_copy(r, root, &r->root_ref);
}

static enum dd_code on_element(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	static const struct {
		const char *type;
		dd_sbom_element_fn *fn;
	} rows[] = {
		{ "software_Package", on_package },
		{ "Relationship", on_relationship },
		{ "LifecycleScopedRelationship", on_relationship },
		{ "Person", on_agent },
		{ "Organization", on_agent },
		{ "Agent", on_agent },
		{ "simplelicensing_LicenseExpression", on_licence },
		{ "Annotation", on_annotation },
		{ "software_Sbom", on_bom },
	};
	struct dd_str type = dd_json_str(j, "type");
	if (type.n == 0)
		type = dd_json_str(j, "@type");
	if (type.n == 0)
		return dd_sbom_fault(r, at, "an element of the graph has no type");
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(type, rows[i].type))
			return rows[i].fn(r, j, at);
	return DD_OK;
}

static enum dd_code index_notes(struct dd_sbom_reading *r, struct dd_map *by_id)
{
	for (uint32_t i = 0; i < r->notes.n; i++) {
		struct dd_str name = r->notes.p[i].name;
		if ((dd_str_eq_c(name, NOTE_AGENT) || dd_str_eq_c(name, NOTE_LICENCE)) &&
		    !dd_map_set(by_id, r->notes.p[i].ref, i))
			return dd_fail_nomem(r->err);
	}
	return DD_OK;
}

/* Suppliers and licences of the packages, now that all elements are known. */
static enum dd_code join(struct dd_sbom_reading *r)
{
	DD_CLEANUP(dd_map_done) struct dd_map by_id = { 0 };
	DD_CLEANUP(dd_map_done) struct dd_map entries = { 0 };
	DD_TRY(index_notes(r, &by_id));
	for (uint32_t i = 0; i < r->entries.n; i++)
		if (!dd_map_set(&entries, r->entries.p[i].ref, i))
			return dd_fail_nomem(r->err);
	for (size_t i = 0; i < r->notes.n; i++) {
		struct dd_sbom_note n = r->notes.p[i];
		bool supplier = dd_str_eq_c(n.name, NOTE_SUPPLIER), declared = dd_str_eq_c(n.name, NOTE_DECLARED);
		uint32_t entry = supplier || declared ? dd_map_get(&entries, n.ref) : (uint32_t)DD_MAP_NONE;
		uint32_t what = supplier || declared ? dd_map_get(&by_id, n.value) : (uint32_t)DD_MAP_NONE;
		if (entry == DD_MAP_NONE || what == DD_MAP_NONE)
			continue;
		*(supplier ? &r->entries.p[entry].maintainer : &r->entries.p[entry].licences) = r->notes.p[what].value;
	}
	size_t kept = 0;
	for (size_t i = 0; i < r->notes.n; i++)
		if (dd_str_starts(r->notes.p[i].name, DD_STR("drydock:")))
			r->notes.p[kept++] = r->notes.p[i];
	r->notes.n = kept;
	return DD_OK;
}

enum dd_code dd_sbom_read_spdx3(struct dd_sbom_reading *r)
{
	static const struct dd_sbom_member rows[] = { { "@graph", on_element, NULL, true } };
	DD_TRY(dd_sbom_members(r, rows, DD_COUNT(rows)));
	return join(r);
}
