/* SPDX-License-Identifier: Apache-2.0 */
/* What judges hand back: findings, what they could not judge (problems), and what the reader should know (warnings). */
#ifndef DD_FINDINGS_H
#define DD_FINDINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/finding.h"
#include "model/problem.h"

/* Owns the vectors; all text lives in the arena that the judge was given, or in the database that judged. Both must
 * outlive it. Zero-initialised is empty. */
struct dd_findings {
	DD_VEC(struct dd_finding) list;
	DD_VEC(struct dd_problem) problems;
	size_t problems_dropped; /* beyond DD_PROBLEMS_MAX; dd_findings_close() makes them one problem more */
	DD_VEC(struct dd_str) warnings;
};

/* Appends a finding with the defaults of "nothing known" (no package, no layer, EPSS unknown). The pointer is good
 * until the next call. NULL: memory is out, or DD_FINDINGS_MAX are there. */
struct dd_finding *dd_findings_add(struct dd_findings *f, enum dd_kind kind);
/* Adds a problem of the analyzer `who` about path in layer. DD_ENOMEM. Quote input with DD_QUOTE. */
enum dd_code dd_findings_problem(struct dd_findings *f, struct dd_arena *a, const char *who, int layer,
				 struct dd_str path, const char *fmt, ...) DD_PRINTF(6, 7);
/* Adds a warning (everything was read, but). DD_ENOMEM. */
enum dd_code dd_findings_warn(struct dd_findings *f, struct dd_arena *a, const char *fmt, ...) DD_PRINTF(3, 4);
/* To be called once after the last judge: accounts for dropped problems and sorts the findings by dd_finding_cmp. */
enum dd_code dd_findings_close(struct dd_findings *f, struct dd_arena *a);
void dd_findings_done(struct dd_findings *f);

#endif
