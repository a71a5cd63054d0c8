/* SPDX-License-Identifier: Apache-2.0 */
/* rpm's "Packages.db", the NDB database that SUSE uses. Use it through format/rpm_db.h. */
#ifndef DD_RPM_NDB_H
#define DD_RPM_NDB_H

#include "format/rpm_db.h"

/* The file starts with NDB's magic. */
bool dd_rpm_ndb_detect(struct dd_str data);
enum dd_code dd_rpm_ndb_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err);

#endif
