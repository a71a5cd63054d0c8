/* SPDX-License-Identifier: Apache-2.0 */
/* Between checks.c and its tests of one kind each. */
#ifndef DD_SECRET_CHECK_PARTS_H
#define DD_SECRET_CHECK_PARTS_H

#include "base/buf.h"
#include "secret/checks.h"

struct dd_check_job {
	struct dd_str secret, around;
	struct dd_arena *arena;
	struct dd_buf bytes; /* decoded; empty at the start */
	struct dd_secret_checked result;
};

/* Each sets job->result. False: memory is out. */
bool dd_check_pem(struct dd_check_job *job);
bool dd_check_jwt(struct dd_check_job *job);
bool dd_check_macaroon(struct dd_check_job *job);

/* Formats the reason into the arena; false when memory is out. */
bool dd_check_says(struct dd_check_job *job, enum dd_secret_verdict verdict, const char *fmt, ...) DD_PRINTF(3, 4);

#endif
