/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_secrets.h"

#include "base/alloc.h"
#include "base/io.h"
#include "secret/rule_files.h"

enum { SALT_BYTES_MAX = 4096 };

struct dd_scan_secrets {
	struct dd_secret_engines *engines;
	struct dd_secret_rule_set rules;
	struct dd_secret_detector *detector;
	struct dd_secret_rule_files files;
	struct dd_map_file salt;
};

const char *const dd_min_confidence_names[] = { "low", "medium", "high", NULL };

void dd_scan_secrets_defaults(struct dd_scan_options *o)
{
	o->min_confidence = DD_CONFIDENCE_MEDIUM - DD_CONFIDENCE_LOW;
}

void dd_scan_secrets_freep(struct dd_scan_secrets **s)
{
	if (!*s)
		return;
	dd_secret_detector_freep(&(*s)->detector);
	dd_secret_rule_set_done(&(*s)->rules);
	dd_secret_engines_freep(&(*s)->engines);
	dd_secret_rule_files_done(&(*s)->files);
	dd_map_file_done(&(*s)->salt);
	dd_freep(s);
}

static enum dd_code read_rules(struct dd_scan_secrets *s, const struct dd_opt_list *paths, struct dd_err *err)
{
	enum dd_code code = dd_secret_rule_files_read((const char *const *)paths->p, paths->n, &s->files, err);
	if (code == DD_OK)
		code = dd_secret_rule_set_new(s->files.list.p, s->files.list.n, &s->rules, err);
	if (code == DD_ENOMEM || (code != DD_OK && !paths->n))
		return code;
	if (code != DD_OK)
		return err->code = DD_EARG; /* the command line names it */
	for (size_t i = 0; i < s->rules.warnings.n; i++)
		dd_cmd_warn("%.*s", DD_FMT(s->rules.warnings.p[i]));
	return DD_OK;
}

static enum dd_code read_salt(struct dd_scan_secrets *s, const struct dd_scan_options *o, struct dd_str *ret,
			      struct dd_err *err)
{
	*ret = dd_str_from(o->salt);
	if (!o->salt_file)
		return DD_OK;
	if (o->salt)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--salt and --salt-file are given: one of them is the salt");
	if (dd_map_file_open(&s->salt, o->salt_file, SALT_BYTES_MAX, err) != DD_OK)
		return err->code = DD_EARG;
	*ret = dd_str_trim(s->salt.bytes);
	return DD_OK;
}

static enum dd_code make(struct dd_scan_secrets *s, const struct dd_scan_job *job, struct dd_err *err)
{
	const struct dd_scan_options *o = job->options;
	struct dd_secret_options options = { .reveal = o->reveal,
					     .keep_clear = o->verify,
					     .cache_dir = job->cache_dir,
					     .spool_dir = job->spool_dir };
	DD_TRY(read_salt(s, o, &options.salt, err));
	DD_TRY(read_rules(s, &o->rules, err));
	DD_TRY(dd_secret_engines_open(o->rules.n > 0, &s->engines, err));
	return dd_secret_detector_new(s->engines, &s->rules, &options, &s->detector, err);
}

enum dd_code dd_scan_secrets_new(struct dd_scan_job *job, bool must, struct dd_scan_secrets **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_scan_secrets_freep) struct dd_scan_secrets *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	enum dd_code code = make(s, job, err);
	if (code == DD_EUNSUPPORTED && !must) {
		dd_err_copy(&job->secrets_missing, err);
		dd_cmd_warn("secrets are not looked for: %s", err->message);
		return DD_OK;
	}
	DD_TRY(code);
	job->secrets = s->detector;
	*ret = DD_TAKE(s);
	return DD_OK;
}

enum dd_code dd_scan_redactor_new(const char *cache_dir, const char *spool_dir, struct dd_scan_secrets **ret,
				  struct dd_err *err)
{
	DD_CLEANUP(dd_scan_secrets_freep) struct dd_scan_secrets *s = dd_alloc_zero(1, sizeof *s);
	const struct dd_scan_options none = { .salt = NULL };
	struct dd_scan_job job = { .options = &none, .cache_dir = cache_dir, .spool_dir = spool_dir };
	if (!s)
		return dd_fail_nomem(err);
	enum dd_code code = make(s, &job, err);
	if (code != DD_OK && code != DD_EUNSUPPORTED)
		return code;
	if (code != DD_OK)
		dd_cmd_warn("secrets in labels and instructions are not hidden: %s", err->message);
	*ret = DD_TAKE(s);
	return DD_OK;
}

const struct dd_secret_detector *dd_scan_secrets_detector(const struct dd_scan_secrets *s)
{
	return s ? s->detector : NULL;
}

enum dd_code dd_scan_secrets_note(const struct dd_scan_job *job, struct dd_inventory *inv, struct dd_err *err)
{
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("secret"), .offset = DD_NO_OFFSET };
	if (job->secrets_missing.code == DD_OK)
		return DD_OK;
	struct dd_problem *all = dd_arena_array(&inv->arena, inv->n_problems + 1, sizeof *all);
	p.path = DD_STR("");
	p.text = dd_arena_printf(&inv->arena, "secrets were not looked for: %s", job->secrets_missing.message);
	if (!all || !p.text.p)
		return dd_fail_nomem(err);
	all[0] = p;
	if (inv->n_problems)
		memcpy(all + 1, inv->problems, inv->n_problems * sizeof *all);
	inv->problems = all;
	inv->n_problems++;
	return DD_OK;
}
