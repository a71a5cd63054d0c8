/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP client: one request at a time, its body handed on as it comes. Connections are kept for the next request.
 * What is fixed: https and http only; TLS 1.2 or newer, certificate and name always verified; no cookies, no .netrc, no
 * credentials in URLs; proxies as the environment says (http_proxy, https_proxy, no_proxy); redirects are followed
 * here, a bounded number of times, never from https to http, and private headers never go to another origin. Everything
 * a server says is hostile: use dd_http_header() values through DD_QUOTE. Sources: RFC 9110 (semantics), RFC 9112
 * (HTTP/1.1), RFC 6454 §4 (origin). */
#ifndef DD_HTTP_H
#define DD_HTTP_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/str.h"
#include "net/net.h"

struct dd_http; /* opaque; one thread at a time */

struct dd_http_options {
	const char *ca_file;	 /* PEM: authorities to trust instead of the system's; NULL: the system's */
	const char *ca_dir;	 /* the same as a directory of hashed names (c_rehash); NULL */
	unsigned connect_s;	 /* longest wait for a connection; 0: 15 s */
	unsigned stall_s;	 /* longest time below DD_HTTP_STALL_BYTES_PER_SECOND; 0: 30 s */
	const atomic_bool *stop; /* set by another thread: the request ends soon, with DD_EIO; may be NULL */
	/* A Unix socket to which all requests go, whatever host their URLs name, and no proxy between; NULL: the
	 * network. */
	const char *unix_socket;
	/* Is given the other end, which stays the client's, of each connection that is made, instead of the network and
	 * without a proxy; false: it cannot be led anywhere. NULL: the network. */
	bool (*dial)(void *ctx, int fd);
	void *dial_ctx;
	struct dd_str ca_more; /* PEM: authorities to trust beside those above; empty: none */
	/* PEM files: a certificate and its key that say who we are; NULL: none. Shown to a request's own origin only.
	 */
	const char *client_cert, *client_key;
	/* Certificate and name of a request's own origin are NOT verified; those of hosts that it redirects to are. */
	bool insecure;
};

/* Texts are copied; net and stop must outlive it. */
enum dd_code dd_http_new(const struct dd_net *net, const struct dd_http_options *o, struct dd_http **ret,
			 struct dd_err *err);
void dd_http_freep(struct dd_http **c);

/* Lives until the client's next request. */
struct dd_http_response {
	unsigned status;      /* 200 … of the last answer, redirects followed; 0: no answer came */
	const char *url;      /* that gave it */
	uint64_t length;      /* that the server promises for the body, DD_HTTP_NO_LENGTH when it does not say */
	uint64_t received;    /* bytes of the body handed on */
	struct dd_str fields; /* "Name: value\n" …; read by dd_http_header */
};
#define DD_HTTP_NO_LENGTH UINT64_MAX

/* The first field of that name, trimmed; empty when there is none. Names are compared without case. */
struct dd_str dd_http_header(const struct dd_http_response *r, const char *name);

/* All fields of that name, one after the other: `for (rest = r->fields; dd_http_next_header(&rest, name, &value);)`. */
bool dd_http_next_header(struct dd_str *rest, const char *name, struct dd_str *ret);

struct dd_http_request {
	const char *method;		    /* NULL: GET */
	const char *url;		    /* http or https, percent-encoded */
	const char *const *headers;	    /* "Name: value", NULL-terminated; NULL: none */
	const char *const *private_headers; /* the same, for the url's own origin only (Authorization) */
	struct dd_str body;		    /* sent when p is not NULL */
	/* Instead of body: body_bytes bytes, asked for piece by piece (method PUT or PATCH). Gives 1 to n bytes at
	 * offset; an error ends the request with that error. Asked again from the start after a redirect (307, 308). */
	enum dd_code (*read)(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err);
	uint64_t body_bytes;
	bool stay;	    /* a redirect is an answer like any other */
	unsigned total_s;   /* longest time for one answer, 0: as long as bytes come */
	uint64_t max_bytes; /* of the answer's body; DD_ELIMIT beyond */
	/* Hand on the bodies of answers with status 400 and above, too: their first DD_HTTP_ERROR_BODY_BYTES_MAX. */
	bool error_body;
	/* May a redirect lead to this URL? False: the request ends with DD_ENET. NULL: to any that passes the checks.
	 */
	bool (*follows)(const void *ctx, const char *url);
	const void *follows_ctx;
	/* The last answer's head is there; called once, before any data and also when no data comes. May be NULL. */
	enum dd_code (*head)(void *ctx, const struct dd_http_response *r, struct dd_err *err);
	/* A part of the body. NULL: the body is not read. An error of either ends the request with that error. */
	enum dd_code (*data)(void *ctx, struct dd_str bytes, struct dd_err *err);
	void *ctx;
};

/* What went wrong, for those who decide whether to try again. */
enum dd_http_cause {
	DD_HTTP_DONE,	     /* an answer came, whatever its status */
	DD_HTTP_NO_HOST,     /* there is no such host, and will be none in a second */
	DD_HTTP_UNREACHABLE, /* route, connection or proxy, or nobody who knows the name could be asked */
	DD_HTTP_STALLED,     /* connected, but nothing comes */
	DD_HTTP_BROKEN,	     /* the connection or the transfer was cut off */
	DD_HTTP_UNTRUSTED,   /* TLS: certificate, name or protocol */
	DD_HTTP_REFUSED,     /* by drydock: redirect, limit, a URL that it does not take, broken HTTP */
	DD_HTTP_OWN,	     /* an error of head or data, memory, or stop was set */
};

/* DD_OK: an answer came whole; its status may be an error all the same. DD_ENET: no answer or half of one, the message
 * names the url. DD_EARG: a url or header that makes no sense. DD_ELIMIT; what head and data return.
 * *ret is written in every case and belongs to the client; status 0 when nothing came. */
enum dd_code dd_http_do(struct dd_http *c, const struct dd_http_request *req, const struct dd_http_response **ret,
			struct dd_err *err);
/* Of the last dd_http_do(). */
enum dd_http_cause dd_http_cause(const struct dd_http *c);

/* Is it worth another attempt: a connection that failed, or an answer that says "later"? */
bool dd_http_may_pass(enum dd_http_cause cause, unsigned status);
/* Seconds that Retry-After asks for, 0: it does not. */
uint64_t dd_http_retry_after(const struct dd_http_response *r);

/* "404 Not Found"; the number alone when RFC 9110 has no name for it. */
struct dd_http_status_text {
	char text[48];
};
struct dd_http_status_text dd_http_status_text(unsigned status);

/* An HTTP date as seconds since the epoch; false when it is none. The two obsolete forms of RFC 9110 §5.6.7 are none.
 */
bool dd_http_date(struct dd_str s, int64_t *ret_unix_s);

/* Content-Range of a partial answer (RFC 9110 §14.4); total is DD_HTTP_NO_LENGTH where the server does not say. False:
 * none, or one that makes no sense. */
struct dd_http_range {
	uint64_t first, last, total;
};
bool dd_http_content_range(struct dd_str s, struct dd_http_range *ret);

/* Is url one that dd_http_do takes: http or https, a host, no user name? DD_EARG says what is wrong. */
enum dd_code dd_http_check_url(const struct dd_net *net, const char *url, struct dd_err *err);
/* A URL for people, in quotes and escaped: without user name and without query, which may be a signature. */
struct dd_quoted dd_http_quote_url(struct dd_str url);
#define DD_QUOTE_URL(url) (dd_http_quote_url(url).text)

/* The address that reference (a Location, a Link) means in an answer of base; replaces what is in out. DD_EARG: one
 * that dd_http_do does not take. */
struct dd_buf;
enum dd_code dd_http_resolve(const struct dd_net *net, const char *base, struct dd_str reference, struct dd_buf *out,
			     struct dd_err *err);
struct dd_http_origin {
	bool https;
	unsigned port;
	char host[256]; /* lower case; an IPv6 address in brackets */
};
enum dd_code dd_http_origin(const struct dd_net *net, const char *url, struct dd_http_origin *ret, struct dd_err *err);

/* Appends path percent-encoded (RFC 3986 §2.3; "/" stays). */
enum dd_code dd_http_add_path(struct dd_buf *url, struct dd_str path);

#endif
