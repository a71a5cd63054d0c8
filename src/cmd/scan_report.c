/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_report.h"

#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/progress.h"
#include "cmd/report_output.h"
#include "cmd/scan_fresh.h"
#include "cmd/scan_secrets.h"
#include "cmd/scan_verify.h"
#include "db/db.h"
#include "judge/eol/eol.h"
#include "judge/fix_plan.h"
#include "judge/ignore.h"
#include "judge/policy/policy.h"
#include "judge/risk.h"
#include "judge/secret/secret_baseline.h"
#include "judge/secret/secret_findings.h"
#include "judge/verdict.h"
#include "judge/vex/vex.h"
#include "judge/vuln/vuln.h"

enum { SECONDS_PER_DAY = 86400 };
#define JUDGE_BYTES_MAX	   (2 * DD_GIB)
#define BASELINE_BYTES_MAX (1 * DD_GIB)

/* All that a report refers to, released together. */
struct work {
	struct dd_scan_job *job;
	struct dd_arena arena;
	struct dd_db *db;
	struct dd_inventory inventory;
	struct dd_findings findings;
	struct dd_ignore ignore;
	struct dd_policy policy;
	struct dd_vex vex;
	struct dd_baseline baseline;
	struct dd_report report;
};

static bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

enum dd_code dd_scan_job_check(struct dd_scan_job *job, struct dd_arena *a, struct dd_err *err)
{
	for (size_t i = 0; i < job->n_targets; i++) {
		struct dd_target_spec spec;
		DD_TRY(dd_target_parse(dd_str_from(job->targets[i]), path_exists, a, &spec, err));
		job->target_paths[i] = spec.path;
		job->target_names[i] = spec.name;
		job->wants_git |= spec.place == DD_PLACE_GIT;
		if (spec.place == DD_PLACE_GIT)
			job->target_also[i] = dd_git_linked_place(spec.path, a);
		job->target_places[i] = dd_place_remotes(spec.place);
	}
	if (job->options->platform)
		DD_TRY(dd_platform_parse(dd_str_from(job->options->platform), &job->platform, err));
	job->select = (struct dd_select){ .only_fixed = job->options->only_fixed,
					  .sort = (enum dd_sort)job->options->sort,
					  .min_confidence = (enum dd_confidence)(DD_CONFIDENCE_LOW +
										 job->options->min_confidence) };
	if (job->options->severity)
		DD_TRY(dd_select_severities(&job->select, dd_str_from(job->options->severity), err));
	return DD_OK;
}

/* ---- steps ---- */

/* The official sources said not long ago that this very database is up to date: then it is not stale, however long ago
 * the last advisory of its sources came. */
static bool checked_lately(const struct dd_update_state *s, const struct dd_database_info *info, int64_t now,
			   uint64_t max_days)
{
	return s->checked != INT64_MIN && dd_str_eq_c(info->digest, s->database) && now >= s->checked &&
	       (uint64_t)(now - s->checked) / SECONDS_PER_DAY <= max_days;
}

static enum dd_code open_database(struct work *w, struct dd_err *err)
{
	const struct dd_scan_job *job = w->job;
	struct dd_database_info *info = &w->report.database;
	if (!job->db_path)
		return DD_OK;
	enum dd_code code = dd_db_open(job->db_path, &w->db, err);
	if (code != DD_OK)
		return code;
	DD_TRY(dd_db_info(w->db, &w->arena, info, err));
	info->path = dd_str_from(job->db_path);
	if (job->now > info->built && info->built > 0)
		info->age_days = (uint64_t)(job->now - info->built) / SECONDS_PER_DAY;
	info->stale = info->age_days > job->options->db_max_age &&
		      !checked_lately(&job->db_state, info, job->now, job->options->db_max_age);
	return DD_OK;
}

static void on_total(void *ctx, uint64_t bytes)
{
	dd_progress_expect(ctx, bytes);
}

static void on_bytes(void *ctx, uint64_t bytes)
{
	dd_progress_add(ctx, bytes);
}

enum dd_code dd_scan_job_read(const struct dd_scan_job *job, size_t i, struct dd_inventory *ret, struct dd_err *err)
{
	const char *target = job->targets[i];
	DD_CLEANUP(dd_cache_freep) struct dd_cache *cache = NULL;
	struct dd_progress progress = { 0 };
	struct dd_err why;
	if (job->cache_dir && dd_cache_open(job->cache_dir, job->options->cache_size, &cache, &why) != DD_OK)
		dd_cmd_warn("going on without the cache: %s", why.message);
	struct dd_scan_request req = {
		.image = { .target = target,
			   .platform = job->options->platform,
			   .spool_dir = job->spool_dir,
			   .stdin_fd = STDIN_FILENO,
			   .any_file = job->secrets_only,
			   .remote = job->remotes[i],
			   .stores = job->stores },
		.cache = cache,
		.secrets = job->secrets,
		.redactor = job->redactor,
		.git = job->git,
		.jobs = job->jobs,
		.total = on_total,
		.progress = on_bytes,
		.progress_ctx = &progress,
	};
	dd_progress_start(&progress, dd_str_from(target), job->options->shared.quiet);
	enum dd_code code = dd_scan_image(&req, ret, err);
	dd_progress_done(&progress);
	if (code != DD_OK)
		return code;
	code = dd_scan_secrets_note(job, ret, err);
	if (code != DD_OK)
		dd_inventory_done(ret);
	return code;
}

static enum dd_code read_ignores(struct work *w, struct dd_err *err)
{
	const struct dd_opt_list *files = &w->job->options->ignore;
	for (size_t i = 0; i < files->n; i++) {
		struct dd_map_file m;
		enum dd_code code = dd_map_file_open(&m, files->p[i], DD_MIB * 64, err);
		if (code != DD_OK)
			return err->code = DD_EARG; /* the command line names it */
		code = dd_ignore_add(&w->ignore, m.bytes, dd_str_from(files->p[i]), &w->arena, err);
		dd_map_file_done(&m);
		DD_TRY(code);
	}
	return DD_OK;
}

static enum dd_code read_vex(struct work *w, struct dd_err *err)
{
	const struct dd_opt_list *files = &w->job->options->vex;
	for (size_t i = 0; i < files->n; i++) {
		struct dd_map_file m;
		if (dd_map_file_open(&m, files->p[i], DD_JSON_BYTES_MAX, err) != DD_OK)
			return err->code = DD_EARG; /* the command line names it */
		enum dd_code code = dd_vex_add(&w->vex, m.bytes, dd_str_from(files->p[i]), &w->arena, err);
		dd_map_file_done(&m);
		DD_TRY(code);
	}
	return DD_OK;
}

static enum dd_code read_policy(struct work *w, struct dd_err *err)
{
	struct dd_map_file m;
	if (!w->job->policy_path)
		return DD_OK;
	if (dd_map_file_open(&m, w->job->policy_path, DD_POLICY_BYTES_MAX, err) != DD_OK)
		return err->code = DD_EARG;
	enum dd_code code =
		dd_policy_read(&w->policy, &w->ignore, m.bytes, dd_str_from(w->job->policy_path), &w->arena, err);
	dd_map_file_done(&m);
	if (w->job->secrets_only)
		dd_policy_keep_kind(&w->policy, DD_KIND_SECRET);
	return code;
}

static enum dd_code read_baseline(struct work *w, struct dd_err *err)
{
	const char *path = w->job->options->baseline;
	struct dd_map_file m;
	if (!path)
		return DD_OK;
	if (dd_map_file_open(&m, path, BASELINE_BYTES_MAX, err) != DD_OK)
		return err->code = DD_EARG; /* the command line names it */
	enum dd_code code = dd_baseline_add(&w->baseline, m.bytes, dd_str_from(path), &w->arena, err);
	dd_map_file_done(&m);
	return code;
}

static enum dd_code judge_secrets(struct work *w, struct dd_err *err)
{
	const struct dd_secret_judging how = { .show_filtered = w->job->options->show_filtered,
					       .reveal = w->job->options->reveal };
	DD_TRY(dd_scan_verify_ask(w->job, &w->inventory, &w->findings, &w->arena, err));
	DD_TRY(dd_judge_secrets(&w->inventory, &how, &w->arena, &w->findings, err));
	return dd_baseline_apply(&w->baseline, &w->arena, &w->findings, err);
}

static enum dd_code judge(struct work *w, struct dd_err *err)
{
	struct dd_os_life life = { .eol_date = DD_STR("") };
	if (!w->job->outdated && !w->job->secrets_only)
		DD_TRY(dd_judge_vuln(&w->inventory, w->db, &w->arena, &w->findings, err));
	if (w->db)
		DD_TRY(dd_judge_eol(&w->inventory, w->db, w->job->now, &w->arena, &w->findings, &life, err));
	DD_TRY(dd_scan_fresh_judge(w->job, &w->inventory, &w->arena, &w->findings, err));
	DD_TRY(judge_secrets(w, err));
	w->report.os_eol = life.eol;
	w->report.os_eol_date = life.updates_until;
	DD_TRY(dd_vex_apply(&w->vex, &w->inventory, &w->arena, &w->findings, err));
	DD_TRY(dd_policy_findings(&w->policy, &w->inventory, &w->arena, &w->findings, err));
	DD_TRY(dd_ignore_apply(&w->ignore, &w->inventory, w->job->now, &w->arena, &w->findings, err));
	dd_judge_risk(&w->inventory, &w->findings);
	if (dd_findings_close(&w->findings, &w->arena) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* The inventory's problems, then the judges'. */
static enum dd_code join_problems(struct work *w, struct dd_err *err)
{
	size_t a = w->inventory.n_problems, b = w->findings.problems.n;
	struct dd_problem *all = dd_arena_array(&w->arena, a + b, sizeof *all);
	if (!all)
		return dd_fail_nomem(err);
	if (a)
		memcpy(all, w->inventory.problems, a * sizeof *all);
	if (b)
		memcpy(all + a, w->findings.problems.p, b * sizeof *all);
	w->report.problems = all;
	w->report.n_problems = a + b;
	return DD_OK;
}

/* The choices of --fail-on are "none" and then the severities from negligible up. */
static enum dd_severity fail_on(const struct work *w)
{
	int chosen = w->job->options->fail_on;
	if (chosen == DD_SCAN_FAIL_ON_UNSET && !dd_policy_any(&w->policy))
		return w->job->secrets_only ? DD_SEV_UNKNOWN : DD_SEV_HIGH;
	if (chosen == DD_SCAN_FAIL_ON_UNSET)
		return DD_SEV_COUNT;
	return chosen == 0 ? DD_SEV_COUNT : (enum dd_severity)chosen;
}

static enum dd_code list_unused_rules(struct work *w, struct dd_err *err)
{
	const struct dd_ignore_rule *rule;
	struct dd_report *r = &w->report;
	r->unused_rules = dd_arena_array(&w->arena, w->ignore.rules.n + 1, sizeof *r->unused_rules);
	if (!r->unused_rules)
		return dd_fail_nomem(err);
	for (size_t at = 0; (rule = dd_ignore_unused(&w->ignore, &at));) {
		bool named = rule->package.n > 0;
		struct dd_str text =
			dd_arena_printf(&w->arena, "%.*s %.*s%s%.*s%s", DD_FMT(rule->where), DD_FMT(rule->id),
					named ? " (" : "", DD_FMT(rule->package), named ? ")" : "");
		if (!text.p)
			return dd_fail_nomem(err);
		r->unused_rules[r->n_unused_rules++] = text;
	}
	return DD_OK;
}

static enum dd_code conclude(struct work *w, struct dd_err *err)
{
	struct dd_report *r = &w->report;
	size_t shown;
	DD_TRY(dd_select_apply(&w->job->select, &w->inventory, &w->arena, &w->findings, &shown, &r->hidden,
			       &r->n_hidden, err));
	DD_TRY(join_problems(w, err));
	DD_TRY(list_unused_rules(w, err));
	r->version = DD_STR(DD_VERSION);
	r->created = w->job->now;
	r->created_fixed = dd_report_now_is_fixed();
	r->inventory = &w->inventory;
	r->findings = w->findings.list.p;
	r->n_findings = shown;
	DD_TRY(dd_fix_plan_make(&w->inventory, r->findings, w->findings.list.n, &w->arena, &r->fix_plan, &r->n_fix_plan,
				err));
	r->warnings = w->findings.warnings.p;
	r->n_warnings = w->findings.warnings.n;
	DD_TRY(dd_policy_apply(&w->policy, r, w->findings.list.p, w->findings.list.n, w->job->now, &w->arena, err));
	r->fail_on = fail_on(w);
	/* A doubtful secret fails nobody's build unless its severity was asked for. */
	r->fail_confidence = r->fail_on == DD_SEV_UNKNOWN ? DD_CONFIDENCE_MEDIUM : DD_CONFIDENCE_UNKNOWN;
	return dd_verdict_decide(r, w->findings.list.p, w->findings.list.n, &w->arena, err);
}

static enum dd_code write_reports(struct work *w, const int *outputs, struct dd_err *err)
{
	const struct dd_report_style style = { .show_suppressed = w->job->options->show_suppressed,
					       .verbose = w->job->options->shared.verbose,
					       .template_name = dd_str_from(w->job->options->template) };
	return dd_report_output_write(w->job->outputs, outputs, &w->report, &style, err);
}

static enum dd_code run_steps(struct work *w, const int *outputs, struct dd_err *err)
{
	DD_TRY(read_ignores(w, err));
	DD_TRY(read_policy(w, err));
	DD_TRY(read_vex(w, err));
	DD_TRY(read_baseline(w, err));
	DD_TRY(open_database(w, err));
	DD_TRY(dd_scan_job_read(w->job, 0, &w->inventory, err));
	DD_TRY(judge(w, err));
	DD_TRY(conclude(w, err));
	return write_reports(w, outputs, err);
}

static enum dd_exit exit_of(enum dd_verdict v)
{
	static const enum dd_exit by_verdict[] = { DD_EXIT_CLEAN, DD_EXIT_FINDINGS, DD_EXIT_INCOMPLETE };
	return by_verdict[v];
}

enum dd_exit dd_scan_job_run(struct dd_scan_job *job, const int *outputs)
{
	struct work w = { .job = job, .arena = DD_ARENA_INIT(JUDGE_BYTES_MAX) };
	struct dd_err err;
	enum dd_code code = run_steps(&w, outputs, &err);
	if (code != DD_OK)
		dd_cmd_error(&err);
	enum dd_exit result = code == DD_OK ? exit_of(w.report.verdict) : dd_cmd_exit(&err);
	dd_findings_done(&w.findings);
	dd_ignore_done(&w.ignore);
	dd_policy_done(&w.policy);
	dd_vex_done(&w.vex);
	dd_baseline_done(&w.baseline);
	dd_inventory_done(&w.inventory);
	dd_db_closep(&w.db);
	dd_arena_done(&w.arena);
	return result;
}
