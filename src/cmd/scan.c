/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock scan`: the main job. Parses options, opens nothing hostile itself, and lets a confined child read the image,
 * judge it and write the report. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "cmd/confine.h"
#include "cmd/output.h"
#include "cmd/paths.h"
#include "cmd/report_output.h"
#include "cmd/scan_report.h"

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
	{ DD_OPT_TEXT, "policy", 0, "FILE",
	  "what makes the scan fail, and exceptions (default: the nearest .drydock.yaml)",
	  offsetof(struct dd_scan_options, policy) },
	{ DD_OPT_FLAG, "no-policy", 0, NULL, "use no policy file", offsetof(struct dd_scan_options, no_policy) },
	{ DD_OPT_FLAG, "show-suppressed", 0, NULL, "list suppressed findings, too",
	  offsetof(struct dd_scan_options, show_suppressed) },
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
}

static void release(void *options)
{
	struct dd_scan_options *o = options;
	dd_opt_list_done(&o->shared.formats);
	dd_opt_list_done(&o->ignore);
}

/* Everything that is decided before the child starts. */
struct plan {
	struct dd_scan_job job;
	struct dd_outputs outputs;
	struct dd_buf cache_dir, spool_dir, db_path, policy_path;
	const char *read_paths[DD_OUTPUTS_MAX + 8], *write_paths[3];
	struct dd_scan_options *options;
};

/* Where the user has no usable cache, the scan still runs: without memory, and with large archives unpacked to /tmp. */
static enum dd_code plan_cache(struct plan *p, struct dd_err *err)
{
	struct dd_err why;
	const char *tmp = getenv("TMPDIR");
	bool have = !p->options->no_cache && dd_path_cache(&p->options->shared, &p->cache_dir, &why) == DD_OK &&
		    dd_buf_c(&p->cache_dir) != NULL;
	if (have) {
		(void)dd_buf_addf(&p->spool_dir, "%s/tmp", p->cache_dir.p);
		if (!dd_buf_c(&p->spool_dir))
			return dd_fail_nomem(err);
		have = dd_mkdirs(p->spool_dir.p, &why) == DD_OK && access(p->spool_dir.p, W_OK) == 0;
		if (!have && p->options->shared.cache)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "cannot write to the cache '%s': choose another --cache or --no-cache",
				       p->cache_dir.p);
	}
	if (!have) {
		if (!p->options->no_cache && !p->options->shared.quiet)
			dd_cmd_warn("no cache: nothing is remembered for the next scan (--cache DIR sets one)");
		dd_buf_clear(&p->cache_dir);
		dd_buf_clear(&p->spool_dir);
		(void)dd_buf_add_c(&p->spool_dir, tmp && tmp[0] ? tmp : "/tmp");
	}
	p->job.cache_dir = have ? p->cache_dir.p : NULL;
	p->job.spool_dir = dd_buf_c(&p->spool_dir);
	return p->job.spool_dir ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code plan_database(struct plan *p, struct dd_err *err)
{
	bool named = p->options->shared.db && p->options->shared.db[0];
	if (named)
		(void)dd_buf_add_c(&p->db_path, p->options->shared.db);
	else if (dd_path_updated_database(&p->options->shared, &p->db_path, err) != DD_OK)
		return DD_EARG;
	p->job.db_path = dd_buf_c(&p->db_path);
	if (!p->job.db_path)
		return dd_fail_nomem(err);
	dd_update_state_read(p->job.db_path, &p->job.db_state);
	if (!named && access(p->job.db_path, R_OK) != 0)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
			       "no advisory database: run 'drydock db update', or name one with --db FILE");
	return DD_OK;
}

/* What the child may see: the target, the database, the ignore files. */
static void plan_sandbox(struct plan *p, struct dd_sandbox *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < DD_SCAN_TARGET_PATHS_MAX && p->job.target_paths[i]; i++)
		p->read_paths[n++] = p->job.target_paths[i];
	p->read_paths[n++] = p->job.db_path;
	if (p->job.policy_path)
		p->read_paths[n++] = p->job.policy_path;
	for (size_t i = 0; i < p->options->ignore.n; i++)
		p->read_paths[n++] = p->options->ignore.p[i];
	p->read_paths[n] = NULL;
	n = 0;
	if (p->job.cache_dir)
		p->write_paths[n++] = p->job.cache_dir;
	p->write_paths[n++] = p->job.spool_dir;
	p->write_paths[n] = NULL;
	*ret = (struct dd_sandbox){ p->read_paths, p->write_paths };
}

static enum dd_code make_plan(struct plan *p, struct dd_scan_options *o, const char *target, struct dd_arena *a,
			      struct dd_err *err)
{
	p->options = o;
	p->job.options = o;
	p->job.target = target;
	p->job.now = dd_report_now();
	p->job.jobs = o->shared.jobs ? (unsigned)o->shared.jobs : dd_cpu_count();
	if (o->ignore.n > DD_SCAN_IGNORE_FILES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d --ignore files", DD_SCAN_IGNORE_FILES_MAX);
	DD_TRY(dd_outputs_parse(&o->shared.formats, dd_report_formats, "table", &p->outputs, err));
	p->job.outputs = &p->outputs;
	DD_TRY(dd_scan_job_check(&p->job, a, err));
	if (o->policy)
		p->job.policy_path = o->policy;
	else if (!o->no_policy && dd_path_policy(&p->policy_path))
		p->job.policy_path = p->policy_path.p;
	DD_TRY(plan_cache(p, err));
	return plan_database(p, err);
}

static enum dd_exit run_child(void *ctx, const int *outputs)
{
	return dd_scan_job_run(ctx, outputs);
}

static enum dd_code run_plan(struct plan *p, enum dd_exit *ret, struct dd_err *err)
{
	struct dd_sandbox sandbox;
	int files[DD_CONFINE_OUTPUTS_MAX];
	plan_sandbox(p, &sandbox);
	struct dd_confined c = { .sandbox = &sandbox,
				 .verbose = p->options->shared.verbose,
				 .n_outputs = p->outputs.n,
				 .run = run_child,
				 .ctx = &p->job };
	enum dd_exit result;
	DD_TRY(dd_confine(&c, files, &result, err));
	enum dd_code code = DD_OK;
	/* No report was made: the child said why. */
	if (result != DD_EXIT_USAGE && result != DD_EXIT_CANNOT_RUN)
		code = dd_report_output_deliver(&p->outputs, files, err);
	for (size_t i = 0; i < p->outputs.n; i++)
		dd_closep(&files[i]);
	if (code == DD_OK)
		*ret = result;
	return code;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct plan p = { .cache_dir = DD_BUF_INIT(DD_PATH_MAX),
			  .spool_dir = DD_BUF_INIT(DD_PATH_MAX),
			  .db_path = DD_BUF_INIT(DD_PATH_MAX),
			  .policy_path = DD_BUF_INIT(DD_PATH_MAX) };
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_err err;
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	enum dd_code code = make_plan(&p, in->options, in->argv[0], &a, &err);
	if (code == DD_OK)
		code = run_plan(&p, &result, &err);
	if (code != DD_OK) {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	dd_buf_done(&p.cache_dir);
	dd_buf_done(&p.spool_dir);
	dd_buf_done(&p.db_path);
	dd_buf_done(&p.policy_path);
	dd_arena_done(&a);
	return result;
}

const struct dd_cmd dd_cmd_scan = {
	.name = "scan",
	.summary = "report what is wrong with an image",
	.operands = "TARGET",
	.description =
		"Reads every layer of an image once, finds the packages of its operating system and reports their "
		"known "
		"vulnerabilities, with the fixed version, and the layer and instruction that brought each package.\n\n"
		"TARGET is a file or directory, told by its content: an archive of docker save, podman save or skopeo "
		"copy "
		"(docker-archive, oci-archive), an OCI image layout, or a root file system as directory or tar; "
		"archives may be "
		"compressed by gzip or zstd; '-' reads one from standard input. docker-archive:FILE[:NAME], "
		"oci-archive:FILE[:TAG], "
		"oci:DIR[:TAG] and dir:ROOTFS say what it is.\n\n"
		"The advisories come from the database that 'drydock db update' keeps, or from --db FILE. What could "
		"not be read is "
		"listed as a problem and makes the scan incomplete: exit code 3, never a clean report.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_JOBS | DD_SHARE_CACHE | DD_SHARE_DB,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = defaults,
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
