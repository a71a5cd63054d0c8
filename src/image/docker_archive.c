/* SPDX-License-Identifier: Apache-2.0 */
/* The archive of `docker save` (moby image spec v1.2, "Combined Image JSON + Filesystem Changeset Format").
 * manifest.json is an array of {"Config": file, "RepoTags": [...], "Layers": [file, ...]}. Three shapes in the wild:
 *   classic        <id>/layer.tar, uncompressed, named by no digest; a repeated layer is a symbolic link to the first
 *   Docker 25+     blobs/sha256/<hex> beside index.json; compressed when the containerd store made it
 *   podman         <diff_id>.tar, with <id>/layer.tar as links for old readers
 * Config is named by its digest ("<hex>.json" or "blobs/sha256/<hex>"), which is verified.
 * Not read: archives from before Docker 1.10, which have `repositories` only. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "image/places.h"

/* The digest that a file's name promises: 64 hex digits as its last component, before ".json" or ".tar". */
static bool digest_in_name(struct dd_str name, struct dd_digest *ret)
{
	size_t slash = dd_str_rfind(name, '/');
	struct dd_str last = slash < name.n ? dd_str_skip(name, slash + 1) : name;
	char text[DD_DIGEST_TEXT_MAX];
	if (dd_str_ends(last, DD_STR(".json")))
		last.n -= 5;
	else if (dd_str_ends(last, DD_STR(".tar")))
		last.n -= 4;
	if (last.n != 64)
		return false;
	(void)snprintf(text, sizeof text, "sha256:%.*s", DD_FMT(last));
	return dd_digest_parse(dd_str_from(text), ret, NULL) == DD_OK;
}

static bool has_tag(const json_t *image, struct dd_str selector)
{
	const json_t *tags = dd_json_arr(image, "RepoTags");
	for (size_t i = 0; i < dd_json_len(tags); i++) {
		struct dd_str tag = dd_json_text(dd_json_at(tags, i));
		size_t colon = dd_str_rfind(tag, ':');
		if (dd_str_eq(tag, selector) || dd_str_eq(dd_str_skip(tag, colon + 1), selector) ||
		    dd_str_eq(dd_str_take(tag, colon), selector))
			return true;
	}
	return false;
}

static void add_names(const json_t *images, struct dd_buf *out)
{
	for (size_t i = 0; i < dd_json_len(images); i++) {
		const json_t *tags = dd_json_arr(dd_json_at(images, i), "RepoTags");
		struct dd_str tag = dd_json_text(dd_json_at(tags, 0));
		(void)dd_buf_add_c(out, i ? ", " : "");
		(void)dd_buf_add_escaped(out, tag.n ? tag : dd_json_str(dd_json_at(images, i), "Config"));
	}
}

static enum dd_code choose(const json_t *images, const struct dd_image_choice *c, const json_t **ret,
			   struct dd_err *err)
{
	size_t n = dd_json_len(images), matches = 0;
	for (size_t i = 0; i < n; i++) {
		const json_t *image = dd_json_at(images, i);
		if (c->selector.n == 0 || has_tag(image, c->selector)) {
			*ret = image;
			matches++;
		}
	}
	if (matches == 1)
		return DD_OK;
	DD_CLEANUP_BUF struct dd_buf names = DD_BUF_INIT(300);
	add_names(images, &names);
	if (n == 0)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: manifest.json lists no image",
			       DD_QUOTE(dd_str_from(c->what)));
	if (matches == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s has no image %s; it has: %.*s",
			       DD_QUOTE(dd_str_from(c->what)), DD_QUOTE(c->selector), DD_FMT(dd_buf_str(&names)));
	return dd_fail(err, DD_EARG, DD_NO_OFFSET,
		       "%s holds %zu images; choose one as docker-archive:FILE:NAME of: %.*s",
		       DD_QUOTE(dd_str_from(c->what)), n, DD_FMT(dd_buf_str(&names)));
}

static enum dd_code read_config(struct dd_image *img, struct dd_str name, struct dd_image_config *ret,
				struct dd_err *err)
{
	struct dd_digest promised, got;
	char have[DD_DIGEST_TEXT_MAX], want[DD_DIGEST_TEXT_MAX];
	struct dd_str bytes;
	DD_TRY(dd_bundle_read(img->bundle, name, DD_CONFIG_BYTES_MAX, &img->arena, &bytes, err));
	DD_TRY(dd_digest_of(DD_SHA256, bytes, &got, err));
	if (digest_in_name(name, &promised) && !dd_digest_eq(&promised, &got))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET,
			       "image configuration: it has the digest %s, its name says %s",
			       dd_digest_text(&got, have), dd_digest_text(&promised, want));
	img->target.config_digest = dd_image_digest_text(img, &got);
	img->target.digest = img->target.config_digest;
	img->config = bytes;
	return dd_image_config_parse(bytes, &img->arena, ret, err);
}

/* Docker 25+ writes an index beside manifest.json: if one of its manifests names our configuration, that is the image's
 * digest as registries know it. A hint only: nothing fails when it is not there. */
static void find_manifest_digest(struct dd_image *img)
{
	struct dd_str bytes, manifest;
	DD_CLEANUP_JSON json_t *index = NULL;
	if (dd_bundle_read(img->bundle, DD_STR("index.json"), DD_MANIFEST_BYTES_MAX, &img->arena, &bytes, NULL) !=
		    DD_OK ||
	    dd_json_parse(bytes, &index, NULL) != DD_OK)
		return;
	const json_t *list = dd_json_arr(index, "manifests");
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++) {
		struct dd_digest d;
		DD_CLEANUP_JSON json_t *doc = NULL;
		if (dd_digest_parse(dd_json_str(dd_json_at(list, i), "digest"), &d, NULL) != DD_OK ||
		    dd_bundle_read_blob(img->bundle, &d, DD_MANIFEST_BYTES_MAX, &img->arena, &manifest, NULL) !=
			    DD_OK ||
		    dd_json_parse(manifest, &doc, NULL) != DD_OK)
			continue;
		if (dd_str_eq(dd_json_str(dd_json_obj(doc, "config"), "digest"), img->target.config_digest)) {
			img->target.digest = dd_image_digest_text(img, &d);
			img->manifest = manifest;
			img->index = bytes;
			return;
		}
	}
}

static enum dd_code take_layers(struct dd_image *img, const json_t *files, struct dd_err *err)
{
	for (size_t i = 0; i < img->target.n_layers; i++) {
		struct dd_str name = dd_json_text(dd_json_at(files, i));
		struct dd_layer_blob *blob = &img->blobs[i];
		struct dd_layer *layer = &img->target.layers[i];
		if (dd_bundle_find(img->bundle, name, &blob->at, err) != DD_OK)
			return dd_wrap(err, "layer %zu", i);
		layer->stored_bytes = blob->at.size;
		/* Only names in blobs/ are digests of the stored bytes; <id>/layer.tar is named by an id of another
		 * kind. */
		if (dd_str_starts(name, DD_STR("blobs/sha256/")) && digest_in_name(name, &blob->digest)) {
			blob->has_digest = true;
			layer->digest = dd_image_digest_text(img, &blob->digest);
		}
	}
	return DD_OK;
}

static enum dd_code take_image(struct dd_image *img, const json_t *image, const struct dd_image_choice *c,
			       struct dd_err *err)
{
	struct dd_image_config config;
	const json_t *files = dd_json_arr(image, "Layers");
	struct dd_str tag = dd_json_text(dd_json_at(dd_json_arr(image, "RepoTags"), 0));
	DD_TRY(read_config(img, dd_json_str(image, "Config"), &config, err));
	if (c->platform_asked && !dd_platform_serves(&config.platform, &c->platform))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the image is for %.*s/%.*s, not for %.*s/%.*s",
			       DD_FMT(config.platform.os), DD_FMT(config.platform.arch), DD_FMT(c->platform.os),
			       DD_FMT(c->platform.arch));
	DD_TRY(dd_image_take_config(img, &config, dd_json_len(files), err));
	img->target.kind = DD_STR("docker-archive");
	img->target.image = dd_arena_str(&img->arena, dd_str_take(tag, DD_FIELD_BYTES_MAX));
	if (!img->target.image.p)
		return dd_fail_nomem(err);
	find_manifest_digest(img);
	return take_layers(img, files, err);
}

enum dd_code dd_image_docker(struct dd_image *img, const struct dd_image_choice *c, struct dd_err *err)
{
	struct dd_str bytes;
	const json_t *image = NULL;
	DD_CLEANUP_JSON json_t *images = NULL;
	DD_TRY(dd_bundle_read(img->bundle, DD_STR("manifest.json"), DD_MANIFEST_BYTES_MAX, &img->arena, &bytes, err));
	if (dd_json_parse(bytes, &images, err) != DD_OK)
		return dd_wrap(err, "%s: manifest.json", DD_QUOTE(dd_str_from(c->what)));
	if (!json_is_array(images))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: manifest.json is not a list of images",
			       DD_QUOTE(dd_str_from(c->what)));
	DD_TRY(choose(images, c, &image, err));
	if (take_image(img, image, c, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(c->what)));
	return DD_OK;
}
