/* SPDX-License-Identifier: Apache-2.0 */
/* One answer of one host: the address, signing in, what went wrong. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/registry_parts.h"

enum { SIGN_INS_MAX = 2, DISCARD_BYTES_MAX = 1 << 20, RATE_LOW = 10, SECRET_BYTES = 16 };

/* --- while it comes --- */

struct flight {
	struct dd_registry *r;
	const struct dd_endpoint *e;
	const struct dd_call *c;
	struct dd_registry_host *host; /* that is asked: the endpoint's, or one that it named */
	struct dd_answer *answer;
	struct dd_buf error_body;
	struct dd_buf url, authorization;
};

static bool read_rate(struct dd_str field, uint64_t *ret_n, uint64_t *ret_window)
{
	struct dd_str rest = field, part;
	bool first = true;
	while (dd_str_next(&rest, ';', &part)) {
		part = dd_str_trim(part);
		if (first && !dd_str_u64(part, INT64_MAX, ret_n))
			return false;
		if (!first && dd_str_starts(part, DD_STR("w=")))
			(void)dd_str_u64(dd_str_skip(part, 2), INT64_MAX, ret_window);
		first = false;
	}
	return !first;
}

/* "ratelimit-limit: 100;w=21600", "ratelimit-remaining: 76;w=21600". */
static void note_rate(const struct flight *f, const struct dd_http_response *response)
{
	struct dd_registry_rate rate = { 0 };
	struct dd_registry_host *h = f->e->host;
	struct dd_str limit = dd_http_header(response, "ratelimit-limit");
	struct dd_str remaining = dd_http_header(response, "ratelimit-remaining");
	if (!read_rate(limit, &rate.limit, &rate.window_s) || !read_rate(remaining, &rate.remaining, &rate.window_s))
		return;
	(void)pthread_mutex_lock(&f->r->s->lock);
	h->rate = rate;
	h->has_rate = true;
	bool say = !h->rate_said && rate.remaining <= rate.limit / RATE_LOW;
	h->rate_said = h->rate_said || say;
	(void)pthread_mutex_unlock(&f->r->s->lock);
	if (say)
		dd_session_say(f->r->s, DD_REGISTRY_RATE, "%s: %llu of %llu pulls are left for now", DD_QUOTE(h->name),
			       (unsigned long long)rate.remaining, (unsigned long long)rate.limit);
}

static enum dd_code on_head(void *ctx, const struct dd_http_response *response, struct dd_err *err)
{
	struct flight *f = ctx;
	f->answer->status = response->status;
	f->answer->retry_after_s = response->status >= 400 ? dd_http_retry_after(response) : 0;
	note_rate(f, response);
	return response->status < 400 && f->c->head ? f->c->head(f->c->ctx, response, err) : DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct flight *f = ctx;
	if (f->answer->status < 400)
		return f->c->data ? f->c->data(f->c->ctx, bytes, err) : DD_OK;
	(void)dd_buf_add_str(&f->error_body, bytes);
	return DD_OK;
}

static enum dd_code on_read(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	struct flight *f = ctx;
	return f->c->read(f->c->ctx, offset, p, n, ret_n, err);
}

/* --- the registry's own words --- */

/* Messages are cut: the start of a secret is as bad as the whole. */
static bool holds(struct dd_str text, struct dd_str secret)
{
	struct dd_str start = dd_str_take(secret, SECRET_BYTES);
	return start.n && dd_str_search(text, start) < text.n;
}

/* A hostile registry may send back what it was shown. */
static bool tells_secret(const struct flight *f, struct dd_str text)
{
	struct dd_str all = dd_buf_str(&f->authorization), shown = dd_str_skip(all, dd_str_rfind(all, ' ') + 1);
	const struct dd_credential *c = NULL;
	struct dd_answer unused = { 0 };
	if (holds(text, shown))
		return true;
	if (!f->answer->signed_in || dd_auth_credential(f->r, f->e, f->c, &c, &unused, NULL) != DD_OK || !c)
		return false;
	return holds(text, c->password) || holds(text, c->identity_token) || holds(text, c->registry_token);
}

/* {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}; distribution-spec §Error Codes. */
static void read_error(const struct flight *f)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_answer *a = f->answer;
	struct dd_str body = dd_buf_str(&f->error_body);
	if (tells_secret(f, body) || dd_json_parse(body, &doc, NULL) != DD_OK)
		return;
	const json_t *first = dd_json_at(dd_json_arr(doc, "errors"), 0);
	struct dd_str code = dd_json_str(first, "code"), message = dd_json_str(first, "message");
	if (tells_secret(f, message))
		return;
	(void)snprintf(a->why, sizeof a->why, "%s%s%s", code.n ? DD_QUOTE(code) : "", code.n && message.n ? " " : "",
		       message.n ? DD_QUOTE(message) : "");
}

/* --- addresses --- */

enum dd_code dd_endpoint_url(const struct dd_endpoint *e, const struct dd_call *c, bool https, struct dd_buf *out,
			     struct dd_err *err)
{
	(void)dd_buf_addf(out, "%s://%.*s/v2", https ? "https" : "http", DD_FMT(e->host->api));
	if (!c->root) {
		(void)dd_buf_add_char(out, '/');
		(void)dd_http_add_path(out, e->repository);
	}
	(void)dd_buf_add_str(out, c->path);
	return dd_buf_check(out, "a registry's address", err);
}

bool dd_endpoint_is_https(const struct dd_endpoint *e)
{
	return !(e->host->insecure && atomic_load(&e->host->scheme) == DD_HOST_HTTP);
}

enum dd_code dd_endpoint_owns(const struct dd_registry *r, const struct dd_endpoint *e, const char *url, bool *ret,
			      struct dd_err *err)
{
	struct dd_http_origin theirs, own;
	struct dd_buf base DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_TRY(dd_endpoint_url(e, &(struct dd_call){ .root = true }, dd_endpoint_is_https(e), &base, err));
	if (!dd_buf_c(&base))
		return dd_fail_nomem(err);
	DD_TRY(dd_http_origin(r->s->net, dd_buf_c(&base), &own, err));
	DD_TRY(dd_http_origin(r->s->net, url, &theirs, err));
	if (!theirs.https && own.https)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET,
			       "%s sends us to an address that is not encrypted: %s; if it stands behind a proxy, that "
			       "must tell it of https (X-Forwarded-Proto)",
			       DD_QUOTE(e->host->api), DD_QUOTE_URL(dd_str_from(url)));
	*ret = theirs.https == own.https && theirs.port == own.port && strcmp(theirs.host, own.host) == 0;
	return DD_OK;
}

/* An address that the registry gave itself is asked as the host that it names: that may be another one, to which
 * neither our credentials belong nor what options allow for this one. */
static enum dd_code find_host(struct flight *f, bool *ret_sign, struct dd_err *err)
{
	struct dd_http_origin theirs;
	char name[300];
	*ret_sign = true;
	f->host = f->e->host;
	if (!f->c->url)
		return DD_OK;
	DD_TRY(dd_endpoint_owns(f->r, f->e, f->c->url, ret_sign, err));
	if (*ret_sign)
		return DD_OK;
	DD_TRY(dd_http_origin(f->r->s->net, f->c->url, &theirs, err));
	dd_host_name(&theirs, name, sizeof name);
	return dd_session_host(f->r->s, dd_str_from(name), false, &f->host, err);
}

void dd_host_name(const struct dd_http_origin *o, char *out, size_t size)
{
	(void)snprintf(out, size, o->port == (o->https ? 443U : 80U) ? "%s" : "%s:%u", o->host, o->port);
}

/* --- one request --- */

unsigned dd_transfer_seconds(uint64_t bytes)
{
	const uint64_t most = 2000000, least = 600; /* libcurl counts milliseconds in 31 bits */
	uint64_t seconds = bytes / DD_TRANSFER_BYTES_PER_SECOND + least;
	return (unsigned)(seconds < most ? seconds : most);
}

static enum dd_code send_once(struct flight *f, bool sign, struct dd_err *err)
{
	const struct dd_call *c = f->c;
	struct dd_buf header DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_REGISTRY_TOKEN_BYTES_MAX * 3);
	const char *private[2] = { NULL, NULL };
	struct dd_http *http;
	if (sign && f->authorization.n) {
		(void)dd_buf_addf(&header, "Authorization: %.*s", DD_FMT(dd_buf_str(&f->authorization)));
		private[0] = dd_buf_c(&header);
		if (!private[0])
			return dd_fail_nomem(err);
	}
	const char *url = c->url ? c->url : dd_buf_c(&f->url);
	if (!url)
		return dd_fail_nomem(err);
	const struct dd_http_request request = { .method = c->method,
						 .url = url,
						 .headers = c->headers,
						 .private_headers = private,
						 .body = c->body,
						 .read = c->read ? on_read : NULL,
						 .body_bytes = c->body_bytes,
						 .total_s = c->document ? f->r->s->o.document_s
									: dd_transfer_seconds(c->transfer_bytes),
						 .max_bytes = c->data ? c->max_bytes : DISCARD_BYTES_MAX,
						 .error_body = true,
						 .head = on_head,
						 .data = on_data,
						 .ctx = f };
	dd_buf_clear(&f->error_body);
	f->answer->status = 0;
	DD_TRY(dd_registry_client(f->r, f->host, &http, err));
	enum dd_code code = dd_http_do(http, &request, &f->answer->response, err);
	f->answer->cause = dd_http_cause(http);
	if (header.p)
		explicit_bzero(header.p, header.n);
	return code;
}

static enum dd_code send(struct flight *f, bool sign, struct dd_err *err)
{
	dd_buf_clear(&f->url);
	DD_TRY(dd_endpoint_url(f->e, f->c, dd_endpoint_is_https(f->e), &f->url, err));
	return send_once(f, sign, err);
}

static enum dd_code converse(struct flight *f, struct dd_err *err)
{
	bool sign = false;
	DD_TRY(dd_host_settle(f->r, f->e->host, &f->answer->cause, err));
	DD_TRY(find_host(f, &sign, err));
	if (sign)
		DD_TRY(dd_auth_ready(f->r, f->e, f->c, &f->authorization, &f->answer->signed_in, err));
	for (unsigned i = 0;; i++) {
		DD_TRY(send(f, sign, err));
		if (f->answer->status != 401 || !sign || i == SIGN_INS_MAX)
			return DD_OK;
		struct dd_buf next DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_REGISTRY_TOKEN_BYTES_MAX * 2);
		enum dd_code code = dd_auth_renew(f->r, f->e, f->c, f->answer->response, dd_buf_str(&f->authorization),
						  &next, f->answer, err);
		if (code == DD_EARG)
			return DD_OK; /* the answer stays a 401, with a hint */
		DD_TRY(code);
		struct dd_buf old = f->authorization;
		f->authorization = next;
		next = old;
	}
}

/* What the user can do. */
static void advise(const struct flight *f, char *out, size_t size)
{
	struct dd_str host = dd_str_take(f->e->host->api, 60);
	enum dd_http_cause cause = f->answer->cause;
	out[0] = '\0';
	if (cause == DD_HTTP_UNREACHABLE || cause == DD_HTTP_NO_HOST)
		(void)snprintf(out, size, "; check the name, the network and the proxy (https_proxy)");
	if (cause == DD_HTTP_STALLED)
		(void)snprintf(out, size, "; check the network and the proxy (https_proxy)");
	if (cause == DD_HTTP_UNTRUSTED)
		(void)snprintf(out, size,
			       "; if its certificate is of an authority of its own, put that into "
			       "/etc/docker/certs.d/%.*s/ca.crt; '--insecure-registry %.*s' goes without",
			       DD_FMT(host), DD_FMT(host));
}

static enum dd_code explain(const struct flight *f, enum dd_code code, struct dd_err *why, struct dd_err *err)
{
	char advice[260];
	if (tells_secret(f, dd_str_from(why->message)))
		(void)snprintf(why->message, sizeof why->message, "%s: an answer that cannot be shown",
			       DD_QUOTE(f->e->host->api));
	if (code != DD_ENET || f->answer->status)
		return dd_fail(err, code, why->at, "%s", why->message);
	advise(f, advice, sizeof advice);
	return dd_fail(err, code, why->at, "%.260s%s", why->message, advice);
}

enum dd_code dd_registry_call(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			      struct dd_answer *ret, struct dd_err *err)
{
	struct flight f = { .r = r, .e = e, .c = c, .answer = ret };
	struct dd_err why = { .at = DD_NO_OFFSET };
	*ret = (struct dd_answer){ .cause = DD_HTTP_OWN };
	if (r->s->o.offline)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s is not asked: --offline", DD_QUOTE(e->host->api));
	f.error_body = DD_BUF_INIT((size_t)DD_HTTP_ERROR_BODY_BYTES_MAX);
	f.url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	f.authorization = DD_BUF_INIT((size_t)DD_REGISTRY_TOKEN_BYTES_MAX * 2);
	enum dd_code code = converse(&f, &why);
	if (code == DD_OK && ret->status >= 400)
		read_error(&f);
	if (code != DD_OK)
		code = explain(&f, code, &why, err);
	if (f.authorization.p)
		explicit_bzero(f.authorization.p, f.authorization.n);
	dd_buf_done(&f.authorization);
	dd_buf_done(&f.error_body);
	dd_buf_done(&f.url);
	return code;
}

/* --- answers that are errors --- */

static enum dd_code fail_access(const struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
				const char *what, struct dd_err *err)
{
	const char *hint = a->hint[0] ? a->hint : NULL;
	(void)r;
	if (hint)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: access to %s is denied (%s): %.250s",
			       DD_QUOTE(e->host->name), what, dd_http_status_text(a->status).text, hint);
	if (a->signed_in)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET,
			       "%s: access to %s is denied (%s%s%.160s): the credentials do not allow it",
			       DD_QUOTE(e->host->name), what, dd_http_status_text(a->status).text,
			       a->why[0] ? ", " : "", a->why);
	return dd_fail(err, DD_ENET, DD_NO_OFFSET,
		       "%s: access to %s is denied (%s%s%.120s): it does not exist, or needs 'drydock login %.*s'",
		       DD_QUOTE(e->host->name), what, dd_http_status_text(a->status).text, a->why[0] ? ", " : "",
		       a->why, DD_FMT(dd_str_take(e->host->name, 100)));
}

enum dd_code dd_answer_fail(const struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
			    const char *what, struct dd_err *err)
{
	char wait[64] = "";
	enum dd_code code = a->status == 404 || a->status == 410 ? DD_ENOTFOUND : DD_ENET;
	const char *comma = a->why[0] ? ", " : "";
	if (a->status == 401 || a->status == 403)
		return fail_access(r, e, a, what, err);
	if (a->retry_after_s)
		(void)snprintf(wait, sizeof wait, " and asks to come back in %llu s",
			       (unsigned long long)a->retry_after_s);
	if (a->status == 429)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET,
			       "%s: too many requests (%s%s%.160s)%s; wait, log in for a higher limit, or use a mirror",
			       DD_QUOTE(e->host->name), dd_http_status_text(a->status).text, comma, a->why, wait);
	if (code == DD_ENOTFOUND)
		return dd_fail(err, code, DD_NO_OFFSET, "%s does not have %s (%s%s%.160s)", DD_QUOTE(e->host->name),
			       what, dd_http_status_text(a->status).text, comma, a->why);
	return dd_fail(err, code, DD_NO_OFFSET, "%s: asked for %s, it answers %s%s%.160s%s", DD_QUOTE(e->host->name),
		       what, dd_http_status_text(a->status).text, comma, a->why, wait);
}
