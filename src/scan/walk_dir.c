/* SPDX-License-Identifier: Apache-2.0 */
/* A root file system directory → facts, as if it were one layer. Names are visited in byte order, so that the facts do
 * not depend on the file system. Links are entered, never followed; every open is relative to its parent's descriptor,
 * so that a rename under way cannot lead outside. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/stream.h"
#include "scan/walk_parts.h"

enum { DIR_DEPTH_MAX = 512 /* open descriptors: one a level */ };

struct dir_walk {
	struct dd_walk_state s;
	const struct dd_walk_aliases *only; /* second pass */
	struct dd_map linked;		    /* files with several names that were searched for secrets, by id */
	struct dd_arena ids;
	uint32_t n_linked;
	const uint8_t *above; /* of a build context: what matched the directory that is being visited */
};

struct names {
	struct dd_arena arena;
	DD_VEC(const char *) list;
};

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum dd_code list_names(int fd, struct names *n, struct dd_err *err)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		enum dd_code code = dd_fail_errno(err, "cannot list the directory");
		dd_closep(&copy);
		return code;
	}
	enum dd_code code = DD_OK;
	for (;;) {
		errno = 0;
		struct dirent *e = readdir(d);
		if (!e) {
			if (errno)
				code = dd_fail_errno(err, "cannot list the directory");
			break;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		const char *name = dd_arena_c(&n->arena, dd_str_from(e->d_name));
		if (!name || !dd_vec_push(&n->list, name, DD_LAYER_ENTRIES_MAX)) {
			code = dd_fail_nomem(err);
			break;
		}
	}
	(void)closedir(d);
	if (n->list.n > 1)
		qsort(n->list.p, n->list.n, sizeof *n->list.p, by_bytes);
	return code;
}

/* File systems that show the running kernel, not files of an image. */
static bool is_kernel_view(int fd)
{
	static const long types[] = { PROC_SUPER_MAGIC,	  SYSFS_MAGIC,	 CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
				      DEVPTS_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC,	     SECURITYFS_MAGIC,
				      BPF_FS_MAGIC,	  PSTOREFS_MAGIC };
	struct statfs st;
	if (fstatfs(fd, &st) < 0)
		return false;
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if ((long)st.f_type == types[i])
			return true;
	return false;
}

static enum dd_code problem(struct dir_walk *w, const struct dd_err *why, struct dd_err *err)
{
	if (dd_layer_facts_problem(w->s.f, dd_buf_str(&w->s.path), "dir", DD_NO_OFFSET, "%s", why->message) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* The file's content: to s.content if keep, at most `most` bytes, as who wants the file asks for; and past the detector
 * if it looks. What is appended meanwhile, maybe without end, is not waited for. */
static enum dd_code read_content(struct dir_walk *w, int fd, uint64_t size, bool keep, uint64_t most,
				 struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	struct dd_str block;
	uint64_t done = 0;
	DD_TRY(dd_stream_fd(fd, 0, UINT64_MAX, &in, err));
	for (;;) {
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0 || (!keep && done >= size))
			return DD_OK;
		done += block.n;
		if (keep && w->s.content.n + block.n > most)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "not read: it grew over the limit of %llu bytes",
				       (unsigned long long)most);
		if (keep)
			DD_TRY(dd_content_add(&w->s.content, block, err));
		DD_TRY(dd_walk_secrets_feed(&w->s.secrets, block, err));
	}
}

/* Bytes of the file that take no room on its disk. */
static uint64_t holes_of(int fd, uint64_t size)
{
	struct stat st;
	/* A file system that compresses stores less than the size without any hole. */
	off_t hole = lseek(fd, 0, SEEK_HOLE);
	if (hole < 0 || (uint64_t)hole >= size || fstat(fd, &st) != 0 || st.st_blocks < 0)
		return 0;
	uint64_t stored = (uint64_t)st.st_blocks * 512; /* stat(2): the unit of st_blocks */
	return size > stored ? size - stored : 0;
}

/* A file with several names was met under another one: its bytes were searched. False where memory is out, too. */
static bool seen_before(struct dir_walk *w, int fd)
{
	struct stat st;
	uint64_t id[2] = { 0 };
	uint32_t first;
	if (fstat(fd, &st) != 0 || st.st_nlink < 2)
		return false;
	id[0] = st.st_dev;
	id[1] = st.st_ino;
	struct dd_str key = dd_arena_str(&w->ids, (struct dd_str){ (const char *)id, sizeof id });
	if (!key.p || !dd_map_add(&w->linked, key, w->n_linked, &first))
		return false;
	return first != w->n_linked++;
}

static enum dd_code begin_secrets(struct dir_walk *w, int fd, uint64_t size, struct dd_str head, struct dd_err *err)
{
	if (w->only || !w->s.w->secrets || size == 0 || seen_before(w, fd))
		return DD_OK;
	return dd_walk_secrets_begin(&w->s.secrets, dd_buf_str(&w->s.path), size, holes_of(fd, size), head, err);
}

/* Reads the file for all who want it. *ret_whole false: not all of it, and a problem says why. */
static enum dd_code read_file(struct dir_walk *w, int fd, uint64_t size, const struct dd_wants *wants, bool *ret_whole,
			      struct dd_err *err)
{
	struct dd_err why;
	uint64_t most = w->s.secrets.whole ? DD_SECRET_WHOLE_BYTES_MAX : 0;
	for (size_t i = 0; i < wants->n; i++) {
		uint64_t max = wants->by[i].max_bytes ? wants->by[i].max_bytes : DD_EVIDENCE_BYTES_MAX;
		most = max > most ? max : most;
	}
	dd_content_clear(&w->s.content);
	enum dd_code code = read_content(w, fd, size, most > 0, most, &why);
	DD_TRY(dd_walk_secrets_end(&w->s.secrets, (uint32_t)w->s.f->n_entries - 1, &w->s.content, err));
	*ret_whole = code == DD_OK;
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	return code == DD_OK ? DD_OK : problem(w, &why, err);
}

static enum dd_code visit_file(struct dir_walk *w, int fd, const struct dd_entry *e, struct dd_err *err)
{
	DD_UNINITIALIZED struct dd_wants wants;
	char head[DD_SECRET_HEAD_BYTES];
	struct dd_str path = dd_buf_str(&w->s.path);
	bool whole;
	wants.n = 0;
	if (w->only) {
		if (!dd_walk_aliases_want(w->only, path, &wants))
			return DD_OK;
	} else {
		dd_matcher_path(w->s.w->matcher, path, &wants);
		ssize_t n = e->size ? pread(fd, head, sizeof head, 0) : 0;
		struct dd_str first = { head, n > 0 ? (size_t)n : 0 };
		if (n > 0)
			dd_matcher_magic(w->s.w->matcher, first, &wants);
		DD_TRY(begin_secrets(w, fd, e->size, first, err));
	}
	DD_TRY(dd_walk_drop_large(&w->s, path, e->size, wants.n ? holes_of(fd, e->size) : 0, &wants, err));
	if (wants.n == 0 && !w->s.secrets.open)
		return DD_OK;
	DD_TRY(read_file(w, fd, e->size, &wants, &whole, err));
	if (!whole || wants.n == 0)
		return DD_OK;
	if (w->only)
		return dd_walk_aliases_of(w->only, path, &w->s, err);
	return dd_walk_analyze(&w->s, &wants, (uint32_t)w->s.f->n_entries - 1, path, err);
}

static enum dd_code read_link(struct dir_walk *w, int dir, const char *name, struct dd_err *err)
{
	dd_buf_clear(&w->s.link);
	if (dd_buf_reserve(&w->s.link, 4096) != DD_OK)
		return dd_fail_nomem(err);
	ssize_t n = readlinkat(dir, name, w->s.link.p, 4096);
	if (n < 0)
		return dd_fail_errno(err, "cannot read the link");
	w->s.link.n = (size_t)n;
	return DD_OK;
}

static bool entry_type(mode_t mode, enum dd_entry_type *ret)
{
	static const struct {
		mode_t mode;
		enum dd_entry_type type;
	} rows[] = {
		{ S_IFREG, DD_ENTRY_FILE }, { S_IFDIR, DD_ENTRY_DIR },	 { S_IFLNK, DD_ENTRY_SYMLINK },
		{ S_IFCHR, DD_ENTRY_CHAR }, { S_IFBLK, DD_ENTRY_BLOCK }, { S_IFIFO, DD_ENTRY_FIFO },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if ((mode & S_IFMT) == rows[i].mode) {
			*ret = rows[i].type;
			return true;
		}
	}
	return false; /* sockets are not part of an image */
}

static enum dd_code visit_directory(struct dir_walk *w, int fd, unsigned depth, struct dd_err *err);

/* O_NONBLOCK and the type check: only regular files and directories are ever opened for reading. */
static enum dd_code open_and_visit(struct dir_walk *w, int dir, const char *name, const struct dd_entry *e,
				   unsigned depth, struct dd_err *err)
{
	struct dd_err why;
	DD_CLEANUP(dd_closep) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		/* A file that nobody asked for need not be readable; a search for secrets asks for all. */
		DD_UNINITIALIZED struct dd_wants wants;
		dd_matcher_path(w->s.w->matcher, dd_buf_str(&w->s.path), &wants);
		(void)dd_fail_errno(&why, "cannot open");
		bool asked = e->type == DD_ENTRY_DIR || wants.n || (w->s.w->secrets && e->size);
		return asked ? problem(w, &why, err) : DD_OK;
	}
	if (e->type == DD_ENTRY_FILE)
		return visit_file(w, fd, e, err);
	if (depth >= DIR_DEPTH_MAX) {
		(void)dd_fail(&why, DD_ELIMIT, DD_NO_OFFSET, "left out: directories lie more than %d deep",
			      DIR_DEPTH_MAX);
		return problem(w, &why, err);
	}
	return is_kernel_view(fd) ? DD_OK : visit_directory(w, fd, depth + 1, err);
}

static enum dd_code enter_and_visit(struct dir_walk *w, int dir, const char *name, const struct dd_entry *e,
				    unsigned depth, struct dd_err *err)
{
	if (!w->only) {
		DD_TRY(dd_walk_enter(&w->s, e, err));
		DD_TRY(dd_walk_tell_name(&w->s, e->path, err));
	}
	w->s.f->bytes += e->size;
	if (e->type != DD_ENTRY_FILE && e->type != DD_ENTRY_DIR)
		return DD_OK;
	return open_and_visit(w, dir, name, e, depth, err);
}

/* Is one of the files that are sent in any case below this directory? */
static bool leads_to_always(const struct dd_dockerignore *ignore, struct dd_str dir)
{
	for (size_t i = 0; i < DD_COUNT(ignore->always); i++) {
		struct dd_str file = ignore->always[i];
		if (file.n > dir.n && dd_str_starts(file, dir) && file.p[dir.n] == '/')
			return true;
	}
	return false;
}

/* A directory that is kept back from the builder may hold what is not. */
static enum dd_code visit_of_context(struct dir_walk *w, int dir, const char *name, const struct dd_entry *e,
				     unsigned depth, struct dd_err *err)
{
	const struct dd_dockerignore *ignore = w->s.w->ignore;
	uint8_t *matched = dd_alloc_zero(ignore->n, 1);
	const uint8_t *above = w->above;
	enum dd_code code = DD_OK;
	if (!matched)
		return dd_fail_nomem(err);
	bool back = dd_dockerignore_match(ignore, e->path, above, matched) && !dd_dockerignore_always(ignore, e->path);
	w->above = matched;
	if (!back)
		code = enter_and_visit(w, dir, name, e, depth, err);
	else if (e->type == DD_ENTRY_DIR && (ignore->exceptions || leads_to_always(ignore, e->path)))
		code = open_and_visit(w, dir, name, e, depth, err);
	w->above = above;
	dd_free(matched);
	return code;
}

static enum dd_code visit(struct dir_walk *w, int dir, const char *name, unsigned depth, struct dd_err *err)
{
	struct stat st;
	struct dd_err why;
	struct dd_entry e = { 0 };
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		(void)dd_fail_errno(&why, "cannot examine");
		return problem(w, &why, err);
	}
	if (!entry_type(st.st_mode, &e.type))
		return DD_OK;
	if (e.type == DD_ENTRY_SYMLINK && read_link(w, dir, name, &why) != DD_OK)
		return problem(w, &why, err);
	e.path = dd_buf_str(&w->s.path);
	e.link = e.type == DD_ENTRY_SYMLINK ? dd_buf_str(&w->s.link) : DD_STR("");
	e.mode = st.st_mode & 07777;
	e.uid = st.st_uid;
	e.gid = st.st_gid;
	e.size = e.type == DD_ENTRY_FILE ? (uint64_t)st.st_size : 0;
	return w->s.w->ignore ? visit_of_context(w, dir, name, &e, depth, err)
			      : enter_and_visit(w, dir, name, &e, depth, err);
}

static enum dd_code visit_names(struct dir_walk *w, int fd, unsigned depth, struct names *names, struct dd_err *err)
{
	struct dd_err why;
	if (list_names(fd, names, &why) != DD_OK)
		return why.code == DD_ENOMEM ? dd_fail_nomem(err) : problem(w, &why, err);
	for (size_t i = 0; i < names->list.n; i++) {
		size_t before = w->s.path.n;
		if (before)
			(void)dd_buf_add_char(&w->s.path, '/');
		(void)dd_buf_add_c(&w->s.path, names->list.p[i]);
		enum dd_code code = DD_OK;
		if (w->s.path.failed) {
			w->s.path.failed = false;
			(void)dd_fail(&why, DD_ELIMIT, DD_NO_OFFSET, "left out: a path has more than %zu bytes",
				      DD_PATH_MAX);
			code = problem(w, &why, err);
		} else {
			code = visit(w, fd, names->list.p[i], depth, err);
		}
		w->s.path.n = before;
		DD_TRY(code);
	}
	return DD_OK;
}

static enum dd_code visit_directory(struct dir_walk *w, int fd, unsigned depth, struct dd_err *err)
{
	struct names names = { .arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	enum dd_code code = visit_names(w, fd, depth, &names, err);
	dd_vec_done(&names.list);
	dd_arena_done(&names.arena);
	return code;
}

static enum dd_code walk_from(const struct dd_walk *w, int fd, struct dd_layer_facts *f,
			      struct dd_walk_aliases *aliases, const struct dd_walk_aliases *only, struct dd_err *err)
{
	struct dir_walk dw = { .only = only, .ids = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	uint64_t bytes = f->bytes;
	DD_TRY(dd_walk_begin(&dw.s, w, f, aliases));
	enum dd_code code = visit_directory(&dw, fd, 0, err);
	dd_walk_end(&dw.s);
	dd_map_done(&dw.linked);
	dd_arena_done(&dw.ids);
	if (only)
		f->bytes = bytes;
	return code;
}

enum dd_code dd_walk_directory(const struct dd_walk *w, int fd, struct dd_layer_facts *f,
			       struct dd_walk_aliases *ret_aliases, struct dd_err *err)
{
	return walk_from(w, fd, f, ret_aliases, NULL, err);
}

static enum dd_code walk_single(struct dir_walk *w, int fd, struct dd_str path, struct dd_err *err)
{
	struct stat st;
	struct dd_entry e = { .type = DD_ENTRY_FILE, .link = DD_STR("") };
	if (fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot examine the file");
	if (dd_buf_add_str(&w->s.path, path) != DD_OK)
		return dd_fail_nomem(err);
	e.path = dd_buf_str(&w->s.path);
	e.mode = st.st_mode & 07777;
	e.uid = st.st_uid;
	e.gid = st.st_gid;
	e.size = (uint64_t)st.st_size;
	DD_TRY(dd_walk_enter(&w->s, &e, err));
	w->s.f->bytes = e.size;
	return visit_file(w, fd, &e, err);
}

enum dd_code dd_walk_file(const struct dd_walk *w, int fd, struct dd_str path, struct dd_layer_facts *f,
			  struct dd_walk_aliases *ret_aliases, struct dd_err *err)
{
	struct dir_walk dw = { .ids = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	DD_TRY(dd_walk_begin(&dw.s, w, f, ret_aliases));
	enum dd_code code = walk_single(&dw, fd, path, err);
	dd_walk_end(&dw.s);
	dd_map_done(&dw.linked);
	dd_arena_done(&dw.ids);
	return code;
}

enum dd_code dd_walk_directory_aliases(const struct dd_walk *w, int fd, const struct dd_walk_aliases *aliases,
				       struct dd_layer_facts *f, struct dd_err *err)
{
	return walk_from(w, fd, f, NULL, aliases, err);
}
