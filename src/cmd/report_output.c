/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/report_output.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/mustache.h"

#define REPORT_BYTES_MAX (4 * DD_GIB)

enum dd_code dd_report_output_check(const struct dd_outputs *outputs, const char *template, struct dd_err *err)
{
	bool wanted = false;
	for (size_t i = 0; i < outputs->n; i++)
		wanted |= strcmp(outputs->at[i].format, "template") == 0;
	if (wanted && !template)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the format 'template' needs a template: --template FILE");
	if (template && !wanted)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "option '--template' is for '--format template'");
	return DD_OK;
}

static enum dd_code take_piece(void *context, struct dd_str piece, struct dd_err *err)
{
	const int *file = context;
	return dd_write_full(*file, piece.p, piece.n, err);
}

enum dd_code dd_report_output_write(const struct dd_outputs *outputs, const int *files, const struct dd_report *r,
				    const struct dd_report_style *style, struct dd_err *err)
{
	struct dd_terminal t = dd_terminal_of(STDOUT_FILENO);
	DD_CLEANUP(dd_map_file_done) struct dd_map_file source = { .base = NULL };
	/* A view of a whole C string, as the option gave it. */
	if (style->template_name.n &&
	    dd_map_file_open(&source, style->template_name.p, DD_MUSTACHE_BYTES_MAX, err) != DD_OK)
		return err->code = DD_EARG; /* the command line names it */
	for (size_t i = 0; i < outputs->n; i++) {
		const struct dd_output *o = &outputs->at[i];
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(REPORT_BYTES_MAX);
		int file = files[i];
		struct dd_report_sink sink = { take_piece, &file };
		struct dd_report_style of_output = *style;
		of_output.sink = &sink;
		of_output.width = t.width;
		of_output.colour = t.colour && !o->path;
		of_output.utf8 = t.utf8;
		of_output.template_text = source.bytes;
		DD_TRY(dd_report_write(o->format, r, &of_output, &out, err));
		DD_TRY(dd_write_full(file, out.p, out.n, err));
	}
	return DD_OK;
}

enum dd_code dd_report_output_deliver(const struct dd_outputs *outputs, const int *files, struct dd_err *err)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct dd_map_file m;
		DD_TRY(dd_map_file_fd(&m, files[i], UINT64_MAX, "report", err));
		enum dd_code code = dd_output_write(&outputs->at[i], m.bytes, err);
		dd_map_file_done(&m);
		DD_TRY(code);
	}
	return DD_OK;
}

/* https://reproducible-builds.org/specs/source-date-epoch/: the same report tomorrow */
static bool fixed_date(uint64_t *ret)
{
	return dd_str_u64(dd_str_from(getenv("SOURCE_DATE_EPOCH")), INT64_MAX, ret);
}

int64_t dd_report_now(void)
{
	uint64_t fixed;
	return fixed_date(&fixed) ? (int64_t)fixed : (int64_t)time(NULL);
}

bool dd_report_now_is_fixed(void)
{
	uint64_t fixed;
	return fixed_date(&fixed);
}
