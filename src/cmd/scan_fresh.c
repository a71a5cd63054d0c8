/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_fresh.h"

#include <pthread.h>

#include "base/alloc.h"
#include "cmd/broker.h"
#include "cmd/progress.h"
#include "fresh/gather.h"
#include "fresh/server.h"
#include "judge/outdated/outdated.h"

enum { RETRIES = 2, RETRY_WAIT_MS = 500 };

struct dd_scan_fresh {
	const struct dd_scan_job *job;
	struct dd_fresh_server *server;
	struct dd_registry_options registry;
	struct dd_net *net; /* NULL: no_net says why */
	struct dd_err no_net;
	struct dd_progress progress;
	pthread_t thread;
	bool running;
};

void dd_scan_fresh_defaults(struct dd_scan_options *o)
{
	o->max_age = 180;
	o->upstream_packages = DD_FRESH_PACKAGES_MAX;
	o->recheck = 60;
}

static void on_bytes(void *ctx, uint64_t bytes)
{
	struct dd_scan_fresh *f = ctx;
	dd_progress_add(&f->progress, bytes);
}

enum dd_code dd_scan_fresh_new(const struct dd_scan_job *job, struct dd_scan_fresh **ret, struct dd_err *err)
{
	const struct dd_scan_options *o = job->options;
	*ret = NULL;
	if ((!o->fresh && !job->outdated) || o->shared.offline)
		return DD_OK;
	DD_CLEANUP(dd_scan_fresh_freep) struct dd_scan_fresh *f = dd_alloc_zero(1, sizeof *f);
	if (!f)
		return dd_fail_nomem(err);
	f->job = job;
	dd_broker_registry_options(&o->shared, &f->registry);
	const struct dd_fresh_options options = { .cache_dir = job->cache_dir,
						  .spool_dir = job->spool_dir,
						  .repositories = &o->repositories,
						  .keyrings = &o->keyrings,
						  .registry = &f->registry,
						  .recheck_s = o->recheck * 60,
						  .retries = RETRIES,
						  .retry_wait_ms = RETRY_WAIT_MS,
						  .progress = on_bytes,
						  .progress_ctx = f };
	DD_TRY(dd_fresh_server_new(&options, &f->server, err));
	*ret = DD_TAKE(f);
	return DD_OK;
}

void dd_scan_fresh_freep(struct dd_scan_fresh **at)
{
	struct dd_scan_fresh *f = DD_TAKE(*at);
	if (!f)
		return;
	dd_scan_fresh_finish(f);
	dd_fresh_server_freep(&f->server);
	dd_free(f);
}

/* ---- the confined side ---- */

void dd_scan_fresh_confined(struct dd_scan_fresh *f, struct dd_scan_job *job)
{
	job->upstream = f ? dd_fresh_server_confined_end(f->server) : -1;
}

enum dd_code dd_scan_fresh_judge(const struct dd_scan_job *job, const struct dd_inventory *inv, struct dd_arena *a,
				 struct dd_findings *out, struct dd_err *err)
{
	struct dd_upstreams upstreams;
	struct dd_outdated_request q = { .now = job->now, .max_age_days = job->options->max_age };
	const struct dd_fresh_wish wish = { .channel = job->upstream,
					    .max_packages = job->options->upstream_packages,
					    .now = job->now };
	if (!job->options->fresh && !job->outdated)
		return DD_OK;
	if (job->upstream >= 0) {
		DD_TRY(dd_fresh_gather(&wish, inv, a, &upstreams, err));
		q.upstreams = &upstreams;
	} else if (dd_findings_warn(out, a, "--offline: nobody was asked what is newer") != DD_OK) {
		return dd_fail_nomem(err);
	}
	return dd_judge_outdated(inv, &q, a, out, err);
}

/* ---- the side that has the network ---- */

static void *run(void *ctx)
{
	struct dd_scan_fresh *f = ctx;
	dd_fresh_server_run(f->server, f->net, &f->no_net);
	return NULL;
}

void dd_scan_fresh_start(struct dd_scan_fresh *f)
{
	if (!f)
		return;
	(void)dd_net_open(&f->net, &f->no_net);
	dd_progress_start(&f->progress, DD_STR("asking upstreams"), f->job->options->shared.quiet);
	f->running = pthread_create(&f->thread, NULL, run, f) == 0;
	if (!f->running) /* nobody answers: the confined side is told so by the closed end */
		dd_fresh_server_freep(&f->server);
}

void dd_scan_fresh_finish(struct dd_scan_fresh *f)
{
	if (!f || !f->running)
		return;
	(void)pthread_join(f->thread, NULL);
	f->running = false;
	dd_progress_done(&f->progress);
	dd_net_closep(&f->net);
}
