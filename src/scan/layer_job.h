/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of one layer of an open image: from the cache where its bytes are proven to be the same, else by reading.
 */
#ifndef DD_LAYER_JOB_H
#define DD_LAYER_JOB_H

#include "image/image.h"
#include "scan/facts_cache.h"
#include "scan/walk.h"

struct dd_layer_job_env {
	struct dd_walk walk;
	const struct dd_cache *cache; /* NULL: none */
	/* Called with the stored bytes that were read since the last call; any thread. NULL: nobody wants to know. */
	void (*progress)(void *ctx, uint64_t bytes);
	void *progress_ctx;
};

/* Fills *ret (initialised by the caller). Verifies the blob's digest and diff_id: DD_EDIGEST names both. What cannot be
 * read inside a verified layer is a problem of the facts; so is a layer whose bytes are not there, or that unpacks
 * beyond the limits. *ret_from_cache says that nothing was inflated. */
enum dd_code dd_layer_job_run(const struct dd_layer_job_env *env, const struct dd_image *img, size_t layer,
			      struct dd_layer_facts *ret, bool *ret_from_cache, struct dd_err *err);
/* Reads files of a layer that are wanted under other names (links across layers) and adds their evidence to f. */
enum dd_code dd_layer_job_aliases(const struct dd_layer_job_env *env, const struct dd_image *img, size_t layer,
				  const struct dd_walk_aliases *aliases, struct dd_layer_facts *f, struct dd_err *err);
/* Facts of a diff_id from the cache, with the secrets where the walk looks for them; the caller vouches that the image
 * has it. */
bool dd_layer_facts_cached(const struct dd_layer_job_env *env, const struct dd_digest *diff_id,
			   struct dd_layer_facts *ret);

#endif
