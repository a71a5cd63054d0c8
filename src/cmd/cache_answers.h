/* SPDX-License-Identifier: Apache-2.0 */
/* What `inspect` and `tags` keep in the cache: documents of registries by digest, answers of Docker Hub's API. */
#ifndef DD_CACHE_ANSWERS_H
#define DD_CACHE_ANSWERS_H

#include <stdbool.h>

#include "base/err.h"

struct dd_cache_answers {
	uint64_t files, bytes;
};
/* Counts them, and removes them if clear; a directory that is not there has none. DD_EIO: cannot be removed. */
enum dd_code dd_cache_answers(const char *cache, bool clear, struct dd_cache_answers *ret, struct dd_err *err);

#endif
