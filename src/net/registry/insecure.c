/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that are insecure by option: https without verification where they speak it, else http, as docker does. Found
 * out once, by asking for /v2/ without saying who we are. */
#include "base/limits.h"
#include "net/registry/registry_parts.h"

struct look {
	struct dd_registry *r;
	struct dd_registry_host *host;
	enum dd_http_cause cause;
	unsigned status;
};

static enum dd_code look(struct look *l, bool https, struct dd_err *err)
{
	struct dd_buf url DD_CLEANUP_BUF = DD_BUF_INIT(1024);
	const struct dd_http_response *response;
	struct dd_http *http;
	(void)dd_buf_addf(&url, "%s://%.*s/v2/", https ? "https" : "http", DD_FMT(l->host->api));
	if (!dd_buf_c(&url))
		return dd_fail_nomem(err);
	const struct dd_http_request request = {
		.url = dd_buf_c(&url), .stay = true, .total_s = l->r->s->o.document_s, .max_bytes = INT64_MAX
	};
	DD_TRY(dd_registry_client(l->r, l->host, &http, err));
	enum dd_code code = dd_http_do(http, &request, &response, err);
	l->cause = dd_http_cause(http);
	l->status = response->status;
	return code;
}

/* No TLS there, or nobody at https's own port; or only the proxy for http knows the host. */
static bool may_speak_http(const struct look *l)
{
	struct dd_str api = l->host->api;
	bool has_port = dd_str_rfind(api, ':') < api.n && api.p[api.n - 1] != ']';
	return l->cause == DD_HTTP_UNTRUSTED || l->cause == DD_HTTP_NO_HOST ||
	       (l->cause == DD_HTTP_UNREACHABLE && !has_port);
}

static void settle(struct look *l, enum dd_host_scheme scheme)
{
	int unknown = DD_HOST_UNKNOWN;
	if (atomic_compare_exchange_strong(&l->host->scheme, &unknown, scheme))
		dd_session_say(l->r->s, DD_REGISTRY_INSECURE, "%s is %s, as was allowed", DD_QUOTE(l->host->api),
			       scheme == DD_HOST_HTTPS ? "asked without looking at its certificate"
						       : "asked without encryption");
}

enum dd_code dd_host_settle(struct dd_registry *r, struct dd_registry_host *host, enum dd_http_cause *ret_cause,
			    struct dd_err *err)
{
	struct look l = { .r = r, .host = host };
	struct dd_err second;
	if (!host->insecure || atomic_load(&host->scheme) != DD_HOST_UNKNOWN)
		return DD_OK;
	enum dd_code code = look(&l, true, err);
	if (code == DD_OK) {
		settle(&l, DD_HOST_HTTPS);
		return DD_OK;
	}
	*ret_cause = l.cause;
	if (code != DD_ENET || !may_speak_http(&l))
		return code;
	/* 400 is what a server of https says to http: it has a trouble of its own, and the first error tells it. */
	enum dd_code plain = look(&l, false, &second);
	if (plain == DD_OK && l.status != 400) {
		settle(&l, DD_HOST_HTTP);
		return DD_OK;
	}
	if (plain == DD_OK || l.cause == DD_HTTP_UNREACHABLE || l.cause == DD_HTTP_NO_HOST)
		return code;
	*ret_cause = l.cause;
	dd_err_copy(err, &second);
	return plain;
}
