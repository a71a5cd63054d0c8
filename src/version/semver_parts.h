/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/version/ only: semantic versions in parts, for the orders that are built on them (vercmp_semver.c has the
 * grammar). */
#ifndef DD_SEMVER_PARTS_H
#define DD_SEMVER_PARTS_H

#include "base/str.h"

struct dd_semver {
	struct dd_str numbers; /* digits with single dots between them */
	struct dd_str pre;     /* p == NULL: a release */
	struct dd_str build;   /* p == NULL: none */
};

bool dd_semver_parse(struct dd_str s, struct dd_semver *ret);
/* All of these: -1, 0, 1. Missing numbers are 0. */
int dd_semver_numbers_cmp(struct dd_str a, struct dd_str b);
/* Dotted identifiers: numbers by value and below words, the shorter list is lower. fold: letters without case. */
int dd_semver_ids_cmp(struct dd_str a, struct dd_str b, bool fold);
/* Numbers, then pre-release; the build never counts. */
int dd_semver_cmp(const struct dd_semver *a, const struct dd_semver *b, bool fold);

#endif
