/* SPDX-License-Identifier: Apache-2.0 */
/* One dd_http_do() is a chain of hops: each is one request of libcurl without its own redirects, so that every new
 * address passes the same checks here. */
#include "net/http.h"

#include <netdb.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "net/http_parts.h"

/* Layers come in hundreds of megabytes: with libcurl's own 16 KiB a scan from a registry spends a tenth of its time in
 * system calls. */
enum { RECEIVE_BYTES = 256 << 10, LOOK_UP_SECONDS = 2 };

#define SET(c, option, value) ((void)(c)->net->f.x_curl_easy_setopt((c)->curl, (option), (value)))

struct dd_http {
	const struct dd_net *net;
	CURL *curl;
	char *ca_file, *ca_dir; /* owned */
	char *unix_socket;	/* owned, NULL: the network */
	struct dd_http_dial dial;
	unsigned connect_s, stall_s;
	const atomic_bool *stop;
	char *client_cert, *client_key; /* owned */
	struct dd_buf ca_blob;		/* all authorities as one PEM, empty: libcurl's own way */
	bool insecure;

	/* of the request that runs */
	const struct dd_http_request *req;
	struct dd_http_response response;
	struct dd_buf fields, url;
	struct dd_err *err;
	enum dd_code own; /* error of a callback: what libcurl then says does not matter */
	bool head_told;	  /* head() was called */
	bool cut;	  /* the rest of the body is not wanted: no error */
	uint64_t sent;	  /* of the body */
	enum dd_http_cause cause;
	char curl_text[CURL_ERROR_SIZE];
};

/* --- texts --- */

static const struct {
	unsigned status;
	const char *name;
} statuses[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

struct dd_http_status_text dd_http_status_text(unsigned status)
{
	struct dd_http_status_text t;
	const char *name = "";
	for (size_t i = 0; i < DD_COUNT(statuses); i++)
		if (statuses[i].status == status)
			name = statuses[i].name;
	(void)snprintf(t.text, sizeof t.text, "%u%s%s", status, name[0] ? " " : "", name);
	return t;
}

/* What libcurl's codes mean here; all others are REFUSED: a protocol error. */
static const struct {
	CURLcode code;
	enum dd_http_cause cause;
	const char *text; /* NULL: libcurl's own words */
} failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, DD_HTTP_UNREACHABLE, "the host's name cannot be resolved" },
	{ CURLE_COULDNT_RESOLVE_PROXY, DD_HTTP_UNREACHABLE, "the proxy's name cannot be resolved" },
	{ CURLE_COULDNT_CONNECT, DD_HTTP_UNREACHABLE, NULL },
	{ CURLE_PROXY, DD_HTTP_UNREACHABLE, NULL },
	{ CURLE_PARTIAL_FILE, DD_HTTP_BROKEN, "the connection ended before the promised length" },
	{ CURLE_RECV_ERROR, DD_HTTP_BROKEN, "the connection was cut off" },
	{ CURLE_SEND_ERROR, DD_HTTP_BROKEN, "the connection was cut off" },
	{ CURLE_GOT_NOTHING, DD_HTTP_BROKEN, "the server closed the connection without an answer" },
	{ CURLE_HTTP2, DD_HTTP_BROKEN, NULL },
	{ CURLE_HTTP2_STREAM, DD_HTTP_BROKEN, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_CONNECT_ERROR, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_CACERT_BADFILE, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_CERTPROBLEM, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_CIPHER, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_ISSUER_ERROR, DD_HTTP_UNTRUSTED, NULL },
	{ CURLE_SSL_INVALIDCERTSTATUS, DD_HTTP_UNTRUSTED, NULL },
};

static enum dd_code fail_url(struct dd_http *c, enum dd_code code, enum dd_http_cause cause, const char *text)
{
	c->cause = cause;
	return dd_fail(c->err, code, DD_NO_OFFSET, "%s: %s", DD_QUOTE_URL(dd_buf_str(&c->url)), text);
}

/* libcurl does not say whether a name has no address or nobody could be asked for it; who asks once more hears it. When
 * the first time took long, nobody could be asked. */
static bool is_no_host(struct dd_http *c)
{
	struct dd_http_address a DD_CLEANUP(dd_http_address_done);
	struct addrinfo *found = NULL;
	double seconds = 0;
	(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_TOTAL_TIME, &seconds);
	if (seconds > LOOK_UP_SECONDS || dd_http_address_read(&a, c->net, dd_buf_c(&c->url)))
		return false;
	int why = getaddrinfo(a.host, NULL, &(struct addrinfo){ .ai_socktype = SOCK_STREAM }, &found);
	if (why == 0)
		freeaddrinfo(found);
	return why == EAI_NONAME || why == EAI_NODATA;
}

/* The proxy's own answer where it was asked for a tunnel, 0: none, or it made one. libcurl calls a refusal a connection
 * that was cut off. */
static unsigned proxy_refusal(const struct dd_http *c)
{
	long status = 0;
	(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_HTTP_CONNECTCODE, &status);
	return status >= 300 ? (unsigned)status : 0;
}

static enum dd_code fail_proxy(struct dd_http *c, unsigned status)
{
	char text[160];
	(void)snprintf(text, sizeof text, "the proxy answers %s%s", dd_http_status_text(status).text,
		       status == 407
			       ? " (user and password stand in the proxy's address, http://USER:PASSWORD@HOST:PORT)"
			       : "");
	return fail_url(c, DD_ENET, dd_http_may_pass(DD_HTTP_DONE, status) ? DD_HTTP_UNREACHABLE : DD_HTTP_REFUSED,
			text);
}

static enum dd_code fail_curl(struct dd_http *c, CURLcode result)
{
	const char *text = NULL;
	double connected = 0;
	enum dd_http_cause cause = DD_HTTP_REFUSED;
	if (result == CURLE_OUT_OF_MEMORY)
		return fail_url(c, DD_ENOMEM, DD_HTTP_OWN, "out of memory");
	if (result == CURLE_OPERATION_TIMEDOUT) {
		(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_CONNECT_TIME, &connected);
		return connected > 0 ? fail_url(c, DD_ENET, DD_HTTP_STALLED, "the transfer stalled")
				     : fail_url(c, DD_ENET, DD_HTTP_UNREACHABLE, "no connection within the time limit");
	}
	if (proxy_refusal(c))
		return fail_proxy(c, proxy_refusal(c));
	if (result == CURLE_COULDNT_RESOLVE_HOST && is_no_host(c))
		return fail_url(c, DD_ENET, DD_HTTP_NO_HOST,
				"there is no such host: its name cannot be resolved to an address");
	for (size_t i = 0; i < DD_COUNT(failures); i++)
		if (failures[i].code == result) {
			cause = failures[i].cause;
			text = failures[i].text;
			break;
		}
	struct dd_quoted said =
		dd_quote(dd_str_from(c->curl_text[0] ? c->curl_text : c->net->f.x_curl_easy_strerror(result)));
	return fail_url(c, DD_ENET, cause, text ? text : said.text);
}

/* --- what libcurl calls --- */

static bool is_redirect(unsigned status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool follows(const struct dd_http *c)
{
	const char *method = c->req->method;
	if (c->req->stay)
		return false;
	if (!c->req->body.p && !c->req->read)
		return !method || strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
	/* RFC 9110 §15.4.8, §15.4.9: the same request again; the older codes would make a GET of it. */
	return c->response.status == 307 || c->response.status == 308;
}

static enum dd_code check_length(struct dd_http *c)
{
	char text[100];
	if (c->response.length == DD_HTTP_NO_LENGTH || c->response.length <= c->req->max_bytes)
		return DD_OK;
	(void)snprintf(text, sizeof text, "the server wants to send %llu bytes, the limit is %llu",
		       (unsigned long long)c->response.length, (unsigned long long)c->req->max_bytes);
	return fail_url(c, DD_ELIMIT, DD_HTTP_REFUSED, text);
}

/* The head of the last answer: known once its body begins, or when it ends without one. */
static enum dd_code tell_head(struct dd_http *c)
{
	long status = 0;
	curl_off_t length = -1;
	if (c->head_told)
		return DD_OK;
	c->head_told = true;
	(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	c->response.status = status > 0 ? (unsigned)status : 0;
	c->response.length = length >= 0 ? (uint64_t)length : DD_HTTP_NO_LENGTH;
	c->response.fields = dd_buf_str(&c->fields);
	c->response.url = dd_buf_c(&c->url);
	if (is_redirect(c->response.status) && follows(c))
		return DD_OK;
	bool head = c->req->method && strcmp(c->req->method, "HEAD") == 0;
	bool body =
		c->req->data && !head && (c->response.status < 400 || c->req->error_body) && c->response.status != 304;
	if (body && c->response.status < 400)
		DD_TRY(check_length(c));
	if (!c->req->head)
		return DD_OK;
	enum dd_code code = c->req->head(c->req->ctx, &c->response, c->err);
	if (code != DD_OK)
		c->cause = DD_HTTP_OWN;
	return code;
}

static bool wants_body(const struct dd_http *c)
{
	if (!c->req->data || (is_redirect(c->response.status) && follows(c)))
		return false;
	return c->response.status < 400 || c->req->error_body;
}

static enum dd_code take(struct dd_http *c, struct dd_str part)
{
	char text[80];
	DD_TRY(tell_head(c));
	if (!wants_body(c)) {
		c->cut = true;
		return DD_OK;
	}
	if (c->response.status >= 400) {
		part = dd_str_take(part, (size_t)(DD_HTTP_ERROR_BODY_BYTES_MAX - c->response.received));
		c->cut = part.n == 0;
	} else if (part.n > c->req->max_bytes - c->response.received) {
		(void)snprintf(text, sizeof text, "the answer has more than the %llu bytes of the limit",
			       (unsigned long long)c->req->max_bytes);
		return fail_url(c, DD_ELIMIT, DD_HTTP_REFUSED, text);
	}
	if (c->cut)
		return DD_OK;
	enum dd_code code = c->req->data(c->req->ctx, part, c->err);
	if (code != DD_OK)
		c->cause = DD_HTTP_OWN;
	else
		c->response.received += part.n;
	return code;
}

static size_t on_data(char *p, size_t size, size_t n, void *ctx)
{
	struct dd_http *c = ctx;
	c->own = take(c, (struct dd_str){ p, size * n });
	return c->own == DD_OK && !c->cut ? size * n : 0; /* less than all: libcurl ends the transfer */
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct dd_http *c = ctx;
	struct dd_str line = dd_str_trim((struct dd_str){ p, size * n });
	if (dd_str_starts((struct dd_str){ p, size * n }, DD_STR("HTTP/")))
		dd_buf_clear(&c->fields);		  /* an interim answer (100) came before */
	else if (line.n && p[0] != ' ' && p[0] != '\t') { /* folded lines (RFC 9112 §5.2): none of ours needs them */
		(void)dd_buf_add_str(&c->fields, line);
		(void)dd_buf_add_char(&c->fields, '\n');
	}
	if (!c->fields.failed)
		return size * n;
	c->own = fail_url(c, DD_ELIMIT, DD_HTTP_REFUSED, "the answer has too many header fields");
	return 0;
}

static enum dd_code give(struct dd_http *c, char *p, size_t n, size_t *ret_n)
{
	uint64_t left = c->req->body_bytes - c->sent;
	n = n < left ? n : (size_t)left;
	*ret_n = 0;
	if (n == 0)
		return DD_OK;
	enum dd_code code = c->req->read(c->req->ctx, c->sent, p, n, ret_n, c->err);
	dd_assert(code != DD_OK || (*ret_n && *ret_n <= n));
	c->sent += code == DD_OK ? *ret_n : 0;
	return code;
}

static size_t on_read(char *p, size_t size, size_t n, void *ctx)
{
	struct dd_http *c = ctx;
	size_t given = 0;
	c->own = give(c, p, size * n, &given);
	if (c->own != DD_OK)
		c->cause = DD_HTTP_OWN;
	return c->own == DD_OK ? given : CURL_READFUNC_ABORT;
}

/* libcurl sends again what went into a connection that was closed in the meantime. */
static int on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct dd_http *c = ctx;
	if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > c->req->body_bytes)
		return CURL_SEEKFUNC_FAIL;
	c->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static bool stopped(const struct dd_http *c)
{
	return c->stop && atomic_load_explicit(c->stop, memory_order_relaxed);
}

static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	(void)down_total, (void)down, (void)up_total, (void)up;
	return stopped(ctx);
}

/* --- one hop --- */

static void set_protocols(struct dd_http *c)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(c, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* What is for a request's own origin only does not go where it redirects to. */
static void set_own_origin(struct dd_http *c)
{
	if (c->insecure) {
		SET(c, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(c, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	SET(c, CURLOPT_SSLCERT, c->client_cert);
	SET(c, CURLOPT_SSLKEY, c->client_key);
}

static void set_trust(struct dd_http *c, bool same_origin)
{
	SET(c, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(c, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (same_origin)
		set_own_origin(c);
	if (c->ca_blob.n) {
		struct curl_blob blob = { c->ca_blob.p, c->ca_blob.n, CURL_BLOB_NOCOPY };
		SET(c, CURLOPT_CAINFO_BLOB, &blob);
		if (c->ca_file || c->ca_dir)
			SET(c, CURLOPT_CAPATH, c->ca_dir);
		return;
	}
	if (!c->ca_file && !c->ca_dir)
		return; /* the system's */
	/* Instead of the system's authorities, not beside them: who names one authority trusts that one. */
	SET(c, CURLOPT_CAINFO, c->ca_file);
	SET(c, CURLOPT_CAPATH, c->ca_dir);
	SET(c, CURLOPT_PROXY_CAINFO, c->ca_file);
	SET(c, CURLOPT_PROXY_CAPATH, c->ca_dir);
}

static void set_unix_socket(struct dd_http *c)
{
	if (!c->unix_socket)
		return;
	SET(c, CURLOPT_UNIX_SOCKET_PATH, c->unix_socket);
	SET(c, CURLOPT_PROXY, ""); /* not the environment's */
}

static void set_method(struct dd_http *c)
{
	const char *method = c->req->method;
	if (method && strcmp(method, "HEAD") == 0)
		SET(c, CURLOPT_NOBODY, 1L);
	else if (c->req->read) {
		SET(c, CURLOPT_UPLOAD, 1L);
		SET(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)c->req->body_bytes);
		SET(c, CURLOPT_READFUNCTION, on_read);
		SET(c, CURLOPT_READDATA, c);
		SET(c, CURLOPT_SEEKFUNCTION, on_seek);
		SET(c, CURLOPT_SEEKDATA, c);
	} else if (c->req->body.p) {
		SET(c, CURLOPT_POST, 1L);
		SET(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->req->body.n);
		SET(c, CURLOPT_POSTFIELDS, c->req->body.p);
	}
	if (method && strcmp(method, "HEAD") != 0)
		SET(c, CURLOPT_CUSTOMREQUEST, method);
}

static void set_all(struct dd_http *c, struct curl_slist *headers, bool same_origin)
{
	c->net->f.x_curl_easy_reset(c->curl); /* options go, connections stay */
	set_protocols(c);
	set_trust(c, same_origin);
	set_unix_socket(c);
	dd_http_dial_set(&c->dial, c->net, c->curl);
	set_method(c);
	SET(c, CURLOPT_URL, dd_buf_c(&c->url));
	SET(c, CURLOPT_HTTPHEADER, headers);
	SET(c, CURLOPT_USERAGENT, "drydock/" DD_VERSION);
	SET(c, CURLOPT_FOLLOWLOCATION, 0L);
	SET(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS); /* by ALPN; HTTP/1.1 where not encrypted */
	SET(c, CURLOPT_TIMEOUT, (long)c->req->total_s);
	SET(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(c, CURLOPT_NOSIGNAL, 1L);
	SET(c, CURLOPT_CONNECTTIMEOUT, (long)c->connect_s);
	SET(c, CURLOPT_LOW_SPEED_LIMIT, (long)DD_HTTP_STALL_BYTES_PER_SECOND);
	SET(c, CURLOPT_LOW_SPEED_TIME, (long)c->stall_s);
	SET(c, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
	SET(c, CURLOPT_WRITEFUNCTION, on_data);
	SET(c, CURLOPT_WRITEDATA, c);
	SET(c, CURLOPT_HEADERFUNCTION, on_header);
	SET(c, CURLOPT_HEADERDATA, c);
	SET(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(c, CURLOPT_XFERINFODATA, c);
	SET(c, CURLOPT_NOPROGRESS, 0L);
	SET(c, CURLOPT_ERRORBUFFER, c->curl_text);
}

static enum dd_code add_headers(struct dd_http *c, const char *const *headers, struct curl_slist **list)
{
	for (; headers && *headers; headers++) {
		struct dd_str s = dd_str_from(*headers);
		size_t colon = dd_str_find(s, ':');
		if (dd_str_find(s, '\n') < s.n || dd_str_find(s, '\r') < s.n || colon == s.n) {
			c->cause = DD_HTTP_REFUSED;
			/* Its value may be a secret. */
			return dd_fail(c->err, DD_EARG, DD_NO_OFFSET, "%s is no header",
				       DD_QUOTE(dd_str_take(s, colon)));
		}
		struct curl_slist *longer = c->net->f.x_curl_slist_append(*list, *headers);
		if (!longer)
			return fail_url(c, DD_ENOMEM, DD_HTTP_OWN, "out of memory");
		*list = longer;
	}
	return DD_OK;
}

static enum dd_code perform(struct dd_http *c)
{
	(void)atomic_fetch_add(&c->net->counters->requests, 1);
	CURLcode result = c->net->f.x_curl_easy_perform(c->curl);
	if (c->own != DD_OK)
		return c->own;
	if (stopped(c))
		return fail_url(c, DD_EIO, DD_HTTP_OWN, "interrupted");
	if (result != CURLE_OK && !(c->cut && result == CURLE_WRITE_ERROR))
		return fail_curl(c, result);
	return tell_head(c);
}

static enum dd_code hop(struct dd_http *c, bool same_origin)
{
	struct curl_slist *headers = NULL;
	c->response.fields = (struct dd_str){ NULL, 0 };
	dd_buf_clear(&c->fields);
	c->own = DD_OK;
	c->head_told = c->cut = false;
	c->sent = 0;
	c->curl_text[0] = '\0';
	enum dd_code code = add_headers(c, c->req->headers, &headers);
	if (code == DD_OK && same_origin)
		code = add_headers(c, c->req->private_headers, &headers);
	if (code == DD_OK) {
		set_all(c, headers, same_origin);
		code = perform(c);
	}
	c->net->f.x_curl_slist_free_all(headers);
	return code;
}

/* --- redirects --- */

static enum dd_code set_url(struct dd_http *c, const char *url)
{
	dd_buf_clear(&c->url);
	(void)dd_buf_add_c(&c->url, url);
	return dd_buf_c(&c->url) ? dd_buf_check(&c->url, "the URL", c->err) : dd_fail_nomem(c->err);
}

/* Makes the answer's Location the next url, after the checks. */
static enum dd_code redirect(struct dd_http *c, const struct dd_http_address *first, bool *ret_same_origin)
{
	struct dd_http_address now DD_CLEANUP(dd_http_address_done) = { 0 },
				   next DD_CLEANUP(dd_http_address_done) = { 0 };
	char text[320], *to = NULL;
	(void)c->net->f.x_curl_easy_getinfo(c->curl, CURLINFO_REDIRECT_URL, &to);
	if (!to)
		return fail_url(c, DD_ENET, DD_HTTP_REFUSED, "a redirect that does not say where to");
	const char *wrong = dd_http_address_read(&now, c->net, dd_buf_c(&c->url));
	if (!wrong)
		wrong = dd_http_address_read(&next, c->net, to);
	if (!wrong && strcmp(next.scheme, "https") != 0 && strcmp(next.scheme, now.scheme) != 0)
		wrong = "not encrypted, and it came from an encrypted one";
	/* A body may be as private as a header. */
	if (!wrong && (c->req->body.p || c->req->read) && !dd_http_origins_equal(&next, first))
		wrong = "another host, and what was asked for is to send data";
	if (!wrong && c->req->follows && !c->req->follows(c->req->follows_ctx, to))
		wrong = "another host than was to be asked";
	if (wrong) {
		(void)snprintf(text, sizeof text, "a redirect to %s that is not followed: %s",
			       DD_QUOTE_URL(dd_str_from(to)), wrong);
		return fail_url(c, DD_ENET, DD_HTTP_REFUSED, text);
	}
	*ret_same_origin = dd_http_origins_equal(&next, first);
	return set_url(c, to); /* `to` is the handle's: good until its next request */
}

/* --- the client --- */

static enum dd_code run(struct dd_http *c)
{
	struct dd_http_address first DD_CLEANUP(dd_http_address_done) = { 0 };
	bool same_origin = true;
	DD_TRY(set_url(c, c->req->url));
	const char *wrong = dd_http_address_read(&first, c->net, c->req->url);
	if (wrong)
		return fail_url(c, DD_EARG, DD_HTTP_REFUSED, wrong);
	for (unsigned hops = 0; hops <= DD_HTTP_REDIRECTS_MAX; hops++) {
		DD_TRY(hop(c, same_origin));
		if (!is_redirect(c->response.status) || !follows(c))
			return DD_OK;
		DD_TRY(redirect(c, &first, &same_origin));
	}
	return fail_url(c, DD_ENET, DD_HTTP_REFUSED, "too many redirects");
}

enum dd_code dd_http_do(struct dd_http *c, const struct dd_http_request *req, const struct dd_http_response **ret,
			struct dd_err *err)
{
	struct dd_err local = { .at = DD_NO_OFFSET };
	c->req = req;
	c->err = &local;
	c->cause = DD_HTTP_OWN;
	c->response = (struct dd_http_response){ .length = DD_HTTP_NO_LENGTH };
	c->fields.failed = c->url.failed = false;
	enum dd_code code = run(c);
	if (code == DD_OK)
		c->cause = DD_HTTP_DONE;
	else if (err)
		*err = local;
	c->response.url = dd_buf_c(&c->url);
	*ret = &c->response;
	return code;
}

enum dd_http_cause dd_http_cause(const struct dd_http *c)
{
	return c->cause;
}

static char *copy(const char *s)
{
	size_t n = s ? strlen(s) + 1 : 0;
	char *p = n ? dd_alloc(n) : NULL;
	if (p)
		memcpy(p, s, n);
	return p;
}

/* libcurl takes one PEM: the authorities that it would use, and the further ones. */
static enum dd_code join_authorities(struct dd_http *c, struct dd_str more, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	const char *path = c->ca_file;
	if (!path && !c->ca_dir)
		path = c->net->f.x_curl_version_info(CURLVERSION_NOW)->cainfo;
	if (path && dd_map_file_open(&file, path, DD_HTTP_AUTHORITIES_BYTES_MAX, err) != DD_OK && c->ca_file)
		return dd_wrap(err, "the certificate authorities");
	(void)dd_buf_add_str(&c->ca_blob, file.bytes);
	(void)dd_buf_add_char(&c->ca_blob, '\n');
	(void)dd_buf_add_str(&c->ca_blob, more);
	return dd_buf_check(&c->ca_blob, "the certificate authorities", err);
}

enum dd_code dd_http_new(const struct dd_net *net, const struct dd_http_options *o, struct dd_http **ret,
			 struct dd_err *err)
{
	struct dd_http *c DD_CLEANUP(dd_http_freep) = dd_alloc_zero(1, sizeof *c);
	if (!c)
		return dd_fail_nomem(err);
	c->net = net;
	c->stop = o->stop;
	c->connect_s = o->connect_s ? o->connect_s : DD_HTTP_CONNECT_SECONDS;
	c->stall_s = o->stall_s ? o->stall_s : DD_HTTP_STALL_SECONDS;
	c->fields = DD_BUF_INIT((size_t)DD_HTTP_FIELDS_BYTES_MAX);
	c->url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	c->ca_file = copy(o->ca_file);
	c->ca_dir = copy(o->ca_dir);
	c->unix_socket = copy(o->unix_socket);
	c->curl = net->f.x_curl_easy_init();
	c->client_cert = copy(o->client_cert);
	c->client_key = copy(o->client_key);
	c->insecure = o->insecure;
	c->dial = (struct dd_http_dial){ o->dial, o->dial_ctx, -1 };
	c->ca_blob = DD_BUF_INIT((size_t)DD_HTTP_AUTHORITIES_BYTES_MAX);
	if (!c->curl || (o->ca_file && !c->ca_file) || (o->ca_dir && !c->ca_dir) ||
	    (o->client_cert && !c->client_cert) || (o->client_key && !c->client_key) ||
	    (o->unix_socket && !c->unix_socket))
		return dd_fail_nomem(err);
	if (o->ca_more.n)
		DD_TRY(join_authorities(c, o->ca_more, err));
	*ret = DD_TAKE(c);
	return DD_OK;
}

void dd_http_freep(struct dd_http **at)
{
	struct dd_http *c = DD_TAKE(*at);
	if (!c)
		return;
	if (c->curl)
		c->net->f.x_curl_easy_cleanup(c->curl);
	dd_closep(&c->dial.listener);
	dd_buf_done(&c->fields);
	dd_buf_done(&c->url);
	dd_free(c->ca_file);
	dd_free(c->ca_dir);
	dd_free(c->unix_socket);
	dd_free(c->client_cert);
	dd_free(c->client_key);
	dd_buf_done(&c->ca_blob);
	dd_free(c);
}
