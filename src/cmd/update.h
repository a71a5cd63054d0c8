/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `db update`, in the order in which they run: plan (which files, from where), fetch (the network; nothing
 * that comes is looked into but its first bytes), build (a confined child without network reads it all and makes the
 * database), replace. Until the last step the old database is untouched. */
#ifndef DD_UPDATE_H
#define DD_UPDATE_H

#include "base/arena.h"
#include "cmd/cmd.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "cmd/update_state.h"
#include "db/feeds.h"
#include "net/download.h"

struct dd_update_options {
	struct dd_shared_options shared;
	struct dd_opt_list sources;
	const char *mirror, *ca;
	uint64_t stall_s, retries, retry_wait_ms;
	bool keep_going, list, allow_shrink;
};

enum dd_feed_state {
	DD_FEED_PENDING,
	DD_FEED_FETCHED,
	DD_FEED_UNCHANGED,
	DD_FEED_OLD,	/* could not be fetched; the earlier copy stands in (--keep-going) */
	DD_FEED_ABSENT, /* one that may be missing, and is */
	DD_FEED_FAILED,
};

struct dd_update_item {
	const struct dd_feed *feed;
	const char *url, *path; /* arena; url NULL: path lies below a mirror that is a directory */
	enum dd_feed_state state;
	struct dd_downloaded got; /* FETCHED, UNCHANGED, OLD */
	struct dd_err err;	  /* FAILED, OLD */
	enum dd_http_cause cause;
	uint64_t advisories; /* that the builder read in it */
};

struct dd_update {
	const struct dd_update_options *o;
	struct dd_arena arena;
	struct dd_interrupt *interrupt;
	const char *cache, *work, *db_path; /* directories: the cache, private files of this run; the database */
	const char *mirror_dir;		    /* mirror that is a directory, NULL: none */
	struct dd_update_item *items;
	size_t n;
	struct dd_progress progress;
};

/* items, mirror_dir. DD_EARG: --source or --mirror makes no sense. */
enum dd_code dd_update_plan(struct dd_update *u, struct dd_err *err);
/* Fills states. An error: something that concerns all of them; failures of single feeds are theirs. */
enum dd_code dd_update_fetch(struct dd_update *u, struct dd_err *err);

struct dd_update_built {
	bool incomplete; /* records were left out; said already */
	uint64_t advisories, vulns, packages, file_bytes;
	char digest[DD_DIGEST_TEXT_MAX];
};
/* Builds work/new.db, checks it and compares it with the old one. Messages of single feeds are printed. False: said
 * already, there is none. */
enum dd_code dd_update_build(struct dd_update *u, struct dd_update_built *ret, bool *ret_ok, struct dd_err *err);

/* cache, work and db_path, as the shared options say. */
enum dd_code dd_update_places(struct dd_update *u, struct dd_err *err);
/* Does the database that is there come from these inputs and this program? */
bool dd_update_is_current(const struct dd_update *u, const struct dd_update_state *s, const char *inputs);
/* dd_update_build, and the new database in the place of the old one; state->database is its digest then. *ret_ok false:
 * it failed, and why is said already. */
enum dd_code dd_update_build_and_replace(struct dd_update *u, struct dd_update_state *state, bool *ret_incomplete,
					 bool *ret_ok, struct dd_err *err);
/* work/new.db, whole and checked, in the place of the old database. */
enum dd_code dd_update_replace(struct dd_update *u, struct dd_err *err);

/* What a command does between locking and unlocking the work directory; it is emptied before and after. u->interrupt
 * says when to stop. *ret_ok false: it failed, and why is said already. */
typedef enum dd_code dd_update_work_fn(struct dd_update *u, bool *ret_incomplete, bool *ret_ok, struct dd_err *err);
/* Says what failed, and that the old database is kept. */
enum dd_exit dd_update_run(struct dd_update *u, dd_update_work_fn *work);

/* The summary: a line a feed. */
void dd_update_say(const struct dd_update *u);
/* KIND:NAME, URL and path below a mirror, with tabs between, a line a feed. */
enum dd_code dd_update_list(const struct dd_update *u, struct dd_err *err);

#endif
