/* SPDX-License-Identifier: Apache-2.0 */
/* Images by name. Who is asked, and in which order: the engines of this machine (docker, podman) and their stores on
 * disk (containerd, containers-storage), because what is meant is mostly what is there; then the registry of the name.
 * A prefix ("registry:") asks one of them only.
 *
 * An engine's image is told by its id, the digest of its configuration: it is exported (a whole archive, the only way
 * that engines give one) when no record of an earlier scan knows the id. A registry's image is told by the digest of
 * the document behind its tag; its layers come one by one, and only those that are not known. */
#include "base/limits.h"
#include "image/opening.h"

static const struct place_of {
	enum dd_place place;
	uint32_t remote; /* bits */
} places[] = {
	{ DD_PLACE_DOCKER, DD_REMOTE_DOCKER },
	{ DD_PLACE_PODMAN, DD_REMOTE_PODMAN },
	{ DD_PLACE_REGISTRY, DD_REMOTE_REGISTRY },
};

static const struct {
	uint32_t remote;
	const char *kind;
} kinds[] = {
	{ DD_REMOTE_DOCKER, "docker" },
	{ DD_REMOTE_PODMAN, "podman" },
	{ DD_REMOTE_REGISTRY, "registry" },
};

/* A bare name: the registry is asked when nothing here has it. */
static enum dd_code resolve_anywhere(struct dd_opening *o, struct dd_remote_found *ret, struct dd_err *err)
{
	struct dd_err why;
	enum dd_code code = dd_remote_resolve(o->req->remote, DD_REMOTE_DOCKER | DD_REMOTE_PODMAN, ret, &why);
	if (code == DD_OK)
		return DD_OK;
	if (code != DD_ENOTFOUND) {
		dd_err_copy(err, &why);
		return code;
	}
	if (dd_remote_resolve(o->req->remote, DD_REMOTE_REGISTRY, ret, err) != DD_OK)
		return dd_wrap(err, "%s is no file here and no image of a local engine; its registry",
			       DD_QUOTE(o->spec.name));
	return DD_OK;
}

static enum dd_code resolve(struct dd_opening *o, struct dd_remote_found *ret, struct dd_err *err)
{
	if (!o->req->remote)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "%s: this command reads files and directories, not images by name",
			       DD_QUOTE(o->spec.name));
	for (size_t i = 0; i < DD_COUNT(places); i++)
		if (places[i].place == o->spec.place)
			return dd_remote_resolve(o->req->remote, places[i].remote, ret, err);
	return resolve_anywhere(o, ret, err);
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

bool dd_opening_name_identity(struct dd_opening *o, struct dd_digest *ret)
{
	struct dd_remote_found f;
	return o->req->remote && resolve(o, &f, NULL) == DD_OK && identity_of(o, &f, ret);
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
	struct dd_remote_found f;
	DD_TRY(resolve(o, &f, err));
	DD_TRY(f.place == DD_REMOTE_REGISTRY ? open_registry(o, &f, err) : open_engine(o, err));
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		if (kinds[i].remote == f.place)
			img->target.kind = dd_str_from(kinds[i].kind);
	img->target.image = f.name;
	img->has_identity = identity_of(o, &f, &img->identity);
	return DD_OK;
}
