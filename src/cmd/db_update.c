/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db update`: the official sources → the database that scans use. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/db_cmds.h"
#include "cmd/paths.h"
#include "cmd/update.h"

static const struct dd_opt rows[] = {
	{ DD_OPT_LIST, "source", 's', "KIND[:NAME]",
	  "fetch only these sources, as in osv, osv:npm, alpine:v3.20; the database then has only them; repeatable",
	  offsetof(struct dd_update_options, sources) },
	{ DD_OPT_TEXT, "mirror", 0, "URL", "fetch from a copy of the sources: an https or http URL, or a directory",
	  offsetof(struct dd_update_options, mirror) },
	{ DD_OPT_TEXT, "ca", 0, "FILE", "trust the certificate authorities in FILE (PEM) instead of the system's",
	  offsetof(struct dd_update_options, ca) },
	{ DD_OPT_FLAG, "list", 0, NULL, "print each source with its URL and its path on a mirror, and fetch nothing",
	  offsetof(struct dd_update_options, list) },
	{ DD_OPT_FLAG, "keep-going", 0, NULL,
	  "go on when a source cannot be fetched: with its earlier copy, or without it (exit code 3)",
	  offsetof(struct dd_update_options, keep_going) },
	{ DD_OPT_FLAG, "allow-shrink", 0, NULL,
	  "replace the database even when a source has lost half of its advisories",
	  offsetof(struct dd_update_options, allow_shrink) },
	{ DD_OPT_U64, "jobs", 'j', "N", "fetch up to N files at a time (default: 4)",
	  offsetof(struct dd_update_options, shared.jobs), DD_JOBS_MAX },
	{ DD_OPT_U64, "stall", 0, "SECONDS", "give up a transfer in which nothing comes for so long (default: 30)",
	  offsetof(struct dd_update_options, stall_s), 86400 },
	{ DD_OPT_U64, "retries", 0, "N", "try again up to N times what may be a passing failure (default: 3)",
	  offsetof(struct dd_update_options, retries), 100 },
	{ DD_OPT_U64, "retry-wait", 0, "MILLISECONDS", "wait so long before the first further attempt",
	  offsetof(struct dd_update_options, retry_wait_ms), 3600000, .hidden = true },
	{ DD_OPT_END },
};

static void defaults(void *options)
{
	struct dd_update_options *o = options;
	o->retries = 3;
}

static void release(void *options)
{
	struct dd_update_options *o = options;
	dd_opt_list_done(&o->sources);
	dd_opt_list_done(&o->shared.formats);
}

/* --- places --- */

static enum dd_code make_places(struct dd_update *u, struct dd_err *err)
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

/* --- what came of it --- */

/* What the user can do, by enum dd_http_cause. */
static const char *advice(enum dd_http_cause cause)
{
	static const char reach[] = "check the network and the proxy (https_proxy), or name a copy with --mirror";
	static const char leave[] = "run it again later, leave it out with --source, or use --keep-going";
	static const char *const texts[] = {
		[DD_HTTP_DONE] = leave,
		[DD_HTTP_UNREACHABLE] = reach,
		[DD_HTTP_STALLED] = reach,
		[DD_HTTP_BROKEN] = "run it again: it goes on where the transfer ended",
		[DD_HTTP_UNTRUSTED] =
			"if a proxy or mirror has a certificate of its own authority, name that with --ca",
		[DD_HTTP_REFUSED] = leave,
		[DD_HTTP_OWN] = "see that there is room and that the cache can be written",
	};
	return texts[cause];
}

/* Says every failure; true when there was one that ends the update. */
static bool failures(const struct dd_update *u, bool *ret_incomplete)
{
	bool any = false;
	for (size_t i = 0; i < u->n; i++) {
		const struct dd_update_item *item = &u->items[i];
		struct dd_buf title DD_CLEANUP_BUF = DD_BUF_INIT(1024);
		if (item->state != DD_FEED_FAILED && item->state != DD_FEED_OLD)
			continue;
		dd_feed_title(item->feed, &title);
		*ret_incomplete = true;
		if (item->state == DD_FEED_OLD)
			dd_cmd_warn("%.*s: %.400s; going on with the earlier copy", DD_FMT(dd_buf_str(&title)),
				    item->err.message);
		else if (u->o->keep_going)
			dd_cmd_warn("%.*s: %.400s; going on without it", DD_FMT(dd_buf_str(&title)), item->err.message);
		else
			dd_cmd_warn("%.*s: %.300s; %s", DD_FMT(dd_buf_str(&title)), item->err.message,
				    u->mirror_dir
					    ? "is the mirror complete? 'drydock db update --list' names every file"
					    : advice(item->cause));
		any = any || (item->state == DD_FEED_FAILED && !u->o->keep_going);
	}
	return any;
}

static enum dd_code digest_inputs(const struct dd_update *u, char out[DD_DIGEST_TEXT_MAX], struct dd_err *err)
{
	struct dd_buf all DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MIB);
	struct dd_digest digest;
	for (size_t i = 0; i < u->n; i++) {
		const struct dd_update_item *item = &u->items[i];
		char text[DD_DIGEST_TEXT_MAX];
		if (item->state != DD_FEED_FETCHED && item->state != DD_FEED_UNCHANGED && item->state != DD_FEED_OLD)
			continue;
		dd_feed_title(item->feed, &all);
		(void)dd_buf_addf(&all, " %s %lld\n", dd_digest_text(&item->got.digest, text),
				  (long long)item->got.modified);
	}
	DD_TRY(dd_buf_check(&all, "the list of inputs", err));
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&all), &digest, err));
	(void)dd_digest_text(&digest, out);
	return DD_OK;
}

/* Is the database that is there the one that these inputs would give? */
static bool is_up_to_date(const struct dd_update *u, const struct dd_update_state *s, const char *inputs)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_database_info info;
	return strcmp(s->inputs, inputs) == 0 && strcmp(s->program, DD_VERSION) == 0 &&
	       dd_db_open(u->db_path, &db, NULL) == DD_OK && dd_db_info(db, &a, &info, NULL) == DD_OK &&
	       dd_str_eq_c(info.digest, s->database);
}

static enum dd_code replace(struct dd_update *u, struct dd_err *err)
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

/* --- steps --- */

static enum dd_code build_and_replace(struct dd_update *u, struct dd_update_state *state, bool *ret_incomplete,
				      bool *ret_ok, struct dd_err *err)
{
	struct dd_update_built built;
	DD_TRY(dd_update_build(u, &built, ret_ok, err));
	if (!*ret_ok)
		return DD_OK;
	if (atomic_load(&u->interrupt->stop))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted");
	DD_TRY(replace(u, err));
	(void)snprintf(state->database, sizeof state->database, "%s", built.digest);
	*ret_incomplete = *ret_incomplete || built.incomplete;
	if (!u->o->shared.quiet)
		say_done(u, &built);
	return DD_OK;
}

/* *ret_ok false: it failed, and why is said already. */
static enum dd_code update(struct dd_update *u, bool *ret_incomplete, bool *ret_ok, struct dd_err *err)
{
	struct dd_update_state state;
	char inputs[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_update_fetch(u, err));
	if (atomic_load(&u->interrupt->stop))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted; what was fetched is kept for the next time");
	*ret_ok = !failures(u, ret_incomplete);
	if (!*ret_ok)
		return DD_OK;
	dd_update_state_read(u->db_path, &state);
	DD_TRY(digest_inputs(u, inputs, err));
	if (is_up_to_date(u, &state, inputs)) {
		if (!u->o->shared.quiet)
			(void)fprintf(stderr, "%s is up to date\n", DD_QUOTE(dd_str_from(u->db_path)));
	} else {
		state.checked = INT64_MIN;
		DD_TRY(build_and_replace(u, &state, ret_incomplete, ret_ok, err));
		if (!*ret_ok)
			return DD_OK;
	}
	if (!(u->o->mirror && u->o->mirror[0]) && !*ret_incomplete)
		state.checked = (int64_t)time(NULL);
	(void)snprintf(state.inputs, sizeof state.inputs, "%s", inputs);
	(void)snprintf(state.program, sizeof state.program, "%s", DD_VERSION);
	return dd_update_state_write(u->db_path, &state, err);
}

static enum dd_code locked_update(struct dd_update *u, bool *ret_incomplete, bool *ret_ok, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	DD_TRY(open_work(u, &fd, err));
	DD_TRY(lock(u, fd, err));
	clean(u);
	enum dd_code code = update(u, ret_incomplete, ret_ok, err);
	clean(u);
	return code;
}

static enum dd_code update_interruptibly(struct dd_update *u, bool *ret_incomplete, bool *ret_ok, struct dd_err *err)
{
	struct dd_interrupt interrupt;
	u->interrupt = &interrupt;
	/* A file-size limit is an error of write() like a full disk, no reason to die with half of the work done. */
	(void)signal(SIGXFSZ, SIG_IGN);
	DD_TRY(dd_interrupt_start(&interrupt, err));
	enum dd_code code = locked_update(u, ret_incomplete, ret_ok, err);
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

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_update_options *o = in->options;
	struct dd_update u = { .o = o, .arena = DD_ARENA_INIT(DD_MIB * 64) };
	struct dd_err err = { .at = DD_NO_OFFSET };
	bool incomplete = false, ok = true, said = false;
	enum dd_code code = DD_OK;
	code = make_places(&u, &err);
	if (code == DD_OK)
		code = dd_update_plan(&u, &err);
	if (code == DD_OK && o->shared.offline && !o->list && !u.mirror_dir)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET,
			       "--offline: the purpose of this command is the network; --mirror DIRECTORY needs none");
	if (code == DD_OK && o->list) {
		code = dd_update_list(&u, &err);
	} else if (code == DD_OK) {
		code = update_interruptibly(&u, &incomplete, &ok, &err);
		said = code != DD_OK;
	}
	if (code != DD_OK && !said)
		dd_cmd_error(&err);
	enum dd_exit result = code == DD_OK && o->list ? DD_EXIT_CLEAN
			      : code == DD_EARG	       ? DD_EXIT_USAGE
						       : conclude(&u, code == DD_OK && ok, incomplete);
	dd_arena_done(&u.arena);
	return result;
}

const struct dd_cmd dd_cmd_db_update = {
	.name = "update",
	.summary = "fetch the official advisory sources and build the database that scans use",
	.description =
		"Fetches what has changed since the last time, in parallel; a transfer that broke goes on where it "
		"ended. "
		"The new database is built by a process without network and without other files, is read back as a "
		"whole, and replaces the old one at once. When anything fails, the old one stays and the exit code is "
		"4. "
		"The fetched files stay below 'sources' in the cache.\n\n"
		"--mirror takes the base URL of a copy, or a directory (also as file:///dir), with the paths that "
		"--list "
		"prints behind each source and its URL; a tool that keeps the server's times gives the database the "
		"right "
		"dates. A server may redirect; from https never to http. Proxies are those of the environment "
		"(https_proxy, no_proxy). Certificates are always verified, against the system's authorities, those of "
		"SSL_CERT_FILE or SSL_CERT_DIR, or those of --ca; credentials are never sent.\n\n"
		"A scan calls the database stale when its newest advisory and the last successful update from the "
		"official sources are both too old. What a mirror says counts by the advisories' dates alone: that it "
		"has "
		"nothing new does not mean that there is nothing new.",
	.examples =
		(const struct dd_example[]){
			{ "drydock db update", "all official sources" },
			{ "drydock db update --mirror https://mirror.example/advisories --ca ca.pem", "from a mirror" },
			{ "drydock db update --mirror /media/advisories",
			  "from a copy that was carried over the air gap" },
			{ "drydock db update --list", "what a mirror has to hold" },
			{ NULL } },
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_CACHE | DD_SHARE_OFFLINE,
	.options_size = sizeof(struct dd_update_options),
	.defaults = defaults,
	.release = release,
	.run = run,
};
