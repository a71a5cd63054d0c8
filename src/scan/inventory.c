/* SPDX-License-Identifier: Apache-2.0 */
/* From located evidence to the inventory: system, packages with their first layer and their owned files, problems. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "model/purl.h"
#include "scan/inventory_build.h"

struct fill {
	const struct dd_squash *s;
	struct dd_inventory *inv;
	bool layer_known;
	DD_VEC(struct dd_installed) packages;
	DD_VEC(struct dd_problem) problems;
	struct dd_map ownership; /* "name" or "name:arch" → index into lists */
	DD_VEC(struct dd_ownership) lists;
};

static bool is_database(const struct dd_evidence *e)
{
	return dd_analyzer_at(e->analyzer)->package_database && e->found.ownerships.n == 0;
}

static enum dd_code copy(struct fill *f, struct dd_str *s, struct dd_err *err)
{
	if (s->n == 0) {
		*s = DD_STR("");
		return DD_OK;
	}
	*s = dd_arena_str(&f->inv->arena, *s);
	return s->p ? DD_OK : dd_fail_nomem(err);
}

static int layer_number(const struct fill *f, unsigned layer)
{
	return f->layer_known ? (int)layer : DD_NO_LAYER;
}

/* ---- problems ---- */

static enum dd_code add_problem(struct fill *f, const struct dd_problem *p, struct dd_err *err)
{
	struct dd_problem own = *p;
	DD_TRY(copy(f, &own.path, err));
	DD_TRY(copy(f, &own.analyzer, err));
	DD_TRY(copy(f, &own.text, err));
	return dd_vec_push(&f->problems, own, SIZE_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_layer_problems(struct fill *f, const struct dd_layer_facts *facts, int layer,
				       struct dd_err *err)
{
	for (size_t i = 0; i < facts->problems.n; i++) {
		struct dd_problem p = facts->problems.p[i];
		if (layer >= 0 || !f->layer_known)
			p.layer = layer;
		DD_TRY(add_problem(f, &p, err));
	}
	if (facts->problems_dropped == 0)
		return DD_OK;
	struct dd_problem more = { .layer = layer, .analyzer = DD_STR("layer"), .offset = DD_NO_OFFSET };
	more.text = dd_arena_printf(&f->inv->arena, "%llu further problems are not listed",
				    (unsigned long long)facts->problems_dropped);
	return add_problem(f, &more, err);
}

static enum dd_code add_problems(struct fill *f, struct dd_err *err)
{
	for (unsigned layer = 0; layer < f->s->n_layers; layer++)
		DD_TRY(add_layer_problems(f, &f->s->layers[layer], layer_number(f, layer), err));
	return add_layer_problems(f, &f->s->notes, DD_NO_LAYER, err);
}

static int by_place(const void *x, const void *y)
{
	const struct dd_problem *a = x, *b = y;
	int c;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)))
		return c;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if ((c = dd_str_cmp(a->analyzer, b->analyzer)))
		return c;
	return dd_str_cmp(a->text, b->text);
}

/* ---- the system ---- */

struct os_source {
	struct dd_os os;
	struct dd_str path;
};

static int by_rank(const void *x, const void *y)
{
	const struct os_source *a = x, *b = y;
	if (a->os.rank != b->os.rank)
		return a->os.rank < b->os.rank ? -1 : 1;
	return dd_str_cmp(a->path, b->path);
}

static void take_field(struct dd_str *to, struct dd_str from)
{
	if (to->n == 0)
		*to = from;
}

/* The best file that names an id leads; others that name the same id fill what it leaves open. Repositories never name
 * the system, they only say which branch of Alpine its packages come from. */
static void merge_os(const struct os_source *list, size_t n, struct dd_os *ret)
{
	struct dd_os os = { 0 };
	for (size_t i = 0; i < n && os.id.n == 0; i++) {
		if (list[i].os.rank != DD_OS_REPOSITORIES && list[i].os.id.n) {
			os.id = list[i].os.id;
			os.rank = list[i].os.rank;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!dd_str_eq(list[i].os.id, os.id))
			continue;
		take_field(&os.version, list[i].os.version);
		take_field(&os.codename, list[i].os.codename);
		take_field(&os.pretty_name, list[i].os.pretty_name);
		take_field(&os.id_like, list[i].os.id_like);
	}
	*ret = os;
}

static enum dd_code fill_os(struct fill *f, struct dd_err *err)
{
	DD_VEC(struct os_source) list = { 0 };
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < f->s->located.n && code == DD_OK; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		for (size_t k = 0; at->state == DD_STATE_LIVE && k < at->evidence->found.oses.n && code == DD_OK; k++) {
			struct os_source o = { at->evidence->found.oses.p[k], at->evidence->path };
			if (!dd_vec_push(&list, o, DD_PACKAGES_MAX))
				code = dd_fail_nomem(err);
		}
	}
	if (list.n > 1)
		qsort(list.p, list.n, sizeof *list.p, by_rank);
	if (code == DD_OK)
		merge_os(list.p, list.n, &f->inv->os);
	dd_vec_done(&list);
	DD_TRY(code);
	f->inv->os_found = f->inv->os.id.n > 0;
	DD_TRY(copy(f, &f->inv->os.id, err));
	DD_TRY(copy(f, &f->inv->os.version, err));
	DD_TRY(copy(f, &f->inv->os.codename, err));
	DD_TRY(copy(f, &f->inv->os.pretty_name, err));
	return copy(f, &f->inv->os.id_like, err);
}

/* ---- packages ---- */

static struct dd_str package_key(const struct dd_package *p, struct dd_arena *a)
{
	return dd_arena_printf(a, "%.*s\n%.*s\n%.*s", DD_FMT(p->name), DD_FMT(p->version), DD_FMT(p->arch));
}

/* Which of the packages of `top` (indices in keys) an older state of the same database had, too. */
static enum dd_code mark_older(const struct dd_located *older, const struct dd_map *keys, int *first_layer, int layer,
			       const int *from, struct dd_err *err)
{
	struct dd_arena scratch = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	const struct dd_found *found = &older->evidence->found;
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < found->packages.n; i++) {
		struct dd_str key = package_key(&found->packages.p[i], &scratch);
		if (!key.p) {
			code = dd_fail_nomem(err);
			break;
		}
		uint32_t at = dd_map_get(keys, key);
		if (at != DD_MAP_NONE && first_layer[at] == *from)
			first_layer[at] = layer;
	}
	dd_arena_done(&scratch);
	return code;
}

/* The layer that first brought each package's version: goes down through the older states of the same database file, as
 * long as they list the same version without a gap. */
static enum dd_code first_layers(struct fill *f, const struct dd_located *top, int *first_layer, struct dd_err *err)
{
	const struct dd_found *found = &top->evidence->found;
	struct dd_arena scratch = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	struct dd_map keys = { 0 };
	enum dd_code code = DD_OK;
	int from = (int)top->layer;
	for (size_t i = 0; i < found->packages.n && code == DD_OK; i++) {
		struct dd_str key = package_key(&found->packages.p[i], &scratch);
		if (!key.p || !dd_map_set(&keys, key, (uint32_t)i))
			code = dd_fail_nomem(err);
		first_layer[i] = (int)top->layer;
	}
	for (size_t i = f->s->located.n; i-- > 0 && code == DD_OK;) {
		const struct dd_located *older = &f->s->located.p[i];
		if (older->layer >= top->layer || older->evidence->analyzer != top->evidence->analyzer ||
		    !dd_str_eq(older->evidence->path, top->evidence->path))
			continue;
		code = mark_older(older, &keys, first_layer, (int)older->layer, &from, err);
		from = (int)older->layer;
	}
	dd_map_done(&keys);
	dd_arena_done(&scratch);
	return code;
}

static const size_t package_texts[] = {
	offsetof(struct dd_package, name),	  offsetof(struct dd_package, version),
	offsetof(struct dd_package, type),	  offsetof(struct dd_package, arch),
	offsetof(struct dd_package, source_name), offsetof(struct dd_package, source_version),
	offsetof(struct dd_package, licences),	  offsetof(struct dd_package, module),
	offsetof(struct dd_package, maintainer),  offsetof(struct dd_package, owned),
};

static enum dd_code copy_package(struct fill *f, struct dd_package *p, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(package_texts); i++) {
		struct dd_str s;
		memcpy(&s, (char *)p + package_texts[i], sizeof s);
		DD_TRY(copy(f, &s, err));
		memcpy((char *)p + package_texts[i], &s, sizeof s);
	}
	return DD_OK;
}

static struct dd_str owned_by(struct fill *f, const struct dd_package *p)
{
	if (p->owned.n || f->lists.n == 0)
		return p->owned;
	struct dd_arena scratch = DD_ARENA_INIT(DD_MIB);
	struct dd_str key = dd_arena_printf(&scratch, "%.*s:%.*s", DD_FMT(p->name), DD_FMT(p->arch));
	uint32_t at = key.p ? dd_map_get(&f->ownership, key) : (uint32_t)DD_MAP_NONE;
	if (at == DD_MAP_NONE)
		at = dd_map_get(&f->ownership, p->name);
	dd_arena_done(&scratch);
	return at == DD_MAP_NONE ? DD_STR("") : f->lists.p[at].paths;
}

/* Owned paths, and how many of them that are no directories still exist. */
static enum dd_code count_owned(struct fill *f, struct dd_str owned, uint64_t *ret_files, uint64_t *ret_live,
				struct dd_err *err)
{
	struct dd_pathlist_reader r = DD_PATHLIST_READER(owned);
	struct dd_str path;
	bool more = true;
	enum dd_code code;
	*ret_files = *ret_live = 0;
	while ((code = dd_pathlist_next(&r, &path, &more)) == DD_OK && more) {
		uint32_t node = dd_tree_resolve(f->s->tree, path, false);
		++*ret_files;
		*ret_live += node != DD_TREE_NONE && dd_tree_node(f->s->tree, node).type != DD_ENTRY_DIR;
	}
	dd_pathlist_reader_done(&r);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	return code == DD_OK ? DD_OK : dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a list of owned files is damaged");
}

static enum dd_code add_package(struct fill *f, const struct dd_located *at, const struct dd_package *p,
				int first_layer, struct dd_err *err)
{
	struct dd_installed in = { .package = *p,
				   .analyzer = dd_str_from(dd_analyzer_at(at->evidence->analyzer)->id),
				   .path = at->evidence->path,
				   .layer = layer_number(f, (unsigned)first_layer) };
	uint64_t live;
	in.package.owned = owned_by(f, p);
	DD_TRY(count_owned(f, in.package.owned, &in.files, &live, err));
	/* Listed by a database that is gone: what left no file behind is gone, too. */
	if (at->state != DD_STATE_LIVE && in.files && live == 0)
		return DD_OK;
	DD_TRY(copy_package(f, &in.package, err));
	DD_TRY(copy(f, &in.path, err));
	if (dd_purl_for(&in.package, &f->inv->os, &f->inv->arena, &in.purl) != DD_OK)
		return dd_fail_nomem(err);
	return dd_vec_push(&f->packages, in, DD_PACKAGES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_database(struct fill *f, const struct dd_located *at, struct dd_err *err)
{
	const struct dd_found *found = &at->evidence->found;
	int *first = dd_realloc_array(NULL, found->packages.n, sizeof *first);
	if (!first)
		return dd_fail_nomem(err);
	enum dd_code code = first_layers(f, at, first, err);
	for (size_t i = 0; i < found->packages.n && code == DD_OK; i++)
		code = add_package(f, at, &found->packages.p[i], first[i], err);
	dd_free(first);
	return code;
}

/* Lists of the live state; where the package database itself is gone, its last lists serve as well. */
static enum dd_code index_ownership(struct fill *f, struct dd_err *err)
{
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		for (size_t k = 0; at->state != DD_STATE_OVERWRITTEN && k < at->evidence->found.ownerships.n; k++) {
			const struct dd_ownership *o = &at->evidence->found.ownerships.p[k];
			if (!dd_vec_push(&f->lists, *o, DD_PACKAGES_MAX) ||
			    !dd_map_set(&f->ownership, o->package, (uint32_t)f->lists.n - 1))
				return dd_fail_nomem(err);
		}
	}
	return DD_OK;
}

/* A package database whose packages are all gone from the squashed view although a lower layer listed some: somebody
 * removed or emptied it. The packages' files are still there, so its last state is taken, and the report says so. */
static enum dd_code add_lost_database(struct fill *f, unsigned analyzer, struct dd_err *err)
{
	const struct dd_located *last = NULL;
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (at->evidence->analyzer == analyzer && is_database(at->evidence) && at->evidence->found.packages.n) {
			if (at->state == DD_STATE_LIVE)
				return DD_OK;
			last = at;
		}
	}
	if (!last)
		return DD_OK;
	/* Several files (status.d) may have gone together: all that went with the last one. */
	size_t before = f->packages.n;
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (at->evidence->analyzer == analyzer && at->by == last->by && at->state == last->state &&
		    is_database(at->evidence))
			DD_TRY(add_database(f, at, err));
	}
	struct dd_problem p = { .layer = layer_number(f, last->by),
				.path = last->evidence->path,
				.offset = DD_NO_OFFSET,
				.analyzer = dd_str_from(dd_analyzer_at(analyzer)->id) };
	p.text = dd_arena_printf(&f->inv->arena,
				 "the package database was %s by this layer; its last state (layer %u) lists %zu "
				 "packages whose files are "
				 "still there: they are judged, later changes are unknown",
				 last->state == DD_STATE_DELETED ? "deleted" : "emptied", last->layer,
				 f->packages.n - before);
	return add_problem(f, &p, err);
}

static int by_name(const void *x, const void *y)
{
	const struct dd_installed *a = x, *b = y;
	int c;
	if ((c = dd_str_cmp(a->package.type, b->package.type)) || (c = dd_str_cmp(a->package.name, b->package.name)) ||
	    (c = dd_str_cmp(a->package.version, b->package.version)) ||
	    (c = dd_str_cmp(a->package.arch, b->package.arch)))
		return c;
	if ((c = dd_str_cmp(a->path, b->path)))
		return c;
	return (a->layer > b->layer) - (a->layer < b->layer);
}

static bool same_package(const struct dd_installed *a, const struct dd_installed *b)
{
	return dd_str_eq(a->package.type, b->package.type) && dd_str_eq(a->package.name, b->package.name) &&
	       dd_str_eq(a->package.version, b->package.version) && dd_str_eq(a->package.arch, b->package.arch);
}

static void sort_packages(struct fill *f)
{
	size_t kept = 0;
	if (f->packages.n > 1)
		qsort(f->packages.p, f->packages.n, sizeof *f->packages.p, by_name);
	for (size_t i = 0; i < f->packages.n; i++)
		if (kept == 0 || !same_package(&f->packages.p[kept - 1], &f->packages.p[i]))
			f->packages.p[kept++] = f->packages.p[i];
	f->packages.n = kept;
}

static enum dd_code fill_packages(struct fill *f, struct dd_err *err)
{
	DD_TRY(index_ownership(f, err));
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (at->state != DD_STATE_LIVE)
			continue;
		f->inv->package_database_found = f->inv->package_database_found || is_database(at->evidence);
		DD_TRY(add_database(f, at, err));
	}
	for (unsigned i = 0; i < dd_analyzers_count(); i++)
		if (dd_analyzer_at(i)->package_database)
			DD_TRY(add_lost_database(f, i, err));
	sort_packages(f);
	return DD_OK;
}

/* ---- the whole ---- */

static enum dd_code to_arena(struct dd_inventory *inv, const void *from, size_t n, size_t size, void *ret_to,
			     struct dd_err *err)
{
	void *p = dd_arena_array(&inv->arena, n, size);
	if (!p)
		return dd_fail_nomem(err);
	if (n)
		memcpy(p, from, n * size);
	memcpy(ret_to, &p, sizeof p);
	return DD_OK;
}

static enum dd_code fill_all(struct fill *f, struct dd_err *err)
{
	DD_TRY(fill_os(f, err));
	DD_TRY(fill_packages(f, err));
	DD_TRY(add_problems(f, err));
	if (f->problems.n > 1)
		qsort(f->problems.p, f->problems.n, sizeof *f->problems.p, by_place);
	DD_TRY(to_arena(f->inv, f->packages.p, f->packages.n, sizeof *f->packages.p, &f->inv->packages, err));
	f->inv->n_packages = f->packages.n;
	DD_TRY(to_arena(f->inv, f->problems.p, f->problems.n, sizeof *f->problems.p, &f->inv->problems, err));
	f->inv->n_problems = f->problems.n;
	return DD_OK;
}

enum dd_code dd_inventory_fill(const struct dd_squash *s, bool layer_known, struct dd_inventory *inv,
			       struct dd_err *err)
{
	struct fill f = { .s = s, .inv = inv, .layer_known = layer_known };
	enum dd_code code = fill_all(&f, err);
	dd_vec_done(&f.packages);
	dd_vec_done(&f.problems);
	dd_vec_done(&f.lists);
	dd_map_done(&f.ownership);
	return code;
}
