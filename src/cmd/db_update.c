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

/* --- what came of it --- */

/* What the user can do, by enum dd_http_cause. */
static const char *advice(enum dd_http_cause cause)
{
	static const char reach[] = "check the network and the proxy (https_proxy), or name a copy with --mirror";
	static const char leave[] = "run it again later, leave it out with --source, or use --keep-going";
	static const char *const texts[] = {
		[DD_HTTP_DONE] = leave,
		[DD_HTTP_NO_HOST] = reach,
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

/* --- steps --- */

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
	if (dd_update_is_current(u, &state, inputs)) {
		if (!u->o->shared.quiet)
			(void)fprintf(stderr, "%s is up to date\n", DD_QUOTE(dd_str_from(u->db_path)));
	} else {
		state.checked = INT64_MIN;
		DD_TRY(dd_update_build_and_replace(u, &state, ret_incomplete, ret_ok, err));
		if (!*ret_ok)
			return DD_OK;
	}
	if (!(u->o->mirror && u->o->mirror[0]) && !*ret_incomplete)
		state.checked = (int64_t)time(NULL);
	(void)snprintf(state.inputs, sizeof state.inputs, "%s", inputs);
	(void)snprintf(state.program, sizeof state.program, "%s", DD_VERSION);
	return dd_update_state_write(u->db_path, &state, err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_update_options *o = in->options;
	struct dd_update u = { .o = o, .arena = DD_ARENA_INIT(DD_MIB * 64) };
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_exit result = DD_EXIT_CLEAN;
	enum dd_code code = dd_update_places(&u, &err);
	if (code == DD_OK)
		code = dd_update_plan(&u, &err);
	if (code == DD_OK && o->shared.offline && !o->list && !u.mirror_dir)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET,
			       "--offline: the purpose of this command is the network; --mirror DIRECTORY needs none");
	if (code == DD_OK && o->list)
		code = dd_update_list(&u, &err);
	else if (code == DD_OK)
		result = dd_update_run(&u, update);
	if (code != DD_OK) {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
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
