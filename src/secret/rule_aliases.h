/* SPDX-License-Identifier: Apache-2.0 */
/* For src/secret only: drydock's rules by the names that gitleaks and Trivy give theirs, so that a user's file that
 * switches off or changes "github-pat" does so here. */
#ifndef DD_RULE_ALIASES_H
#define DD_RULE_ALIASES_H

#include "base/str.h"

/* The next of drydock's ids behind index *at (0 at first) that `id` stands for; p NULL: no more. */
struct dd_str dd_rule_alias_next(struct dd_str id, size_t *at);

#endif
