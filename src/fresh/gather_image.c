/* SPDX-License-Identifier: Apache-2.0 */
/* Does a tag still mean the image that it meant? The document behind it is asked for: its digest may be the known one;
 * if it is an index, one of its manifests may be; and where only the configuration's digest is known (docker save), the
 * manifest for the image's platform says which configuration it has. An image that was just pulled by its tag is not
 * asked about. The base image: labels org.opencontainers.image.base.name and .digest.
 * Source: OCI image specification v1.1, annotations.md, image-index.md, manifest.md. */
#include "base/limits.h"
#include "format/digest.h"
#include "format/json.h"
#include "fresh/gather_parts.h"

static enum dd_code fetch(struct dd_gathering *g, struct dd_str ref, struct dd_fresh_heard *ret, json_t **ret_doc,
			  struct dd_str *ret_digest, struct dd_err *err)
{
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_gather_file(g, DD_FRESH_MANIFEST, ref, DD_STR(""), ret, err));
	enum dd_code code = dd_digest_of(DD_SHA256, ret->file.bytes, &digest, err);
	if (code == DD_OK)
		code = dd_json_parse(ret->file.bytes, ret_doc, err);
	dd_fresh_heard_done(ret);
	DD_TRY(code);
	*ret_digest = dd_arena_str(g->arena, dd_str_from(dd_digest_text(&digest, text)));
	return ret_digest->p ? DD_OK : dd_fail_nomem(err);
}

static struct dd_str part_of(struct dd_str platform, unsigned n)
{
	struct dd_str part = DD_STR("");
	for (unsigned i = 0; i <= n; i++)
		if (!dd_str_next(&platform, '/', &part))
			return DD_STR("");
	return part;
}

/* The manifest of an index for a platform; empty: none. */
static struct dd_str choose(const json_t *index, struct dd_str platform)
{
	const json_t *list = dd_json_arr(index, "manifests");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *m = dd_json_at(list, i), *p = dd_json_obj(m, "platform");
		struct dd_str variant = dd_json_str(p, "variant"), wanted = part_of(platform, 2);
		if (dd_str_eq(dd_json_str(p, "os"), part_of(platform, 0)) &&
		    dd_str_eq(dd_json_str(p, "architecture"), part_of(platform, 1)) &&
		    (!wanted.n || !variant.n || dd_str_eq(variant, wanted)))
			return dd_json_str(m, "digest");
	}
	return DD_STR("");
}

static bool lists(const json_t *index, struct dd_str digest)
{
	const json_t *list = dd_json_arr(index, "manifests");
	for (size_t i = 0; i < dd_json_len(list); i++)
		if (dd_str_eq(dd_json_str(dd_json_at(list, i), "digest"), digest))
			return true;
	return false;
}

/* "name:tag" or "name@digest" without what follows the name. */
static struct dd_str name_of(struct dd_str ref)
{
	ref = dd_str_take(ref, dd_str_find(ref, '@'));
	size_t slash = dd_str_rfind(ref, '/'), colon = dd_str_rfind(ref, ':');
	return colon < ref.n && (slash == ref.n || colon > slash) ? dd_str_take(ref, colon) : ref;
}

struct known {
	struct dd_str digest, config; /* either may be empty */
};

static enum dd_code same_config(struct dd_gathering *g, struct dd_str ref, const json_t *doc, const struct known *k,
				bool *ret_same, bool *ret_known, struct dd_err *err)
{
	json_t *manifest DD_CLEANUP_JSON = NULL;
	struct dd_fresh_heard h;
	struct dd_str digest;
	*ret_known = true;
	if (dd_json_arr(doc, "manifests")) {
		struct dd_str chosen = choose(doc, g->inv->target.platform);
		*ret_known = chosen.n > 0; /* not built for this platform any more: nothing to compare with */
		if (!chosen.n)
			return DD_OK;
		struct dd_str pinned = dd_arena_printf(g->arena, "%.*s@%.*s", DD_FMT(name_of(ref)), DD_FMT(chosen));
		if (!pinned.p)
			return dd_fail_nomem(err);
		DD_TRY(fetch(g, pinned, &h, &manifest, &digest, err));
		doc = manifest;
	}
	*ret_same = dd_str_eq(dd_json_str(dd_json_obj(doc, "config"), "digest"), k->config);
	return DD_OK;
}

static enum dd_code look(struct dd_gathering *g, struct dd_str ref, const struct known *k, struct dd_upstream_tag *ret,
			 struct dd_err *err)
{
	json_t *doc DD_CLEANUP_JSON = NULL;
	struct dd_fresh_heard h;
	struct dd_upstream_tag t = { .state = DD_UPSTREAM_KNOWN, .reference = ref };
	bool same = false, known = true;
	DD_TRY(fetch(g, ref, &h, &doc, &t.digest, err));
	if (k->digest.n)
		same = dd_str_eq(t.digest, k->digest) || lists(doc, k->digest);
	if (!same && k->config.n)
		DD_TRY(same_config(g, ref, doc, k, &same, &known, err));
	t.moved = known && !same;
	*ret = t;
	return DD_OK;
}

static enum dd_code ask(struct dd_gathering *g, struct dd_str ref, const struct known *k, struct dd_upstream_tag *ret,
			struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = look(g, ref, k, ret, &why), told = DD_OK;
	if (code == DD_OK)
		return DD_OK;
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	ret->state = code == DD_ENOTFOUND ? DD_UPSTREAM_ABSENT : DD_UPSTREAM_FAILED;
	/* Names that registries do not have are those of images that were never pushed. */
	if (code == DD_EARG)
		told = dd_gathering_warn(g, "the image's name %s was not asked about: %.300s", DD_QUOTE(ref),
					 why.message);
	else if (code != DD_ENOTFOUND)
		told = dd_gathering_problem(g, "tag %s: %.350s", DD_QUOTE(ref), why.message);
	return told == DD_OK ? DD_OK : dd_fail_nomem(err);
}

static struct dd_str label(const struct dd_target *t, const char *key)
{
	for (size_t i = 0; i < t->n_labels; i++)
		if (dd_str_eq_c(t->labels[i].key, key))
			return t->labels[i].value;
	return DD_STR("");
}

enum dd_code dd_gather_image(struct dd_gathering *g, struct dd_err *err)
{
	const struct dd_target *t = &g->inv->target;
	struct dd_str base = label(t, "org.opencontainers.image.base.name");
	struct known own = { t->digest, t->config_digest };
	const struct known below = { label(t, "org.opencontainers.image.base.digest"), DD_STR("") };
	bool layout = dd_str_starts(t->kind, DD_STR("oci")); /* names of layouts are tags alone, mostly */
	bool pulled = dd_str_eq_c(t->kind, "registry");
	bool named = t->image.n && dd_str_find(t->image, '@') == t->image.n &&
		     (!layout || dd_str_find(t->image, '/') < t->image.n);
	if (dd_str_eq(own.digest, own.config))
		own.digest = DD_STR("");
	if (named && !pulled && (own.digest.n || own.config.n))
		DD_TRY(ask(g, t->image, &own, &g->out->tag, err));
	if (base.n && below.digest.n && dd_str_find(base, '@') == base.n)
		DD_TRY(ask(g, base, &below, &g->out->base, err));
	return DD_OK;
}
