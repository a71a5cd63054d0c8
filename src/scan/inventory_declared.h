/* SPDX-License-Identifier: Apache-2.0 */
/* What files that declare packages say for each other, and which evidence speaks for other evidence; internal to
 * scan/. An analyzer sees one file; these questions need the whole tree. */
#ifndef DD_INVENTORY_DECLARED_H
#define DD_INVENTORY_DECLARED_H

#include "base/map.h"
#include "base/vec.h"
#include "scan/inventory_build.h"

struct dd_declared {
	const struct dd_squash *s;
	struct dd_map paths;	   /* of live files with definitions → index in located */
	struct dd_map selves;	   /* "group:artifact" of a pom → the same; the first of several */
	struct dd_map definitions; /* "index kind name" → index in values */
	struct dd_map spoken_for;  /* directories whose assemblies a *.deps.json speaks for */
	struct dd_map covered;	   /* "path", "path\npackage" or "directory\nprogram" that another file speaks for */
	DD_VEC(struct dd_str) values;
	struct dd_arena arena;
};

enum dd_code dd_declared_build(struct dd_declared *d, const struct dd_squash *s, struct dd_err *err);
void dd_declared_done(struct dd_declared *d);
/* Does other evidence say better what this one guesses? */
bool dd_declared_is_covered(const struct dd_declared *d, const struct dd_located *at);
/* The same of one package of it. */
bool dd_declared_covers_package(const struct dd_declared *d, const struct dd_located *at, const struct dd_package *p);
/* Name and version of a declared package with what other files say; text in d's arena. A version that stays unknown
 * becomes empty. *ret_known false: its name stays unknown. */
enum dd_code dd_declared_resolve(struct dd_declared *d, const struct dd_located *at, struct dd_package *p,
				 bool *ret_known, struct dd_err *err);

#endif
