/* SPDX-License-Identifier: Apache-2.0 */
/* Attestations as BuildKit stores them (BuildKit, docs/attestations/attestation-storage.md): the index that lists the
 * image lists a manifest of platform unknown/unknown, too, with the annotations
 *   vnd.docker.reference.type = attestation-manifest, vnd.docker.reference.digest = digest of the image's manifest
 * whose layers are in-toto statements; the annotation in-toto.io/predicate-type of each says of what kind. */
#include "base/limits.h"
#include "format/json.h"
#include "image/image.h"

enum { ATTESTATIONS_MAX = 64 };

static bool is_of(const struct dd_image *img, const json_t *descriptor)
{
	const json_t *notes = dd_json_obj(descriptor, "annotations");
	return dd_str_eq_c(dd_json_str(notes, "vnd.docker.reference.type"), "attestation-manifest") &&
	       dd_str_eq(dd_json_str(notes, "vnd.docker.reference.digest"), img->target.digest);
}

static bool is_provenance(const json_t *descriptor)
{
	struct dd_str type = dd_json_str(dd_json_obj(descriptor, "annotations"), "in-toto.io/predicate-type");
	return dd_str_starts(type, DD_STR("https://slsa.dev/provenance/"));
}

static enum dd_code unreadable(struct dd_image *img, const struct dd_err *why, struct dd_err *err)
{
	if (why->code == DD_ENOMEM || dd_image_add_problem(img, -1, "an attestation of the image: %s", why->message))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code read_statement(struct dd_image *img, const json_t *descriptor, struct dd_err *err)
{
	struct dd_digest d;
	struct dd_str bytes;
	struct dd_err why;
	if (!is_provenance(descriptor) || img->attestations.n == ATTESTATIONS_MAX)
		return DD_OK;
	if (dd_digest_parse(dd_json_str(descriptor, "digest"), &d, &why) != DD_OK ||
	    dd_bundle_read_blob(img->bundle, &d, DD_CONFIG_BYTES_MAX, &img->arena, &bytes, &why) != DD_OK)
		return unreadable(img, &why, err);
	return dd_vec_push(&img->attestations, bytes, ATTESTATIONS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_manifest(struct dd_image *img, const json_t *descriptor, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_digest d;
	struct dd_str bytes;
	struct dd_err why;
	if (dd_digest_parse(dd_json_str(descriptor, "digest"), &d, &why) != DD_OK ||
	    dd_bundle_read_manifest(img->bundle, &d, &img->arena, &bytes, &why) != DD_OK ||
	    dd_json_parse(bytes, &doc, &why) != DD_OK)
		return unreadable(img, &why, err);
	const json_t *layers = dd_json_arr(doc, "layers");
	for (size_t i = 0; i < dd_json_len(layers) && i < ATTESTATIONS_MAX; i++)
		DD_TRY(read_statement(img, dd_json_at(layers, i), err));
	return DD_OK;
}

enum dd_code dd_image_read_attestations(struct dd_image *img, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *index = NULL;
	if (!img->bundle || dd_bundle_is_remote(img->bundle) || img->index.n == 0 ||
	    dd_json_parse(img->index, &index, NULL) != DD_OK)
		return DD_OK;
	const json_t *list = dd_json_arr(index, "manifests");
	size_t n = 0;
	for (size_t i = 0; i < dd_json_len(list) && n < ATTESTATIONS_MAX; i++) {
		if (!is_of(img, dd_json_at(list, i)))
			continue;
		DD_TRY(read_manifest(img, dd_json_at(list, i), err));
		n++;
	}
	return DD_OK;
}
