/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v2/: is it a registry (distribution-spec §Determining Support), and do these credentials hold? */
#include "net/registry/registry_parts.h"

static enum dd_code ping(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_credential *credential,
			 struct dd_answer *answer, struct dd_err *err)
{
	struct dd_call c = { .path = DD_STR("/"), .root = true, .credential = credential };
	DD_TRY(dd_registry_fetch(r, e, &c, r->s->o.retries, answer, err));
	if (answer->status == 404)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s is no registry: it has no /v2/", DD_QUOTE(e->host->api));
	return DD_OK;
}

enum dd_code dd_registry_ping(struct dd_registry *r, struct dd_str registry, struct dd_str username,
			      struct dd_str password, bool *ret_checked, struct dd_err *err)
{
	const struct dd_credential none = { .source = DD_STR("") };
	const struct dd_credential given = { .username = username,
					     .password = password,
					     .source = DD_STR("your input") };
	struct dd_endpoint e = { .repository = DD_STR("") };
	struct dd_answer answer;
	if (!dd_reference_is_registry(registry))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no HOST or HOST:PORT", DD_QUOTE(registry));
	DD_TRY(dd_session_host(r->s, registry, false, &e.host, err));
	DD_TRY(ping(r, &e, password.n ? &given : &none, &answer, err));
	if (answer.status < 200 || answer.status >= 300)
		return dd_answer_fail(r, &e, &answer, "/v2/", err);
	*ret_checked = answer.signed_in;
	return DD_OK;
}
