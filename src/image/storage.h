/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of containers-storage: internal to src/image. */
#ifndef DD_STORAGE_H
#define DD_STORAGE_H

#include "base/limits.h"
#include "base/map.h"
#include "format/json.h"
#include "image/store_parts.h"

struct dd_storage_driver {
	const char *name;
	const char *before, *after; /* and the layer's id between them: where its files lie */
};

/* A root that is open, and its documents. */
struct dd_storage {
	int root; /* owned */
	const struct dd_storage_driver *driver;
	json_t *images, *layers; /* owned */
	struct dd_map layer_at;	 /* id → index in layers */
};

/* DD_ENOTFOUND: no store of a driver that is known. */
enum dd_code dd_storage_open(const char *root, struct dd_storage *ret, struct dd_err *err);
void dd_storage_done(struct dd_storage *s);

/* The layers of an image from the base up, ids in ret[0..*ret_n); at most DD_LAYERS_MAX. DD_EPARSE: one is missing. */
enum dd_code dd_storage_chain(const struct dd_storage *s, struct dd_str top, const json_t *ret[DD_LAYERS_MAX],
			      size_t *ret_n, struct dd_err *err);

/* The image's own documents, verified: its manifest and the configuration that it names. id: the image's directory. */
enum dd_code dd_storage_manifest(const struct dd_storage *s, struct dd_str id, const struct dd_digest *digest,
				 struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
enum dd_code dd_storage_config(const struct dd_storage *s, struct dd_str id, const struct dd_digest *digest,
			       struct dd_arena *a, struct dd_str *ret, struct dd_err *err);

/* 64 hexadecimal digits: what may stand in a path. */
bool dd_storage_is_id(struct dd_str s);

#endif
