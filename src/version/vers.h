/* SPDX-License-Identifier: Apache-2.0 */
/* VERS: version ranges that name the order of their versions, "vers:pypi/>=1.2|<2.0|!=1.5". */
#ifndef DD_VERS_H
#define DD_VERS_H

#include "version/version_range.h"

/* Reads a VERS range.
 * Owns:   *ret lives in `a`.
 * Errors: DD_EPARSE (err->at is the offset), DD_EUNSUPPORTED (a scheme that drydock does not know), DD_ELIMIT,
 * DD_ENOMEM. Source: VERSION-RANGE-SPECIFICATION, https://github.com/package-url/vers-spec (grammar and rules in
 * vers.c). */
enum dd_code dd_vers_parse(struct dd_str text, struct dd_arena *a, struct dd_version_range **ret, struct dd_err *err);

#endif
