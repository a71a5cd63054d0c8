/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that read a git repository share; internal to scan/git_*.c and scan_git.c. */
#ifndef DD_GIT_PARTS_H
#define DD_GIT_PARTS_H

#include <git2.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/problem.h"
#include "scan/git_library.h"
#include "secret/detector.h"

/* clang-format off */
#define DD_GIT_FUNCTIONS(X)                                                                                            \
	X(error_last) X(libgit2_init) X(libgit2_opts) X(libgit2_shutdown) X(odb_foreach) X(odb_free) X(odb_hash)       \
	X(odb_object_data) X(odb_object_free) X(odb_object_size) X(odb_object_type) X(odb_read) X(odb_read_header)     \
	X(ignore_path_is_ignored) X(reference_list) X(reference_name_to_id) X(repository_free) X(repository_is_bare)   \
	X(repository_is_shallow) X(repository_odb) X(repository_open_ext) X(repository_path) X(strarray_dispose)
/* clang-format on */

struct dd_git_library {
	void *handle;
#define DD_GIT_MEMBER(name) __typeof__(git_##name) *name;
	DD_GIT_FUNCTIONS(DD_GIT_MEMBER)
#undef DD_GIT_MEMBER
};
/* libgit2's last failure on this thread as ours: "what: why". */
enum dd_code dd_git_failure(const struct dd_git_library *g, const char *what, struct dd_err *err);

enum {
	DD_GIT_ID_BYTES = 20,
	DD_GIT_COMMITS_MAX = 5000000, /* Linux has 1.3 million */
	DD_GIT_BLOBS_MAX = 20000000,  /* … and 3 million of these */
	DD_GIT_PATH_DEPTH_MAX = 1024,
	DD_GIT_PROBLEMS_MAX = 100, /* told one by one */
};
#define DD_GIT_BLOB_BYTES_MAX  (512 * DD_MIB) /* libgit2 has an object whole in memory */
#define DD_GIT_TEXT_BYTES_MAX  (64 * DD_MIB)  /* of a commit or tree */
#define DD_GIT_ARENA_BYTES_MAX (4 * DD_GIB)

struct dd_git_commit {
	unsigned char id[DD_GIT_ID_BYTES], tree[DD_GIT_ID_BYTES];
	int64_t time; /* of the committer */
	struct dd_str author, date;
	size_t parents, n_parents; /* in dd_git_history.parents */
	bool emitted;
};

/* Something to search. */
struct dd_git_blob {
	const unsigned char *id; /* of a file's content, a commit (its message) or a tag */
	struct dd_str path;	 /* at HEAD where it is there, else where it was first */
	uint32_t commit;	 /* that brought it first, index; DD_MAP_NONE: nobody knows */
	bool live;		 /* a file of HEAD has it */
};

struct dd_git_history {
	const struct dd_git_library *git;
	git_repository *repository;
	git_odb *odb;
	struct dd_arena arena;
	DD_VEC(struct dd_git_commit) commits;
	DD_VEC(const unsigned char *) parents; /* ids */
	DD_VEC(uint32_t) order;		       /* commits, parents first */
	DD_VEC(struct dd_git_blob) blobs;
	DD_VEC(struct dd_problem) problems;
	uint64_t missing;	    /* objects that should be there */
	struct dd_map seen_commits; /* id → index into commits, DD_GIT_LOST for one that cannot be read */
	struct dd_map seen_trees;
	struct dd_map seen_blobs; /* id → index into blobs */
};
#define DD_GIT_LOST (DD_MAP_NONE - 1)

/* Opens the repository at path and nothing else; bare ones and worktrees too. DD_EARG: it is none. DD_EUNSUPPORTED: of
 * a kind that libgit2 does not read. h is released with _done, on failure too. */
enum dd_code dd_git_history_open(struct dd_git_history *h, const struct dd_git_library *git, const char *path,
				 struct dd_err *err);
/* Finds every blob of every commit, each once with the first commit that brought it, and the messages of commits and
 * tags; also of what only a reflog or nothing at all refers to any more. */
enum dd_code dd_git_history_read(struct dd_git_history *h, struct dd_err *err);
void dd_git_history_done(struct dd_git_history *h);
/* text is formatted; counted beyond DD_GIT_PROBLEMS_MAX. DD_ENOMEM. */
enum dd_code dd_git_problem(struct dd_git_history *h, struct dd_str path, struct dd_err *err, const char *fmt, ...)
	DD_PRINTF(4, 5);
/* Files beside the history: those of the working tree that are not as HEAD has them, untracked ones, and the
 * repository's own texts (configuration, hooks, logs). Calls file for each with its path below dir; own: one of
 * the repository's texts. */
struct dd_git_file_visitor {
	void *ctx;
	enum dd_code (*file)(void *ctx, bool own, struct dd_str path, struct dd_str content, struct dd_err *err);
};
enum dd_code dd_git_files_each(struct dd_git_history *h, const char *dir, const struct dd_git_file_visitor *visitor,
			       struct dd_err *err);

#endif
