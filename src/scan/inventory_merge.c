/* SPDX-License-Identifier: Apache-2.0 */
/* Packages in their order, each once. A package of the system that two evidences list (status and status.d) is one; a
 * third-party package that lies in several places in the same version is one with several locations. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/inventory_parts.h"

/* Packages of the system are the same by what their manager calls them; third-party ones by their package URL, which
 * knows that PyPI's Foo_Bar is foo-bar. */
static int same_cmp(const struct dd_installed *a, const struct dd_installed *b)
{
	int c;
	if ((c = dd_str_cmp(a->package.type, b->package.type)))
		return c;
	if (a->system != b->system)
		return a->system ? -1 : 1;
	if (!a->system && (c = dd_str_cmp(a->purl, b->purl)))
		return c;
	if (!a->system && a->purl.n)
		return dd_str_cmp(a->package.arch, b->package.arch);
	if ((c = dd_str_cmp(a->package.name, b->package.name)) ||
	    (c = dd_str_cmp(a->package.version, b->package.version)) ||
	    (c = dd_str_cmp(a->package.arch, b->package.arch)))
		return c;
	return dd_str_cmp(a->package.qualifiers, b->package.qualifiers);
}

static int by_name(const void *x, const void *y)
{
	const struct dd_filling *f = x, *g = y;
	const struct dd_installed *a = &f->in, *b = &g->in;
	int c = same_cmp(a, b);
	if (c)
		return c;
	/* The first layer that has it comes first: it brought it. */
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)) || (c = dd_str_cmp(a->package.inner, b->package.inner)) ||
	    (c = dd_str_cmp(a->analyzer, b->analyzer)))
		return c;
	return (f->serial > g->serial) - (f->serial < g->serial);
}

static void take_text(struct dd_str *to, struct dd_str from)
{
	if (to->n == 0)
		*to = from;
}

/* What another location of the same package knows more. */
static void take_more(struct dd_package *to, const struct dd_package *from)
{
	if (from->evidence < to->evidence)
		to->evidence = from->evidence;
	to->dev = to->dev && from->dev;
	if (to->installed_bytes == 0)
		to->installed_bytes = from->installed_bytes;
	take_text(&to->source_name, from->source_name);
	take_text(&to->source_version, from->source_version);
	take_text(&to->licences, from->licences);
	take_text(&to->maintainer, from->maintainer);
	take_text(&to->digest, from->digest);
	take_text(&to->url, from->url);
	take_text(&to->cpe, from->cpe);
	take_text(&to->depends, from->depends);
}

/* The locations of the n packages of one group; the same place told by two analyzers counts once. */
static enum dd_code add_locations(struct dd_fill *f, const struct dd_filling *group, size_t n, struct dd_installed *in,
				  struct dd_err *err)
{
	in->locations = dd_arena_array(&f->inv->arena, n, sizeof *in->locations);
	if (!in->locations)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct dd_installed *one = &group[i].in;
		const struct dd_location *last = in->n_locations ? &in->locations[in->n_locations - 1] : NULL;
		if (last && dd_str_eq(last->path, one->path) && dd_str_eq(last->inner, one->package.inner))
			continue;
		in->locations[in->n_locations++] = (struct dd_location){ one->path, one->package.inner, one->layer };
	}
	return DD_OK;
}

static enum dd_code merge_group(struct dd_fill *f, struct dd_filling *group, size_t n, struct dd_filling *ret,
				struct dd_err *err)
{
	*ret = group[0];
	for (size_t i = 1; i < n; i++) {
		take_more(&ret->in.package, &group[i].in.package);
		ret->in.entrypoint = ret->in.entrypoint || group[i].in.entrypoint;
		/* A copy that no package of the system owns must be judged by itself. */
		if (group[i].owner == DD_MAP_NONE)
			ret->owner = DD_MAP_NONE;
	}
	return ret->in.system ? DD_OK : add_locations(f, group, n, &ret->in, err);
}

/* Owners are serials until here; every package of a group gets the group's place. */
static enum dd_code place_all(struct dd_fill *f, uint32_t *place, struct dd_err *err)
{
	struct dd_installed *list = f->inv->packages;
	uint32_t *owners = dd_realloc_array(NULL, f->packages.n, sizeof *owners);
	size_t kept = 0;
	enum dd_code code = owners ? DD_OK : dd_fail_nomem(err);
	for (size_t i = 0, end; i < f->packages.n && code == DD_OK; i = end) {
		struct dd_filling one;
		for (end = i; end < f->packages.n && same_cmp(&f->packages.p[i].in, &f->packages.p[end].in) == 0; end++)
			place[f->packages.p[end].serial] = (uint32_t)kept;
		code = merge_group(f, &f->packages.p[i], end - i, &one, err);
		owners[kept] = one.owner;
		list[kept++] = one.in;
	}
	for (size_t i = 0; i < kept && code == DD_OK; i++)
		list[i].owner = owners[i] == DD_MAP_NONE ? -1 : (int)place[owners[i]];
	dd_free(owners);
	f->inv->n_packages = kept;
	return code;
}

enum dd_code dd_fill_merge(struct dd_fill *f, struct dd_err *err)
{
	if (f->packages.n > 1)
		qsort(f->packages.p, f->packages.n, sizeof *f->packages.p, by_name);
	f->inv->packages = dd_arena_array(&f->inv->arena, f->packages.n, sizeof *f->inv->packages);
	uint32_t *place = dd_realloc_array(NULL, f->packages.n, sizeof *place);
	enum dd_code code = f->inv->packages && place ? place_all(f, place, err) : dd_fail_nomem(err);
	dd_free(place);
	return code;
}
