/* SPDX-License-Identifier: Apache-2.0 */
#include "image/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/tar.h"
#include "image/entries.h"

struct member {
	uint64_t offset, size;
	struct dd_str link; /* cleaned target of a link; p == NULL: a file */
};

struct dd_bundle {
	const char *what;
	int fd; /* the archive, or the directory */
	bool is_dir;
	struct dd_remote *remote; /* borrowed; not NULL: no files at all */
	struct dd_arena arena;
	struct dd_map names; /* → members */
	DD_VEC(struct member) members;
	DD_VEC(int) open_files; /* of a directory */
};

enum { BUNDLE_LINK_HOPS_MAX = 8 };

void dd_bundle_freep(struct dd_bundle **b)
{
	if (!*b)
		return;
	for (size_t i = 0; i < (*b)->open_files.n; i++)
		dd_closep(&(*b)->open_files.p[i]);
	dd_closep(&(*b)->fd);
	dd_vec_done(&(*b)->open_files);
	dd_vec_done(&(*b)->members);
	dd_map_done(&(*b)->names);
	dd_arena_done(&(*b)->arena);
	dd_freep(b);
}

static enum dd_code bundle_new(int fd, const char *what, bool is_dir, struct dd_bundle **ret, struct dd_err *err)
{
	struct dd_bundle *b = dd_alloc_zero(1, sizeof *b);
	if (!b) {
		dd_closep(&fd);
		return dd_fail_nomem(err);
	}
	b->what = what;
	b->fd = fd;
	b->is_dir = is_dir;
	b->arena = DD_ARENA_INIT(64 * DD_MIB);
	*ret = b;
	return DD_OK;
}

/* ---- archives ---- */

/* A link's target: hard links are named from the archive's root, symbolic ones from their own directory. */
static enum dd_code link_target(struct dd_bundle *b, const struct dd_tar_entry *e, struct dd_str *ret,
				struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf raw = DD_BUF_INIT(2 * DD_PATH_MAX + 2);
	DD_CLEANUP_BUF struct dd_buf clean = DD_BUF_INIT(DD_PATH_MAX);
	size_t slash = dd_str_rfind(e->path, '/');
	if (e->type == DD_TAR_SYMLINK && slash < e->path.n && !dd_str_starts(e->link, DD_STR("/")))
		(void)dd_buf_add_str(&raw, dd_str_take(e->path, slash + 1));
	(void)dd_buf_add_str(&raw, e->link);
	if (raw.failed || dd_clean_path(dd_buf_str(&raw), &clean) == DD_CLEAN_NO_MEMORY)
		return dd_fail_nomem(err);
	*ret = dd_arena_str(&b->arena, dd_buf_str(&clean));
	return ret->p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_member(struct dd_bundle *b, const struct dd_tar_entry *e, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf clean = DD_BUF_INIT(DD_PATH_MAX);
	struct member m = { .size = e->size };
	if (e->type != DD_TAR_FILE && e->type != DD_TAR_HARDLINK && e->type != DD_TAR_SYMLINK)
		return DD_OK;
	if (e->sparse)
		return DD_OK; /* an image's own files are never sparse; its bytes would not lie in one range */
	m.offset = e->data_offset;
	if (e->type != DD_TAR_FILE)
		DD_TRY(link_target(b, e, &m.link, err));
	if (dd_clean_path(e->path, &clean) == DD_CLEAN_NO_MEMORY)
		return dd_fail_nomem(err);
	struct dd_str name = dd_arena_str(&b->arena, dd_buf_str(&clean));
	if (b->members.n >= DD_ARCHIVE_MEMBERS_MAX)
		return dd_fail(err, DD_ELIMIT, e->offset, "%s holds more than %d files and no image",
			       DD_QUOTE(dd_str_from(b->what)), DD_ARCHIVE_MEMBERS_MAX);
	if (!name.p || !dd_vec_push(&b->members, m, DD_ARCHIVE_MEMBERS_MAX) ||
	    !dd_map_set(&b->names, name, (uint32_t)b->members.n - 1))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code read_headers(struct dd_bundle *b, struct dd_tar *tar, bool *ret_cut, struct dd_err *err)
{
	*ret_cut = false;
	for (;;) {
		struct dd_tar_entry e;
		struct dd_err why;
		enum dd_code code = dd_tar_next(tar, &e, &why);
		if (code == DD_EPARSE && b->members.n) {
			*ret_cut = true; /* what is missing is named by whoever looks for it */
			return DD_OK;
		}
		if (code != DD_OK) {
			dd_err_copy(err, &why);
			return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(b->what)));
		}
		if (e.type == DD_TAR_END)
			return DD_OK;
		DD_TRY(add_member(b, &e, err));
	}
}

enum dd_code dd_bundle_archive(int fd, const char *what, struct dd_bundle **ret, bool *ret_cut, struct dd_err *err)
{
	DD_CLEANUP(dd_bundle_freep) struct dd_bundle *b = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	DD_TRY(bundle_new(fd, what, false, &b, err));
	DD_TRY(dd_stream_fd(b->fd, 0, UINT64_MAX, &in, err));
	DD_TRY(dd_tar_new(in, &tar, err));
	DD_TRY(read_headers(b, tar, ret_cut, err));
	*ret = DD_TAKE(b);
	return DD_OK;
}

static enum dd_code find_member(struct dd_bundle *b, struct dd_str name, struct dd_range_of *ret, struct dd_err *err)
{
	struct dd_str at = name;
	for (int hops = 0; hops < BUNDLE_LINK_HOPS_MAX; hops++) {
		uint32_t i = dd_map_get(&b->names, at);
		if (i == DD_MAP_NONE)
			break;
		const struct member *m = &b->members.p[i];
		if (!m->link.p) {
			*ret = (struct dd_range_of){ b->fd, m->offset, m->size };
			return DD_OK;
		}
		at = m->link;
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s has no file %s", DD_QUOTE(dd_str_from(b->what)),
		       DD_QUOTE(name));
}

/* ---- directories ---- */

enum dd_code dd_bundle_directory(int dir_fd, const char *what, struct dd_bundle **ret, struct dd_err *err)
{
	return bundle_new(dir_fd, what, true, ret, err);
}

static enum dd_code open_file(struct dd_bundle *b, struct dd_str name, struct dd_range_of *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	/* The kernel keeps the look-up below the directory, whatever links it meets. */
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	struct stat st;
	(void)dd_buf_add_str(&path, name);
	if (!dd_buf_c(&path))
		return dd_fail_nomem(err);
	DD_CLEANUP(dd_closep) int fd = (int)syscall(SYS_openat2, b->fd, path.p, &how, sizeof how);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EXDEV))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s has no file %s", DD_QUOTE(dd_str_from(b->what)),
			       DD_QUOTE(name));
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot open %s in %s", DD_QUOTE(name), DD_QUOTE(dd_str_from(b->what)));
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s in %s is not a regular file", DD_QUOTE(name),
			       DD_QUOTE(dd_str_from(b->what)));
	if (!dd_vec_push(&b->open_files, fd, DD_ARCHIVE_MEMBERS_MAX))
		return dd_fail_nomem(err);
	*ret = (struct dd_range_of){ fd, 0, (uint64_t)st.st_size };
	fd = -1;
	return DD_OK;
}

/* ---- all kinds ---- */

enum dd_code dd_bundle_remote(struct dd_remote *r, const char *what, struct dd_bundle **ret, struct dd_err *err)
{
	DD_TRY(bundle_new(-1, what, false, ret, err));
	(*ret)->remote = r;
	return DD_OK;
}

struct dd_remote *dd_bundle_is_remote(const struct dd_bundle *b)
{
	return b ? b->remote : NULL;
}

enum dd_code dd_bundle_find(struct dd_bundle *b, struct dd_str name, struct dd_range_of *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf clean = DD_BUF_INIT(DD_PATH_MAX);
	if (b->remote)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s has no file %s", DD_QUOTE(dd_str_from(b->what)),
			       DD_QUOTE(name));
	if (dd_clean_path(name, &clean) == DD_CLEAN_NO_MEMORY)
		return dd_fail_nomem(err);
	return b->is_dir ? open_file(b, dd_buf_str(&clean), ret, err) : find_member(b, dd_buf_str(&clean), ret, err);
}

enum dd_code dd_bundle_read(struct dd_bundle *b, struct dd_str name, uint64_t max, struct dd_arena *a,
			    struct dd_str *ret, struct dd_err *err)
{
	struct dd_range_of at;
	size_t got;
	DD_TRY(dd_bundle_find(b, name, &at, err));
	if (at.size > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s in %s has %llu bytes, more than the limit of %llu",
			       DD_QUOTE(name), DD_QUOTE(dd_str_from(b->what)), (unsigned long long)at.size,
			       (unsigned long long)max);
	char *p = dd_arena_alloc(a, (size_t)at.size + 1);
	if (!p)
		return dd_fail_nomem(err);
	DD_TRY(dd_pread_full(at.fd, p, (size_t)at.size, at.offset, &got, err));
	if (got != at.size)
		return dd_fail(err, DD_EPARSE, at.offset + got, "%s is truncated inside %s",
			       DD_QUOTE(dd_str_from(b->what)), DD_QUOTE(name));
	*ret = (struct dd_str){ p, got };
	return DD_OK;
}

static struct dd_str blob_name(const struct dd_digest *digest, char out[DD_DIGEST_TEXT_MAX + 8])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, DD_DIGEST_TEXT_MAX + 8, "blobs/%s", dd_digest_text(digest, text));
	char *colon = strchr(out, ':');
	if (colon)
		*colon = '/';
	return dd_str_from(out);
}

enum dd_code dd_bundle_find_blob(struct dd_bundle *b, const struct dd_digest *digest, struct dd_range_of *ret,
				 struct dd_err *err)
{
	char name[DD_DIGEST_TEXT_MAX + 8];
	return dd_bundle_find(b, blob_name(digest, name), ret, err);
}

enum dd_code dd_bundle_read_blob(struct dd_bundle *b, const struct dd_digest *digest, uint64_t max, struct dd_arena *a,
				 struct dd_str *ret, struct dd_err *err)
{
	char name[DD_DIGEST_TEXT_MAX + 8], want[DD_DIGEST_TEXT_MAX], have[DD_DIGEST_TEXT_MAX];
	struct dd_digest got;
	struct dd_str bytes;
	DD_TRY(dd_bundle_read(b, blob_name(digest, name), max, a, &bytes, err));
	DD_TRY(dd_digest_of(digest->algorithm, bytes, &got, err));
	if (!dd_digest_eq(&got, digest))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: blob %s has the digest %s",
			       DD_QUOTE(dd_str_from(b->what)), dd_digest_text(digest, want),
			       dd_digest_text(&got, have));
	*ret = bytes;
	return DD_OK;
}

enum dd_code dd_bundle_read_manifest(struct dd_bundle *b, const struct dd_digest *digest, struct dd_arena *a,
				     struct dd_str *ret, struct dd_err *err)
{
	if (b->remote)
		return dd_remote_document(b->remote, DD_REMOTE_ASK_MANIFEST, digest, DD_MANIFEST_BYTES_MAX, a, ret,
					  err);
	return dd_bundle_read_blob(b, digest, DD_MANIFEST_BYTES_MAX, a, ret, err);
}

enum dd_code dd_bundle_read_config(struct dd_bundle *b, const struct dd_digest *digest, uint64_t size,
				   struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	if (!b->remote)
		return dd_bundle_read_blob(b, digest, DD_CONFIG_BYTES_MAX, a, ret, err);
	if (size > DD_CONFIG_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET,
			       "the image configuration has %llu bytes, more than the limit of %llu",
			       (unsigned long long)size, (unsigned long long)DD_CONFIG_BYTES_MAX);
	return dd_remote_document(b->remote, DD_REMOTE_ASK_CONFIG, digest, size, a, ret, err);
}

bool dd_bundle_is_directory(const struct dd_bundle *b)
{
	return b && b->is_dir;
}
