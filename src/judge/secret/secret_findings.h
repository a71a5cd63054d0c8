/* SPDX-License-Identifier: Apache-2.0 */
/* The judge of secrets: each one in the inventory → a finding. docs/secrets.md tells users of severity and confidence.
 */
#ifndef DD_SECRET_FINDINGS_H
#define DD_SECRET_FINDINGS_H

#include "judge/findings.h"
#include "model/inventory.h"

struct dd_secret_judging {
	bool show_filtered; /* what the detector found and did not count becomes a suppressed finding; else none */
	bool reveal;	    /* the secret itself may be shown */
};

/* Appends a finding of kind secret for each secret of the inventory: its id is the rule's. What was cut off by limits
 * is a problem, since nobody looked at it.
 * Owns: as dd_judge_vuln(); texts may be the inventory's. Errors: DD_ENOMEM; DD_ELIMIT: more than DD_FINDINGS_MAX. */
enum dd_code dd_judge_secrets(const struct dd_inventory *inv, const struct dd_secret_judging *how, struct dd_arena *a,
			      struct dd_findings *out, struct dd_err *err);

/* secret_advice.c: fills s->instruction and s->change of a secret that lies at s->at. Texts live in a. DD_ENOMEM. */
enum dd_code dd_secret_advise(const struct dd_inventory *inv, struct dd_secret_finding *s, struct dd_arena *a);

#endif
