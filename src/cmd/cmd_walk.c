/* SPDX-License-Identifier: Apache-2.0 */
/* What help, man pages and completions need of the tables. */
#include "cmd/help.h"
#include "report/formats.h"

const struct dd_cmd *const *dd_cmd_children(const struct dd_cmd_path *path)
{
	return path->n ? dd_cmd_last(path)->subcommands : dd_commands;
}

void dd_cmd_walk(dd_cmd_visit_fn *visit, void *ctx)
{
	/* Where each level stands in its list; the path is the chain of their current entries. */
	const struct dd_cmd *const *at[DD_CMD_DEPTH_MAX + 1];
	struct dd_cmd_path path = { { NULL }, 0 };
	visit(&path, ctx);
	at[0] = dd_commands;
	for (unsigned level = 0;;) {
		const struct dd_cmd *cmd = *at[level];
		if (!cmd && level == 0)
			return;
		if (!cmd) {
			level--;
			continue;
		}
		at[level]++;
		if (cmd->hidden)
			continue;
		path.at[level] = cmd;
		path.n = level + 1;
		visit(&path, ctx);
		if (cmd->subcommands) {
			dd_assert(path.n < DD_CMD_DEPTH_MAX);
			at[++level] = cmd->subcommands;
		}
	}
}

static const struct dd_opt help_rows[] = { { DD_OPT_FLAG, "help", 'h', NULL, "show this help" }, { DD_OPT_END } };

void dd_option_rows(const struct dd_cmd *cmd, struct dd_option_rows *ret)
{
	size_t n = 0;
	dd_cmd_tables(cmd, ret->tables);
	while (ret->tables[n])
		n++;
	dd_assert(n + 1 < DD_CMD_TABLES_MAX);
	ret->tables[n] = help_rows;
	ret->tables[n + 1] = NULL;
	ret->table = ret->row = 0;
}

const struct dd_opt *dd_option_next(struct dd_option_rows *rows)
{
	while (rows->tables[rows->table]) {
		const struct dd_opt *o = &rows->tables[rows->table][rows->row++];
		if (o->kind == DD_OPT_END) {
			rows->table++;
			rows->row = 0;
		} else if (!o->hidden) {
			return o;
		}
	}
	return NULL;
}

enum dd_value_kind dd_option_value(const struct dd_opt *o, const char *const **ret_words)
{
	if (o->kind == DD_OPT_FLAG)
		return DD_VALUE_NONE;
	if (o->kind == DD_OPT_CHOICE) {
		*ret_words = o->choices;
		return DD_VALUE_WORDS;
	}
	if (strcmp(o->name, "format") == 0) {
		*ret_words = dd_report_formats;
		return DD_VALUE_WORDS;
	}
	if (strcmp(o->arg, "DIR") == 0)
		return DD_VALUE_DIR;
	return strstr(o->arg, "FILE") || strstr(o->arg, "PATH") ? DD_VALUE_FILE : DD_VALUE_OTHER;
}
