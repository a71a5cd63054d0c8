/* SPDX-License-Identifier: Apache-2.0 */
/* POST /images/load: what `docker load` sends. The one request that changes something, made by `drydock copy` alone.
 * The answer begins with status 200 before anything is known; then come lines of JSON, {"stream":"…"} and
 * {"status":"…"} while it gets on, {"errorDetail":{"message":"…"},"error":"…"} when it fails. They are asked for
 * (quiet=0) so that an engine that works on a large layer is told from one that hangs. */
#include <stdio.h>

#include "base/limits.h"
#include "net/engine/engine_parts.h"

enum { LOAD_STALL_SECONDS = 300, LINE_BYTES_MAX = 64 << 10, ERROR_BODY_BYTES_MAX = 4096, ANSWER_BYTES_MAX = 64 << 20 };

struct load {
	const struct dd_engine_archive *archive;
	unsigned status;
	struct dd_buf line; /* the one that comes, without its end */
	bool long_line;	    /* its rest is passed over */
	struct dd_err refused;
	bool is_refused;
	struct dd_buf error_body;
};

static enum dd_code on_head(void *ctx, const struct dd_http_response *r, struct dd_err *err)
{
	struct load *l = ctx;
	(void)err;
	l->status = r->status;
	return DD_OK;
}

static void read_line(struct load *l)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str line = dd_str_trim(dd_buf_str(&l->line));
	if (!l->long_line && line.n && !l->is_refused && dd_json_parse(line, &doc, NULL) == DD_OK) {
		struct dd_str words = dd_json_str(doc, "error");
		l->is_refused = words.n > 0;
		if (l->is_refused)
			(void)dd_fail(&l->refused, DD_ENET, DD_NO_OFFSET, "it cannot load the image: %s",
				      DD_QUOTE(words));
	}
	dd_buf_clear(&l->line);
	l->long_line = false;
}

static enum dd_code add_to_line(struct load *l, struct dd_str part, struct dd_err *err)
{
	l->long_line = l->long_line || part.n > LINE_BYTES_MAX - l->line.n;
	if (l->long_line)
		return DD_OK;
	(void)dd_buf_add_str(&l->line, part);
	return dd_buf_check(&l->line, "the engine's answer", err);
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct load *l = ctx;
	if (l->status >= 400) {
		(void)dd_buf_add_str(&l->error_body, dd_str_take(bytes, ERROR_BODY_BYTES_MAX - l->error_body.n));
		return DD_OK;
	}
	while (bytes.n) {
		size_t end = dd_str_find(bytes, '\n');
		DD_TRY(add_to_line(l, dd_str_take(bytes, end), err));
		if (end < bytes.n)
			read_line(l);
		bytes = dd_str_skip(bytes, end + 1);
	}
	return DD_OK;
}

static enum dd_code on_read(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	const struct load *l = ctx;
	return l->archive->read(l->archive->ctx, offset, p, n, ret_n, err);
}

static enum dd_code send(struct dd_http *http, const char *url, struct load *l, struct dd_err *err)
{
	static const char *const headers[] = { "Content-Type: application/x-tar", NULL };
	const struct dd_http_response *r;
	const struct dd_http_request req = { .method = "POST",
					     .url = url,
					     .headers = headers,
					     .read = on_read,
					     .body_bytes = l->archive->bytes,
					     .stay = true,
					     .max_bytes = ANSWER_BYTES_MAX,
					     .error_body = true,
					     .head = on_head,
					     .data = on_data,
					     .ctx = l };
	DD_TRY(dd_http_do(http, &req, &r, err));
	if (r->status >= 400)
		return dd_engine_refused(r, dd_buf_str(&l->error_body), err);
	if (r->status != 200)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "it answers %s to an image that is to be loaded",
			       dd_http_status_text(r->status).text);
	read_line(l);
	if (l->is_refused)
		dd_err_copy(err, &l->refused);
	return l->is_refused ? l->refused.code : DD_OK;
}

static enum dd_code load(struct dd_engine *e, struct load *l, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_CLEANUP(dd_http_freep) struct dd_http *http = NULL;
	unsigned patience = e->options.stall_s > LOAD_STALL_SECONDS ? e->options.stall_s : LOAD_STALL_SECONDS;
	dd_engine_url(e, "/images/load?quiet=0", &url);
	if (!dd_buf_c(&url))
		return dd_fail_nomem(err);
	DD_TRY(dd_engine_client(e, patience, &http, err));
	return send(http, dd_buf_c(&url), l, err);
}

enum dd_code dd_engine_load(struct dd_engine *e, const struct dd_engine_archive *archive, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	struct load l = { .archive = archive,
			  .line = DD_BUF_INIT((size_t)LINE_BYTES_MAX),
			  .error_body = DD_BUF_INIT((size_t)ERROR_BODY_BYTES_MAX) };
	enum dd_code code = load(e, &l, &why);
	dd_buf_done(&l.line);
	dd_buf_done(&l.error_body);
	return dd_engine_tell(e, code, &why, err);
}
