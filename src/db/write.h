/* SPDX-License-Identifier: Apache-2.0 */
/* From what was read to the tables of the file: rank.c puts the texts in order, join.c finds the vulnerabilities behind
 * the records, describe_vulns.c says what is known of each,
 * tables.c orders packages and entries, write.c writes. Internal to src/db. */
#ifndef DD_WRITE_H
#define DD_WRITE_H

#include "db/builder.h"

/* A stretch of one of the arrays below. */
struct dd_span {
	uint32_t at, n;
};

struct dd_join_vuln {
	uint32_t id, title, published, modified, severity_source, kev_due; /* texts */
	struct dd_span names;	/* of names; without id they are the aliases. Empty: it has none */
	struct dd_span records; /* of vuln_records */
	struct dd_span cvss;	/* of cvss, in pairs (vector, source) */
	struct dd_span cwes;	/* of cwes, sorted */
	uint32_t epss, percentile, state;
};
struct dd_join_record {
	uint32_t number;	/* in builder.records */
	struct dd_span vulns;	/* of record_vulns */
	struct dd_span entries; /* of record_entries */
};
struct dd_join_package {
	uint32_t ecosystem, name; /* texts */
	struct dd_span entries;	  /* of builder.entries */
};
struct dd_join_id {
	uint32_t name, vuln; /* text, row: sorted by both, one row a pair */
};

/* Texts are ranks here: their place among all texts in byte order. */
struct dd_joined {
	uint32_t *texts; /* rank → number in builder.strings */
	uint32_t n_texts;
	DD_VEC(struct dd_join_record) records;	 /* sorted by id, family */
	DD_VEC(struct dd_join_vuln) vulns;	 /* sorted by id */
	DD_VEC(struct dd_join_package) packages; /* sorted by ecosystem, name */
	DD_VEC(struct dd_join_id) ids;
	DD_VEC(uint32_t) names, vuln_records, record_vulns, record_entries, cvss, cwes;
	DD_VEC(uint32_t) affects; /* numbers in builder.affects, in the order of the file */
	uint32_t *affects_at;	  /* by number in builder.affects: offset in WORDS */
	uint32_t affects_words;	  /* all of them together */
	DD_VEC(uint32_t) by_name; /* rows of packages, sorted by name */
	DD_VEC(uint32_t) sources; /* numbers of builder.sources, sorted by name */
	uint32_t *source_row;	  /* by number */
	uint64_t advisories;
	int64_t built;
	bool starter;
};

/* Sorts all texts, and turns every text in b from its number into its rank. */
enum dd_code dd_rank(struct dd_builder *b, struct dd_joined *j, struct dd_err *err);
/* records, vulns, ids and what they point to. */
enum dd_code dd_join_records(struct dd_builder *b, struct dd_joined *j, struct dd_err *err);
/* What is said of each vulnerability: called by the one above. */
enum dd_code dd_describe_vulns(struct dd_builder *b, struct dd_joined *j, struct dd_err *err);
/* packages, affects; b->entries sorted, without duplicates and what belongs to dead records. */
enum dd_code dd_join_entries(struct dd_builder *b, struct dd_joined *j, struct dd_err *err);
/* All three, and what the header says. */
enum dd_code dd_join(struct dd_builder *b, struct dd_joined *j, struct dd_err *err);
void dd_joined_done(struct dd_joined *j);

/* fd: empty and seekable. */
enum dd_code dd_write_database(struct dd_builder *b, const struct dd_joined *j, int fd, struct dd_err *err);

#endif
