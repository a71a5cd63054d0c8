/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of `db`: one file each, named in db.c. */
#ifndef DD_DB_CMDS_H
#define DD_DB_CMDS_H

#include "cmd/cmd.h"

extern const struct dd_cmd dd_cmd_db_build;

#endif
