/* SPDX-License-Identifier: Apache-2.0 */
/* Help made from the tables of commands and options. */
#ifndef DD_HELP_H
#define DD_HELP_H

#include <stdio.h>

#include "cmd/cmd.h"

enum { DD_HELP_BYTES_MAX = 1 << 20 };

/* Help of a command, or of drydock as a whole when the path is empty; lines have at most `width` columns where words
 * allow it. */
void dd_help_render(const struct dd_cmd_path *path, unsigned width, struct dd_buf *out);
/* The same, in the width of the terminal that `to` is. */
enum dd_exit dd_help_print(const struct dd_cmd_path *path, FILE *to);

/* The man page of a top-level command with all its subcommands, or of drydock as a whole, in mdoc(7). */
void dd_help_man(const struct dd_cmd_path *path, struct dd_buf *out);

/* Completion scripts. NULL-terminated names, and the writer of each. */
extern const char *const dd_completion_shells[];
typedef void dd_completion_fn(struct dd_buf *out);
extern dd_completion_fn *const dd_completion_writers[];

/* Calls visit for every command that is not hidden, each before its subcommands; first with the empty path. */
typedef void dd_cmd_visit_fn(const struct dd_cmd_path *path, void *ctx);
void dd_cmd_walk(dd_cmd_visit_fn *visit, void *ctx);
/* What may follow an empty or whole path: commands, subcommands, or NULL. */
const struct dd_cmd *const *dd_cmd_children(const struct dd_cmd_path *path);

/* Every visible option row of a command, --help last: `for (c = DD_OPTION_ROWS(cmd); (o = dd_option_next(&c));)`. */
struct dd_option_rows {
	const struct dd_opt *tables[DD_CMD_TABLES_MAX];
	size_t table, row;
};
void dd_option_rows(const struct dd_cmd *cmd, struct dd_option_rows *ret);
const struct dd_opt *dd_option_next(struct dd_option_rows *rows);

/* What a value of an option is, for completion. */
enum dd_value_kind { DD_VALUE_NONE, DD_VALUE_WORDS, DD_VALUE_FILE, DD_VALUE_DIR, DD_VALUE_OTHER };
/* WORDS: *ret_words is NULL-terminated. */
enum dd_value_kind dd_option_value(const struct dd_opt *o, const char *const **ret_words);

#endif
