/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock sbom merge`: several images or bills of materials as one. */
#include "base/alloc.h"
#include "base/limits.h"
#include "cmd/sbom_cmds.h"
#include "model/inventory_diff.h"

static const struct dd_example examples[] = {
	{ "drydock sbom merge base.cdx.json app.spdx.json --format cyclonedx=all.cdx.json", "two documents as one" },
	{ "drydock sbom merge image.tar vendored.cdx.json", "what an image holds and what its vendor says beside it" },
	{ NULL },
};

static enum dd_code read_all(const struct dd_scan_job *job, struct dd_inventory *list, struct dd_err *err)
{
	for (size_t i = 0; i < job->n_targets; i++)
		DD_TRY(dd_scan_job_read(job, i, &list[i], err));
	return DD_OK;
}

static enum dd_code join(const struct dd_scan_job *job, const struct dd_inventory *list, struct dd_inventory *ret,
			 struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_SCAN_TARGETS_MAX * DD_PATH_MAX);
	for (size_t i = 0; i < job->n_targets; i++)
		(void)dd_buf_addf(&name, "%s%s", i ? " + " : "", job->targets[i]);
	DD_TRY(dd_buf_check(&name, "the merged name", err));
	ret->target.name = dd_arena_str(&ret->arena, dd_buf_str(&name));
	ret->target.kind = DD_STR("merged");
	if (!ret->target.name.p)
		return dd_fail_nomem(err);
	return dd_inventory_join(list, job->n_targets, ret, err);
}

static enum dd_exit run_child(struct dd_scan_job *job, const int *outputs)
{
	struct dd_inventory list[DD_SCAN_TARGETS_MAX] = { 0 }, all = { .arena = DD_ARENA_INIT(4 * DD_GIB) };
	struct dd_err err;
	enum dd_code code = read_all(job, list, &err);
	if (code == DD_OK)
		code = join(job, list, &all, &err);
	enum dd_exit result;
	if (code == DD_OK) {
		result = dd_sbom_write(job, &all, outputs);
	} else {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	dd_inventory_done(&all);
	for (size_t i = 0; i < job->n_targets; i++)
		dd_inventory_done(&list[i]);
	return result;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = dd_sbom_formats, .otherwise = "cyclonedx", .run = run_child };
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_sbom_merge = {
	.name = "merge",
	.summary = "several images or bills of materials as one",
	.operands = "TARGET TARGET...",
	.description = "Reads all TARGETs, images or bills of materials of any kind, and writes one document with the "
		       "packages of all "
		       "of them, each once: what one says of a package fills what another leaves open. Layers belong "
		       "to one image, "
		       "and are left out.\n\n"
		       "Packages of two different systems cannot be told apart in one list: that is said, and the exit "
		       "code is 3.",
	.examples = examples,
	.options = dd_sbom_rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_OFFLINE |
		  DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = dd_sbom_defaults,
	.release = dd_sbom_release,
	.min_args = 2,
	.max_args = DD_SCAN_TARGETS_MAX,
	.run = run,
};
