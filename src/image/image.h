/* SPDX-License-Identifier: Apache-2.0 */
/* One image, wherever it lies: what it says of itself, and where the bytes of its layers are. Opening reads documents
 * only, verifies those that have a digest, and touches no layer. */
#ifndef DD_IMAGE_H
#define DD_IMAGE_H

#include "base/stream.h"
#include "base/vec.h"
#include "image/bundle.h"
#include "image/config.h"
#include "image/dockerignore.h"

struct dd_image_request {
	const char *target;    /* as the user wrote it */
	const char *platform;  /* NULL: not asked for */
	bool any_platform;     /* NULL means any, not this machine's */
	const char *spool_dir; /* where a compressed archive or standard input is unpacked (an unlinked file) */
	int stdin_fd;
	bool any_file;			      /* a file or stream that is no image is taken as it is: kind "file" */
	struct dd_remote *remote;	      /* asked for images by name; borrowed. NULL: nobody can be asked */
	const struct dd_store_places *stores; /* looked into for images by name; borrowed. NULL: none */
};

struct dd_layer_blob {
	struct dd_range_of at; /* fd -1: the bytes lie in no file here; `open` gives them */
	/* A new stream of the stored bytes from their beginning, any thread; it does not check digests. NULL: read
	 * `at`. open_ctx lives as long as the image. */
	enum dd_code (*open)(void *open_ctx, const struct dd_layer_blob *b, struct dd_stream **ret, struct dd_err *err);
	void *open_ctx;
	bool has_digest, has_diff_id;
	struct dd_digest digest, diff_id; /* that the bytes must have */
	struct dd_str unreadable;	  /* why the layer's bytes are not there to read; empty: they are */
};

struct dd_image {
	struct dd_arena arena;
	struct dd_target target;
	struct dd_layer_blob *blobs; /* one per target.layers */
	struct dd_bundle *bundle;    /* owns the files; NULL for a root file system directory */
	struct dd_str config;	     /* the configuration's bytes, whose digest was checked; empty: there is none */
	/* The manifest, and the index that lists it, as far as they are at hand; may be empty. */
	struct dd_str manifest, index;
	DD_VEC(struct dd_str) attestations; /* filled by dd_image_read_attestations */
	int rootfs_fd;			/* a root file system directory, a build context or a single file, else -1 */
	struct dd_dockerignore *ignore; /* of a build context, owned; else NULL */
	DD_VEC(struct dd_problem) problems;
	/* SHA-256 over what identifies the stored bytes without reading them (device, inode, size, mtime, ctime of each
	 * file, and the request); has_identity false: standard input or a root file system directory. */
	bool has_identity;
	struct dd_digest identity;
};

/* Does it have no layers: a directory, a build context, a single file? */
bool dd_image_is_tree(const struct dd_target *t);

/* DD_EARG: no such target or a choice is needed (platform, tag): the message lists what there is. DD_EPARSE,
 * DD_EDIGEST, DD_EUNSUPPORTED, DD_ELIMIT, DD_EIO name the file. On success *ret is the caller's: dd_image_freep. */
enum dd_code dd_image_open(const struct dd_image_request *req, struct dd_image **ret, struct dd_err *err);
void dd_image_freep(struct dd_image **img);
enum dd_code dd_image_add_problem(struct dd_image *img, int layer, const char *fmt, ...) DD_PRINTF(3, 4);

/* The in-toto statements of how the image was built that lie beside it in its index: SLSA provenance. None where that
 * would have to be fetched. What cannot be read is a problem of img. DD_ENOMEM. */
enum dd_code dd_image_read_attestations(struct dd_image *img, struct dd_err *err);

/* Are the stored bytes the same as when img was opened, as far as their identity tells? False without identity. */
bool dd_image_unchanged(const struct dd_image_request *req, const struct dd_image *img);
/* The identity that dd_image_open would find for a regular file or a name, without opening it further; false when it
 * would find none. Lets a known archive be told before it is unpacked, a known image before it is fetched. */
bool dd_image_early_identity(const struct dd_image_request *req, struct dd_digest *ret);

/* Who is asked for an image that such a target names: bits of DD_REMOTE_*, 0: nobody, it lies in files here. */
uint32_t dd_place_remotes(enum dd_place place);

/* The stored bytes of a layer, whichever way they come; *ret is the caller's. */
enum dd_code dd_layer_blob_open(const struct dd_layer_blob *b, struct dd_stream **ret, struct dd_err *err);
/* Are they compressed? Where that cannot be told without reading them (b->open), the answer is yes. */
bool dd_layer_blob_compressed(const struct dd_layer_blob *b);

#endif
