/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock scan`: the main job. Parses options, opens nothing hostile itself, and lets a confined child read the image,
 * judge it and write the report. */
#include "base/limits.h"
#include "cmd/report_output.h"
#include "cmd/scan_fresh.h"
#include "cmd/scan_plan.h"
#include "cmd/scan_secrets.h"

static const char *const fail_on_names[] = { "none", "negligible", "low", "medium", "high", "critical", NULL };

static const struct dd_opt rows[] = {
	{ DD_OPT_CHOICE, "fail-on", 0, "SEVERITY",
	  "exit with 1 when a finding has this severity or a worse one (default: high)",
	  offsetof(struct dd_scan_options, fail_on), 0, fail_on_names },
	{ DD_OPT_TEXT, "severity", 0, "LIST", "show these severities only, as in high,critical or medium+",
	  offsetof(struct dd_scan_options, severity) },
	{ DD_OPT_FLAG, "only-fixed", 0, NULL, "leave out vulnerabilities that have no fixed version",
	  offsetof(struct dd_scan_options, only_fixed) },
	{ DD_OPT_CHOICE, "sort", 0, "ORDER", "order of the findings (default: risk)",
	  offsetof(struct dd_scan_options, sort), 0, dd_sort_names },
	{ DD_OPT_LIST, "ignore", 0, "FILE", "suppress the findings that FILE lists, with reason and expiry",
	  offsetof(struct dd_scan_options, ignore) },
	{ DD_OPT_LIST, "vex", 0, "FILE", "honour what FILE says of vulnerabilities (OpenVEX, CSAF, CycloneDX)",
	  offsetof(struct dd_scan_options, vex) },
	{ DD_OPT_TEXT, "policy", 0, "FILE",
	  "what makes the scan fail, and exceptions (default: the configuration file)",
	  offsetof(struct dd_scan_options, policy) },
	{ DD_OPT_FLAG, "no-policy", 0, NULL, "use no policy file", offsetof(struct dd_scan_options, no_policy) },
	{ DD_OPT_FLAG, "show-suppressed", 0, NULL, "list suppressed findings, too",
	  offsetof(struct dd_scan_options, show_suppressed) },
	{ DD_OPT_FLAG, "no-secrets", 0, NULL, "do not look for secrets", offsetof(struct dd_scan_options, no_secrets) },
	{ DD_OPT_FLAG, "fresh", 0, NULL, "ask registries and repositories what is newer, too (docs/freshness.md)",
	  offsetof(struct dd_scan_options, fresh) },
	DD_SCAN_SECRETS_ROWS,
	DD_SCAN_FRESH_ROWS,
	DD_REPORT_TEMPLATE_OPTION(offsetof(struct dd_scan_options, template)),
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of an index of several (default: this machine's)",
	  offsetof(struct dd_scan_options, platform) },
	{ DD_OPT_U64, "db-max-age", 0, "DAYS", "warn when the database is older (default: 7)",
	  offsetof(struct dd_scan_options, db_max_age), 36500 },
	{ DD_OPT_BYTES, "cache-size", 0, "BYTES", "keep at most this much in the cache (default: 1G)",
	  offsetof(struct dd_scan_options, cache_size) },
	{ DD_OPT_FLAG, "no-cache", 0, NULL, "neither use nor write the cache",
	  offsetof(struct dd_scan_options, no_cache) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock scan image.tar", "scan what docker save, podman save or skopeo copy wrote" },
	{ "drydock scan debian:12", "an image by its name: from an engine of this machine, else from its registry" },
	{ "docker save nginx:1.27 | drydock scan -", "scan from a pipe" },
	{ "drydock scan oci:layout:v1.2 --platform linux/arm64", "one image of an OCI layout" },
	{ "drydock scan dir:/mnt/rootfs --fail-on critical", "a root file system; only critical findings fail" },
	{ "drydock scan image.tar --format table --format json=report.json", "read the table, keep the JSON" },
	{ NULL },
};

static void defaults(void *options)
{
	struct dd_scan_options *o = options;
	o->fail_on = DD_SCAN_FAIL_ON_UNSET;
	o->db_max_age = 7;
	o->cache_size = DD_GIB;
	dd_scan_fresh_defaults(o);
	dd_scan_secrets_defaults(o);
}

static void release(void *options)
{
	struct dd_scan_options *o = options;
	dd_shared_options_done(&o->shared);
	dd_opt_list_done(&o->ignore);
	dd_opt_list_done(&o->vex);
	dd_opt_list_done(&o->repositories);
	dd_opt_list_done(&o->keyrings);
	dd_opt_list_done(&o->rules);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = dd_report_formats,
					 .otherwise = "table",
					 .judges = true,
					 .secrets = true,
					 .run = dd_scan_job_run };
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_scan = {
	.name = "scan",
	.summary = "report what is wrong with an image",
	.operands = "TARGET",
	.description =
		"Reads every layer of an image once, finds the packages of its operating system and third-party ones, "
		"installed "
		"or named in lock files, and reports their known vulnerabilities by risk, with the fixed version, the "
		"layer and "
		"instruction that brought each, and the smallest set of upgrades. Secrets are looked for in every "
		"layer, "
		"also in files that later layers delete, and in the configuration (docs/secrets.md); 'drydock secrets' "
		"looks for them alone.\n\n"
		"TARGET is a file or directory, told by its content: an archive of docker save, podman save or skopeo "
		"copy, "
		"an OCI image layout, or a root file system as directory or tar; archives may be compressed; '-' reads "
		"one "
		"from standard input. docker-archive:FILE[:NAME], oci-archive:FILE[:TAG], oci:DIR[:TAG] and dir:ROOTFS "
		"say "
		"what it is; sbom:FILE reads a bill of materials instead of an image.\n\n"
		"Or TARGET is the name of an image: Docker and podman are asked, then the stores of containerd and "
		"podman "
		"are looked into, then its registry is asked. docker:, podman:, containerd:, storage: and registry: "
		"before "
		"the name ask that one only. Layers come straight from the registry, and only those that are not "
		"known; the "
		"process that reads them has no network. docs/registries.md tells of credentials, mirrors and "
		"authorities. "
		"--offline asks no registry.\n\n"
		"The advisories come from the database that 'drydock db update' keeps, or from --db FILE. What could "
		"not be read is "
		"listed as a problem and makes the scan incomplete: exit code 3, never a clean report.\n\n"
		"The formats are"
#define DD_REPORT(id, name) " " name
#include "report/reports.def"
#undef DD_REPORT
		"; docs/reports.md tells of each.",
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
