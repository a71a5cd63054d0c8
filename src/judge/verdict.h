/* SPDX-License-Identifier: Apache-2.0 */
/* Pass, fail or incomplete, in one line. Exit codes are made from it in cmd/. */
#ifndef DD_JUDGE_VERDICT_H
#define DD_JUDGE_VERDICT_H

#include "base/arena.h"
#include "base/err.h"
#include "model/report.h"

/* Sets r->verdict and r->reason.
 * - fail: a finding that is not suppressed has severity r->fail_on or worse (DD_SEV_COUNT: no limit, never fails), and
 * as a secret r->fail_confidence.
 * Problems do not soften a failure, they are told beside it;
 * Likewise when a rule of r->policy failed;
 * - incomplete: no such finding, but r->problems is not empty;
 * - pass: neither.
 * In:   findings[0..n) are all findings that count: those which the report hides by severity, too; r->n_findings of
 * them are shown. r->problems must be complete. Owns: r->reason lives in `a`. DD_ENOMEM. */
enum dd_code dd_verdict_decide(struct dd_report *r, const struct dd_finding *findings, size_t n, struct dd_arena *a,
			       struct dd_err *err);

#endif
