/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan_image.h"

#include "base/limits.h"
#include "base/pool.h"
#include "scan/config_secrets.h"
#include "scan/image_record.h"
#include "scan/inventory_build.h"
#include "scan/layer_job.h"
#include "scan/redact_target.h"
#include "scan/scan_git.h"
#include "scan/scan_sbom.h"

enum { INVENTORY_BYTES_MAX = 2u << 30 };

struct layer_result {
	struct dd_layer_facts facts;
	bool from_cache;
	struct dd_err err;
	enum dd_code code;
};

struct scan {
	const struct dd_scan_request *req;
	struct dd_layer_job_env env;
	struct dd_matcher *matcher; /* owned */
	struct dd_image *img;	    /* owned; NULL while the image is known by its record alone */
	struct layer_result *results;
	struct dd_layer_facts *facts; /* moved out of results: what the squash reads */
	size_t n_layers;
	struct dd_config_secrets config; /* secrets outside of the layers */
};

void dd_inventory_done(struct dd_inventory *inv)
{
	dd_arena_done(&inv->arena);
	*inv = (struct dd_inventory){ 0 };
}

/* ---- layers ---- */

static void run_job(void *ctx, size_t i)
{
	struct scan *s = ctx;
	struct layer_result *r = &s->results[i];
	r->code = dd_layer_job_run(&s->env, s->img, i, &r->facts, &r->from_cache, &r->err);
}

static enum dd_code new_results(struct scan *s, size_t n, struct dd_err *err)
{
	s->results = dd_alloc_zero(n, sizeof *s->results);
	s->facts = dd_alloc_zero(n, sizeof *s->facts);
	if (!s->results || !s->facts)
		return dd_fail_nomem(err);
	s->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		dd_layer_facts_init(&s->results[i].facts);
		dd_layer_facts_init(&s->facts[i]);
	}
	return DD_OK;
}

static enum dd_code read_layers(struct scan *s, struct dd_err *err)
{
	uint64_t total = 0;
	for (size_t i = 0; i < s->img->target.n_layers; i++)
		total += s->img->target.layers[i].stored_bytes;
	if (s->req->total)
		s->req->total(s->req->progress_ctx, total);
	DD_TRY(new_results(s, s->img->target.n_layers, err));
	dd_pool_run(s->n_layers, s->req->jobs, run_job, s);
	/* The lowest layer's failure is told, whichever came first in time. */
	for (size_t i = 0; i < s->n_layers; i++) {
		if (s->results[i].code != DD_OK) {
			dd_err_copy(err, &s->results[i].err);
			return dd_wrap(err, "%s", DD_QUOTE(s->img->target.name));
		}
		dd_layer_facts_move(&s->facts[i], &s->results[i].facts);
	}
	return DD_OK;
}

/* What the bytes turned out to be goes into the target's layers. */
static enum dd_code describe_layers(struct scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	for (size_t i = 0; i < s->n_layers; i++) {
		struct dd_layer *l = &inv->target.layers[i];
		char text[DD_DIGEST_TEXT_MAX];
		l->bytes = s->facts[i].bytes;
		l->entries = s->facts[i].n_entries;
		l->from_cache = s->results[i].from_cache;
		if (l->diff_id.n == 0 && s->facts[i].has_diff_id)
			l->diff_id = dd_arena_str(&inv->arena, dd_str_from(dd_digest_text(&s->facts[i].diff_id, text)));
		if (l->diff_id.n && !l->diff_id.p)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* ---- secrets ---- */

/* Secrets in the clear are in no record. */
static bool keeps_clear(const struct scan *s)
{
	return s->req->secrets && dd_secret_detector_keeps_clear(s->req->secrets);
}

static bool reveals(const struct scan *s)
{
	return s->req->secrets && dd_secret_detector_options(s->req->secrets)->reveal;
}

/* Those of the image's documents; inv->target shows them redacted from here on. */
static enum dd_code search_documents(struct scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	if (!s->req->secrets)
		return s->req->redactor ? dd_redact_target(s->req->redactor, &inv->target, &inv->arena, err) : DD_OK;
	DD_TRY(dd_image_read_attestations(s->img, err));
	DD_TRY(dd_config_secrets_find(s->req->secrets, s->img, &s->config, err));
	return reveals(s) ? DD_OK : dd_config_secrets_redact(&s->config, &inv->arena, &inv->target, err);
}

/* ---- a known image ---- */

/* The image's stored bytes are those of an earlier scan, and all its layers' facts are there: nothing is opened. */
static bool use_record(struct scan *s, const struct dd_digest *identity, struct dd_inventory *inv)
{
	struct dd_err ignored;
	if (!dd_image_record_get(s->req->cache, identity, s->req->secrets, dd_str_from(s->req->image.target), inv,
				 &s->config) ||
	    new_results(s, inv->target.n_layers, &ignored) != DD_OK)
		return false;
	for (size_t i = 0; i < s->n_layers; i++) {
		struct dd_digest diff_id;
		if (dd_digest_parse(inv->target.layers[i].diff_id, &diff_id, NULL) != DD_OK ||
		    !dd_layer_facts_cached(&s->env, &diff_id, &s->facts[i]))
			return false;
		s->results[i].from_cache = true;
	}
	return true;
}

static void drop_results(struct scan *s)
{
	for (size_t i = 0; i < s->n_layers; i++) {
		dd_layer_facts_done(&s->results[i].facts);
		dd_layer_facts_done(&s->facts[i]);
	}
	dd_freep(&s->results);
	dd_freep(&s->facts);
	s->n_layers = 0;
}

static bool try_record(struct scan *s, const struct dd_digest *identity, struct dd_inventory *inv)
{
	if (s->req->cache && !keeps_clear(s) && use_record(s, identity, inv))
		return true;
	drop_results(s);
	dd_config_secrets_done(&s->config);
	dd_config_secrets_init(&s->config);
	dd_arena_done(&inv->arena);
	*inv = (struct dd_inventory){ .arena = DD_ARENA_INIT(INVENTORY_BYTES_MAX) };
	return false;
}

static void keep_record(struct scan *s, const struct dd_inventory *inv)
{
	bool all_known = true, all_from_cache = true;
	for (size_t i = 0; i < s->n_layers; i++) {
		all_known = all_known && s->facts[i].has_diff_id;
		all_from_cache = all_from_cache && s->results[i].from_cache;
	}
	if (!s->req->cache || !s->img)
		return;
	/* A cache that cannot be written or trimmed costs time, not truth. */
	if (all_known && s->n_layers && !keeps_clear(s) && dd_image_unchanged(&s->req->image, s->img))
		(void)dd_image_record_put(s->req->cache, &s->img->identity, s->req->secrets, inv, &s->config,
					  s->img->problems.p, s->img->problems.n);
	if (!all_from_cache)
		(void)dd_cache_trim(s->req->cache, NULL);
}

/* ---- the whole ---- */

static enum dd_code open_image(struct scan *s, struct dd_err *err)
{
	return s->img ? DD_OK : dd_image_open(&s->req->image, &s->img, err);
}

static enum dd_code read_again(struct scan *s, const struct dd_walk_aliases *aliases, struct dd_err *err)
{
	DD_TRY(open_image(s, err));
	for (size_t i = 0; i < s->n_layers; i++)
		if (aliases[i].n)
			DD_TRY(dd_layer_job_aliases(&s->env, s->img, i, &aliases[i], &s->facts[i], err));
	return DD_OK;
}

/* Files that only the squashed view shows to be wanted (a database behind a link) are fetched by a second look. */
static enum dd_code look_again(struct scan *s, struct dd_squash *q, struct dd_err *err)
{
	bool any = false;
	struct dd_walk_aliases *aliases = dd_alloc_zero(s->n_layers, sizeof *aliases);
	if (!aliases)
		return dd_fail_nomem(err);
	enum dd_code code = dd_squash_unseen(q, aliases, &any, err);
	if (code == DD_OK && any)
		code = read_again(s, aliases, err);
	if (code == DD_OK && any)
		code = dd_squash_locate(q, err);
	for (size_t i = 0; i < s->n_layers; i++)
		dd_walk_aliases_done(&aliases[i]);
	dd_free(aliases);
	return code;
}

static enum dd_code squash(struct scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	struct dd_squash q;
	enum dd_code code = dd_squash_new(&q, s->facts, s->n_layers, err);
	if (code == DD_OK)
		code = look_again(s, &q, err);
	bool layers = !dd_image_is_tree(&inv->target);
	if (code == DD_OK)
		code = dd_inventory_fill(&q, layers, inv, err);
	if (code == DD_OK && s->req->secrets)
		code = dd_inventory_secrets(&q, layers, &s->config, dd_secret_detector_rules(s->req->secrets), inv,
					    err);
	dd_squash_done(&q);
	return code;
}

static enum dd_code copy_str(struct dd_arena *a, struct dd_str *s, struct dd_err *err)
{
	*s = s->n ? dd_arena_str(a, *s) : DD_STR("");
	return s->p ? DD_OK : dd_fail_nomem(err);
}

/* Problems that the image's documents had, before those of its layers. */
static enum dd_code add_image_problems(struct dd_inventory *inv, const struct dd_problem *p, size_t n,
				       struct dd_err *err)
{
	struct dd_problem *all = dd_arena_array(&inv->arena, inv->n_problems + n, sizeof *all);
	if (!all)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		all[i] = p[i];
		DD_TRY(copy_str(&inv->arena, &all[i].path, err));
		DD_TRY(copy_str(&inv->arena, &all[i].analyzer, err));
		DD_TRY(copy_str(&inv->arena, &all[i].text, err));
	}
	if (inv->n_problems)
		memcpy(all + n, inv->problems, inv->n_problems * sizeof *all);
	inv->problems = all;
	inv->n_problems += n;
	return DD_OK;
}

static enum dd_code scan_all(struct scan *s, struct dd_inventory *inv, struct dd_err *err)
{
	struct dd_digest identity;
	bool known = dd_image_early_identity(&s->req->image, &identity) && try_record(s, &identity, inv);
	if (!known) {
		DD_TRY(open_image(s, err));
		known = s->img->has_identity && try_record(s, &s->img->identity, inv);
	}
	if (!known) {
		if (dd_target_copy(&s->img->target, &inv->arena, &inv->target) != DD_OK)
			return dd_fail_nomem(err);
		DD_TRY(search_documents(s, inv, err));
		DD_TRY(read_layers(s, err));
	}
	DD_TRY(describe_layers(s, inv, err));
	/* The record's problems (of a known image) are in inv already; they come first either way. */
	struct dd_problem *before = inv->problems;
	size_t n_before = inv->n_problems;
	if (!known) {
		before = s->img->problems.p;
		n_before = s->img->problems.n;
		keep_record(s, inv);
	}
	DD_TRY(squash(s, inv, err));
	DD_TRY(add_image_problems(inv, s->config.problems.p, s->config.problems.n, err));
	return add_image_problems(inv, before, n_before, err);
}

/* What others wrote into a bill of materials is shown, too. */
static enum dd_code redact_sbom(const struct dd_scan_request *req, struct dd_inventory *inv, struct dd_err *err)
{
	const struct dd_secret_detector *d = req->secrets ? req->secrets : req->redactor;
	if (!d || dd_secret_detector_options(d)->reveal)
		return DD_OK;
	enum dd_code code = dd_redact_target(d, &inv->target, &inv->arena, err);
	if (code != DD_OK)
		dd_inventory_done(inv);
	return code;
}

enum dd_code dd_scan_image(const struct dd_scan_request *req, struct dd_inventory *ret, struct dd_err *err)
{
	bool is_sbom;
	DD_TRY(dd_scan_sbom(&req->image, &is_sbom, ret, err));
	if (is_sbom)
		return redact_sbom(req, ret, err);
	bool is_git;
	DD_TRY(dd_scan_git(req, &is_git, ret, err));
	if (is_git)
		return DD_OK;
	struct scan s = { .req = req, .matcher = dd_matcher_new() };
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(INVENTORY_BYTES_MAX) };
	dd_config_secrets_init(&s.config);
	if (!s.matcher)
		return dd_fail_nomem(err);
	s.env = (struct dd_layer_job_env){ .walk = { s.matcher, req->image.spool_dir, req->secrets, NULL },
					   .cache = req->cache,
					   .progress = req->progress,
					   .progress_ctx = req->progress_ctx };
	enum dd_code code = scan_all(&s, &inv, err);
	drop_results(&s);
	dd_config_secrets_done(&s.config);
	dd_image_freep(&s.img);
	dd_matcher_freep(&s.matcher);
	if (code == DD_OK)
		*ret = inv;
	else
		dd_inventory_done(&inv);
	return code;
}
