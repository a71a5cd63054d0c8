/* SPDX-License-Identifier: Apache-2.0 */
/* What the process may still do once its inputs are open: parsing needs no network, no other program and no file but
 * the named ones. Landlock (read-only view of the file system) and seccomp (system calls). Cannot be undone. */
#ifndef DD_SANDBOX_H
#define DD_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

struct dd_sandbox {
	const char *const *read_paths; /* NULL-terminated: files and directory trees that may be read */
	const char *const
		*write_paths; /* NULL-terminated: directory trees that may be read and written (cache, outputs) */
};

/* Which halves the kernel could give; text for --verbose in `why` when one is missing. */
struct dd_sandbox_state {
	bool landlock, seccomp;
	char why[200];
};

/* Applies to the calling thread and to threads it starts later: call before any is started. Denied calls fail with
 * EPERM or EACCES, they do not kill. A path of read_paths that does not exist is skipped, one of write_paths is DD_EIO.
 * Nothing is readable but read_paths, /proc and /dev included; files that are open already stay usable. A kernel
 * without Landlock or seccomp is not an error: ret says so. */
enum dd_code dd_sandbox_enter(const struct dd_sandbox *s, struct dd_sandbox_state *ret, struct dd_err *err);

#endif
