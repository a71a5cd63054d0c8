/* SPDX-License-Identifier: Apache-2.0 */
/* Inventory → what upstreams say of it today. This is the confined side: it asks over a channel and reads what comes.
 */
#ifndef DD_FRESH_GATHER_H
#define DD_FRESH_GATHER_H

#include "base/arena.h"
#include "base/err.h"
#include "model/inventory.h"
#include "model/upstream.h"

enum { DD_FRESH_PACKAGES_MAX = 1000 };

struct dd_fresh_wish {
	int channel;	       /* borrowed */
	uint64_t max_packages; /* third-party names that are asked about; 0: DD_FRESH_PACKAGES_MAX */
	int64_t now;	       /* seconds since the epoch */
};

/* What cannot be asked or read is in ret->problems; an error is for memory and for a conversation that broke. Texts
 * live in a. */
enum dd_code dd_fresh_gather(const struct dd_fresh_wish *w, const struct dd_inventory *inv, struct dd_arena *a,
			     struct dd_upstreams *ret, struct dd_err *err);

#endif
