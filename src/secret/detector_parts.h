/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the detector share; internal to src/secret. */
#ifndef DD_DETECTOR_PARTS_H
#define DD_DETECTOR_PARTS_H

#include "secret/detector.h"
#include "secret/finder.h"
#include "secret/regex.h"

/* Patterns of an allow list, compiled when they are first needed. */
struct dd_allow_state {
	struct dd_regex_slot *regexes, *paths;
};

struct dd_rule_state {
	struct dd_regex_slot regex, path;
	struct dd_allow_state *allow;  /* of each list of the rule */
	struct dd_regex_slot *exclude; /* of each pattern of its exclude_blocks */
	bool generic; /* a value that only the name beside it speaks for: gives way to any other rule */
};

struct dd_secret_detector {
	const struct dd_secret_engines *engines;
	const struct dd_secret_rule_set *set;
	struct dd_secret_options options;
	struct dd_finder *finder;
	struct dd_rule_state *rules;   /* of each rule */
	struct dd_allow_state *allow;  /* of each list for all rules */
	struct dd_regex_slot *exclude; /* of each pattern of the set's exclude_blocks */
	size_t n_path_rules;
	uint32_t *path_rules; /* indices of rules that are for files of certain names */
	uint64_t fingerprint;
};

enum {
	/* Bytes whose matches are decided in one go: matches that start in them. Results do not depend on it. */
	DD_WINDOW_STEP = 256 << 10,
	/* Before them: the start of the line, and what a border or a context needs. */
	DD_WINDOW_BACK = 4 << 10,
	/* Of a line, on both sides of a match: what allow lists for lines and marks see. */
	DD_LINE_SIDE_MAX = 1 << 10,
	/* A file's first bytes, by which text is told from what is none. */
	DD_SNIFF_BYTES = 8 << 10,
	/* Times that a rule's pattern may pass its limit in one file; then the rule is not used on the rest of it. */
	DD_GIVE_UPS_MAX = 4,
	/* Matches of a rule that are looked at closely in one file, 10 µs each; more are counted as dropped. */
	DD_JUDGED_MAX = 20000,
};

/* A part of a file. Matches that start in [from, to) are decided here, with all that they can reach. */
struct dd_window {
	struct dd_str text;
	uint64_t base;	 /* offset of text.p[0] */
	size_t from, to; /* bytes into text */
	bool more;	 /* the file goes on behind text */
};

struct dd_match {
	uint32_t rule;
	size_t start, end; /* bytes into the window's text */
	struct dd_span secret;
};

/* Of one file. */
struct dd_rule_progress {
	uint64_t resume; /* offset in the file from which the rule's next match may start */
	unsigned gave_up;
	unsigned judged; /* matches that were looked at closely */
};

/* All matches of a window, in the order of rules and places: what pattern after pattern would find in the whole file,
 * each search going on at the end of the secret before. *progress: one for each rule. gave_up: told for each rule that
 * passed its limits, once a file. */
struct dd_confirm {
	const struct dd_secret_detector *d;
	struct dd_regex_scratch *regex;
	struct dd_rule_progress *progress;
	const unsigned char *rule_off; /* rules that are not for this file */
	void *ctx;
	enum dd_code (*match)(void *ctx, const struct dd_match *m, struct dd_err *err);
	enum dd_code (*gave_up)(void *ctx, uint32_t rule, uint64_t offset, struct dd_err *err);
};
enum dd_code dd_confirm_window(struct dd_confirm *c, const struct dd_window *w, const struct dd_hit_range *ranges,
			       size_t n, struct dd_err *err);

/* Why a found text does not count, by the lists of its rule and those for all rules: *ret_why points into the rule set,
 * p NULL: nothing is against it. line: around the match, without its ends. */
struct dd_allow_question {
	size_t rule;
	struct dd_str secret, match, line, path;
};
enum dd_code dd_allow_ask(const struct dd_secret_detector *d, struct dd_regex_scratch *regex,
			  const struct dd_allow_question *q, struct dd_str *ret_why, struct dd_err *err);
/* Is the secret in a block that the rule, or all rules, leave out? Blocks are looked for in this text only. */
enum dd_code dd_allow_block(const struct dd_secret_detector *d, struct dd_regex_scratch *regex, size_t rule,
			    struct dd_str text, struct dd_span secret, bool *ret, struct dd_err *err);
/* A user's mark on the line: DD_STR("") where there is none. */
struct dd_str dd_allow_mark(struct dd_str line);

/* What is printed instead of a secret. */
struct dd_str dd_redact(struct dd_arena *a, struct dd_str secret);
/* 32 hex digits, or p NULL: no memory. Slow on purpose. */
struct dd_str dd_secret_mark(struct dd_arena *a, struct dd_str salt, struct dd_str rule, struct dd_str secret);
/* Shannon entropy in bits a byte. */
double dd_entropy(struct dd_str s);

/* Found text that the rules' own conditions let pass, before the file's other ones are looked at. Texts are in the
 * scanner's own memory. */
struct dd_candidate {
	uint32_t rule;
	bool named;	       /* the file itself, by its name */
	bool made;	       /* found in a text that was made of the file's */
	bool low_entropy;      /* that is why it is filtered */
	uint64_t offset, end;  /* of the secret in the file, in units (dd_candidates_settle) */
	uint64_t line, column; /* 0: no text */
	struct dd_str secret;
	struct dd_str before; /* what ends at offset, on the same line */
	struct dd_str coding, reason, filtered;
	enum dd_confidence confidence;
};

/* Of one file. */
struct dd_candidates {
	struct dd_arena arena;
	DD_VEC(struct dd_candidate) list;
	size_t n_class[4]; /* how many of each class, see candidates.c */
	uint64_t dropped, passed_over;
};
/* Keeps a copy, or counts it where there are too many of its class already. */
enum dd_code dd_candidates_add(struct dd_candidates *c, const struct dd_candidate *one, struct dd_err *err);
void dd_candidates_clear(struct dd_candidates *c);
/* Rules against rules, then what is left goes to found. keyword_seen: of each rule, as dd_finder_scratch has them.
 * unit: bytes of the file that one byte of what was searched stands for. */
enum dd_code dd_candidates_settle(struct dd_candidates *c, const struct dd_secret_detector *d,
				  const unsigned char *keyword_seen, struct dd_str inner, unsigned unit,
				  struct dd_secret_found *found, struct dd_err *err);

#endif
