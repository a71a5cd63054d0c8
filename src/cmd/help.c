/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock help`: help, man pages and completions of what the tables of commands and options say. */
#include "cmd/help.h"
#include "cmd/output.h"

#include <stddef.h>

struct options {
	bool man;
	int completion; /* index into dd_completion_shells, -1: none */
};

static const struct dd_opt rows[] = {
	{ DD_OPT_FLAG, "man", 0, NULL, "print the man page (mdoc) instead", offsetof(struct options, man) },
	{ DD_OPT_CHOICE, "completion", 0, "SHELL", "print the completion script for this shell instead",
	  offsetof(struct options, completion), .choices = dd_completion_shells },
	{ DD_OPT_END },
};

static void defaults(void *options)
{
	((struct options *)options)->completion = -1;
}

static enum dd_exit print(struct dd_buf *out)
{
	static const struct dd_output standard = { .path = NULL };
	struct dd_err err;
	/* Not by stdio: a text over its buffer's size would fail without a reason. */
	if (dd_buf_check(out, "help", &err) == DD_OK && dd_output_write(&standard, dd_buf_str(out), &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return DD_EXIT_CANNOT_RUN;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct options *o = in->options;
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_HELP_BYTES_MAX);
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
	if (o->completion >= 0)
		dd_completion_writers[o->completion](&out);
	else if (o->man)
		dd_help_man(&path, &out);
	else
		return dd_help_print(&path, stdout);
	return print(&out);
}

const struct dd_cmd dd_cmd_help = {
	.name = "help",
	.summary = "explain a command and its options",
	.operands = "[COMMAND [SUBCOMMAND]]",
	.examples =
		(const struct dd_example[]){
			{ "drydock help scan", "examples, then every option of 'scan'" },
			{ "drydock help db build", "the same for a command below another" },
			{ "source <(drydock help --completion bash)", "complete commands and options in this shell" },
			{ NULL },
		},
	.description = "Without a COMMAND, lists all of them. 'drydock COMMAND --help' does the same as 'drydock help "
		       "COMMAND'.",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.max_args = DD_CMD_DEPTH_MAX,
	.run = run,
};
