/* SPDX-License-Identifier: Apache-2.0 */
/* From located evidence to packages: the layer that first brought each version, the files a package owns, package
 * databases that were removed, and which package of the system owns the evidence of a third-party one. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/pathlist.h"
#include "model/purl.h"
#include "scan/inventory_parts.h"

static bool is_database(const struct dd_evidence *e)
{
	return dd_analyzer_at(e->analyzer)->package_database && e->found.ownerships.n == 0;
}

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
static enum dd_code first_layers(struct dd_fill *f, const struct dd_located *top, int *first_layer, struct dd_err *err)
{
	const struct dd_found *found = &top->evidence->found;
	struct dd_arena scratch = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	struct dd_map keys = { 0 };
	enum dd_code code = DD_OK;
	int from = (int)top->layer;
	uint32_t before = f->before[top - f->s->located.p];
	for (size_t i = 0; i < found->packages.n; i++)
		first_layer[i] = (int)top->layer;
	for (size_t i = 0; i < found->packages.n && code == DD_OK && before != DD_MAP_NONE; i++) {
		struct dd_str key = package_key(&found->packages.p[i], &scratch);
		if (!key.p || !dd_map_set(&keys, key, (uint32_t)i))
			code = dd_fail_nomem(err);
	}
	for (uint32_t i = before; i != DD_MAP_NONE && code == DD_OK; i = f->before[i]) {
		const struct dd_located *older = &f->s->located.p[i];
		if (older->layer == top->layer)
			continue;
		code = mark_older(older, &keys, first_layer, (int)older->layer, &from, err);
		from = (int)older->layer;
	}
	dd_map_done(&keys);
	dd_arena_done(&scratch);
	return code;
}

static enum dd_code copy_package(struct dd_fill *f, struct dd_package *p, struct dd_err *err)
{
	for (size_t i = 0; i < dd_n_package_texts; i++) {
		struct dd_str s;
		memcpy(&s, (char *)p + dd_package_texts[i], sizeof s);
		DD_TRY(dd_fill_copy(f, &s, err));
		memcpy((char *)p + dd_package_texts[i], &s, sizeof s);
	}
	return DD_OK;
}

/* The list under name + separator + more. Those of other package managers are not asked: they give the same names. */
static struct dd_fill_list *list_of(struct dd_fill *f, unsigned analyzer, struct dd_str name, const char *separator,
				    struct dd_str more)
{
	struct dd_arena scratch = DD_ARENA_INIT(DD_MIB);
	struct dd_str key = dd_arena_printf(&scratch, "%.*s%s%.*s", DD_FMT(name), separator, DD_FMT(more));
	uint32_t at = key.p ? dd_map_get(&f->ownership, key) : (uint32_t)DD_MAP_NONE;
	dd_arena_done(&scratch);
	return at == DD_MAP_NONE || f->lists.p[at].analyzer != analyzer ? NULL : &f->lists.p[at];
}

/* NULL: the package's own record is all there is. */
static struct dd_fill_list *owned_by(struct dd_fill *f, unsigned analyzer, const struct dd_package *p)
{
	if (p->owned.n || f->lists.n == 0)
		return NULL;
	struct dd_fill_list *l = list_of(f, analyzer, p->name, ":", p->arch);
	if (!l)
		l = list_of(f, analyzer, p->name, "@", p->version);
	return l ? l : list_of(f, analyzer, p->name, "", DD_STR(""));
}

static bool is_marked(const struct dd_fill *f, uint32_t node)
{
	return node < f->n_nodes && (f->marked[node / 8] >> node % 8 & 1);
}

/* Owned paths of the package that gets the next serial, and how many of them that are no directories still exist. */
static enum dd_code count_owned(struct dd_fill *f, struct dd_str package, struct dd_str owned, uint64_t *ret_files,
				uint64_t *ret_live, struct dd_err *err)
{
	struct dd_pathlist_reader r = DD_PATHLIST_READER(owned);
	struct dd_str path;
	bool more = true, room = true;
	enum dd_code code;
	*ret_files = *ret_live = 0;
	while (room && (code = dd_pathlist_next(&r, &path, &more)) == DD_OK && more) {
		path = dd_diversions_path(&f->diversions, package, path);
		uint32_t node = dd_tree_resolve(f->s->tree, path, false);
		++*ret_files;
		*ret_live += node != DD_TREE_NONE && dd_tree_node(f->s->tree, node).type != DD_ENTRY_DIR;
		struct dd_owned_node own = { node, (uint32_t)f->packages.n };
		if (is_marked(f, node))
			room = dd_vec_push(&f->owned, own, SIZE_MAX);
	}
	dd_pathlist_reader_done(&r);
	if (!room || code == DD_ENOMEM)
		return dd_fail_nomem(err);
	return code == DD_OK ? DD_OK : dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a list of owned files is damaged");
}

/* The files of the package's own record, or of the list that is kept apart from it. */
static enum dd_code count_files(struct dd_fill *f, struct dd_fill_list *list, struct dd_installed *in,
				uint64_t *ret_live, struct dd_err *err)
{
	if (!list)
		return count_owned(f, in->package.name, in->package.owned, &in->files, ret_live, err);
	in->package.owned = list->paths;
	if (!list->counted)
		DD_TRY(count_owned(f, in->package.name, list->paths, &list->files, &list->live, err));
	list->counted = true;
	in->files = list->files;
	*ret_live = list->live;
	return DD_OK;
}

static int by_node(const void *x, const void *y)
{
	const struct dd_owned_node *a = x, *b = y;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

/* The serial of the package that owns the node; of several (diversions) the first. */
static uint32_t owner_of(const struct dd_fill *f, uint32_t node)
{
	size_t low = 0, high = f->owned.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (f->owned.p[mid].node < node)
			low = mid + 1;
		else
			high = mid;
	}
	return low < f->owned.n && f->owned.p[low].node == node ? f->owned.p[low].serial : (uint32_t)DD_MAP_NONE;
}

static bool is_entry_node(const struct dd_fill *f, uint32_t node)
{
	for (size_t i = 0; i < f->n_entry_nodes; i++)
		if (f->entry_nodes[i] == node)
			return true;
	return false;
}

/* A package whose name only a file outside of the tree knows. */
static enum dd_code add_unknown(struct dd_fill *f, const struct dd_located *at, const struct dd_installed *in,
				struct dd_err *err)
{
	struct dd_problem p = {
		.layer = in->layer, .path = at->evidence->path, .offset = DD_NO_OFFSET, .analyzer = in->analyzer
	};
	p.text =
		dd_arena_printf(&f->inv->arena, "not listed: no file here says what %s is", DD_QUOTE(in->package.name));
	return p.text.p ? dd_fill_problem(f, &p, err) : dd_fail_nomem(err);
}

/* What a classifier tells of a program, or an ELF note of its package, when the system's own package is there: nothing
 * new, under another name. (Packages are still in the order of their serials here.) */
static bool repeats_owner(const struct dd_fill *f, const struct dd_package *p, uint32_t owner)
{
	return owner < f->packages.n &&
	       (dd_str_eq_c(p->type, "generic") || dd_str_eq(p->type, f->packages.p[owner].in.package.type));
}

static enum dd_code add_package(struct dd_fill *f, const struct dd_located *at, const struct dd_package *p,
				int first_layer, struct dd_err *err)
{
	const struct dd_analyzer *analyzer = dd_analyzer_at(at->evidence->analyzer);
	struct dd_filling new = { .in = { .package = *p,
					  .analyzer = dd_str_from(analyzer->id),
					  .path = at->evidence->path,
					  .layer = dd_fill_layer(f, (unsigned)first_layer),
					  .system = analyzer->package_database,
					  .owner = -1 },
				  .serial = (uint32_t)f->packages.n,
				  .owner = DD_MAP_NONE };
	struct dd_installed *in = &new.in;
	uint64_t live;
	bool known = true;
	if (dd_declared_covers_package(&f->declared, at, p))
		return DD_OK;
	DD_TRY(dd_declared_resolve(&f->declared, at, &in->package, &known, err));
	if (!known)
		return add_unknown(f, at, in, err);
	/* A third-party package may have the name of a system package, whose list is not its own. */
	if (analyzer->package_database && p->licences.n == 0)
		in->package.licences = dd_licence_files_get(&f->licences, p);
	DD_TRY(count_files(f, analyzer->package_database ? owned_by(f, at->evidence->analyzer, p) : NULL, in, &live,
			   err));
	/* Listed by a database that is gone: what left no file behind is gone, too. */
	if (at->state != DD_STATE_LIVE && in->files && live == 0)
		return DD_OK;
	if (!analyzer->package_database) {
		new.owner = owner_of(f, at->node);
		if (repeats_owner(f, p, new.owner))
			return DD_OK;
		in->entrypoint = is_entry_node(f, at->node);
	}
	DD_TRY(copy_package(f, &in->package, err));
	DD_TRY(dd_fill_copy(f, &in->path, err));
	if (dd_purl_for(&in->package, &f->inv->os, &f->inv->arena, &in->purl) != DD_OK)
		return dd_fail_nomem(err);
	return dd_vec_push(&f->packages, new, DD_PACKAGES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_database(struct dd_fill *f, const struct dd_located *at, struct dd_err *err)
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
static enum dd_code index_ownership(struct dd_fill *f, struct dd_err *err)
{
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		for (size_t k = 0; at->state != DD_STATE_OVERWRITTEN && k < at->evidence->found.ownerships.n; k++) {
			const struct dd_ownership *o = &at->evidence->found.ownerships.p[k];
			struct dd_fill_list l = { .paths = o->paths, .analyzer = at->evidence->analyzer };
			if (!dd_vec_push(&f->lists, l, DD_PACKAGES_MAX) ||
			    !dd_map_set(&f->ownership, o->package, (uint32_t)f->lists.n - 1))
				return dd_fail_nomem(err);
		}
	}
	return DD_OK;
}

/* A package database whose packages are all gone from the squashed view although a lower layer listed some: somebody
 * removed or emptied it. The packages' files are still there, so its last state is taken, and the report says so. */
static enum dd_code add_lost_database(struct dd_fill *f, unsigned analyzer, struct dd_err *err)
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
	struct dd_problem p = { .layer = dd_fill_layer(f, last->by),
				.path = last->evidence->path,
				.offset = DD_NO_OFFSET,
				.analyzer = dd_str_from(dd_analyzer_at(analyzer)->id) };
	p.text = dd_arena_printf(&f->inv->arena,
				 "the package database was %s by this layer; its last state (layer %u) lists %zu "
				 "packages whose files are "
				 "still there: they are judged, later changes are unknown",
				 last->state == DD_STATE_DELETED ? "deleted" : "emptied", last->layer,
				 f->packages.n - before);
	return dd_fill_problem(f, &p, err);
}

/* Chains the evidence of one analyzer and path through the layers, top down. */
static enum dd_code chain_evidence(struct dd_fill *f, struct dd_err *err)
{
	struct dd_arena scratch = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	struct dd_map last = { 0 };
	size_t n = f->s->located.n;
	enum dd_code code = DD_OK;
	f->before = dd_realloc_array(NULL, n, sizeof *f->before);
	if (!f->before)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n && code == DD_OK; i++) {
		const struct dd_evidence *e = f->s->located.p[i].evidence;
		struct dd_str key = dd_arena_printf(&scratch, "%u %.*s", e->analyzer, DD_FMT(e->path));
		f->before[i] = key.p ? dd_map_get(&last, key) : (uint32_t)DD_MAP_NONE;
		if (!key.p || !dd_map_set(&last, key, (uint32_t)i))
			code = dd_fail_nomem(err);
	}
	dd_map_done(&last);
	dd_arena_done(&scratch);
	return code;
}

static bool is_third_party(const struct dd_located *at)
{
	return at->evidence->found.packages.n && !dd_analyzer_at(at->evidence->analyzer)->package_database;
}

static void mark(struct dd_fill *f, uint32_t node)
{
	f->marked[node / 8] |= (uint8_t)(1U << node % 8);
}

static enum dd_code mark_nodes(struct dd_fill *f, struct dd_err *err)
{
	for (size_t i = 0; i < f->n_entry_nodes; i++)
		if (f->entry_nodes[i] >= f->n_nodes)
			f->n_nodes = f->entry_nodes[i] + 1;
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (is_third_party(at) && at->state == DD_STATE_LIVE && at->node >= f->n_nodes)
			f->n_nodes = at->node + 1;
	}
	for (size_t i = 0; i < f->s->secret_names.n; i++)
		if (f->s->secret_names.p[i].node != DD_TREE_NONE && f->s->secret_names.p[i].node >= f->n_nodes)
			f->n_nodes = f->s->secret_names.p[i].node + 1;
	f->marked = dd_alloc_zero(f->n_nodes / 8 + 1, 1);
	if (!f->marked)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (is_third_party(at) && at->state == DD_STATE_LIVE)
			mark(f, at->node);
	}
	for (size_t i = 0; i < f->s->secret_names.n; i++)
		if (f->s->secret_names.p[i].node != DD_TREE_NONE)
			mark(f, f->s->secret_names.p[i].node);
	for (size_t i = 0; i < f->n_entry_nodes; i++)
		mark(f, f->entry_nodes[i]);
	return DD_OK;
}

/* The packages of the system whose files the command runs. */
static void set_entry_owners(struct dd_fill *f)
{
	for (size_t i = 0; i < f->n_entry_nodes; i++) {
		uint32_t owner = owner_of(f, f->entry_nodes[i]);
		for (size_t k = 0; owner != DD_MAP_NONE && k < f->packages.n; k++)
			if (f->packages.p[k].serial == owner)
				f->packages.p[k].in.entrypoint = true;
	}
}

/* Where packages put what is the same for everybody. Below other directories (etc, var, root …) lies what is configured
 * and made here, whoever's file it is. */
static bool is_as_packaged(struct dd_str path)
{
	static const char *const dirs[] = { "usr/", "lib/", "lib64/", "bin/", "sbin/" };
	for (size_t i = 0; i < DD_COUNT(dirs); i++)
		if (dd_str_starts(path, dd_str_from(dirs[i])) && !dd_str_starts(path, DD_STR("usr/local/")))
			return true;
	return false;
}

static enum dd_code set_secret_owner(struct dd_fill *f, struct dd_secret_name *name, struct dd_err *err)
{
	uint32_t owner = name->node == DD_TREE_NONE ? (uint32_t)DD_MAP_NONE : owner_of(f, name->node);
	for (size_t k = 0; owner != DD_MAP_NONE && k < f->packages.n; k++) {
		const struct dd_installed *in = &f->packages.p[k].in;
		/* A file that came with a layer above the package's is another's work. */
		if (f->packages.p[k].serial != owner ||
		    (in->layer != DD_NO_LAYER && (unsigned)in->layer != name->layer))
			continue;
		name->owner = dd_arena_printf(&f->inv->arena, "%.*s %.*s", DD_FMT(in->package.name),
					      DD_FMT(in->package.version));
		return name->owner.p ? DD_OK : dd_fail_nomem(err);
	}
	return DD_OK;
}

/* Of the files that hold secrets. In a directory there is no telling who changed a file. */
static enum dd_code set_secret_owners(struct dd_fill *f, struct dd_err *err)
{
	for (size_t i = 0; f->layer_known && i < f->s->secret_names.n; i++)
		if (is_as_packaged(f->secret_names[i].path))
			DD_TRY(set_secret_owner(f, &f->secret_names[i], err));
	return DD_OK;
}

/* Live evidence of one half: the system's package databases, or everything else. */
static enum dd_code add_live(struct dd_fill *f, bool third_party, struct dd_err *err)
{
	for (size_t i = 0; i < f->s->located.n; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		if (at->state != DD_STATE_LIVE || is_third_party(at) != third_party ||
		    dd_declared_is_covered(&f->declared, at))
			continue;
		f->inv->package_database_found = f->inv->package_database_found || is_database(at->evidence);
		DD_TRY(add_database(f, at, err));
	}
	return DD_OK;
}

enum dd_code dd_fill_packages(struct dd_fill *f, struct dd_err *err)
{
	DD_TRY(index_ownership(f, err));
	DD_TRY(dd_diversions_build(&f->diversions, f->s, err));
	DD_TRY(chain_evidence(f, err));
	DD_TRY(dd_declared_build(&f->declared, f->s, err));
	DD_TRY(dd_licence_files_build(&f->licences, f->s, err));
	dd_fill_command(f);
	DD_TRY(mark_nodes(f, err));
	DD_TRY(add_live(f, false, err));
	for (unsigned i = 0; i < dd_analyzers_count(); i++)
		if (dd_analyzer_at(i)->package_database)
			DD_TRY(add_lost_database(f, i, err));
	if (f->owned.n > 1)
		qsort(f->owned.p, f->owned.n, sizeof *f->owned.p, by_node);
	set_entry_owners(f);
	DD_TRY(set_secret_owners(f, err));
	return add_live(f, true, err);
}
