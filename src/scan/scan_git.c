/* SPDX-License-Identifier: Apache-2.0 */
/* Every blob of the history is searched once, by several threads; then the same secret in the same file is one finding,
 * of the commit that brought it first, and live while a version of the file that HEAD has still holds it.
 *
 * Threads take versions of files in the order of their paths, those of one path together: git makes deltas between
 * them, and libgit2 remembers the base that it inflated last. Each thread opens the repository for itself. */
#include "scan/scan_git.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/pool.h"
#include "image/target.h"
#include "scan/git_parts.h"
#include "scan/inventory_build.h"
#include "scan/layer_secrets.h"

enum { CHUNK_BLOBS = 64, KEY_BYTES_MAX = 256 << 10 };
#define FOUND_BYTES_MAX	    (256 * DD_MIB) /* of one file; see walk_secrets.c */
#define WORKER_BYTES_MAX    (2 * DD_GIB)
#define INVENTORY_BYTES_MAX (2 * DD_GIB)
#define OWN_FILE	    (UINT32_MAX - 1) /* a text of the repository itself */
#define NO_BLOB		    UINT32_MAX	     /* a file of the working tree */

/* A secret in a file. Of several versions the first one counts: the lowest index. */
struct hit {
	uint32_t blob; /* index, or OWN_FILE, NO_BLOB */
	bool live;
	struct dd_str path;
	struct dd_secret secret;
};

struct trouble {
	uint32_t blob;
	struct dd_problem problem;
};

struct hits {
	struct dd_arena arena;
	DD_VEC(struct hit) list;
	struct dd_map by_key;
	DD_VEC(struct trouble) problems;
	uint64_t dropped;
};

struct git_scan;
struct worker {
	struct git_scan *s;
	struct dd_secret_scanner *scanner;
	struct dd_secret_found found;
	struct dd_arena arena; /* of found */
	struct hits hits;
	git_repository *repository;
	git_odb *odb;
	enum dd_code code;
	struct dd_err err;
};

struct git_scan {
	const struct dd_scan_request *req;
	const char *path;
	struct dd_git_history h;
	uint32_t *work; /* indexes of blobs, by path */
	atomic_size_t next;
	struct worker *workers;
	size_t n_workers;
};

/* ---- one finding for all versions of a file ---- */

static struct dd_str key_of(struct dd_buf *b, struct dd_str path, const struct dd_secret *s)
{
	const struct dd_str parts[] = { s->rule, s->fingerprint, s->inner, path };
	dd_buf_clear(b);
	(void)dd_buf_add_char(b, s->filtered.n ? 'f' : 'c');
	for (size_t i = 0; i < DD_COUNT(parts); i++) {
		(void)dd_buf_add_str(b, parts[i]);
		(void)dd_buf_add_char(b, '\n');
	}
	return dd_buf_str(b);
}

static enum dd_code add_hit(struct hits *to, const struct hit *one, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(KEY_BYTES_MAX);
	struct dd_str key = key_of(&text, one->path, &one->secret);
	if (text.failed)
		return dd_fail_nomem(err);
	uint32_t at = dd_map_get(&to->by_key, key);
	if (at != DD_MAP_NONE) {
		struct hit *have = &to->list.p[at];
		bool live = have->live || one->live;
		/* The same version: the first place in it. */
		if (one->blob < have->blob) {
			have->blob = one->blob;
			DD_TRY(dd_secret_copy(&one->secret, &to->arena, &have->secret, err));
		}
		have->live = live;
		return DD_OK;
	}
	struct hit copy = { .blob = one->blob, .live = one->live };
	DD_TRY(dd_secret_copy(&one->secret, &to->arena, &copy.secret, err));
	copy.path = dd_arena_str(&to->arena, one->path);
	struct dd_str kept = dd_arena_str(&to->arena, key);
	if (!copy.path.p || !kept.p || !dd_vec_push(&to->list, copy, SIZE_MAX) ||
	    !dd_map_set(&to->by_key, kept, (uint32_t)to->list.n - 1))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code add_trouble(struct hits *to, uint32_t blob, struct dd_str path, const struct dd_problem *p,
				struct dd_err *err)
{
	struct trouble t = { blob, *p };
	t.problem.path = dd_arena_str(&to->arena, path);
	t.problem.text = dd_arena_str(&to->arena, p->text);
	if (!t.problem.path.p || !t.problem.text.p || !dd_vec_push(&to->problems, t, SIZE_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* What one file's search gave, into the worker's hits. */
static enum dd_code keep(struct worker *w, uint32_t blob, bool live, struct dd_str path, struct dd_err *err)
{
	for (size_t i = 0; i < w->found.list.n; i++) {
		const struct hit one = { blob, live, path, w->found.list.p[i] };
		DD_TRY(add_hit(&w->hits, &one, err));
	}
	for (size_t i = 0; i < w->found.problems.n; i++)
		DD_TRY(add_trouble(&w->hits, blob, path, &w->found.problems.p[i], err));
	w->hits.dropped += w->found.dropped;
	w->found.list.n = w->found.problems.n = 0;
	w->found.dropped = 0;
	dd_arena_done(&w->arena);
	return DD_OK;
}

static enum dd_code search(struct worker *w, uint32_t blob, bool live, struct dd_str path, struct dd_str content,
			   struct dd_err *err)
{
	const struct dd_secret_file file = { .path = path, .inner = DD_STR(""), .size = content.n };
	w->found.arena = &w->arena;
	if (w->s->req->progress)
		w->s->req->progress(w->s->req->progress_ctx, content.n);
	DD_TRY(dd_secret_scan(w->scanner, &file, content, &w->found, err));
	return keep(w, blob, live, path, err);
}

/* ---- the history ---- */

static enum dd_code tell_unread(struct worker *w, uint32_t i, const char *why, struct dd_err *err)
{
	const struct dd_git_blob *b = &w->s->h.blobs.p[i];
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("git"), .offset = DD_NO_OFFSET };
	p.text = dd_str_from(why);
	return add_trouble(&w->hits, i, b->path, &p, err);
}

static enum dd_code search_blob(struct worker *w, uint32_t i, struct dd_err *err)
{
	const struct dd_git_library *git = w->s->h.git;
	const struct dd_git_blob *b = &w->s->h.blobs.p[i];
	git_odb_object *o = NULL;
	git_oid oid;
	size_t size;
	git_object_t type;
	struct dd_err why;
	memcpy(oid.id, b->id, DD_GIT_ID_BYTES);
	if (git->odb_read_header(&size, &type, w->odb, &oid) == 0 && size > DD_GIT_BLOB_BYTES_MAX)
		return tell_unread(w, i, "not searched: a version of this file has more bytes than are read", err);
	if (git->odb_read(&o, w->odb, &oid) != 0) {
		if (dd_git_failure(git, "not searched: git object", &why) == DD_ENOMEM)
			return dd_fail_nomem(err);
		return tell_unread(w, i, why.message, err);
	}
	struct dd_str content = { git->odb_object_data(o), git->odb_object_size(o) };
	enum dd_code code = content.n ? search(w, i, b->live, b->path, content, err) : DD_OK;
	git->odb_object_free(o);
	return code;
}

static enum dd_code open_worker(struct worker *w, struct dd_err *err)
{
	const struct dd_git_library *git = w->s->h.git;
	DD_TRY(dd_secret_scanner_new(w->s->req->secrets, &w->scanner, err));
	if (git->repository_open_ext(&w->repository, w->s->path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) != 0 ||
	    git->repository_odb(&w->odb, w->repository) != 0)
		return dd_git_failure(git, "the repository cannot be opened again", err);
	return DD_OK;
}

static enum dd_code run_worker(struct worker *w, struct dd_err *err)
{
	size_t n = w->s->h.blobs.n, from;
	DD_TRY(open_worker(w, err));
	while ((from = atomic_fetch_add(&w->s->next, CHUNK_BLOBS)) < n)
		for (size_t i = from; i < n && i < from + CHUNK_BLOBS; i++)
			DD_TRY(search_blob(w, w->s->work[i], err));
	return DD_OK;
}

static void run_job(void *ctx, size_t i)
{
	struct worker *w = &((struct git_scan *)ctx)->workers[i];
	w->code = run_worker(w, &w->err);
}

static void close_worker(struct worker *w)
{
	const struct dd_git_library *git = w->s->h.git;
	dd_secret_scanner_freep(&w->scanner);
	if (w->odb)
		git->odb_free(w->odb);
	if (w->repository)
		git->repository_free(w->repository);
	w->odb = NULL;
	w->repository = NULL;
	dd_secret_found_done(&w->found);
	dd_arena_done(&w->arena);
}

static void hits_done(struct hits *h)
{
	dd_vec_done(&h->list);
	dd_vec_done(&h->problems);
	dd_map_done(&h->by_key);
	dd_arena_done(&h->arena);
}

static int by_path(const void *a, const void *b, void *ctx)
{
	const struct dd_git_blob *blobs = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int c = dd_str_cmp(blobs[x].path, blobs[y].path);
	return c ? c : x < y ? -1 : x > y;
}

static enum dd_code search_history(struct git_scan *s, struct dd_err *err)
{
	size_t n = s->h.blobs.n;
	s->work = dd_alloc((n ? n : 1) * sizeof *s->work);
	s->n_workers = s->req->jobs ? s->req->jobs : 1;
	s->workers = dd_alloc_zero(s->n_workers, sizeof *s->workers);
	if (!s->work || !s->workers)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		s->work[i] = (uint32_t)i;
	qsort_r(s->work, n, sizeof *s->work, by_path, s->h.blobs.p);
	for (size_t i = 0; i < s->n_workers; i++) {
		s->workers[i].s = s;
		s->workers[i].arena = DD_ARENA_INIT(FOUND_BYTES_MAX);
		s->workers[i].hits.arena = DD_ARENA_INIT(WORKER_BYTES_MAX);
	}
	dd_pool_run(s->n_workers, (unsigned)s->n_workers, run_job, s);
	for (size_t i = 0; i < s->n_workers; i++) {
		if (s->workers[i].code == DD_OK)
			continue;
		dd_err_copy(err, &s->workers[i].err);
		return s->workers[i].code;
	}
	return DD_OK;
}

/* ---- files beside it ---- */

static enum dd_code search_file(void *ctx, bool own, struct dd_str path, struct dd_str content, struct dd_err *err)
{
	return search(ctx, own ? OWN_FILE : NO_BLOB, true, path, content, err);
}

/* ---- the inventory ---- */

static int by_blob(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	if (x->blob != y->blob)
		return x->blob < y->blob ? -1 : 1;
	int c = dd_str_cmp(x->path, y->path);
	return c ? c : dd_str_cmp(x->secret.inner, y->secret.inner);
}

static int trouble_order(const void *a, const void *b)
{
	const struct trouble *x = a, *y = b;
	int c = dd_str_cmp(x->problem.path, y->problem.path);
	if (c == 0)
		c = dd_str_cmp(x->problem.text, y->problem.text);
	if (c)
		return c;
	return x->blob < y->blob ? -1 : x->blob > y->blob;
}

/* Logs of references repeat what commits' messages say: the commit is where it is. */
static enum dd_code drop_repeated(const struct git_scan *s, struct hits *all, struct dd_err *err)
{
	struct dd_map said = { 0 };
	bool good = true;
	size_t kept = 0;
	for (size_t i = 0; i < all->list.n && good; i++)
		if (all->list.p[i].blob < s->h.blobs.n)
			good = dd_map_set(&said, all->list.p[i].secret.fingerprint, 1);
	for (size_t i = 0; i < all->list.n && good; i++)
		if (all->list.p[i].blob != OWN_FILE ||
		    dd_map_get(&said, all->list.p[i].secret.fingerprint) == DD_MAP_NONE)
			all->list.p[kept++] = all->list.p[i];
	all->list.n = kept;
	dd_map_done(&said);
	return good ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code join_workers(struct git_scan *s, struct hits *all, struct dd_err *err)
{
	for (size_t i = 0; i < s->n_workers; i++) {
		struct hits *from = &s->workers[i].hits;
		for (size_t k = 0; k < from->list.n; k++)
			DD_TRY(add_hit(all, &from->list.p[k], err));
		for (size_t k = 0; k < from->problems.n; k++)
			DD_TRY(add_trouble(all, from->problems.p[k].blob, from->problems.p[k].problem.path,
					   &from->problems.p[k].problem, err));
		all->dropped += from->dropped;
	}
	/* The workers' order is that of the clock. */
	if (all->list.n)
		qsort(all->list.p, all->list.n, sizeof *all->list.p, by_blob);
	if (all->problems.n)
		qsort(all->problems.p, all->problems.n, sizeof *all->problems.p, trouble_order);
	return drop_repeated(s, all, err);
}

static enum dd_code place(const struct git_scan *s, struct dd_inventory *inv, const struct hit *one,
			  struct dd_secret_at *ret, struct dd_err *err)
{
	struct dd_secret_at at = { .secret = one->secret,
				   .place = DD_SECRET_FILE,
				   .path = one->path,
				   .layer = DD_NO_LAYER,
				   .state = one->live ? DD_STATE_LIVE : DD_STATE_DELETED,
				   .by = DD_NO_LAYER };
	uint32_t commit = one->blob < s->h.blobs.n ? s->h.blobs.p[one->blob].commit : DD_MAP_NONE;
	at.commit = at.author = at.date = DD_STR("");
	if (commit != DD_MAP_NONE) {
		const struct dd_git_commit *c = &s->h.commits.p[commit];
		char hex[2 * DD_GIT_ID_BYTES + 1];
		for (int i = 0; i < DD_GIT_ID_BYTES; i++)
			(void)snprintf(hex + 2 * i, 3, "%02x", c->id[i]);
		at.commit = dd_arena_str(&inv->arena, dd_str_from(hex));
		at.author = c->author;
		at.date = c->date;
		if (!at.commit.p)
			return dd_fail_nomem(err);
	}
	*ret = at;
	return DD_OK;
}

static enum dd_code list_secrets(const struct git_scan *s, const struct hits *all, struct dd_inventory *inv,
				 struct dd_err *err)
{
	DD_CLEANUP(dd_freep) struct dd_secret_at *list = dd_alloc_zero(all->list.n ? all->list.n : 1, sizeof *list);
	if (!list)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < all->list.n; i++)
		DD_TRY(place(s, inv, &all->list.p[i], &list[i], err));
	inv->secrets_looked_for = true;
	inv->secrets_dropped = all->dropped;
	return dd_inventory_list_secrets(list, all->list.n, dd_secret_detector_rules(s->req->secrets), inv, err);
}

static enum dd_code add_problem(struct dd_inventory *inv, const struct dd_problem *p, struct dd_err *err)
{
	struct dd_problem *to = &inv->problems[inv->n_problems];
	*to = *p;
	to->path = dd_arena_str(&inv->arena, p->path);
	to->text = dd_arena_str(&inv->arena, p->text);
	to->analyzer = dd_arena_str(&inv->arena, p->analyzer);
	if (!to->path.p || !to->text.p || !to->analyzer.p)
		return dd_fail_nomem(err);
	inv->n_problems++;
	return DD_OK;
}

/* The same trouble with several versions of a file is one. */
static enum dd_code list_problems(struct git_scan *s, const struct hits *all, struct dd_inventory *inv,
				  struct dd_err *err)
{
	inv->problems = dd_arena_array(&inv->arena, s->h.problems.n + all->problems.n + 1, sizeof *inv->problems);
	if (!inv->problems)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < s->h.problems.n; i++)
		DD_TRY(add_problem(inv, &s->h.problems.p[i], err));
	for (size_t i = 0; i < all->problems.n; i++) {
		const struct dd_problem *p = &all->problems.p[i].problem,
					*q = i ? &all->problems.p[i - 1].problem : NULL;
		if (q && dd_str_eq(q->path, p->path) && dd_str_eq(q->text, p->text))
			continue;
		if (inv->n_problems < DD_PROBLEMS_MAX)
			DD_TRY(add_problem(inv, p, err));
		else
			s->h.missing++;
	}
	if (s->h.missing == 0)
		return DD_OK;
	struct dd_problem more = { .layer = DD_NO_LAYER, .analyzer = DD_STR("git"), .offset = DD_NO_OFFSET };
	more.path = DD_STR("");
	more.text = dd_arena_printf(&inv->arena, "%llu more problems of this kind are not listed",
				    (unsigned long long)s->h.missing);
	return more.text.p ? add_problem(inv, &more, err) : dd_fail_nomem(err);
}

static enum dd_code fill(struct git_scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	struct hits all = { .arena = DD_ARENA_INIT(WORKER_BYTES_MAX) };
	inv->target.name = dd_arena_str(&inv->arena, dd_str_from(s->req->image.target));
	inv->target.kind = DD_STR("git");
	if (!inv->target.name.p)
		return dd_fail_nomem(err);
	enum dd_code code = join_workers(s, &all, err);
	if (code == DD_OK)
		code = list_secrets(s, &all, inv, err);
	if (code == DD_OK)
		code = list_problems(s, &all, inv, err);
	hits_done(&all);
	return code;
}

/* ---- the whole ---- */

static enum dd_code scan_repository(struct git_scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	DD_TRY(dd_git_history_open(&s->h, s->req->git, s->path, err));
	DD_TRY(dd_git_history_read(&s->h, err));
	DD_TRY(search_history(s, err));
	const struct dd_git_file_visitor files = { &s->workers[0], search_file };
	DD_TRY(dd_git_files_each(&s->h, s->path, &files, err));
	return fill(s, inv, err);
}

static enum dd_code scan_target(const struct dd_scan_request *req, const char *path, struct dd_inventory *ret,
				struct dd_err *err)
{
	struct git_scan s = { .req = req, .path = path };
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(INVENTORY_BYTES_MAX) };
	if (!req->git || !req->secrets)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: a git repository is read for secrets only",
			       DD_QUOTE(dd_str_from(req->image.target)));
	enum dd_code code = scan_repository(&s, &inv, err);
	for (size_t i = 0; i < s.n_workers && s.workers; i++) {
		close_worker(&s.workers[i]);
		hits_done(&s.workers[i].hits);
	}
	dd_free(s.workers);
	dd_free(s.work);
	dd_git_history_done(&s.h);
	if (code == DD_OK)
		*ret = inv;
	else
		dd_inventory_done(&inv);
	return code;
}

static bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

enum dd_code dd_scan_git(const struct dd_scan_request *req, bool *ret_is, struct dd_inventory *ret, struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_target_spec spec;
	enum dd_code code = dd_target_parse(dd_str_from(req->image.target), path_exists, &a, &spec, err);
	*ret_is = code == DD_OK && spec.place == DD_PLACE_GIT;
	if (*ret_is)
		code = scan_target(req, spec.path, ret, err);
	dd_arena_done(&a);
	return code;
}
