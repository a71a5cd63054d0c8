/* SPDX-License-Identifier: Apache-2.0 */
/* Where something may be: the rules' own patterns in Vectorscan, all of them in one pass over the bytes. It tells only
 * where a match may end; confirm.c asks PCRE2 what is there. Full patterns are as fast as their keywords alone would be
 * (0.7 to 0.9 GB/s on source text, 2 GB/s on programs, one core), and leave next to nothing to confirm. */
#ifndef DD_FINDER_H
#define DD_FINDER_H

#include "base/vec.h"
#include "secret/engines.h"
#include "secret/rule_set.h"

enum dd_find_kind {
	DD_FIND_TEXT,
	DD_FIND_BINARY, /* rules with binary = true */
	DD_FIND_PATH,	/* those that are for files of certain names only; asked for such a file in addition */
	DD_FIND_KINDS
};

enum {
	/* Longest text that a rule without a limit of its own is held against; ours stay below. */
	DD_REACH_MAX = 16 << 10,
	/* Of one window; more are joined to those that are there. */
	DD_HIT_RANGES_MAX = 16384,
};

/* Matches of the rule end at `first`, at `last`, and maybe between. */
struct dd_hit_range {
	uint32_t rule, first, last;
};

struct dd_finder; /* read-only, shared by threads */
/* Both are borrowed. Makes tables for the rules that have none ready: Vectorscan's compiler is loaded then. DD_EPARSE:
 * a pattern that cannot be searched for; names its rule. */
enum dd_code dd_finder_new(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set,
			   struct dd_finder **ret, struct dd_err *err);
void dd_finder_freep(struct dd_finder **f);
/* Bytes of the shortest and the longest match; the longest is at most DD_REACH_MAX. */
size_t dd_finder_least(const struct dd_finder *f, size_t rule);
size_t dd_finder_reach(const struct dd_finder *f, size_t rule);
size_t dd_finder_reach_max(const struct dd_finder *f);

struct dd_finder_scratch {
	const struct dd_finder *f;
	struct hs_scratch *hs;
	unsigned ready;		     /* kinds that hs has room for, as bits */
	uint32_t *latest;	     /* of each rule: 1 + index of its latest range, while a window is searched */
	unsigned char *keyword_seen; /* of each rule with keyword_anywhere: in this file; its owner clears them */
	DD_VEC(struct dd_hit_range) ranges; /* what the last search found, by rule and place */
	bool nomem;
};
enum dd_code dd_finder_scratch_init(struct dd_finder_scratch *s, const struct dd_finder *f, struct dd_err *err);
void dd_finder_scratch_done(struct dd_finder_scratch *s);
/* Adds what rules of the kind find in the text (at most 4 GiB) to s->ranges. */
enum dd_code dd_finder_search(struct dd_finder_scratch *s, enum dd_find_kind kind, struct dd_str text,
			      struct dd_err *err);
/* Orders the ranges; more cannot be added then until they are cleared. */
void dd_finder_order(struct dd_finder_scratch *s);
void dd_finder_clear(struct dd_finder_scratch *s);

#endif
