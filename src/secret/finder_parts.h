/* SPDX-License-Identifier: Apache-2.0 */
/* What finder.c and finder_compile.c share. */
#ifndef DD_FINDER_PARTS_H
#define DD_FINDER_PARTS_H

#include "secret/engine_functions.h"
#include "secret/finder_table.h"

#define DD_PATTERN_UNUSED   UINT32_MAX
#define DD_PATTERN_KEYWORD  (UINT32_C(1) << 31) /* a keyword that may stand anywhere in the file */
#define DD_PATTERN_ANYWHERE (UINT32_C(1) << 30) /* where it is found, PCRE2 goes over the whole window */
#define DD_PATTERN_RULE	    (DD_PATTERN_ANYWHERE - 1)

struct dd_finder_database {
	struct dd_str serialized; /* n is 0: no such rules, or made by this process */
	_Atomic(hs_database_t *) db;
	uint32_t *rule_of; /* number of a pattern → what it means */
	size_t n_patterns;
	char *own; /* memory of `serialized` where it is not the program's */
};

struct dd_finder_width {
	uint32_t least, reach;
	bool ready; /* in a table of the program */
};

struct dd_finder {
	const struct dd_hs *hs;
	struct dd_finder_database db[2 * DD_FIND_KINDS]; /* the program's own tables, then those that were made here */
	struct dd_finder_width *widths;			 /* of each rule */
	size_t n_rules, reach_max;
};

/* Makes tables for the rules that are not `ready`. */
enum dd_code dd_finder_compile(struct dd_finder *f, const struct dd_secret_engines *engines,
			       const struct dd_secret_rule_set *set, struct dd_err *err);
/* Shortest and longest match of a pattern as Vectorscan knows them; 0 and DD_REACH_MAX where it does not. */
struct dd_finder_width dd_finder_width(const struct dd_hs_compiler *c, const char *pattern);

#endif
