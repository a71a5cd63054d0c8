/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of gather.c share. */
#ifndef DD_FRESH_GATHER_PARTS_H
#define DD_FRESH_GATHER_PARTS_H

#include "base/vec.h"
#include "fresh/ask.h"
#include "fresh/gather.h"
#include "fresh/releases.h"

struct dd_gathering {
	const struct dd_fresh_wish *wish;
	const struct dd_inventory *inv;
	struct dd_arena *arena;
	struct dd_upstreams *out;
	DD_VEC(struct dd_problem) problems;
	DD_VEC(struct dd_str) warnings;
};

enum dd_code dd_gathering_problem(struct dd_gathering *g, const char *fmt, ...) DD_PRINTF(2, 3);
enum dd_code dd_gathering_warn(struct dd_gathering *g, const char *fmt, ...) DD_PRINTF(2, 3);

/* Third-party packages, from their registries. */
enum dd_code dd_gather_packages(struct dd_gathering *g, struct dd_err *err);

#endif
