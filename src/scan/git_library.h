/* SPDX-License-Identifier: Apache-2.0 */
/* libgit2, loaded when a repository is the target (base/lazylib.h says why), and held to reading: no configuration but
 * the repository's own, no filters, no network, and whoever owns the files. */
#ifndef DD_GIT_LIBRARY_H
#define DD_GIT_LIBRARY_H

#include "base/arena.h"
#include "base/err.h"

struct dd_git_library; /* read-only after opening: shared by threads */

/* Before the sandbox is entered. DD_EUNSUPPORTED: not installed; names the package to install. */
enum dd_code dd_git_library_open(struct dd_git_library **ret, struct dd_err *err);
void dd_git_library_freep(struct dd_git_library **g);

/* Where the repository lies that dir (a linked worktree, a submodule) points at and may be read with it; NULL: dir
 * holds it itself, is none, or points at a place that is not its own. Lives in a. */
const char *dd_git_linked_place(const char *dir, struct dd_arena *a);

#endif
