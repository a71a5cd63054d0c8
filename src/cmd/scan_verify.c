/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/scan_verify.h"

#include <pthread.h>

#include "base/alloc.h"
#include "probe/probe_server.h"

struct dd_scan_verify {
	struct dd_probe_server *server;
	struct dd_net *net; /* NULL: no_net says why */
	struct dd_err no_net;
	pthread_t thread;
	bool running;
};

enum dd_code dd_scan_verify_new(const struct dd_scan_job *job, struct dd_scan_verify **ret, struct dd_err *err)
{
	*ret = NULL;
	if (!job->options->verify || job->options->no_secrets)
		return DD_OK;
	if (job->options->shared.offline)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "--verify asks the providers of credentials, which --offline forbids");
	DD_CLEANUP(dd_scan_verify_freep) struct dd_scan_verify *v = dd_alloc_zero(1, sizeof *v);
	if (!v)
		return dd_fail_nomem(err);
	DD_TRY(dd_probe_server_new(NULL, &v->server, err));
	*ret = DD_TAKE(v);
	return DD_OK;
}

void dd_scan_verify_freep(struct dd_scan_verify **at)
{
	struct dd_scan_verify *v = DD_TAKE(*at);
	if (!v)
		return;
	dd_scan_verify_finish(v);
	dd_probe_server_freep(&v->server);
	dd_free(v);
}

/* ---- the confined side ---- */

void dd_scan_verify_confined(struct dd_scan_verify *v, struct dd_scan_job *job)
{
	job->providers = v ? dd_probe_server_confined_end(v->server) : -1;
}

enum dd_code dd_scan_verify_ask(const struct dd_scan_job *job, struct dd_inventory *inv, struct dd_findings *out,
				struct dd_arena *a, struct dd_err *err)
{
	size_t left = 0;
	if (job->providers < 0)
		return DD_OK;
	DD_TRY(dd_probe_ask_all(job->providers, inv->secrets, inv->n_secrets, a, &left, err));
	if (left && dd_findings_warn(out, a, "--verify: the providers of %zu further credentials were not asked",
				     left) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* ---- the side that has the network ---- */

static void *run(void *ctx)
{
	struct dd_scan_verify *v = ctx;
	dd_probe_server_run(v->server, v->net, &v->no_net);
	return NULL;
}

void dd_scan_verify_start(struct dd_scan_verify *v)
{
	if (!v)
		return;
	(void)dd_net_open(&v->net, &v->no_net);
	v->running = pthread_create(&v->thread, NULL, run, v) == 0;
	if (!v->running) /* nobody answers: the confined side is told so by the closed end */
		dd_probe_server_freep(&v->server);
}

void dd_scan_verify_finish(struct dd_scan_verify *v)
{
	if (!v || !v->running)
		return;
	(void)pthread_join(v->thread, NULL);
	v->running = false;
	dd_net_closep(&v->net);
}
