/* SPDX-License-Identifier: Apache-2.0 */
#include "image/card_documents.h"

#include "base/limits.h"

static const struct {
	const char *type;
	enum dd_document kind;
} media_types[] = {
	{ "application/vnd.oci.image.index.v1+json", DD_DOCUMENT_INDEX },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", DD_DOCUMENT_INDEX },
	{ "application/vnd.oci.image.manifest.v1+json", DD_DOCUMENT_IMAGE },
	{ "application/vnd.docker.distribution.manifest.v2+json", DD_DOCUMENT_IMAGE },
};

enum dd_document dd_describe_kind(struct dd_str media_type, const json_t *doc)
{
	for (size_t i = 0; i < DD_COUNT(media_types); i++)
		if (dd_str_eq_c(media_type, media_types[i].type))
			return media_types[i].kind;
	if (dd_json_arr(doc, "manifests"))
		return DD_DOCUMENT_INDEX;
	return dd_json_obj(doc, "config") && dd_json_arr(doc, "layers") ? DD_DOCUMENT_IMAGE : DD_DOCUMENT_OTHER;
}

static bool keep(struct dd_arena *a, struct dd_str s, struct dd_str *ret)
{
	*ret = dd_arena_str(a, dd_str_take(s, DD_FIELD_BYTES_MAX));
	return ret->p != NULL;
}

static uint64_t size_of(const json_t *o)
{
	int64_t n;
	return dd_json_int(o, "size", &n) && n >= 0 ? (uint64_t)n : DD_CARD_UNKNOWN;
}

/* ---- index ---- */

static enum dd_code read_entry(const json_t *d, struct dd_arena *a, struct dd_described_entry *e, struct dd_err *err)
{
	const json_t *platform = dd_json_obj(d, "platform"), *notes = dd_json_obj(d, "annotations");
	DD_TRY(dd_digest_parse(dd_json_str(d, "digest"), &e->digest, err));
	e->size = size_of(d);
	bool ok = keep(a, dd_json_str(d, "mediaType"), &e->media_type) &&
		  keep(a, dd_json_str(platform, "os"), &e->platform.os) &&
		  keep(a, dd_json_str(platform, "architecture"), &e->platform.arch) &&
		  keep(a, dd_json_str(platform, "variant"), &e->platform.variant) &&
		  keep(a, dd_json_str(notes, "vnd.docker.reference.digest"), &e->attested);
	if (!ok)
		return dd_fail_nomem(err);
	e->platform_text = dd_platform_text(&e->platform, a);
	e->attestation = dd_json_str(notes, "vnd.docker.reference.type").n ||
			 (dd_str_eq_c(e->platform.os, "unknown") && dd_str_eq_c(e->platform.arch, "unknown"));
	return DD_OK;
}

enum dd_code dd_describe_index(const json_t *doc, struct dd_arena *a, struct dd_described_index *ret,
			       struct dd_err *err)
{
	const json_t *list = dd_json_arr(doc, "manifests");
	struct dd_described_index ix = { 0 };
	if (!list)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the index has no list 'manifests'");
	ix.n = dd_json_len(list);
	ix.more = ix.n > DD_INDEX_ENTRIES_MAX;
	ix.n = ix.more ? DD_INDEX_ENTRIES_MAX : ix.n;
	ix.p = dd_arena_array(a, ix.n, sizeof *ix.p);
	if (!ix.p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < ix.n; i++)
		if (read_entry(dd_json_at(list, i), a, &ix.p[i], err) != DD_OK)
			return dd_wrap(err, "entry %zu of the index", i);
	*ret = ix;
	return DD_OK;
}

size_t dd_describe_choose(const struct dd_described_index *ix, const struct dd_platform *want)
{
	for (size_t i = 0; i < ix->n; i++)
		if (!ix->p[i].attestation && dd_platform_serves(&ix->p[i].platform, want))
			return i;
	return ix->n;
}

/* ---- manifest ---- */

static enum dd_code read_layer(const json_t *d, struct dd_arena *a, struct dd_described_manifest *m,
			       struct dd_described_layer *l, struct dd_err *err)
{
	struct dd_digest digest;
	const json_t *notes = dd_json_obj(d, "annotations");
	DD_TRY(dd_digest_parse(dd_json_str(d, "digest"), &digest, err));
	l->size = size_of(d);
	if (!keep(a, dd_json_str(d, "mediaType"), &l->media_type) || !keep(a, dd_json_str(d, "digest"), &l->digest) ||
	    !keep(a, dd_json_str(notes, "in-toto.io/predicate-type"), &l->predicate))
		return dd_fail_nomem(err);
	if (l->size == DD_CARD_UNKNOWN || m->compressed == DD_CARD_UNKNOWN ||
	    __builtin_add_overflow(m->compressed, l->size, &m->compressed))
		m->compressed = DD_CARD_UNKNOWN;
	m->packed = m->packed || !(dd_str_ends(l->media_type, DD_STR(".tar")));
	return DD_OK;
}

enum dd_code dd_describe_manifest(const json_t *doc, struct dd_arena *a, struct dd_described_manifest *ret,
				  struct dd_err *err)
{
	const json_t *config = dd_json_obj(doc, "config"), *layers = dd_json_arr(doc, "layers"),
		     *notes = dd_json_obj(doc, "annotations");
	struct dd_described_manifest m = { .kind = DD_DOCUMENT_IMAGE };
	if (!config || !layers)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the manifest has no config or no layers");
	if (dd_digest_parse(dd_json_str(config, "digest"), &m.config, err) != DD_OK)
		return dd_wrap(err, "config of the manifest");
	m.config_size = size_of(config);
	m.n_layers = dd_json_len(layers);
	if (m.n_layers > DD_LAYERS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the manifest has %zu layers, more than the limit of %d",
			       m.n_layers, DD_LAYERS_MAX);
	m.layers = dd_arena_array(a, m.n_layers, sizeof *m.layers);
	if (!m.layers || !keep(a, dd_json_str(config, "mediaType"), &m.config_media_type) ||
	    !keep(a, dd_json_str(doc, "artifactType"), &m.artifact_type) ||
	    !keep(a, dd_json_str(dd_json_obj(doc, "subject"), "digest"), &m.subject) ||
	    !keep(a, dd_json_str(notes, "org.opencontainers.image.base.name"), &m.base_name) ||
	    !keep(a, dd_json_str(notes, "org.opencontainers.image.base.digest"), &m.base_digest))
		return dd_fail_nomem(err);
	for (size_t i = 0; i < m.n_layers; i++)
		if (read_layer(dd_json_at(layers, i), a, &m, &m.layers[i], err) != DD_OK)
			return dd_wrap(err, "layer %zu of the manifest", i);
	if (!dd_str_eq_c(m.config_media_type, "application/vnd.oci.image.config.v1+json") &&
	    !dd_str_eq_c(m.config_media_type, "application/vnd.docker.container.image.v1+json"))
		m.kind = DD_DOCUMENT_ARTIFACT;
	*ret = m;
	return DD_OK;
}
