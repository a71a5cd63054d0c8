/* SPDX-License-Identifier: Apache-2.0 */
/* For commands that look for no secrets and yet show what an image says of itself: bills of materials, identity cards,
 * scans with --no-secrets. */
#ifndef DD_REDACT_TARGET_H
#define DD_REDACT_TARGET_H

#include "model/inventory.h"
#include "secret/detector.h"

/* Puts the redacted form in the place of each secret in t's labels, command, instructions, user and directory. New text
 * lives in a; t's lists of texts and labels are written to. DD_ENOMEM. */
enum dd_code dd_redact_target(const struct dd_secret_detector *d, struct dd_target *t, struct dd_arena *a,
			      struct dd_err *err);

#endif
