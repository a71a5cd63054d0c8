/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock convert`: a JSON report in another format, without the image. The report may come from anywhere: like an
 * image it is read by a confined child. */
#include "base/io.h"
#include "base/limits.h"
#include "cmd/confine.h"
#include "cmd/report_input.h"
#include "cmd/report_output.h"

struct options {
	struct dd_shared_options shared; /* first: see cmd.h */
	bool show_suppressed;
	const char *template;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_FLAG, "show-suppressed", 0, NULL, "list suppressed findings, too",
	  offsetof(struct options, show_suppressed) },
	DD_REPORT_TEMPLATE_OPTION(offsetof(struct options, template)),
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock convert report.json", "show the table of a scan again" },
	{ "drydock convert report.json --format sarif=report.sarif --format junit=report.xml",
	  "several formats of one scan" },
	{ "drydock scan image.tar --format json | drydock convert - --format markdown", "from a pipe" },
	{ NULL },
};

static void release(void *options)
{
	struct options *o = options;
	dd_opt_list_done(&o->shared.formats);
}

struct job {
	const struct options *options;
	const char *path; /* "-": standard input */
	struct dd_outputs outputs;
	int64_t now;
};

static enum dd_code convert(const struct job *job, const int *files, struct dd_err *err)
{
	struct dd_report_document d;
	const struct dd_report_style style = { .show_suppressed = job->options->show_suppressed,
					       .verbose = job->options->shared.verbose,
					       .template_name = dd_str_from(job->options->template) };
	DD_TRY(dd_report_input_read(job->path, job->now, &d, err));
	enum dd_code code = dd_report_output_write(&job->outputs, files, &d.report, &style, err);
	dd_report_document_done(&d);
	return code;
}

static enum dd_exit run_child(void *ctx, const int *files)
{
	struct dd_err err;
	if (convert(ctx, files, &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

static enum dd_code run_job(struct job *job, enum dd_exit *ret, struct dd_err *err)
{
	const char *read_paths[3] = { NULL };
	const char *write_paths[] = { NULL };
	const struct dd_sandbox sandbox = { read_paths, write_paths };
	const struct dd_confined c = { .sandbox = &sandbox,
				       .verbose = job->options->shared.verbose,
				       .n_outputs = job->outputs.n,
				       .run = run_child,
				       .ctx = job };
	int files[DD_CONFINE_OUTPUTS_MAX], n = 0;
	enum dd_exit result;
	if (strcmp(job->path, "-") != 0)
		read_paths[n++] = job->path;
	read_paths[n] = job->options->template;
	DD_TRY(dd_confine(&c, files, &result, err));
	enum dd_code code = result == DD_EXIT_CLEAN ? dd_report_output_deliver(&job->outputs, files, err) : DD_OK;
	for (size_t i = 0; i < job->outputs.n; i++)
		dd_closep(&files[i]);
	if (code == DD_OK)
		*ret = result;
	return code;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct options *o = in->options;
	struct job job = { .options = o, .path = in->argv[0], .now = dd_report_now() };
	struct dd_err err;
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	enum dd_code code = dd_outputs_parse(&o->shared.formats, dd_report_formats, o->template ? "template" : "table",
					     &job.outputs, &err);
	if (code == DD_OK)
		code = dd_report_output_check(&job.outputs, o->template, &err);
	if (code == DD_OK)
		code = run_job(&job, &result, &err);
	if (code == DD_OK)
		return result;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_convert = {
	.name = "convert",
	.summary = "write a JSON report in other formats",
	.operands = "REPORT",
	.description =
		"Reads REPORT, what 'drydock scan --format json' wrote ('-': standard input), and writes it in every "
		"--format that is given, as the scan itself would have written it: the image and the database are not "
		"needed. Reports of older versions of drydock are read, too.\n\n"
		"The formats are"
#define DD_REPORT(id, name) " " name
#include "report/reports.def"
#undef DD_REPORT
		"; docs/reports.md tells of each.\n\n"
		"The exit code says whether that worked: 0, or 2 or 4. The verdict is in the report, and was the exit "
		"code of the scan.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT,
	.options_size = sizeof(struct options),
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
