/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/interrupt.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_NS = 100000000 };

static void fill(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGHUP);
}

static void *watch(void *ctx)
{
	struct dd_interrupt *i = ctx;
	const struct timespec look = { .tv_nsec = LOOK_NS };
	sigset_t set;
	fill(&set);
	while (!atomic_load(&i->finished)) {
		int sig = sigtimedwait(&set, NULL, &look);
		if (sig <= 0)
			continue;
		if (atomic_exchange(&i->signal, sig) != 0)
			_exit(128 + sig); /* asked twice */
		atomic_store(&i->stop, true);
		int child = atomic_load(&i->child);
		if (child > 0)
			(void)kill(child, sig);
	}
	return NULL;
}

enum dd_code dd_interrupt_start(struct dd_interrupt *i, struct dd_err *err)
{
	sigset_t set;
	atomic_init(&i->stop, false);
	atomic_init(&i->child, 0);
	atomic_init(&i->signal, 0);
	atomic_init(&i->finished, false);
	fill(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, &i->before);
	if (pthread_create(&i->thread, NULL, watch, i) == 0)
		return DD_OK;
	(void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "cannot start a thread");
}

void dd_interrupt_finish(struct dd_interrupt *i)
{
	atomic_store(&i->finished, true);
	(void)pthread_join(i->thread, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
	int sig = atomic_load(&i->signal);
	if (sig == 0)
		return;
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

void dd_interrupt_child(const struct dd_interrupt *i)
{
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
}
