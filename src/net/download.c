/* SPDX-License-Identifier: Apache-2.0 */
#include "net/download.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "net/download_record.h"

enum { RETRY_WAIT_MS = 1000, RETRY_DOUBLINGS_MAX = 6, SLEEP_STEP_MS = 50 };

struct transfer {
	struct dd_http *c;
	const struct dd_download *d;
	struct dd_download_record record; /* as on disk */
	struct dd_buf part;		  /* path of the part */
	int fd;				  /* of the part */
	uint64_t at;			  /* bytes of the part so far */
	uint64_t total;			  /* that the whole must have, DD_HTTP_NO_LENGTH when nobody says */
	uint64_t fetched;
	int64_t modified;
	unsigned status;
	uint64_t retry_after_s; /* that the server asks for, 0: it does not */
	bool restart;		/* the part is of no use: again from the start, at once */
};

/* --- what the server says --- */

static void keep(char *to, size_t size, struct dd_str s)
{
	bool fits = s.n < size && !memchr(s.p, '\0', s.n);
	if (fits)
		memcpy(to, s.p, s.n);
	to[fits ? s.n : 0] = '\0';
}

static void read_validators(struct transfer *t, const struct dd_http_response *r, struct dd_validators *ret)
{
	memset(ret, 0, sizeof *ret);
	keep(ret->url, sizeof ret->url, dd_str_from(t->d->url));
	keep(ret->etag, sizeof ret->etag, dd_http_header(r, "ETag"));
	keep(ret->modified, sizeof ret->modified, dd_http_header(r, "Last-Modified"));
}

/* What If-Range may carry: a strong ETag, else the date (RFC 9110 §13.1.5). NULL: the part cannot be continued. */
static const char *range_validator(const struct dd_validators *v)
{
	if (v->etag[0] == '"')
		return v->etag;
	return !v->etag[0] && v->modified[0] ? v->modified : NULL;
}

/* Is it the rest of the file from `at` on? */
static bool range_begins_at(struct dd_str s, uint64_t at, uint64_t *ret_total)
{
	struct dd_http_range range;
	if (!dd_http_content_range(s, &range) || range.first != at)
		return false;
	*ret_total = range.total;
	return range.total == DD_HTTP_NO_LENGTH || range.last == range.total - 1;
}

/* --- one answer --- */

static enum dd_code begin_part(struct transfer *t, const struct dd_http_response *r, struct dd_err *err)
{
	if (ftruncate(t->fd, 0) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_buf_str(&t->part)));
	t->at = 0;
	t->total = r->length;
	read_validators(t, r, &t->record.part);
	/* Before any of its bytes: a part never stands beside the validators of another one. */
	return dd_download_record_write(t->d->path, &t->record, err);
}

static enum dd_code on_head(void *ctx, const struct dd_http_response *r, struct dd_err *err)
{
	struct transfer *t = ctx;
	uint64_t left;
	(void)dd_http_date(dd_http_header(r, "Last-Modified"), &t->modified);
	t->retry_after_s = r->status >= 400 ? dd_http_retry_after(r) : 0;
	if (r->status == 200) {
		DD_TRY(begin_part(t, r, err));
	} else if (r->status == 206) {
		if (t->at == 0 || !range_begins_at(dd_http_header(r, "Content-Range"), t->at, &t->total)) {
			t->restart = true;
			return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: the server sends another part than asked for",
				       DD_QUOTE(dd_str_from(t->d->url)));
		}
		if (t->total != DD_HTTP_NO_LENGTH && t->total > t->d->max_bytes)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: %llu bytes are more than the limit of %llu",
				       DD_QUOTE(dd_str_from(t->d->url)), (unsigned long long)t->total,
				       (unsigned long long)t->d->max_bytes);
	} else {
		return DD_OK;
	}
	left = r->length == DD_HTTP_NO_LENGTH ? 0 : r->length;
	if (t->d->expect && left)
		t->d->expect(t->d->progress_ctx, left);
	return DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct transfer *t = ctx;
	if (bytes.n > t->d->max_bytes || t->at > t->d->max_bytes - bytes.n)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: more than the limit of %llu bytes",
			       DD_QUOTE(dd_str_from(t->d->url)), (unsigned long long)t->d->max_bytes);
	if (dd_write_full(t->fd, bytes.p, bytes.n, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&t->part)));
	t->at += bytes.n;
	t->fetched += bytes.n;
	if (t->d->progress)
		t->d->progress(t->d->progress_ctx, bytes.n);
	return DD_OK;
}

/* --- one attempt --- */

enum { HEADERS_MAX = 6, HEADER_BYTES_MAX = DD_HTTP_VALIDATOR_BYTES_MAX + 64 };
struct headers {
	char text[HEADERS_MAX][HEADER_BYTES_MAX];
	const char *list[HEADERS_MAX + 1];
	size_t n;
};

static void add(struct headers *h, const char *name, const char *value)
{
	(void)snprintf(h->text[h->n], HEADER_BYTES_MAX, "%s: %s", name, value);
	h->list[h->n] = h->text[h->n];
	h->n++;
}

/* RFC 9110 §13.2.2: If-None-Match is looked at first, so that both questions fit into one request. */
static void make_headers(const struct transfer *t, struct headers *h)
{
	const struct dd_validators *whole = &t->record.whole;
	const char *validator = range_validator(&t->record.part);
	char range[40];
	h->n = 0;
	if (t->d->accept)
		add(h, "Accept", t->d->accept);
	if (t->d->gzip)
		add(h, "Accept-Encoding", "gzip");
	if (whole->url[0] && whole->etag[0])
		add(h, "If-None-Match", whole->etag);
	else if (whole->url[0] && whole->modified[0])
		add(h, "If-Modified-Since", whole->modified);
	if (t->at && validator) {
		(void)snprintf(range, sizeof range, "bytes=%llu-", (unsigned long long)t->at);
		add(h, "Range", range);
		add(h, "If-Range", validator);
	}
	h->list[h->n] = NULL;
}

/* Opens the part for appending; what is there already counts when it can be continued. */
static enum dd_code open_part(struct transfer *t, struct dd_err *err)
{
	struct stat st;
	t->fd = open(dd_buf_c(&t->part), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (t->fd < 0 || fstat(t->fd, &st) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_buf_str(&t->part)));
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "%s is no regular file", DD_QUOTE(dd_buf_str(&t->part)));
	bool mine = strcmp(t->record.part.url, t->d->url) == 0 && range_validator(&t->record.part);
	t->at = mine && (uint64_t)st.st_size < t->d->max_bytes ? (uint64_t)st.st_size : 0;
	if (t->at == 0 && ftruncate(t->fd, 0) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_buf_str(&t->part)));
	return DD_OK;
}

static enum dd_code fail_status(const struct transfer *t, const char *more, struct dd_err *err)
{
	enum dd_code code = t->status == 404 || t->status == 410 ? DD_ENOTFOUND : DD_ENET;
	return dd_fail(err, code, DD_NO_OFFSET, "%s: the server answers %s%s", DD_QUOTE(dd_str_from(t->d->url)),
		       dd_http_status_text(t->status).text, more);
}

static enum dd_code attempt(struct transfer *t, struct dd_err *err)
{
	struct headers h;
	const struct dd_http_response *r;
	t->status = 0;
	t->total = DD_HTTP_NO_LENGTH;
	t->restart = false;
	t->modified = INT64_MIN;
	DD_TRY(open_part(t, err));
	make_headers(t, &h);
	const struct dd_http_request req = { .url = t->d->url,
					     .headers = h.list,
					     .max_bytes = t->d->max_bytes,
					     .head = on_head,
					     .data = on_data,
					     .ctx = t,
					     .follows = t->d->follows,
					     .follows_ctx = t->d->follows_ctx };
	enum dd_code code = dd_http_do(t->c, &req, &r, err);
	t->status = r->status;
	dd_closep(&t->fd);
	DD_TRY(code);
	if (t->status == 304 && t->record.whole.url[0])
		return DD_OK;
	if (t->status != 200 && t->status != 206) {
		t->restart = t->status == 416 && t->at > 0;
		return fail_status(t, "", err);
	}
	if (t->total != DD_HTTP_NO_LENGTH && t->at != t->total)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: %llu bytes came, %llu were promised",
			       DD_QUOTE(dd_str_from(t->d->url)), (unsigned long long)t->at,
			       (unsigned long long)t->total);
	return DD_OK;
}

/* --- again? --- */

static bool may_pass(const struct transfer *t, enum dd_code code)
{
	enum dd_http_cause cause = dd_http_cause(t->c);
	if (code != DD_ENET)
		return false;
	/* Or a whole answer that did not add up. */
	return t->restart || dd_http_may_pass(cause, t->status) || (cause == DD_HTTP_DONE && t->status < 300);
}

static bool stopped(const struct dd_download *d)
{
	return d->stop && atomic_load_explicit(d->stop, memory_order_relaxed);
}

static void sleep_ms(const struct dd_download *d, uint64_t ms)
{
	for (uint64_t done = 0; done < ms && !stopped(d); done += SLEEP_STEP_MS) {
		uint64_t part = ms - done < SLEEP_STEP_MS ? ms - done : SLEEP_STEP_MS;
		const struct timespec t = { .tv_nsec = (long)(part * 1000000) };
		(void)nanosleep(&t, NULL);
	}
}

static uint64_t wait_ms(const struct transfer *t, unsigned number)
{
	uint64_t base = t->d->retry_wait_ms ? t->d->retry_wait_ms : RETRY_WAIT_MS;
	if (t->retry_after_s)
		return t->retry_after_s * 1000;
	return base << (number < RETRY_DOUBLINGS_MAX ? number : RETRY_DOUBLINGS_MAX);
}

static enum dd_code attempts(struct transfer *t, struct dd_err *err)
{
	char more[80];
	for (unsigned i = 0;; i++) {
		uint64_t before = t->fetched;
		t->retry_after_s = 0;
		enum dd_code code = attempt(t, err);
		if (code == DD_OK || i >= t->d->retries || !may_pass(t, code) || stopped(t->d))
			return code;
		if (t->retry_after_s > DD_HTTP_RETRY_AFTER_SECONDS_MAX) {
			(void)snprintf(more, sizeof more, " and asks to come back in %llu s",
				       (unsigned long long)t->retry_after_s);
			return fail_status(t, more, err);
		}
		if (t->restart)
			t->record.part.url[0] = '\0';
		else
			/* A transfer that gets on is worth the next attempt at once. */
			sleep_ms(t->d, t->fetched > before && !t->retry_after_s ? t->d->retry_wait_ms : wait_ms(t, i));
	}
}

/* --- the copy --- */

static enum dd_code look(const char *path, const struct dd_download *d, struct dd_downloaded *ret, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	DD_TRY(dd_map_file_open(&file, path, DD_DB_INPUT_BYTES_MAX, err));
	if (d && d->check && d->check(d->check_ctx, file.bytes, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(d->url)));
	DD_TRY(dd_digest_of(DD_SHA256, file.bytes, &ret->digest, err));
	ret->bytes = file.bytes.n;
	return DD_OK;
}

/* The copy is the one that was fetched: nothing has damaged it since. */
static bool whole_is_good(const char *path, const struct dd_download_record *r, struct dd_downloaded *ret)
{
	return r->whole.url[0] && look(path, NULL, ret, NULL) == DD_OK && ret->bytes == r->bytes &&
	       dd_digest_eq(&ret->digest, &r->digest);
}

static enum dd_code unchanged(struct transfer *t, const struct dd_downloaded *old, struct dd_downloaded *ret,
			      struct dd_err *err)
{
	*ret = *old;
	ret->changed = false;
	ret->fetched = t->fetched;
	ret->modified = INT64_MIN;
	(void)dd_http_date(dd_str_from(t->record.whole.modified), &ret->modified);
	bool part = t->record.part.url[0];
	t->record.part.url[0] = '\0';
	(void)unlink(dd_buf_c(&t->part));
	return part ? dd_download_record_write(t->d->path, &t->record, err) : DD_OK;
}

static enum dd_code replace(struct transfer *t, const struct dd_downloaded *old, struct dd_downloaded *ret,
			    struct dd_err *err)
{
	struct dd_downloaded now = { .fetched = t->fetched, .modified = t->modified };
	enum dd_code code = look(dd_buf_c(&t->part), t->d, &now, err);
	if (code != DD_OK) {
		(void)unlink(dd_buf_c(&t->part));
		t->record.part.url[0] = '\0';
		(void)dd_download_record_write(t->d->path, &t->record, NULL);
		return code;
	}
	now.changed = !t->record.whole.url[0] || !dd_digest_eq(&now.digest, &old->digest);
	/* First the file, then its record: when only one of them happens, the digest does not fit and the file is
	 * fetched again. */
	if (rename(dd_buf_c(&t->part), t->d->path) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(t->d->path)));
	t->record.whole = t->record.part;
	t->record.part.url[0] = '\0';
	t->record.digest = now.digest;
	t->record.bytes = now.bytes;
	DD_TRY(dd_download_record_write(t->d->path, &t->record, err));
	*ret = now;
	return DD_OK;
}

/* An empty part is of no use to anybody. */
static void drop_empty_part(struct transfer *t)
{
	struct stat st;
	if (lstat(dd_buf_c(&t->part), &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0)
		(void)unlink(dd_buf_c(&t->part));
}

static enum dd_code run(struct transfer *t, struct dd_downloaded *ret, struct dd_err *err)
{
	struct dd_downloaded old = { 0 };
	(void)dd_buf_addf(&t->part, "%s.part", t->d->path);
	if (!dd_buf_c(&t->part))
		return dd_fail_nomem(err);
	dd_download_record_read(t->d->path, &t->record);
	/* Validators of another address say nothing about this one. */
	if (!whole_is_good(t->d->path, &t->record, &old) || strcmp(t->record.whole.url, t->d->url) != 0)
		t->record.whole.url[0] = '\0';
	enum dd_code code = attempts(t, err);
	if (code == DD_OK)
		code = t->status == 304 ? unchanged(t, &old, ret, err) : replace(t, &old, ret, err);
	if (code != DD_OK)
		drop_empty_part(t);
	return code;
}

enum dd_code dd_download(struct dd_http *c, const struct dd_download *d, struct dd_downloaded *ret, struct dd_err *err)
{
	struct transfer *t = dd_alloc_zero(1, sizeof *t); /* records hold whole URLs: too much for a thread's stack */
	struct dd_err local = { .at = DD_NO_OFFSET };
	if (!t)
		return dd_fail_nomem(err);
	t->c = c;
	t->d = d;
	t->fd = -1;
	t->part = DD_BUF_INIT(DD_PATH_MAX);
	enum dd_code code = run(t, ret, &local);
	if (code != DD_OK && err)
		*err = local;
	dd_closep(&t->fd);
	dd_buf_done(&t->part);
	dd_free(t);
	return code;
}

enum dd_code dd_download_kept(const char *path, struct dd_downloaded *ret, struct dd_err *err)
{
	struct dd_download_record *r DD_CLEANUP(dd_freep) = dd_alloc_zero(1, sizeof *r);
	struct dd_downloaded kept = { 0 };
	if (!r)
		return dd_fail_nomem(err);
	dd_download_record_read(path, r);
	if (!whole_is_good(path, r, &kept))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no earlier copy of %s", DD_QUOTE(dd_str_from(path)));
	kept.modified = INT64_MIN;
	(void)dd_http_date(dd_str_from(r->whole.modified), &kept.modified);
	*ret = kept;
	return DD_OK;
}

void dd_download_forget(const char *path)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_addf(&name, "%s.json", path);
	if (dd_buf_c(&name))
		(void)unlink(dd_buf_c(&name));
}
