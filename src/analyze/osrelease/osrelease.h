/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the osrelease analyzer: its readers that have a file of their own. */
#ifndef DD_OSRELEASE_H
#define DD_OSRELEASE_H

#include "analyze/analyzer.h"

/* Each fills os from data. False when memory or a limit is out. */
bool dd_osrelease_read_repositories(struct dd_str data, struct dd_os *os, struct dd_found *out);
bool dd_osrelease_read_busybox(struct dd_str data, struct dd_os *os, struct dd_found *out);

/* Copies value, trimmed, into *field, in lower case when asked; a value over DD_FIELD_BYTES_MAX becomes a problem
 * instead. False when memory or a limit is out. */
bool dd_osrelease_set(struct dd_found *out, struct dd_str *field, struct dd_str value, bool lower);

#endif
