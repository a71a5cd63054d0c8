/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets to know who we are. A 401 brings challenges (RFC 9110 §11.6.1): Bearer names a token endpoint
 * (distribution-spec «Token Authentication»), Basic wants name and password. Bearer is taken when both are offered.
 * What worked is shown at once the next time: tokens by host, repository and actions, Basic by host. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "net/registry/challenge.h"
#include "net/registry/registry_parts.h"

enum { EXPIRES_DEFAULT_S = 60, EXPIRES_MAX_S = 24 * 3600, KNOWN_MAX = 4096 };

/* --- tokens --- */

static void token_key(const struct dd_endpoint *e, const struct dd_call *c, struct dd_buf *out)
{
	(void)dd_buf_addf(out, "%.*s\n%.*s\n%s\n%s", DD_FMT(e->host->name),
			  DD_FMT(c->root ? DD_STR("") : e->repository), c->actions ? c->actions : "",
			  c->mount ? c->mount : "");
}

static struct dd_registry_token *find_token(struct dd_registry_session *s, const char *key)
{
	for (size_t i = 0; i < s->tokens.n; i++)
		if (strcmp(s->tokens.p[i].key, key) == 0)
			return &s->tokens.p[i];
	return NULL;
}

/* Appends "Bearer …" when there is one that is still good. */
static void ready_token(struct dd_registry_session *s, const char *key, struct dd_buf *out)
{
	(void)pthread_mutex_lock(&s->lock);
	const struct dd_registry_token *t = find_token(s, key);
	if (t && t->expires_s > dd_session_now_s())
		(void)dd_buf_addf(out, "Bearer %s", t->text);
	(void)pthread_mutex_unlock(&s->lock);
}

static char *copy(const char *text)
{
	size_t n = strlen(text) + 1;
	char *p = dd_alloc(n);
	if (p)
		memcpy(p, text, n);
	return p;
}

/* A token that is not kept costs a request more, nothing else. */
static void keep_token(struct dd_registry_session *s, const char *key, const char *text, uint64_t seconds)
{
	uint64_t life = seconds ? seconds : EXPIRES_DEFAULT_S;
	life = life < EXPIRES_MAX_S ? life : EXPIRES_MAX_S;
	struct dd_registry_token now = { copy(key), copy(text), 0 };
	/* A little less: it has to be good when it arrives, too. */
	now.expires_s = dd_session_now_s() + (int64_t)(life - life / 10);
	(void)pthread_mutex_lock(&s->lock);
	struct dd_registry_token *t = find_token(s, key);
	if (t && now.key && now.text) {
		struct dd_registry_token old = *t;
		*t = now;
		now = old;
	} else if (now.key && now.text && dd_vec_push(&s->tokens, now, DD_REGISTRY_TOKENS_MAX)) {
		now.key = now.text = NULL;
	}
	(void)pthread_mutex_unlock(&s->lock);
	dd_free(now.key);
	dd_free(now.text);
}

/* --- credentials --- */

static struct dd_registry_known *find_known(struct dd_registry_session *s, const struct dd_endpoint *e)
{
	struct dd_registry_known *k = s->known;
	while (k && !(dd_str_eq(k->registry, e->host->name) && dd_str_eq(k->repository, e->repository)))
		k = k->next;
	return k;
}

static struct dd_str keep_text(struct dd_arena *a, struct dd_str text)
{
	return text.n ? dd_arena_str(a, text) : DD_STR("");
}

static struct dd_registry_known *keep_known(struct dd_registry_session *s, const struct dd_endpoint *e,
					    const struct dd_credential *c, const char *trouble)
{
	struct dd_registry_known *k = s->n_known < KNOWN_MAX ? dd_arena_new(&s->arena, struct dd_registry_known) : NULL;
	if (!k)
		return NULL;
	k->registry = e->host->name;
	k->repository = dd_arena_str(&s->arena, e->repository);
	k->found = c != NULL;
	k->trouble = trouble ? dd_arena_c(&s->arena, dd_str_from(trouble)) : NULL;
	if (c)
		k->credential = (struct dd_credential){ .username = keep_text(&s->arena, c->username),
							.password = keep_text(&s->arena, c->password),
							.identity_token = keep_text(&s->arena, c->identity_token),
							.registry_token = keep_text(&s->arena, c->registry_token),
							.source = keep_text(&s->arena, c->source) };
	bool good = k->repository.p && (!trouble || k->trouble) &&
		    (!c || (k->credential.username.p && k->credential.password.p && k->credential.identity_token.p &&
			    k->credential.registry_token.p && k->credential.source.p));
	if (!good)
		return NULL;
	k->next = s->known;
	s->known = k;
	s->n_known++;
	return k;
}

/* Under signing_in. */
static enum dd_code look_up(struct dd_registry_session *s, const struct dd_endpoint *e,
			    const struct dd_registry_known **ret, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT((size_t)8 * DD_CREDENTIAL_BYTES_MAX);
	struct dd_credential c;
	struct dd_err why;
	(void)pthread_mutex_lock(&s->lock);
	*ret = find_known(s, e);
	(void)pthread_mutex_unlock(&s->lock);
	if (*ret)
		return DD_OK;
	enum dd_code code = dd_credentials_find(s->credentials, e->host->name, e->repository, &a, &c, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	bool trouble = code != DD_OK && code != DD_ENOTFOUND;
	if (trouble)
		dd_session_say(s, DD_REGISTRY_CREDENTIALS, "%s: %.300s; going on without credentials",
			       DD_QUOTE(e->host->name), why.message);
	(void)pthread_mutex_lock(&s->lock);
	*ret = keep_known(s, e, code == DD_OK ? &c : NULL, trouble ? why.message : NULL);
	(void)pthread_mutex_unlock(&s->lock);
	return *ret ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_auth_credential(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
				const struct dd_credential **ret, struct dd_answer *answer, struct dd_err *err)
{
	const struct dd_registry_known *k = NULL;
	if (c->credential) {
		bool any =
			c->credential->password.n || c->credential->identity_token.n || c->credential->registry_token.n;
		*ret = any ? c->credential : NULL;
		return DD_OK;
	}
	DD_TRY(look_up(r->s, e, &k, err));
	*ret = k->found ? &k->credential : NULL;
	if (k->trouble)
		(void)snprintf(answer->hint, sizeof answer->hint, "no credentials could be had: %.300s", k->trouble);
	return DD_OK;
}

/* --- Basic --- */

/* RFC 7617. */
enum dd_code dd_auth_basic(const struct dd_credential *c, struct dd_buf *out, struct dd_err *err)
{
	struct dd_buf both DD_CLEANUP_BUF = DD_BUF_INIT((size_t)2 * DD_CREDENTIAL_BYTES_MAX + 2);
	(void)dd_buf_addf(&both, "%.*s:%.*s", DD_FMT(c->username), DD_FMT(c->password));
	DD_TRY(dd_buf_check(&both, "credentials", err));
	(void)dd_buf_add_c(out, "Basic ");
	(void)dd_base64_encode(dd_buf_str(&both), out);
	explicit_bzero(both.p, both.n);
	return dd_buf_check(out, "credentials", err);
}

/* --- before and after --- */

enum dd_code dd_auth_ready(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			   struct dd_buf *out, bool *ret_signed_in, struct dd_err *err)
{
	struct dd_buf key DD_CLEANUP_BUF = DD_BUF_INIT(2048);
	const struct dd_credential *credential = NULL;
	struct dd_answer unused = { 0 };
	if (c->credential)
		return DD_OK;
	token_key(e, c, &key);
	if (!dd_buf_c(&key))
		return dd_fail_nomem(err);
	ready_token(r->s, dd_buf_c(&key), out);
	if (out->n || !atomic_load(&e->host->wants_basic))
		return dd_buf_check(out, "a token", err);
	DD_TRY(dd_auth_credential(r, e, c, &credential, &unused, err));
	if (!credential || !credential->password.n)
		return DD_OK;
	*ret_signed_in = true;
	return dd_auth_basic(credential, out, err);
}

static const struct dd_challenge *choose(const struct dd_challenges *all, enum dd_challenge_scheme scheme)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].scheme == scheme && (scheme != DD_CHALLENGE_BEARER || all->at[i].realm.n))
			return &all->at[i];
	return NULL;
}

static enum dd_code deny(struct dd_answer *answer, const char *hint, struct dd_err *err)
{
	if (hint && !answer->hint[0])
		(void)snprintf(answer->hint, sizeof answer->hint, "%s", hint);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "access is denied");
}

static enum dd_code renew_bearer(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
				 const struct dd_challenge *challenge, const char *key, struct dd_str sent,
				 struct dd_buf *out, struct dd_answer *answer, struct dd_err *err)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_REGISTRY_TOKEN_BYTES_MAX);
	uint64_t seconds = 0;
	/* Another thread may have fetched one while this one waited. */
	if (!c->credential)
		ready_token(r->s, key, out);
	if (out->n && !dd_str_eq(dd_buf_str(out), sent))
		return DD_OK;
	dd_buf_clear(out);
	DD_TRY(dd_token_fetch(r, e, c, challenge, &text, &seconds, answer, err));
	(void)dd_buf_addf(out, "Bearer %.*s", DD_FMT(dd_buf_str(&text)));
	DD_TRY(dd_buf_check(out, "a token", err));
	if (dd_str_eq(dd_buf_str(out), sent))
		return deny(answer, NULL, err);
	if (!c->credential && dd_buf_c(&text))
		keep_token(r->s, key, dd_buf_c(&text), seconds);
	explicit_bzero(text.p, text.n);
	return DD_OK;
}

static enum dd_code renew_basic(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
				struct dd_str sent, struct dd_buf *out, struct dd_answer *answer, struct dd_err *err)
{
	const struct dd_credential *credential = NULL;
	char hint[300];
	DD_TRY(dd_auth_credential(r, e, c, &credential, answer, err));
	if (!credential || !credential->password.n)
		return deny(answer, NULL, err);
	DD_TRY(dd_auth_basic(credential, out, err));
	answer->signed_in = true;
	if (dd_str_eq(dd_buf_str(out), sent)) {
		(void)snprintf(hint, sizeof hint, "the credentials from %s are not accepted",
			       DD_QUOTE(credential->source));
		return deny(answer, hint, err);
	}
	if (!c->credential)
		atomic_store(&e->host->wants_basic, true);
	return DD_OK;
}

static enum dd_code renew(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			  const struct dd_challenges *all, struct dd_str sent, struct dd_buf *out,
			  struct dd_answer *answer, struct dd_err *err)
{
	struct dd_buf key DD_CLEANUP_BUF = DD_BUF_INIT(2048);
	const struct dd_credential *credential = NULL;
	const struct dd_challenge *bearer = choose(all, DD_CHALLENGE_BEARER);
	token_key(e, c, &key);
	if (!dd_buf_c(&key))
		return dd_fail_nomem(err);
	DD_TRY(dd_auth_credential(r, e, c, &credential, answer, err));
	if (credential && credential->registry_token.n) {
		/* It is all we have; a token endpoint has no use for it. */
		if (!dd_str_is_word(credential->registry_token))
			return deny(answer, "the registry token of the credentials is no token", err);
		(void)dd_buf_addf(out, "Bearer %.*s", DD_FMT(credential->registry_token));
		answer->signed_in = true;
		DD_TRY(dd_buf_check(out, "a token", err));
		if (dd_str_eq(dd_buf_str(out), sent))
			return deny(answer, NULL, err);
		if (!c->credential)
			keep_token(r->s, dd_buf_c(&key), credential->registry_token.p, EXPIRES_MAX_S);
		return DD_OK;
	}
	if (bearer)
		return renew_bearer(r, e, c, bearer, dd_buf_c(&key), sent, out, answer, err);
	if (choose(all, DD_CHALLENGE_BASIC))
		return renew_basic(r, e, c, sent, out, answer, err);
	return deny(answer, "it asks for a way of signing in that drydock does not know", err);
}

enum dd_code dd_auth_renew(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			   const struct dd_http_response *response, struct dd_str sent, struct dd_buf *out,
			   struct dd_answer *answer, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT((size_t)32 * DD_CHALLENGE_BYTES_MAX);
	struct dd_challenges all = { .n = 0 };
	struct dd_str rest = response->fields, value;
	while (dd_http_next_header(&rest, "WWW-Authenticate", &value)) {
		enum dd_code code = dd_challenges_add(&all, value, &a, err);
		if (code == DD_EPARSE)
			return deny(answer, "its WWW-Authenticate field makes no sense", err);
		DD_TRY(code);
	}
	if (all.n == 0)
		return deny(answer, "it does not say how to sign in (no WWW-Authenticate field)", err);
	(void)pthread_mutex_lock(&r->s->signing_in);
	enum dd_code code = renew(r, e, c, &all, sent, out, answer, err);
	(void)pthread_mutex_unlock(&r->s->signing_in);
	return code;
}
