/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX 1.2 to 1.7, JSON and XML (ECMA-424; https://cyclonedx.org/specification/overview/).
 *
 * Read are metadata.component (what the document is about), components (nested ones too: they are as good as any
 * other), and dependencies. Of a component: type, bom-ref, group, name, version, purl, cpe, description, supplier or
 * publisher or author, hashes, licenses, scope, the distribution address, properties. Everything else is passed over.
 * Properties that are understood: drydock's, and Trivy's and Syft's for the source package and the layer
 * (sbom_package.c). In the wild: components without a bom-ref; a bom-ref twice; "licenses" of the 1.2 kind (one
 * expression element); components of type "file" by the thousand; documents cut by a full disk.
 * One component is in memory at a time. Limits: components nest 64 deep, sbom_parts.h. */
#include "format/xml.h"
#include "sbom/cyclonedx_view.h"
#include "sbom/sbom_parts.h"
#include "sbom/shape.h"

/* ---- one component ---- */

static enum dd_sbom_role role_of(struct dd_str type)
{
	static const char *const packages[] = { "library",  "framework",     "application",
						"firmware", "platform",	     "machine-learning-model",
						"data",	    "device-driver", "" };
	if (dd_str_eq_c(type, "operating-system"))
		return DD_SBOM_SYSTEM;
	for (size_t i = 0; i < DD_COUNT(packages); i++)
		if (dd_str_eq_c(type, packages[i]))
			return DD_SBOM_PACKAGE;
	return DD_SBOM_OTHER;
}

static enum dd_code add_text(struct dd_sbom_reading *r, struct dd_buf *b)
{
	return dd_buf_check(b, "a component's text", r->err);
}

/* Several licences hold together, one a line. */
static enum dd_code licences(struct dd_sbom_reading *r, struct dd_cdx_view c, uint64_t at, struct dd_str *ret)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_cdx_items it = dd_cdx_items(c, "licenses");
	struct dd_cdx_view one;
	while (dd_cdx_next(&it, &one)) {
		struct dd_cdx_view l = one.j ? dd_cdx_child(one, "license") : one;
		bool expression = one.x && dd_str_eq_c(one.x->name, "expression");
		struct dd_str text = one.j	  ? dd_cdx_text_of(one, "expression")
				     : expression ? dd_cdx_own_text(one)
						  : DD_STR("");
		struct dd_str id = dd_cdx_text_of(l, "id");
		struct dd_str name = id.n ? id : dd_cdx_text_of(l, "name");
		if (text.n == 0 && name.n == 0)
			DD_TRY(dd_sbom_fault(r, at, "a licence has neither an id, a name nor an expression"));
		text = text.n ? text : name;
		if (b.n && text.n)
			(void)dd_buf_add_char(&b, '\n');
		if (b.n + text.n < DD_FIELD_BYTES_MAX)
			(void)dd_buf_add_str(&b, text);
	}
	DD_TRY(add_text(r, &b));
	return dd_sbom_copy(r, dd_buf_str(&b), ret);
}

/* "Name <address>", as package managers write it. */
static enum dd_code maintainer(struct dd_sbom_reading *r, struct dd_cdx_view c, struct dd_str *ret)
{
	struct dd_cdx_view supplier = dd_cdx_child(c, "supplier"), contact = { 0 };
	struct dd_str name = dd_cdx_text_of(supplier, "name");
	if (supplier.j) {
		contact.j = dd_json_at(dd_json_arr(supplier.j, "contact"), 0);
	} else {
		contact = dd_cdx_child(supplier, "contact");
	}
	struct dd_str mail = dd_cdx_text_of(contact, "email");
	if (name.n == 0)
		name = dd_cdx_text_of(c, "publisher");
	if (name.n == 0)
		name = dd_cdx_text_of(c, "author");
	if (mail.n == 0)
		return dd_sbom_copy(r, name, ret);
	*ret = dd_arena_printf(&r->inv->arena, "%.*s <%.*s>", DD_FMT(name), DD_FMT(mail));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static enum dd_code digest(struct dd_sbom_reading *r, struct dd_cdx_view c, uint64_t at, struct dd_str *ret)
{
	/* Strongest first. */
	static const struct {
		const char *theirs, *ours;
		size_t digits;
	} rows[] = { { "SHA-512", "sha512", 128 },
		     { "SHA-384", "sha384", 96 },
		     { "SHA-256", "sha256", 64 },
		     { "SHA-1", "sha1", 40 },
		     { "MD5", "md5", 32 } };
	struct dd_str best = DD_STR("");
	size_t rank = DD_COUNT(rows);
	struct dd_cdx_items it = dd_cdx_items(c, "hashes");
	struct dd_cdx_view h;
	while (dd_cdx_next(&it, &h)) {
		struct dd_str alg = dd_cdx_text_of(h, "alg");
		struct dd_str hex = h.x ? dd_cdx_own_text(h) : dd_cdx_text_of(h, "content");
		for (size_t i = 0; i < DD_COUNT(rows); i++) {
			if (!dd_str_eq_c(alg, rows[i].theirs))
				continue;
			if (hex.n != rows[i].digits)
				DD_TRY(dd_sbom_fault(r, at, "%s is not a %s digest", DD_QUOTE(hex), rows[i].theirs));
			else if (i < rank) {
				best = hex;
				rank = i;
			}
		}
	}
	if (rank == DD_COUNT(rows)) {
		*ret = best;
		return DD_OK;
	}
	*ret = dd_arena_printf(&r->inv->arena, "%s:%.*s", rows[rank].ours, DD_FMT(best));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static struct dd_str address(struct dd_cdx_view c)
{
	struct dd_cdx_items it = dd_cdx_items(c, "externalReferences");
	struct dd_cdx_view one;
	while (dd_cdx_next(&it, &one))
		if (dd_str_eq_c(dd_cdx_text_of(one, "type"), "distribution"))
			return dd_cdx_text_of(one, "url");
	return DD_STR("");
}

static enum dd_code properties(struct dd_sbom_reading *r, struct dd_cdx_view c)
{
	struct dd_cdx_items it = dd_cdx_items(c, "properties");
	struct dd_cdx_view p;
	while (dd_cdx_next(&it, &p)) {
		struct dd_str name = dd_cdx_text_of(p, "name");
		if (name.n)
			DD_TRY(dd_sbom_add_property(r, name, p.x ? dd_cdx_own_text(p) : dd_cdx_text_of(p, "value")));
	}
	return DD_OK;
}

static enum dd_code component(struct dd_sbom_reading *r, struct dd_cdx_view c, uint64_t at, bool root)
{
	const struct {
		const char *key;
		size_t to;
	} texts[] = {
		{ "type", offsetof(struct dd_sbom_entry, type) },
		{ "bom-ref", offsetof(struct dd_sbom_entry, ref) },
		{ "group", offsetof(struct dd_sbom_entry, group) },
		{ "name", offsetof(struct dd_sbom_entry, name) },
		{ "version", offsetof(struct dd_sbom_entry, version) },
		{ "purl", offsetof(struct dd_sbom_entry, purl) },
		{ "cpe", offsetof(struct dd_sbom_entry, cpe) },
		{ "description", offsetof(struct dd_sbom_entry, description) },
	};
	struct dd_sbom_entry e = { .at = at };
	if (c.j && !json_is_object(c.j))
		return dd_sbom_problem(r, at, "a component is not an object");
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		struct dd_str own;
		DD_TRY(dd_sbom_copy(r, dd_cdx_text_of(c, texts[i].key), &own));
		memcpy((char *)&e + texts[i].to, &own, sizeof own);
	}
	if (e.name.n == 0)
		DD_TRY(dd_sbom_fault(r, at, "a component has no name"));
	if (e.type.n == 0)
		DD_TRY(dd_sbom_fault(r, at, "component %s has no type", DD_QUOTE(e.name)));
	if (c.j)
		DD_TRY(dd_shape_check(r, &dd_shape_cdx_component, c.j, at));
	e.role = root ? DD_SBOM_ROOT : role_of(e.type);
	e.optional = dd_str_eq_c(dd_cdx_text_of(c, "scope"), "optional");
	DD_TRY(licences(r, c, at, &e.licences));
	DD_TRY(maintainer(r, c, &e.maintainer));
	DD_TRY(digest(r, c, at, &e.digest));
	DD_TRY(dd_sbom_copy(r, address(c), &e.url));
	DD_TRY(properties(r, c));
	return dd_sbom_add_entry(r, &e);
}

/* A component and those in it: a stack of its own instead of recursion. */
static enum dd_code components(struct dd_sbom_reading *r, struct dd_cdx_view c, uint64_t at, bool root)
{
	struct dd_cdx_items stack[DD_SBOM_NESTING_MAX];
	size_t depth = 0;
	DD_TRY(component(r, c, at, root));
	stack[depth++] = dd_cdx_items(c, "components");
	while (depth) {
		struct dd_cdx_view inner;
		if (!dd_cdx_next(&stack[depth - 1], &inner)) {
			depth--;
			continue;
		}
		DD_TRY(component(r, inner, inner.x ? inner.x->at : at, false));
		if (!dd_cdx_there(dd_cdx_child(inner, "components")))
			continue;
		if (depth == DD_SBOM_NESTING_MAX) {
			DD_TRY(dd_sbom_problem(r, at,
					       "components are nested more than %d deep: the deepest are not read",
					       DD_SBOM_NESTING_MAX));
			continue;
		}
		stack[depth++] = dd_cdx_items(inner, "components");
	}
	return DD_OK;
}

/* ---- JSON ---- */

static enum dd_code on_component(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return components(r, (struct dd_cdx_view){ j, NULL }, at, false);
}

static enum dd_code on_metadata(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	const json_t *c = dd_json_obj(j, "component");
	DD_TRY(dd_shape_check(r, &dd_shape_cdx_metadata, j, at));
	return c ? components(r, (struct dd_cdx_view){ c, NULL }, at, true) : DD_OK;
}

static enum dd_code on_dependency(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_str from = dd_json_str(j, "ref");
	const json_t *to = dd_json_arr(j, "dependsOn");
	DD_TRY(dd_shape_check(r, &dd_shape_cdx_dependency, j, at));
	if (from.n == 0)
		return dd_sbom_fault(r, at, "a dependency has no ref");
	for (size_t i = 0; i < dd_json_len(to); i++) {
		struct dd_str ref = dd_json_text(dd_json_at(to, i));
		if (ref.n)
			DD_TRY(dd_sbom_add_edge(r, DD_SBOM_DEPENDS, from, ref, at));
	}
	return DD_OK;
}

static enum dd_code on_format(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_str_eq_c(dd_json_text(j), "CycloneDX") ? DD_OK : dd_sbom_fault(r, at, "bomFormat is not 'CycloneDX'");
}

static enum dd_code on_version(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	static const char *const known[] = { "1.2", "1.3", "1.4", "1.5", "1.6", "1.7" };
	struct dd_str version = dd_json_text(j);
	for (size_t i = 0; i < DD_COUNT(known); i++)
		if (dd_str_eq_c(version, known[i]))
			return DD_OK;
	return dd_sbom_fault(r, at, "specVersion %s is none of 1.2 to 1.7", DD_QUOTE(version));
}

static enum dd_code on_serial(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	if (!json_is_string(j) || dd_shape_serial.holds(dd_json_text(j)))
		return DD_OK;
	return dd_sbom_fault(r, at, "serialNumber is not %s: %s", dd_shape_serial.what, DD_QUOTE(dd_json_text(j)));
}

static enum dd_code on_document_version(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	if (!json_is_number(j) || (json_is_integer(j) && json_integer_value(j) >= 1))
		return DD_OK;
	return dd_sbom_fault(r, at, "version is not a whole number from 1 up");
}

static enum dd_code on_service(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_cdx_service, j, at);
}

static enum dd_code on_vulnerability(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_cdx_vulnerability, j, at);
}

static enum dd_code on_composition(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_cdx_composition, j, at);
}

static enum dd_code on_reference(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	return dd_shape_check(r, &dd_shape_cdx_reference, j, at);
}

enum dd_code dd_sbom_read_cyclonedx(struct dd_sbom_reading *r)
{
	static const struct dd_sbom_member rows[] = {
		{ "bomFormat", NULL, on_format, true },
		{ "specVersion", NULL, on_version, true },
		{ "metadata", NULL, on_metadata, false },
		{ "components", on_component, NULL, false },
		{ "dependencies", on_dependency, NULL, false },
		/* when validating only */
		{ "serialNumber", NULL, on_serial, false },
		{ "version", NULL, on_document_version, false },
		{ "services", on_service, NULL, false },
		{ "vulnerabilities", on_vulnerability, NULL, false },
		{ "compositions", on_composition, NULL, false },
		{ "externalReferences", on_reference, NULL, false },
	};
	enum { READ = 5 };
	DD_TRY(dd_shape_check_document(r, &dd_shape_cdx_document));
	return dd_sbom_members(r, rows, r->strict ? DD_COUNT(rows) : READ);
}

/* ---- XML ---- */

static enum dd_code on_element(struct dd_sbom_reading *r, const struct dd_xml_item *item)
{
	const struct dd_xml_node *x = item->element;
	bool in_metadata = dd_str_eq_c(item->parent, "metadata");
	if (dd_str_eq_c(x->name, "component") && (in_metadata || dd_str_eq_c(item->parent, "components")))
		return components(r, (struct dd_cdx_view){ NULL, x }, x->at, in_metadata);
	if (!dd_str_eq_c(x->name, "dependency") || !dd_str_eq_c(item->parent, "dependencies"))
		return DD_OK;
	struct dd_str from = dd_xml_attribute(x, "ref");
	if (from.n == 0)
		return dd_sbom_fault(r, x->at, "a dependency has no ref");
	for (const struct dd_xml_node *to = dd_xml_first(x); to; to = to->next)
		if (dd_str_eq_c(to->name, "dependency"))
			DD_TRY(dd_sbom_add_edge(r, DD_SBOM_DEPENDS, from, dd_xml_attribute(to, "ref"), to->at));
	return DD_OK;
}

enum dd_code dd_sbom_read_cyclonedx_xml(struct dd_sbom_reading *r)
{
	enum { DEPTH = 3 }; /* bom, components, component */
	DD_CLEANUP_XML_WALK struct dd_xml_walk *w = dd_xml_walk_new(r->doc, DEPTH);
	enum dd_code code = w ? DD_OK : dd_fail_nomem(r->err);
	for (bool more = true; code == DD_OK && more;) {
		struct dd_arena a = DD_ARENA_INIT(DD_GIB);
		struct dd_xml_item item;
		struct dd_err why;
		enum dd_code read = dd_xml_walk_next(w, &a, &item, &more, &why);
		if (read == DD_ENOMEM) {
			code = dd_fail_nomem(r->err);
		} else if (read != DD_OK) {
			code = dd_sbom_problem(r, why.at, "%s", why.message);
			more = false;
		} else if (more) {
			code = on_element(r, &item);
		}
		dd_arena_done(&a);
	}
	return code;
}
