/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_plan.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "cmd/broker.h"
#include "cmd/confine.h"
#include "cmd/paths.h"
#include "cmd/report_output.h"
#include "cmd/scan_fresh.h"
#include "cmd/scan_secrets.h"
#include "cmd/scan_verify.h"
#include "image/stores.h"

/* Everything that is decided before the child starts. */
struct plan {
	struct dd_scan_job job;
	struct dd_outputs outputs;
	struct dd_buf cache_dir, spool_dir, db_path;
	const char *read_paths[2 * DD_SCAN_TARGETS_MAX + DD_SCAN_IGNORE_FILES_MAX + DD_SCAN_VEX_FILES_MAX + 5 +
			       2 * DD_STORE_PLACES_MAX],
		*write_paths[3];
	const struct dd_scan_use *use;
	const struct dd_scan_options *options;
	struct dd_broker *brokers[DD_SCAN_TARGETS_MAX]; /* one for each target that is a name */
	size_t n_brokers;
	struct dd_scan_fresh *fresh;	 /* NULL: no upstream is asked */
	struct dd_scan_verify *verify;	 /* NULL: no provider is asked */
	struct dd_scan_secrets *secrets; /* of the child; NULL: secrets are not looked for */
	struct dd_store_places stores;	 /* that may have them, too */
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
	if (!p->use->judges && !p->use->outdated)
		return DD_OK;
	if (named)
		(void)dd_buf_add_c(&p->db_path, p->options->shared.db);
	else if (dd_path_updated_database(&p->options->shared, &p->db_path, err) != DD_OK)
		return DD_EARG;
	p->job.db_path = dd_buf_c(&p->db_path);
	if (!p->job.db_path)
		return dd_fail_nomem(err);
	dd_update_state_read(p->job.db_path, &p->job.db_state);
	bool missing = !named && access(p->job.db_path, R_OK) != 0;
	if (missing && p->use->outdated)
		p->job.db_path = NULL; /* the end of a release's life is not told, then */
	else if (missing)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
			       "no advisory database: run 'drydock db update', or name one with --db FILE");
	return DD_OK;
}

/* What the child may see: the target, the database, the files that judge. */
static void plan_sandbox(struct plan *p, struct dd_sandbox *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < p->job.n_targets; i++)
		if (p->job.target_paths[i])
			p->read_paths[n++] = p->job.target_paths[i];
	for (size_t i = 0; i < p->job.n_targets; i++)
		if (p->job.target_also[i])
			p->read_paths[n++] = p->job.target_also[i];
	if (p->job.db_path)
		p->read_paths[n++] = p->job.db_path;
	if (p->job.policy_path)
		p->read_paths[n++] = p->job.policy_path;
	if (p->options->template)
		p->read_paths[n++] = p->options->template;
	if (p->options->baseline)
		p->read_paths[n++] = p->options->baseline;
	for (size_t i = 0; i < p->options->vex.n; i++)
		p->read_paths[n++] = p->options->vex.p[i];
	for (size_t i = 0; i < p->stores.n; i++) {
		p->read_paths[n++] = p->stores.at[i].root;
		if (p->stores.at[i].run)
			p->read_paths[n++] = p->stores.at[i].run;
	}
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

static enum dd_code plan_brokers(struct plan *p, struct dd_err *err)
{
	for (size_t i = 0; i < p->job.n_targets; i++) {
		const struct dd_broker_request q = { .name = p->job.target_names[i],
						     .places = p->job.target_places[i],
						     .platform = p->options->platform ? &p->job.platform : NULL,
						     .shared = &p->options->shared };
		if (q.name.n == 0)
			continue;
		DD_TRY(dd_broker_new(&q, &p->brokers[p->n_brokers], err));
		p->n_brokers++;
	}
	return DD_OK;
}

/* A name may stand for an image in a store; the confined process may see those that this one can read. */
static enum dd_code plan_stores(struct plan *p, struct dd_arena *a, struct dd_err *err)
{
	const struct dd_store_search search = { .containerd = true, .storage = true, .readable = true, .get = getenv };
	if (p->n_brokers == 0)
		return DD_OK;
	p->job.stores = &p->stores;
	return dd_stores_find(&search, a, &p->stores, err);
}

static enum dd_code make_plan(struct plan *p, char *const *targets, size_t n, struct dd_arena *a, struct dd_err *err)
{
	const struct dd_scan_options *o = p->options;
	p->job.options = o;
	p->job.targets = targets;
	p->job.n_targets = n;
	p->job.now = dd_report_now();
	p->job.jobs = o->shared.jobs ? (unsigned)o->shared.jobs : dd_cpu_count();
	if (n > DD_SCAN_TARGETS_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d targets", DD_SCAN_TARGETS_MAX);
	if (o->ignore.n > DD_SCAN_IGNORE_FILES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d --ignore files", DD_SCAN_IGNORE_FILES_MAX);
	if (o->vex.n > DD_SCAN_VEX_FILES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d --vex files", DD_SCAN_VEX_FILES_MAX);
	DD_TRY(dd_outputs_parse(&o->shared.formats, p->use->formats, o->template ? "template" : p->use->otherwise,
				&p->outputs, err));
	DD_TRY(dd_report_output_check(&p->outputs, o->template, err));
	p->job.outputs = &p->outputs;
	DD_TRY(dd_scan_job_check(&p->job, a, err));
	DD_TRY(plan_brokers(p, err));
	DD_TRY(plan_stores(p, a, err));
	DD_TRY(plan_cache(p, err));
	p->job.outdated = p->use->outdated;
	p->job.secrets_only = p->use->secrets_only;
	DD_TRY(dd_scan_fresh_new(&p->job, &p->fresh, err));
	DD_TRY(dd_scan_verify_new(&p->job, &p->verify, err));
	if (!p->use->judges && !p->use->secrets_only)
		return plan_database(p, err);
	if (o->policy)
		p->job.policy_path = o->policy;
	else if (!o->no_policy)
		p->job.policy_path = o->shared.config;
	return plan_database(p, err);
}

static enum dd_code connect_brokers(struct plan *p, struct dd_err *err)
{
	size_t k = 0;
	for (size_t i = 0; i < p->job.n_targets; i++)
		if (p->job.target_names[i].n)
			DD_TRY(dd_remote_new(dd_broker_confined_end(p->brokers[k++]), &p->job.remotes[i], err));
	return DD_OK;
}

static enum dd_code prepare_child(void *ctx, struct dd_err *err)
{
	struct plan *p = ctx;
	if (p->job.wants_git)
		DD_TRY(dd_git_library_open(&p->job.git, err));
	if (!p->use->secrets || p->options->no_secrets) {
		DD_TRY(dd_scan_redactor_new(p->job.cache_dir, p->job.spool_dir, &p->secrets, err));
		p->job.redactor = dd_scan_secrets_detector(p->secrets);
		return DD_OK;
	}
	return dd_scan_secrets_new(&p->job, p->use->secrets_only, &p->secrets, err);
}

static enum dd_exit run_child(void *ctx, const int *outputs)
{
	struct plan *p = ctx;
	struct dd_err err;
	dd_scan_fresh_confined(p->fresh, &p->job);
	dd_scan_verify_confined(p->verify, &p->job);
	if (connect_brokers(p, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	enum dd_exit result = p->use->run(&p->job, outputs);
	for (size_t i = 0; i < p->job.n_targets; i++)
		dd_remote_freep(&p->job.remotes[i]);
	dd_scan_secrets_freep(&p->secrets);
	dd_git_library_freep(&p->job.git);
	return result;
}

static void serve(void *ctx)
{
	struct plan *p = ctx;
	dd_scan_fresh_start(p->fresh);
	dd_scan_verify_start(p->verify);
	dd_broker_serve(p->brokers, p->n_brokers);
	dd_scan_verify_finish(p->verify);
	dd_scan_fresh_finish(p->fresh);
}

static enum dd_code run_plan(struct plan *p, enum dd_exit *ret, struct dd_err *err)
{
	struct dd_sandbox sandbox;
	int files[DD_CONFINE_OUTPUTS_MAX];
	plan_sandbox(p, &sandbox);
	const struct dd_confined c = { .sandbox = &sandbox,
				       .verbose = p->options->shared.verbose,
				       .n_outputs = p->outputs.n,
				       .prepare = prepare_child,
				       .run = run_child,
				       .serve = serve,
				       .ctx = p };
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

enum dd_exit dd_scan_plan_run(const struct dd_scan_use *use, const struct dd_scan_options *options,
			      char *const *targets, size_t n)
{
	struct plan p = { .use = use,
			  .options = options,
			  .cache_dir = DD_BUF_INIT(DD_PATH_MAX),
			  .spool_dir = DD_BUF_INIT(DD_PATH_MAX),
			  .db_path = DD_BUF_INIT(DD_PATH_MAX) };
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_err err;
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	enum dd_code code = make_plan(&p, targets, n, &a, &err);
	if (code == DD_OK)
		code = run_plan(&p, &result, &err);
	if (code != DD_OK) {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	for (size_t i = 0; i < p.n_brokers; i++)
		dd_broker_freep(&p.brokers[i]);
	dd_scan_fresh_freep(&p.fresh);
	dd_scan_verify_freep(&p.verify);
	dd_buf_done(&p.cache_dir);
	dd_buf_done(&p.spool_dir);
	dd_buf_done(&p.db_path);
	dd_arena_done(&a);
	return result;
}
