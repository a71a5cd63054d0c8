/* SPDX-License-Identifier: Apache-2.0 */
/* What was learnt before, on disk, for any number of processes at once. Three kinds of records, each a file named by
 * the SHA-256 of its key: `facts` of a layer (key: diff_id, analyzers' fingerprint, format), `secrets` of a layer,
 * redacted (key: diff_id, detector's fingerprint, format), and `images` (key: the stored file's identity) that say
 * which layers an archive had when it was last read and verified. A record is written to a private file and renamed:
 * readers see all of it or nothing. It carries its key and a digest of its bytes: a damaged one is told from a good
 * one, counted as missing, and written anew. Losing one costs time only, so nothing is synced. Beyond the size limit
 * the records used longest ago go. */
#ifndef DD_CACHE_H
#define DD_CACHE_H

#include "base/buf.h"
#include "format/digest.h"

enum dd_cache_kind { DD_CACHE_FACTS, DD_CACHE_IMAGES, DD_CACHE_SECRETS, DD_CACHE_KINDS };

struct dd_cache; /* read-only after opening: shared by threads */

/* Makes dir (mode 0700) if it is missing. max_bytes bounds what stays after a write. */
enum dd_code dd_cache_open(const char *dir, uint64_t max_bytes, struct dd_cache **ret, struct dd_err *err);
void dd_cache_freep(struct dd_cache **c);

/* The record's bytes in *ret (empty buffer given by the caller); false: not there or damaged. Marks it as used. */
bool dd_cache_get(const struct dd_cache *c, enum dd_cache_kind kind, struct dd_str key, struct dd_buf *ret);
enum dd_code dd_cache_put(const struct dd_cache *c, enum dd_cache_kind kind, struct dd_str key, struct dd_str value,
			  struct dd_err *err);
/* Removes the records used longest ago until the limit holds. */
enum dd_code dd_cache_trim(const struct dd_cache *c, struct dd_err *err);

struct dd_cache_info {
	uint64_t records[DD_CACHE_KINDS], bytes[DD_CACHE_KINDS];
};
enum dd_code dd_cache_info(const struct dd_cache *c, struct dd_cache_info *ret, struct dd_err *err);
/* Removes every record (and nothing else that may lie in the directory). */
enum dd_code dd_cache_clear(const struct dd_cache *c, struct dd_cache_info *ret_removed, struct dd_err *err);

#endif
