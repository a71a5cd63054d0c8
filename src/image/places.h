/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of image inside a bundle. Each fills target and blobs of img, whose bundle is set. */
#ifndef DD_PLACES_H
#define DD_PLACES_H

#include "image/image.h"

struct dd_image_choice {
	struct dd_str selector;	     /* tag or reference, may be empty */
	struct dd_platform platform; /* asked for, or the host's */
	bool platform_asked, any_platform;
	const char *what; /* the target's name for messages */
};

/* manifest.json of `docker save` and `podman save`. */
enum dd_code dd_image_docker(struct dd_image *img, const struct dd_image_choice *c, struct dd_err *err);
/* index.json of an OCI image layout. */
enum dd_code dd_image_oci(struct dd_image *img, const struct dd_image_choice *c, struct dd_err *err);

/* The image (chosen from an index, if it is one) whose top document is known by its digest, which was checked. Its
 * other documents and layers come from img's bundle. */
enum dd_code dd_image_oci_root(struct dd_image *img, const struct dd_image_choice *c, const struct dd_digest *digest,
			       struct dd_str document, struct dd_err *err);

/* Copies a parsed configuration into img's target and blobs' diff_ids; n_layers of the manifest must agree. */
enum dd_code dd_image_take_config(struct dd_image *img, const struct dd_image_config *config, size_t n_layers,
				  struct dd_err *err);
/* Text of a digest in img's arena. */
struct dd_str dd_image_digest_text(struct dd_image *img, const struct dd_digest *d);

#endif
