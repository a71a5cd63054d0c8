/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db info`: what is in the database, from where, and how old. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cmd/db_cmds.h"
#include "format/json_write.h"

enum { LABEL_COLUMNS = 9, NAME_COLUMNS_MIN = 16, NAME_COLUMNS_MAX = 40, RECORDS_COLUMNS = 9, DATE_COLUMNS = 12 };
enum { SECONDS_A_DAY = 86400 };

static void line(const struct dd_sheet *s, const char *label, struct dd_str value)
{
	dd_sheet_cell(s, dd_str_from(label), LABEL_COLUMNS, false, DD_BOLD);
	dd_sheet_wrap(s, value, LABEL_COLUMNS, LABEL_COLUMNS, DD_PLAIN);
}

static void source_row(const struct dd_sheet *s, const struct dd_db_source *source, size_t name_columns)
{
	char records[24];
	(void)snprintf(records, sizeof records, "%llu", (unsigned long long)source->records);
	dd_sheet_cell(s, source->name, name_columns, false, DD_PLAIN);
	dd_sheet_cell(s, dd_str_from(records), RECORDS_COLUMNS, true, DD_PLAIN);
	dd_sheet_blanks(s, 2);
	dd_sheet_cell(s, source->date.n ? dd_str_take(source->date, 10) : DD_STR("not said"), DATE_COLUMNS, false,
		      DD_PLAIN);
	size_t used = name_columns + RECORDS_COLUMNS + 2 + DATE_COLUMNS;
	size_t room = s->style->width > used ? s->style->width - used : 0;
	/* A digest that is cut says so: 80 columns have no room for all of it. */
	(void)dd_sheet_text(s, source->digest, room < 24 ? 24 : room);
	dd_sheet_end_line(s);
	if (source->url.n) {
		dd_sheet_blanks(s, 2);
		dd_sheet_wrap(s, source->url, 2, 4, DD_DIM);
	}
}

static void sources(const struct dd_sheet *s, const struct dd_database_info *info)
{
	size_t columns = NAME_COLUMNS_MIN;
	for (size_t i = 0; i < info->n_sources; i++) {
		size_t n = dd_sheet_measure(s, info->sources[i].name, NAME_COLUMNS_MAX) + 1;
		columns = n > columns ? n : columns;
	}
	dd_sheet_end_line(s);
	dd_sheet_cell(s, DD_STR("Source"), columns, false, DD_BOLD);
	dd_sheet_cell(s, DD_STR("Records"), RECORDS_COLUMNS, true, DD_BOLD);
	dd_sheet_blanks(s, 2);
	dd_sheet_cell(s, DD_STR("Date"), DATE_COLUMNS, false, DD_BOLD);
	dd_sheet_cell(s, DD_STR("Digest"), 6, false, DD_BOLD);
	dd_sheet_end_line(s);
	for (size_t i = 0; i < info->n_sources; i++)
		source_row(s, &info->sources[i], columns);
}

static void write_text(const struct dd_sheet *s, const struct dd_database_info *info)
{
	char text[96], built[32], records[40];
	(void)snprintf(records, sizeof records, "%llu advisories", (unsigned long long)info->advisories);
	(void)snprintf(text, sizeof text, "%s (%llu %s old)", dd_time_text(info->built, built),
		       (unsigned long long)info->age_days, info->age_days == 1 ? "day" : "days");
	line(s, "File", info->path);
	line(s, "Digest", info->digest);
	line(s, "Newest", info->built ? dd_str_from(text) : DD_STR("no source says its date"));
	line(s, "Total", dd_str_from(records));
	if (info->starter)
		line(s, "Note", DD_STR("only drydock's starter set: too little for real use, see 'drydock db update'"));
	sources(s, info);
}

static void write_json(struct dd_buf *out, const struct dd_database_info *info)
{
	struct dd_jsonw j = DD_JSONW(out, 2);
	char built[32];
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "path", info->path);
	dd_jsonw_member_text(&j, "digest", info->digest);
	dd_jsonw_member_known(&j, "built", info->built ? dd_str_from(dd_time_text(info->built, built)) : DD_STR(""));
	dd_jsonw_key(&j, "ageDays");
	if (info->built)
		dd_jsonw_u64(&j, info->age_days);
	else
		dd_jsonw_null(&j);
	dd_jsonw_member_u64(&j, "advisories", info->advisories);
	dd_jsonw_member_bool(&j, "starter", info->starter);
	dd_jsonw_key(&j, "sources");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < info->n_sources; i++) {
		const struct dd_db_source *s = &info->sources[i];
		dd_jsonw_object(&j);
		dd_jsonw_member_text(&j, "kind", s->kind);
		dd_jsonw_member_text(&j, "name", s->name);
		dd_jsonw_member_known(&j, "url", s->url);
		dd_jsonw_member_known(&j, "digest", s->digest);
		dd_jsonw_member_known(&j, "date", s->date);
		dd_jsonw_member_u64(&j, "records", s->records);
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
}

static enum dd_code info(const struct dd_invocation *in, struct dd_err *err)
{
	static const char *const formats[] = { "table", "json", NULL };
	const struct dd_shared_options *o = in->options;
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_database_info i;
	struct dd_outputs outputs;
	DD_TRY(dd_outputs_parse(&o->formats, formats, "table", &outputs, err));
	DD_TRY(dd_db_cmd_open(o, in->argc > 0 ? in->argv[0] : NULL, &db, &path, err));
	DD_TRY(dd_db_info(db, &a, &i, err));
	time_t now = time(NULL);
	i.path = dd_buf_str(&path);
	i.age_days = i.built && now > i.built ? (uint64_t)(now - i.built) / SECONDS_A_DAY : 0;
	for (size_t k = 0; k < outputs.n; k++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_GIB);
		struct dd_terminal t = dd_terminal_of(outputs.at[k].path ? -1 : STDOUT_FILENO);
		const struct dd_report_style style = { .width = t.width, .colour = t.colour, .utf8 = t.utf8 };
		if (strcmp(outputs.at[k].format, "json") == 0)
			write_json(&out, &i);
		else
			write_text(&(struct dd_sheet){ &out, &style }, &i);
		DD_TRY(dd_buf_check(&out, "the output", err));
		DD_TRY(dd_output_write(&outputs.at[k], dd_buf_str(&out), err));
	}
	return DD_OK;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	if (info(in, &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

static void release(void *options)
{
	dd_opt_list_done(&((struct dd_shared_options *)options)->formats);
}

const struct dd_cmd dd_cmd_db_info = {
	.name = "info",
	.summary = "print what the database was made of, and how old it is",
	.operands = "[FILE]",
	.examples =
		(const struct dd_example[]){ { "drydock db info", "the database that scans use" },
					     { "drydock db info my.db --format json", "another one, for a program" },
					     { NULL } },
	.description =
		"Prints the digest of the content, the newest date that its advisories have, how many there are, and "
		"for each source its records, its date and the digest of what was read.",
	.shared = DD_SHARE_FORMAT | DD_SHARE_DB | DD_SHARE_CACHE,
	.options_size = sizeof(struct dd_shared_options),
	.release = release,
	.max_args = 1,
	.run = run,
};
