/* SPDX-License-Identifier: Apache-2.0 */
/* What every command that replaces the database does around its work: one at a time, interruptible, the old database
 * kept until the new one is whole. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/db_cmds.h"
#include "cmd/paths.h"
#include "cmd/update.h"

/* --- places --- */

enum dd_code dd_update_places(struct dd_update *u, struct dd_err *err)
{
	struct dd_buf cache DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX), db DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	DD_TRY(dd_path_cache(&u->o->shared, &cache, err));
	DD_TRY(dd_path_updated_database(&u->o->shared, &db, err));
	u->cache = dd_arena_c(&u->arena, dd_buf_str(&cache));
	u->db_path = dd_arena_c(&u->arena, dd_buf_str(&db));
	u->work = u->cache ? dd_arena_printf(&u->arena, "%s/update", u->cache).p : NULL;
	return u->work && u->db_path ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code open_work(struct dd_update *u, int *ret_fd, struct dd_err *err)
{
	DD_TRY(dd_mkdirs(u->work, err));
	int fd = open(u->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(u->work)));
	*ret_fd = fd;
	return DD_OK;
}

/* One update of a cache at a time. The lock is the work directory's own: it goes with the process. */
static enum dd_code lock(struct dd_update *u, int fd, struct dd_err *err)
{
	const struct timespec look = { .tv_nsec = 100000000 };
	bool said = u->o->shared.quiet;
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return dd_fail_errno(err, "cannot lock %s", DD_QUOTE(dd_str_from(u->work)));
		if (atomic_load(&u->interrupt->stop))
			return dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted");
		if (!said)
			dd_cmd_warn("another update of this database is at work; waiting for it");
		said = true;
		(void)nanosleep(&look, NULL);
	}
	return DD_OK;
}

/* What an update that was killed may have left. */
static void clean(const struct dd_update *u)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DIR *d = opendir(u->work);
	for (struct dirent *e; d && (e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		dd_buf_clear(&path);
		(void)dd_buf_addf(&path, "%s/%s", u->work, e->d_name);
		if (dd_buf_c(&path))
			(void)unlink(dd_buf_c(&path));
	}
	if (d)
		(void)closedir(d);
}

/* Is the database that is there the one that these inputs would give? */
bool dd_update_is_current(const struct dd_update *u, const struct dd_update_state *s, const char *inputs)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_database_info info;
	return strcmp(s->inputs, inputs) == 0 && strcmp(s->program, DD_VERSION) == 0 &&
	       dd_db_open(u->db_path, &db, NULL) == DD_OK && dd_db_info(db, &a, &info, NULL) == DD_OK &&
	       dd_str_eq_c(info.digest, s->database);
}

enum dd_code dd_update_replace(struct dd_update *u, struct dd_err *err)
{
	const char *new_path = dd_arena_printf(&u->arena, "%s/new.db", u->work).p;
	if (!new_path)
		return dd_fail_nomem(err);
	if (rename(new_path, u->db_path) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(u->db_path)));
	return DD_OK;
}

static void say_done(const struct dd_update *u, const struct dd_update_built *built)
{
	char size[16];
	dd_update_say(u);
	(void)fprintf(stderr, "%s: %llu advisories on %llu vulnerabilities in %llu packages, %s\n",
		      DD_QUOTE(dd_str_from(u->db_path)), (unsigned long long)built->advisories,
		      (unsigned long long)built->vulns, (unsigned long long)built->packages,
		      dd_human_bytes(built->file_bytes, size));
}

enum dd_code dd_update_build_and_replace(struct dd_update *u, struct dd_update_state *state, bool *ret_incomplete,
					 bool *ret_ok, struct dd_err *err)
{
	struct dd_update_built built;
	DD_TRY(dd_update_build(u, &built, ret_ok, err));
	if (!*ret_ok)
		return DD_OK;
	if (atomic_load(&u->interrupt->stop))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted");
	DD_TRY(dd_update_replace(u, err));
	(void)snprintf(state->database, sizeof state->database, "%s", built.digest);
	*ret_incomplete = *ret_incomplete || built.incomplete;
	if (!u->o->shared.quiet)
		say_done(u, &built);
	return DD_OK;
}

static enum dd_code locked(struct dd_update *u, dd_update_work_fn *work, bool *ret_incomplete, bool *ret_ok,
			   struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	DD_TRY(open_work(u, &fd, err));
	DD_TRY(lock(u, fd, err));
	clean(u);
	enum dd_code code = work(u, ret_incomplete, ret_ok, err);
	clean(u);
	return code;
}

static enum dd_code interruptibly(struct dd_update *u, dd_update_work_fn *work, bool *ret_incomplete, bool *ret_ok,
				  struct dd_err *err)
{
	struct dd_interrupt interrupt;
	u->interrupt = &interrupt;
	/* A file-size limit is an error of write() like a full disk, no reason to die with half of the work done. */
	(void)signal(SIGXFSZ, SIG_IGN);
	DD_TRY(dd_interrupt_start(&interrupt, err));
	enum dd_code code = locked(u, work, ret_incomplete, ret_ok, err);
	if (code != DD_OK)
		dd_cmd_error(err);
	dd_interrupt_finish(&interrupt);
	return code;
}

static enum dd_exit conclude(const struct dd_update *u, bool ok, bool incomplete)
{
	if (ok)
		return incomplete ? DD_EXIT_INCOMPLETE : DD_EXIT_CLEAN;
	if (access(u->db_path, F_OK) == 0)
		dd_cmd_warn("the old database is kept");
	else
		dd_cmd_warn("there is no database yet");
	return DD_EXIT_CANNOT_RUN;
}

enum dd_exit dd_update_run(struct dd_update *u, dd_update_work_fn *work)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	bool incomplete = false, ok = true;
	enum dd_code code = interruptibly(u, work, &incomplete, &ok, &err);
	if (code == DD_EARG)
		return DD_EXIT_USAGE;
	return conclude(u, code == DD_OK && ok, incomplete);
}
