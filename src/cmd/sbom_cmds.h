/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock sbom` and its subcommands. */
#ifndef DD_SBOM_CMDS_H
#define DD_SBOM_CMDS_H

#include "cmd/scan_plan.h"

/* The rows that all of them offer, and their defaults. Their options are struct dd_scan_options. */
extern const struct dd_opt dd_sbom_rows[];
void dd_sbom_defaults(void *options);
void dd_sbom_release(void *options);
/* Writes the inventory (owned by the caller) in every format of the job. The exit code says whether all could be read.
 */
enum dd_exit dd_sbom_write(const struct dd_scan_job *job, const struct dd_inventory *inv, const int *outputs);
/* What could not be read, on standard error: a bill of materials has no place for it. */
void dd_sbom_warn(const struct dd_inventory *inv);

extern const struct dd_cmd dd_cmd_sbom_diff, dd_cmd_sbom_merge, dd_cmd_sbom_validate;

#endif
