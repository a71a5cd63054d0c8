/* SPDX-License-Identifier: Apache-2.0 */
/* Again after what may pass, with waits that double; the mirrors in turn, the registry last. */
#include <time.h>

#include "base/limits.h"
#include "net/registry/registry_parts.h"

enum { DOUBLINGS_MAX = 6, SLEEP_STEP_MS = 50 };

static bool stopped(const struct dd_registry *r)
{
	return r->s->o.stop && atomic_load_explicit(r->s->o.stop, memory_order_relaxed);
}

enum dd_code dd_registry_wait(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
			      unsigned again, struct dd_err *err)
{
	uint64_t ms = (uint64_t)r->s->o.retry_wait_ms << (again < DOUBLINGS_MAX ? again : DOUBLINGS_MAX);
	if (a->retry_after_s)
		ms = a->retry_after_s * 1000;
	if (a->status >= 400)
		dd_session_say(r->s, DD_REGISTRY_RETRY, "%s answers %s; trying again in %.1f s", DD_QUOTE(e->host->api),
			       dd_http_status_text(a->status).text, (double)ms / 1000);
	else
		dd_session_say(r->s, DD_REGISTRY_RETRY, "%s gives no answer; trying again in %.1f s",
			       DD_QUOTE(e->host->api), (double)ms / 1000);
	for (uint64_t done = 0; done < ms && !stopped(r); done += SLEEP_STEP_MS) {
		uint64_t part = ms - done < SLEEP_STEP_MS ? ms - done : SLEEP_STEP_MS;
		const struct timespec t = { .tv_nsec = (long)(part * 1000000) };
		(void)nanosleep(&t, NULL);
	}
	return stopped(r) ? dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted") : DD_OK;
}

enum dd_code dd_registry_try(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			     unsigned retries, struct dd_answer *ret, struct dd_err *err)
{
	for (unsigned i = 0;; i++) {
		enum dd_code code = dd_registry_call(r, e, c, ret, err);
		bool again = code == DD_OK ? dd_http_may_pass(DD_HTTP_DONE, ret->status)
					   : code == DD_ENET && dd_http_may_pass(ret->cause, 0) && !r->s->o.offline;
		if (!again || i >= retries || ret->retry_after_s > DD_HTTP_RETRY_AFTER_SECONDS_MAX)
			return code;
		DD_TRY(dd_registry_wait(r, e, ret, i, err));
	}
}

unsigned dd_registry_retries(const struct dd_registry *r, const struct dd_endpoints *e, size_t i)
{
	/* Behind a mirror stands somebody else who can be asked. */
	return i + 1 < e->n ? 0 : r->s->o.retries;
}

void dd_registry_pass_over(struct dd_registry *r, const struct dd_endpoint *e, enum dd_http_cause cause,
			   const struct dd_err *why)
{
	if (cause == DD_HTTP_NO_HOST || cause == DD_HTTP_UNREACHABLE || cause == DD_HTTP_STALLED ||
	    cause == DD_HTTP_UNTRUSTED)
		atomic_store(&e->host->down, true);
	dd_session_say(r->s, DD_REGISTRY_MIRROR, "mirror %s is passed over: %.350s", DD_QUOTE(e->host->name),
		       why->message);
}

/* --- documents --- */

static enum dd_code on_head(void *ctx, const struct dd_http_response *response, struct dd_err *err)
{
	struct dd_registry *r = ctx;
	(void)response, (void)err;
	dd_buf_clear(&r->body);
	r->body.failed = false;
	return DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_registry *r = ctx;
	(void)dd_buf_add_str(&r->body, bytes);
	return dd_buf_check(&r->body, "a registry's document", err);
}

enum dd_code dd_registry_fetch(struct dd_registry *r, const struct dd_endpoint *e, struct dd_call *c, unsigned retries,
			       struct dd_answer *ret, struct dd_err *err)
{
	c->document = true;
	c->max_bytes = DD_MANIFEST_BYTES_MAX;
	c->head = on_head;
	c->data = c->method && strcmp(c->method, "HEAD") == 0 ? NULL : on_data;
	c->ctx = r;
	dd_buf_clear(&r->body);
	r->body.failed = false;
	return dd_registry_try(r, e, c, retries, ret, err);
}

static enum dd_code fetch_from(struct dd_registry *r, const struct dd_endpoint *e, struct dd_call *c, unsigned retries,
			       const struct dd_document *d, struct dd_answer *ret, struct dd_err *err)
{
	DD_TRY(dd_registry_fetch(r, e, c, retries, ret, err));
	if (ret->status < 200 || ret->status >= 300)
		return dd_answer_fail(r, e, ret, d->what, err);
	return d->read ? d->read(d->ctx, r, e, ret, err) : DD_OK;
}

/* What is the user's own doing ends it; everything else is the mirror's. */
static bool is_final(enum dd_code code)
{
	return code == DD_OK || code == DD_EIO || code == DD_ENOMEM;
}

enum dd_code dd_registry_document(struct dd_registry *r, const struct dd_reference *ref, struct dd_call *c,
				  const struct dd_document *d, struct dd_answer *ret, struct dd_err *err)
{
	struct dd_endpoints e DD_CLEANUP(dd_endpoints_done);
	struct dd_err why = { .at = DD_NO_OFFSET };
	DD_TRY(dd_endpoints_find(r->s, ref, false, &e, err));
	enum dd_code code = DD_ENET;
	for (size_t i = 0; i < e.n; i++) {
		bool last = i + 1 == e.n;
		if (!last && atomic_load(&e.at[i].host->down))
			continue;
		code = fetch_from(r, &e.at[i], c, dd_registry_retries(r, &e, i), d, ret, &why);
		if (last || is_final(code))
			break;
		dd_registry_pass_over(r, &e.at[i], ret->cause, &why);
	}
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}
