/* SPDX-License-Identifier: Apache-2.0 */
/* The pattern is run as an automaton over the text: `live[i]` says that what was read so far can end before pattern
 * byte i. Backtracking would be shorter to write, but "**a*b" makes it quadratic in the text. */
#include "base/glob.h"

struct glob {
	struct dd_str pattern;
	bool live[DD_GLOB_BYTES_MAX + 1];
};

static bool star_at(const struct glob *g, size_t i)
{
	return i < g->pattern.n && g->pattern.p[i] == '*';
}

static bool double_star_at(const struct glob *g, size_t i)
{
	return star_at(g, i) && (star_at(g, i + 1) || (i > 0 && star_at(g, i - 1)));
}

/* A star may match nothing: who stands before it stands behind it, too. */
static void close_over_stars(struct glob *g)
{
	for (size_t i = 0; i < g->pattern.n; i++)
		if (g->live[i] && star_at(g, i))
			g->live[i + 1] = true;
}

static bool step(struct glob *g, char c)
{
	bool any = false;
	for (size_t i = g->pattern.n + 1; i-- > 0;) {
		/* From right to left: live[i - 1] is still that of the byte before. */
		bool stays = g->live[i] && star_at(g, i) && (c != '/' || double_star_at(g, i));
		bool comes = i > 0 && g->live[i - 1] && !star_at(g, i - 1) &&
			     (g->pattern.p[i - 1] == c || (g->pattern.p[i - 1] == '?' && c != '/'));
		g->live[i] = stays || comes;
		any |= g->live[i];
	}
	close_over_stars(g);
	return any;
}

bool dd_glob_match(struct dd_str pattern, struct dd_str text)
{
	struct glob g = { .pattern = pattern };
	if (pattern.n > DD_GLOB_BYTES_MAX)
		return false;
	g.live[0] = true;
	close_over_stars(&g);
	for (size_t i = 0; i < text.n; i++)
		if (!step(&g, text.p[i]))
			return false;
	return g.live[pattern.n];
}
