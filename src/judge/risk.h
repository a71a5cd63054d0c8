/* SPDX-License-Identifier: Apache-2.0 */
/* How urgent a finding is among all others, of every kind: one number, so that a person reads the list from the top and
 * may stop anywhere. docs/risk.md says the same for users. */
#ifndef DD_JUDGE_RISK_H
#define DD_JUDGE_RISK_H

#include "judge/findings.h"
#include "model/inventory.h"

/* Sets origin, exposure and risk of every finding.
 * - origin: base image or application, by the layer that brought it; unknown where the base is not known;
 * - exposure: entrypoint when the image's command runs a file of the finding's package, else present;
 * - risk, 0 to 100: impact × likelihood × exposure × fixability, see risk.c. */
void dd_judge_risk(const struct dd_inventory *inv, struct dd_findings *f);

#endif
