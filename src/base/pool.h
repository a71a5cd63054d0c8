/* SPDX-License-Identifier: Apache-2.0 */
/* Runs n independent jobs on up to `threads` threads. A job cannot fail: its failure is part of its own record. Jobs
 * are started in the order of their index; results are read by index, so that output never depends on timing. */
#ifndef DD_POOL_H
#define DD_POOL_H

#include <stddef.h>

typedef void dd_job_fn(void *ctx, size_t index);

/* Calls fn(ctx, i) once for each i < n and returns when all have returned. With threads <= 1, or where no thread can
 * be started, the caller's thread does the work. */
void dd_pool_run(size_t n, unsigned threads, dd_job_fn *fn, void *ctx);
/* Processors that this process may use, at least 1. */
unsigned dd_cpu_count(void);

#endif
