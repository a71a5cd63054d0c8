/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of Debian control data that mean the same to dpkg and to opkg. */
#ifndef DD_ANALYZE_DEB_CONTROL_H
#define DD_ANALYZE_DEB_CONTROL_H

#include "model/facts.h"

/* The names in Pre-Depends and Depends, one a line, in the arena of out. */
struct dd_str dd_deb_depends(struct dd_found *out, struct dd_str pre_depends, struct dd_str depends);

/* Status = want flag state. Whether files of the package are there: the state alone says so, "not-installed" and
 * "config-files" mean that the program's files are gone. No Status: installed. Want "deinstall" or "purge" without a
 * state: not. */
bool dd_deb_is_installed(struct dd_str status);

#endif
