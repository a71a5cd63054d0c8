/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's "Packages" as a Berkeley DB hash database, either byte order. Use it through format/rpm_db.h. */
#ifndef DD_RPM_BDB_H
#define DD_RPM_BDB_H

#include "format/rpm_db.h"

/* The magic of a Berkeley DB hash or btree file is in its place. */
bool dd_rpm_bdb_detect(struct dd_str data);
enum dd_code dd_rpm_bdb_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err);

#endif
