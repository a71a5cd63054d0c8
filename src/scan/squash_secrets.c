/* SPDX-License-Identifier: Apache-2.0 */
/* A file's bytes are stored with one of its names; hard links of the same layer are others. What one name has lost,
 * another may still show. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/inventory_build.h"

static enum dd_code add_name(struct dd_squash *s, struct dd_map *by_path, const struct dd_secret_name *name,
			     struct dd_err *err)
{
	if (!dd_vec_push(&s->secret_names, *name, DD_IMAGE_ENTRIES_MAX) ||
	    !dd_map_set(by_path, name->path, (uint32_t)s->secret_names.n - 1))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code add_files(struct dd_squash *s, unsigned layer, struct dd_map *by_path, struct dd_err *err)
{
	const struct dd_layer_secrets *secrets = &s->layers[layer].secrets;
	uint32_t last = DD_NO_ENTRY;
	for (size_t i = 0; i < secrets->list.n; i++) {
		const struct dd_layer_secret *one = &secrets->list.p[i];
		struct dd_secret_name name = { layer, one->entry, one->entry, DD_TREE_NONE, one->path, DD_STR("") };
		if (one->entry == DD_NO_ENTRY || one->entry == last)
			continue;
		last = one->entry;
		DD_TRY(add_name(s, by_path, &name, err));
	}
	return DD_OK;
}

static enum dd_code add_link(struct dd_squash *s, unsigned layer, struct dd_map *by_path, uint32_t entry,
			     const struct dd_entry *e, struct dd_err *err)
{
	uint32_t target = e->type == DD_ENTRY_HARDLINK ? dd_map_get(by_path, e->link) : DD_MAP_NONE;
	if (target == DD_MAP_NONE || s->secret_names.p[target].entry >= entry)
		return DD_OK;
	struct dd_secret_name name = { layer,	     s->secret_names.p[target].file,	     entry,
				       DD_TREE_NONE, dd_arena_str(&s->notes.arena, e->path), DD_STR("") };
	return name.path.p ? add_name(s, by_path, &name, err) : dd_fail_nomem(err);
}

static enum dd_code add_links(struct dd_squash *s, unsigned layer, struct dd_map *by_path, struct dd_err *err)
{
	struct dd_entries_reader r = DD_ENTRIES_READER(dd_buf_str(&s->layers[layer].entries));
	enum dd_code code = DD_OK;
	for (uint32_t i = 0; code == DD_OK; i++) {
		struct dd_entry e;
		bool more;
		if (dd_entries_next(&r, &e, &more) != DD_OK || !more)
			break; /* what is damaged is told by who applies the layer */
		code = add_link(s, layer, by_path, i, &e, err);
	}
	dd_entries_reader_done(&r);
	return code;
}

static int by_file(const void *x, const void *y)
{
	const struct dd_secret_name *a = x, *b = y;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return (a->entry > b->entry) - (a->entry < b->entry);
}

enum dd_code dd_squash_secret_names(struct dd_squash *s, unsigned layer, struct dd_err *err)
{
	struct dd_map by_path = { 0 };
	size_t before = s->secret_names.n;
	enum dd_code code = add_files(s, layer, &by_path, err);
	if (code == DD_OK && s->secret_names.n > before)
		code = add_links(s, layer, &by_path, err);
	if (code == DD_OK && s->secret_names.n > before)
		qsort(s->secret_names.p + before, s->secret_names.n - before, sizeof *s->secret_names.p, by_file);
	dd_map_done(&by_path);
	return code;
}

/* A live file is what everybody sees; an overwritten one went by a change, a deleted one was meant to go. */
static unsigned rank(enum dd_entry_state state)
{
	static const unsigned ranks[] = { [DD_STATE_LIVE] = 0, [DD_STATE_OVERWRITTEN] = 1, [DD_STATE_DELETED] = 2 };
	return ranks[state];
}

static size_t first_name(const struct dd_squash *s, unsigned layer, uint32_t file)
{
	const struct dd_secret_name want = { .layer = layer, .file = file };
	size_t from = 0, to = s->secret_names.n;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (by_file(&s->secret_names.p[middle], &want) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct dd_secret_fate dd_squash_secret_fate(const struct dd_squash *s, unsigned layer,
					    const struct dd_layer_secret *secret)
{
	/* What no name stands for, or none that could be placed, nobody who runs the image can see. */
	struct dd_secret_fate best = { secret->path, DD_STATE_DELETED, layer, DD_STR("") };
	size_t i = secret->entry == DD_NO_ENTRY ? s->secret_names.n : first_name(s, layer, secret->entry);
	for (bool first = true; i < s->secret_names.n; i++) {
		const struct dd_secret_name *name = &s->secret_names.p[i];
		struct dd_secret_fate fate = { .path = name->path, .owner = name->owner };
		if (name->layer != layer || name->file != secret->entry)
			break;
		if (name->node == DD_TREE_NONE)
			continue;
		fate.state = dd_tree_state(s->tree, name->node, layer, name->entry, &fate.by);
		if (first || rank(fate.state) < rank(best.state))
			best = fate;
		first = false;
	}
	return best;
}
