/* SPDX-License-Identifier: Apache-2.0 */
/* What is learnt from one layer's bytes, and nothing else: the same layer always gives the same facts, whatever lies
 * above or below it. That is what makes them worth keeping under the layer's diff_id. */
#ifndef DD_FACTS_H
#define DD_FACTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/package.h"
#include "model/problem.h"

/* Where the texts of a dd_package are, for those who copy or write all of them. */
extern const size_t dd_package_texts[];
extern const size_t dd_n_package_texts;

/* What a file that declares packages says for other files of the tree: a pom.xml for its modules, central versions of
 * NuGet for the projects below, a go.mod for the go.sum beside it. Used by scan/inventory_declared.c; a name or value
 * may hold references ("${x}"). */
enum dd_define {
	DD_DEFINE_SELF,	  /* name "group:artifact", value its version */
	DD_DEFINE_PARENT, /* name "group:artifact" of the parent, value where it says that it lies: "../pom.xml" */
	DD_DEFINE_PARENT_VERSION, /* value: the parent's version */
	DD_DEFINE_PROPERTY,	  /* of that name */
	DD_DEFINE_MANAGED,	  /* version of the package of that name; NuGet's in small letters */
	/* name: a file of the same directory; value: a package that it need not list again; empty: none of its */
	DD_DEFINE_COVERS,
	DD_DEFINE_LICENCES, /* value: dd_package.licences of the package that the file belongs to */
	DD_DEFINE_HOLDS,    /* name: a program in the file's directory or below that its packages speak for */
	/* name: a path as packages list it, value: the package that may keep it, LF, where those of all others lie */
	DD_DEFINE_DIVERTED,
	DD_DEFINE_REPOSITORY, /* name: package URL type; value: as analyze/sources writes it */
	DD_DEFINE_COUNT
};
struct dd_definition {
	enum dd_define kind;
	struct dd_str name, value;
};

/* What one analyzer learnt from one file. Filled by the analyzer through the functions below. */
struct dd_found {
	struct dd_arena *arena; /* of the layer; all text below lives there */
	DD_VEC(struct dd_package) packages;
	DD_VEC(struct dd_ownership) ownerships;
	DD_VEC(struct dd_os) oses;
	DD_VEC(struct dd_definition) definitions; /* SELF, PARENT and PARENT_VERSION first, where there are any */
	DD_VEC(struct dd_problem) problems;	  /* layer and path are filled in by the caller */
	size_t problems_dropped;		  /* beyond DD_PROBLEMS_MAX */
	bool failed;				  /* memory or a limit: the caller makes it a problem */
};

/* Each returns a zeroed record to fill in (valid until the next call of the same function), or NULL when memory or a
 * limit is out: then f->failed is set and the analyzer should return DD_ENOMEM or DD_ELIMIT. */
struct dd_package *dd_found_package(struct dd_found *f);
struct dd_ownership *dd_found_ownership(struct dd_found *f);
struct dd_os *dd_found_os(struct dd_found *f);
/* Copies name and value; on failure f->failed is set. */
void dd_found_define(struct dd_found *f, enum dd_define kind, struct dd_str name, struct dd_str value);
/* A copy of s in the arena. On failure the empty view, and f->failed is set. */
struct dd_str dd_found_str(struct dd_found *f, struct dd_str s);
/* Adds a problem at a byte offset of the file (DD_NO_OFFSET: unknown). Quote input with DD_QUOTE. */
void dd_found_problem(struct dd_found *f, uint64_t at, const char *fmt, ...) DD_PRINTF(3, 4);
/* What an analyzer returns at its end: DD_OK, or DD_ELIMIT when f->failed. */
enum dd_code dd_found_end(const struct dd_found *f, struct dd_err *err);
void dd_found_done(struct dd_found *f); /* the vectors; the arena is the caller's */

#endif
