/* SPDX-License-Identifier: Apache-2.0 */
/* An OCI image layout (image-spec v1.1: image-layout.md, image-index.md, manifest.md), as a directory or an archive.
 * index.json lists descriptors; an index may lie inside an index (to DD_INDEX_DEPTH_MAX, so a cycle ends); every
 * document is verified against the digest that named it. Attestations are not images: BuildKit marks them by the
 * annotation vnd.docker.reference.type and the platform unknown/unknown. */
#include "base/limits.h"
#include "format/json.h"
#include "image/places.h"

enum media { MEDIA_INDEX, MEDIA_MANIFEST, MEDIA_CONFIG, MEDIA_LAYER, MEDIA_FOREIGN_LAYER, MEDIA_OTHER };

static const struct {
	const char *type;
	enum media media;
} media_types[] = {
	{ "application/vnd.oci.image.index.v1+json", MEDIA_INDEX },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", MEDIA_INDEX },
	{ "application/vnd.oci.image.manifest.v1+json", MEDIA_MANIFEST },
	{ "application/vnd.docker.distribution.manifest.v2+json", MEDIA_MANIFEST },
	{ "application/vnd.oci.image.config.v1+json", MEDIA_CONFIG },
	{ "application/vnd.docker.container.image.v1+json", MEDIA_CONFIG },
	{ "application/vnd.oci.image.layer.v1.tar", MEDIA_LAYER },
	{ "application/vnd.oci.image.layer.v1.tar+gzip", MEDIA_LAYER },
	{ "application/vnd.oci.image.layer.v1.tar+zstd", MEDIA_LAYER },
	{ "application/vnd.docker.image.rootfs.diff.tar", MEDIA_LAYER },
	{ "application/vnd.docker.image.rootfs.diff.tar.gzip", MEDIA_LAYER },
	{ "application/vnd.docker.image.rootfs.diff.tar.zstd", MEDIA_LAYER },
	{ "application/vnd.oci.image.layer.nondistributable.v1.tar", MEDIA_FOREIGN_LAYER },
	{ "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", MEDIA_FOREIGN_LAYER },
	{ "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", MEDIA_FOREIGN_LAYER },
	{ "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", MEDIA_FOREIGN_LAYER },
};

static enum media media_of(struct dd_str type)
{
	for (size_t i = 0; i < DD_COUNT(media_types); i++)
		if (dd_str_eq_c(type, media_types[i].type))
			return media_types[i].media;
	return MEDIA_OTHER;
}

/* ---- candidates: image manifests in the tree of indexes ---- */

struct candidate {
	struct dd_digest digest;
	struct dd_platform platform; /* os empty: the descriptor does not say */
	struct dd_str ref;	     /* org.opencontainers.image.ref.name */
	struct dd_str name;	     /* io.containerd.image.name */
	struct dd_str index;	     /* the document that lists it */
};

struct search {
	struct dd_image *img;
	const struct dd_image_choice *choice;
	DD_VEC(struct candidate) found;
	size_t indexes; /* read so far */
};

static bool is_attestation(const json_t *descriptor)
{
	const json_t *platform = dd_json_obj(descriptor, "platform");
	return dd_json_str(dd_json_obj(descriptor, "annotations"), "vnd.docker.reference.type").n ||
	       (dd_str_eq_c(dd_json_str(platform, "os"), "unknown") &&
		dd_str_eq_c(dd_json_str(platform, "architecture"), "unknown"));
}

static struct dd_str keep(struct search *s, struct dd_str text)
{
	struct dd_str copy = dd_arena_str(&s->img->arena, dd_str_take(text, DD_FIELD_BYTES_MAX));
	return copy.p ? copy : DD_STR("");
}

static enum dd_code read_index(struct search *s, const json_t *index, const struct candidate *outer, unsigned depth,
			       struct dd_err *err);

static enum dd_code nested_index(struct search *s, const struct candidate *c, unsigned depth, struct dd_err *err)
{
	struct dd_str bytes;
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (depth >= DD_INDEX_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET,
			       "indexes lie more than %d deep inside each other (a cycle?)", DD_INDEX_DEPTH_MAX);
	/* The same few documents, each listing the next a thousand times, would be read a billion times. */
	if (++s->indexes > DD_NESTED_INDEXES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "it holds more than %d indexes", DD_NESTED_INDEXES_MAX);
	DD_TRY(dd_bundle_read_manifest(s->img->bundle, &c->digest, &s->img->arena, &bytes, err));
	if (dd_json_parse(bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "index");
	struct candidate inner = *c;
	inner.index = bytes;
	return read_index(s, doc, &inner, depth + 1, err);
}

static enum dd_code read_descriptor(struct search *s, const json_t *d, const struct candidate *outer, unsigned depth,
				    struct dd_err *err)
{
	const json_t *platform = dd_json_obj(d, "platform"), *notes = dd_json_obj(d, "annotations");
	struct dd_str type = dd_json_str(d, "mediaType");
	struct candidate c = { .platform = { keep(s, dd_json_str(platform, "os")),
					     keep(s, dd_json_str(platform, "architecture")),
					     keep(s, dd_json_str(platform, "variant")) } };
	enum media media = media_of(type);
	if (is_attestation(d))
		return DD_OK;
	DD_TRY(dd_digest_parse(dd_json_str(d, "digest"), &c.digest, err));
	c.ref = keep(s, dd_json_str(notes, "org.opencontainers.image.ref.name"));
	c.name = keep(s, dd_json_str(notes, "io.containerd.image.name"));
	c.index = outer->index;
	if (c.ref.n == 0)
		c.ref = outer->ref;
	if (c.name.n == 0)
		c.name = outer->name;
	if (media == MEDIA_INDEX)
		return nested_index(s, &c, depth, err);
	if (media != MEDIA_MANIFEST)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "media type %s is not an image or an index of images", DD_QUOTE(type));
	if (!dd_vec_push(&s->found, c, DD_INDEX_ENTRIES_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the index lists more than %d images",
			       DD_INDEX_ENTRIES_MAX);
	return DD_OK;
}

static enum dd_code read_index(struct search *s, const json_t *index, const struct candidate *outer, unsigned depth,
			       struct dd_err *err)
{
	const json_t *list = dd_json_arr(index, "manifests");
	if (!list)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "an index has no list 'manifests'");
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(read_descriptor(s, dd_json_at(list, i), outer, depth, err));
	return DD_OK;
}

/* ---- choosing ---- */

static bool ref_matches(const struct candidate *c, struct dd_str selector)
{
	struct dd_str tag = dd_str_skip(c->name, dd_str_rfind(c->name, ':') + 1);
	return selector.n == 0 || dd_str_eq(c->ref, selector) || dd_str_eq(c->name, selector) ||
	       dd_str_eq(tag, selector);
}

static uint64_t config_size(const json_t *manifest)
{
	int64_t size;
	return dd_json_int(dd_json_obj(manifest, "config"), "size", &size) && size >= 0 ? (uint64_t)size : 0;
}

/* A descriptor without a platform: the configuration knows. Left empty where it cannot be read (the choice then fails
 * with a list, or the only candidate fails with the reason). */
static void ask_config(struct search *s, struct candidate *c)
{
	struct dd_str bytes, config;
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_digest d;
	struct dd_image_config parsed;
	if (c->platform.os.n ||
	    dd_bundle_read_manifest(s->img->bundle, &c->digest, &s->img->arena, &bytes, NULL) != DD_OK ||
	    dd_json_parse(bytes, &doc, NULL) != DD_OK ||
	    dd_digest_parse(dd_json_str(dd_json_obj(doc, "config"), "digest"), &d, NULL) != DD_OK ||
	    dd_bundle_read_config(s->img->bundle, &d, config_size(doc), &s->img->arena, &config, NULL) != DD_OK ||
	    dd_image_config_parse(config, &s->img->arena, &parsed, NULL) != DD_OK)
		return;
	c->platform = parsed.platform;
}

static void add_list(struct search *s, bool refs, struct dd_buf *out)
{
	for (size_t i = 0; i < s->found.n; i++) {
		const struct candidate *c = &s->found.p[i];
		(void)dd_buf_add_c(out, i ? ", " : "");
		(void)dd_buf_add_escaped(out, refs ? (c->name.n ? c->name : c->ref)
						   : dd_platform_text(&c->platform, &s->img->arena));
	}
}

static enum dd_code choose(struct search *s, const struct candidate **ret, struct dd_err *err)
{
	const struct dd_image_choice *want = s->choice;
	const struct candidate *by_ref = NULL, *by_platform = NULL;
	size_t n_ref = 0, n_platform = 0;
	for (size_t i = 0; i < s->found.n; i++) {
		struct candidate *c = &s->found.p[i];
		if (s->found.n > 1 || want->platform_asked)
			ask_config(s, c);
		if (!ref_matches(c, want->selector))
			continue;
		n_ref++;
		by_ref = c;
		if (!dd_platform_serves(&c->platform, &want->platform))
			continue;
		/* The same manifest under two tags is one image. */
		if (!by_platform || !dd_digest_eq(&by_platform->digest, &c->digest))
			n_platform++;
		by_platform = c;
	}
	DD_CLEANUP_BUF struct dd_buf names = DD_BUF_INIT(300), platforms = DD_BUF_INIT(300);
	add_list(s, true, &names);
	add_list(s, false, &platforms);
	if (s->found.n == 0)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the index lists no image");
	if (n_ref == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it has no image %s; it has: %.*s", DD_QUOTE(want->selector),
			       DD_FMT(dd_buf_str(&names)));
	if (n_platform == 1 || ((n_ref == 1 || want->any_platform) && !want->platform_asked)) {
		*ret = n_platform == 1 ? by_platform : by_ref;
		return DD_OK;
	}
	if (n_platform == 0)
		return dd_fail(
			err, DD_EARG, DD_NO_OFFSET, "it has no image for %.*s; choose with --platform one of: %.*s",
			DD_FMT(dd_platform_text(&want->platform, &s->img->arena)), DD_FMT(dd_buf_str(&platforms)));
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it holds %zu images; choose one as oci:PATH:TAG of: %.*s",
		       n_platform, DD_FMT(dd_buf_str(&names)));
}

/* ---- the manifest ---- */

static enum dd_code fetch_layer(void *ctx, const struct dd_layer_blob *b, struct dd_stream **ret, struct dd_err *err)
{
	return dd_remote_layer(ctx, &b->digest, b->at.size, ret, err);
}

/* Its size is what the manifest says; the fetching side holds the registry to it. */
static enum dd_code take_remote_layer(struct dd_image *img, size_t i, const json_t *d, bool foreign, struct dd_err *err)
{
	struct dd_layer_blob *blob = &img->blobs[i];
	int64_t size;
	if (foreign && json_is_array(json_object_get(d, "urls"))) {
		/* Its urls may point anywhere: a scan asks nobody but the registry that the user named. */
		blob->unreadable = DD_STR("it is a foreign layer, kept on other servers than the image's registry");
		return DD_OK;
	}
	if (!dd_json_int(d, "size", &size) || size < 0 || (uint64_t)size > DD_LAYER_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "its descriptor has no usable size");
	blob->at = (struct dd_range_of){ -1, 0, (uint64_t)size };
	blob->open = fetch_layer;
	blob->open_ctx = dd_bundle_is_remote(img->bundle);
	img->target.layers[i].stored_bytes = (uint64_t)size;
	return DD_OK;
}

static enum dd_code take_layer(struct dd_image *img, size_t i, const json_t *d, struct dd_err *err)
{
	struct dd_layer *layer = &img->target.layers[i];
	struct dd_layer_blob *blob = &img->blobs[i];
	struct dd_str type = dd_json_str(d, "mediaType");
	enum media media = media_of(type);
	struct dd_err why;
	DD_TRY(dd_digest_parse(dd_json_str(d, "digest"), &blob->digest, err));
	blob->has_digest = true;
	layer->digest = dd_image_digest_text(img, &blob->digest);
	layer->media_type = dd_arena_str(&img->arena, dd_str_take(type, DD_FIELD_BYTES_MAX));
	if (media != MEDIA_LAYER && media != MEDIA_FOREIGN_LAYER) {
		blob->unreadable = dd_arena_printf(&img->arena, "its media type %s is not a layer that can be read",
						   DD_QUOTE(type));
		return blob->unreadable.p ? DD_OK : dd_fail_nomem(err);
	}
	if (dd_bundle_is_remote(img->bundle))
		return take_remote_layer(img, i, d, media == MEDIA_FOREIGN_LAYER, err);
	enum dd_code code = dd_bundle_find_blob(img->bundle, &blob->digest, &blob->at, &why);
	if (code == DD_ENOTFOUND && media == MEDIA_FOREIGN_LAYER) {
		blob->unreadable = DD_STR("it is a foreign layer whose bytes are not stored with the image");
		return DD_OK;
	}
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return code;
	}
	layer->stored_bytes = blob->at.size;
	return DD_OK;
}

static enum dd_code take_manifest(struct dd_image *img, const struct candidate *c, const json_t *manifest,
				  struct dd_err *err)
{
	const json_t *config_at = dd_json_obj(manifest, "config"), *layers = dd_json_arr(manifest, "layers");
	struct dd_str type = dd_json_str(config_at, "mediaType"), bytes;
	struct dd_digest d;
	struct dd_image_config config;
	if (!config_at || !layers)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the manifest has no config or no layers");
	if (media_of(type) != MEDIA_CONFIG)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "it is an artifact of type %s, not a container image", DD_QUOTE(type));
	DD_TRY(dd_digest_parse(dd_json_str(config_at, "digest"), &d, err));
	DD_TRY(dd_bundle_read_config(img->bundle, &d, config_size(manifest), &img->arena, &bytes, err));
	DD_TRY(dd_image_config_parse(bytes, &img->arena, &config, err));
	img->config = bytes;
	DD_TRY(dd_image_take_config(img, &config, dd_json_len(layers), err));
	img->target.config_digest = dd_image_digest_text(img, &d);
	img->target.digest = dd_image_digest_text(img, &c->digest);
	img->target.image = c->name.n ? c->name : c->ref;
	for (size_t i = 0; i < img->target.n_layers; i++) {
		if (take_layer(img, i, dd_json_at(layers, i), err) != DD_OK)
			return dd_wrap(err, "layer %zu", i);
	}
	return DD_OK;
}

static enum dd_code open_chosen(struct search *s, const struct candidate *c, struct dd_err *err)
{
	struct dd_str bytes;
	DD_CLEANUP_JSON json_t *doc = NULL;
	DD_TRY(dd_bundle_read_manifest(s->img->bundle, &c->digest, &s->img->arena, &bytes, err));
	if (dd_json_parse(bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "manifest");
	s->img->manifest = bytes;
	s->img->index = c->index;
	return take_manifest(s->img, c, doc, err);
}

/* One image, no choice: the platform that was asked for must be its own. */
static enum dd_code take_root(struct search *s, const struct candidate *root, const json_t *manifest,
			      struct dd_err *err)
{
	struct dd_platform have;
	const struct dd_image_choice *want = s->choice;
	if (dd_str_eq_c(dd_json_str(manifest, "mediaType"),
			"application/vnd.docker.distribution.manifest.v1+prettyjws") ||
	    dd_json_arr(manifest, "fsLayers"))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "its manifest is of Docker's schema 1, given up in 2015: push the image again");
	DD_TRY(take_manifest(s->img, root, manifest, err));
	if (!want->platform_asked)
		return DD_OK;
	DD_TRY(dd_platform_parse(s->img->target.platform, &have, err));
	if (!dd_platform_serves(&have, &want->platform))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the image is for %.*s, not for %.*s",
			       DD_FMT(s->img->target.platform),
			       DD_FMT(dd_platform_text(&want->platform, &s->img->arena)));
	return DD_OK;
}

static enum dd_code open_layout(struct search *s, struct dd_err *err)
{
	struct dd_str bytes;
	const struct candidate *chosen = NULL;
	DD_CLEANUP_JSON json_t *index = NULL;
	DD_TRY(dd_bundle_read(s->img->bundle, DD_STR("index.json"), DD_MANIFEST_BYTES_MAX, &s->img->arena, &bytes,
			      err));
	if (dd_json_parse(bytes, &index, err) != DD_OK)
		return dd_wrap(err, "index.json");
	DD_TRY(read_index(s, index, &(struct candidate){ .index = bytes }, 0, err));
	DD_TRY(choose(s, &chosen, err));
	return open_chosen(s, chosen, err);
}

/* The document says itself what it is, where its sender does not (or lies): an index lists manifests. */
static enum dd_code open_root(struct search *s, const struct dd_digest *digest, struct dd_str bytes, struct dd_err *err)
{
	const struct candidate root = { .digest = *digest }, outer = { .index = bytes };
	const struct candidate *chosen = &root;
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_json_parse(bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "manifest");
	if (!dd_json_arr(doc, "manifests")) {
		s->img->manifest = bytes;
		return take_root(s, &root, doc, err);
	}
	DD_TRY(read_index(s, doc, &outer, 0, err));
	DD_TRY(choose(s, &chosen, err));
	return open_chosen(s, chosen, err);
}

enum dd_code dd_image_oci_root(struct dd_image *img, const struct dd_image_choice *c, const struct dd_digest *digest,
			       struct dd_str document, struct dd_err *err)
{
	struct search s = { .img = img, .choice = c };
	enum dd_code code = open_root(&s, digest, document, err);
	dd_vec_done(&s.found);
	if (code != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(c->what)));
	return DD_OK;
}

enum dd_code dd_image_oci(struct dd_image *img, const struct dd_image_choice *c, struct dd_err *err)
{
	struct search s = { .img = img, .choice = c };
	enum dd_code code = open_layout(&s, err);
	dd_vec_done(&s.found);
	if (code != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(c->what)));
	return DD_OK;
}
