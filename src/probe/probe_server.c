/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "net/handoff.h"
#include "net/http.h"

/* A provider that keeps one waiting longer has not answered. */
enum { CONNECT_S = 10, STALL_S = 10, TOTAL_S = 20, TEXT_MAX = 256 << 10 };

struct dd_probe_server {
	const char *ca_file;
	int own, other; /* socket ends, -1: closed */
	struct dd_http *http;
};

enum dd_code dd_probe_server_new(const char *ca_file, struct dd_probe_server **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_probe_server_freep) struct dd_probe_server *s = dd_alloc_zero(1, sizeof *s);
	int ends[2];
	if (!s)
		return dd_fail_nomem(err);
	s->ca_file = ca_file;
	s->own = s->other = -1;
	DD_TRY(dd_handoff_pair(ends, err));
	s->own = ends[0];
	s->other = ends[1];
	*ret = DD_TAKE(s);
	return DD_OK;
}

void dd_probe_server_freep(struct dd_probe_server **at)
{
	struct dd_probe_server *s = DD_TAKE(*at);
	if (!s)
		return;
	dd_http_freep(&s->http);
	dd_closep(&s->own);
	dd_closep(&s->other);
	dd_free(s);
}

int dd_probe_server_confined_end(struct dd_probe_server *s)
{
	dd_closep(&s->own);
	return s->other;
}

static enum dd_code client(struct dd_probe_server *s, const struct dd_net *net, const struct dd_err *no_net,
			   struct dd_err *err)
{
	const char *file = getenv("SSL_CERT_FILE"), *dir = getenv("SSL_CERT_DIR");
	struct dd_http_options o = { .ca_file = s->ca_file, .connect_s = CONNECT_S, .stall_s = STALL_S };
	if (!o.ca_file) {
		o.ca_file = file && file[0] ? file : NULL;
		o.ca_dir = dir && dir[0] ? dir : NULL;
	}
	if (!net) {
		dd_err_copy(err, no_net);
		return no_net->code;
	}
	return s->http ? DD_OK : dd_http_new(net, &o, &s->http, err);
}

static enum dd_code keep(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_buf *body = ctx;
	return dd_buf_add_str(body, bytes) == DD_OK ? DD_OK
						    : dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the answer is too long");
}

/* The client's own messages may name the address, and the credential may be in it: only the cause is told. */
static const char *cause_text(enum dd_http_cause cause)
{
	switch (cause) {
	case DD_HTTP_NO_HOST:
	case DD_HTTP_UNREACHABLE:
		return "cannot be reached";
	case DD_HTTP_STALLED:
		return "does not answer";
	case DD_HTTP_UNTRUSTED:
		return "has no certificate that is trusted here";
	case DD_HTTP_DONE:
	case DD_HTTP_BROKEN:
	case DD_HTTP_REFUSED:
	case DD_HTTP_OWN:
		break;
	}
	return "gave no whole answer";
}

static void request(struct dd_probe_server *s, const struct dd_probe_row *row, const struct dd_probe_request *r,
		    struct dd_probe_reply *reply)
{
	DD_CLEANUP_BUF struct dd_buf body = DD_BUF_INIT(DD_PROBE_BODY_MAX);
	const struct dd_http_response *answer;
	struct dd_err why;
	const struct dd_http_request q = { .method = r->method,
					   .url = r->url,
					   .private_headers = r->headers,
					   .body = r->body,
					   .stay = true,
					   .total_s = TOTAL_S,
					   .max_bytes = DD_PROBE_BODY_MAX,
					   .error_body = true,
					   .data = keep,
					   .ctx = &body };
	enum dd_code code = dd_http_do(s->http, &q, &answer, &why);
	if (code != DD_OK) {
		(void)snprintf(reply->note, sizeof reply->note, "%s %s", r->host, cause_text(dd_http_cause(s->http)));
		return;
	}
	reply->alive = dd_probe_judge(row, answer->status, dd_buf_str(&body));
	(void)snprintf(reply->note, sizeof reply->note, "%s answered %s", r->host,
		       dd_http_status_text(answer->status).text);
}

static void answer(struct dd_probe_server *s, const struct dd_net *net, const struct dd_err *no_net,
		   const struct dd_probe_query *q, struct dd_probe_reply *reply)
{
	struct dd_arena a = DD_ARENA_INIT(TEXT_MAX);
	struct dd_probe_request r;
	struct dd_err why;
	bool whole = memchr(q->rule, 0, sizeof q->rule) && q->n <= sizeof q->secret;
	const struct dd_probe_row *row = whole ? dd_probe_for(dd_str_from(q->rule)) : NULL;
	*reply = (struct dd_probe_reply){ .alive = DD_ALIVE_UNCLEAR };
	if (!row)
		(void)snprintf(reply->note, sizeof reply->note, "not asked: nothing is known to ask");
	else if (client(s, net, no_net, &why) != DD_OK ||
		 dd_probe_fill(row, (struct dd_str){ q->secret, q->n }, &a, &r, &why))
		(void)snprintf(reply->note, sizeof reply->note, "not asked: %.140s", why.message);
	else
		request(s, row, &r, reply);
	dd_arena_done(&a);
}

void dd_probe_server_run(struct dd_probe_server *s, const struct dd_net *net, const struct dd_err *no_net)
{
	struct dd_probe_query q;
	struct dd_probe_reply reply;
	int fd = -1;
	dd_closep(&s->other);
	while (dd_handoff_receive(s->own, &q, sizeof q, &fd)) {
		dd_closep(&fd);
		answer(s, net, no_net, &q, &reply);
		explicit_bzero(&q, sizeof q);
		if (!dd_handoff_send(s->own, &reply, sizeof reply, -1))
			break;
	}
}
