/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of image/stores.h share. */
#ifndef DD_STORE_PARTS_H
#define DD_STORE_PARTS_H

#include "base/vec.h"
#include "image/stores.h"

enum {
	DD_STORE_IMAGES_MAX = 65536,
	DD_STORE_NAMES_MAX = 4096, /* of one image */
	DD_STORE_CONTAINERS_MAX = 65536,
};

/* ---- files of a store ---- */

/* The kernel keeps every look-up below dir. */
enum dd_code dd_store_open_root(const char *root, int *ret_fd, struct dd_err *err);
/* A regular file below dir; DD_ENOTFOUND. Its bytes, in a; DD_ELIMIT over max. */
enum dd_code dd_store_read(int dir, const char *path, uint64_t max, struct dd_arena *a, struct dd_str *ret,
			   struct dd_err *err);
/* The same, and its digest must be this one. */
enum dd_code dd_store_read_blob(int dir, const char *path, const struct dd_digest *digest, uint64_t max,
				struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
bool dd_store_has(int dir, const char *path);

/* ---- images while they are gathered ---- */

struct dd_store_list {
	DD_VEC(struct dd_store_image) images;
	struct dd_arena *a;
};
void dd_store_list_done(struct dd_store_list *l);
/* Sorts what was gathered and copies it into the list's arena. */
enum dd_code dd_store_list_end(struct dd_store_list *l, struct dd_store_images *ret, struct dd_err *err);
/* Appends a copy of text to an array in a of *n texts, of which max may be there at most. */
enum dd_code dd_store_add_text(struct dd_str **p, size_t *n, size_t max, struct dd_str text, struct dd_arena *a,
			       struct dd_err *err);
void dd_store_sort_texts(struct dd_str *p, size_t n);

/* ---- the two kinds ---- */

/* With what one document says: names and ids, nothing that needs a look at each image. */
enum dd_code dd_containerd_list(const struct dd_store_place *place, struct dd_store_list *l, struct dd_err *err);
enum dd_code dd_storage_list(const struct dd_store_place *place, struct dd_store_list *l, struct dd_err *err);
/* Size and platform of each image, and who uses it; what cannot be read stays unknown. */
enum dd_code dd_containerd_look(const struct dd_store_place *place, struct dd_store_images *all, struct dd_arena *a,
				struct dd_err *err);
enum dd_code dd_storage_look(const struct dd_store_place *place, struct dd_store_images *all, struct dd_arena *a,
			     struct dd_err *err);

enum dd_code dd_image_containerd(struct dd_image *img, const struct dd_image_choice *c,
				 const struct dd_store_found *found, struct dd_err *err);
enum dd_code dd_image_storage(struct dd_image *img, const struct dd_image_choice *c, const struct dd_store_found *found,
			      struct dd_err *err);

/* ---- names ---- */

struct dd_store_wanted {
	struct dd_str text;	 /* as the user wrote it */
	struct dd_str reference; /* in full: "docker.io/library/alpine:3.9"; empty: text is none */
	struct dd_str local;	 /* "localhost/alpine:3.9" */
	struct dd_str name;	 /* the reference without tag and digest; empty: text has no digest */
	struct dd_str hex;	 /* lower-case digits of an id or its beginning; empty: text is none */
	struct dd_digest digest; /* of the reference, when name is not empty */
};
enum dd_code dd_store_want(struct dd_str text, struct dd_arena *a, struct dd_store_wanted *ret, struct dd_err *err);
/* Does the image have that name or id? */
bool dd_store_is_wanted(const struct dd_store_image *image, const struct dd_store_wanted *w);

#endif
