/* SPDX-License-Identifier: Apache-2.0 */
/* PCRE2 says what is where the finder saw something. Each match of a rule ends in one of the rule's ranges, so only the
 * bytes that such a match can have need be searched; the leftmost match that is found there is the one that a search of
 * the whole file would have found. */
#include "secret/detector_parts.h"

enum { GROUPS = 32 }; /* groups that may hold the secret */

/* The secret of a match: the group that the rule names, the first one that is not empty, or all without line feeds. */
static struct dd_span secret_of(const struct dd_secret_rule *r, const struct dd_regex *p, const struct dd_span *g,
				struct dd_str text)
{
	struct dd_span s = { DD_NO_SPAN, DD_NO_SPAN };
	unsigned group = r->secret_group;
	if (r->secret_group_name.n)
		group = dd_regex_group_named(p, r->secret_group_name);
	if (group && group < GROUPS)
		s = g[group];
	size_t n = dd_regex_groups(p);
	for (size_t i = 1; s.start == DD_NO_SPAN && !group && i < n && i < GROUPS; i++)
		if (g[i].start != DD_NO_SPAN && g[i].end > g[i].start)
			s = g[i];
	if (s.start == DD_NO_SPAN)
		s = g[0];
	while (s.end > s.start && text.p[s.start] == '\n')
		s.start++;
	while (s.end > s.start && text.p[s.end - 1] == '\n')
		s.end--;
	return s;
}

/* One rule's search of one range. at: where it begins, and afterwards where the next one may begin. */
struct search {
	struct dd_confirm *c;
	const struct dd_window *w;
	const struct dd_regex *pattern;
	uint32_t rule;
	size_t at;
};

static enum dd_code give_up(struct search *s, size_t to, struct dd_err *err)
{
	struct dd_rule_progress *p = &s->c->progress[s->rule];
	if (p->gave_up++ == 0)
		DD_TRY(s->c->gave_up(s->c->ctx, s->rule, s->w->base + s->at, err));
	s->at = to + 1;
	return DD_OK;
}

static enum dd_code accept(struct search *s, const struct dd_span *g, struct dd_err *err)
{
	struct dd_match m = { s->rule, g[0].start, g[0].end, { 0, 0 } };
	m.secret = secret_of(&s->c->d->set->rules[s->rule], s->pattern, g, s->w->text);
	s->at = m.secret.end > g[0].start ? m.secret.end : g[0].start + 1;
	s->c->progress[s->rule].resume = s->w->base + s->at;
	return m.secret.end > m.secret.start ? s->c->match(s->c->ctx, &m, err) : DD_OK;
}

static enum dd_code search_range(struct search *s, const struct dd_hit_range *r, struct dd_err *err)
{
	const struct dd_finder *f = s->c->d->finder;
	size_t reach = dd_finder_reach(f, s->rule), n = s->w->text.n;
	/* A match that starts at the range's end has its whole length, and the border behind it. */
	size_t stop = n - r->last > reach + 1 ? r->last + reach + 1 : n;
	struct dd_str text = dd_str_take(s->w->text, stop);
	unsigned edges = (s->w->base ? DD_REGEX_NOT_BOL : 0) | (s->w->more || stop < n ? DD_REGEX_NOT_EOL : 0);
	struct dd_span g[GROUPS];
	if (s->at + reach < r->first)
		s->at = r->first - reach;
	while (s->at + dd_finder_least(f, s->rule) <= r->last && s->at < s->w->to &&
	       s->c->progress[s->rule].gave_up < DD_GIVE_UPS_MAX) {
		switch (dd_regex_find(s->pattern, s->c->regex, text, s->at, edges, g, GROUPS)) {
		case DD_REGEX_NOMEM:
			return dd_fail_nomem(err);
		case DD_REGEX_GAVE_UP:
			DD_TRY(give_up(s, r->last, err));
			break;
		case DD_REGEX_NONE:
			s->at = (size_t)r->last + 1;
			break;
		case DD_REGEX_FOUND:
			/* One that starts behind the range is for the range in which it ends, or the next window. */
			if (g[0].start > r->last || g[0].start >= s->w->to) {
				s->at = (size_t)r->last + 1;
				break;
			}
			DD_TRY(accept(s, g, err));
			break;
		}
	}
	return DD_OK;
}

enum dd_code dd_confirm_window(struct dd_confirm *c, const struct dd_window *w, const struct dd_hit_range *ranges,
			       size_t n, struct dd_err *err)
{
	const struct dd_secret_detector *d = c->d;
	for (size_t i = 0; i < n;) {
		uint32_t rule = ranges[i].rule;
		size_t first = i;
		while (i < n && ranges[i].rule == rule)
			i++;
		if (c->rule_off[rule])
			continue;
		struct search s = { c, w, NULL, rule, w->from };
		uint64_t resume = c->progress[rule].resume;
		if (resume > w->base + w->from)
			s.at = resume - w->base < w->text.n ? (size_t)(resume - w->base) : w->text.n;
		DD_TRY(dd_regex_get(&d->rules[rule].regex, d->engines, d->set->rules[rule].regex, 0, &s.pattern, err));
		for (size_t k = first; k < i; k++)
			DD_TRY(search_range(&s, &ranges[k], err));
	}
	return DD_OK;
}
