/* SPDX-License-Identifier: Apache-2.0 */
/* What an archive or layout held when it was last read and verified, under the identity of its stored bytes. */
#ifndef DD_IMAGE_RECORD_H
#define DD_IMAGE_RECORD_H

#include "model/inventory.h"
#include "scan/facts_cache.h"

/* Fills inv's target and problems (in inv's arena, which is set). target: what the user wrote this time. False:
 * unknown, or the record is of no use; inv may then hold parts and must be emptied. */
bool dd_image_record_get(const struct dd_cache *cache, const struct dd_digest *identity, struct dd_str target,
			 struct dd_inventory *inv);
enum dd_code dd_image_record_put(const struct dd_cache *cache, const struct dd_digest *identity,
				 const struct dd_inventory *inv, const struct dd_problem *problems, size_t n_problems);

#endif
