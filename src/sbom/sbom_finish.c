/* SPDX-License-Identifier: Apache-2.0 */
/* Entries, edges and notes → inventory. References may point anywhere, forward, in circles, to nothing: they are looked
 * up in one table and never followed. */
#include <stdio.h>
#include <stdlib.h>

#include "model/purl.h"
#include "sbom/sbom_parts.h"
#include "version/ecosystem.h"

enum { PROPERTY_MAX = 80 };

static const struct dd_str none = { "", 0 };

/* A package on its way into the inventory; sorting moves packages around. */
struct finished {
	struct dd_installed in;
	uint32_t entry;
};

struct finishing {
	struct dd_sbom_reading *r;
	struct dd_map by_ref; /* → entry */
	DD_VEC(struct finished) packages;
	uint32_t *place; /* entry → index in the inventory, DD_MAP_NONE: no package */
	size_t nameless; /* packages that no URL names */
	struct dd_str nameless_name;
};

static void finishing_done(struct finishing *f)
{
	dd_map_done(&f->by_ref);
	dd_vec_done(&f->packages);
	dd_free(f->place);
}

/* ---- references ---- */

static enum dd_code index_entries(struct finishing *f)
{
	struct dd_sbom_reading *r = f->r;
	for (uint32_t i = 0; i < r->entries.n; i++) {
		const struct dd_sbom_entry *e = &r->entries.p[i];
		uint32_t first;
		if (e->ref.n == 0)
			continue;
		if (!dd_map_add(&f->by_ref, e->ref, i, &first))
			return dd_fail_nomem(r->err);
		if (first != i)
			DD_TRY(dd_sbom_fault(r, e->at, "reference %s is used twice", DD_QUOTE(e->ref)));
	}
	return DD_OK;
}

/* Notes of one entry stand together; they are put behind its own properties. */
static enum dd_code attach_notes(struct finishing *f)
{
	struct dd_sbom_reading *r = f->r;
	for (size_t i = 0, end; i < r->notes.n; i = end) {
		struct dd_str ref = r->notes.p[i].ref;
		for (end = i; end < r->notes.n && dd_str_eq(r->notes.p[end].ref, ref); end++)
			;
		uint32_t at = dd_map_get(&f->by_ref, ref);
		if (at == DD_MAP_NONE || r->entries.p[at].n_properties)
			continue;
		r->entries.p[at].first_property = r->properties.n;
		r->entries.p[at].n_properties = end - i;
		for (size_t k = i; k < end; k++) {
			struct dd_sbom_property p = { r->notes.p[k].name, r->notes.p[k].value };
			if (!dd_vec_push(&r->properties, p, DD_SBOM_PROPERTIES_MAX))
				return dd_fail_nomem(r->err);
		}
	}
	return DD_OK;
}

/* ---- what the document is about ---- */

static const struct dd_sbom_entry *find_root(struct finishing *f)
{
	struct dd_sbom_reading *r = f->r;
	uint32_t at = dd_map_get(&f->by_ref, r->root_ref);
	if (r->root_ref.n && at != DD_MAP_NONE) {
		if (r->entries.p[at].role != DD_SBOM_SYSTEM)
			r->entries.p[at].role = DD_SBOM_ROOT;
		return &r->entries.p[at];
	}
	for (size_t i = 0; i < r->entries.n; i++)
		if (r->entries.p[i].role == DD_SBOM_ROOT)
			return &r->entries.p[i];
	return NULL;
}

static struct dd_str layer_property(struct finishing *f, const struct dd_sbom_entry *e, size_t layer, const char *field)
{
	char name[PROPERTY_MAX];
	(void)snprintf(name, sizeof name, "drydock:layer:%zu:%s", layer, field);
	return dd_sbom_property_of(f->r, e, name);
}

/* Layers that the root's properties number; those of other tools were set by their readers. */
static enum dd_code fill_layers(struct finishing *f, const struct dd_sbom_entry *root)
{
	struct dd_target *t = &f->r->inv->target;
	size_t n = 0;
	while (n < DD_LAYERS_MAX && (layer_property(f, root, n, "digest").n || layer_property(f, root, n, "diffId").n ||
				     layer_property(f, root, n, "bytes").n))
		n++;
	if (n == 0)
		return DD_OK;
	t->layers = dd_arena_array(&f->r->inv->arena, n, sizeof *t->layers);
	if (!t->layers)
		return dd_fail_nomem(f->r->err);
	t->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		struct dd_layer *l = &t->layers[i];
		l->digest = layer_property(f, root, i, "digest");
		l->diff_id = layer_property(f, root, i, "diffId");
		l->media_type = layer_property(f, root, i, "mediaType");
		l->instruction = layer_property(f, root, i, "instruction");
		(void)dd_str_u64(layer_property(f, root, i, "storedBytes"), INT64_MAX, &l->stored_bytes);
		(void)dd_str_u64(layer_property(f, root, i, "bytes"), INT64_MAX, &l->bytes);
		(void)dd_str_u64(layer_property(f, root, i, "entries"), INT64_MAX, &l->entries);
	}
	return DD_OK;
}

/* Properties that are there several times, in their order. */
static enum dd_code fill_lists(struct finishing *f, const struct dd_sbom_entry *root)
{
	struct dd_sbom_reading *r = f->r;
	struct dd_target *t = &r->inv->target;
	const struct dd_sbom_property *p = r->properties.p + root->first_property;
	size_t commands = 0, labels = 0;
	for (size_t i = 0; i < root->n_properties; i++) {
		commands += dd_str_eq_c(p[i].name, "drydock:target:command");
		labels += dd_str_eq_c(p[i].name, "drydock:label:key");
	}
	t->command = dd_arena_array(&r->inv->arena, commands, sizeof *t->command);
	t->labels = dd_arena_array(&r->inv->arena, labels, sizeof *t->labels);
	if (!t->command || !t->labels)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < root->n_properties; i++) {
		if (dd_str_eq_c(p[i].name, "drydock:target:command"))
			t->command[t->n_command++] = p[i].value;
		else if (dd_str_eq_c(p[i].name, "drydock:label:key"))
			t->labels[t->n_labels++] = (struct dd_label){ p[i].value, none };
		else if (dd_str_eq_c(p[i].name, "drydock:label:value") && t->n_labels)
			t->labels[t->n_labels - 1].value = p[i].value;
	}
	return DD_OK;
}

static enum dd_code fill_target(struct finishing *f, const struct dd_sbom_entry *root)
{
	struct dd_sbom_reading *r = f->r;
	struct dd_target *t = &r->inv->target;
	const struct {
		const char *name;
		struct dd_str *to;
	} rows[] = {
		{ "drydock:target:image", &t->image },
		{ "drydock:target:digest", &t->digest },
		{ "drydock:target:configDigest", &t->config_digest },
		{ "drydock:target:platform", &t->platform },
		{ "drydock:target:created", &t->created },
		{ "drydock:target:user", &t->user },
		{ "drydock:target:workingDir", &t->working_dir },
		{ "drydock:target:searchPath", &t->search_path },
		{ "drydock:base:name", &t->base.name },
		{ "drydock:base:digest", &t->base.digest },
		{ "drydock:base:how", &t->base.how },
	};
	if (!root)
		return DD_OK;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str value = dd_sbom_property_of(r, root, rows[i].name);
		if (value.n)
			*rows[i].to = value;
	}
	struct dd_str kind = dd_sbom_property_of(r, root, "drydock:target:kind");
	r->faithful = kind.n > 0;
	bool digest = dd_str_starts(root->version, DD_STR("sha256:"));
	if (t->image.n == 0 && !r->faithful && dd_str_eq_c(root->type, "container")) {
		t->image = root->name;
		if (root->version.n && !digest && dd_str_rfind(root->name, ':') == root->name.n)
			t->image =
				dd_arena_printf(&r->inv->arena, "%.*s:%.*s", DD_FMT(root->name), DD_FMT(root->version));
		if (!t->image.p)
			return dd_fail_nomem(r->err);
	}
	if (t->digest.n == 0 && digest)
		t->digest = root->version;
	DD_TRY(fill_layers(f, root));
	DD_TRY(fill_lists(f, root));
	uint64_t base;
	if (dd_str_u64(dd_sbom_property_of(r, root, "drydock:base:layers"), t->n_layers, &base))
		t->base.n_layers = (size_t)base;
	for (size_t i = 0; i < t->base.n_layers; i++)
		t->layers[i].from_base = true;
	return DD_OK;
}

/* ---- the system ---- */

/* Namespaces of package URLs that os-release calls otherwise. */
static struct dd_str os_id_of(struct dd_str name)
{
	static const struct {
		const char *namespace, *id;
	} rows[] = { { "redhat", "rhel" },
		     { "oracle", "ol" },
		     { "amazon", "amzn" },
		     { "suse", "sles" },
		     { "opensuse", "opensuse-leap" },
		     { "suse linux enterprise server", "sles" },
		     { "alma", "almalinux" },
		     { "opensuse.leap", "opensuse-leap" },
		     { "opensuse.tumbleweed", "opensuse-tumbleweed" },
		     { "cbl-mariner", "mariner" } };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_nocase(name, dd_str_from(rows[i].namespace)))
			return dd_str_from(rows[i].id);
	return name;
}

/* pkg:deb/debian/…?distro=debian-12 → "debian", "12"; ?distro=bookworm is a release of the namespace. */
static enum dd_code os_of_purl(struct finishing *f, const struct dd_sbom_entry *e, struct dd_os *os)
{
	struct dd_purl purl;
	struct dd_err why;
	if (dd_purl_parse(e->purl, &f->r->inv->arena, &purl, &why) != DD_OK)
		return DD_OK; /* told when the package is made */
	struct dd_str distro = dd_purl_qualifier(&purl, "distro");
	size_t dash = dd_str_rfind(distro, '-');
	if (distro.n == 0 || dd_sbom_says_third_party(f->r, e))
		return DD_OK;
	struct dd_str id = dd_str_take(distro, dash);
	if (dash < distro.n && (dd_ecosystem_by_os(os_id_of(id)) || !purl.namespace.n)) {
		os->id = os_id_of(id);
		os->version = dd_str_skip(distro, dash + 1);
	} else if (dd_ecosystem_by_os(os_id_of(distro))) {
		os->id = os_id_of(distro);
	} else {
		os->id = os_id_of(purl.namespace);
		os->version = distro;
	}
	return DD_OK;
}

static enum dd_code fill_os(struct finishing *f)
{
	struct dd_sbom_reading *r = f->r;
	struct dd_os *os = &r->inv->os;
	for (size_t i = 0; i < r->entries.n && os->id.n == 0; i++) {
		const struct dd_sbom_entry *e = &r->entries.p[i];
		if (e->role != DD_SBOM_SYSTEM || e->name.n == 0)
			continue;
		os->id = os_id_of(e->name);
		os->version = e->version;
		os->codename = dd_sbom_property_of(r, e, "drydock:os:codename");
		os->id_like = dd_sbom_property_of(r, e, "drydock:os:idLike");
		os->pretty_name = dd_sbom_property_of(r, e, "drydock:os:prettyName");
		if (os->pretty_name.n == 0)
			os->pretty_name = e->description;
	}
	for (size_t i = 0; i < r->entries.n && os->id.n == 0; i++)
		if (r->entries.p[i].purl.n)
			DD_TRY(os_of_purl(f, &r->entries.p[i], os));
	struct dd_str *texts[] = { &os->id, &os->version, &os->codename, &os->pretty_name, &os->id_like };
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		DD_TRY(dd_sbom_copy(r, *texts[i], texts[i]));
	r->inv->os_found = os->id.n > 0;
	return DD_OK;
}

/* ---- packages ---- */

static enum dd_code make_packages(struct finishing *f)
{
	struct dd_sbom_reading *r = f->r;
	for (uint32_t i = 0; i < r->entries.n; i++) {
		const struct dd_sbom_entry *e = &r->entries.p[i];
		struct finished one = { .entry = i };
		bool found = false;
		if (e->role == DD_SBOM_PACKAGE)
			DD_TRY(dd_sbom_to_package(r, e, &one.in, &found));
		if (found) {
			if (!dd_vec_push(&f->packages, one, DD_PACKAGES_MAX))
				return f->packages.n >= DD_PACKAGES_MAX
					       ? dd_fail(r->err, DD_ELIMIT, DD_NO_OFFSET, "more than %d packages",
							 DD_PACKAGES_MAX)
					       : dd_fail_nomem(r->err);
			r->inv->package_database_found = r->inv->package_database_found || one.in.system;
		} else if (e->role == DD_SBOM_PACKAGE && e->purl.n == 0 && e->version.n && f->nameless++ == 0) {
			f->nameless_name = e->name;
		}
	}
	if (f->nameless)
		return dd_sbom_problem(
			r, DD_NO_OFFSET,
			"%zu component%s without a package URL (%s …): nothing says what they are, so they "
			"are not in the list",
			f->nameless, f->nameless == 1 ? "" : "s", DD_QUOTE(f->nameless_name));
	return DD_OK;
}

static int same_cmp(const struct dd_installed *a, const struct dd_installed *b)
{
	int c;
	if ((c = dd_str_cmp(a->package.type, b->package.type)) || (c = dd_str_cmp(a->package.name, b->package.name)) ||
	    (c = dd_str_cmp(a->package.version, b->package.version)) ||
	    (c = dd_str_cmp(a->package.arch, b->package.arch)) || (c = b->system - a->system))
		return c;
	return dd_str_cmp(a->package.qualifiers, b->package.qualifiers);
}

static int by_name(const void *x, const void *y)
{
	const struct finished *a = x, *b = y;
	int c = same_cmp(&a->in, &b->in);
	return c ? c : (a->entry > b->entry) - (a->entry < b->entry);
}

static enum dd_code join_locations(struct finishing *f, struct dd_installed *to, const struct dd_installed *from)
{
	size_t n = to->n_locations + from->n_locations;
	if (to->system || from->n_locations == 0)
		return DD_OK;
	struct dd_location *all = dd_arena_array(&f->r->inv->arena, n, sizeof *all);
	if (!all)
		return dd_fail(f->r->err, DD_ELIMIT, DD_NO_OFFSET, "the document does not fit into memory");
	if (to->n_locations)
		memcpy(all, to->locations, to->n_locations * sizeof *all);
	memcpy(all + to->n_locations, from->locations, from->n_locations * sizeof *all);
	to->locations = all;
	to->n_locations = n;
	return DD_OK;
}

/* A package that several components name is one with several places. Their number is small in real documents; from the
 * 64th on only the package counts, so that equal components by the thousand cost no more than others. */
static enum dd_code merge_packages(struct finishing *f)
{
	enum { PLACES_MAX = 64 };
	struct dd_sbom_reading *r = f->r;
	struct dd_inventory *inv = r->inv;
	if (f->packages.n > 1)
		qsort(f->packages.p, f->packages.n, sizeof *f->packages.p, by_name);
	inv->packages = dd_arena_array(&inv->arena, f->packages.n, sizeof *inv->packages);
	f->place = dd_realloc_array(NULL, r->entries.n + 1, sizeof *f->place);
	if (!inv->packages || !f->place)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < r->entries.n; i++)
		f->place[i] = DD_MAP_NONE;
	size_t copies = 0;
	for (size_t i = 0; i < f->packages.n; i++) {
		const struct finished *one = &f->packages.p[i];
		bool same = i && same_cmp(&f->packages.p[i - 1].in, &one->in) == 0;
		copies = same ? copies + 1 : 0;
		if (!same)
			inv->packages[inv->n_packages++] = one->in;
		else if (copies < PLACES_MAX)
			DD_TRY(join_locations(f, &inv->packages[inv->n_packages - 1], &one->in));
		f->place[one->entry] = (uint32_t)inv->n_packages - 1;
	}
	return DD_OK;
}

/* ---- edges ---- */

static uint32_t package_of(const struct finishing *f, struct dd_str ref)
{
	uint32_t entry = dd_map_get(&f->by_ref, ref);
	return entry == DD_MAP_NONE ? (uint32_t)DD_MAP_NONE : f->place[entry];
}

static void own(struct finishing *f, uint32_t owner, uint32_t owned)
{
	struct dd_installed *list = f->r->inv->packages;
	if (owner == DD_MAP_NONE || owned == DD_MAP_NONE || owner == owned)
		return;
	if (list[owner].system && !list[owned].system && list[owned].owner < 0)
		list[owned].owner = (int)owner;
}

static enum dd_code add_need(struct finishing *f, uint32_t from, uint32_t to, struct dd_buf *text)
{
	const struct dd_installed *list = f->r->inv->packages;
	const struct dd_package *p = &list[to].package;
	if (from == to || !dd_str_eq(list[from].package.type, p->type))
		return DD_OK;
	/* A line must stay a line. */
	if (memchr(p->name.p, '\n', p->name.n) || memchr(p->version.p, '\n', p->version.n))
		return DD_OK;
	if (text->n + p->name.n + p->version.n + 2 > DD_FIELD_BYTES_MAX)
		return DD_OK;
	(void)dd_buf_addf(text, "%s%.*s%s%.*s", text->n ? "\n" : "", DD_FMT(p->name), p->version.n ? "@" : "",
			  DD_FMT(p->version));
	return dd_buf_check(text, "dependencies", f->r->err);
}

static enum dd_code keep_needs(struct finishing *f, uint32_t from, struct dd_buf *text, uint64_t *room)
{
	struct dd_package *p = &f->r->inv->packages[from].package;
	if (text->n == 0 || p->depends.n || text->n > *room)
		return DD_OK;
	*room -= text->n;
	enum dd_code code = dd_sbom_copy(f->r, dd_buf_str(text), &p->depends);
	return code;
}

/* The lists of all packages together stay in proportion to the document, whatever names it repeats by reference. */
static enum dd_code fill_edges(struct finishing *f)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct dd_sbom_reading *r = f->r;
	uint64_t room = 4 * (uint64_t)r->doc.n + DD_MIB;
	uint32_t last = DD_MAP_NONE;
	for (size_t i = 0; i < r->edges.n; i++) {
		const struct dd_sbom_edge *e = &r->edges.p[i];
		uint32_t from = package_of(f, e->from), to = package_of(f, e->to);
		if (from == DD_MAP_NONE || to == DD_MAP_NONE)
			continue;
		if (e->kind != DD_SBOM_DEPENDS) {
			own(f, from, to);
			continue;
		}
		if (from != last && last != DD_MAP_NONE)
			DD_TRY(keep_needs(f, last, &text, &room));
		if (from != last)
			dd_buf_clear(&text);
		last = from;
		DD_TRY(add_need(f, from, to, &text));
	}
	if (last != DD_MAP_NONE)
		DD_TRY(keep_needs(f, last, &text, &room));
	for (size_t i = 0; i < f->packages.n; i++) {
		const struct dd_sbom_entry *e = &r->entries.p[f->packages.p[i].entry];
		struct dd_str owner = dd_sbom_property_of(r, e, "drydock:owner");
		if (owner.n)
			own(f, package_of(f, owner), f->place[f->packages.p[i].entry]);
	}
	return DD_OK;
}

/* drydock's own documents name the owner by its package URL, whatever the format calls its components. */
static enum dd_code index_purls(struct finishing *f)
{
	for (uint32_t i = 0; i < f->r->entries.n; i++) {
		uint32_t ignored;
		if (f->r->entries.p[i].purl.n && !dd_map_add(&f->by_ref, f->r->entries.p[i].purl, i, &ignored))
			return dd_fail_nomem(f->r->err);
	}
	return DD_OK;
}

/* ---- the whole ---- */

static int by_offset(const void *x, const void *y)
{
	const struct dd_problem *a = x, *b = y;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return dd_str_cmp(a->text, b->text);
}

static enum dd_code keep_problems(struct dd_sbom_reading *r)
{
	struct dd_inventory *inv = r->inv;
	if (r->problems_dropped) {
		size_t dropped = r->problems_dropped;
		r->problems.n--;
		DD_TRY(dd_sbom_problem(r, DD_NO_OFFSET, "%zu further problems are not listed", dropped + 1));
	}
	if (r->problems.n > 1)
		qsort(r->problems.p, r->problems.n, sizeof *r->problems.p, by_offset);
	inv->problems = dd_arena_array(&inv->arena, r->problems.n, sizeof *inv->problems);
	if (!inv->problems)
		return dd_fail_nomem(r->err);
	if (r->problems.n)
		memcpy(inv->problems, r->problems.p, r->problems.n * sizeof *inv->problems);
	inv->n_problems = r->problems.n;
	return DD_OK;
}

enum dd_code dd_sbom_finish(struct dd_sbom_reading *r)
{
	DD_CLEANUP(finishing_done) struct finishing f = { .r = r };
	DD_TRY(index_entries(&f));
	DD_TRY(attach_notes(&f));
	const struct dd_sbom_entry *root = find_root(&f);
	DD_TRY(fill_target(&f, root));
	DD_TRY(fill_os(&f));
	DD_TRY(make_packages(&f));
	DD_TRY(merge_packages(&f));
	if (r->strict)
		DD_TRY(dd_sbom_check(r, &f.by_ref));
	DD_TRY(index_purls(&f));
	DD_TRY(fill_edges(&f));
	struct dd_str database = root ? dd_sbom_property_of(r, root, "drydock:packageDatabaseFound") : none;
	if (dd_str_eq_c(database, "true"))
		r->inv->package_database_found = true;
	return keep_problems(r);
}
