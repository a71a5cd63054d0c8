/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock outdated`: what of an image has moved on since it was built. The same way as `drydock scan --fresh`, judging
 * freshness alone. */
#include "base/limits.h"
#include "cmd/report_output.h"
#include "cmd/scan_fresh.h"
#include "cmd/scan_plan.h"

static const char *const fail_on_names[] = { "none", "negligible", "low", "medium", "high", "critical", NULL };

static const struct dd_opt rows[] = {
	{ DD_OPT_CHOICE, "fail-on", 0, "SEVERITY",
	  "exit with 1 when a finding has this severity or a worse one (default: high)",
	  offsetof(struct dd_scan_options, fail_on), 0, fail_on_names },
	{ DD_OPT_TEXT, "severity", 0, "LIST", "show these severities only, as in medium,high or low+",
	  offsetof(struct dd_scan_options, severity) },
	{ DD_OPT_CHOICE, "sort", 0, "ORDER", "order of the findings (default: risk)",
	  offsetof(struct dd_scan_options, sort), 0, dd_sort_names },
	{ DD_OPT_LIST, "ignore", 0, "FILE", "suppress the findings that FILE lists, with reason and expiry",
	  offsetof(struct dd_scan_options, ignore) },
	{ DD_OPT_FLAG, "show-suppressed", 0, NULL, "list suppressed findings, too",
	  offsetof(struct dd_scan_options, show_suppressed) },
	DD_SCAN_FRESH_ROWS,
	DD_REPORT_TEMPLATE_OPTION(offsetof(struct dd_scan_options, template)),
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of an index of several (default: this machine's)",
	  offsetof(struct dd_scan_options, platform) },
	{ DD_OPT_FLAG, "no-cache", 0, NULL, "neither use nor write the cache",
	  offsetof(struct dd_scan_options, no_cache) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock outdated image.tar", "what has updates waiting, and what is deprecated" },
	{ "drydock outdated image.tar --severity low+", "without third-party packages that are merely behind" },
	{ "drydock outdated dir:/mnt/rootfs --fail-on medium", "fail when a security update waits" },
	{ "drydock outdated image.tar --repository mirror.example.org", "ask a mirror that the image names" },
	{ NULL },
};

static void defaults(void *options)
{
	struct dd_scan_options *o = options;
	o->fail_on = DD_SCAN_FAIL_ON_UNSET;
	o->db_max_age = 36500;
	o->cache_size = DD_GIB;
	dd_scan_fresh_defaults(o);
}

static void release(void *options)
{
	struct dd_scan_options *o = options;
	dd_shared_options_done(&o->shared);
	dd_opt_list_done(&o->ignore);
	dd_opt_list_done(&o->repositories);
	dd_opt_list_done(&o->keyrings);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = {
		.formats = dd_report_formats, .otherwise = "table", .outdated = true, .run = dd_scan_job_run
	};
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_outdated = {
	.name = "outdated",
	.summary = "report what of an image has moved on since it was built",
	.operands = "TARGET",
	.description =
		"Reads an image as 'drydock scan' does, and asks those who publish its parts what is newer: registries "
		"about third-party packages (npm, PyPI, crates.io, the Go proxy, Maven Central, RubyGems, NuGet, "
		"Packagist), the repositories that the image is set up with about those of its system (apt's). "
		"Packages that are deprecated, taken back, archived or abandoned are told apart. Of the "
		"image "
		"itself: whether its name is pinned, and its age.\n\n"
		"The process that reads the image has no network; it names packages to another one that makes the "
		"addresses and asks. Asked are the registries' own hosts and the distributions' well-known ones, never "
		"a "
		"host that only the image names: --repository allows one more, or puts another in its place. Each "
		"registry's address can be set by a variable: DRYDOCK_NPM_REGISTRY, DRYDOCK_PYPI_INDEX, "
		"DRYDOCK_CARGO_INDEX, DRYDOCK_GOPROXY, DRYDOCK_MAVEN_REPOSITORY, DRYDOCK_RUBYGEMS, DRYDOCK_NUGET, "
		"DRYDOCK_PACKAGIST; npm's, pip's and Go's own are honoured.\n\n"
		"What could not be asked is listed as a problem and makes the answer incomplete: exit code 3. "
		"docs/freshness.md has the findings and their severities.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_DB | DD_SHARE_OFFLINE |
		  DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = defaults,
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
