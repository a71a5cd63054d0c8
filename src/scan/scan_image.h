/* SPDX-License-Identifier: Apache-2.0 */
/* The one way: target → layers, each read once or known already → inventory. Every command is a view of it. */
#ifndef DD_SCAN_H
#define DD_SCAN_H

#include "image/image.h"
#include "model/inventory.h"
#include "scan/facts_cache.h"
#include "scan/git_library.h"
#include "secret/detector.h"

struct dd_scan_request {
	struct dd_image_request image;
	const struct dd_cache *cache;		  /* NULL: none */
	const struct dd_secret_detector *secrets; /* what looks for secrets; NULL: nobody does */
	const struct dd_secret_detector
		*redactor;		  /* hides them in the target where nobody looks for them; may be NULL */
	const struct dd_git_library *git; /* NULL: no repositories are read */
	unsigned jobs;			  /* threads, at least 1 */
	/* Told once the stored bytes of all layers are known, then as they are read (any thread). NULL: nobody asks. */
	void (*total)(void *ctx, uint64_t bytes);
	void (*progress)(void *ctx, uint64_t bytes);
	void *progress_ctx;
};

/* *ret's arena owns everything in it; release with dd_inventory_done. Errors as dd_image_open, and DD_EDIGEST when a
 * layer's bytes are not what the image says. The result does not depend on jobs or on what the cache holds. */
enum dd_code dd_scan_image(const struct dd_scan_request *req, struct dd_inventory *ret, struct dd_err *err);
void dd_inventory_done(struct dd_inventory *inv);

#endif
