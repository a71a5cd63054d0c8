/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/map.h"
#include "cmd/tags_parts.h"

struct sortable {
	struct dd_listed_tag tag;
	struct dd_image_tag parsed;
};

static int newest_first(const void *x, const void *y)
{
	return dd_image_tag_cmp(&((const struct sortable *)y)->parsed, &((const struct sortable *)x)->parsed);
}

enum dd_code dd_tags_sort(struct dd_tags *t, struct dd_err *err)
{
	struct sortable *all = dd_arena_array(&t->in.arena, t->list.n, sizeof *all);
	t->parsed = dd_arena_array(&t->in.arena, t->list.n, sizeof *t->parsed);
	if (!all || !t->parsed)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < t->list.n; i++)
		all[i] = (struct sortable){ t->list.p[i], dd_image_tag_parse(t->list.p[i].name) };
	if (t->list.n > 1)
		qsort(all, t->list.n, sizeof *all, newest_first);
	size_t n = 0;
	for (size_t i = 0; i < t->list.n; i++) {
		/* A list that changed while its pages were read has a tag twice. */
		if (n && dd_str_eq(t->list.p[n - 1].name, all[i].tag.name))
			continue;
		t->list.p[n] = all[i].tag;
		t->list.p[n].version = all[i].parsed.version;
		t->list.p[n].variant = all[i].parsed.variant;
		t->list.p[n].prerelease = all[i].parsed.prerelease;
		t->list.p[n].row = n;
		t->parsed[n++] = all[i].parsed;
	}
	t->list.n = n;
	return DD_OK;
}

/* The sort put more numbers before fewer and plain tags before variants: the first of a digest says most. */
void dd_tags_group(struct dd_tags *t)
{
	struct dd_map first = { 0 };
	for (size_t i = 0; i < t->list.n; i++) {
		struct dd_listed_tag *l = &t->list.p[i];
		uint32_t row;
		if (l->digest.n && dd_map_add(&first, l->digest, (uint32_t)i, &row))
			l->row = row;
	}
	dd_map_done(&first);
}

/* The version tag of the same digest; the tag itself when it has a version. */
static enum dd_code stands_for(struct dd_tags *t, struct dd_image_tag *ret, struct dd_err *err)
{
	struct dd_str digest = { "", 0 };
	struct dd_image_tag asked = dd_image_tag_parse(t->in.ref.tag);
	struct dd_image_tag *same = dd_arena_array(&t->in.arena, t->list.n, sizeof *same);
	size_t n = 0;
	if (!same)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < t->list.n; i++)
		if (dd_str_eq(t->list.p[i].name, t->in.ref.tag))
			digest = t->list.p[i].digest;
	for (size_t i = 0; digest.n && i < t->list.n; i++)
		if (dd_str_eq(t->list.p[i].digest, digest))
			same[n++] = t->parsed[i];
	size_t at = dd_image_tag_pin(&asked, same, n);
	if (at < n && (asked.version.n == 0 || dd_image_tag_extends(&same[at], &asked))) {
		*ret = same[at];
		return DD_OK;
	}
	if (asked.version.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "tag %s has no version, and no version tag was found that stands for the same digest",
			       DD_QUOTE(t->in.ref.tag));
	*ret = asked;
	return DD_OK;
}

static bool same_series(const struct dd_image_tag *a, const struct dd_image_tag *b)
{
	size_t n = 0;
	while (n < a->version.n && dd_is_digit(a->version.p[n]))
		n++;
	return dd_str_starts(b->version, dd_str_take(a->version, n)) &&
	       (b->version.n == n || !dd_is_digit(b->version.p[n]));
}

enum dd_code dd_tags_outdated(struct dd_tags *t, struct dd_err *err)
{
	struct dd_tag_list *l = &t->list;
	struct dd_image_tag tag;
	l->outdated = true;
	l->tag = t->in.ref.tag;
	DD_TRY(stands_for(t, &tag, err));
	if (!dd_str_eq(tag.text, t->in.ref.tag))
		l->tag_version = tag.text;
	for (size_t i = 0; i < l->n; i++) {
		if (!dd_image_tag_supersedes(&t->parsed[i], &tag))
			continue;
		l->p[i].newer = true;
		l->p[i].row = i;
		l->n_newer++;
		if (l->newest.n == 0)
			l->newest = l->p[i].name;
		if (l->newest_near.n == 0 && same_series(&tag, &t->parsed[i]))
			l->newest_near = l->p[i].name;
	}
	return DD_OK;
}
