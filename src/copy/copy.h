/* SPDX-License-Identifier: Apache-2.0 */
/* One image from place to place: its documents and blobs, byte for byte, so that every digest stays what it was. Where
 * the source has no manifest (what docker save wrote, an engine), one is made of its configuration and layers: the
 * image's id and the diff_ids stay.
 * A source gives documents and blobs, a target takes them, children before their parents; dd_copy_run walks the graph
 * and checks every byte against the digest that named it before the target sees it. Whatever a source says is hostile.
 * Sources: OCI image-spec v1.1 (manifest.md, image-index.md, image-layout.md), distribution-spec v1.1 §Push. */
#ifndef DD_COPY_H
#define DD_COPY_H

#include <stdatomic.h>

#include "base/arena.h"
#include "format/digest.h"
#include "image/target.h"

/* A manifest or an index; texts live in the arena that was given. */
struct dd_copy_document {
	struct dd_str media_type, bytes;
	struct dd_digest digest; /* of bytes */
	bool is_index;
};

struct dd_copy_blob {
	struct dd_digest digest;
	uint64_t size;
};

typedef enum dd_code dd_copy_sink_fn(void *ctx, struct dd_str bytes, struct dd_err *err);

struct dd_copy_source;
struct dd_copy_source_ops {
	/* What the source's name stands for. */
	enum dd_code (*root)(struct dd_copy_source *s, struct dd_arena *a, struct dd_copy_document *ret,
			     struct dd_err *err);
	/* DD_ENOTFOUND: it does not have it. */
	enum dd_code (*document)(struct dd_copy_source *s, const struct dd_digest *digest, struct dd_arena *a,
				 struct dd_copy_document *ret, struct dd_err *err);
	enum dd_code (*blob)(struct dd_copy_source *s, const struct dd_copy_blob *b, dd_copy_sink_fn *sink, void *ctx,
			     struct dd_err *err);
	/* Digests of the manifests that refer to this one (signatures, attestations). NULL: it knows of none. */
	enum dd_code (*referrers)(struct dd_copy_source *s, const struct dd_digest *subject, struct dd_arena *a,
				  struct dd_digest **ret, size_t *ret_n, struct dd_err *err);
	void (*free)(struct dd_copy_source *s);
};
struct dd_copy_source {
	const struct dd_copy_source_ops *ops;
};

struct dd_copy_target;
struct dd_copy_target_ops {
	/* Is it there already (or can the target fetch it by itself)? */
	enum dd_code (*has)(struct dd_copy_target *t, const struct dd_copy_blob *b, bool *ret, struct dd_err *err);
	/* The b->size checked bytes at the beginning of fd. */
	enum dd_code (*blob)(struct dd_copy_target *t, const struct dd_copy_blob *b, int fd, struct dd_err *err);
	/* After all that it names. is_root: what the target's name shall stand for. */
	enum dd_code (*document)(struct dd_copy_target *t, const struct dd_copy_document *d, bool is_root,
				 struct dd_err *err);
	/* Nothing more comes: what is written counts from now on. */
	enum dd_code (*finish)(struct dd_copy_target *t, struct dd_err *err);
	/* Without finish: what can be taken back is. */
	void (*free)(struct dd_copy_target *t);
};
struct dd_copy_target {
	const struct dd_copy_target_ops *ops;
};

static inline void dd_copy_source_freep(struct dd_copy_source **s)
{
	if (*s)
		(*s)->ops->free(*s);
	*s = NULL;
}
static inline void dd_copy_target_freep(struct dd_copy_target **t)
{
	if (*t)
		(*t)->ops->free(*t);
	*t = NULL;
}

struct dd_copy_options {
	const struct dd_platform *platform; /* NULL: all that an index has */
	bool referrers;			    /* signatures and attestations, too */
	const char *spool_dir;
	const atomic_bool *stop; /* set by another thread: it ends soon, with DD_EIO; may be NULL */
	/* As bytes go by. May be NULL. */
	void (*expect)(void *ctx, uint64_t bytes);
	void (*progress)(void *ctx, uint64_t bytes);
	void *progress_ctx;
};

struct dd_copied {
	struct dd_digest digest; /* of the root */
	size_t documents, blobs, blobs_there;
	size_t blobs_left; /* of foreign layers, whose bytes lie elsewhere and stay there */
	uint64_t bytes;	   /* of blobs that were copied */
	size_t referrers;
};

/* Errors name what was copied when they came. The target counts only when this is DD_OK. */
enum dd_code dd_copy_run(struct dd_copy_source *from, struct dd_copy_target *to, const struct dd_copy_options *o,
			 struct dd_copied *ret, struct dd_err *err);

#endif
