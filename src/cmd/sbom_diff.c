/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock sbom diff A B`: what changed between two images or bills of materials. */
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/sbom_cmds.h"
#include "report/report_diff.h"

struct options {
	struct dd_scan_options scan; /* first: what all readers of images have */
	bool fail;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_FLAG, "fail-on-difference", 0, NULL, "exit with 1 when anything was added, removed or changed",
	  offsetof(struct options, fail) },
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of an index of several (default: this machine's)",
	  offsetof(struct options, scan.platform) },
	{ DD_OPT_BYTES, "cache-size", 0, "BYTES", "keep at most this much in the cache (default: 1G)",
	  offsetof(struct options, scan.cache_size) },
	{ DD_OPT_FLAG, "no-cache", 0, NULL, "neither use nor write the cache",
	  offsetof(struct options, scan.no_cache) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock sbom diff app-1.tar app-2.tar", "what the new image brings and leaves out" },
	{ "drydock sbom diff released.cdx.json app.tar --fail-on-difference",
	  "is the image still what its bill of materials says?" },
	{ "drydock sbom diff a.spdx.json b.cdx.json --format json", "for programs" },
	{ NULL },
};

static enum dd_code write_all(const struct dd_scan_job *job, const struct dd_diff_report *d, const int *outputs,
			      struct dd_err *err)
{
	const struct dd_terminal t = dd_terminal_of(STDOUT_FILENO);
	for (size_t i = 0; i < job->outputs->n; i++) {
		const struct dd_output *o = &job->outputs->at[i];
		const struct dd_report_style style = { .width = t.width,
						       .colour = t.colour && !o->path,
						       .utf8 = t.utf8 };
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4 * DD_GIB);
		DD_TRY(dd_diff_write(o->format, d, &style, &out, err));
		DD_TRY(dd_write_full(outputs[i], out.p, out.n, err));
	}
	return DD_OK;
}

static enum dd_code compare(const struct dd_scan_job *job, const struct dd_inventory *from,
			    const struct dd_inventory *to, const int *outputs, bool *ret_differ, struct dd_err *err)
{
	struct dd_inventory_diff diff;
	DD_TRY(dd_inventory_diff_make(from, to, &diff, err));
	const struct dd_diff_report d = { from, to, &diff };
	*ret_differ = diff.changes.n > 0;
	enum dd_code code = write_all(job, &d, outputs, err);
	dd_inventory_diff_done(&diff);
	return code;
}

static enum dd_exit run_child(struct dd_scan_job *job, const int *outputs)
{
	const struct options *o = (const struct options *)(const void *)job->options;
	struct dd_inventory from = { 0 }, to = { 0 };
	struct dd_err err;
	bool differ = false;
	enum dd_code code = dd_scan_job_read(job, 0, &from, &err);
	if (code == DD_OK)
		code = dd_scan_job_read(job, 1, &to, &err);
	if (code == DD_OK)
		code = compare(job, &from, &to, outputs, &differ, &err);
	enum dd_exit result = DD_EXIT_CLEAN;
	if (code != DD_OK) {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	} else {
		dd_sbom_warn(&from);
		dd_sbom_warn(&to);
		if (differ && o->fail)
			result = DD_EXIT_FINDINGS;
		else if (from.n_problems || to.n_problems)
			result = DD_EXIT_INCOMPLETE;
	}
	dd_inventory_done(&from);
	dd_inventory_done(&to);
	return result;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = dd_diff_formats, .otherwise = "table", .run = run_child };
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_sbom_diff = {
	.name = "diff",
	.summary = "what changed between two images or bills of materials",
	.operands = "FROM TO",
	.description =
		"FROM and TO are images or bills of materials of any kind that 'drydock scan' reads, also one of each. "
		"Packages are the same when type, name and architecture are; what is different is listed: added, "
		"removed, in "
		"another version, under other licences.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_OFFLINE |
		  DD_SHARE_REGISTRY,
	.options_size = sizeof(struct options),
	.defaults = dd_sbom_defaults,
	.release = dd_sbom_release,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
