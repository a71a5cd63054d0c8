/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock sbom`: what an image holds, as a bill of materials. The way of a scan up to the inventory; nothing is judged
 * and no database is needed. */
#include "base/limits.h"
#include "cmd/report_output.h"
#include "cmd/sbom_cmds.h"

const struct dd_opt dd_sbom_rows[] = {
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of an index of several (default: this machine's)",
	  offsetof(struct dd_scan_options, platform) },
	{ DD_OPT_BYTES, "cache-size", 0, "BYTES", "keep at most this much in the cache (default: 1G)",
	  offsetof(struct dd_scan_options, cache_size) },
	{ DD_OPT_FLAG, "no-cache", 0, NULL, "neither use nor write the cache",
	  offsetof(struct dd_scan_options, no_cache) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock sbom image.tar", "CycloneDX JSON on standard output" },
	{ "drydock sbom image.tar --format spdx-json=image.spdx.json --format cyclonedx-xml=image.cdx.xml",
	  "several formats at once" },
	{ "drydock sbom image.tar --format cyclonedx@1.4", "an older version, for readers that know no newer one" },
	{ "drydock sbom dir:/mnt/rootfs --format purls", "one package URL a line" },
	{ NULL },
};

enum { WARNINGS_MAX = 20 };

void dd_sbom_defaults(void *options)
{
	struct dd_scan_options *o = options;
	o->cache_size = DD_GIB;
}

void dd_sbom_release(void *options)
{
	struct dd_scan_options *o = options;
	dd_shared_options_done(&o->shared);
}

void dd_sbom_warn(const struct dd_inventory *inv)
{
	for (size_t i = 0; i < inv->n_problems; i++) {
		const struct dd_problem *p = &inv->problems[i];
		if (i == WARNINGS_MAX) {
			dd_cmd_warn("%zu further problems: 'drydock scan' lists all of them", inv->n_problems - i);
			break;
		}
		dd_cmd_warn("%s%s%.*s", p->path.n ? DD_QUOTE(p->path) : "", p->path.n ? ": " : "", DD_FMT(p->text));
	}
}

enum dd_exit dd_sbom_write(const struct dd_scan_job *job, const struct dd_inventory *inv, const int *outputs)
{
	const struct dd_report_style style = { .show_suppressed = true };
	struct dd_err err;
	const struct dd_report report = {
		.version = DD_STR(DD_VERSION),
		.created = job->now,
		.created_fixed = dd_report_now_is_fixed(),
		.inventory = inv,
		.problems = inv->problems,
		.n_problems = inv->n_problems,
		.verdict = inv->n_problems ? DD_VERDICT_INCOMPLETE : DD_VERDICT_PASS,
		.fail_on = DD_SEV_COUNT,
	};
	if (dd_report_output_write(job->outputs, outputs, &report, &style, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	dd_sbom_warn(inv);
	return inv->n_problems ? DD_EXIT_INCOMPLETE : DD_EXIT_CLEAN;
}

static enum dd_exit run_child(struct dd_scan_job *job, const int *outputs)
{
	struct dd_inventory inv = { 0 };
	struct dd_err err;
	if (dd_scan_job_read(job, 0, &inv, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	enum dd_exit result = dd_sbom_write(job, &inv, outputs);
	dd_inventory_done(&inv);
	return result;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = dd_sbom_formats, .otherwise = "cyclonedx", .run = run_child };
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_sbom = {
	.name = "sbom",
	.summary = "write a bill of materials: everything an image holds",
	.operands = "TARGET",
	.description = "Reads TARGET as 'drydock scan' does, up to the list of packages, and writes it as CycloneDX, "
		       "SPDX, package "
		       "URLs or a dependency snapshot. Nothing is judged, so no advisory database is needed. Each "
		       "package comes "
		       "with its package URL, licences as SPDX expressions, digest, supplier, dependencies, the layer "
		       "that brought "
		       "it and the files that are the evidence.\n\n"
		       "The same image gives the same bytes on every run: the date in the document is "
		       "SOURCE_DATE_EPOCH or, without "
		       "it, when the image says it was made; the serial number is a digest of the content.\n\n"
		       "What could not be read is said on standard error, and the exit code is 3: the list is "
		       "incomplete then.",
	.examples = examples,
	.options = dd_sbom_rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_OFFLINE |
		  DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = dd_sbom_defaults,
	.release = dd_sbom_release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.subcommands =
		(const struct dd_cmd *const[]){ &dd_cmd_sbom_diff, &dd_cmd_sbom_merge, &dd_cmd_sbom_validate, NULL },
};
