/* SPDX-License-Identifier: Apache-2.0 */
/* Images by name. Who is asked, and in which order: the engines of this machine (docker, podman) and their stores on
 * disk (containerd, containers-storage), because what is meant is mostly what is there; then the registry of the name.
 * A prefix ("registry:") asks one of them only.
 *
 * An engine's image is told by its id, the digest of its configuration: it is exported (a whole archive, the only way
 * that engines give one) when no record of an earlier scan knows the id. A registry's image is told by the digest of
 * the document behind its tag; its layers come one by one, and only those that are not known. */
#include "base/limits.h"
#include "format/json.h"
#include "image/opening.h"
#include "image/stores.h"

static const struct place_of {
	enum dd_place place;
	uint32_t remote; /* bits of DD_REMOTE_*, 0: a store */
	unsigned stores; /* bits of DD_STORES_* */
} places[] = {
	{ DD_PLACE_DOCKER, DD_REMOTE_DOCKER, 0 },	  { DD_PLACE_PODMAN, DD_REMOTE_PODMAN, 0 },
	{ DD_PLACE_CONTAINERD, 0, DD_STORES_CONTAINERD }, { DD_PLACE_STORAGE, 0, DD_STORES_CONTAINERS },
	{ DD_PLACE_REGISTRY, DD_REMOTE_REGISTRY, 0 },
};

uint32_t dd_place_remotes(enum dd_place place)
{
	for (size_t i = 0; i < DD_COUNT(places); i++)
		if (places[i].place == place)
			return places[i].remote;
	return place == DD_PLACE_NAME ? DD_REMOTE_DOCKER | DD_REMOTE_PODMAN | DD_REMOTE_REGISTRY : 0;
}

static const struct {
	uint32_t remote;
	const char *kind;
} kinds[] = {
	{ DD_REMOTE_DOCKER, "docker" },
	{ DD_REMOTE_PODMAN, "podman" },
	{ DD_REMOTE_REGISTRY, "registry" },
};

/* Where the image is. */
struct found {
	bool in_store;
	struct dd_remote_found remote;
	struct dd_store_found store;
};

static enum dd_code ask(struct dd_opening *o, uint32_t remote, struct found *ret, struct dd_err *err)
{
	if (!o->req->remote)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "%s: this command reads files and directories, not images by name",
			       DD_QUOTE(o->spec.name));
	ret->in_store = false;
	return dd_remote_resolve(o->req->remote, remote, &ret->remote, err);
}

static enum dd_code look(struct dd_opening *o, unsigned stores, struct dd_arena *a, struct found *ret,
			 struct dd_err *err)
{
	static const struct dd_store_places none;
	const struct dd_store_places *in = o->req->stores ? o->req->stores : &none;
	ret->in_store = true;
	return dd_stores_with_image(in, stores, o->spec.name, a, &ret->store, err);
}

/* A bare name: engines, stores, and the registry when nothing here has it. */
static enum dd_code find_anywhere(struct dd_opening *o, struct dd_arena *a, struct found *ret, struct dd_err *err)
{
	struct dd_err why;
	enum dd_code code = ask(o, DD_REMOTE_DOCKER | DD_REMOTE_PODMAN, ret, &why);
	/* An engine that may not be asked is no reason to fetch from afar what it may have. */
	if (code == DD_ENOTFOUND)
		code = look(o, DD_STORES_ALL, a, ret, &why);
	if (code == DD_OK)
		return DD_OK;
	if (code != DD_ENOTFOUND)
		return dd_fail(err, code, DD_NO_OFFSET,
			       "%.400s ('registry:' before the name asks its registry instead)", why.message);
	if (ask(o, DD_REMOTE_REGISTRY, ret, err) != DD_OK)
		return dd_wrap(err, "%s is no file here and no image of a local engine; its registry",
			       DD_QUOTE(o->spec.name));
	return DD_OK;
}

/* Texts of what is found live in a, or as long as the request's remote. */
static enum dd_code find(struct dd_opening *o, struct dd_arena *a, struct found *ret, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(places); i++) {
		if (places[i].place != o->spec.place)
			continue;
		return places[i].remote ? ask(o, places[i].remote, ret, err) : look(o, places[i].stores, a, ret, err);
	}
	return find_anywhere(o, a, ret, err);
}

static bool identity_of(const struct dd_opening *o, const struct dd_remote_found *f, struct dd_digest *ret)
{
	struct dd_identity id = { 0 };
	if (f->digest.n == 0 || dd_hasher_new(DD_SHA256, &id.h, NULL) != DD_OK)
		return false;
	dd_identity_begin(&id, o->req, &o->spec);
	dd_identity_add(&id, &f->place, sizeof f->place);
	dd_identity_add(&id, f->name.p, f->name.n);
	dd_identity_add(&id, "", 1);
	dd_identity_add(&id, f->digest.p, f->digest.n);
	bool ok = !id.failed && dd_hasher_end(id.h, ret, NULL) == DD_OK;
	dd_hasher_freep(&id.h);
	return ok;
}

/* A store's image: its digest says what it is, the store where it lies. */
static bool store_identity(const struct dd_opening *o, const struct dd_store_found *f, struct dd_digest *ret)
{
	char digest[DD_DIGEST_TEXT_MAX];
	struct dd_remote_found as = { .place = 1u << 16 | (uint32_t)f->place.kind,
				      .name = f->name,
				      .digest = dd_str_from(dd_digest_text(&f->image.id, digest)) };
	return identity_of(o, &as, ret);
}

/* Is the image's configuration the one that the manifest of this digest names? Both lie in the archive. */
static bool manifest_names(struct dd_image *img, struct dd_str digest)
{
	struct dd_digest d;
	struct dd_str bytes;
	DD_CLEANUP_JSON json_t *doc = NULL;
	return dd_digest_parse(digest, &d, NULL) == DD_OK &&
	       dd_bundle_read_blob(img->bundle, &d, DD_MANIFEST_BYTES_MAX, &img->arena, &bytes, NULL) == DD_OK &&
	       dd_json_parse(bytes, &doc, NULL) == DD_OK &&
	       dd_str_eq(dd_json_str(dd_json_obj(doc, "config"), "digest"), img->target.config_digest);
}

/* The id of Docker's containerd store: a manifest's or an index's digest. */
static bool index_names(struct dd_image *img, struct dd_str digest)
{
	struct dd_digest d;
	struct dd_str bytes;
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_digest_parse(digest, &d, NULL) != DD_OK ||
	    dd_bundle_read_blob(img->bundle, &d, DD_MANIFEST_BYTES_MAX, &img->arena, &bytes, NULL) != DD_OK ||
	    dd_json_parse(bytes, &doc, NULL) != DD_OK)
		return false;
	const json_t *list = dd_json_arr(doc, "manifests");
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++)
		if (manifest_names(img, dd_json_str(dd_json_at(list, i), "digest")))
			return true;
	return false;
}

/* Is what was opened what the id says? Registries and containerd are followed from the digest itself. An engine, or a
 * containers-storage, says any id that it likes of any image: remembered under another image's id, the result of a
 * harmless one would be told of that. */
static bool is_proven(struct dd_image *img, const struct found *f)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str id = f->remote.digest;
	if (f->in_store ? f->store.place.kind == DD_STORE_CONTAINERD : f->remote.place == DD_REMOTE_REGISTRY)
		return true;
	if (f->in_store)
		id = dd_str_from(dd_digest_text(&f->store.image.id, text));
	if (dd_str_eq(id, img->target.config_digest))
		return true;
	return !f->in_store && img->bundle && (manifest_names(img, id) || index_names(img, id));
}

static bool identify(const struct dd_opening *o, const struct found *f, struct dd_digest *ret)
{
	return f->in_store ? store_identity(o, &f->store, ret) : identity_of(o, &f->remote, ret);
}

bool dd_opening_name_identity(struct dd_opening *o, struct dd_digest *ret)
{
	struct dd_arena a = DD_ARENA_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX);
	struct found f;
	bool ok = find(o, &a, &f, NULL) == DD_OK && identify(o, &f, ret);
	dd_arena_done(&a);
	return ok;
}

static enum dd_code open_registry(struct dd_opening *o, const struct dd_remote_found *f, struct dd_err *err)
{
	struct dd_digest digest;
	DD_TRY(dd_bundle_remote(o->req->remote, o->choice.what, &o->img->bundle, err));
	DD_TRY(dd_digest_parse(f->digest, &digest, err));
	return dd_image_oci_root(o->img, &o->choice, &digest, f->manifest, err);
}

static enum dd_code open_engine(struct dd_opening *o, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *archive = NULL;
	DD_TRY(dd_remote_export(o->req->remote, &archive, err));
	o->choice.selector = DD_STR(""); /* the engine gave the one that was named */
	return dd_opening_archive(o, archive, err);
}

enum dd_code dd_opening_name(struct dd_opening *o, struct dd_err *err)
{
	struct dd_image *img = o->img;
	struct found f;
	DD_TRY(find(o, &img->arena, &f, err));
	if (f.in_store) {
		DD_TRY(dd_image_store(img, &o->choice, &f.store, err));
		img->target.image = f.store.name;
	} else {
		DD_TRY(f.remote.place == DD_REMOTE_REGISTRY ? open_registry(o, &f.remote, err) : open_engine(o, err));
		for (size_t i = 0; i < DD_COUNT(kinds); i++)
			if (kinds[i].remote == f.remote.place)
				img->target.kind = dd_str_from(kinds[i].kind);
		img->target.image = f.remote.name;
	}
	img->has_identity = is_proven(img, &f) && identify(o, &f, &img->identity);
	return DD_OK;
}
