/* SPDX-License-Identifier: Apache-2.0 */
/* An image that has a configuration and layers but no manifest: one of OCI's kind is made. The layers are hashed first,
 * because their digests stand in it; what they are is told by their bytes. The same image gives the same manifest. */
#include "base/alloc.h"
#include "base/limits.h"
#include "copy/copy_places.h"
#include "format/decompress.h"
#include "format/json_write.h"

struct from_image {
	struct dd_copy_source base;
	const struct dd_image *img;
	struct dd_digest config;
	struct layer {
		struct dd_copy_blob blob;
		enum dd_compression compression;
	} * layers; /* owned; one for each of img's, filled by root() */
};

static const char *layer_type(enum dd_compression c)
{
	switch (c) {
	case DD_COMPRESSION_GZIP:
		return "application/vnd.oci.image.layer.v1.tar+gzip";
	case DD_COMPRESSION_ZSTD:
		return "application/vnd.oci.image.layer.v1.tar+zstd";
	default:
		return "application/vnd.oci.image.layer.v1.tar";
	}
}

static enum dd_code read_layer(const struct dd_layer_blob *b, struct layer *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *hash = NULL;
	bool first = true;
	if (b->unreadable.n)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%.*s", DD_FMT(b->unreadable));
	DD_TRY(dd_layer_blob_open(b, &in, err));
	DD_TRY(dd_stream_hash(in, DD_SHA256, &hash, err));
	for (;; first = false) {
		struct dd_str block;
		DD_TRY(dd_stream_next(hash, &block, err));
		if (first)
			ret->compression = dd_compression_detect(block);
		if (block.n == 0)
			break;
	}
	return dd_stream_hash_end(hash, &ret->blob.digest, &ret->blob.size, err);
}

static void add_descriptor(struct dd_jsonw *j, const char *type, const struct dd_digest *d, uint64_t size)
{
	char text[DD_DIGEST_TEXT_MAX];
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "mediaType", dd_str_from(type));
	dd_jsonw_member_text(j, "digest", dd_str_from(dd_digest_text(d, text)));
	dd_jsonw_member_u64(j, "size", size);
	dd_jsonw_close(j);
}

static enum dd_code make_manifest(const struct from_image *s, struct dd_buf *out, struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, 0);
	dd_jsonw_object(&j);
	dd_jsonw_key(&j, "schemaVersion");
	dd_jsonw_u64(&j, 2);
	dd_jsonw_member_text(&j, "mediaType", DD_STR("application/vnd.oci.image.manifest.v1+json"));
	dd_jsonw_key(&j, "config");
	add_descriptor(&j, "application/vnd.oci.image.config.v1+json", &s->config, s->img->config.n);
	dd_jsonw_key(&j, "layers");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < s->img->target.n_layers; i++)
		add_descriptor(&j, layer_type(s->layers[i].compression), &s->layers[i].blob.digest,
			       s->layers[i].blob.size);
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	return dd_buf_check(out, "the manifest", err);
}

static enum dd_code root(struct dd_copy_source *base, struct dd_arena *a, struct dd_copy_document *ret,
			 struct dd_err *err)
{
	struct from_image *s = (struct from_image *)base;
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_MANIFEST_BYTES_MAX);
	struct dd_copy_document d = { .media_type = DD_STR("application/vnd.oci.image.manifest.v1+json") };
	for (size_t i = 0; i < s->img->target.n_layers; i++)
		if (read_layer(&s->img->blobs[i], &s->layers[i], err) != DD_OK)
			return dd_wrap(err, "layer %zu", i);
	DD_TRY(make_manifest(s, &bytes, err));
	d.bytes = dd_arena_str(a, dd_buf_str(&bytes));
	if (!d.bytes.p)
		return dd_fail_nomem(err);
	DD_TRY(dd_digest_of(DD_SHA256, d.bytes, &d.digest, err));
	*ret = d;
	return DD_OK;
}

static enum dd_code document(struct dd_copy_source *base, const struct dd_digest *digest, struct dd_arena *a,
			     struct dd_copy_document *ret, struct dd_err *err)
{
	(void)base, (void)digest, (void)a, (void)ret;
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "the image has one manifest only");
}

static enum dd_code give_stream(struct dd_stream *in, dd_copy_sink_fn *sink, void *ctx, struct dd_err *err)
{
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0)
			return DD_OK;
		DD_TRY(sink(ctx, block, err));
	}
}

static enum dd_code blob(struct dd_copy_source *base, const struct dd_copy_blob *b, dd_copy_sink_fn *sink, void *ctx,
			 struct dd_err *err)
{
	struct from_image *s = (struct from_image *)base;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	if (dd_digest_eq(&b->digest, &s->config))
		return sink(ctx, s->img->config, err);
	for (size_t i = 0; i < s->img->target.n_layers; i++) {
		if (!dd_digest_eq(&b->digest, &s->layers[i].blob.digest))
			continue;
		DD_TRY(dd_layer_blob_open(&s->img->blobs[i], &in, err));
		return give_stream(in, sink, ctx, err);
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "the image has no such blob");
}

static void release(struct dd_copy_source *base)
{
	struct from_image *s = (struct from_image *)base;
	dd_free(s->layers);
	dd_free(s);
}

enum dd_code dd_copy_from_image(const struct dd_image *img, struct dd_copy_source **ret, struct dd_err *err)
{
	static const struct dd_copy_source_ops ops = {
		.root = root, .document = document, .blob = blob, .free = release
	};
	if (img->config.n == 0)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "%s is a root file system, not an image: it has no configuration to copy",
			       DD_QUOTE(img->target.name));
	struct from_image *s = dd_alloc_zero(1, sizeof *s);
	struct layer *layers = dd_alloc_zero(img->target.n_layers ? img->target.n_layers : 1, sizeof *layers);
	if (!s || !layers) {
		dd_free(s);
		dd_free(layers);
		return dd_fail_nomem(err);
	}
	*s = (struct from_image){ .base = { &ops }, .img = img, .layers = layers };
	enum dd_code code = dd_digest_of(DD_SHA256, img->config, &s->config, err);
	if (code == DD_OK)
		*ret = &s->base;
	else
		release(&s->base);
	return code;
}
