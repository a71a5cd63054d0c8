/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files of packages lie that another package has put out of its way (dpkg-divert); internal to scan/. */
#ifndef DD_INVENTORY_DIVERSIONS_H
#define DD_INVENTORY_DIVERSIONS_H

#include "base/map.h"
#include "base/vec.h"
#include "scan/inventory_build.h"

struct dd_diversions {
	struct dd_map by_path; /* where the package says that the file is → index into list */
	DD_VEC(const struct dd_definition *) list;
};

/* Of the live evidence. */
enum dd_code dd_diversions_build(struct dd_diversions *d, const struct dd_squash *s, struct dd_err *err);
void dd_diversions_done(struct dd_diversions *d);
/* Where the file that the package lists as path is. */
struct dd_str dd_diversions_path(const struct dd_diversions *d, struct dd_str package, struct dd_str path);

#endif
