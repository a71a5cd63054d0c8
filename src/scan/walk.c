/* SPDX-License-Identifier: Apache-2.0 */
/* What the two walks (tar, directory) share: entering an entry, handing a wanted file out, second names. */
#include "scan/walk_parts.h"

#include "base/limits.h"

enum dd_code dd_walk_begin(struct dd_walk_state *s, const struct dd_walk *w, struct dd_layer_facts *f,
			   struct dd_walk_aliases *aliases)
{
	*s = (struct dd_walk_state){ .w = w,
				     .f = f,
				     .aliases = aliases,
				     .entries = DD_ENTRIES_WRITER(&f->entries),
				     .path = DD_BUF_INIT(DD_PATH_MAX),
				     .link = DD_BUF_INIT(DD_PATH_MAX),
				     .head = DD_BUF_INIT(SIZE_MAX) };
	dd_content_init(&s->content, w->spool_dir);
	if (aliases)
		dd_walk_secrets_init(&s->secrets, w->secrets, f);
	return DD_OK;
}

void dd_walk_end(struct dd_walk_state *s)
{
	dd_entries_writer_done(&s->entries);
	dd_content_done(&s->content);
	dd_walk_secrets_done(&s->secrets);
	dd_buf_done(&s->path);
	dd_buf_done(&s->link);
	dd_buf_done(&s->head);
}

void dd_walk_aliases_done(struct dd_walk_aliases *a)
{
	dd_vec_done(a);
	dd_map_done(&a->by_path);
}

bool dd_walk_aliases_add(struct dd_walk_aliases *all, const struct dd_walk_alias *a)
{
	struct dd_walk_alias copy = *a;
	copy.before = dd_map_get(&all->by_path, a->path);
	return dd_vec_push(all, copy, DD_ALIASES_MAX) && dd_map_set(&all->by_path, a->path, (uint32_t)all->n - 1);
}

enum dd_code dd_walk_enter(struct dd_walk_state *s, const struct dd_entry *e, struct dd_err *err)
{
	if (s->f->n_entries >= DD_LAYER_ENTRIES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "it has more than %d entries", DD_LAYER_ENTRIES_MAX);
	enum dd_code code = dd_entries_add(&s->entries, e);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	if (code != DD_OK)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "its list of entries passes %llu bytes",
			       (unsigned long long)DD_FACTS_BYTES_MAX);
	s->f->n_entries++;
	return DD_OK;
}

enum dd_code dd_walk_tell_name(struct dd_walk_state *s, struct dd_str path, struct dd_err *err)
{
	DD_UNINITIALIZED struct dd_wants wants;
	dd_matcher_entry(s->w->matcher, path, &wants);
	for (size_t i = 0; i < wants.n; i++)
		DD_TRY(dd_layer_facts_analyze(s->f, wants.by[i].analyzer, (uint32_t)s->f->n_entries - 1, path,
					      DD_STR(""), false, err));
	return DD_OK;
}

enum dd_code dd_walk_drop_large(struct dd_walk_state *s, struct dd_str path, uint64_t size, uint64_t unpaid,
				struct dd_wants *wants, struct dd_err *err)
{
	size_t kept = 0;
	bool affordable = unpaid <= DD_WANTED_HOLES_MAX - s->wanted_holes;
	if (affordable && wants->n)
		s->wanted_holes += unpaid;
	for (size_t i = 0; i < wants->n; i++) {
		uint64_t max = wants->by[i].max_bytes ? wants->by[i].max_bytes : DD_EVIDENCE_BYTES_MAX;
		const struct dd_analyzer *a = dd_analyzer_at(wants->by[i].analyzer);
		if (size <= max && affordable) {
			wants->by[kept++] = wants->by[i];
		} else if (size <= max) {
			if (dd_layer_facts_problem(s->f, path, a->id, DD_NO_OFFSET,
						   "not read: the holes in sparse files of this layer pass %llu bytes",
						   (unsigned long long)DD_WANTED_HOLES_MAX) != DD_OK)
				return dd_fail_nomem(err);
		} else if (dd_layer_facts_problem(s->f, path, a->id, DD_NO_OFFSET,
						  "not read: it has %llu bytes, more than the limit of %llu",
						  (unsigned long long)size, (unsigned long long)max) != DD_OK) {
			return dd_fail_nomem(err);
		}
	}
	wants->n = kept;
	return DD_OK;
}

enum dd_code dd_walk_analyze(struct dd_walk_state *s, const struct dd_wants *wants, uint32_t entry, struct dd_str path,
			     struct dd_err *err)
{
	struct dd_str content;
	DD_TRY(dd_content_get(&s->content, &content, err));
	for (size_t i = 0; i < wants->n; i++)
		DD_TRY(dd_layer_facts_analyze(s->f, wants->by[i].analyzer, entry, path, content, s->content.fd >= 0,
					      err));
	return DD_OK;
}

enum dd_code dd_walk_note_hardlink(struct dd_walk_state *s, struct dd_str path, struct dd_str target, uint32_t entry,
				   struct dd_err *err)
{
	struct dd_walk_alias a = { .as_entry = entry };
	dd_matcher_path(s->w->matcher, path, &a.wants);
	if (a.wants.n == 0)
		return DD_OK;
	a.path = dd_arena_str(&s->f->arena, target);
	a.as_path = dd_arena_str(&s->f->arena, path);
	if (!a.path.p || !a.as_path.p)
		return dd_fail_nomem(err);
	if (s->aliases->n >= DD_ALIASES_MAX)
		return dd_layer_facts_problem(s->f, path, "tar", DD_NO_OFFSET,
					      "not read: more than %d hard links have names that matter",
					      DD_ALIASES_MAX) == DD_OK
			       ? DD_OK
			       : dd_fail_nomem(err);
	return dd_walk_aliases_add(s->aliases, &a) ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_walk_aliases_of(const struct dd_walk_aliases *all, struct dd_str path, struct dd_walk_state *s,
				struct dd_err *err)
{
	for (uint32_t i = dd_map_get(&all->by_path, path); i != DD_MAP_NONE; i = all->p[i].before)
		DD_TRY(dd_walk_analyze(s, &all->p[i].wants, all->p[i].as_entry, all->p[i].as_path, err));
	return DD_OK;
}

bool dd_walk_aliases_want(const struct dd_walk_aliases *all, struct dd_str path, struct dd_wants *ret)
{
	uint32_t i = dd_map_get(&all->by_path, path);
	if (i == DD_MAP_NONE)
		return false;
	*ret = all->p[i].wants;
	return true;
}
