/* SPDX-License-Identifier: Apache-2.0 */
/* Which copyright file speaks for which Debian package; internal to scan/. */
#ifndef DD_INVENTORY_LICENCES_H
#define DD_INVENTORY_LICENCES_H

#include "base/map.h"
#include "base/vec.h"
#include "scan/inventory_build.h"

struct dd_licence_files {
	const struct dd_squash *s;
	DD_VEC(uint32_t) live; /* located evidence with licences, by node */
	struct dd_map gone;    /* path → located evidence that was deleted; the last of several */
};

enum dd_code dd_licence_files_build(struct dd_licence_files *f, const struct dd_squash *s, struct dd_err *err);
void dd_licence_files_done(struct dd_licence_files *f);
/* What the copyright file of the package says, in the layer's arena; empty: there is none, or it names nothing. */
struct dd_str dd_licence_files_get(const struct dd_licence_files *f, const struct dd_package *p);

#endif
