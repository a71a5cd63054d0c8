/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rpm_db.h"

#include "format/rpm_bdb.h"
#include "format/rpm_ndb.h"
#include "format/rpm_sqlite.h"

static const struct {
	bool (*detect)(struct dd_str data);
	enum dd_code (*open)(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err);
} backends[] = {
	{ dd_rpm_sqlite_detect, dd_rpm_sqlite_open },
	{ dd_rpm_ndb_detect, dd_rpm_ndb_open },
	{ dd_rpm_bdb_detect, dd_rpm_bdb_open },
};

enum dd_code dd_rpm_db_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(backends); i++)
		if (backends[i].detect(data))
			return backends[i].open(data, ret, err);
	if (data.n == 0)
		return dd_fail(err, DD_EPARSE, 0, "rpm database is empty");
	return dd_fail(err, DD_EPARSE, 0, "not an rpm database (neither Berkeley DB, NDB nor SQLite)");
}

enum dd_code dd_rpm_db_next(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	return db->ops->next(db, ret, ret_more, err);
}

void dd_rpm_db_freep(struct dd_rpm_db **db)
{
	if (*db)
		(*db)->ops->free(*db);
	*db = NULL;
}
