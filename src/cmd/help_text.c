/* SPDX-License-Identifier: Apache-2.0 */
/* Help as text. Examples come first: most people who ask for help want one line to copy. */
#include "base/text.h"
#include "cmd/help.h"
#include "cmd/output.h"

enum { INDENT = 2, EXAMPLE_INDENT = 6, NAME_COLUMN_MAX = 30, WIDTH_MIN = 40, WIDTH_MAX = 100 };

/* Writes text from column `at` on, later lines from column `indent`; ends the line. */
static void wrap(struct dd_buf *out, const char *text, unsigned at, unsigned indent, unsigned width)
{
	struct dd_str rest = dd_str_from(text), word;
	unsigned column = at;
	bool first = true;
	while (dd_str_next(&rest, ' ', &word)) {
		unsigned n = (unsigned)dd_text_width(word);
		if (n == 0)
			continue;
		if (!first && column + 1 + n > width) {
			(void)dd_buf_addf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			(void)dd_buf_add_char(out, ' ');
			column++;
		}
		(void)dd_buf_add_str(out, word);
		column += n;
		first = false;
	}
	(void)dd_buf_add_char(out, '\n');
}

/* A name and its explanation, which starts at `column` or, when the name is too long, on the next line. */
static void row(struct dd_buf *out, struct dd_str name, const char *text, unsigned column, unsigned width)
{
	(void)dd_buf_addf(out, "%*s%.*s", INDENT, "", DD_FMT(name));
	unsigned at = INDENT + (unsigned)name.n;
	if (at + 2 > column) {
		(void)dd_buf_add_char(out, '\n');
		at = 0;
	}
	(void)dd_buf_addf(out, "%*s", (int)(column - at), "");
	wrap(out, text, column, column, width);
}

static void option_name(const struct dd_opt *o, struct dd_buf *out)
{
	dd_buf_clear(out);
	if (o->letter)
		(void)dd_buf_addf(out, "-%c, ", o->letter);
	else
		(void)dd_buf_add_c(out, "    ");
	(void)dd_buf_addf(out, "--%s", o->name);
	if (o->arg)
		(void)dd_buf_addf(out, " %s", o->arg);
}

static void options(const struct dd_cmd *cmd, unsigned width, struct dd_buf *out)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(256), help = DD_BUF_INIT(4096);
	struct dd_option_rows rows;
	const struct dd_opt *o;
	unsigned column = 0;
	dd_option_rows(cmd, &rows);
	while ((o = dd_option_next(&rows))) {
		option_name(o, &name);
		if (name.n + INDENT + 2 > column && name.n + INDENT + 2 <= NAME_COLUMN_MAX)
			column = (unsigned)name.n + INDENT + 2;
	}
	(void)dd_buf_add_c(out, "\nOptions:\n");
	dd_option_rows(cmd, &rows);
	while ((o = dd_option_next(&rows))) {
		option_name(o, &name);
		dd_buf_clear(&help);
		(void)dd_buf_add_c(&help, o->help);
		for (size_t i = 0; o->kind == DD_OPT_CHOICE && o->choices[i]; i++)
			(void)dd_buf_addf(&help, "%s%s", i ? ", " : ": ", o->choices[i]);
		const char *whole = dd_buf_c(&help);
		row(out, dd_buf_str(&name), whole ? whole : o->help, column, width);
	}
}

static void command_list(const struct dd_cmd *const *list, unsigned width, struct dd_buf *out)
{
	size_t longest = 0;
	for (size_t i = 0; list[i]; i++)
		if (!list[i]->hidden && strlen(list[i]->name) > longest)
			longest = strlen(list[i]->name);
	(void)dd_buf_add_c(out, "\nCommands:\n");
	for (size_t i = 0; list[i]; i++)
		if (!list[i]->hidden)
			row(out, dd_str_from(list[i]->name), list[i]->summary, (unsigned)longest + INDENT + 2, width);
}

static void examples(const struct dd_example *e, unsigned width, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "\nExamples:\n");
	for (; e->command; e++) {
		(void)dd_buf_addf(out, "%*s%s\n%*s", INDENT, "", e->command, EXAMPLE_INDENT, "");
		wrap(out, e->what, EXAMPLE_INDENT, EXAMPLE_INDENT, width);
	}
}

static void paragraphs(const char *text, unsigned width, struct dd_buf *out)
{
	DD_CLEANUP_BUF struct dd_buf part = DD_BUF_INIT(DD_HELP_BYTES_MAX);
	for (const char *p = text; *p;) {
		const char *end = strstr(p, "\n\n");
		size_t n = end ? (size_t)(end - p) : strlen(p);
		dd_buf_clear(&part);
		(void)dd_buf_add(&part, p, n);
		const char *one = dd_buf_c(&part);
		(void)dd_buf_add_char(out, '\n');
		if (one)
			wrap(out, one, 0, 0, width);
		p += n + (end ? 2 : 0);
	}
}

static void usage_line(const struct dd_cmd_path *path, struct dd_buf *out)
{
	const struct dd_cmd *cmd = dd_cmd_last(path);
	if (cmd->run || !cmd->subcommands) {
		(void)dd_buf_add_c(out, "\nUsage: drydock ");
		dd_cmd_path_name(path, ' ', out);
		(void)dd_buf_add_c(out, " [OPTIONS]");
		if (cmd->operands)
			(void)dd_buf_addf(out, " %s", cmd->operands);
		(void)dd_buf_add_char(out, '\n');
	}
	if (cmd->subcommands) {
		(void)dd_buf_add_c(out, cmd->run ? "       drydock " : "\nUsage: drydock ");
		dd_cmd_path_name(path, ' ', out);
		(void)dd_buf_add_c(out, " COMMAND [OPTIONS] ...\n");
	}
}

static void exit_codes(unsigned width, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "\nExit codes:\n");
	for (size_t i = 0; i < dd_n_exit_texts; i++) {
		char digit = (char)('0' + dd_exit_texts[i].code);
		row(out, (struct dd_str){ &digit, 1 }, dd_exit_texts[i].text, INDENT + 3, width);
	}
}

static void overview(unsigned width, struct dd_buf *out)
{
	wrap(out, "drydock " DD_VERSION ": tells whether a container image is safe to ship", 0, INDENT, width);
	for (size_t i = 0; dd_commands[i]; i++) {
		const struct dd_example *e = dd_commands[i]->examples;
		if (i == 0)
			(void)dd_buf_add_c(out, "\nExamples:\n");
		if (!dd_commands[i]->hidden && e && e->command) {
			(void)dd_buf_addf(out, "%*s%s\n%*s", INDENT, "", e->command, EXAMPLE_INDENT, "");
			wrap(out, e->what, EXAMPLE_INDENT, EXAMPLE_INDENT, width);
		}
	}
	(void)dd_buf_add_c(out, "\nUsage: drydock COMMAND [OPTIONS] ...\n");
	command_list(dd_commands, width, out);
	(void)dd_buf_add_char(out, '\n');
	wrap(out,
	     "'drydock help COMMAND' explains a command and its options. Every option can be set in the environment: "
	     "--fail-on is DRYDOCK_FAIL_ON; the option wins. Defaults of options stand in the nearest .drydock.yaml, "
	     "as "
	     "in options: {scan: {fail-on: critical}}; the environment wins.",
	     0, 0, width);
}

void dd_help_render(const struct dd_cmd_path *path, unsigned width, struct dd_buf *out)
{
	width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
	if (path->n == 0) {
		overview(width, out);
		return;
	}
	const struct dd_cmd *cmd = dd_cmd_last(path);
	DD_CLEANUP_BUF struct dd_buf title = DD_BUF_INIT(1024);
	(void)dd_buf_add_c(&title, "drydock ");
	dd_cmd_path_name(path, ' ', &title);
	(void)dd_buf_addf(&title, ": %s", cmd->summary);
	if (dd_buf_c(&title))
		wrap(out, title.p, 0, INDENT, width);
	if (cmd->examples && cmd->examples->command)
		examples(cmd->examples, width, out);
	usage_line(path, out);
	if (cmd->subcommands)
		command_list(cmd->subcommands, width, out);
	if (cmd->description)
		paragraphs(cmd->description, width, out);
	options(cmd, width, out);
	exit_codes(width, out);
}

enum dd_exit dd_help_print(const struct dd_cmd_path *path, FILE *to)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_HELP_BYTES_MAX);
	struct dd_terminal t = dd_terminal_of(fileno(to));
	struct dd_err err;
	dd_help_render(path, t.width, &out);
	if (dd_buf_check(&out, "help", &err) != DD_OK) {
		dd_cmd_error(&err);
		return DD_EXIT_CANNOT_RUN;
	}
	(void)fwrite(out.p, 1, out.n, to);
	return DD_EXIT_CLEAN;
}
