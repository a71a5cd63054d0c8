/* SPDX-License-Identifier: Apache-2.0 */
/* An OCI image layout: which of its images is meant is told by index.json's annotations. */
#include "base/alloc.h"
#include "base/limits.h"
#include "copy/copy_places.h"
#include "format/json.h"

struct from_layout {
	struct dd_copy_source base;
	struct dd_bundle *b;
	struct dd_str selector;
	const char *what;
};

static enum dd_code document(struct dd_copy_source *base, const struct dd_digest *digest, struct dd_arena *a,
			     struct dd_copy_document *ret, struct dd_err *err)
{
	struct from_layout *s = (struct from_layout *)base;
	struct dd_copy_document d = { .digest = *digest };
	DD_TRY(dd_bundle_read_blob(s->b, digest, DD_MANIFEST_BYTES_MAX, a, &d.bytes, err));
	*ret = d;
	return DD_OK;
}

static bool is_meant(const json_t *descriptor, struct dd_str selector)
{
	const json_t *notes = dd_json_obj(descriptor, "annotations");
	struct dd_str ref = dd_json_str(notes, "org.opencontainers.image.ref.name"),
		      name = dd_json_str(notes, "io.containerd.image.name");
	return selector.n == 0 || dd_str_eq(dd_json_str(descriptor, "digest"), selector) || dd_str_eq(ref, selector) ||
	       dd_str_eq(name, selector);
}

static void add_names(const json_t *list, struct dd_buf *out)
{
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *d = dd_json_at(list, i);
		struct dd_str ref = dd_json_str(dd_json_obj(d, "annotations"), "org.opencontainers.image.ref.name");
		(void)dd_buf_add_c(out, i ? ", " : "");
		(void)dd_buf_add_escaped(out, ref.n ? ref : dd_json_str(d, "digest"));
	}
}

static enum dd_code choose(const struct from_layout *s, const json_t *index, struct dd_digest *ret, struct dd_err *err)
{
	const json_t *list = dd_json_arr(index, "manifests"), *found = NULL;
	DD_CLEANUP_BUF struct dd_buf names = DD_BUF_INIT(300);
	size_t n = 0;
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++) {
		if (!is_meant(dd_json_at(list, i), s->selector))
			continue;
		found = dd_json_at(list, i);
		n++;
	}
	if (n == 1)
		return dd_digest_parse(dd_json_str(found, "digest"), ret, err);
	add_names(list, &names);
	if (n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s has no image %s; it has: %.*s",
			       DD_QUOTE(dd_str_from(s->what)), DD_QUOTE(s->selector), DD_FMT(dd_buf_str(&names)));
	return dd_fail(err, DD_EARG, DD_NO_OFFSET,
		       "%s holds %zu images; choose one by its tag behind a colon, of: %.*s",
		       DD_QUOTE(dd_str_from(s->what)), n, DD_FMT(dd_buf_str(&names)));
}

static enum dd_code root(struct dd_copy_source *base, struct dd_arena *a, struct dd_copy_document *ret,
			 struct dd_err *err)
{
	struct from_layout *s = (struct from_layout *)base;
	DD_CLEANUP_JSON json_t *index = NULL;
	struct dd_str bytes;
	struct dd_digest digest;
	DD_TRY(dd_bundle_read(s->b, DD_STR("index.json"), DD_MANIFEST_BYTES_MAX, a, &bytes, err));
	if (dd_json_parse(bytes, &index, err) != DD_OK)
		return dd_wrap(err, "%s: index.json", DD_QUOTE(dd_str_from(s->what)));
	DD_TRY(choose(s, index, &digest, err));
	return document(base, &digest, a, ret, err);
}

static enum dd_code blob(struct dd_copy_source *base, const struct dd_copy_blob *b, dd_copy_sink_fn *sink, void *ctx,
			 struct dd_err *err)
{
	struct from_layout *s = (struct from_layout *)base;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	struct dd_range_of at;
	DD_TRY(dd_bundle_find_blob(s->b, &b->digest, &at, err));
	DD_TRY(dd_stream_fd(at.fd, at.offset, at.size, &in, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0)
			return DD_OK;
		DD_TRY(sink(ctx, block, err));
	}
}

static void release(struct dd_copy_source *base)
{
	dd_free(base);
}

enum dd_code dd_copy_from_layout(struct dd_bundle *b, struct dd_str selector, const char *what,
				 struct dd_copy_source **ret, struct dd_err *err)
{
	static const struct dd_copy_source_ops ops = {
		.root = root, .document = document, .blob = blob, .free = release
	};
	struct from_layout *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct from_layout){ { &ops }, b, selector, what };
	*ret = &s->base;
	return DD_OK;
}
