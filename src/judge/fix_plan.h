/* SPDX-License-Identifier: Apache-2.0 */
/* What to do, in as few steps as there are: rebuild on a newer base, upgrade the system's packages, raise this and that
 * dependency; and what each step removes. */
#ifndef DD_FIX_PLAN_H
#define DD_FIX_PLAN_H

#include "base/arena.h"
#include "base/err.h"
#include "model/finding.h"
#include "model/inventory.h"
#include "model/report.h"

/* The plan for those of findings[0..n) that are not suppressed and have a fix: every one of them is removed by exactly
 * one step. Findings of packages of the system that the base image brought go with one step for the base; all other
 * packages of the system with one upgrade; third-party packages with one step for each name and version, to the lowest
 * version that no finding calls affected. Sorted by the risk removed, highest first.
 * Owns: *ret and its texts live in `a`. DD_ENOMEM. */
enum dd_code dd_fix_plan_make(const struct dd_inventory *inv, const struct dd_finding *findings, size_t n,
			      struct dd_arena *a, struct dd_fix_step **ret, size_t *ret_n, struct dd_err *err);

#endif
