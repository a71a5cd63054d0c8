/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "model/inventory_diff.h"

/* A package on its way: where it came from decides among equals, and tells whose owner it has. */
struct joined {
	struct dd_installed in;
	size_t from, index;
};

static int same_cmp(const struct dd_installed *a, const struct dd_installed *b)
{
	int c;
	if ((c = dd_str_cmp(a->package.type, b->package.type)) || (c = dd_str_cmp(a->package.name, b->package.name)) ||
	    (c = dd_str_cmp(a->package.version, b->package.version)) ||
	    (c = dd_str_cmp(a->package.arch, b->package.arch)))
		return c;
	return dd_str_cmp(a->package.qualifiers, b->package.qualifiers);
}

static int by_package(const void *x, const void *y)
{
	const struct joined *a = x, *b = y;
	int c = same_cmp(&a->in, &b->in);
	if (c)
		return c;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static void take_text(struct dd_str *to, struct dd_str from)
{
	if (to->n == 0)
		*to = from;
}

static void take_more(struct dd_installed *to, const struct dd_installed *from)
{
	struct dd_package *p = &to->package;
	if (from->package.evidence < p->evidence)
		p->evidence = from->package.evidence;
	p->dev = p->dev && from->package.dev;
	take_text(&to->purl, from->purl);
	take_text(&p->source_name, from->package.source_name);
	take_text(&p->source_version, from->package.source_version);
	take_text(&p->licences, from->package.licences);
	take_text(&p->module, from->package.module);
	take_text(&p->maintainer, from->package.maintainer);
	take_text(&p->digest, from->package.digest);
	take_text(&p->url, from->package.url);
	take_text(&p->cpe, from->package.cpe);
	take_text(&p->depends, from->package.depends);
}

/* A layer's number means nothing outside of its image. */
static enum dd_code without_layers(struct dd_installed *in, struct dd_arena *a, struct dd_err *err)
{
	in->layer = DD_NO_LAYER;
	if (in->n_locations == 0)
		return DD_OK;
	struct dd_location *own = dd_arena_array(a, in->n_locations, sizeof *own);
	if (!own)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < in->n_locations; i++)
		own[i] = (struct dd_location){ in->locations[i].path, in->locations[i].inner, DD_NO_LAYER };
	in->locations = own;
	return DD_OK;
}

static enum dd_code join_packages(struct joined *all, size_t n, uint32_t **place, struct dd_inventory *ret,
				  struct dd_err *err)
{
	ret->packages = dd_arena_array(&ret->arena, n, sizeof *ret->packages);
	size_t *first = dd_arena_array(&ret->arena, n, sizeof *first);
	if (!ret->packages || !first)
		return dd_fail_nomem(err);
	if (n > 1)
		qsort(all, n, sizeof *all, by_package);
	for (size_t i = 0; i < n; i++) {
		if (i && same_cmp(&all[i - 1].in, &all[i].in) == 0) {
			take_more(&ret->packages[ret->n_packages - 1], &all[i].in);
		} else {
			DD_TRY(without_layers(&all[i].in, &ret->arena, err));
			first[ret->n_packages] = i;
			ret->packages[ret->n_packages++] = all[i].in;
		}
		place[all[i].from][all[i].index] = (uint32_t)ret->n_packages - 1;
	}
	for (size_t i = 0; i < ret->n_packages; i++) {
		int owner = ret->packages[i].owner;
		if (owner >= 0)
			ret->packages[i].owner = (int)place[all[first[i]].from][owner];
	}
	return DD_OK;
}

static enum dd_code gather(const struct dd_inventory *list, size_t n, struct dd_inventory *ret, struct dd_err *err)
{
	size_t all = 0, at = 0;
	uint32_t **place = dd_arena_array(&ret->arena, n, sizeof *place);
	for (size_t i = 0; i < n; i++)
		all += list[i].n_packages;
	struct joined *joined = dd_arena_array(&ret->arena, all, sizeof *joined);
	if (!place || !joined)
		return dd_fail_nomem(err);
	if (all > DD_PACKAGES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d packages", DD_PACKAGES_MAX);
	for (size_t i = 0; i < n; i++) {
		place[i] = dd_arena_array(&ret->arena, list[i].n_packages, sizeof **place);
		if (!place[i])
			return dd_fail_nomem(err);
		for (size_t k = 0; k < list[i].n_packages; k++) {
			joined[at] = (struct joined){ list[i].packages[k], i, k };
			if (joined[at].in.owner >= 0 && (size_t)joined[at].in.owner >= list[i].n_packages)
				joined[at].in.owner = -1;
			at++;
		}
	}
	return join_packages(joined, all, place, ret, err);
}

/* The inventories' problems, and one for each system that is not the first. */
static enum dd_code join_problems(const struct dd_inventory *list, size_t n, struct dd_inventory *ret,
				  struct dd_err *err)
{
	size_t all = n;
	for (size_t i = 0; i < n; i++)
		all += list[i].n_problems;
	ret->problems = dd_arena_array(&ret->arena, all, sizeof *ret->problems);
	if (!ret->problems)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct dd_inventory *inv = &list[i];
		for (size_t k = 0; k < inv->n_problems; k++) {
			ret->problems[ret->n_problems] = inv->problems[k];
			ret->problems[ret->n_problems++].layer = DD_NO_LAYER;
		}
		if (!inv->os_found ||
		    (dd_str_eq(inv->os.id, ret->os.id) && dd_str_eq(inv->os.version, ret->os.version)))
			continue;
		struct dd_problem p = { .layer = DD_NO_LAYER,
					.path = inv->target.name,
					.analyzer = DD_STR("sbom"),
					.offset = DD_NO_OFFSET };
		p.text = dd_arena_printf(&ret->arena,
					 "is of %s %s, but the first system is %s %s: its packages would be "
					 "judged by the wrong advisories",
					 DD_QUOTE(inv->os.id), DD_QUOTE(inv->os.version), DD_QUOTE(ret->os.id),
					 DD_QUOTE(ret->os.version));
		if (!p.text.p)
			return dd_fail_nomem(err);
		ret->problems[ret->n_problems++] = p;
	}
	return DD_OK;
}

enum dd_code dd_inventory_join(const struct dd_inventory *list, size_t n, struct dd_inventory *ret, struct dd_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!ret->os_found && list[i].os_found) {
			ret->os = list[i].os;
			ret->os_found = true;
		}
		ret->package_database_found = ret->package_database_found || list[i].package_database_found;
	}
	DD_TRY(gather(list, n, ret, err));
	return join_problems(list, n, ret, err);
}
