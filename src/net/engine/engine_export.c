/* SPDX-License-Identifier: Apache-2.0 */
/* GET /images/NAME/get: what `docker save` writes. Both engines put the whole archive together before its first byte
 * (Docker with its own stores, podman always), so that nothing comes for a long time and then everything.
 * When Docker's export fails half-way, its status 200 is long sent: the reason follows the broken archive as a line of
 * JSON, {"errorDetail":{"message":"…"},"error":"…"}. A whole archive ends in zeros, so the two cannot be confused. */
#include <stdio.h>

#include "base/limits.h"
#include "net/engine/engine_parts.h"

enum { EXPORT_STALL_SECONDS = 300, TAIL_BYTES = 2048, ERROR_BODY_BYTES_MAX = 4096 };

struct export
{
	dd_engine_sink_fn *sink;
	void *ctx;
	unsigned status;
	struct dd_buf error_body;
	struct dd_buf tail; /* the last TAIL_BYTES and more */
};

static enum dd_code on_head(void *ctx, const struct dd_http_response *r, struct dd_err *err)
{
	struct export *x = ctx;
	struct dd_str type = dd_http_header(r, "Content-Type");
	x->status = r->status;
	if (r->status == 200 &&
	    (dd_str_starts(type, DD_STR("text/")) || dd_str_starts(type, DD_STR("application/json"))))
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "its answer to an export is of type %s, not an archive",
			       DD_QUOTE(type));
	return DD_OK;
}

static enum dd_code keep_tail(struct export *x, struct dd_str bytes, struct dd_err *err)
{
	if (bytes.n > TAIL_BYTES)
		bytes = dd_str_skip(bytes, bytes.n - TAIL_BYTES);
	if (x->tail.n + bytes.n > 2 * TAIL_BYTES) {
		size_t drop = x->tail.n > TAIL_BYTES ? x->tail.n - TAIL_BYTES : 0;
		memmove(x->tail.p, x->tail.p + drop, x->tail.n - drop);
		x->tail.n -= drop;
	}
	(void)dd_buf_add_str(&x->tail, bytes);
	return dd_buf_check(&x->tail, "the end of the export", err);
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct export *x = ctx;
	if (x->status >= 400) {
		(void)dd_buf_add_str(&x->error_body, dd_str_take(bytes, ERROR_BODY_BYTES_MAX - x->error_body.n));
		return DD_OK;
	}
	DD_TRY(keep_tail(x, bytes, err));
	return x->sink(x->ctx, bytes, err);
}

/* The line of JSON behind a broken archive. */
static enum dd_code check_tail(const struct export *x, struct dd_err *err)
{
	struct dd_str tail = dd_str_trim(dd_buf_str(&x->tail)), start = DD_STR("{\"errorDetail\"");
	DD_CLEANUP_JSON json_t *doc = NULL;
	size_t at = tail.n;
	for (size_t i = 0; dd_str_ends(tail, DD_STR("}")) && i < tail.n; i++)
		if (dd_str_starts(dd_str_skip(tail, i), start))
			at = i;
	if (at == tail.n)
		return DD_OK;
	(void)dd_json_parse(dd_str_skip(tail, at), &doc, NULL);
	struct dd_str words = dd_json_str(doc, "error");
	return dd_fail(err, DD_ENET, DD_NO_OFFSET, "its export failed half-way: %s", DD_QUOTE(words));
}

static enum dd_code run(struct dd_http *http, struct dd_buf *url, struct export *x, struct dd_err *err)
{
	const struct dd_http_response *r;
	if (!dd_buf_c(url))
		return dd_fail_nomem(err);
	struct dd_http_request req = { .url = dd_buf_c(url),
				       .max_bytes = DD_SPOOL_BYTES_MAX,
				       .error_body = true,
				       .head = on_head,
				       .data = on_data,
				       .ctx = x };
	DD_TRY(dd_http_do(http, &req, &r, err));
	if (r->status >= 400)
		return dd_engine_refused(r, dd_buf_str(&x->error_body), err);
	if (r->status != 200 || r->received == 0)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "it answers %s and no archive to an export",
			       dd_http_status_text(r->status).text);
	return check_tail(x, err);
}

static enum dd_code ask(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			struct export *x, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_CLEANUP(dd_http_freep) struct dd_http *http = NULL;
	dd_engine_url(e, "/images/", &url);
	DD_TRY(dd_engine_add_name(&url, name, err));
	(void)dd_buf_add_c(&url, "/get");
	if (platform && e->about.api_minor >= DD_ENGINE_API_GET_PLATFORM) {
		(void)dd_buf_add_char(&url, '?');
		dd_engine_add_platform(&url, platform);
	}
	unsigned patience = e->options.stall_s > EXPORT_STALL_SECONDS ? e->options.stall_s : EXPORT_STALL_SECONDS;
	DD_TRY(dd_engine_client(e, patience, &http, err));
	return run(http, &url, x, err);
}

enum dd_code dd_engine_export(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			      dd_engine_sink_fn *sink, void *ctx, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	struct export x = { .sink = sink,
			    .ctx = ctx,
			    .error_body = DD_BUF_INIT((size_t)ERROR_BODY_BYTES_MAX),
			    .tail = DD_BUF_INIT((size_t)(4 * TAIL_BYTES)) };
	enum dd_code code = ask(e, name, platform, &x, &why);
	dd_buf_done(&x.error_body);
	dd_buf_done(&x.tail);
	return dd_engine_tell(e, code, &why, err);
}
