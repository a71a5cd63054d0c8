/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C for commands that have something to clean up: a thread takes SIGINT, SIGTERM and SIGHUP and sets a flag that
 * the work looks at. A handler could only do that with global variables. */
#ifndef DD_INTERRUPT_H
#define DD_INTERRUPT_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"

struct dd_interrupt {
	atomic_bool stop;  /* the work should end soon */
	atomic_int child;  /* pid of a child to end with the signal, 0: none */
	atomic_int signal; /* that came, 0: none */
	atomic_bool finished;
	pthread_t thread;
	sigset_t before;
};

/* Blocks the signals in the calling thread and those started later, and starts the thread. A second signal ends the
 * process at once. */
enum dd_code dd_interrupt_start(struct dd_interrupt *i, struct dd_err *err);
/* Ends the thread and gives the signals back. When one came, the process ends by it: the shell sees what happened. */
void dd_interrupt_finish(struct dd_interrupt *i);
/* In a forked child: the signals end it, as they do by default. */
void dd_interrupt_child(const struct dd_interrupt *i);

#endif
