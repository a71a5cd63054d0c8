/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's connections: a client for each host, the one used longest ago goes when there are too many. */
#include "base/alloc.h"
#include "base/limits.h"
#include "net/registry/registry_parts.h"

enum dd_code dd_registry_new(struct dd_registry_session *s, struct dd_registry **ret, struct dd_err *err)
{
	struct dd_registry *r = dd_alloc_zero(1, sizeof *r);
	if (!r)
		return dd_fail_nomem(err);
	r->s = s;
	r->body = DD_BUF_INIT((size_t)DD_MANIFEST_BYTES_MAX);
	*ret = r;
	return DD_OK;
}

void dd_registry_freep(struct dd_registry **at)
{
	struct dd_registry *r = DD_TAKE(*at);
	if (!r)
		return;
	for (size_t i = 0; i < DD_COUNT(r->clients); i++)
		dd_http_freep(&r->clients[i].http);
	dd_buf_done(&r->body);
	dd_free(r);
}

static enum dd_code make(const struct dd_registry *r, const struct dd_registry_host *host, struct dd_http **ret,
			 struct dd_err *err)
{
	const struct dd_registry_options *o = &r->s->o;
	const struct dd_http_options h = { .ca_file = o->ca_file,
					   .ca_dir = o->ca_dir,
					   .connect_s = o->connect_s,
					   .stall_s = o->stall_s,
					   .stop = o->stop,
					   .ca_more = host->certs.authorities,
					   .client_cert = host->certs.cert,
					   .client_key = host->certs.key,
					   .insecure = host->insecure };
	return dd_http_new(r->s->net, &h, ret, err);
}

enum dd_code dd_registry_client(struct dd_registry *r, struct dd_registry_host *host, struct dd_http **ret,
				struct dd_err *err)
{
	size_t oldest = 0;
	for (size_t i = 0; i < DD_COUNT(r->clients); i++) {
		if (r->clients[i].host == host) {
			r->clients[i].used = ++r->clock;
			*ret = r->clients[i].http;
			return DD_OK;
		}
		if (r->clients[i].used < r->clients[oldest].used)
			oldest = i;
	}
	dd_http_freep(&r->clients[oldest].http);
	r->clients[oldest].host = NULL;
	r->clients[oldest].used = 0;
	DD_TRY(make(r, host, &r->clients[oldest].http, err));
	r->clients[oldest].host = host;
	r->clients[oldest].used = ++r->clock;
	*ret = r->clients[oldest].http;
	return DD_OK;
}
