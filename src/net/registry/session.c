/* SPDX-License-Identifier: Apache-2.0 */
/* What all threads share, and where its settings come from. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "net/registry/conf_files.h"
#include "net/registry/registry_parts.h"

enum { RETRIES = 3, RETRY_WAIT_MS = 500, DOCUMENT_SECONDS = 60, CERTS_DIRS_MAX = 8 };

int64_t dd_session_now_s(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec;
}

void dd_session_say(struct dd_registry_session *s, enum dd_registry_notice kind, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	if (!s->o.notice)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	(void)pthread_mutex_lock(&s->lock);
	s->o.notice(s->o.notice_ctx, kind, text);
	(void)pthread_mutex_unlock(&s->lock);
}

/* --- hosts --- */

static bool names_host(const char *entry, struct dd_str host)
{
	struct dd_str e = dd_str_from(entry);
	size_t colon = dd_str_rfind(host, ':');
	if (dd_str_eq_nocase(e, host))
		return true;
	/* Without a port: every port of that host. */
	return colon < host.n && host.p[host.n - 1] != ']' && dd_str_eq_nocase(e, dd_str_take(host, colon));
}

static bool is_insecure(const struct dd_registry_session *s, struct dd_str host)
{
	for (size_t i = 0; i < s->o.n_insecure; i++)
		if (names_host(s->o.insecure[i], host))
			return true;
	return false;
}

static enum dd_code make_host(struct dd_registry_session *s, struct dd_str name, bool insecure,
			      struct dd_registry_host **ret, struct dd_err *err)
{
	struct dd_registry_host *h = dd_arena_new(&s->arena, struct dd_registry_host);
	if (s->n_hosts == DD_REGISTRY_HOSTS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d registries in one run",
			       DD_REGISTRY_HOSTS_MAX);
	if (!h)
		return dd_fail_nomem(err);
	h->insecure = insecure;
	h->name = dd_arena_str(&s->arena, name);
	h->api = dd_str_eq_c(name, DD_REFERENCE_HUB) ? DD_STR(DD_REFERENCE_HUB_API) : h->name;
	if (!h->name.p)
		return dd_fail_nomem(err);
	/* A token endpoint may have a name that no registry has. */
	if (dd_reference_is_registry(name))
		DD_TRY(dd_host_certs_read(s->certs_dirs, name, &s->arena, &h->certs, err));
	h->next = s->hosts;
	s->hosts = h;
	s->n_hosts++;
	*ret = h;
	return DD_OK;
}

enum dd_code dd_session_host(struct dd_registry_session *s, struct dd_str name, bool insecure,
			     struct dd_registry_host **ret, struct dd_err *err)
{
	enum dd_code code = DD_OK;
	insecure = insecure || is_insecure(s, name);
	(void)pthread_mutex_lock(&s->lock);
	struct dd_registry_host *h = s->hosts;
	while (h && !(h->insecure == insecure && dd_str_eq_nocase(h->name, name)))
		h = h->next;
	if (h)
		*ret = h;
	else
		code = make_host(s, name, insecure, ret, err);
	(void)pthread_mutex_unlock(&s->lock);
	return code;
}

bool dd_registry_session_rate(struct dd_registry_session *s, struct dd_str registry, struct dd_registry_rate *ret)
{
	bool found = false;
	(void)pthread_mutex_lock(&s->lock);
	for (const struct dd_registry_host *h = s->hosts; h; h = h->next)
		if (h->has_rate && dd_str_eq_nocase(h->name, registry)) {
			*ret = h->rate;
			found = true;
		}
	(void)pthread_mutex_unlock(&s->lock);
	return found;
}

/* --- options --- */

/* NULL for an empty list. */
static enum dd_code copy_list(struct dd_arena *a, const char *const *from, size_t n, const char *const **ret,
			      struct dd_err *err)
{
	const char **to = dd_arena_array(a, n + 1, sizeof *to);
	if (!to)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		to[i] = dd_arena_c(a, dd_str_from(from[i]));
		if (!to[i])
			return dd_fail_nomem(err);
	}
	*ret = to;
	return DD_OK;
}

static enum dd_code copy_text(struct dd_arena *a, const char **text, struct dd_err *err)
{
	if (!*text)
		return DD_OK;
	*text = dd_arena_c(a, dd_str_from(*text));
	return *text ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code check_insecure(const struct dd_registry_options *o, struct dd_err *err)
{
	for (size_t i = 0; i < o->n_insecure; i++)
		if (!dd_reference_is_registry(dd_str_from(o->insecure[i])))
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--insecure-registry: %s is no HOST or HOST:PORT",
				       DD_QUOTE(dd_str_from(o->insecure[i])));
	return DD_OK;
}

static enum dd_code copy_options(struct dd_registry_session *s, const struct dd_registry_options *o, struct dd_err *err)
{
	s->o = *o;
	s->o.get = o->get ? o->get : getenv;
	s->o.document_s = o->document_s ? o->document_s : DOCUMENT_SECONDS;
	s->o.retries = o->retries ? o->retries : RETRIES;
	s->o.retries = o->retries == DD_REGISTRY_NO_RETRIES ? 0 : s->o.retries;
	s->o.retry_wait_ms = o->retry_wait_ms ? o->retry_wait_ms : RETRY_WAIT_MS;
	DD_TRY(check_insecure(o, err));
	DD_TRY(copy_list(&s->arena, o->mirrors, o->n_mirrors, &s->o.mirrors, err));
	DD_TRY(copy_list(&s->arena, o->insecure, o->n_insecure, &s->o.insecure, err));
	DD_TRY(copy_list(&s->arena, o->realms, o->n_realms, &s->o.realms, err));
	/* As other programs that use OpenSSL. */
	if (!s->o.ca_file && !s->o.ca_dir) {
		const char *file = s->o.get("SSL_CERT_FILE"), *dir = s->o.get("SSL_CERT_DIR");
		s->o.ca_file = file && file[0] ? file : NULL;
		s->o.ca_dir = dir && dir[0] ? dir : NULL;
	}
	DD_TRY(copy_text(&s->arena, &s->o.ca_file, err));
	return copy_text(&s->arena, &s->o.ca_dir, err);
}

static enum dd_code usual_certs_dirs(struct dd_registry_session *s, const char *const **ret, struct dd_err *err)
{
	const char **dirs = dd_arena_array(&s->arena, CERTS_DIRS_MAX, sizeof *dirs), *home = s->o.get("HOME");
	size_t n = 0;
	if (!dirs)
		return dd_fail_nomem(err);
	if (home && home[0])
		dirs[n++] = dd_arena_printf(&s->arena, "%s/.config/containers/certs.d", home).p;
	if (n && !dirs[0])
		return dd_fail_nomem(err);
	dirs[n++] = "/etc/containers/certs.d";
	dirs[n++] = "/etc/docker/certs.d";
	if (home && home[0]) {
		dirs[n] = dd_arena_printf(&s->arena, "%s/.config/docker/certs.d", home).p;
		if (!dirs[n])
			return dd_fail_nomem(err);
	}
	*ret = dirs;
	return DD_OK;
}

static enum dd_code read_settings(struct dd_registry_session *s, const struct dd_registry_options *o,
				  struct dd_err *err)
{
	const struct dd_credentials_options c = {
		.get = s->o.get, .docker_config = o->docker_config, .auth_files = o->auth_files, .stop = o->stop
	};
	size_t n = 0;
	while (o->certs_dirs && o->certs_dirs[n])
		n++;
	if (o->certs_dirs)
		DD_TRY(copy_list(&s->arena, o->certs_dirs, n, &s->certs_dirs, err));
	else
		DD_TRY(usual_certs_dirs(s, &s->certs_dirs, err));
	DD_TRY(dd_credentials_open(&c, &s->credentials, err));
	return dd_conf_files_read(o->registries_conf, s->o.get, &s->arena, &s->conf, err);
}

enum dd_code dd_registry_session_new(const struct dd_net *net, const struct dd_registry_options *o,
				     struct dd_registry_session **ret, struct dd_err *err)
{
	struct dd_registry_session *s DD_CLEANUP(dd_registry_session_freep) = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	s->net = net;
	s->arena = DD_ARENA_INIT((size_t)256 * DD_MIB);
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_mutex_init(&s->signing_in, NULL);
	DD_TRY(copy_options(s, o, err));
	DD_TRY(read_settings(s, o, err));
	*ret = DD_TAKE(s);
	return DD_OK;
}

void dd_registry_session_freep(struct dd_registry_session **at)
{
	struct dd_registry_session *s = DD_TAKE(*at);
	if (!s)
		return;
	for (size_t i = 0; i < s->tokens.n; i++) {
		dd_free(s->tokens.p[i].key);
		dd_free(s->tokens.p[i].text);
	}
	dd_vec_done(&s->tokens);
	dd_credentials_closep(&s->credentials);
	dd_arena_done(&s->arena);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_mutex_destroy(&s->signing_in);
	dd_free(s);
}
