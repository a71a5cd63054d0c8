/* SPDX-License-Identifier: Apache-2.0 */
/* What a reference stands for. A HEAD tells the digest, and is no pull; the documents behind it come from the cache or
 * by digest: index, the platform's manifest, its configuration. */
#include <stdio.h>

#include "base/limits.h"
#include "cmd/inspect_parts.h"

static struct dd_str keep_digest(struct dd_inspect *in, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str s = dd_arena_str(&in->arena, dd_str_from(dd_digest_text(d, text)));
	return s.p ? s : DD_STR("");
}

static enum dd_code fetch(struct dd_inspect *in, const struct dd_reference *ref, struct dd_registry_manifest *ret,
			  struct dd_err *err)
{
	in->pulls++;
	DD_TRY(dd_registry_manifest(in->registry, ref, &in->arena, ret, err));
	dd_inspect_keep(in, &ret->digest, ret->bytes);
	return DD_OK;
}

enum dd_code dd_inspect_document(struct dd_inspect *in, const struct dd_digest *digest, struct dd_str *ret,
				 struct dd_err *err)
{
	struct dd_registry_manifest m;
	struct dd_reference ref = in->ref;
	if (dd_inspect_kept(in, digest, DD_MANIFEST_BYTES_MAX, ret, &in->arena))
		return DD_OK;
	ref.tag = DD_STR("");
	ref.digest = keep_digest(in, digest);
	DD_TRY(fetch(in, &ref, &m, err));
	*ret = m.bytes;
	return DD_OK;
}

/* The digest of the reference and the document behind it. */
static enum dd_code resolve(struct dd_inspect *in, struct dd_str *ret, struct dd_str *ret_type, struct dd_err *err)
{
	struct dd_registry_head head;
	struct dd_registry_manifest m;
	*ret_type = DD_STR("");
	if (in->ref.digest.n) {
		DD_TRY(dd_digest_parse(in->ref.digest, &in->digest, err));
		return dd_inspect_document(in, &in->digest, ret, err);
	}
	enum dd_code code = dd_registry_head(in->registry, &in->ref, &in->arena, &head, err);
	/* What is not there is not there for GET either; a registry that does not answer HEAD may answer GET. */
	if (code == DD_ENOTFOUND || code == DD_EARG || code == DD_EIO || code == DD_ENOMEM)
		return code;
	if (code == DD_OK && head.has_digest) {
		in->digest = head.digest;
		*ret_type = head.media_type;
		return dd_inspect_document(in, &in->digest, ret, err);
	}
	DD_TRY(fetch(in, &in->ref, &m, err));
	in->digest = m.digest;
	*ret_type = m.media_type;
	*ret = m.bytes;
	return DD_OK;
}

/* ---- index ---- */

static enum dd_code take_platforms(struct dd_inspect *in, size_t chosen, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	c->platforms = dd_arena_array(&in->arena, in->index.n, sizeof *c->platforms);
	if (!c->platforms)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < in->index.n; i++) {
		const struct dd_described_entry *e = &in->index.p[i];
		if (e->attestation)
			continue;
		c->platforms[c->n_platforms++] = (struct dd_card_platform){ .text = e->platform_text,
									    .digest = keep_digest(in, &e->digest),
									    .size = DD_CARD_UNKNOWN,
									    .chosen = i == chosen };
	}
	return DD_OK;
}

static enum dd_code no_platform(struct dd_inspect *in, const struct dd_platform *want, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf have = DD_BUF_INIT(DD_ERR_MESSAGE_MAX / 2);
	for (size_t i = 0; i < in->index.n; i++)
		if (!in->index.p[i].attestation) {
			(void)dd_buf_add_c(&have, have.n ? ", " : "");
			(void)dd_buf_add_escaped(&have, in->index.p[i].platform_text);
		}
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "there is no image for %s; there is: %.*s",
		       DD_QUOTE(dd_platform_text(want, &in->arena)), DD_FMT(dd_buf_str(&have)));
}

static enum dd_code choose(struct dd_inspect *in, size_t *ret, struct dd_err *err)
{
	struct dd_platform want = dd_platform_host();
	if (in->o->platform)
		DD_TRY(dd_platform_parse(dd_str_from(in->o->platform), &want, err));
	*ret = dd_describe_choose(&in->index, &want);
	if (*ret < in->index.n)
		return DD_OK;
	if (in->o->platform)
		return no_platform(in, &want, err);
	for (*ret = 0; *ret < in->index.n && in->index.p[*ret].attestation;)
		++*ret;
	if (*ret == in->index.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the index lists no image");
	dd_card_add_note(&in->card, &in->arena, DD_CARD_NOTE, "other-platform",
			 "There is no image for this machine (%s): the card is about %s.",
			 DD_QUOTE(dd_platform_text(&want, &in->arena)), DD_QUOTE(in->index.p[*ret].platform_text));
	return DD_OK;
}

/* doc is an index: goes to the platform's manifest. An index inside an index is followed, to a depth. */
static enum dd_code follow_index(struct dd_inspect *in, json_t **doc, struct dd_err *err)
{
	for (unsigned depth = 0; dd_describe_kind(dd_json_str(*doc, "mediaType"), *doc) == DD_DOCUMENT_INDEX; depth++) {
		struct dd_str bytes;
		size_t at;
		if (depth >= DD_INDEX_DEPTH_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "indexes lie more than %d deep in each other",
				       DD_INDEX_DEPTH_MAX);
		DD_TRY(dd_describe_index(*doc, &in->arena, &in->index, err));
		DD_TRY(choose(in, &at, err));
		if (depth == 0)
			DD_TRY(take_platforms(in, at, err));
		in->manifest = in->index.p[at].digest;
		DD_TRY(dd_inspect_document(in, &in->manifest, &bytes, err));
		dd_json_freep(doc);
		if (dd_json_parse(bytes, doc, err) != DD_OK)
			return dd_wrap(err, "manifest");
	}
	return DD_OK;
}

/* ---- manifest and configuration ---- */

static enum dd_code take_config(struct dd_inspect *in, struct dd_err *err)
{
	const struct dd_described_manifest *m = &in->document;
	struct dd_str bytes;
	uint64_t size = m->config_size == DD_CARD_UNKNOWN ? DD_CONFIG_BYTES_MAX : m->config_size;
	if (!dd_inspect_kept(in, &m->config, DD_CONFIG_BYTES_MAX, &bytes, &in->arena)) {
		DD_TRY(dd_registry_blob_bytes(in->registry, &in->ref, &m->config, size, DD_CONFIG_BYTES_MAX, &in->arena,
					      &bytes, err));
		dd_inspect_keep(in, &m->config, bytes);
	}
	return dd_describe_config(bytes, &in->arena, &in->card, err);
}

static enum dd_code take_manifest(struct dd_inspect *in, const json_t *doc, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	struct dd_str artifact;
	DD_TRY(dd_describe_manifest(doc, &in->arena, &in->document, err));
	const struct dd_described_manifest *m = &in->document;
	c->config_digest = keep_digest(in, &m->config);
	c->compressed = m->compressed;
	c->n_layers = m->n_layers;
	if (m->compressed != DD_CARD_UNKNOWN && !m->packed)
		c->unpacked = m->compressed;
	for (size_t i = 0; i < c->n_platforms; i++)
		if (c->platforms[i].chosen)
			c->platforms[i].size = m->compressed;
	if (m->kind == DD_DOCUMENT_ARTIFACT) {
		in->artifact = true;
		artifact = m->artifact_type.n ? m->artifact_type : m->config_media_type;
		dd_card_add_note(c, &in->arena, DD_CARD_NOTE, "artifact",
				 "This is an artifact of type %s, not a container image.", DD_QUOTE(artifact));
		return DD_OK;
	}
	if (take_config(in, err) != DD_OK)
		return dd_wrap(err, "the image's configuration");
	if (m->base_name.n && c->base.name.n == 0) {
		c->base.name = m->base_name;
		c->base.digest = m->base_digest;
		c->base.how = DD_STR("annotation");
	}
	if (c->n_layers != m->n_layers)
		dd_card_add_note(c, &in->arena, DD_CARD_WARNING, "layers-disagree",
				 "The manifest lists %zu layers, the configuration %zu.", m->n_layers, c->n_layers);
	return DD_OK;
}

static enum dd_code take_only_platform(struct dd_inspect *in, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	c->platforms = dd_arena_array(&in->arena, 1, sizeof *c->platforms);
	if (!c->platforms)
		return dd_fail_nomem(err);
	c->platforms[c->n_platforms++] = (struct dd_card_platform){
		.text = c->platform, .digest = c->digest, .size = c->compressed, .chosen = true
	};
	return DD_OK;
}

enum dd_code dd_inspect_registry(struct dd_inspect *in, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	struct dd_str bytes, type;
	DD_CLEANUP_JSON json_t *doc = NULL;
	c->place = DD_STR("registry");
	DD_TRY(resolve(in, &bytes, &type, err));
	in->manifest = in->digest;
	c->digest = keep_digest(in, &in->digest);
	if (dd_json_parse(bytes, &doc, err) != DD_OK)
		return dd_wrap(err, "manifest");
	struct dd_str stated = dd_json_str(doc, "mediaType");
	c->media_type = dd_arena_str(&in->arena, dd_str_take(stated.n ? stated : type, DD_FIELD_BYTES_MAX));
	DD_TRY(follow_index(in, &doc, err));
	c->manifest_digest = keep_digest(in, &in->manifest);
	DD_TRY(take_manifest(in, doc, err));
	return c->n_platforms || in->artifact ? DD_OK : take_only_platform(in, err);
}
