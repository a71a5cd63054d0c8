/* SPDX-License-Identifier: Apache-2.0 */
/* Which versions an advisory means. */
#ifndef DD_RANGE_H
#define DD_RANGE_H

#include "db/db.h"

/* How versions of the package in question compare. */
struct dd_order {
	enum dd_scheme scheme;
	/* rpm: the version is a source package's, which records no epoch: leave the epochs of both sides out. */
	bool ignore_epoch;
	/* Bitnami: the version ends in Bitnami's own revision ("1.25.3-1"), which counts only against another one. */
	bool revisions;
};

/* "1.25.3-1" → "1.25.3": a version of Bitnami's without its revision. Java's have two of them ("17.0.11-10-3"). */
struct dd_str dd_without_revision(struct dd_str version);

/* Compares the version of a package with one that an advisory names; false when one is no version of the scheme. */
bool dd_order_cmp(const struct dd_order *o, struct dd_str a, struct dd_str b, int *ret) DD_MUST_USE;

enum dd_reach {
	DD_REACH_OUT, /* no range and no listed version holds the version */
	DD_REACH_IN,  /* one does */
	DD_REACH_BAD, /* none does, but one has a version that breaks the scheme: nobody knows */
};

/* What the ranges and the explicit versions of an advisory say of one version. */
struct dd_verdict_on_version {
	enum dd_reach reach;
	struct dd_str fixed; /* IN: the highest version that ends a range which holds it; empty: one has no known end */
	struct dd_str bad;   /* the text that is no version, if one was met */
};

/* Evaluates as the OSV schema says ("Evaluation"): events take effect in the order of versions, whatever the order in
 * the record (equal versions: the record's order); introduced "0" is before everything; last_affected is inclusive; a
 * limit ends the range for good ("*": no limit); an explicit version list is joined to the ranges by OR. A fixed
 * version "0" is before everything, too: never affected. Linear in the number of events. */
struct dd_verdict_on_version dd_range_judge(const struct dd_advisory *adv, const struct dd_order *o,
					    struct dd_str version);

/* Is `version` one of the versions that the advisory itself names as fixed? */
bool dd_range_names_fixed(const struct dd_advisory *adv, const struct dd_order *o, struct dd_str version);

#endif
