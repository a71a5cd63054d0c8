/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db`: the advisory database. To add a subcommand: write db_<name>.c, declare its dd_cmd in db_cmds.h, name it
 * here and in meson.build. */
#include "cmd/db_cmds.h"

static const struct dd_cmd *const subcommands[] = {
	&dd_cmd_db_build, &dd_cmd_db_info,   &dd_cmd_db_pull,	&dd_cmd_db_push,
	&dd_cmd_db_show,  &dd_cmd_db_update, &dd_cmd_db_verify, NULL,
};

const struct dd_cmd dd_cmd_db = {
	.name = "db",
	.summary = "build and read the advisory database",
	.description =
		"The database is one file that is mapped, not loaded; any number of processes may read it. A new one "
		"replaces it as a whole, so that a reader never sees half of it.",
	.examples = (const struct dd_example[]){ { "drydock db build --source osv:PyPI/all.zip -o my.db",
						   "make a database from one export of OSV" },
						 { "drydock db show CVE-2021-44228", "ask it" },
						 { NULL } },
	.subcommands = subcommands,
};
