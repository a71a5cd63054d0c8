/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "copy/copy_places.h"
#include "net/registry/push.h"

enum { CHUNK_BYTES = 64 << 20 }; /* a request that breaks is begun anew at the last chunk */

struct to_registry {
	struct dd_copy_target base;
	struct dd_registry *r;
	const struct dd_reference *ref;
	struct dd_str mount_from; /* repository of the same registry; empty: none */
};

static enum dd_code has(struct dd_copy_target *base, const struct dd_copy_blob *b, bool *ret, struct dd_err *err)
{
	struct to_registry *t = (struct to_registry *)base;
	DD_TRY(dd_registry_blob_exists(t->r, t->ref, &b->digest, ret, err));
	if (*ret || t->mount_from.n == 0)
		return DD_OK;
	return dd_registry_blob_mount(t->r, t->ref, &b->digest, t->mount_from, ret, err);
}

static enum dd_code read_spool(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	const int *fd = ctx;
	return dd_pread_full(*fd, p, n, offset, ret_n, err);
}

static enum dd_code blob(struct dd_copy_target *base, const struct dd_copy_blob *b, int fd, struct dd_err *err)
{
	struct to_registry *t = (struct to_registry *)base;
	const struct dd_registry_source source = { b->size, read_spool, &fd };
	return dd_registry_blob_push(t->r, t->ref, &b->digest, &source, b->size > CHUNK_BYTES ? CHUNK_BYTES : 0, err);
}

static enum dd_code document(struct dd_copy_target *base, const struct dd_copy_document *d, bool is_root,
			     struct dd_err *err)
{
	struct to_registry *t = (struct to_registry *)base;
	struct dd_registry_pushed pushed;
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_reference ref = *t->ref;
	if (!is_root)
		ref.tag = DD_STR("");
	if (ref.tag.n == 0)
		ref.digest = dd_str_from(dd_digest_text(&d->digest, text));
	else
		ref.digest = DD_STR("");
	return dd_registry_manifest_push(t->r, &ref, d->media_type, d->bytes, &pushed, err);
}

static enum dd_code finish(struct dd_copy_target *base, struct dd_err *err)
{
	(void)base;
	(void)err;
	return DD_OK;
}

static void release(struct dd_copy_target *base)
{
	dd_free(base);
}

enum dd_code dd_copy_to_registry(struct dd_registry *r, const struct dd_reference *ref, const struct dd_reference *from,
				 struct dd_copy_target **ret, struct dd_err *err)
{
	static const struct dd_copy_target_ops ops = {
		.has = has, .blob = blob, .document = document, .finish = finish, .free = release
	};
	struct to_registry *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	*t = (struct to_registry){ { &ops }, r, ref, DD_STR("") };
	if (from && dd_str_eq(from->registry, ref->registry) && !dd_str_eq(from->repository, ref->repository))
		t->mount_from = from->repository;
	*ret = &t->base;
	return DD_OK;
}
