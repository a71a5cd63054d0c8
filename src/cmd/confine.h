/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the part of a command that touches hostile bytes in a child process of its own, under the sandbox. What it wants
 * to write to the outside goes through memory files that the parent opened: the child itself can write nowhere but
 * below the sandbox's write paths. A crash of the child is an error of the parent, never a half-written report. */
#ifndef DD_CONFINE_H
#define DD_CONFINE_H

#include <stdatomic.h>

#include "base/sandbox.h"
#include "cmd/cmd.h"

enum { DD_CONFINE_OUTPUTS_MAX = 16 };

struct dd_confined {
	const struct dd_sandbox *sandbox;
	atomic_int *child; /* shows the child's pid while it runs, else 0; may be NULL */
	bool verbose;	   /* say on standard error when the kernel lacks a half of the sandbox */
	size_t n_outputs;
	/* What must be done before the sandbox is entered (libraries, machine code); no hostile image is open yet. An
	 * error ends the child with its message and exit code. NULL: nothing. */
	enum dd_code (*prepare)(void *ctx, struct dd_err *err);
	/* The work; outputs[0..n_outputs) are empty, writable files. Its messages go to standard error. */
	enum dd_exit (*run)(void *ctx, const int *outputs);
	/* What this process does for the child while it runs; returns when the child is gone. NULL: it waits. */
	void (*serve)(void *ctx);
	void *ctx;
};

/* *ret is what run returned; ret_outputs[i] are the files that it filled, owned by the caller. An error: the child
 * could not be started or was killed by a signal. */
enum dd_code dd_confine(const struct dd_confined *c, int *ret_outputs, enum dd_exit *ret, struct dd_err *err);

#endif
