/* SPDX-License-Identifier: Apache-2.0 */
/* Pushes to container registries (OCI distribution specification 1.1 §Push). Mirrors are never pushed to. Errors are
 * those of pull.h. */
#ifndef DD_PUSH_H
#define DD_PUSH_H

#include "net/registry/pull.h"

enum dd_code dd_registry_blob_exists(struct dd_registry *r, const struct dd_reference *repo,
				     const struct dd_digest *digest, bool *ret, struct dd_err *err);
/* Asks the registry to take the blob over from another of its repositories. *ret_mounted false: it does not want to,
 * or there is none, and it has to be pushed. */
enum dd_code dd_registry_blob_mount(struct dd_registry *r, const struct dd_reference *repo,
				    const struct dd_digest *digest, struct dd_str from_repository, bool *ret_mounted,
				    struct dd_err *err);

struct dd_registry_source {
	uint64_t size;
	/* Gives 1 to n bytes at offset; may be asked for the same bytes again after a failure. */
	enum dd_code (*read)(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err);
	void *ctx;
};
/* chunk_bytes 0: in one request; else in chunks (PATCH) of so many bytes, or more where the registry asks for more. The
 * registry checks the digest. Not asked for before: whether it is there (dd_registry_blob_exists). */
enum dd_code dd_registry_blob_push(struct dd_registry *r, const struct dd_reference *repo,
				   const struct dd_digest *digest, const struct dd_registry_source *source,
				   uint64_t chunk_bytes, struct dd_err *err);

struct dd_registry_pushed {
	struct dd_digest digest; /* of the bytes; the registry said the same, if it said one */
	bool subject_listed;	 /* the manifest has a subject, and is among its referrers now */
	bool fallback;		 /* by the tag that stands in for the API; see dd_registry_fallback_tag */
};
/* Under ref's tag; without one under its digest, which must be that of the bytes. A manifest whose subject the registry
 * does not look at is listed in the index of the fallback tag: read, changed and written with If-Match where the
 * registry gives an ETag. Two clients that do this at once at a registry without ETags can still lose an entry. */
enum dd_code dd_registry_manifest_push(struct dd_registry *r, const struct dd_reference *ref, struct dd_str media_type,
				       struct dd_str bytes, struct dd_registry_pushed *ret, struct dd_err *err);

#endif
