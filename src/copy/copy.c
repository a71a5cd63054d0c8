/* SPDX-License-Identifier: Apache-2.0 */
#include "copy/copy.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/json.h"

enum { BLOBS_MAX = 100000, DOCUMENTS_MAX = 4096 };

struct run {
	struct dd_copy_source *from;
	struct dd_copy_target *to;
	const struct dd_copy_options *o;
	struct dd_copied done;
	struct dd_arena arena;
	struct dd_map blobs, documents; /* that are dealt with: texts of digests in arena */
	unsigned referrer_depth;
};

/* ---- blobs ---- */

struct spool {
	struct run *r;
	int fd;
	struct dd_hasher *hasher;
	uint64_t got, size;
};

static enum dd_code check_stop(const struct run *r, struct dd_err *err)
{
	return r->o->stop && atomic_load(r->o->stop) ? dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted") : DD_OK;
}

static enum dd_code into_spool(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct spool *s = ctx;
	DD_TRY(check_stop(s->r, err));
	if (bytes.n > s->size - s->got)
		return dd_fail(err, DD_EDIGEST, s->size, "more than the promised %llu bytes came",
			       (unsigned long long)s->size);
	s->got += bytes.n;
	DD_TRY(dd_hasher_add(s->hasher, bytes, err));
	DD_TRY(dd_write_full(s->fd, bytes.p, bytes.n, err));
	if (s->r->o->progress)
		s->r->o->progress(s->r->o->progress_ctx, bytes.n);
	return DD_OK;
}

/* The blob in a private file, every byte checked before the target sees one. */
static enum dd_code fetch(struct run *r, const struct dd_copy_blob *b, int fd, struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *hasher = NULL;
	char want[DD_DIGEST_TEXT_MAX], have[DD_DIGEST_TEXT_MAX];
	struct dd_digest got;
	DD_TRY(dd_hasher_new(b->digest.algorithm, &hasher, err));
	struct spool s = { r, fd, hasher, 0, b->size };
	DD_TRY(r->from->ops->blob(r->from, b, into_spool, &s, err));
	DD_TRY(dd_hasher_end(hasher, &got, err));
	if (s.got == b->size && dd_digest_eq(&got, &b->digest))
		return DD_OK;
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "blob %s came with %llu of %llu bytes and the digest %s",
		       dd_digest_text(&b->digest, want), (unsigned long long)s.got, (unsigned long long)b->size,
		       dd_digest_text(&got, have));
}

static bool seen(const struct dd_map *m, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	return dd_map_get(m, dd_str_from(dd_digest_text(d, text))) != DD_MAP_NONE;
}

static enum dd_code note(struct run *r, struct dd_map *m, const struct dd_digest *d, struct dd_err *err)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str key = dd_arena_str(&r->arena, dd_str_from(dd_digest_text(d, text)));
	return key.p && dd_map_set(m, key, 1) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code copy_blob(struct run *r, const struct dd_copy_blob *b, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	bool there;
	DD_TRY(check_stop(r, err));
	if (seen(&r->blobs, &b->digest))
		return DD_OK;
	DD_TRY(r->to->ops->has(r->to, b, &there, err));
	if (!there) {
		if (r->o->expect)
			r->o->expect(r->o->progress_ctx, b->size);
		DD_TRY(dd_tmpfile(r->o->spool_dir, &fd, err));
		DD_TRY(fetch(r, b, fd, err));
		DD_TRY(r->to->ops->blob(r->to, b, fd, err));
		r->done.blobs++;
		r->done.bytes += b->size;
	}
	r->done.blobs_there += there;
	if (r->blobs.n >= BLOBS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "it has more than %d blobs", BLOBS_MAX);
	return note(r, &r->blobs, &b->digest, err);
}

static enum dd_code read_descriptor(const json_t *d, struct dd_copy_blob *ret, struct dd_err *err)
{
	int64_t size;
	DD_TRY(dd_digest_parse(dd_json_str(d, "digest"), &ret->digest, err));
	if (!dd_json_int(d, "size", &size) || size < 0 || (uint64_t)size > DD_LAYER_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a descriptor has no usable size");
	ret->size = (uint64_t)size;
	return DD_OK;
}

/* Layers that licences forbid to copy name other servers; who has their bytes passes them on, nobody goes there. */
static bool is_foreign(const json_t *d)
{
	struct dd_str type = dd_json_str(d, "mediaType");
	return dd_str_search(type, DD_STR("nondistributable")) < type.n ||
	       dd_str_search(type, DD_STR(".foreign.")) < type.n;
}

static enum dd_code copy_descriptor(struct run *r, const json_t *d, struct dd_err *err)
{
	struct dd_copy_blob b;
	struct dd_err why;
	DD_TRY(read_descriptor(d, &b, err));
	enum dd_code code = copy_blob(r, &b, &why);
	if (code == DD_ENOTFOUND && is_foreign(d)) {
		r->done.blobs_left++;
		return DD_OK;
	}
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

/* ---- documents ---- */

static enum dd_code copy_document(struct run *r, const struct dd_copy_document *d, unsigned depth, bool is_root,
				  struct dd_err *err);

static enum dd_code copy_child(struct run *r, const json_t *descriptor, unsigned depth, struct dd_err *err)
{
	struct dd_digest digest;
	struct dd_copy_document d;
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_digest_parse(dd_json_str(descriptor, "digest"), &digest, err));
	if (seen(&r->documents, &digest))
		return DD_OK;
	if (depth >= DD_INDEX_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET,
			       "indexes lie more than %d deep inside each other (a cycle?)", DD_INDEX_DEPTH_MAX);
	if (r->from->ops->document(r->from, &digest, &r->arena, &d, err) != DD_OK)
		return dd_wrap(err, "manifest %s", dd_digest_text(&digest, text));
	return copy_document(r, &d, depth + 1, false, err);
}

static enum dd_code copy_index(struct run *r, const json_t *doc, unsigned depth, struct dd_err *err)
{
	const json_t *list = dd_json_arr(doc, "manifests");
	if (dd_json_len(list) > DD_INDEX_ENTRIES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the index lists more than %d images",
			       DD_INDEX_ENTRIES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(copy_child(r, dd_json_at(list, i), depth, err));
	return DD_OK;
}

static enum dd_code copy_manifest(struct run *r, const json_t *doc, struct dd_err *err)
{
	const json_t *config = dd_json_obj(doc, "config"), *layers = dd_json_arr(doc, "layers");
	if (!config || !layers)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "it is neither an index nor an image manifest of OCI or Docker's schema 2");
	DD_TRY(copy_descriptor(r, config, err));
	for (size_t i = 0; i < dd_json_len(layers); i++)
		DD_TRY(copy_descriptor(r, dd_json_at(layers, i), err));
	return DD_OK;
}

static enum dd_code check(const struct dd_copy_document *d, struct dd_err *err)
{
	struct dd_digest got;
	char want[DD_DIGEST_TEXT_MAX], have[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_digest_of(d->digest.algorithm, d->bytes, &got, err));
	if (dd_digest_eq(&got, &d->digest))
		return DD_OK;
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "manifest %s came with the digest %s",
		       dd_digest_text(&d->digest, want), dd_digest_text(&got, have));
}

/* "mediaType" of the document where it has one: the bytes are what is copied, a header is only what somebody said. */
static struct dd_str media_type(const struct dd_copy_document *d, const json_t *doc)
{
	struct dd_str own = dd_json_str(doc, "mediaType");
	if (own.n)
		return own;
	if (d->media_type.n)
		return d->media_type;
	return dd_json_arr(doc, "manifests") ? DD_STR("application/vnd.oci.image.index.v1+json")
					     : DD_STR("application/vnd.oci.image.manifest.v1+json");
}

static enum dd_code copy_referrers(struct run *r, const struct dd_digest *subject, struct dd_err *err)
{
	struct dd_digest *list;
	size_t n;
	if (!r->o->referrers || !r->from->ops->referrers)
		return DD_OK;
	/* A signature may be signed; a chain of such has to end. */
	if (r->referrer_depth >= DD_INDEX_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "referrers refer to each other more than %d deep",
			       DD_INDEX_DEPTH_MAX);
	DD_TRY(r->from->ops->referrers(r->from, subject, &r->arena, &list, &n, err));
	for (size_t i = 0; i < n; i++) {
		struct dd_copy_document d;
		if (seen(&r->documents, &list[i]))
			continue;
		DD_TRY(r->from->ops->document(r->from, &list[i], &r->arena, &d, err));
		r->referrer_depth++;
		DD_TRY(copy_document(r, &d, 0, false, err));
		r->referrer_depth--;
		r->done.referrers++;
	}
	return DD_OK;
}

static enum dd_code copy_document(struct run *r, const struct dd_copy_document *d, unsigned depth, bool is_root,
				  struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_copy_document out = *d;
	DD_TRY(check(d, err));
	if (r->documents.n >= DOCUMENTS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "it has more than %d manifests", DOCUMENTS_MAX);
	DD_TRY(note(r, &r->documents, &d->digest, err));
	if (dd_json_parse(d->bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "manifest");
	out.is_index = dd_json_arr(doc, "manifests") != NULL;
	out.media_type = media_type(d, doc);
	DD_TRY(out.is_index ? copy_index(r, doc, depth, err) : copy_manifest(r, doc, err));
	DD_TRY(r->to->ops->document(r->to, &out, is_root, err));
	r->done.documents++;
	return copy_referrers(r, &d->digest, err);
}

/* ---- one platform of an index ---- */

static bool serves(const json_t *descriptor, const struct dd_platform *want)
{
	const json_t *p = dd_json_obj(descriptor, "platform");
	const struct dd_platform have = { dd_json_str(p, "os"), dd_json_str(p, "architecture"),
					  dd_json_str(p, "variant") };
	return p && dd_platform_serves(&have, want);
}

static enum dd_code choose_platform(struct run *r, struct dd_copy_document *d, unsigned depth, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_digest digest;
	DD_TRY(check(d, err));
	if (dd_json_parse(d->bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "manifest");
	const json_t *list = dd_json_arr(doc, "manifests");
	if (!list)
		return DD_OK; /* one image: what it is for stands in its configuration, and there is no other */
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++) {
		if (!serves(dd_json_at(list, i), r->o->platform))
			continue;
		if (depth >= DD_INDEX_DEPTH_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "indexes lie more than %d deep inside each other",
				       DD_INDEX_DEPTH_MAX);
		DD_TRY(dd_digest_parse(dd_json_str(dd_json_at(list, i), "digest"), &digest, err));
		DD_TRY(r->from->ops->document(r->from, &digest, &r->arena, d, err));
		return choose_platform(r, d, depth + 1, err);
	}
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the index has no image for %.*s",
		       DD_FMT(dd_platform_text(r->o->platform, &r->arena)));
}

static enum dd_code run(struct run *r, struct dd_err *err)
{
	struct dd_copy_document root;
	DD_TRY(r->from->ops->root(r->from, &r->arena, &root, err));
	if (r->o->platform)
		DD_TRY(choose_platform(r, &root, 0, err));
	DD_TRY(copy_document(r, &root, 0, true, err));
	r->done.digest = root.digest;
	return r->to->ops->finish(r->to, err);
}

enum dd_code dd_copy_run(struct dd_copy_source *from, struct dd_copy_target *to, const struct dd_copy_options *o,
			 struct dd_copied *ret, struct dd_err *err)
{
	struct run r = { .from = from, .to = to, .o = o, .arena = DD_ARENA_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX * 4) };
	enum dd_code code = run(&r, err);
	dd_map_done(&r.blobs);
	dd_map_done(&r.documents);
	dd_arena_done(&r.arena);
	if (code == DD_OK)
		*ret = r.done;
	return code;
}
