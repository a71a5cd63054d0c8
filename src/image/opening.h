/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that open images (open.c: paths, open_name.c: names) share. Internal to src/image. */
#ifndef DD_OPENING_H
#define DD_OPENING_H

#include "image/places.h"

struct dd_opening {
	const struct dd_image_request *req;
	struct dd_target_spec spec;
	struct dd_image_choice choice;
	struct dd_image *img;
};

/* An archive, compressed or not, from a stream (borrowed): spooled, then told by its content. */
enum dd_code dd_opening_archive(struct dd_opening *o, struct dd_stream *in, struct dd_err *err);

/* context.c: what img->ignore says of the build context in dir. dockerfile: its path there, empty: "Dockerfile". */
enum dd_code dd_image_context_ignore(struct dd_image *img, int dir, struct dd_str dockerfile, struct dd_err *err);

/* An image by its name, from the engines, their stores, and its registry. */
enum dd_code dd_opening_name(struct dd_opening *o, struct dd_err *err);
/* Its identity without reading it: where it was found, and its digest there. False: not found, or it has none. */
bool dd_opening_name_identity(struct dd_opening *o, struct dd_digest *ret);

/* What tells stored bytes from others, gathered into a digest. */
struct dd_identity {
	struct dd_hasher *h;
	bool failed;
};
void dd_identity_add(struct dd_identity *id, const void *p, size_t n);
/* The request's half: place, selector, platform. */
void dd_identity_begin(struct dd_identity *id, const struct dd_image_request *req, const struct dd_target_spec *spec);

#endif
