/* SPDX-License-Identifier: Apache-2.0 */
/* Version orders. Each scheme is a file of its own that names its source; this is the table in front of them. */
#ifndef DD_VERSION_H
#define DD_VERSION_H

#include "base/cleanup.h"
#include "base/str.h"

enum dd_scheme {
	DD_SCHEME_NONE, /* no order known: only equal texts compare */
#define DD_SCHEME(NAME, name) DD_SCHEME_##NAME,
#include "version/schemes.def"
#undef DD_SCHEME
	DD_SCHEME_COUNT
};

/* *ret is <0, 0 or >0. False: a or b is not a version of that scheme, *ret is untouched. */
typedef bool dd_vercmp_fn(struct dd_str a, struct dd_str b, int *ret);
bool dd_vercmp(enum dd_scheme scheme, struct dd_str a, struct dd_str b, int *ret) DD_MUST_USE;

/* "deb" …; "none" for DD_SCHEME_NONE. */
const char *dd_scheme_name(enum dd_scheme scheme);
/* Also the names of ecosystems and package URL types: "npm" and "hex" are semver. False when there is no such scheme.
 */
bool dd_scheme_parse(struct dd_str name, enum dd_scheme *ret);

#endif
