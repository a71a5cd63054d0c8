/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's "rpmdb.sqlite", read by libsqlite3 in place. Use it through format/rpm_db.h. */
#ifndef DD_RPM_SQLITE_H
#define DD_RPM_SQLITE_H

#include "format/rpm_db.h"

/* The file starts as every SQLite 3 database does. */
bool dd_rpm_sqlite_detect(struct dd_str data);
enum dd_code dd_rpm_sqlite_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err);

#endif
