/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "cmd/update.h"

struct fetch {
	struct dd_update *u;
	const struct dd_net *net;
	struct dd_http_options http;
	pthread_mutex_t lock;		   /* of idle */
	struct dd_http *idle[DD_JOBS_MAX]; /* clients with open connections */
	size_t n_idle;
	atomic_bool failed; /* one has: without --keep-going the rest need not begin */
};

static struct dd_http *take_client(struct fetch *f, struct dd_err *err)
{
	struct dd_http *c = NULL;
	(void)pthread_mutex_lock(&f->lock);
	if (f->n_idle)
		c = f->idle[--f->n_idle];
	(void)pthread_mutex_unlock(&f->lock);
	if (!c && dd_http_new(f->net, &f->http, &c, err) != DD_OK)
		return NULL;
	return c;
}

static void give_client(struct fetch *f, struct dd_http *c)
{
	(void)pthread_mutex_lock(&f->lock);
	f->idle[f->n_idle++] = c; /* never more than threads */
	(void)pthread_mutex_unlock(&f->lock);
}

static enum dd_code check(const void *ctx, struct dd_str bytes, struct dd_err *err)
{
	return dd_feed_check(ctx, bytes, err);
}

static void on_expect(void *ctx, uint64_t bytes)
{
	dd_progress_expect(ctx, bytes);
}

static void on_progress(void *ctx, uint64_t bytes)
{
	dd_progress_add(ctx, bytes);
}

/* A failure that an earlier copy or the feed's own nature makes good. */
static void settle(struct fetch *f, struct dd_update_item *item, enum dd_code code)
{
	struct dd_downloaded kept;
	bool have = item->url && dd_download_kept(item->path, &kept, NULL) == DD_OK;
	if (code == DD_ENOTFOUND && item->feed->maybe && !have) {
		item->state = DD_FEED_ABSENT;
		return;
	}
	item->state = DD_FEED_FAILED;
	if (f->u->o->keep_going && have) {
		item->got = kept;
		item->state = DD_FEED_OLD;
	}
	if (item->state == DD_FEED_FAILED)
		atomic_store(&f->failed, true);
}

static void fetch_one(void *ctx, size_t index)
{
	struct fetch *f = ctx;
	struct dd_update *u = f->u;
	struct dd_update_item *item = &u->items[index];
	item->err.at = DD_NO_OFFSET;
	if (atomic_load(&u->interrupt->stop) || (atomic_load(&f->failed) && !u->o->keep_going))
		return;
	struct dd_http *c = take_client(f, &item->err);
	if (!c) {
		settle(f, item, DD_ENOMEM);
		return;
	}
	const struct dd_download d = {
		.url = item->url,
		.path = item->path,
		.max_bytes = dd_feed_bytes_max(item->feed),
		.retries = (unsigned)u->o->retries,
		.retry_wait_ms = (unsigned)u->o->retry_wait_ms,
		.stop = &u->interrupt->stop,
		.check = check,
		.check_ctx = item->feed,
		.expect = on_expect,
		.progress = on_progress,
		.progress_ctx = &u->progress,
	};
	enum dd_code code = dd_download(c, &d, &item->got, &item->err);
	item->cause = dd_http_cause(c);
	give_client(f, c);
	if (code != DD_OK)
		settle(f, item, code);
	else
		item->state = item->got.changed ? DD_FEED_FETCHED : DD_FEED_UNCHANGED;
}

/* A file of a mirror that is a directory: read where it is. */
static void look_at(struct fetch *f, struct dd_update_item *item)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct stat st;
	item->err.at = DD_NO_OFFSET;
	item->cause = DD_HTTP_DONE;
	enum dd_code code = dd_map_file_open(&file, item->path, dd_feed_bytes_max(item->feed), &item->err);
	if (code == DD_OK && dd_feed_check(item->feed, file.bytes, &item->err) != DD_OK)
		code = dd_wrap(&item->err, "%s", DD_QUOTE(dd_str_from(item->path)));
	if (code == DD_OK)
		code = dd_digest_of(DD_SHA256, file.bytes, &item->got.digest, &item->err);
	if (code != DD_OK) {
		settle(f, item, code);
		return;
	}
	item->got.bytes = file.bytes.n;
	/* Tools that mirror keep the server's Last-Modified as the file's time. */
	item->got.modified = stat(item->path, &st) == 0 ? (int64_t)st.st_mtime : INT64_MIN;
	item->state = DD_FEED_FETCHED;
}

static enum dd_code make_directories(struct dd_update *u, struct dd_err *err)
{
	for (size_t i = 0; i < u->n; i++) {
		struct dd_str path = dd_str_from(u->items[i].path);
		const char *dir = dd_arena_c(&u->arena, dd_str_take(path, dd_str_rfind(path, '/')));
		if (!dir)
			return dd_fail_nomem(err);
		DD_TRY(dd_mkdirs(dir, err));
	}
	return DD_OK;
}

/* --ca, else what OpenSSL's own programs look at. */
static void trust(const struct dd_update_options *o, struct dd_http_options *ret)
{
	const char *file = getenv("SSL_CERT_FILE"), *dir = getenv("SSL_CERT_DIR");
	if (o->ca && o->ca[0]) {
		ret->ca_file = o->ca;
		return;
	}
	ret->ca_file = file && file[0] ? file : NULL;
	ret->ca_dir = dir && dir[0] ? dir : NULL;
}

static enum dd_code fetch_all(struct fetch *f, struct dd_err *err)
{
	enum { JOBS_DEFAULT = 4 };
	struct dd_update *u = f->u;
	unsigned jobs = u->o->shared.jobs ? (unsigned)u->o->shared.jobs : JOBS_DEFAULT;
	if (u->o->mirror && u->o->mirror[0])
		DD_TRY(dd_http_check_url(f->net, u->o->mirror, err));
	if (u->o->ca && u->o->ca[0]) {
		struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
		if (dd_map_file_open(&file, u->o->ca, DD_FEED_DOCUMENT_BYTES_MAX, err) != DD_OK) {
			(void)dd_wrap(err, "--ca");
			return err->code = DD_EARG;
		}
	}
	DD_TRY(make_directories(u, err));
	trust(u->o, &f->http);
	f->http.stop = &u->interrupt->stop;
	f->http.stall_s = (unsigned)u->o->stall_s;
	dd_progress_start(&u->progress, DD_STR("fetching advisories"), u->o->shared.quiet);
	dd_pool_run(u->n, jobs, fetch_one, f);
	dd_progress_done(&u->progress);
	return DD_OK;
}

enum dd_code dd_update_fetch(struct dd_update *u, struct dd_err *err)
{
	struct dd_net *net DD_CLEANUP(dd_net_closep) = NULL;
	struct fetch f = { .u = u, .lock = PTHREAD_MUTEX_INITIALIZER };
	atomic_init(&f.failed, false);
	if (u->mirror_dir) {
		for (size_t i = 0; i < u->n && !atomic_load(&u->interrupt->stop); i++)
			look_at(&f, &u->items[i]);
		return DD_OK;
	}
	DD_TRY(dd_net_open(&net, err));
	f.net = net;
	enum dd_code code = fetch_all(&f, err);
	for (size_t i = 0; i < f.n_idle; i++)
		dd_http_freep(&f.idle[i]);
	return code;
}
