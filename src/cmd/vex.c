/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock vex`: writes down what somebody decided about findings, so that others need not decide it again. */
#include "base/glob.h"
#include "base/io.h"
#include "cmd/confine.h"
#include "cmd/output.h"
#include "cmd/report_input.h"
#include "cmd/report_output.h"
#include "judge/vex/vex_write.h"

enum { IDS_MAX = 10000 };
#define VEX_BYTES_MAX (256 * DD_MIB)

struct options {
	struct dd_shared_options shared; /* first: see cmd.h */
	int status, justification;	 /* indices, -1: not given */
	const char *reason, *package, *author, *output;
};

static const char *const status_names[] = { "not_affected", "fixed", "affected", "under_investigation", NULL };

static const struct dd_opt rows[] = {
	{ DD_OPT_CHOICE, "status", 0, "STATUS", "what you decided of them (needed)", offsetof(struct options, status),
	  0, status_names },
	{ DD_OPT_CHOICE, "justification", 0, "WORD", "why they do no harm, for not_affected",
	  offsetof(struct options, justification), 0, dd_vex_justifications },
	{ DD_OPT_TEXT, "reason", 0, "TEXT", "the same in words; for affected, what to do about it",
	  offsetof(struct options, reason) },
	{ DD_OPT_TEXT, "package", 0, "GLOB", "only in packages of such a name", offsetof(struct options, package) },
	{ DD_OPT_TEXT, "author", 0, "NAME", "who says so (needed)", offsetof(struct options, author) },
	{ DD_OPT_TEXT, "output", 'o', "FILE", "write the document to FILE (default: standard output)",
	  offsetof(struct options, output) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock vex report.json CVE-2024-1234 --status not_affected "
	  "--justification vulnerable_code_not_in_execute_path --author security@example.org -o team.vex.json",
	  "write down that a vulnerability does no harm here" },
	{ "drydock scan image.tar --vex team.vex.json", "and honour it in the next scan" },
	{ NULL },
};

static void defaults(void *options)
{
	struct options *o = options;
	o->status = o->justification = -1;
}

struct job {
	const struct options *options;
	const char *path;
	struct dd_str ids[IDS_MAX];
	size_t n_ids;
	int64_t now;
};

static enum dd_code check(const struct options *o, struct dd_err *err)
{
	if (o->status < 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "--status says what you decided: not_affected, fixed, affected or under_investigation");
	if (!o->author || !o->author[0])
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--author says who decided it: a name or an address");
	/* What OpenVEX demands of a statement (specification, "Status"). */
	if (o->status == DD_VEX_NOT_AFFECTED && o->justification < 0 && !o->reason)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "not_affected needs --justification or --reason");
	if (o->status == DD_VEX_AFFECTED && !o->reason)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "affected needs --reason: what to do about it");
	if (o->status != DD_VEX_NOT_AFFECTED && o->justification >= 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--justification goes with --status not_affected only");
	if (o->package && strlen(o->package) > DD_GLOB_BYTES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--package: a pattern may have at most %d bytes",
			       DD_GLOB_BYTES_MAX);
	return DD_OK;
}

static enum dd_code write_vex(const struct job *job, int file, struct dd_err *err)
{
	const struct options *o = job->options;
	struct dd_vex_decision d = { .ids = job->ids,
				     .n_ids = job->n_ids,
				     .package = dd_str_from(o->package),
				     .status = (enum dd_vex_status)o->status,
				     .justification = dd_str_from(
					     o->justification < 0 ? "" : dd_vex_justifications[o->justification]),
				     .text = dd_str_from(o->reason),
				     .author = dd_str_from(o->author),
				     .now = job->now };
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(VEX_BYTES_MAX);
	DD_CLEANUP(dd_report_document_done) struct dd_report_document doc = { .report = { .inventory = NULL } };
	size_t n;
	DD_TRY(dd_report_input_read(job->path, job->now, &doc, err));
	DD_TRY(dd_vex_write(&doc.report, &d, &out, &n, err));
	return dd_write_full(file, out.p, out.n, err);
}

static enum dd_exit run_child(void *ctx, const int *files)
{
	struct dd_err err;
	if (write_vex(ctx, files[0], &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

static enum dd_code deliver(const struct options *o, int file, struct dd_err *err)
{
	struct dd_output to = { .path = o->output };
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	DD_TRY(dd_map_file_fd(&m, file, VEX_BYTES_MAX, "VEX document", err));
	return dd_output_write(&to, m.bytes, err);
}

static enum dd_code run_job(struct job *job, enum dd_exit *ret, struct dd_err *err)
{
	const char *read_paths[] = { strcmp(job->path, "-") == 0 ? NULL : job->path, NULL };
	const char *write_paths[] = { NULL };
	const struct dd_sandbox sandbox = { read_paths, write_paths };
	const struct dd_confined c = { .sandbox = &sandbox,
				       .verbose = job->options->shared.verbose,
				       .n_outputs = 1,
				       .run = run_child,
				       .ctx = job };
	int file;
	DD_TRY(check(job->options, err));
	DD_TRY(dd_confine(&c, &file, ret, err));
	enum dd_code code = *ret == DD_EXIT_CLEAN ? deliver(job->options, file, err) : DD_OK;
	dd_closep(&file);
	return code;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	DD_CLEANUP(dd_freep) struct job *job = dd_alloc_zero(1, sizeof *job);
	struct dd_err err;
	enum dd_exit ret = DD_EXIT_CANNOT_RUN;
	if (!job) {
		dd_cmd_warn("out of memory");
		return DD_EXIT_CANNOT_RUN;
	}
	job->options = in->options;
	job->path = in->argv[0];
	job->now = dd_report_now();
	for (int i = 1; i < in->argc && job->n_ids < IDS_MAX; i++)
		job->ids[job->n_ids++] = dd_str_from(in->argv[i]);
	if (run_job(job, &ret, &err) == DD_OK)
		return ret;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_vex = {
	.name = "vex",
	.summary = "write down that findings do no harm, as OpenVEX",
	.operands = "REPORT.json ID...",
	.description = "Writes an OpenVEX document that says what you decided about vulnerabilities of a report: one "
		       "statement for "
		       "each ID (an id or an alias), about the image by its digest and the packages in it.\n\n"
		       "REPORT.json is what 'drydock scan --format json' wrote; '-' reads standard input. An ID that "
		       "the report does "
		       "not have is an error: a typing mistake must not become a statement.\n\n"
		       "'drydock scan --vex FILE' honours the document: not_affected and fixed suppress the findings, "
		       "with the reason; "
		       "affected and under_investigation are shown beside them.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 2,
	.max_args = IDS_MAX,
	.run = run,
};
