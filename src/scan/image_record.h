/* SPDX-License-Identifier: Apache-2.0 */
/* What an archive or layout held when it was last read and verified, under the identity of its stored bytes. */
#ifndef DD_IMAGE_RECORD_H
#define DD_IMAGE_RECORD_H

#include "model/inventory.h"
#include "scan/config_secrets.h"
#include "scan/facts_cache.h"

/* Fills inv's target and problems (in inv's arena, which is set) and, where secrets are looked for, config. target:
 * what the user wrote this time. detector NULL: secrets are not looked for; records with them and without are apart, as
 * the one shows the image's own texts redacted. False: unknown, or the record is of no use; inv and config may then
 * hold parts and must be emptied. */
bool dd_image_record_get(const struct dd_cache *cache, const struct dd_digest *identity,
			 const struct dd_secret_detector *detector, struct dd_str target, struct dd_inventory *inv,
			 struct dd_config_secrets *config);
enum dd_code dd_image_record_put(const struct dd_cache *cache, const struct dd_digest *identity,
				 const struct dd_secret_detector *detector, const struct dd_inventory *inv,
				 const struct dd_config_secrets *config, const struct dd_problem *problems,
				 size_t n_problems);

#endif
