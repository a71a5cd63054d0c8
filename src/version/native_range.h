/* SPDX-License-Identifier: Apache-2.0 */
/* Version ranges as advisories, lock files and SBOMs write them in the notation of a package manager:
 * ">=1.0, <2.0 || 3.1", "^1.2 || >=3", "[1.0,2.0)", "~> 1.2.3", "==2.*". */
#ifndef DD_NATIVE_RANGE_H
#define DD_NATIVE_RANGE_H

#include "version/version_range.h"

/* Reads a range in the notation of the package manager that the scheme belongs to (the notations stand in
 * native_range.c). The empty text and "*" are every version.
 * Owns:   *ret lives in `a`.
 * Errors: DD_EPARSE (err->at is the offset), DD_ELIMIT, DD_ENOMEM. */
enum dd_code dd_native_range_parse(enum dd_scheme scheme, struct dd_str text, struct dd_arena *a,
				   struct dd_version_range **ret, struct dd_err *err);

#endif
