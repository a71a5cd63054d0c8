/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of `db`, one file each (db.c lists them), and what they share. */
#ifndef DD_DB_CMDS_H
#define DD_DB_CMDS_H

#include "cmd/cmd.h"
#include "cmd/output.h"
#include "db/build.h"
#include "db/db.h"
#include "report/sheet.h"

extern const struct dd_cmd dd_cmd_db_build, dd_cmd_db_info, dd_cmd_db_pull, dd_cmd_db_push, dd_cmd_db_show,
	dd_cmd_db_update, dd_cmd_db_verify;

/* Opens file, else --db, else the database that `db update` keeps; its path goes to the end of ret_path. DD_ENOTFOUND
 * says how to get one. */
enum dd_code dd_db_cmd_open(const struct dd_shared_options *o, const char *file, struct dd_db **ret,
			    struct dd_buf *ret_path, struct dd_err *err);

/* Says on standard error what the builder could not read; false: nothing. */
bool dd_db_cmd_warn(const struct dd_builder *b);

/* What `db show` found, as text for people or as JSON. */
struct dd_db_shown {
	const struct dd_db *db;
	struct dd_str query;
	bool package; /* it was the name of a package: advisories of several vulnerabilities, by ecosystem and package
		       */
	struct dd_advisory *advisories;
	size_t n;
	uint32_t *vulns; /* what they speak of, in the order of ids; also vulnerabilities without any advisory */
	size_t n_vulns;
};
enum dd_code dd_db_show_text(const struct dd_sheet *s, const struct dd_db_shown *shown, struct dd_err *err);
enum dd_code dd_db_show_json(const struct dd_db_shown *shown, struct dd_buf *out, struct dd_err *err);

#endif
