/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to an engine and its answers as documents. */
#include <stdio.h>

#include "base/limits.h"
#include "net/engine/engine_parts.h"

enum { NAME_BYTES_MAX = 1024, WORDS_BYTES_MAX = 400, ERROR_BODY_BYTES_MAX = 4096 };

void dd_engine_url(const struct dd_engine *e, const char *path, struct dd_buf *url)
{
	(void)dd_buf_add_c(url, e->base);
	if (e->about.api_minor)
		(void)dd_buf_addf(url, "/v1.%u", e->about.api_minor);
	(void)dd_buf_add_c(url, path);
}

/* ---- names ---- */

static bool name_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || (c && strchr("._-/:@+", c));
}

/* The characters of a reference (distribution-spec: domain, path, tag, digest). Components of dots alone would be taken
 * out of the path on the way, and make it another request. */
static bool is_name(struct dd_str name)
{
	struct dd_str rest = name, part;
	if (name.n == 0 || name.n > NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!name_byte(name.p[i]))
			return false;
	while (dd_str_next(&rest, '/', &part))
		if (part.n == 0 || part.p[0] == '.')
			return false;
	return true;
}

enum dd_code dd_engine_add_name(struct dd_buf *url, struct dd_str name, struct dd_err *err)
{
	if (!is_name(name))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not the name or id of an image", DD_QUOTE(name));
	(void)dd_http_add_path(url, name);
	return dd_buf_check(url, "the URL", err);
}

static void add_member(struct dd_buf *url, const char *before, struct dd_str value)
{
	if (value.n == 0)
		return;
	(void)dd_buf_add_c(url, before);
	(void)dd_http_add_path(url, value); /* dd_platform_parse: nothing that JSON escapes; the rest is a wrong name */
	(void)dd_buf_add_c(url, "%22");
}

void dd_engine_add_platform(struct dd_buf *url, const struct dd_engine_platform *p)
{
	(void)dd_buf_add_c(url, "platform=%7B");
	add_member(url, "%22os%22:%22", p->os);
	add_member(url, ",%22architecture%22:%22", p->arch);
	add_member(url, ",%22variant%22:%22", p->variant);
	(void)dd_buf_add_c(url, "%7D");
}

/* ---- answers ---- */

/* {"message": "…"} of Docker and podman; old engines and proxies send bare text. Pages are not quoted. */
static struct dd_str words_of(const json_t *doc, const struct dd_http_response *r, struct dd_str body)
{
	struct dd_str type = dd_http_header(r, "Content-Type");
	struct dd_str words = dd_json_str(doc, "message");
	if (words.n == 0 && dd_str_starts(type, DD_STR("text/plain")))
		words = dd_str_trim(dd_str_take(body, WORDS_BYTES_MAX));
	return words;
}

enum dd_code dd_engine_refused(const struct dd_http_response *r, struct dd_str body, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT((size_t)WORDS_BYTES_MAX);
	DD_CLEANUP_JSON json_t *doc = NULL;
	(void)dd_json_parse(body, &doc, NULL);
	(void)dd_buf_add_escaped(&text, dd_str_take(words_of(doc, r, body), WORDS_BYTES_MAX / 4));
	enum dd_code code = r->status == 404 ? DD_ENOTFOUND : DD_ENET;
	return dd_fail(err, code, DD_NO_OFFSET, "it answers %s%s%.*s", dd_http_status_text(r->status).text,
		       text.n ? ": " : "", DD_FMT(dd_buf_str(&text)));
}

static enum dd_code keep_body(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_buf *body = ctx;
	(void)dd_buf_add_str(body, bytes);
	return dd_buf_check(body, "the engine's answer", err);
}

enum dd_code dd_engine_get(struct dd_engine *e, struct dd_buf *url, json_t **ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf body = DD_BUF_INIT((size_t)DD_JSON_BYTES_MAX);
	const struct dd_http_response *r;
	struct dd_err why;
	if (!dd_buf_c(url))
		return dd_fail_nomem(err);
	struct dd_http_request req = { .url = dd_buf_c(url),
				       .max_bytes = DD_JSON_BYTES_MAX,
				       .error_body = true,
				       .data = keep_body,
				       .ctx = &body };
	DD_TRY(dd_http_do(e->http, &req, &r, err));
	if (r->status >= 400)
		return dd_engine_refused(r, dd_str_take(dd_buf_str(&body), ERROR_BODY_BYTES_MAX), err);
	if (r->status != 200)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "it answers %s to a request for a document",
			       dd_http_status_text(r->status).text);
	struct dd_str type = dd_http_header(r, "Content-Type");
	if (dd_json_parse(dd_buf_str(&body), ret, &why) == DD_OK)
		return DD_OK;
	return dd_fail(err, DD_ENET, DD_NO_OFFSET, "its answer, of type %s, is not JSON: %.200s", DD_QUOTE(type),
		       why.message);
}
