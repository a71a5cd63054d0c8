/* SPDX-License-Identifier: Apache-2.0 */
/* Package URLs (purl): the name of a package that other tools understand, "pkg:deb/debian/libc6@2.36-9?arch=amd64". */
#ifndef DD_PURL_H
#define DD_PURL_H

#include "base/arena.h"
#include "base/err.h"
#include "model/package.h"

/* Writes the package URL of an operating-system package.
 * In:     p->type is the purl type ("deb" "apk" "rpm"); os tells the namespace and the distro qualifier, its id may be
 *         empty (unknown system: both are left out).
 * Owns:   *ret lives in `a`; it is plain ASCII, whatever bytes p holds. Empty when p has no type or no name.
 * Errors: DD_ENOMEM (memory or the arena's limit), DD_ELIMIT (a field longer than DD_FIELD_BYTES_MAX).
 * Source: ECMA-427 / package-url PURL-SPECIFICATION "Rules for each component" and PURL-TYPES deb, apk, rpm. */
enum dd_code dd_purl_for(const struct dd_package *p, const struct dd_os *os, struct dd_arena *a, struct dd_str *ret);

#endif
