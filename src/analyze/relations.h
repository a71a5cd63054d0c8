/* SPDX-License-Identifier: Apache-2.0 */
/* Who needs whom inside of one package database. Packages ask for names that others give: libraries
 * ("so:libz.so.1", "libc.so.6(GLIBC_2.34)(64bit)"), commands, files, virtual packages. A database that holds all
 * packages of a system says which package that is; afterwards dd_package.depends names packages only. */
#ifndef DD_ANALYZE_RELATIONS_H
#define DD_ANALYZE_RELATIONS_H

#include "base/map.h"
#include "model/facts.h"
#include "version/version.h"

/* As rpm's sense flags have them. */
enum { DD_RELATION_ANY = 0, DD_RELATION_LESS = 2, DD_RELATION_GREATER = 4, DD_RELATION_EQUAL = 8 };

struct dd_relation {
	struct dd_str name;
	unsigned op;	       /* DD_RELATION_*; ANY: whatever version */
	struct dd_str version; /* only looked at where several packages give the name */
};

struct dd_relation_record {
	uint32_t name, package; /* name: number in ids */
	unsigned op;
	struct dd_str version;
};

struct dd_relations {
	enum dd_scheme scheme; /* NONE: versions are not compared */
	struct dd_arena arena; /* texts */
	struct dd_map ids;     /* name → number */
	DD_VEC(struct dd_str) names;
	DD_VEC(struct dd_relation_record) needs, gives;
	bool files;  /* somebody needs a file */
	bool failed; /* memory is out */
	bool full;   /* over a limit; what is beyond was left out */
};
/* Texts are copied. */
#define DD_RELATIONS(of_scheme)                                                                                        \
	((struct dd_relations){ .scheme = (of_scheme), .arena = DD_ARENA_INIT(DD_RELATIONS_BYTES_MAX) })
#define DD_RELATIONS_BYTES_MAX (256 * DD_MIB)

void dd_relations_done(struct dd_relations *r);
/* package: its index in the list of packages. Needs come in the order of packages. Names of packages need not be
 * given, nor the files of their lists. */
void dd_relations_need(struct dd_relations *r, size_t package, struct dd_relation n);
void dd_relations_give(struct dd_relations *r, size_t package, struct dd_relation n);
/* Fills depends of the packages of out: each name once, in the order of the packages; with its version where several
 * packages have it. What nobody gives is left out. A limit that was passed is a problem. DD_ENOMEM. */
enum dd_code dd_relations_resolve(struct dd_relations *r, struct dd_found *out, struct dd_err *err);

#endif
