/* SPDX-License-Identifier: Apache-2.0 */
/* Commits, trees and blobs of a repository, each object once.
 *
 * Commits are gathered from all roots (HEAD, references, reflogs, commits that nothing refers to), then ordered: by the
 * committer's time and id, but parents before children whatever the clocks said. In that order each commit's trees are
 * walked, trees that were seen before left out: the first commit that has a blob is the one that brought it, and all
 * trees together are read once. libgit2's own walk ends at the first damaged or missing commit; here it is told, and
 * the rest is read.
 *
 * commit = "tree ID\n" *("parent ID\n") "author NAME <MAIL> SECONDS ±HHMM\n" "committer …\n" … "\n" message
 * Source: git 2.39 Documentation/technical, commit.c; libgit2 1.5 odb.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "format/git_pack.h"
#include "scan/git_parts.h"

enum { HEX_BYTES = 2 * DD_GIT_ID_BYTES };

enum dd_code dd_git_problem(struct dd_git_history *h, struct dd_str path, struct dd_err *err, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("git"), .offset = DD_NO_OFFSET };
	va_list args;
	if (h->problems.n >= DD_GIT_PROBLEMS_MAX) {
		h->missing++;
		return DD_OK;
	}
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	p.path = dd_arena_str(&h->arena, path);
	p.text = dd_arena_str(&h->arena, dd_str_from(text));
	if (!p.path.p || !p.text.p || !dd_vec_push(&h->problems, p, DD_GIT_PROBLEMS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static struct dd_str id_text(const unsigned char *id)
{
	return (struct dd_str){ (const char *)id, DD_GIT_ID_BYTES };
}

struct dd_git_hex {
	char text[HEX_BYTES + 1];
};

static struct dd_git_hex hex_of(const unsigned char *id)
{
	struct dd_git_hex h;
	for (int i = 0; i < DD_GIT_ID_BYTES; i++)
		(void)snprintf(h.text + 2 * i, 3, "%02x", id[i]);
	return h;
}

static bool parse_hex(struct dd_str text, unsigned char *out)
{
	if (text.n != HEX_BYTES)
		return false;
	for (size_t i = 0; i < HEX_BYTES; i++) {
		char c = text.p[i];
		unsigned d = dd_is_digit(c)	    ? (unsigned)(c - '0')
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
						    : 99;
		if (d > 15)
			return false;
		out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | d : d << 4);
	}
	return true;
}

/* The object, or NULL and a problem told. */
static enum dd_code read_object(struct dd_git_history *h, const unsigned char *id, git_object_t want,
				git_odb_object **ret, struct dd_err *err)
{
	git_oid oid;
	size_t size;
	git_object_t type;
	struct dd_err why;
	*ret = NULL;
	memcpy(oid.id, id, DD_GIT_ID_BYTES);
	if (h->git->odb_read_header(&size, &type, h->odb, &oid) == 0 && type == want && size > DD_GIT_TEXT_BYTES_MAX)
		return dd_git_problem(h, DD_STR(""), err, "git object %s has %llu bytes, more than are read",
				      hex_of(id).text, (unsigned long long)size);
	if (h->git->odb_read(ret, h->odb, &oid) == 0) {
		if (h->git->odb_object_type(*ret) == want)
			return DD_OK;
		h->git->odb_object_free(*ret);
		*ret = NULL;
		return dd_git_problem(h, DD_STR(""), err,
				      "git object %s is of another type than what refers to it says", hex_of(id).text);
	}
	if (dd_git_failure(h->git, "cannot be read", &why) == DD_ENOMEM)
		return dd_fail_nomem(err);
	return dd_git_problem(h, DD_STR(""), err, "git object %s %s", hex_of(id).text, why.message);
}

static struct dd_str bytes_of(const struct dd_git_history *h, git_odb_object *o)
{
	return (struct dd_str){ h->git->odb_object_data(o), h->git->odb_object_size(o) };
}

/* ---- things to search ---- */

static enum dd_code add_blob(struct dd_git_history *h, const struct dd_git_blob *b, struct dd_err *err)
{
	if (dd_vec_push(&h->blobs, *b, DD_GIT_BLOBS_MAX))
		return DD_OK;
	return h->blobs.n >= DD_GIT_BLOBS_MAX
		       ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "git repository of more than %d files", DD_GIT_BLOBS_MAX)
		       : dd_fail_nomem(err);
}

static enum dd_code see_blob(struct dd_git_history *h, struct dd_str id, struct dd_str path, uint32_t commit,
			     struct dd_err *err)
{
	struct dd_git_blob b = { .commit = commit };
	if (dd_map_get(&h->seen_blobs, id) != DD_MAP_NONE)
		return DD_OK;
	struct dd_str key = dd_arena_str(&h->arena, id);
	b.id = (const unsigned char *)key.p;
	b.path = dd_arena_str(&h->arena, path);
	if (!key.p || !b.path.p || !dd_map_set(&h->seen_blobs, key, (uint32_t)h->blobs.n))
		return dd_fail_nomem(err);
	return add_blob(h, &b, err);
}

/* ---- trees ---- */

struct tree_level {
	git_odb_object *object;
	struct dd_str rest;
	size_t path_n; /* of the path before this level */
};

struct tree_walk {
	struct dd_git_history *h;
	uint32_t commit;
	bool live;	       /* HEAD's: nothing is new, the blobs are marked */
	struct dd_map visited; /* of HEAD's */
	struct dd_buf path;
	DD_VEC(struct tree_level) levels;
};

static enum dd_code open_tree(struct tree_walk *w, struct dd_str id, size_t path_n, struct dd_err *err)
{
	struct tree_level l = { .path_n = path_n };
	struct dd_map *seen = w->live ? &w->visited : &w->h->seen_trees;
	bool deep = w->levels.n >= DD_GIT_PATH_DEPTH_MAX;
	/* HEAD may have one tree at several paths; its blobs are known by then. */
	if (dd_map_get(seen, id) != DD_MAP_NONE)
		return DD_OK;
	struct dd_str key = dd_arena_str(&w->h->arena, id);
	if (!key.p || !dd_map_set(seen, key, 0))
		return dd_fail_nomem(err);
	if (deep)
		return dd_git_problem(w->h, dd_str_take(dd_buf_str(&w->path), 4096), err,
				      "git tree is nested too deep");
	DD_TRY(read_object(w->h, (const unsigned char *)id.p, GIT_OBJECT_TREE, &l.object, err));
	if (!l.object)
		return DD_OK;
	l.rest = bytes_of(w->h, l.object);
	if (dd_vec_push(&w->levels, l, DD_GIT_PATH_DEPTH_MAX))
		return DD_OK;
	w->h->git->odb_object_free(l.object);
	return dd_fail_nomem(err);
}

static enum dd_code mark_live(struct tree_walk *w, struct dd_str id, struct dd_err *err)
{
	uint32_t at = dd_map_get(&w->h->seen_blobs, id);
	if (at == DD_MAP_NONE || w->h->blobs.p[at].live)
		return DD_OK;
	w->h->blobs.p[at].live = true;
	w->h->blobs.p[at].path = dd_arena_str(&w->h->arena, dd_buf_str(&w->path)); /* where it can be put right */
	return w->h->blobs.p[at].path.p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code see_entry(struct tree_walk *w, struct dd_str mode, struct dd_str name, struct dd_str id,
			      struct dd_err *err)
{
	size_t before = w->path.n;
	enum dd_code code = DD_OK;
	if (before)
		(void)dd_buf_add_char(&w->path, '/');
	(void)dd_buf_add_str(&w->path, name);
	if (w->path.failed) {
		w->path.failed = false;
		w->path.n = before;
		return dd_git_problem(w->h, DD_STR(""), err, "path of more than %zu bytes in a git tree", w->path.max);
	}
	if (dd_str_eq_c(mode, "40000") || dd_str_eq_c(mode, "040000"))
		return open_tree(w, id, before, err); /* the path stays until the level ends */
	if (!dd_str_eq_c(mode, "160000"))	      /* a submodule's commit is in another repository */
		code = w->live ? mark_live(w, id, err) : see_blob(w->h, id, dd_buf_str(&w->path), w->commit, err);
	else if (w->live)
		code = dd_git_problem(w->h, dd_buf_str(&w->path), err,
				      "submodule: its own repository was not searched");
	w->path.n = before;
	return code;
}

static enum dd_code step(struct tree_walk *w, struct dd_err *err)
{
	struct tree_level *top = &w->levels.p[w->levels.n - 1];
	struct dd_str mode, name, id;
	size_t levels = w->levels.n, path_n = w->path.n;
	bool bad;
	if (dd_git_tree_next(&top->rest, DD_GIT_ID_BYTES, &mode, &name, &id, &bad)) {
		DD_TRY(see_entry(w, mode, name, id, err));
		if (w->levels.n == levels)
			w->path.n = path_n;
		return DD_OK;
	}
	w->h->git->odb_object_free(top->object);
	w->path.n = top->path_n;
	w->levels.n--;
	return bad ? dd_git_problem(w->h, dd_buf_str(&w->path), err, "damaged git tree") : DD_OK;
}

static enum dd_code walk_tree(struct dd_git_history *h, const unsigned char *id, uint32_t commit, bool live,
			      struct dd_err *err)
{
	struct tree_walk w = { .h = h, .commit = commit, .live = live, .path = DD_BUF_INIT(DD_PATH_MAX) };
	enum dd_code code =
		dd_buf_reserve(&w.path, 256) == DD_OK ? open_tree(&w, id_text(id), 0, err) : dd_fail_nomem(err);
	while (code == DD_OK && w.levels.n)
		code = step(&w, err);
	while (w.levels.n)
		h->git->odb_object_free(w.levels.p[--w.levels.n].object);
	dd_vec_done(&w.levels);
	dd_map_done(&w.visited);
	dd_buf_done(&w.path);
	return code;
}

/* ---- commits ---- */

/* "NAME <MAIL> SECONDS ±HHMM" → author and RFC 3339. */
static void split_person(struct dd_str line, struct dd_str *ret_who, int64_t *ret_time, char *ret_date, size_t date_n)
{
	size_t end = dd_str_rfind(line, '>');
	struct dd_str when = dd_str_trim(dd_str_skip(line, end + 1)), zone;
	uint64_t seconds = 0, hhmm = 0;
	struct tm tm;
	*ret_who = end < line.n ? dd_str_take(line, end + 1) : line;
	size_t blank = dd_str_find(when, ' ');
	zone = dd_str_trim(dd_str_skip(when, blank));
	ret_date[0] = 0;
	if (!dd_str_u64(dd_str_take(when, blank), INT64_C(253402300799), &seconds))
		return;
	*ret_time = (int64_t)seconds;
	bool good = zone.n == 5 && (zone.p[0] == '+' || zone.p[0] == '-') &&
		    dd_str_u64(dd_str_skip(zone, 1), 2359, &hhmm) && hhmm % 100 < 60;
	int64_t offset = good ? (int64_t)(hhmm / 100 * 60 + hhmm % 100) * 60 : 0;
	time_t local = (time_t)((int64_t)seconds + (good && zone.p[0] == '-' ? -offset : offset));
	if (!gmtime_r(&local, &tm) || tm.tm_year > 8099 || tm.tm_year < 0)
		return;
	size_t n = strftime(ret_date, date_n, "%Y-%m-%dT%H:%M:%S", &tm);
	if (offset)
		(void)snprintf(ret_date + n, date_n - n, "%c%02u:%02u", zone.p[0], (unsigned)(hhmm / 100 % 100),
			       (unsigned)(hhmm % 100));
	else
		(void)snprintf(ret_date + n, date_n - n, "Z");
}

struct commit_fields {
	struct dd_str tree, author, committer, message;
};

static bool parse_commit(struct dd_str text, struct commit_fields *f, struct dd_str *parents, size_t max, size_t *ret_n)
{
	static const struct dd_str tree = { "tree ", 5 }, parent = { "parent ", 7 }, author = { "author ", 7 },
				   committer = { "committer ", 10 };
	struct dd_str rest = text, line;
	*f = (struct commit_fields){ 0 };
	*ret_n = 0;
	while (dd_str_next(&rest, '\n', &line) && line.n) {
		if (dd_str_starts(line, tree) && !f->tree.n)
			f->tree = dd_str_skip(line, tree.n);
		else if (dd_str_starts(line, parent) && !f->author.n && *ret_n < max)
			parents[(*ret_n)++] = dd_str_skip(line, parent.n);
		else if (dd_str_starts(line, author) && !f->author.n)
			f->author = dd_str_skip(line, author.n);
		else if (dd_str_starts(line, committer) && !f->committer.n)
			f->committer = dd_str_skip(line, committer.n);
	}
	f->message = rest.p ? rest : DD_STR("");
	return f->tree.n > 0;
}

enum { PARENTS_MAX = 4096 };

struct gathering {
	struct dd_git_history *h;
	DD_VEC(struct dd_str) queue; /* ids of commits */
};

static enum dd_code want_commit(struct gathering *g, struct dd_str id, struct dd_err *err)
{
	if (dd_map_get(&g->h->seen_commits, id) != DD_MAP_NONE)
		return DD_OK;
	struct dd_str key = dd_arena_str(&g->h->arena, id);
	if (!key.p || !dd_map_set(&g->h->seen_commits, key, DD_GIT_LOST) ||
	    !dd_vec_push(&g->queue, key, DD_GIT_COMMITS_MAX))
		return g->queue.n >= DD_GIT_COMMITS_MAX
			       ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "git repository of more than %d commits",
					 DD_GIT_COMMITS_MAX)
			       : dd_fail_nomem(err);
	return DD_OK;
}

/* Its parents are remembered by id until all commits are known. */
static enum dd_code take_commit(struct gathering *g, struct dd_str id, struct dd_str text, struct dd_err *err)
{
	DD_CLEANUP(dd_freep) struct dd_str *parents = dd_alloc(PARENTS_MAX * sizeof *parents);
	struct dd_git_history *h = g->h;
	struct dd_git_commit c = { .parents = h->parents.n };
	struct commit_fields f;
	char date[64], ignored[64];
	int64_t authored = 0;
	struct dd_str who, committer;
	size_t n = 0;
	if (!parents)
		return dd_fail_nomem(err);
	memcpy(c.id, id.p, DD_GIT_ID_BYTES);
	if (!parse_commit(text, &f, parents, PARENTS_MAX, &n) || !parse_hex(f.tree, c.tree))
		return dd_git_problem(h, DD_STR(""), err, "git commit %s is damaged", hex_of(c.id).text);
	split_person(f.author, &who, &authored, date, sizeof date);
	split_person(f.committer, &committer, &c.time, ignored, sizeof ignored);
	c.author = dd_arena_str(&h->arena, who);
	c.date = dd_arena_str(&h->arena, dd_str_from(date));
	if (!c.author.p || !c.date.p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		unsigned char parent[DD_GIT_ID_BYTES];
		if (!parse_hex(parents[i], parent))
			continue;
		DD_TRY(want_commit(g, id_text(parent), err));
		struct dd_str key = dd_arena_str(&h->arena, id_text(parent));
		if (!key.p || !dd_vec_push(&h->parents, (const unsigned char *)key.p, SIZE_MAX))
			return dd_fail_nomem(err);
		c.n_parents++;
	}
	if (!dd_map_set(&h->seen_commits, id, (uint32_t)h->commits.n) ||
	    !dd_vec_push(&h->commits, c, DD_GIT_COMMITS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* Everything that can be reached from the queue. */
static enum dd_code gather_commits(struct gathering *g, struct dd_err *err)
{
	for (size_t i = 0; i < g->queue.n; i++) {
		struct dd_str id = g->queue.p[i];
		git_odb_object *o;
		DD_TRY(read_object(g->h, (const unsigned char *)id.p, GIT_OBJECT_COMMIT, &o, err));
		if (!o)
			continue;
		enum dd_code code = take_commit(g, id, bytes_of(g->h, o), err);
		g->h->git->odb_object_free(o);
		DD_TRY(code);
	}
	return DD_OK;
}

static int by_time(const void *a, const void *b)
{
	const struct dd_git_commit *x = a, *y = b;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return memcmp(x->id, y->id, DD_GIT_ID_BYTES);
}

struct pending {
	uint32_t commit;
	size_t parent; /* the next one to look at */
};

/* Parents, then the commit itself, without recursion. */
static enum dd_code emit(struct dd_git_history *h, uint32_t commit, struct dd_err *err)
{
	DD_VEC(struct pending) stack = { 0 };
	bool good = h->commits.p[commit].emitted || dd_vec_push(&stack, ((struct pending){ commit, 0 }), SIZE_MAX);
	while (good && stack.n) {
		struct pending *top = &stack.p[stack.n - 1];
		struct dd_git_commit *c = &h->commits.p[top->commit];
		if (top->parent < c->n_parents) {
			const unsigned char *id = h->parents.p[c->parents + top->parent++];
			uint32_t parent = dd_map_get(&h->seen_commits, id_text(id));
			bool there = parent < h->commits.n && !h->commits.p[parent].emitted;
			/* An id is a hash of its parents': a circle cannot be, whatever the bytes say. */
			if (there && stack.n <= h->commits.n)
				good = dd_vec_push(&stack, ((struct pending){ parent, 0 }), SIZE_MAX);
			continue;
		}
		if (!c->emitted)
			good = dd_vec_push(&h->order, top->commit, SIZE_MAX);
		c->emitted = true;
		stack.n--;
	}
	dd_vec_done(&stack);
	return good ? DD_OK : dd_fail_nomem(err);
}

/* Orders the commits from `first` on and walks their trees. */
static enum dd_code read_commits(struct dd_git_history *h, size_t first, struct dd_err *err)
{
	size_t before = h->order.n;
	if (h->commits.n > first)
		qsort(h->commits.p + first, h->commits.n - first, sizeof *h->commits.p, by_time);
	for (size_t i = first; i < h->commits.n; i++)
		if (!dd_map_set(&h->seen_commits, id_text(h->commits.p[i].id), (uint32_t)i))
			return dd_fail_nomem(err);
	for (size_t i = first; i < h->commits.n; i++)
		DD_TRY(emit(h, (uint32_t)i, err));
	for (size_t i = before; i < h->order.n; i++) {
		const struct dd_git_commit *c = &h->commits.p[h->order.p[i]];
		struct dd_git_blob message = { .path = DD_STR("(commit message)"),
					       .commit = h->order.p[i],
					       .live = true };
		message.id = (const unsigned char *)dd_arena_str(&h->arena, id_text(c->id)).p; /* the vector moves */
		if (!message.id)
			return dd_fail_nomem(err);
		DD_TRY(add_blob(h, &message, err));
		DD_TRY(walk_tree(h, c->tree, h->order.p[i], false, err));
	}
	return DD_OK;
}

/* ---- roots ---- */

/* An annotated tag's object is searched; what it is of is a root. */
static enum dd_code take_tag(struct gathering *g, const unsigned char *id, struct dd_str name,
			     unsigned char *ret_target, bool *ret_more, struct dd_err *err)
{
	struct dd_git_history *h = g->h;
	struct dd_git_blob b = { .commit = DD_MAP_NONE, .live = true };
	struct dd_str line, rest;
	git_odb_object *o;
	*ret_more = false;
	if (dd_map_get(&h->seen_blobs, id_text(id)) != DD_MAP_NONE)
		return DD_OK;
	DD_TRY(read_object(h, id, GIT_OBJECT_TAG, &o, err));
	if (!o)
		return DD_OK;
	rest = bytes_of(h, o);
	if (dd_str_next(&rest, '\n', &line) && dd_str_starts(line, DD_STR("object ")))
		*ret_more = parse_hex(dd_str_skip(line, 7), ret_target);
	h->git->odb_object_free(o);
	struct dd_str key = dd_arena_str(&h->arena, id_text(id));
	b.id = (const unsigned char *)key.p;
	b.path = dd_arena_printf(&h->arena, "(tag %.*s)", DD_FMT(dd_str_take(name, 4096)));
	if (!key.p || !b.path.p || !dd_map_set(&h->seen_blobs, key, (uint32_t)h->blobs.n))
		return dd_fail_nomem(err);
	return add_blob(h, &b, err);
}

enum { TAGS_OF_TAGS_MAX = 64 };

static enum dd_code take_root(struct gathering *g, const unsigned char *id, struct dd_str name, struct dd_err *err)
{
	struct dd_git_history *h = g->h;
	git_oid oid;
	bool more = true;
	memcpy(oid.id, id, DD_GIT_ID_BYTES);
	for (int i = 0; more && i < TAGS_OF_TAGS_MAX; i++) {
		size_t size;
		git_object_t type;
		if (h->git->odb_read_header(&size, &type, h->odb, &oid) != 0)
			return dd_git_problem(h, DD_STR(""), err, "git object %s of %s is missing or damaged",
					      hex_of(oid.id).text, DD_QUOTE(name));
		if (type == GIT_OBJECT_COMMIT)
			return want_commit(g, id_text(oid.id), err);
		if (type == GIT_OBJECT_TREE)
			return walk_tree(h, oid.id, DD_MAP_NONE, false, err);
		if (type == GIT_OBJECT_BLOB)
			return see_blob(h, id_text(oid.id), name, DD_MAP_NONE, err);
		git_oid target = oid;
		DD_TRY(take_tag(g, oid.id, name, target.id, &more, err));
		oid = target;
	}
	return DD_OK;
}

static enum dd_code take_references(struct gathering *g, struct dd_err *err)
{
	const struct dd_git_library *git = g->h->git;
	git_strarray names = { 0 };
	git_oid oid;
	enum dd_code code = DD_OK;
	if (git->reference_name_to_id(&oid, g->h->repository, "HEAD") == 0)
		code = take_root(g, oid.id, DD_STR("HEAD"), err);
	DD_TRY(code);
	if (git->reference_list(&names, g->h->repository) != 0)
		return dd_git_problem(g->h, DD_STR(""), err, "the list of references cannot be read");
	for (size_t i = 0; i < names.count && code == DD_OK; i++) {
		struct dd_str name = dd_str_from(names.strings[i]);
		if (git->reference_name_to_id(&oid, g->h->repository, names.strings[i]) == 0)
			code = take_root(g, oid.id, name, err);
		else
			code = dd_git_problem(g->h, DD_STR(""), err, "reference %s cannot be resolved", DD_QUOTE(name));
	}
	git->strarray_dispose(&names);
	return code;
}

/* ---- what nothing refers to ---- */

struct unreferred {
	struct dd_git_history *h;
	DD_VEC(git_oid) ids;
	bool failed;
};

static int note_unreferred(const git_oid *id, void *ctx)
{
	struct unreferred *u = ctx;
	struct dd_str key = id_text(id->id);
	if (dd_map_get(&u->h->seen_blobs, key) == DD_MAP_NONE && dd_map_get(&u->h->seen_trees, key) == DD_MAP_NONE &&
	    dd_map_get(&u->h->seen_commits, key) == DD_MAP_NONE)
		u->failed = !dd_vec_push(&u->ids, *id, DD_GIT_BLOBS_MAX);
	return u->failed ? -1 : 0;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(((const git_oid *)a)->id, ((const git_oid *)b)->id, DD_GIT_ID_BYTES);
}

static enum dd_code take_unreferred_type(struct gathering *g, const git_oid *ids, size_t n, git_object_t want,
					 struct dd_err *err)
{
	for (size_t i = 0; i < n; i++) {
		size_t size;
		git_object_t type;
		if (g->h->git->odb_read_header(&size, &type, g->h->odb, &ids[i]) != 0 || type != want)
			continue;
		if (type == GIT_OBJECT_BLOB)
			DD_TRY(see_blob(g->h, id_text(ids[i].id), DD_STR("(no file)"), DD_MAP_NONE, err));
		else
			DD_TRY(take_root(g, ids[i].id, DD_STR("(no reference)"), err));
	}
	return DD_OK;
}

static enum dd_code take_unreferred(struct gathering *g, struct dd_err *err)
{
	static const git_object_t types[] = { GIT_OBJECT_TAG, GIT_OBJECT_COMMIT, GIT_OBJECT_TREE, GIT_OBJECT_BLOB };
	struct unreferred u = { .h = g->h };
	enum dd_code code = DD_OK;
	size_t first = g->h->commits.n;
	if (g->h->git->odb_foreach(g->h->odb, note_unreferred, &u) != 0 && u.failed)
		code = dd_fail_nomem(err);
	if (u.ids.n)
		qsort(u.ids.p, u.ids.n, sizeof *u.ids.p, by_id);
	for (size_t i = 0; i < DD_COUNT(types) && code == DD_OK; i++) {
		code = take_unreferred_type(g, u.ids.p, u.ids.n, types[i], err);
		if (code == DD_OK && types[i] == GIT_OBJECT_COMMIT)
			code = gather_commits(g, err);
		if (code == DD_OK && types[i] == GIT_OBJECT_COMMIT)
			code = read_commits(g->h, first, err);
	}
	dd_vec_done(&u.ids);
	return code;
}

/* ---- the whole ---- */

static enum dd_code read_head(struct dd_git_history *h, struct dd_err *err)
{
	git_oid oid;
	uint32_t commit;
	if (h->git->reference_name_to_id(&oid, h->repository, "HEAD") != 0)
		return DD_OK; /* a branch without a commit */
	commit = dd_map_get(&h->seen_commits, id_text(oid.id));
	return commit < h->commits.n ? walk_tree(h, h->commits.p[commit].tree, commit, true, err) : DD_OK;
}

enum dd_code dd_git_history_read(struct dd_git_history *h, struct dd_err *err)
{
	struct gathering g = { .h = h };
	if (h->git->repository_is_shallow(h->repository) == 1)
		DD_TRY(dd_git_problem(h, DD_STR(""), err,
				      "shallow clone: older commits are not there and were not searched"));
	enum dd_code code = take_references(&g, err);
	if (code == DD_OK)
		code = gather_commits(&g, err);
	if (code == DD_OK)
		code = read_commits(h, 0, err);
	if (code == DD_OK)
		code = take_unreferred(&g, err);
	if (code == DD_OK)
		code = read_head(h, err);
	dd_vec_done(&g.queue);
	return code;
}

void dd_git_history_done(struct dd_git_history *h)
{
	if (h->odb)
		h->git->odb_free(h->odb);
	if (h->repository)
		h->git->repository_free(h->repository);
	dd_vec_done(&h->commits);
	dd_vec_done(&h->parents);
	dd_vec_done(&h->order);
	dd_vec_done(&h->blobs);
	dd_vec_done(&h->problems);
	dd_map_done(&h->seen_commits);
	dd_map_done(&h->seen_trees);
	dd_map_done(&h->seen_blobs);
	dd_arena_done(&h->arena);
}

enum dd_code dd_git_history_open(struct dd_git_history *h, const struct dd_git_library *git, const char *path,
				 struct dd_err *err)
{
	struct dd_err why;
	*h = (struct dd_git_history){ .git = git, .arena = DD_ARENA_INIT(DD_GIT_ARENA_BYTES_MAX) };
	if (git->repository_open_ext(&h->repository, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0 &&
	    git->repository_odb(&h->odb, h->repository) == 0)
		return DD_OK;
	DD_TRY(dd_git_failure(git, "libgit2", &why) == DD_ENOMEM ? dd_fail_nomem(err) : DD_OK);
	if (dd_str_search(dd_str_from(why.message), DD_STR("objectformat")) < strlen(why.message))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "%s: its objects have SHA-256 ids, which libgit2 %s does not read",
			       DD_QUOTE(dd_str_from(path)), LIBGIT2_VERSION);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: no git repository that can be read (%.300s)",
		       DD_QUOTE(dd_str_from(path)), why.message);
}
