/* SPDX-License-Identifier: Apache-2.0 */
/* One GET of the Hub: the cache first, then the Hub with what the cache knows, twice at most. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/json.h"
#include "net/hub/hub_parts.h"

/* TOTAL: an answer that trickles is none; a slow line brings 4 MiB in a minute. */
enum {
	ATTEMPTS = 2,
	RETRY_WAIT_MS = 500,
	STEP_MS = 50,
	STALL_SECONDS = 15,
	TOTAL_SECONDS = 60,
	HEADER_BYTES_MAX = 512
};

void dd_hub_freep(struct dd_hub **h)
{
	if (!*h)
		return;
	dd_http_freep(&(*h)->http);
	dd_free((*h)->base);
	dd_free((*h)->cache);
	dd_freep(h);
}

static bool copy(const char *from, size_t n, char **ret)
{
	*ret = dd_alloc_zero(n + 1, 1);
	if (*ret)
		memcpy(*ret, from, n);
	return *ret != NULL;
}

enum dd_code dd_hub_new(const struct dd_net *net, const struct dd_hub_options *o, struct dd_hub **ret,
			struct dd_err *err)
{
	DD_CLEANUP(dd_hub_freep) struct dd_hub *h = dd_alloc_zero(1, sizeof *h);
	const char *url = o->url && *o->url ? o->url : DD_HUB_URL;
	size_t n = strlen(url);
	while (n && url[n - 1] == '/')
		n--;
	if (!h || !copy(url, n, &h->base) || (o->cache && !copy(o->cache, strlen(o->cache), &h->cache)))
		return dd_fail_nomem(err);
	h->o = *o;
	h->usage = (struct dd_hub_usage){
		.limit = UINT64_MAX, .remaining = UINT64_MAX, .reset = UINT64_MAX, .oldest = INT64_MAX
	};
	if (!o->offline) {
		const struct dd_http_options http = { .connect_s = o->connect_s,
						      .stall_s = o->stall_s ? o->stall_s : STALL_SECONDS,
						      .stop = o->stop };
		if (dd_http_check_url(net, h->base, err) != DD_OK)
			return dd_wrap(err, "address of Docker Hub's API");
		DD_TRY(dd_http_new(net, &http, &h->http, err));
	}
	*ret = DD_TAKE(h);
	return DD_OK;
}

struct dd_hub_usage dd_hub_usage(const struct dd_hub *h)
{
	return h->usage;
}

/* ---- one answer ---- */

struct answer {
	struct dd_hub *h;
	struct dd_hub_kept *k; /* takes body and validators of status 200 */
	unsigned status;
	uint64_t retry_after_s; /* UINT64_MAX: not said */
};

static void keep(char *to, size_t size, struct dd_str s)
{
	bool fits = s.n < size;
	for (size_t i = 0; fits && i < s.n; i++)
		fits = s.p[i] >= ' ' && s.p[i] != 0x7f;
	if (fits)
		memcpy(to, s.p ? s.p : "", s.n);
	to[fits ? s.n : 0] = '\0';
}

static void number(const struct dd_http_response *r, const char *name, uint64_t *to)
{
	uint64_t v;
	if (dd_str_u64(dd_http_header(r, name), INT64_MAX, &v))
		*to = v;
}

static enum dd_code on_head(void *ctx, const struct dd_http_response *r, struct dd_err *err)
{
	struct answer *a = ctx;
	struct dd_hub_usage *u = &a->h->usage;
	int64_t when;
	(void)err;
	a->status = r->status;
	a->retry_after_s = UINT64_MAX;
	number(r, "X-RateLimit-Limit", &u->limit);
	number(r, "X-RateLimit-Remaining", &u->remaining);
	number(r, "X-RateLimit-Reset", &u->reset);
	number(r, "Retry-After", &a->retry_after_s);
	if (a->retry_after_s == UINT64_MAX && dd_http_date(dd_http_header(r, "Retry-After"), &when))
		a->retry_after_s = when > a->h->o.now ? (uint64_t)(when - a->h->o.now) : 0;
	/* The Hub gives seconds since the epoch as Retry-After, too. */
	if (a->retry_after_s != UINT64_MAX && a->retry_after_s > UINT64_C(1000000000))
		a->retry_after_s =
			a->retry_after_s > (uint64_t)a->h->o.now ? a->retry_after_s - (uint64_t)a->h->o.now : 0;
	if (r->status == 200) {
		dd_buf_clear(&a->k->body);
		keep(a->k->etag, sizeof a->k->etag, dd_http_header(r, "ETag"));
		keep(a->k->modified, sizeof a->k->modified, dd_http_header(r, "Last-Modified"));
	}
	return DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct answer *a = ctx;
	if (a->status == 200 && dd_buf_add_str(&a->k->body, bytes) != DD_OK)
		return dd_buf_check(&a->k->body, "Docker Hub's answer", err);
	return DD_OK;
}

static enum dd_code request(struct answer *a, const char *url, bool has_kept, struct dd_err *err)
{
	char etag[HEADER_BYTES_MAX], modified[HEADER_BYTES_MAX];
	const char *headers[4] = { "Accept: application/json" };
	size_t n = 1;
	const struct dd_http_response *r;
	if (has_kept && a->k->etag[0]) {
		(void)snprintf(etag, sizeof etag, "If-None-Match: %s", a->k->etag);
		headers[n++] = etag;
	}
	if (has_kept && a->k->modified[0]) {
		(void)snprintf(modified, sizeof modified, "If-Modified-Since: %s", a->k->modified);
		headers[n++] = modified;
	}
	const struct dd_http_request q = { .url = url,
					   .headers = headers,
					   .max_bytes = DD_HUB_ANSWER_BYTES_MAX,
					   .total_s = TOTAL_SECONDS,
					   .head = on_head,
					   .data = on_data,
					   .ctx = a };
	a->status = 0;
	a->h->usage.requests++;
	return dd_http_do(a->h->http, &q, &r, err);
}

/* ---- what to do with it ---- */

static void wait_ms(const struct dd_hub *h, uint64_t ms)
{
	for (uint64_t t = 0; t < ms && !(h->o.stop && atomic_load(h->o.stop)); t += STEP_MS)
		(void)nanosleep(&(struct timespec){ .tv_nsec = STEP_MS * 1000000L }, NULL);
}

/* Nothing more is asked of a Hub that cannot or will not answer. */
static enum dd_code block(struct dd_hub *h, struct dd_err *err)
{
	h->blocked = true;
	h->why = *err;
	return err->code;
}

static enum dd_code too_many(const struct answer *a, struct dd_err *err)
{
	const struct dd_hub_usage *u = &a->h->usage;
	char limit[64] = "", wait[64] = "";
	if (u->limit != UINT64_MAX)
		(void)snprintf(limit, sizeof limit, " (its limit is %llu)", (unsigned long long)u->limit);
	if (a->retry_after_s != UINT64_MAX)
		(void)snprintf(wait, sizeof wait, "; it asks to wait %llu s", (unsigned long long)a->retry_after_s);
	return dd_fail(err, DD_ENET, DD_NO_OFFSET, "Docker Hub has had too many requests from here%s%s", limit, wait);
}

static enum dd_code refuse(const struct answer *a, const char *url, struct dd_err *err)
{
	if (a->status == 404 || a->status == 410)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
			       "Docker Hub has no such repository, or does not show it");
	if (a->status == 401 || a->status == 403)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "Docker Hub does not show it without credentials (%s)",
			       dd_http_status_text(a->status).text);
	if (a->status == 429)
		return block(a->h, (too_many(a, err), err));
	(void)dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: %s", DD_QUOTE(dd_str_from(url)),
		      dd_http_status_text(a->status).text);
	return a->status >= 500 ? block(a->h, err) : err->code;
}

static bool may_pass(const struct answer *a)
{
	return (a->status == 429 && a->retry_after_s <= DD_HUB_WAIT_SECONDS_MAX) || a->status == 502 ||
	       a->status == 503 || a->status == 504;
}

/* *has_kept: k is a kept answer; afterwards k is the answer that counts. */
static enum dd_code ask_hub(struct dd_hub *h, const char *url, bool has_kept, struct dd_hub_kept *k, struct dd_err *err)
{
	struct answer a = { .h = h, .k = k };
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		enum dd_code code = request(&a, url, has_kept, err);
		if (code != DD_OK)
			return dd_http_cause(h->http) == DD_HTTP_NO_HOST ||
					       dd_http_cause(h->http) == DD_HTTP_UNREACHABLE ||
					       dd_http_cause(h->http) == DD_HTTP_STALLED ||
					       dd_http_cause(h->http) == DD_HTTP_UNTRUSTED
				       ? block(h, err)
				       : code;
		if (!may_pass(&a) || i + 1 == ATTEMPTS)
			break;
		uint64_t ms = h->o.retry_wait_ms ? h->o.retry_wait_ms : RETRY_WAIT_MS;
		wait_ms(h, a.retry_after_s != UINT64_MAX && a.retry_after_s <= DD_HUB_WAIT_SECONDS_MAX
				   ? a.retry_after_s * 1000
				   : ms);
	}
	if (a.status == 304 && has_kept)
		return DD_OK;
	return a.status == 200 ? DD_OK : refuse(&a, url, err);
}

static enum dd_code not_asked(const struct dd_hub *h, struct dd_err *err)
{
	if (h->blocked) {
		dd_err_copy(err, &h->why);
		return h->why.code;
	}
	return dd_fail(err, DD_ENET, DD_NO_OFFSET, "Docker Hub is not asked (--offline) and nothing is kept of it");
}

static enum dd_code take(struct dd_hub *h, struct dd_hub_kept *k, struct dd_buf *ret_body)
{
	if (k->at < h->usage.oldest)
		h->usage.oldest = k->at;
	*ret_body = k->body;
	return DD_OK;
}

static bool is_object(const struct dd_buf *body)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	return dd_json_parse(dd_buf_str(body), &doc, NULL) == DD_OK && json_is_object(doc);
}

enum dd_code dd_hub_ask(struct dd_hub *h, struct dd_str path, struct dd_buf *ret_body, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct dd_hub_kept k = { .at = 0 };
	(void)dd_buf_add_c(&url, h->base);
	(void)dd_buf_add_str(&url, path);
	if (!dd_buf_c(&url))
		return dd_buf_check(&url, "address of Docker Hub's API", err);
	bool has_kept = dd_hub_kept_read(h, url.p, &k);
	if (has_kept && (h->o.offline || h->o.now - k.at < DD_HUB_FRESH_SECONDS)) {
		h->usage.kept++;
		return take(h, &k, ret_body);
	}
	if (!has_kept)
		k.body = DD_BUF_INIT(DD_HUB_ANSWER_BYTES_MAX);
	if (h->blocked || !h->http) {
		dd_buf_done(&k.body);
		return not_asked(h, err);
	}
	enum dd_code code = ask_hub(h, url.p, has_kept, &k, err);
	if (code != DD_OK) {
		dd_buf_done(&k.body);
		return code;
	}
	k.at = h->o.now;
	/* The page of a proxy or a hotel must not be the answer for the next ten minutes. */
	if (is_object(&k.body))
		dd_hub_kept_write(h, url.p, &k);
	return take(h, &k, ret_body);
}
