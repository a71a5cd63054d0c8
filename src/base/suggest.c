/* SPDX-License-Identifier: Apache-2.0 */
#include "base/suggest.h"

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned dd_edit_distance(struct dd_str a, struct dd_str b)
{
	/* The last three rows of the matrix, one column a byte of b. */
	unsigned rows[3][DD_SUGGEST_WORD_MAX + 1];
	if (a.n > DD_SUGGEST_WORD_MAX || b.n > DD_SUGGEST_WORD_MAX)
		return UINT32_MAX;
	for (unsigned j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		now[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned cost = a.p[i - 1] != b.p[j - 1];
			now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return rows[a.n % 3][b.n];
}

void dd_suggest_offer(struct dd_suggest *s, const char *word)
{
	struct dd_str known = dd_str_from(word);
	unsigned distance = dd_edit_distance(s->wanted, known);
	/* One slip for each three letters; or the word was only begun. */
	bool near = distance <= (s->wanted.n < 3 ? 1 : s->wanted.n / 3) && distance < s->wanted.n;
	if (s->wanted.n >= 2 && dd_str_starts(known, s->wanted)) {
		near = true;
		distance = 1;
	}
	if (near && (!s->best || distance < s->distance)) {
		s->best = word;
		s->distance = distance;
	}
}
