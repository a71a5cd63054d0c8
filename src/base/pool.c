/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/limits.h"

struct pool {
	atomic_size_t next;
	size_t n;
	dd_job_fn *fn;
	void *ctx;
};

static void *worker(void *arg)
{
	struct pool *p = arg;
	for (;;) {
		size_t i = atomic_fetch_add(&p->next, 1);
		if (i >= p->n)
			return NULL;
		p->fn(p->ctx, i);
	}
}

void dd_pool_run(size_t n, unsigned threads, dd_job_fn *fn, void *ctx)
{
	struct pool p = { .n = n, .fn = fn, .ctx = ctx };
	pthread_t tid[DD_JOBS_MAX];
	unsigned started = 0;
	atomic_init(&p.next, 0);
	if (threads > DD_JOBS_MAX)
		threads = DD_JOBS_MAX;
	while (started + 1 < threads && started + 1 < n && pthread_create(&tid[started], NULL, worker, &p) == 0)
		started++;
	(void)worker(&p);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(tid[i], NULL);
}

unsigned dd_cpu_count(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	int n = CPU_COUNT(&set);
	return n > 0 ? (unsigned)n : 1;
}
