/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of an OVAL document: which packages, below which version; rpminfo and dpkginfo. Internal to src/db. */
#ifndef DD_OVAL_TESTS_H
#define DD_OVAL_TESTS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

/* What a state says of a version. */
enum dd_oval_op { DD_OVAL_NOTHING, DD_OVAL_BELOW, DD_OVAL_UP_TO, DD_OVAL_EXACTLY, DD_OVAL_ANY };

struct dd_oval_test {
	const struct dd_str *packages; /* Ubuntu's name all binary packages of a source in a variable, others one */
	size_t n_packages;
	enum dd_oval_op op;
	struct dd_str version; /* with its epoch, if that is not 0 */
	struct dd_str arches;  /* blanks between; empty: any */
};

struct dd_oval_ref {
	struct dd_str object, state; /* ids */
	bool dpkg;
};

struct dd_oval_object {
	struct dd_str name, variable; /* one of them, the latter an id */
};

struct dd_oval_values {
	size_t first, n; /* in dd_oval_tests.values */
};

struct dd_oval_tests {
	struct dd_arena arena;
	struct dd_map objects, states, tests, variables; /* id → place in the lists below */
	DD_VEC(struct dd_oval_object) names;
	DD_VEC(struct dd_oval_values) lists; /* of variables */
	DD_VEC(struct dd_str) values;
	DD_VEC(struct dd_oval_test) conditions; /* of states */
	DD_VEC(struct dd_oval_ref) refs;	/* of tests */
};
void dd_oval_tests_done(struct dd_oval_tests *t);

/* Reads all tests, objects and states of a document. */
enum dd_code dd_oval_tests_read(struct dd_oval_tests *t, struct dd_str doc, struct dd_err *err);
/* False: no such test, or one that is not about the version of a package. A test of dpkg without a state asks whether
 * the package is there: DD_OVAL_ANY. ret->packages is a view into t. */
bool dd_oval_test(const struct dd_oval_tests *t, struct dd_str id, struct dd_oval_test *ret);

#endif
