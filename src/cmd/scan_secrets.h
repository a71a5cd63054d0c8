/* SPDX-License-Identifier: Apache-2.0 */
/* What looks for secrets in a command that reads images: made in the confined process before it is confined, as
 * libraries are loaded and patterns become machine code then. */
#ifndef DD_SCAN_SECRETS_H
#define DD_SCAN_SECRETS_H

#include "cmd/scan_report.h"

struct dd_scan_secrets; /* opaque */

/* Makes job->secrets. must: secrets are all that is asked for; else a machine without the libraries is no error, and
 * job->secrets_missing says what is missing. DD_EARG: a file of rules cannot be used. */
enum dd_code dd_scan_secrets_new(struct dd_scan_job *job, bool must, struct dd_scan_secrets **ret, struct dd_err *err);
void dd_scan_secrets_freep(struct dd_scan_secrets **s);

/* Puts the problem into a read image's inventory that its secrets were not looked for, where that is so. */
enum dd_code dd_scan_secrets_note(const struct dd_scan_job *job, struct dd_inventory *inv, struct dd_err *err);

#endif
