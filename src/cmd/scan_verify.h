/* SPDX-License-Identifier: Apache-2.0 */
/* --verify in a command that looks for secrets: the two sides of probe/ are started and joined here. */
#ifndef DD_SCAN_VERIFY_H
#define DD_SCAN_VERIFY_H

#include "cmd/scan_report.h"
#include "judge/findings.h"

struct dd_scan_verify; /* opaque */

/* Before the fork. *ret is NULL when nobody is to be asked. DD_EARG: --offline forbids it. */
enum dd_code dd_scan_verify_new(const struct dd_scan_job *job, struct dd_scan_verify **ret, struct dd_err *err);
void dd_scan_verify_freep(struct dd_scan_verify **v);

/* In the confined process, before it starts to work. v may be NULL. */
void dd_scan_verify_confined(struct dd_scan_verify *v, struct dd_scan_job *job);
/* There: asks about the inventory's secrets, where that was asked for. */
enum dd_code dd_scan_verify_ask(const struct dd_scan_job *job, struct dd_inventory *inv, struct dd_findings *out,
				struct dd_arena *a, struct dd_err *err);

/* In the process that has the network, after the fork: answers, in a thread of its own, until the confined one is gone.
 * v may be NULL. */
void dd_scan_verify_start(struct dd_scan_verify *v);
void dd_scan_verify_finish(struct dd_scan_verify *v);

#endif
