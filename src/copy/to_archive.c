/* SPDX-License-Identifier: Apache-2.0 */
/* One image as an archive: an OCI image layout in a tar, and, for docker load and podman load, manifest.json beside
 * index.json, as Docker 25 and newer write both. Layers stay compressed as they are: their digests stay, and every
 * reader of manifest.json unpacks what it meets (docker 1.10 and newer, podman).
 * An index cannot be told to those: a docker-archive holds one image. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/vec.h"
#include "copy/copy_places.h"
#include "copy/layout_index.h"
#include "copy/tar_write.h"
#include "format/json.h"
#include "format/json_write.h"

enum { WRITTEN_MAX = 200000 };

struct to_archive {
	struct dd_copy_target base;
	struct dd_atomic_file file;
	struct dd_str tag;
	bool docker;
	struct dd_arena arena;
	struct dd_copy_document root; /* in arena */
	DD_VEC(struct dd_digest) written;
};

static bool is_written(const struct to_archive *t, const struct dd_digest *d)
{
	for (size_t i = 0; i < t->written.n; i++)
		if (dd_digest_eq(&t->written.p[i], d))
			return true;
	return false;
}

static enum dd_code note_written(struct to_archive *t, const struct dd_digest *d, struct dd_err *err)
{
	return dd_vec_push(&t->written, *d, WRITTEN_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code has(struct dd_copy_target *base, const struct dd_copy_blob *b, bool *ret, struct dd_err *err)
{
	(void)err;
	*ret = is_written((const struct to_archive *)base, &b->digest);
	return DD_OK;
}

static enum dd_code blob(struct dd_copy_target *base, const struct dd_copy_blob *b, int fd, struct dd_err *err)
{
	struct to_archive *t = (struct to_archive *)base;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	char name[DD_LAYOUT_BLOB_NAME_MAX];
	DD_TRY(dd_stream_fd(fd, 0, b->size, &in, err));
	DD_TRY(dd_tar_write_header(t->file.fd, dd_layout_blob_name(&b->digest, name), b->size, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0)
			break;
		DD_TRY(dd_write_full(t->file.fd, block.p, block.n, err));
	}
	DD_TRY(dd_tar_write_pad(t->file.fd, b->size, err));
	return note_written(t, &b->digest, err);
}

static enum dd_code document(struct dd_copy_target *base, const struct dd_copy_document *d, bool is_root,
			     struct dd_err *err)
{
	struct to_archive *t = (struct to_archive *)base;
	char name[DD_LAYOUT_BLOB_NAME_MAX];
	if (is_root && d->is_index && t->docker)
		return dd_fail(
			err, DD_EARG, DD_NO_OFFSET,
			"a docker-archive holds one image, this is an index of several: choose one with --platform, "
			"or write an oci-archive");
	if (is_root) {
		t->root = *d;
		t->root.media_type = dd_arena_str(&t->arena, d->media_type);
		t->root.bytes = dd_arena_str(&t->arena, d->bytes);
		if (!t->root.media_type.p || !t->root.bytes.p)
			return dd_fail_nomem(err);
	}
	if (is_written(t, &d->digest))
		return DD_OK;
	DD_TRY(dd_tar_write_file(t->file.fd, dd_layout_blob_name(&d->digest, name), d->bytes, err));
	return note_written(t, &d->digest, err);
}

static void add_blob_name(struct dd_jsonw *j, const json_t *descriptor)
{
	char name[DD_LAYOUT_BLOB_NAME_MAX];
	struct dd_digest d;
	if (dd_digest_parse(dd_json_str(descriptor, "digest"), &d, NULL) == DD_OK)
		dd_jsonw_text(j, dd_str_from(dd_layout_blob_name(&d, name)));
}

/* [{"Config": …, "RepoTags": […], "Layers": […]}] of the root manifest. */
static enum dd_code docker_manifest(const struct to_archive *t, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_jsonw j = DD_JSONW(out, 0);
	DD_TRY(dd_json_parse(t->root.bytes, &doc, err));
	const json_t *layers = dd_json_arr(doc, "layers");
	dd_jsonw_array(&j);
	dd_jsonw_object(&j);
	dd_jsonw_key(&j, "Config");
	add_blob_name(&j, dd_json_obj(doc, "config"));
	dd_jsonw_key(&j, "RepoTags");
	dd_jsonw_array(&j);
	if (t->tag.n)
		dd_jsonw_text(&j, t->tag);
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "Layers");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < dd_json_len(layers); i++)
		add_blob_name(&j, dd_json_at(layers, i));
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	return dd_buf_check(out, "manifest.json", err);
}

static enum dd_code finish(struct dd_copy_target *base, struct dd_err *err)
{
	struct to_archive *t = (struct to_archive *)base;
	DD_CLEANUP_BUF struct dd_buf index = DD_BUF_INIT(DD_MANIFEST_BYTES_MAX),
				     docker = DD_BUF_INIT(DD_MANIFEST_BYTES_MAX);
	DD_TRY(dd_layout_index(DD_STR(""), &t->root, t->tag, &index, err));
	DD_TRY(dd_tar_write_file(t->file.fd, "oci-layout", DD_STR(DD_LAYOUT_MARK), err));
	DD_TRY(dd_tar_write_file(t->file.fd, "index.json", dd_buf_str(&index), err));
	if (t->docker) {
		DD_TRY(docker_manifest(t, &docker, err));
		DD_TRY(dd_tar_write_file(t->file.fd, "manifest.json", dd_buf_str(&docker), err));
	}
	DD_TRY(dd_tar_write_end(t->file.fd, err));
	return t->file.path ? dd_atomic_commit(&t->file, err) : DD_OK;
}

static void release(struct dd_copy_target *base)
{
	struct to_archive *t = (struct to_archive *)base;
	dd_atomic_done(&t->file);
	dd_vec_done(&t->written);
	dd_arena_done(&t->arena);
	dd_free(t);
}

static enum dd_code make(struct dd_str tag, bool docker, struct to_archive **ret, struct dd_err *err)
{
	static const struct dd_copy_target_ops ops = {
		.has = has, .blob = blob, .document = document, .finish = finish, .free = release
	};
	struct to_archive *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	*t = (struct to_archive){ .base = { &ops },
				  .file = { .fd = -1 },
				  .tag = tag,
				  .docker = docker,
				  .arena = DD_ARENA_INIT(4 * DD_MANIFEST_BYTES_MAX) };
	*ret = t;
	return DD_OK;
}

enum dd_code dd_copy_to_archive(const char *path, struct dd_str tag, bool docker, struct dd_copy_target **ret,
				struct dd_err *err)
{
	struct to_archive *t;
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is there and is no regular file",
			       DD_QUOTE(dd_str_from(path)));
	DD_TRY(make(tag, docker, &t, err));
	enum dd_code code = dd_atomic_open(&t->file, path, 0644, err);
	if (code == DD_OK)
		*ret = &t->base;
	else
		release(&t->base);
	return code;
}

enum dd_code dd_copy_to_archive_fd(int fd, struct dd_str tag, struct dd_copy_target **ret, struct dd_err *err)
{
	struct to_archive *t;
	enum dd_code code = make(tag, true, &t, err);
	if (code != DD_OK) {
		dd_closep(&fd);
		return code;
	}
	t->file.fd = fd; /* without a path: nothing is put anywhere */
	*ret = &t->base;
	return DD_OK;
}
