/* SPDX-License-Identifier: Apache-2.0 */
/* An OCI image layout as a directory (image-spec v1.1, image-layout.md). Blobs come first, index.json last and at once:
 * a reader sees the old images or the old ones and the new one. What was written before a failure is a blob that
 * nothing names. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "copy/copy_places.h"
#include "copy/layout_index.h"

struct to_layout {
	struct dd_copy_target base;
	const char *dir;
	struct dd_str tag;
	struct dd_arena arena;
	struct dd_copy_document root; /* in arena; bytes.p NULL: none came */
	bool is_marked;		      /* oci-layout is written */
};

static enum dd_code blob_path(const struct to_layout *t, const struct dd_digest *d, struct dd_buf *out,
			      struct dd_err *err)
{
	char name[DD_LAYOUT_BLOB_NAME_MAX];
	(void)dd_buf_addf(out, "%s/%s", t->dir, dd_layout_blob_name(d, name));
	return dd_buf_c(out) ? DD_OK : dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the path of the layout is too long");
}

static enum dd_code has_digest(int fd, const struct dd_copy_blob *b, bool *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *hash = NULL;
	struct dd_digest got;
	uint64_t size;
	DD_TRY(dd_stream_fd(fd, 0, b->size, &in, err));
	DD_TRY(dd_stream_hash(in, b->digest.algorithm, &hash, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(hash, &block, err));
		if (block.n == 0)
			break;
	}
	DD_TRY(dd_stream_hash_end(hash, &got, &size, err));
	*ret = dd_digest_eq(&got, &b->digest);
	return DD_OK;
}

/* A file of that name with other bytes is none: it is written anew. */
static enum dd_code has(struct dd_copy_target *base, const struct dd_copy_blob *b, bool *ret, struct dd_err *err)
{
	const struct to_layout *t = (const struct to_layout *)base;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	struct stat st;
	DD_TRY(blob_path(t, &b->digest, &path, err));
	DD_CLEANUP(dd_closep) int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	*ret = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == b->size;
	return *ret ? has_digest(fd, b, ret, err) : DD_OK;
}

/* fd -1: bytes. Directories above are made. */
static enum dd_code write_file(const char *path, int fd, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_atomic_done) struct dd_atomic_file f = { .fd = -1 };
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP_BUF struct dd_buf above = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_add_str(&above, dd_str_take(dd_str_from(path), dd_str_rfind(dd_str_from(path), '/')));
	if (!dd_buf_c(&above))
		return dd_fail_nomem(err);
	DD_TRY(dd_mkdirs_mode(above.p, 0777, err));
	DD_TRY(dd_atomic_open(&f, path, 0644, err));
	if (fd < 0)
		DD_TRY(dd_write_full(f.fd, bytes.p, bytes.n, err));
	else
		DD_TRY(dd_stream_fd(fd, 0, UINT64_MAX, &in, err));
	while (in) {
		struct dd_str block;
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0)
			break;
		DD_TRY(dd_write_full(f.fd, block.p, block.n, err));
	}
	return dd_atomic_commit(&f, err);
}

static enum dd_code write_named(const struct to_layout *t, const char *name, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_addf(&path, "%s/%s", t->dir, name);
	if (!dd_buf_c(&path))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the path of the layout is too long");
	return write_file(path.p, -1, bytes, err);
}

/* First of all: what a failure leaves is a layout without this image, and the next attempt goes on with its blobs. */
static enum dd_code mark(struct to_layout *t, struct dd_err *err)
{
	if (t->is_marked)
		return DD_OK;
	DD_TRY(write_named(t, "oci-layout", DD_STR(DD_LAYOUT_MARK), err));
	t->is_marked = true;
	return DD_OK;
}

static enum dd_code blob(struct dd_copy_target *base, const struct dd_copy_blob *b, int fd, struct dd_err *err)
{
	struct to_layout *t = (struct to_layout *)base;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DD_TRY(mark(t, err));
	DD_TRY(blob_path(t, &b->digest, &path, err));
	if (lseek(fd, 0, SEEK_SET) < 0)
		return dd_fail_errno(err, "cannot read a blob again");
	return write_file(path.p, fd, DD_STR(""), err);
}

static enum dd_code document(struct dd_copy_target *base, const struct dd_copy_document *d, bool is_root,
			     struct dd_err *err)
{
	struct to_layout *t = (struct to_layout *)base;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DD_TRY(mark(t, err));
	DD_TRY(blob_path(t, &d->digest, &path, err));
	if (is_root) {
		t->root = *d;
		t->root.media_type = dd_arena_str(&t->arena, d->media_type);
		t->root.bytes = dd_arena_str(&t->arena, d->bytes);
		if (!t->root.media_type.p || !t->root.bytes.p)
			return dd_fail_nomem(err);
	}
	return write_file(path.p, -1, d->bytes, err);
}

static enum dd_code finish(struct dd_copy_target *base, struct dd_err *err)
{
	const struct to_layout *t = (const struct to_layout *)base;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX), index = DD_BUF_INIT(DD_MANIFEST_BYTES_MAX);
	DD_CLEANUP(dd_map_file_done) struct dd_map_file old = { .base = NULL };
	struct dd_err why;
	(void)dd_buf_addf(&path, "%s/index.json", t->dir);
	if (!dd_buf_c(&path))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the path of the layout is too long");
	/* Two that add to one layout at once: each reads what the other wrote. */
	DD_CLEANUP(dd_closep) int dir = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || (flock(dir, LOCK_EX) < 0 && errno != EOPNOTSUPP && errno != ENOLCK && errno != ENOSYS))
		return dd_fail_errno(err, "cannot lock %s", DD_QUOTE(dd_str_from(t->dir)));
	enum dd_code code = dd_map_file_open(&old, path.p, DD_MANIFEST_BYTES_MAX, &why);
	if (code != DD_OK && code != DD_ENOTFOUND) {
		dd_err_copy(err, &why);
		return code;
	}
	if (dd_layout_index(old.bytes, &t->root, t->tag, &index, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&path)));
	return write_named(t, "index.json", dd_buf_str(&index), err);
}

static void release(struct dd_copy_target *base)
{
	struct to_layout *t = (struct to_layout *)base;
	dd_arena_done(&t->arena);
	dd_free(t);
}

/* But for files that another drydock is writing, or was when it was killed. */
static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	bool empty = d != NULL;
	for (struct dirent *e; d && (e = readdir(d));)
		empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
				  dd_str_starts(dd_str_from(e->d_name), DD_STR(DD_ATOMIC_PREFIX)));
	if (d)
		(void)closedir(d);
	return empty;
}

/* A directory that is none of ours is not filled with blobs. */
static enum dd_code prepare(const char *dir, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	struct stat st;
	(void)dd_buf_addf(&path, "%s/oci-layout", dir);
	if (!dd_buf_c(&path))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the path of the layout is too long");
	if (stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is there and is no directory",
			       DD_QUOTE(dd_str_from(dir)));
	/* In this order: another one that fills it makes oci-layout first. */
	if (stat(dir, &st) == 0 && !is_empty(dir) && access(path.p, F_OK) < 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "%s is neither empty nor an OCI image layout: choose another directory",
			       DD_QUOTE(dd_str_from(dir)));
	return DD_OK;
}

enum dd_code dd_copy_to_layout(const char *dir, struct dd_str tag, struct dd_copy_target **ret, struct dd_err *err)
{
	static const struct dd_copy_target_ops ops = {
		.has = has, .blob = blob, .document = document, .finish = finish, .free = release
	};
	DD_TRY(prepare(dir, err));
	struct to_layout *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	*t = (struct to_layout){
		.base = { &ops }, .dir = dir, .tag = tag, .arena = DD_ARENA_INIT(4 * DD_MANIFEST_BYTES_MAX)
	};
	*ret = &t->base;
	return DD_OK;
}
