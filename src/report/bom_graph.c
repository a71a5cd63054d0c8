/* SPDX-License-Identifier: Apache-2.0 */
/* Who needs whom. A package's `depends` names packages of its own type, with a version or without: the version counts
 * where one that is installed has it; without, or when none has it, only a name that is installed once is sure. Names
 * that nothing installed has (virtual packages, alternatives, other platforms) are no edge. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/vec.h"
#include "report/bom_parts.h"

/* Multi-arch and side-by-side versions of one name; a name with more is no evidence of anything. */
enum { SAME_NAME_MAX = 64, EDGES_MAX = 65536 };

struct graph {
	struct dd_bom *bom;
	DD_VEC(uint32_t) edges; /* of the item at hand */
};

static int cmp_name(const struct dd_package *p, struct dd_str type, struct dd_str name)
{
	int c = dd_str_cmp(p->type, type);
	return c ? c : dd_str_cmp(p->name, name);
}

/* Packages are sorted by type and name: [*ret_first, *ret_end) are those of that name. */
static void find_name(const struct dd_bom *bom, struct dd_str type, struct dd_str name, size_t *ret_first,
		      size_t *ret_end)
{
	size_t low = 0, high = bom->n_items;
	while (low < high) {
		size_t at = low + (high - low) / 2;
		if (cmp_name(&bom->items[at].in->package, type, name) < 0)
			low = at + 1;
		else
			high = at;
	}
	*ret_first = low;
	while (low < bom->n_items && low - *ret_first < SAME_NAME_MAX &&
	       cmp_name(&bom->items[low].in->package, type, name) == 0)
		low++;
	*ret_end = low;
}

static enum dd_code add_edge(struct graph *g, uint32_t from, uint32_t to, struct dd_err *err)
{
	if (from == to || g->edges.n >= EDGES_MAX)
		return DD_OK;
	return dd_vec_push(&g->edges, to, EDGES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static bool arch_goes(struct dd_str a, struct dd_str b)
{
	return dd_str_eq(a, b) || dd_str_eq_c(a, "all") || dd_str_eq_c(b, "all") || dd_str_eq_c(a, "noarch") ||
	       dd_str_eq_c(b, "noarch") || a.n == 0 || b.n == 0;
}

static enum dd_code add_need(struct graph *g, uint32_t from, struct dd_str name, struct dd_str version, bool *ret_found,
			     struct dd_err *err)
{
	const struct dd_package *p = &g->bom->items[from].in->package;
	size_t first, end, fits = 0;
	find_name(g->bom, p->type, name, &first, &end);
	*ret_found = first < end;
	for (size_t i = first; i < end; i++) {
		const struct dd_package *q = &g->bom->items[i].in->package;
		if (version.n && dd_str_eq(q->version, version) && arch_goes(p->arch, q->arch)) {
			DD_TRY(add_edge(g, from, (uint32_t)i, err));
			fits++;
		}
	}
	if (fits)
		return DD_OK;
	size_t only = first;
	for (size_t i = first; i < end; i++) {
		if (!arch_goes(p->arch, g->bom->items[i].in->package.arch))
			continue;
		fits++;
		only = i;
	}
	return fits == 1 ? add_edge(g, from, (uint32_t)only, err) : DD_OK;
}

static enum dd_code add_needs(struct graph *g, uint32_t from, struct dd_err *err)
{
	struct dd_str line;
	for (struct dd_str rest = g->bom->items[from].in->package.depends; dd_str_line(&rest, &line);) {
		size_t at = dd_str_rfind(line, '@');
		bool found;
		if (line.n == 0)
			continue;
		if (at == 0 || at >= line.n) { /* "@scope/name" */
			DD_TRY(add_need(g, from, line, DD_STR(""), &found, err));
			continue;
		}
		DD_TRY(add_need(g, from, dd_str_take(line, at), dd_str_skip(line, at + 1), &found, err));
		if (!found)
			DD_TRY(add_need(g, from, line, DD_STR(""), &found, err));
	}
	return DD_OK;
}

static int by_number(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static enum dd_code keep_edges(struct graph *g, struct dd_bom_item *item, struct dd_err *err)
{
	size_t n = 0;
	if (g->edges.n > 1)
		qsort(g->edges.p, g->edges.n, sizeof *g->edges.p, by_number);
	for (size_t i = 0; i < g->edges.n; i++)
		if (i == 0 || g->edges.p[i] != g->edges.p[i - 1])
			g->edges.p[n++] = g->edges.p[i];
	g->edges.n = 0;
	if (n == 0)
		return DD_OK;
	uint32_t *copy = dd_arena_array(&g->bom->arena, n, sizeof *copy);
	if (!copy)
		return dd_fail_nomem(err);
	memcpy(copy, g->edges.p, n * sizeof *copy);
	item->needs = copy;
	item->n_needs = n;
	return DD_OK;
}

/* Two passes: count what each owner has, then hand out the places. */
static enum dd_code add_owned(struct dd_bom *bom, struct dd_err *err)
{
	size_t all = 0;
	for (size_t i = 0; i < bom->n_items; i++) {
		int owner = bom->items[i].in->owner;
		if (!bom->items[i].in->system && owner >= 0 && (size_t)owner < bom->n_items && (size_t)owner != i) {
			bom->items[owner].n_owns++;
			all++;
		}
	}
	uint32_t *places = dd_arena_array(&bom->arena, all, sizeof *places);
	if (!places)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < bom->n_items; i++) {
		bom->items[i].owns = places;
		places += bom->items[i].n_owns;
		bom->items[i].n_owns = 0;
	}
	for (size_t i = 0; i < bom->n_items; i++) {
		int owner = bom->items[i].in->owner;
		if (bom->items[i].in->system || owner < 0 || (size_t)owner >= bom->n_items || (size_t)owner == i)
			continue;
		struct dd_bom_item *o = &bom->items[owner];
		((uint32_t *)(uintptr_t)o->owns)[o->n_owns++] = (uint32_t)i;
	}
	return DD_OK;
}

enum dd_code dd_bom_graph(struct dd_bom *bom, struct dd_err *err)
{
	struct graph g = { .bom = bom };
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < bom->n_items && code == DD_OK; i++) {
		code = add_needs(&g, (uint32_t)i, err);
		if (code == DD_OK)
			code = keep_edges(&g, &bom->items[i], err);
	}
	dd_vec_done(&g.edges);
	return code == DD_OK ? add_owned(bom, err) : code;
}
