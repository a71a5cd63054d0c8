/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of drydock's own rules, made when the program is built (make_tables.c). */
#ifndef DD_FINDER_TABLE_H
#define DD_FINDER_TABLE_H

#include "secret/finder.h"

/* Sorted by id. */
struct dd_table_rule {
	const char *id;
	uint64_t pattern_hash; /* dd_str_hash(regex, 0) */
	uint32_t least, reach;
	unsigned kinds; /* bits of enum dd_find_kind */
};
struct dd_table_database {
	const char *p, *end;   /* of hs_serialize_database */
	const uint16_t *rules; /* of each pattern, its index in dd_table_rules */
	size_t n_rules;
};
extern const struct dd_table_rule dd_table_rules[];
extern const size_t dd_n_table_rules;
extern const struct dd_table_database dd_table_databases[DD_FIND_KINDS];

/* Which databases a rule belongs to. */
static inline unsigned dd_find_kinds(const struct dd_secret_rule *r)
{
	if (r->regex.n == 0)
		return 0;
	if (r->path.n)
		return 1u << DD_FIND_PATH;
	return 1u << DD_FIND_TEXT | (r->binary ? 1u << DD_FIND_BINARY : 0);
}

#endif
