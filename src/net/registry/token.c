/* SPDX-License-Identifier: Apache-2.0 */
/* A token from the endpoint that a Bearer challenge names:
 *
 *   GET REALM?service=…&scope=…                      with Basic when there is a name and a password
 *   POST REALM grant_type=refresh_token&…            with an identity token (OAuth 2, RFC 6749 §6)
 *   → {"token" or "access_token": "…", "expires_in": 60}
 *
 * The scope is the challenge's where that asks for no more than is wanted: a registry that is pulled from gets no token
 * to push with. The endpoint must be encrypted, except on the host of a registry that is insecure by option itself.
 * Sources: distribution docs «Token Authentication», «OAuth 2.0 Token Authentication». */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/challenge.h"
#include "net/registry/registry_parts.h"

enum { ANSWER_BYTES_MAX = 64 << 10, SCOPES_MAX = 8 };

struct asking {
	struct dd_registry *r;
	const struct dd_endpoint *e;
	const struct dd_call *c;
	const struct dd_credential *credential; /* NULL: none, or not for that host */
	struct dd_http_origin realm;
	struct dd_registry_host *host; /* of the realm */
	struct dd_buf url, form, body;
	struct dd_answer *answer; /* of the registry's call: hints */
};

/* --- where --- */

static struct dd_str host_only(struct dd_str name)
{
	size_t colon = dd_str_rfind(name, ':');
	return colon < name.n && name.p[name.n - 1] != ']' ? dd_str_take(name, colon) : name;
}

static enum dd_code realm_host(struct asking *a, struct dd_err *err)
{
	char name[300];
	dd_host_name(&a->realm, name, sizeof name);
	if (dd_str_eq_nocase(dd_str_from(name), a->e->host->api)) {
		a->host = a->e->host;
		return DD_OK;
	}
	return dd_session_host(a->r->s, dd_str_from(name), false, &a->host, err);
}

static bool named_by_user(const struct asking *a)
{
	for (size_t i = 0; i < a->r->s->o.n_realms; i++) {
		struct dd_str text = dd_str_from(a->r->s->o.realms[i]);
		size_t equals = dd_str_find(text, '=');
		if (equals < text.n && dd_str_eq_nocase(dd_str_take(text, equals), a->e->host->name) &&
		    dd_str_eq_nocase(dd_str_skip(text, equals + 1), dd_str_from(a->realm.host)))
			return true;
	}
	return false;
}

static enum dd_code refuse(struct asking *a, const char *why, struct dd_err *err)
{
	(void)snprintf(a->answer->hint, sizeof a->answer->hint, "its token endpoint %s %s",
		       DD_QUOTE(dd_str_from(a->realm.host)), why);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s", a->answer->hint);
}

static enum dd_code find_realm(struct asking *a, struct dd_str realm, struct dd_err *err)
{
	struct dd_str registry = host_only(a->e->host->api);
	(void)dd_buf_add_str(&a->url, realm);
	const char *url = dd_buf_c(&a->url);
	if (!url)
		return dd_buf_check(&a->url, "the token endpoint's address", err);
	if (memchr(url, '\0', realm.n) || memchr(url, '#', realm.n) ||
	    dd_http_origin(a->r->s->net, url, &a->realm, NULL) != DD_OK) {
		(void)snprintf(a->answer->hint, sizeof a->answer->hint, "its token endpoint is no address: %s",
			       DD_QUOTE_URL(realm));
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s", a->answer->hint);
	}
	bool own = dd_str_eq_nocase(dd_str_from(a->realm.host), registry);
	DD_TRY(realm_host(a, err));
	if (!a->realm.https && !a->host->insecure && !(own && a->e->host->insecure))
		return refuse(a, "is not encrypted", err);
	return DD_OK;
}

static enum dd_code find_credential(struct asking *a, struct dd_err *err)
{
	DD_TRY(dd_auth_credential(a->r, a->e, a->c, &a->credential, a->answer, err));
	if (!a->credential)
		return DD_OK;
	if (dd_realm_is_near(host_only(a->e->host->api), dd_str_from(a->realm.host)) || named_by_user(a))
		return DD_OK;
	a->credential = NULL;
	(void)snprintf(
		a->answer->hint, sizeof a->answer->hint,
		"its token endpoint %s is not of its own domain, so it did not get the credentials (--token-host)",
		DD_QUOTE(dd_str_from(a->realm.host)));
	dd_session_say(a->r->s, DD_REGISTRY_CREDENTIALS, "%s: %s", DD_QUOTE(a->e->host->name), a->answer->hint);
	return DD_OK;
}

/* --- for what --- */

static bool may_ask(const struct asking *a, struct dd_str actions)
{
	struct dd_str rest = actions, one;
	bool push = strstr(a->c->actions, "push") != NULL;
	while (dd_str_next(&rest, ',', &one))
		if (!dd_str_eq_c(one, "pull") && !dd_str_eq_c(one, "metadata_read") &&
		    !(push && dd_str_eq_c(one, "push")))
			return false;
	return true;
}

static void add_parameter(struct dd_buf *out, const char *name, struct dd_str value)
{
	if (out->n && out->p[out->n - 1] != '?')
		(void)dd_buf_add_char(out, '&');
	(void)dd_buf_addf(out, "%s=", name);
	(void)dd_http_add_path(out, value);
}

/* "repository:NAME:ACTIONS", several with blanks between them. NAME is believed: registries that stand before others
 * have names of their own for a repository. */
static unsigned add_theirs(const struct asking *a, struct dd_str scope, struct dd_str *list)
{
	struct dd_str rest = scope, part, repository = DD_STR("repository:");
	unsigned n = 0;
	while (dd_str_next(&rest, ' ', &part)) {
		size_t colon = dd_str_rfind(part, ':');
		if (dd_str_starts(part, repository) && colon > repository.n && colon < part.n &&
		    may_ask(a, dd_str_skip(part, colon + 1)) && n < SCOPES_MAX)
			list[n++] = part;
	}
	return n;
}

static enum dd_code add_scopes(const struct asking *a, struct dd_str scope, bool form, struct dd_buf *out,
			       struct dd_err *err)
{
	struct dd_arena names DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(8192);
	struct dd_buf one DD_CLEANUP_BUF = DD_BUF_INIT(8192);
	struct dd_str list[SCOPES_MAX + 2];
	unsigned n = 0;
	if (!a->c->actions)
		return DD_OK;
	n = add_theirs(a, scope, list);
	if (n == 0)
		list[n++] = dd_arena_printf(&names, "repository:%.*s:%s", DD_FMT(a->e->repository), a->c->actions);
	if (a->c->mount)
		list[n++] = dd_arena_printf(&names, "repository:%s:pull", a->c->mount);
	for (unsigned i = 0; i < n; i++) {
		if (!list[i].p)
			return dd_fail_nomem(err);
		if (!form)
			add_parameter(out, "scope", list[i]);
		(void)dd_buf_addf(&one, "%s%.*s", i ? " " : "", DD_FMT(list[i]));
	}
	if (form)
		add_parameter(out, "scope", dd_buf_str(&one));
	DD_TRY(dd_buf_check(&one, "the scopes of a token", err));
	return DD_OK;
}

static enum dd_code make_request(struct asking *a, const struct dd_challenge *ch, struct dd_err *err)
{
	bool refresh = a->credential && a->credential->identity_token.n;
	struct dd_str realm = dd_buf_str(&a->url);
	struct dd_buf *out = refresh ? &a->form : &a->url;
	if (refresh)
		add_parameter(out, "grant_type", DD_STR("refresh_token"));
	else
		(void)dd_buf_add_char(out, dd_str_find(realm, '?') < realm.n ? '&' : '?');
	if (!refresh && out->n && out->p[out->n - 1] == '&')
		out->n--; /* add_parameter puts it */
	add_parameter(out, "service", ch->service);
	if (!refresh && a->credential && a->credential->username.n)
		add_parameter(out, "account", a->credential->username);
	DD_TRY(add_scopes(a, ch->scope, refresh, out, err));
	if (refresh) {
		add_parameter(out, "client_id", DD_STR("drydock"));
		add_parameter(out, "refresh_token", a->credential->identity_token);
	}
	return dd_buf_check(out, "the token endpoint's address", err);
}

/* --- the answer --- */

static enum dd_code on_head(void *ctx, const struct dd_http_response *response, struct dd_err *err)
{
	struct asking *a = ctx;
	(void)response, (void)err;
	dd_buf_clear(&a->body);
	return DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct asking *a = ctx;
	(void)dd_buf_add_str(&a->body, bytes);
	return dd_buf_check(&a->body, "the token endpoint's answer", err);
}

static enum dd_code send(struct asking *a, struct dd_answer *now, struct dd_err *err)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded", NULL };
	struct dd_buf value DD_CLEANUP_BUF = DD_BUF_INIT((size_t)3 * DD_CREDENTIAL_BYTES_MAX);
	const char *private[2] = { NULL, NULL };
	struct dd_http *http;
	if (a->credential && !a->form.n && a->credential->password.n) {
		(void)dd_buf_add_c(&value, "Authorization: ");
		DD_TRY(dd_auth_basic(a->credential, &value, err));
		private[0] = dd_buf_c(&value);
	}
	if (!dd_buf_c(&a->url) || (value.n && !private[0]))
		return dd_fail_nomem(err);
	const struct dd_http_request request = { .method = a->form.n ? "POST" : NULL,
						 .url = dd_buf_c(&a->url),
						 .headers = a->form.n ? headers : NULL,
						 .private_headers = private,
						 .body = a->form.n ? dd_buf_str(&a->form) : (struct dd_str){ NULL, 0 },
						 .total_s = a->r->s->o.document_s,
						 .max_bytes = ANSWER_BYTES_MAX,
						 .head = on_head,
						 .data = on_data,
						 .ctx = a };
	DD_TRY(dd_registry_client(a->r, a->host, &http, err));
	enum dd_code code = dd_http_do(http, &request, &now->response, err);
	now->cause = dd_http_cause(http);
	now->status = now->response->status;
	now->retry_after_s = now->status >= 400 ? dd_http_retry_after(now->response) : 0;
	if (value.p)
		explicit_bzero(value.p, value.n);
	return code;
}

static enum dd_code send_again(struct asking *a, struct dd_answer *now, struct dd_err *err)
{
	for (unsigned i = 0;; i++) {
		*now = (struct dd_answer){ .cause = DD_HTTP_OWN };
		enum dd_code code = send(a, now, err);
		if (code == DD_OK ? !dd_http_may_pass(DD_HTTP_DONE, now->status)
				  : code != DD_ENET || !dd_http_may_pass(now->cause, 0))
			return code;
		if (i >= a->r->s->o.retries || now->retry_after_s > DD_HTTP_RETRY_AFTER_SECONDS_MAX)
			return code;
		const struct dd_endpoint at = { .host = a->host };
		DD_TRY(dd_registry_wait(a->r, &at, now, i, err));
	}
}

static enum dd_code fail_status(struct asking *a, const struct dd_answer *now, struct dd_err *err)
{
	struct dd_str source = a->credential ? a->credential->source : DD_STR("");
	const struct dd_http_status_text text = dd_http_status_text(now->status);
	const char *status = text.text;
	if (now->status == 429 || now->status >= 500)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: its token endpoint %s answers %s",
			       DD_QUOTE(a->e->host->name), DD_QUOTE(dd_str_from(a->realm.host)), status);
	if (!a->answer->hint[0] && a->credential)
		(void)snprintf(a->answer->hint, sizeof a->answer->hint,
			       "its token endpoint %s does not accept the credentials from %s (%.40s)",
			       DD_QUOTE(dd_str_from(a->realm.host)), DD_QUOTE(source), status);
	else if (!a->answer->hint[0])
		(void)snprintf(
			a->answer->hint, sizeof a->answer->hint,
			"its token endpoint %s gives no token without credentials (%.40s); use 'drydock login %.*s'",
			DD_QUOTE(dd_str_from(a->realm.host)), status, DD_FMT(dd_str_take(a->e->host->name, 80)));
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no token");
}

static enum dd_code read_answer(struct asking *a, struct dd_buf *text, uint64_t *ret_seconds, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	int64_t seconds = 0;
	/* The parser's message may quote a token. */
	if (dd_json_parse(dd_buf_str(&a->body), &doc, NULL) != DD_OK)
		return refuse(a, "answers with something that is no JSON", err);
	struct dd_str token = dd_json_str(doc, "token");
	if (token.n == 0)
		token = dd_json_str(doc, "access_token");
	if (!dd_str_is_word(token) || token.n > DD_REGISTRY_TOKEN_BYTES_MAX)
		return refuse(a, "answers without a token that makes sense", err);
	if (dd_json_int(doc, "expires_in", &seconds) && seconds > 0)
		*ret_seconds = (uint64_t)seconds;
	dd_buf_clear(text);
	(void)dd_buf_add_str(text, token);
	return dd_buf_check(text, "a token", err);
}

static enum dd_code ask(struct asking *a, const struct dd_challenge *ch, struct dd_buf *text, uint64_t *ret_seconds,
			struct dd_err *err)
{
	struct dd_answer now;
	DD_TRY(find_realm(a, ch->realm, err));
	DD_TRY(find_credential(a, err));
	DD_TRY(make_request(a, ch, err));
	if (send_again(a, &now, err) != DD_OK) {
		if (err && err->code == DD_EARG)
			err->code = DD_ENET; /* a realm that cannot be asked, say: not the user's mistake */
		return dd_wrap(err, "%s: its token endpoint", DD_QUOTE(a->e->host->name));
	}
	a->answer->signed_in = a->credential != NULL;
	if (now.status != 200)
		return fail_status(a, &now, err);
	return read_answer(a, text, ret_seconds, err);
}

enum dd_code dd_token_fetch(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			    const struct dd_challenge *challenge, struct dd_buf *text, uint64_t *ret_seconds,
			    struct dd_answer *answer, struct dd_err *err)
{
	struct asking a = { .r = r, .e = e, .c = c, .answer = answer };
	struct dd_err why = { .at = DD_NO_OFFSET };
	a.url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	a.form = DD_BUF_INIT((size_t)4 * DD_CREDENTIAL_BYTES_MAX);
	a.body = DD_BUF_INIT(ANSWER_BYTES_MAX);
	enum dd_code code = ask(&a, challenge, text, ret_seconds, &why);
	if (code != DD_OK)
		dd_err_copy(err, &why);
	if (a.form.p)
		explicit_bzero(a.form.p, a.form.n);
	if (a.body.p)
		explicit_bzero(a.body.p, a.body.n);
	dd_buf_done(&a.url);
	dd_buf_done(&a.form);
	dd_buf_done(&a.body);
	return code;
}
