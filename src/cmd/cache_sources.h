/* SPDX-License-Identifier: Apache-2.0 */
/* What `db update` fetched, below `sources` in the cache. */
#ifndef DD_CACHE_SOURCES_H
#define DD_CACHE_SOURCES_H

#include "base/err.h"

struct dd_cache_sources {
	uint64_t files, bytes; /* fetched ones, whole or in part; the records of where they came from are not counted */
};

enum dd_code dd_cache_sources_info(const char *cache, struct dd_cache_sources *ret, struct dd_err *err);
/* Removes the files of every feed that this drydock knows, with their records, and the directories that this leaves
 * empty; nothing else that may lie there. DD_EIO: cannot be removed, or an update of this cache is running. */
enum dd_code dd_cache_sources_clear(const char *cache, struct dd_cache_sources *ret_removed, struct dd_err *err);

#endif
