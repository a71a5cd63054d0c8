/* SPDX-License-Identifier: Apache-2.0 */
/* The files that an image is stored in, by name: the members of an archive or the files of a directory. Both give byte
 * ranges of open files, so that everything above reads them alike and from several threads. A third kind has no files:
 * another process fetches its documents and layers by their digest. */
#ifndef DD_BUNDLE_H
#define DD_BUNDLE_H

#include "base/arena.h"
#include "format/digest.h"
#include "image/remote.h"

/* A byte range of an open file. */
struct dd_range_of {
	int fd; /* owned by the bundle */
	uint64_t offset, size;
};

struct dd_bundle;

/* Reads the headers of an uncompressed tar (fd is taken over, also on failure). what: its name for messages. A cut
 * archive is kept as far as it goes and *ret_cut says so. */
enum dd_code dd_bundle_archive(int fd, const char *what, struct dd_bundle **ret, bool *ret_cut, struct dd_err *err);
/* dir_fd is taken over, also on failure. */
enum dd_code dd_bundle_directory(int dir_fd, const char *what, struct dd_bundle **ret, struct dd_err *err);
/* r is borrowed and must outlive it. It has blobs only, no names. */
enum dd_code dd_bundle_remote(struct dd_remote *r, const char *what, struct dd_bundle **ret, struct dd_err *err);
void dd_bundle_freep(struct dd_bundle **b);

/* Finds a regular file; links are followed inside the bundle only. DD_ENOTFOUND. */
enum dd_code dd_bundle_find(struct dd_bundle *b, struct dd_str name, struct dd_range_of *ret, struct dd_err *err);
/* Its whole content in a; DD_ELIMIT over max. */
enum dd_code dd_bundle_read(struct dd_bundle *b, struct dd_str name, uint64_t max, struct dd_arena *a,
			    struct dd_str *ret, struct dd_err *err);
/* As dd_bundle_read for the blob of a digest (blobs/<algorithm>/<hex>); DD_EDIGEST when the bytes have another. */
enum dd_code dd_bundle_read_blob(struct dd_bundle *b, const struct dd_digest *digest, uint64_t max, struct dd_arena *a,
				 struct dd_str *ret, struct dd_err *err);
/* The same for a manifest or index: a registry keeps those in a place of their own. */
enum dd_code dd_bundle_read_manifest(struct dd_bundle *b, const struct dd_digest *digest, struct dd_arena *a,
				     struct dd_str *ret, struct dd_err *err);
/* The same for an image's configuration; size: what the manifest says, counts only where nothing else tells it. */
enum dd_code dd_bundle_read_config(struct dd_bundle *b, const struct dd_digest *digest, uint64_t size,
				   struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* NULL: its blobs lie in files. */
struct dd_remote *dd_bundle_is_remote(const struct dd_bundle *b);
enum dd_code dd_bundle_find_blob(struct dd_bundle *b, const struct dd_digest *digest, struct dd_range_of *ret,
				 struct dd_err *err);
/* NULL is no directory. */
bool dd_bundle_is_directory(const struct dd_bundle *b);

#endif
