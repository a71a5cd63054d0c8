/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "copy/copy_places.h"

struct from_registry {
	struct dd_copy_source base;
	struct dd_registry *r;
	const struct dd_reference *ref;
};

static enum dd_code read_manifest(struct from_registry *s, const struct dd_reference *ref, struct dd_arena *a,
				  struct dd_copy_document *ret, struct dd_err *err)
{
	struct dd_registry_manifest m;
	DD_TRY(dd_registry_manifest(s->r, ref, a, &m, err));
	*ret = (struct dd_copy_document){ .media_type = m.media_type, .bytes = m.bytes, .digest = m.digest };
	return DD_OK;
}

static enum dd_code root(struct dd_copy_source *base, struct dd_arena *a, struct dd_copy_document *ret,
			 struct dd_err *err)
{
	struct from_registry *s = (struct from_registry *)base;
	return read_manifest(s, s->ref, a, ret, err);
}

static enum dd_code document(struct dd_copy_source *base, const struct dd_digest *digest, struct dd_arena *a,
			     struct dd_copy_document *ret, struct dd_err *err)
{
	struct from_registry *s = (struct from_registry *)base;
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_reference ref = *s->ref;
	ref.tag = DD_STR("");
	ref.digest = dd_str_from(dd_digest_text(digest, text));
	return read_manifest(s, &ref, a, ret, err);
}

static enum dd_code blob(struct dd_copy_source *base, const struct dd_copy_blob *b, dd_copy_sink_fn *sink, void *ctx,
			 struct dd_err *err)
{
	struct from_registry *s = (struct from_registry *)base;
	return dd_registry_blob(s->r, s->ref, &b->digest, b->size, 0, sink, ctx, err);
}

static enum dd_code referrers(struct dd_copy_source *base, const struct dd_digest *subject, struct dd_arena *a,
			      struct dd_digest **ret, size_t *ret_n, struct dd_err *err)
{
	struct from_registry *s = (struct from_registry *)base;
	struct dd_registry_referrers list;
	DD_TRY(dd_registry_referrers(s->r, s->ref, subject, DD_STR(""), a, &list, err));
	struct dd_digest *digests = dd_arena_array(a, list.n, sizeof *digests);
	if (!digests)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < list.n; i++)
		digests[i] = list.p[i].digest;
	*ret = digests;
	*ret_n = list.n;
	return DD_OK;
}

static void release(struct dd_copy_source *base)
{
	dd_free(base);
}

enum dd_code dd_copy_from_registry(struct dd_registry *r, const struct dd_reference *ref, struct dd_copy_source **ret,
				   struct dd_err *err)
{
	static const struct dd_copy_source_ops ops = {
		.root = root, .document = document, .blob = blob, .referrers = referrers, .free = release
	};
	struct from_registry *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct from_registry){ { &ops }, r, ref };
	*ret = &s->base;
	return DD_OK;
}
