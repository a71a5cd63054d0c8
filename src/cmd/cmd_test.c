/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "support/test.h"

static bool contains(const struct dd_buf *b, const char *what)
{
	return dd_str_search(dd_buf_str(b), dd_str_from(what)) < b->n;
}

static void check_command(const struct dd_cmd_path *path, void *ctx)
{
	unsigned *n = ctx;
	if (path->n == 0)
		return;
	const struct dd_cmd *cmd = dd_cmd_last(path);
	(*n)++;
	CHECK_ROW(cmd->summary && cmd->summary[0] && !strchr(cmd->summary, '\n'), cmd->name);
	CHECK_ROW(cmd->run || cmd->subcommands, cmd->name);
	CHECK_ROW(cmd->min_args <= cmd->max_args, cmd->name);
	CHECK_ROW(cmd->max_args == 0 || cmd->operands, cmd->name);
	CHECK_ROW(cmd->examples && cmd->examples[0].command, cmd->name);
	if (cmd->shared)
		CHECK_ROW(cmd->options_size >= sizeof(struct dd_shared_options), cmd->name);
	for (const struct dd_example *e = cmd->examples; e && e->command; e++)
		CHECK_ROW(e->what && e->what[0] && strstr(e->command, "drydock "), cmd->name);
}

TEST(cmd_rows_are_whole)
{
	unsigned n = 0;
	dd_cmd_walk(check_command, &n);
	CHECK(n >= 2);
}

/* Names and letters are unique within a command, fields lie inside its struct, and the texts are there. */
static void check_options(const struct dd_cmd_path *path, void *ctx)
{
	(void)ctx;
	if (path->n == 0)
		return;
	const struct dd_cmd *cmd = dd_cmd_last(path);
	const struct dd_opt *tables[DD_CMD_TABLES_MAX], *seen[128];
	size_t n = 0;
	dd_cmd_tables(cmd, tables);
	for (size_t t = 0; tables[t]; t++) {
		for (const struct dd_opt *o = tables[t]; o->kind != DD_OPT_END; o++) {
			CHECK_ROW(o->help && o->help[0], o->name);
			CHECK_ROW((o->kind == DD_OPT_FLAG) == (o->arg == NULL), o->name);
			CHECK_ROW((o->kind == DD_OPT_CHOICE) == (o->choices != NULL), o->name);
			CHECK_ROW(o->offset < cmd->options_size, o->name);
			CHECK_ROW(strcmp(o->name, "help") != 0 && o->letter != 'h', o->name);
			for (size_t i = 0; i < n; i++) {
				CHECK_ROW(strcmp(seen[i]->name, o->name) != 0, o->name);
				CHECK_ROW(!o->letter || seen[i]->letter != o->letter, o->name);
			}
			if (n < DD_COUNT(seen))
				seen[n++] = o;
		}
	}
}

TEST(cmd_options_are_unique)
{
	dd_cmd_walk(check_options, NULL);
}

struct texts {
	struct dd_buf man, completions[3];
};

/* What the tables have, every text has. */
static void check_documented(const struct dd_cmd_path *path, void *ctx)
{
	struct texts *texts = ctx;
	DD_CLEANUP_BUF struct dd_buf help = DD_BUF_INIT(DD_HELP_BYTES_MAX), man = DD_BUF_INIT(DD_HELP_BYTES_MAX);
	struct dd_option_rows rows;
	const struct dd_opt *o;
	if (path->n == 0)
		return;
	dd_help_render(path, 80, &help);
	dd_help_man(path, &man);
	dd_option_rows(dd_cmd_last(path), &rows);
	while ((o = dd_option_next(&rows))) {
		char flag[128];
		(void)snprintf(flag, sizeof flag, "--%s", o->name);
		CHECK_ROW(contains(&help, flag), flag);
		CHECK_ROW(contains(&texts->completions[0], flag), flag);
		CHECK_ROW(contains(&texts->completions[1], flag), flag);
		(void)snprintf(flag, sizeof flag, " -l %s", o->name);
		CHECK_ROW(contains(&texts->completions[2], flag), flag);
		(void)snprintf(flag, sizeof flag, "Fl -%s", o->name);
		CHECK_ROW(contains(&man, flag), flag);
	}
	for (const struct dd_example *e = dd_cmd_last(path)->examples; e && e->command; e++) {
		size_t at = dd_str_search(dd_buf_str(&help), dd_str_from(e->command));
		CHECK_ROW(at < help.n && at < dd_str_search(dd_buf_str(&help), DD_STR("Usage:")), e->command);
	}
}

TEST(cmd_everything_is_documented)
{
	struct texts texts;
	for (size_t i = 0; i < DD_COUNT(texts.completions); i++) {
		texts.completions[i] = DD_BUF_INIT(DD_HELP_BYTES_MAX);
		dd_completion_writers[i](&texts.completions[i]);
		CHECK(!texts.completions[i].failed);
	}
	dd_cmd_walk(check_documented, &texts);
	for (size_t i = 0; i < DD_COUNT(texts.completions); i++)
		dd_buf_done(&texts.completions[i]);
}

static void check_width(const struct dd_cmd_path *path, void *ctx)
{
	unsigned width = *(unsigned *)ctx;
	DD_CLEANUP_BUF struct dd_buf help = DD_BUF_INIT(DD_HELP_BYTES_MAX);
	struct dd_str rest, line;
	dd_help_render(path, width, &help);
	rest = dd_buf_str(&help);
	while (dd_str_line(&rest, &line)) {
		bool ends_in_blank = line.n && line.p[line.n - 1] == ' ';
		bool one_word = dd_str_find(dd_str_trim(line), ' ') == dd_str_trim(line).n;
		/* Lines to be copied stay whole. */
		bool whole = dd_str_starts(line, DD_STR("  drydock ")) || dd_str_starts(line, DD_STR("Usage: ")) ||
			     dd_str_search(line, DD_STR("drydock help --completion")) < line.n;
		if (ends_in_blank || (!one_word && !whole && dd_text_width(line) > width)) {
			printf("# width %u: %.*s|\n", width, DD_FMT(line));
			CHECK(false);
		}
	}
}

TEST(cmd_help_keeps_to_the_width)
{
	for (unsigned width = 60; width < 110; width += 5)
		dd_cmd_walk(check_width, &width);
}

TEST(cmd_find)
{
	static const struct {
		const char *words[3];
		int n;
		const char *error; /* NULL: found */
	} rows[] = {
		{ { "version" }, 1, NULL },
		{ { "help", "version" }, 1, NULL },
		{ { "--version" }, 0, NULL },
		{ { "" }, 0, "unknown command ''" },
		{ { "versoin" }, 0, "unknown command 'versoin': did you mean 'version'?" },
		{ { "\x1b]0;x\x07" }, 0, "unknown command '\\x1b]0;x\\x07'" },
		{ { "HELP" }, 0, "unknown command 'HELP'" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char copy[3][64], *words[3];
		struct dd_cmd_path path = { { NULL }, 9 };
		struct dd_err err = { 0 };
		int n = 0, used = -1;
		for (; n < 3 && rows[i].words[n]; n++) {
			(void)snprintf(copy[n], sizeof copy[n], "%s", rows[i].words[n]);
			words[n] = copy[n];
		}
		enum dd_code code = dd_cmd_find(n, words, &path, &used, &err);
		CHECK_INT_ROW(code, rows[i].error ? DD_EARG : DD_OK, rows[i].words[0]);
		CHECK_INT_ROW(used, rows[i].error ? -1 : rows[i].n, rows[i].words[0]);
		CHECK_STR_ROW(dd_str_from(err.message), rows[i].error ? rows[i].error : "", rows[i].words[0]);
	}
}

TEST(outputs_parse)
{
	static const char *const known[] = { "table", "json", NULL };
	static const struct {
		const char *given[4];
		const char *want; /* "FORMAT>PATH", or the error */
		bool bad;
	} rows[] = {
		{ { NULL }, "table>-;", false },
		{ { "json" }, "json>-;", false },
		{ { "json=a.json" }, "json>a.json;", false },
		{ { "table", "json=a=b" }, "table>-;json>a=b;", false },
		{ { "json=-", "table=t" }, "json>-;table>t;", false },
		{ { "json=a", "json=b", "json" }, "json>a;json>b;json>-;", false },
		{ { "jsno" }, "unknown format 'jsno': did you mean 'json'?", true },
		{ { "xml" }, "unknown format 'xml': there are table, json", true },
		{ { "" }, "unknown format '': there are table, json", true },
		{ { "=x" }, "unknown format '': there are table, json", true },
		{ { "json=" }, "option '--format' has no file name in 'json='", true },
		{ { "json", "table" },
		  "two formats cannot go to standard output: give one a file, as in '--format table=FILE'",
		  true },
		{ { "json=x", "table=x" }, "two formats cannot go to one file, 'x'", true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1000);
		const char *given[4];
		struct dd_opt_list list = { given, 0 };
		struct dd_outputs out = { .n = 0 };
		struct dd_err err = { 0 };
		for (; list.n < 4 && rows[i].given[list.n]; list.n++)
			given[list.n] = rows[i].given[list.n];
		enum dd_code code = dd_outputs_parse(&list, known, "table", &out, &err);
		CHECK_INT_ROW(code, rows[i].bad ? DD_EARG : DD_OK, rows[i].want);
		for (size_t k = 0; k < out.n; k++)
			(void)dd_buf_addf(&got, "%s>%s;", out.at[k].format, out.at[k].path ? out.at[k].path : "-");
		CHECK_STR_ROW(rows[i].bad ? dd_str_from(err.message) : dd_buf_str(&got), rows[i].want, rows[i].want);
	}
}

TEST(outputs_too_many)
{
	static const char *const known[] = { "json", NULL };
	char names[DD_OUTPUTS_MAX + 1][16];
	const char *given[DD_OUTPUTS_MAX + 1];
	struct dd_outputs out;
	struct dd_err err;
	for (int i = 0; i <= DD_OUTPUTS_MAX; i++) {
		(void)snprintf(names[i], sizeof names[i], "json=%d", i);
		given[i] = names[i];
	}
	struct dd_opt_list list = { given, DD_OUTPUTS_MAX };
	CHECK_INT(dd_outputs_parse(&list, known, "json", &out, &err), DD_OK);
	list.n++;
	CHECK_INT(dd_outputs_parse(&list, known, "json", &out, &err), DD_EARG);
}

TEST(progress_line)
{
	static const struct {
		const char *label;
		uint64_t done, total, elapsed_ns;
		unsigned width;
		const char *want;
	} rows[] = {
		{ "reading a.tar", 52428800, 104857600, 1000000000, 80,
		  "reading a.tar  [##########-----------]   50%  50.0 MiB of 100.0 MiB  50.0 MiB/s" },
		{ "reading a.tar", 52428800, 0, 2000000000, 80, "reading a.tar  50.0 MiB  25.0 MiB/s" },
		{ "reading a.tar", 5, 10, 1000000000, 40, "reading a.tar   50%  5 B of 10 B  5 B/s" },
		{ "x", 20, 10, 1000000000, 60, "x  [##########################]  100%  20 B of 10 B  20 B/s" },
		{ "x", 0, 10, 0, 60, "x  [----------------------------]    0%  0 B of 10 B  0 B/s" },
		{ "\x1b[2J\xff", 1, 0, 1000000000, 60, "\\x1b[2J\\xff  1 B  1 B/s" },
		{ "abc", 1, 0, 1000000000, 10, "  1 B  1 " },
		{ "abc", UINT64_MAX, UINT64_MAX, 1, 1, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		dd_progress_line(dd_str_from(rows[i].label), rows[i].done, rows[i].total, rows[i].elapsed_ns,
				 rows[i].width, &out);
		CHECK(dd_text_width(dd_buf_str(&out)) < rows[i].width);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].label);
	}
}
