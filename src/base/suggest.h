/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean …?": picks the known word nearest to what was written. */
#ifndef DD_SUGGEST_H
#define DD_SUGGEST_H

#include "base/str.h"

/* Longer words are never near anything. */
enum { DD_SUGGEST_WORD_MAX = 64 };

/* Offer every known word, then read .best: NULL when none is near enough to be meant. */
struct dd_suggest {
	struct dd_str wanted;
	const char *best; /* one of the words offered; the first of several that are equally near */
	unsigned distance;
};
#define DD_SUGGEST(written) ((struct dd_suggest){ (written), NULL, 0 })

void dd_suggest_offer(struct dd_suggest *s, const char *word);

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string alignment: no part is
 * edited twice). UINT32_MAX when one is longer than DD_SUGGEST_WORD_MAX.
 * Source: L. Boytsov, "Indexing methods for approximate dictionary searching", 2011, section 2.1. */
unsigned dd_edit_distance(struct dd_str a, struct dd_str b);

#endif
