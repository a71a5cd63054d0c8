/* SPDX-License-Identifier: Apache-2.0 */
/* Advisories written as one line, for tests and fuzzing of range evaluation:
 *     "i0 f1.2 | i2.0 l2.5 | =3.1 =3.2"
 * i introduced, f fixed, l last_affected, L limit, | next range, = listed version. And the OSV schema's evaluation
 * algorithm, written as the schema writes it (sort, then walk), to compare with. */
#ifndef DD_RANGE_TEXT_H
#define DD_RANGE_TEXT_H

#include "judge/vuln/range.h"

enum { DD_RANGE_TEXT_MAX = 64 };

struct dd_range_text {
	struct dd_advisory adv;
	struct dd_range ranges[DD_RANGE_TEXT_MAX];
	struct dd_event events[DD_RANGE_TEXT_MAX];
	struct dd_str versions[DD_RANGE_TEXT_MAX];
};

static inline void dd_range_text_add(struct dd_range_text *t, size_t *n_events, struct dd_str word)
{
	static const char kinds[] = { 'i', 'f', 'l', 'L' };
	struct dd_advisory *adv = &t->adv;
	struct dd_str version = dd_str_skip(word, 1);
	if (word.p[0] == '=' && adv->n_versions < DD_RANGE_TEXT_MAX)
		t->versions[adv->n_versions++] = version;
	if (word.p[0] == '|' && adv->n_ranges < DD_RANGE_TEXT_MAX)
		t->ranges[adv->n_ranges++] = (struct dd_range){ .events = t->events + *n_events };
	for (size_t k = 0; k < sizeof kinds; k++) {
		if (word.p[0] != kinds[k] || *n_events >= DD_RANGE_TEXT_MAX)
			continue;
		if (adv->n_ranges == 0)
			t->ranges[adv->n_ranges++] = (struct dd_range){ .events = t->events };
		t->events[(*n_events)++] = (struct dd_event){ (enum dd_event_kind)k, version };
		t->ranges[adv->n_ranges - 1].n_events++;
	}
}

/* Views into s; t must not move afterwards. */
static inline void dd_range_text_read(struct dd_range_text *t, struct dd_str s)
{
	size_t n_events = 0;
	struct dd_str word;
	memset(t, 0, sizeof *t);
	t->adv.ranges = t->ranges;
	t->adv.versions = t->versions;
	while (dd_str_next(&s, ' ', &word))
		if (word.n)
			dd_range_text_add(t, &n_events, word);
}

/* Is every version in t and `version` itself one of the scheme? */
static inline bool dd_range_text_valid(const struct dd_range_text *t, const struct dd_order *o, struct dd_str version)
{
	int c;
	bool ok = dd_order_cmp(o, version, version, &c);
	for (size_t i = 0; i < t->adv.n_ranges; i++)
		for (size_t k = 0; k < t->ranges[i].n_events; k++)
			ok &= (t->ranges[i].events[k].kind == DD_EVENT_LIMIT &&
			       dd_str_eq_c(t->ranges[i].events[k].version, "*")) ||
			      dd_order_cmp(o, t->ranges[i].events[k].version, t->ranges[i].events[k].version, &c);
	return ok;
}

static inline int dd_range_text_rank(const struct dd_order *o, const struct dd_event *a, const struct dd_event *b)
{
	int c = 0;
	bool za = dd_str_eq_c(a->version, "0") && a->kind != DD_EVENT_LAST_AFFECTED;
	bool zb = dd_str_eq_c(b->version, "0") && b->kind != DD_EVENT_LAST_AFFECTED;
	if (za || zb)
		return zb - za;
	(void)!dd_order_cmp(o, a->version, b->version, &c);
	return c;
}

/* Source: OSV schema 1.6, "Evaluation": IncludedInVersions, IncludedInRanges, BeforeLimits. */
static inline bool dd_range_text_reference(const struct dd_range_text *t, const struct dd_order *o,
					   struct dd_str version)
{
	int c;
	for (size_t i = 0; i < t->adv.n_versions; i++)
		if (dd_str_eq(t->versions[i], version) || (dd_order_cmp(o, t->versions[i], version, &c) && c == 0))
			return true;
	for (size_t r = 0; r < t->adv.n_ranges; r++) {
		struct dd_event sorted[DD_RANGE_TEXT_MAX];
		size_t n = 0;
		bool limited = false, before = false, vulnerable = false;
		for (size_t k = 0; k < t->ranges[r].n_events; k++) {
			struct dd_event e = t->ranges[r].events[k];
			if (e.kind == DD_EVENT_LIMIT) {
				limited = true;
				before |= dd_str_eq_c(e.version, "*") ||
					  (dd_order_cmp(o, version, e.version, &c) && c < 0);
				continue;
			}
			size_t at = n++; /* insertion sort: stable */
			for (; at > 0 && dd_range_text_rank(o, &sorted[at - 1], &e) > 0; at--)
				sorted[at] = sorted[at - 1];
			sorted[at] = e;
		}
		if (limited && !before)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct dd_event e = sorted[k];
			bool zero = dd_str_eq_c(e.version, "0") && e.kind != DD_EVENT_LAST_AFFECTED;
			c = 1;
			if (!zero && !dd_order_cmp(o, version, e.version, &c))
				return false;
			if (e.kind == DD_EVENT_INTRODUCED && c >= 0)
				vulnerable = true;
			else if (e.kind == DD_EVENT_FIXED && c >= 0)
				vulnerable = false;
			else if (e.kind == DD_EVENT_LAST_AFFECTED && c > 0)
				vulnerable = false;
		}
		if (vulnerable)
			return true;
	}
	return false;
}

#endif
