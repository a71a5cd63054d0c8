/* SPDX-License-Identifier: Apache-2.0 */
/* A line on standard error that says how far the work is: only on a terminal, only when it takes longer than a second,
 * gone when it is done. No thread of its own: whoever reports progress when it is time draws. */
#ifndef DD_PROGRESS_H
#define DD_PROGRESS_H

#include <stdatomic.h>

#include "base/buf.h"

struct dd_progress {
	_Atomic uint64_t done, total; /* bytes; total 0: not known */
	_Atomic uint64_t draw_at_ns;  /* on the monotonic clock; UINT64_MAX: never */
	atomic_flag drawing;
	uint64_t started_ns;
	unsigned width;
	bool drawn;
	struct dd_str label; /* the caller's; may be hostile */
};

/* `label` stays the caller's until dd_progress_done: "reading debian.tar". Nothing is ever drawn when quiet is set or
 * standard error is no terminal. */
void dd_progress_start(struct dd_progress *p, struct dd_str label, bool quiet);
/* More work is known. Any thread, any time between start and done; p may be NULL. */
void dd_progress_expect(struct dd_progress *p, uint64_t bytes);
/* Work was done. The same. */
void dd_progress_add(struct dd_progress *p, uint64_t bytes);
/* Takes the line away; no other thread may use p any more. */
void dd_progress_done(struct dd_progress *p);

/* The line itself, at most width - 1 columns: label, bar, share, bytes, rate. */
void dd_progress_line(struct dd_str label, uint64_t done, uint64_t total, uint64_t elapsed_ns, unsigned width,
		      struct dd_buf *out);

#endif
