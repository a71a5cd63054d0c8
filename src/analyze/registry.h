/* SPDX-License-Identifier: Apache-2.0 */
/* All analyzers, and the one look-up that says which of them want a file. */
#ifndef DD_ANALYZE_REGISTRY_H
#define DD_ANALYZE_REGISTRY_H

#include "analyze/analyzer.h"
#include "base/arena.h"

size_t dd_analyzers_count(void);
const struct dd_analyzer *dd_analyzer_at(size_t index);
/* Changes when any analyzer's id or version does: part of the facts cache's key. */
uint64_t dd_analyzers_fingerprint(void);

/* As many as there may be analyzers: each may want the same file. */
enum { DD_WANTS_MAX = 128 };
/* Analyzers that want a file, by index, ascending. */
struct dd_wants {
	size_t n;
	struct {
		uint16_t analyzer;
		uint64_t max_bytes;
	} by[DD_WANTS_MAX];
};

struct dd_matcher; /* compiled rows; read-only after creation, shared by all threads */
/* Of all analyzers. NULL when memory is out. The caller frees it. */
struct dd_matcher *dd_matcher_new(void);
/* Of n given analyzers, which must outlive it; dd_wants then holds indices into that list. For tests and selections. */
struct dd_matcher *dd_matcher_new_of(const struct dd_analyzer *const *list, size_t n);
void dd_matcher_freep(struct dd_matcher **m);
/* Who wants this path, by name alone. */
void dd_matcher_path(const struct dd_matcher *m, struct dd_str path, struct dd_wants *ret);
/* Who wants nothing but the name of an entry of any kind. */
void dd_matcher_entry(const struct dd_matcher *m, struct dd_str path, struct dd_wants *ret);
/* Adds to *ret who wants content that starts with head (at least DD_MAGIC_BYTES of it where the file has them). */
enum { DD_MAGIC_BYTES = 16 };
void dd_matcher_magic(const struct dd_matcher *m, struct dd_str head, struct dd_wants *ret);

#endif
