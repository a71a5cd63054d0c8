/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock help`. */
#include "cmd/help.h"

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_cmd_path path;
	struct dd_err err;
	int used;
	if (dd_cmd_find(in->argc, in->argv, &path, &used, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	if (used < in->argc) {
		dd_cmd_warn("'%s' has no command %s", dd_cmd_last(&path)->name, DD_QUOTE(dd_str_from(in->argv[used])));
		return DD_EXIT_USAGE;
	}
	return dd_help_print(&path, stdout);
}

const struct dd_cmd dd_cmd_help = {
	.name = "help",
	.summary = "explain a command and its options",
	.operands = "[COMMAND [SUBCOMMAND]]",
	.examples =
		(const struct dd_example[]){
			{ "drydock help scan", "examples, then every option of 'scan'" },
			{ "drydock help db build", "the same for a command below another" },
			{ NULL },
		},
	.description = "Without a COMMAND, lists all of them. 'drydock COMMAND --help' does the same as 'drydock help "
		       "COMMAND'.",
	.max_args = DD_CMD_DEPTH_MAX,
	.run = run,
};
