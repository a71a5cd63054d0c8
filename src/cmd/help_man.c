/* SPDX-License-Identifier: Apache-2.0 */
/* Man pages in mdoc(7), from the same tables as the help. Sections stand in the order that mdoc asks for. */
#include "cmd/help.h"

/* Of the last change of what the pages say; a date of the build would make equal builds differ. */
#define PAGE_DATE "November 21, 2026"

enum { TEXT_COLUMNS = 76 };

/* The next word of *rest (blanks before it are skipped); *ret_paragraph: an empty line stood before it. */
static struct dd_str next_word(struct dd_str *rest, bool *ret_paragraph)
{
	size_t line_feeds = 0, n = 0;
	while (rest->n && dd_is_blank(rest->p[0])) {
		line_feeds += rest->p[0] == '\n';
		*rest = dd_str_skip(*rest, 1);
	}
	while (n < rest->n && !dd_is_blank(rest->p[n]))
		n++;
	struct dd_str word = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	*ret_paragraph = line_feeds > 1;
	return word;
}

/* Running text: no line may begin with a control character, mdoc wants each sentence on its own line, and none longer
 * than 80 bytes. */
static void text(struct dd_buf *out, const char *s)
{
	struct dd_str rest = dd_str_from(s), word;
	size_t column = 0;
	bool paragraph, sentence_ended = false;
	while ((word = next_word(&rest, &paragraph)).n) {
		if (paragraph && column)
			(void)dd_buf_add_c(out, "\n.Pp\n");
		else if (column && (sentence_ended || column + 1 + word.n > TEXT_COLUMNS))
			(void)dd_buf_add_char(out, '\n');
		else if (column)
			(void)dd_buf_add_char(out, ' ');
		if (out->n && out->p[out->n - 1] == '\n') {
			column = 0;
			if (word.p[0] == '.' || word.p[0] == '\'')
				(void)dd_buf_add_c(out, "\\&");
		}
		for (size_t i = 0; i < word.n; i++)
			if (word.p[i] == '\\')
				(void)dd_buf_add_c(out, "\\e");
			else
				(void)dd_buf_add_char(out, word.p[i]);
		column += word.n + 1;
		sentence_ended = strchr(".!?", word.p[word.n - 1]) != NULL;
	}
	(void)dd_buf_add_char(out, '\n');
}

/* A line of a table, which is lower case without a full stop, as a sentence. */
static void sentence(struct dd_buf *out, const char *s)
{
	size_t at = out->n;
	text(out, s);
	if (out->failed)
		return;
	if (out->p[at] >= 'a' && out->p[at] <= 'z')
		out->p[at] = (char)(out->p[at] - 32);
	if (!strchr(".!?\n", out->p[out->n - 2])) {
		out->n--;
		(void)dd_buf_add_c(out, ".\n");
	}
}

/* One argument of a macro: never taken for a macro itself. */
static void argument(struct dd_buf *out, const char *s)
{
	(void)dd_buf_add_c(out, " \\&");
	for (; *s; s++) {
		if (*s == '\\')
			(void)dd_buf_add_c(out, "\\e");
		else if (*s == '"')
			(void)dd_buf_add_c(out, "\\(dq");
		else if (*s == ' ')
			(void)dd_buf_add_c(out, "\\ ");
		else
			(void)dd_buf_add_char(out, *s);
	}
}

static void name(const struct dd_cmd_path *path, char sep, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "drydock");
	if (path->n)
		(void)dd_buf_add_char(out, sep);
	dd_cmd_path_name(path, sep, out);
}

static void header(const struct dd_cmd_path *path, const char *what, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, ".\\\" SPDX-License-Identifier: Apache-2.0\n.Dd " PAGE_DATE "\n.Dt ");
	size_t at = out->n;
	name(path, '-', out);
	for (; at < out->n; at++)
		if (out->p[at] >= 'a' && out->p[at] <= 'z')
			out->p[at] = (char)(out->p[at] - 32);
	(void)dd_buf_add_c(out, " 1\n.Os\n.Sh NAME\n.Nm ");
	name(path, '-', out);
	(void)dd_buf_addf(out, "\n.Nd %s\n", what);
}

static void synopsis_line(const struct dd_cmd_path *path, struct dd_buf *out)
{
	const struct dd_cmd *cmd = dd_cmd_last(path);
	(void)dd_buf_add_c(out, ".Nm drydock\n.Cm");
	for (unsigned i = 0; i < path->n; i++)
		argument(out, path->at[i]->name);
	(void)dd_buf_add_c(out, "\n.Op Ar OPTIONS\n");
	if (cmd->operands) {
		(void)dd_buf_add_c(out, ".Ar");
		argument(out, cmd->operands);
		(void)dd_buf_add_char(out, '\n');
	}
}

static void option_items(const struct dd_cmd *cmd, struct dd_buf *out)
{
	struct dd_option_rows rows;
	const struct dd_opt *o;
	(void)dd_buf_add_c(out, ".Bl -tag -width Ds\n");
	dd_option_rows(cmd, &rows);
	while ((o = dd_option_next(&rows))) {
		(void)dd_buf_add_c(out, ".It");
		if (o->letter)
			(void)dd_buf_addf(out, " Fl %c ,", o->letter);
		(void)dd_buf_addf(out, " Fl -%s", o->name);
		if (o->arg) {
			(void)dd_buf_add_c(out, " Ar");
			argument(out, o->arg);
		}
		(void)dd_buf_add_char(out, '\n');
		sentence(out, o->help);
		if (o->kind != DD_OPT_CHOICE)
			continue;
		(void)dd_buf_add_c(out, "One of:\n");
		for (size_t i = 0; o->choices[i]; i++) {
			(void)dd_buf_add_c(out, ".Cm");
			argument(out, o->choices[i]);
			(void)dd_buf_add_c(out, o->choices[i + 1] ? " ,\n" : " .\n");
		}
	}
	(void)dd_buf_add_c(out, ".El\n");
}

static void example_items(const struct dd_example *e, struct dd_buf *out)
{
	for (; e && e->command; e++) {
		if (!dd_str_ends(dd_buf_str(out), DD_STR(".Sh EXAMPLES\n")))
			(void)dd_buf_add_c(out, ".Pp\n");
		sentence(out, e->what);
		(void)dd_buf_add_c(out, ".Dl");
		argument(out, e->command);
		(void)dd_buf_add_char(out, '\n');
	}
}

static void environment(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, ".Sh ENVIRONMENT\n"
				"An option that is not given is taken from a variable:\n"
				"its name in upper case after\n"
				".Ev DRYDOCK_ ,\nwith\n.Sq _\nfor\n.Sq - .\n"
				"So\n.Ev DRYDOCK_FAIL_ON\nstands for\n.Fl -fail-on .\n"
				"Options without a value are 1 or 0 there.\n"
				"What neither gives is taken from the nearest\n.Pa .drydock.yaml\nupwards, as in\n"
				".Ql options: {scan: {fail-on: critical}} .\n"
				".Bl -tag -width Ds\n.It Ev NO_COLOR\nSwitches colour off.\n"
				".It Ev COLUMNS\nThe width of reports and help.\n.El\n");
}

static void exit_status(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < dd_n_exit_texts; i++) {
		(void)dd_buf_addf(out, ".It %d\n", (int)dd_exit_texts[i].code);
		sentence(out, dd_exit_texts[i].text);
	}
	(void)dd_buf_add_c(out, ".El\n");
}

struct walk {
	struct dd_buf *out;
	const struct dd_cmd *top;
	unsigned part; /* 0: synopsis, 1: description, 2: examples */
};

static void part_of(const struct dd_cmd_path *path, void *ctx)
{
	struct walk *w = ctx;
	const struct dd_cmd *cmd = path->n ? dd_cmd_last(path) : NULL;
	if (!cmd || path->at[0] != w->top)
		return;
	if (w->part == 0 && cmd->run)
		synopsis_line(path, w->out);
	if (w->part == 1 && path->n > 1) {
		(void)dd_buf_add_c(w->out, ".Ss ");
		name(path, ' ', w->out);
		(void)dd_buf_add_char(w->out, '\n');
		sentence(w->out, cmd->summary);
		(void)dd_buf_add_c(w->out, ".Pp\n");
	}
	if (w->part == 1) {
		if (cmd->description)
			text(w->out, cmd->description);
		else if (path->n == 1)
			sentence(w->out, cmd->summary);
		option_items(cmd, w->out);
	}
	if (w->part == 2)
		example_items(cmd->examples, w->out);
}

static void command_page(const struct dd_cmd_path *path, struct dd_buf *out)
{
	static const char *const sections[] = { "SYNOPSIS", "DESCRIPTION", "EXAMPLES" };
	struct walk w = { out, path->at[0], 0 };
	const struct dd_cmd_path top = { { path->at[0] }, 1 };
	header(&top, w.top->summary, out);
	for (w.part = 0; w.part < DD_COUNT(sections); w.part++) {
		if (w.part == 2) {
			environment(out);
			exit_status(out);
		}
		size_t before = out->n;
		(void)dd_buf_addf(out, ".Sh %s\n", sections[w.part]);
		size_t after = out->n;
		dd_cmd_walk(part_of, &w);
		if (out->n == after)
			out->n = before; /* nothing to say */
	}
	(void)dd_buf_add_c(out, ".Sh SEE ALSO\n.Xr drydock 1\n");
}

static void overview_page(const struct dd_cmd_path *path, struct dd_buf *out)
{
	header(path, "tells whether a container image is safe to ship", out);
	(void)dd_buf_add_c(out, ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTIONS\n.Op Ar OPERANDS\n.Sh DESCRIPTION\n"
				"The commands are:\n.Bl -tag -width Ds\n");
	for (size_t i = 0; dd_commands[i]; i++) {
		if (dd_commands[i]->hidden)
			continue;
		(void)dd_buf_addf(out, ".It Cm %s\n", dd_commands[i]->name);
		sentence(out, dd_commands[i]->summary);
		(void)dd_buf_addf(out, "See\n.Xr drydock-%s 1 .\n", dd_commands[i]->name);
	}
	(void)dd_buf_add_c(out, ".El\n");
	environment(out);
	exit_status(out);
	(void)dd_buf_add_c(out, ".Sh EXAMPLES\n");
	for (size_t i = 0; dd_commands[i]; i++)
		if (!dd_commands[i]->hidden)
			example_items(dd_commands[i]->examples, out);
}

void dd_help_man(const struct dd_cmd_path *path, struct dd_buf *out)
{
	if (path->n)
		command_page(path, out);
	else
		overview_page(path, out);
}
