/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock secrets`: what was copied into an image and should not have been. The same way as `drydock scan`, looking
 * for secrets alone: no database is needed. */
#include "base/limits.h"
#include "cmd/report_output.h"
#include "cmd/scan_plan.h"
#include "cmd/scan_secrets.h"

static const char *const fail_on_names[] = { "none", "negligible", "low", "medium", "high", "critical", NULL };

static const struct dd_opt rows[] = {
	{ DD_OPT_CHOICE, "fail-on", 0, "SEVERITY",
	  "exit with 1 when a secret has this severity or a worse one (default: any of medium confidence)",
	  offsetof(struct dd_scan_options, fail_on), 0, fail_on_names },
	DD_SCAN_SECRETS_ROWS,
	{ DD_OPT_TEXT, "severity", 0, "LIST", "show these severities only, as in high,critical or medium+",
	  offsetof(struct dd_scan_options, severity) },
	{ DD_OPT_CHOICE, "sort", 0, "ORDER", "order of the findings (default: risk)",
	  offsetof(struct dd_scan_options, sort), 0, dd_sort_names },
	{ DD_OPT_LIST, "ignore", 0, "FILE", "suppress the findings that FILE lists, with reason and expiry",
	  offsetof(struct dd_scan_options, ignore) },
	{ DD_OPT_TEXT, "policy", 0, "FILE",
	  "what makes the command fail, and exceptions (default: the configuration file)",
	  offsetof(struct dd_scan_options, policy) },
	{ DD_OPT_FLAG, "no-policy", 0, NULL, "use no policy file", offsetof(struct dd_scan_options, no_policy) },
	{ DD_OPT_FLAG, "show-suppressed", 0, NULL, "list suppressed findings, too",
	  offsetof(struct dd_scan_options, show_suppressed) },
	DD_REPORT_TEMPLATE_OPTION(offsetof(struct dd_scan_options, template)),
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of an index of several (default: this machine's)",
	  offsetof(struct dd_scan_options, platform) },
	{ DD_OPT_BYTES, "cache-size", 0, "BYTES", "keep at most this much in the cache (default: 1G)",
	  offsetof(struct dd_scan_options, cache_size) },
	{ DD_OPT_FLAG, "no-cache", 0, NULL, "neither use nor write the cache",
	  offsetof(struct dd_scan_options, no_cache) },
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock secrets image.tar", "every layer, configuration and history of an image" },
	{ "drydock secrets image.tar --min-confidence low --show-filtered",
	  "all that was found, and why it may be none" },
	{ "drydock secrets image.tar --format json=baseline.json --fail-on none", "what is known from now on" },
	{ "drydock secrets image.tar --baseline baseline.json", "only a new secret fails" },
	{ "drydock secrets git:.",
	  "a git repository: every commit, what is not committed, and what nothing refers to" },
	{ "drydock secrets dir:. --rules company.toml", "a directory, by a company's own rules, too" },
	{ NULL },
};

static void defaults(void *options)
{
	struct dd_scan_options *o = options;
	o->fail_on = DD_SCAN_FAIL_ON_UNSET;
	o->db_max_age = 36500;
	o->cache_size = DD_GIB;
	dd_scan_secrets_defaults(o);
}

static void release(void *options)
{
	struct dd_scan_options *o = options;
	dd_shared_options_done(&o->shared);
	dd_opt_list_done(&o->ignore);
	dd_opt_list_done(&o->rules);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = dd_report_formats,
					 .otherwise = "table",
					 .secrets = true,
					 .secrets_only = true,
					 .run = dd_scan_job_run };
	return dd_scan_plan_run(&use, in->options, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_secrets = {
	.name = "secrets",
	.summary = "report the secrets that an image leaks",
	.operands = "TARGET",
	.description =
		"Looks for credentials, private keys and passwords in every byte of every layer, files that later "
		"layers "
		"delete or overwrite among them; in the image's environment, labels, commands, build arguments, "
		"instructions and annotations; in archives, repositories and databases inside of it.\n\n"
		"Each secret is told with its place and line, the layer and instruction that brought it, whether it is "
		"live, deleted or overwritten, how sure it is that it is one and why, where to revoke it, and the "
		"lines "
		"of a Dockerfile that do not leak it. Secrets are redacted in every report unless --reveal is given; a "
		"fingerprint tells whether two are the same.\n\n"
		"A secret of at least medium confidence makes the exit code 1; --fail-on SEVERITY or a policy's rules "
		"of "
		"kind secret say otherwise. Doubtful ones are counted, and --min-confidence low lists them. What is "
		"known "
		"can be listed in a baseline, an ignore file or an exception, or be marked where it stands by "
		"drydock:allow.\n\n"
		"TARGET is what 'drydock scan' takes: an archive, an OCI layout, a directory, the name of an image, or "
		"'-'; or any other file. context:DIR[:DOCKERFILE] is a directory as a builder gets it, without what "
		".dockerignore keeps back. git:DIR is a git repository with its whole history: each secret with the "
		"commit that brought it, live while HEAD still has it. No database is needed.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_OFFLINE |
		  DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = defaults,
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
