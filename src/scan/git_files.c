/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a repository's directory that no commit has: changed and untracked ones (what .gitignore names is neither),
 * and texts of the repository itself: a remote's address with a password, hooks, logs. Symbolic links are not followed,
 * other repositories inside are left out. A file whose bytes HEAD has, too, was searched as that. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "scan/git_parts.h"

enum { FILES_DEPTH_MAX = 256 };

struct directory {
	int fd;
	size_t path_n; /* of the path before its name */
	char **names;  /* sorted; owned */
	size_t n, next;
};

struct files {
	struct dd_git_history *h;
	const struct dd_git_file_visitor *visitor;
	struct dd_buf path;
	bool own; /* inside .git: nothing is ignored, objects are left out */
	DD_VEC(struct directory) stack;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void close_directory(struct directory *d)
{
	for (size_t i = 0; i < d->n; i++)
		dd_free(d->names[i]);
	dd_free(d->names);
	dd_closep(&d->fd);
}

static char *copy_name(const char *name)
{
	size_t n = strlen(name) + 1;
	char *copy = dd_alloc(n);
	if (copy)
		memcpy(copy, name, n);
	return copy;
}

/* The names of d->fd's entries; *ret_read false: they cannot be read. */
static enum dd_code list_names(struct directory *d, bool *ret_read, struct dd_err *err)
{
	DD_VEC(char *) names = { 0 };
	int fd = dup(d->fd);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	bool good = true;
	*ret_read = dir != NULL;
	if (!dir) {
		dd_closep(&fd);
		return DD_OK;
	}
	while (good && (e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		char *name = copy_name(e->d_name);
		good = name && dd_vec_push(&names, name, SIZE_MAX);
		if (!good)
			dd_free(name);
	}
	(void)closedir(dir);
	if (names.n)
		qsort(names.p, names.n, sizeof *names.p, by_name);
	d->names = names.p;
	d->n = names.n;
	return good ? DD_OK : dd_fail_nomem(err);
}

/* Does a file of HEAD have these bytes? Then they were searched. */
static bool is_known(const struct files *f, struct dd_str content)
{
	git_oid id;
	if (f->own || f->h->git->odb_hash(&id, content.p, content.n, GIT_OBJECT_BLOB) != 0)
		return false;
	uint32_t at = dd_map_get(&f->h->seen_blobs, (struct dd_str){ (const char *)id.id, DD_GIT_ID_BYTES });
	return at < f->h->blobs.n && f->h->blobs.p[at].live;
}

static enum dd_code see_file(struct files *f, int fd, struct dd_err *err)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { 0 };
	struct dd_err why;
	enum dd_code code = dd_map_file_fd(&m, fd, DD_SECRET_WHOLE_BYTES_MAX, "file", &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	if (code != DD_OK)
		return dd_git_problem(f->h, dd_buf_str(&f->path), err, "not searched: %s", why.message);
	if (!m.bytes.n || is_known(f, m.bytes))
		return DD_OK;
	return f->visitor->file(f->visitor->ctx, f->own, dd_buf_str(&f->path), m.bytes, err);
}

static bool is_ignored(const struct files *f)
{
	int ignored = 0;
	return !f->own && f->h->git->ignore_path_is_ignored(&ignored, f->h->repository, f->path.p) == 0 && ignored;
}

/* Objects were read; the index is names and ids. */
static bool is_left_out(const struct files *f, const char *name)
{
	static const char *const own[] = { "objects", "index", "lfs", "modules", "worktrees", "annex" };
	if (!f->own)
		return strcmp(name, ".git") == 0;
	for (size_t i = 0; i < DD_COUNT(own); i++)
		if (f->stack.n == 1 && strcmp(name, own[i]) == 0)
			return true;
	return false;
}

/* Another repository: its own history is not this one's. */
static bool is_repository(int fd)
{
	struct stat st;
	return fstatat(fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Takes fd over. */
static enum dd_code enter(struct files *f, int fd, size_t path_n, struct dd_err *err)
{
	struct directory d = { .fd = fd, .path_n = path_n };
	bool read;
	bool other = f->stack.n > 0 && !f->own && is_repository(fd);
	enum dd_code code = other ? DD_OK : list_names(&d, &read, err);
	if (code == DD_OK && other)
		code = dd_git_problem(f->h, dd_buf_str(&f->path), err, "another repository, which was not searched");
	else if (code == DD_OK && !read)
		code = dd_git_problem(f->h, dd_buf_str(&f->path), err, "directory cannot be read");
	else if (code == DD_OK && f->stack.n >= FILES_DEPTH_MAX)
		code = dd_git_problem(f->h, dd_buf_str(&f->path), err, "directory is nested too deep");
	else if (code == DD_OK && dd_vec_push(&f->stack, d, FILES_DEPTH_MAX))
		return DD_OK;
	else if (code == DD_OK)
		code = dd_fail_nomem(err);
	close_directory(&d);
	f->path.n = path_n;
	return code;
}

static enum dd_code see_name(struct files *f, const struct directory *d, const char *name, struct dd_err *err)
{
	struct stat st;
	size_t before = f->path.n;
	if (is_left_out(f, name) || fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return DD_OK;
	if (before && f->path.p[before - 1] != '/')
		(void)dd_buf_add_char(&f->path, '/');
	(void)dd_buf_add_c(&f->path, name);
	if (!dd_buf_c(&f->path))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "path of more than %zu bytes in the working tree",
			       DD_PATH_MAX);
	bool wanted = (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) && !is_ignored(f);
	int fd = wanted ? openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	enum dd_code code = DD_OK;
	if (wanted && fd < 0)
		code = dd_git_problem(f->h, dd_buf_str(&f->path), err, "not searched: it cannot be opened");
	else if (wanted && S_ISDIR(st.st_mode))
		return enter(f, fd, before, err);
	else if (wanted)
		code = see_file(f, fd, err);
	dd_closep(&fd);
	f->path.n = before;
	return code;
}

static enum dd_code walk(struct files *f, const char *dir, struct dd_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return dd_git_problem(f->h, DD_STR(""), err, "the directory of the working tree cannot be read");
	DD_TRY(enter(f, fd, f->path.n, err));
	while (f->stack.n) {
		struct directory *top = &f->stack.p[f->stack.n - 1];
		if (top->next < top->n) {
			const struct directory now = *top; /* the stack may move */
			top->next++;
			DD_TRY(see_name(f, &now, now.names[now.next], err));
			continue;
		}
		f->path.n = top->path_n;
		close_directory(top);
		f->stack.n--;
	}
	return DD_OK;
}

static enum dd_code walk_files(struct dd_git_history *h, const char *dir, const char *name, bool own,
			       const struct dd_git_file_visitor *visitor, struct dd_err *err)
{
	struct files f = { .h = h, .visitor = visitor, .path = DD_BUF_INIT(DD_PATH_MAX), .own = own };
	enum dd_code code = dd_buf_add_c(&f.path, name) == DD_OK ? walk(&f, dir, err) : dd_fail_nomem(err);
	while (f.stack.n)
		close_directory(&f.stack.p[--f.stack.n]);
	dd_vec_done(&f.stack);
	dd_buf_done(&f.path);
	return code;
}

enum dd_code dd_git_files_each(struct dd_git_history *h, const char *dir, const struct dd_git_file_visitor *visitor,
			       struct dd_err *err)
{
	bool bare = h->git->repository_is_bare(h->repository) == 1;
	/* Not what the configuration calls its working tree: that may be any directory. */
	if (!bare)
		DD_TRY(walk_files(h, dir, "", false, visitor, err));
	return walk_files(h, h->git->repository_path(h->repository), bare ? "" : ".git/", true, visitor, err);
}
