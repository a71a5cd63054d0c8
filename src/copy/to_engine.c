/* SPDX-License-Identifier: Apache-2.0 */
/* Docker, or podman's service: the image as an archive, handed over whole when all of it was checked, because an engine
 * keeps what it got of one that breaks off. Afterwards the engine is asked what it has: it names an image by the digest
 * of its configuration, or, with containerd's store, of its manifest. */
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "copy/copy_places.h"
#include "format/json.h"

struct to_engine {
	struct dd_copy_target base;
	struct dd_engine *engine;
	struct dd_str name;
	int fd; /* of `archive`, which closes it */
	struct dd_copy_target *archive;
	struct dd_digest manifest, config;
};

static enum dd_code has(struct dd_copy_target *base, const struct dd_copy_blob *b, bool *ret, struct dd_err *err)
{
	struct dd_copy_target *archive = ((struct to_engine *)base)->archive;
	return archive->ops->has(archive, b, ret, err);
}

static enum dd_code blob(struct dd_copy_target *base, const struct dd_copy_blob *b, int fd, struct dd_err *err)
{
	struct dd_copy_target *archive = ((struct to_engine *)base)->archive;
	return archive->ops->blob(archive, b, fd, err);
}

static enum dd_code document(struct dd_copy_target *base, const struct dd_copy_document *d, bool is_root,
			     struct dd_err *err)
{
	struct to_engine *t = (struct to_engine *)base;
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (is_root && d->is_index)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "an engine takes one image, this is an index of several: choose one with --platform");
	if (is_root) {
		t->manifest = d->digest;
		DD_TRY(dd_json_parse(d->bytes, &doc, err));
		DD_TRY(dd_digest_parse(dd_json_str(dd_json_obj(doc, "config"), "digest"), &t->config, err));
	}
	return t->archive->ops->document(t->archive, d, is_root, err);
}

static enum dd_code read_archive(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	const struct to_engine *t = ctx;
	return dd_pread_full(t->fd, p, n, offset, ret_n, err);
}

static enum dd_code check(struct to_engine *t, struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT(DD_JSON_BYTES_MAX);
	struct dd_engine_image image;
	struct dd_digest id;
	char text[DD_DIGEST_TEXT_MAX];
	enum dd_code code = dd_engine_image(t->engine, t->name, NULL, &a, &image, err);
	if (code != DD_OK)
		code = dd_wrap(err, "it took the archive, but");
	else if (dd_digest_parse(image.id, &id, NULL) != DD_OK ||
		 (!dd_digest_eq(&id, &t->config) && !dd_digest_eq(&id, &t->manifest)))
		code = dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s at %s took the archive, but has %s as %s, not as %s",
			       dd_engine_kind_name(dd_engine_about(t->engine)->kind),
			       DD_QUOTE(dd_str_from(dd_engine_about(t->engine)->url)), DD_QUOTE(t->name),
			       DD_QUOTE(image.id), dd_digest_text(&t->config, text));
	dd_arena_done(&a);
	return code;
}

static enum dd_code finish(struct dd_copy_target *base, struct dd_err *err)
{
	struct to_engine *t = (struct to_engine *)base;
	struct dd_engine_archive archive = { .read = read_archive, .ctx = t };
	DD_TRY(t->archive->ops->finish(t->archive, err));
	off_t end = lseek(t->fd, 0, SEEK_END);
	if (end < 0)
		return dd_fail_errno(err, "cannot read the archive again");
	archive.bytes = (uint64_t)end;
	DD_TRY(dd_engine_load(t->engine, &archive, err));
	return check(t, err);
}

static void release(struct dd_copy_target *base)
{
	struct to_engine *t = (struct to_engine *)base;
	dd_copy_target_freep(&t->archive);
	dd_free(t);
}

enum dd_code dd_copy_to_engine(struct dd_engine *e, struct dd_str name, const char *spool_dir,
			       struct dd_copy_target **ret, struct dd_err *err)
{
	static const struct dd_copy_target_ops ops = {
		.has = has, .blob = blob, .document = document, .finish = finish, .free = release
	};
	int fd;
	struct to_engine *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	enum dd_code code = dd_tmpfile(spool_dir, &fd, err);
	if (code == DD_OK) {
		*t = (struct to_engine){ .base = { &ops }, .engine = e, .name = name, .fd = fd };
		code = dd_copy_to_archive_fd(fd, name, &t->archive, err);
	}
	if (code == DD_OK)
		*ret = &t->base;
	else
		dd_free(t);
	return code;
}
