/* SPDX-License-Identifier: Apache-2.0 */
/* dpkg's database does not know licences: they are in usr/share/doc/PACKAGE/copyright, where PACKAGE may be a link to
 * the directory of another package of the same source (Debian policy 12.3), and copyright itself a link, so the path is
 * looked up in the squashed tree and the evidence found by what it leads to. Images that remove usr/share/doc in a
 * later layer still say in the lower one what their packages are under: a deleted file counts when there is no live
 * one. */
#include "scan/inventory_licences.h"

#include <stdlib.h>

#include "base/limits.h"

/* Empty: the file is none of these, or names nothing. */
static struct dd_str licences_of(const struct dd_located *at)
{
	const struct dd_found *found = &at->evidence->found;
	for (size_t i = 0; i < found->definitions.n; i++)
		if (found->definitions.p[i].kind == DD_DEFINE_LICENCES)
			return found->definitions.p[i].value;
	return DD_STR("");
}

static int by_node(const void *x, const void *y, void *ctx)
{
	const struct dd_located *list = ctx;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	if (list[a].node != list[b].node)
		return list[a].node < list[b].node ? -1 : 1;
	return (a > b) - (a < b);
}

enum dd_code dd_licence_files_build(struct dd_licence_files *f, const struct dd_squash *s, struct dd_err *err)
{
	*f = (struct dd_licence_files){ .s = s };
	for (size_t i = 0; i < s->located.n; i++) {
		const struct dd_located *at = &s->located.p[i];
		if (licences_of(at).n == 0)
			continue;
		bool room = true;
		if (at->state == DD_STATE_LIVE)
			room = dd_vec_push(&f->live, (uint32_t)i, DD_PACKAGES_MAX);
		else if (at->state == DD_STATE_DELETED)
			room = dd_map_set(&f->gone, at->evidence->path, (uint32_t)i);
		if (!room)
			return dd_fail_nomem(err);
	}
	if (f->live.n > 1)
		qsort_r(f->live.p, f->live.n, sizeof *f->live.p, by_node, s->located.p);
	return DD_OK;
}

void dd_licence_files_done(struct dd_licence_files *f)
{
	dd_vec_done(&f->live);
	dd_map_done(&f->gone);
}

static const struct dd_located *at_node(const struct dd_licence_files *f, uint32_t node)
{
	const struct dd_located *list = f->s->located.p;
	size_t low = 0, high = f->live.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (list[f->live.p[mid]].node < node)
			low = mid + 1;
		else
			high = mid;
	}
	return low < f->live.n && list[f->live.p[low]].node == node ? &list[f->live.p[low]] : NULL;
}

struct dd_str dd_licence_files_get(const struct dd_licence_files *f, const struct dd_package *p)
{
	const struct dd_located *found = NULL;
	if ((f->live.n == 0 && f->gone.n == 0) || !dd_str_eq_c(p->type, "deb") || p->name.n > DD_FIELD_BYTES_MAX ||
	    dd_str_find(p->name, '/') < p->name.n)
		return DD_STR("");
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_FIELD_BYTES_MAX + 64);
	(void)dd_buf_add_c(&path, "usr/share/doc/");
	(void)dd_buf_add_str(&path, p->name);
	(void)dd_buf_add_c(&path, "/copyright");
	if (path.failed)
		return DD_STR("");
	uint32_t node = dd_tree_resolve(f->s->tree, dd_buf_str(&path), true);
	if (node != DD_TREE_NONE) {
		found = at_node(f, node);
	} else {
		uint32_t gone = dd_map_get(&f->gone, dd_buf_str(&path));
		found = gone == DD_MAP_NONE ? NULL : &f->s->located.p[gone];
	}
	return found ? licences_of(found) : DD_STR("");
}
