/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/server.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "format/digest.h"
#include "fresh/addresses.h"
#include "fresh/gpgv.h"
#include "fresh/hosts.h"
#include "fresh/kept.h"
#include "net/download.h"
#include "net/handoff.h"

/* A registry that keeps one waiting longer is left alone. */
enum { CONNECT_S = 10, STALL_S = 20, KEYRINGS_MAX = 8 };

struct dd_fresh_server {
	struct dd_fresh_options o;
	int own, other; /* socket ends, -1: closed */
	struct dd_arena arena;
	struct dd_fresh_hosts hosts;
	const char *bases[DD_FRESH_N_SERVICES]; /* without a slash at the end; NULL: a variable says not to ask */
	struct dd_fresh_kept kept;
	const char *keyrings[KEYRINGS_MAX]; /* that the user names: absolute paths */
	size_t n_keyrings;
	const struct dd_net *net;
	const struct dd_err *no_net;
	atomic_uint_fast64_t queries, bytes;
	struct dd_registry_session *registries; /* made when first asked for */
	pthread_mutex_t lock;			/* of dead and registries */
	struct {
		char host[DD_FRESH_ORIGIN_MAX];
		struct dd_err why;
	} dead[DD_FRESH_RULES_MAX]; /* hosts that are not asked again */
	size_t n_dead;
};

/* ---- settings ---- */

/* A variable's address. GOPROXY is a list with "," or "|" between; "direct" and "off" are no proxies. */
static enum dd_code base_from(struct dd_fresh_server *s, const char *variable, const char *value, const char **ret,
			      struct dd_err *err)
{
	struct dd_str v = dd_str_from(value);
	if (strcmp(variable, "GOPROXY") == 0)
		v = dd_str_take(v, strcspn(value, ",|"));
	*ret = NULL;
	if (dd_str_eq_c(v, "direct") || dd_str_eq_c(v, "off"))
		return DD_OK;
	while (v.n && v.p[v.n - 1] == '/')
		v.n--;
	if (!dd_fresh_is_address(v))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "the variable %s is no address of http or https without a user name", variable);
	*ret = dd_arena_c(&s->arena, v);
	return *ret ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code set_bases(struct dd_fresh_server *s, struct dd_err *err)
{
	char *(*get)(const char *) = s->o.get ? s->o.get : getenv;
	for (size_t i = 0; i < DD_FRESH_N_SERVICES; i++) {
		const struct dd_fresh_service_row *row = &dd_fresh_services[i];
		const char *const variables[] = { row->own_variable, row->variable };
		s->bases[i] = row->base;
		if (row->raw)
			continue;
		for (size_t k = 0; k < DD_COUNT(variables); k++) {
			const char *value = variables[k] ? get(variables[k]) : NULL;
			/* Of the ecosystem's own variables only those that an address can be made of: pip takes
			 * credentials in its one, which are not for us. */
			if (!value || !value[0])
				continue;
			if (k == 1 && strstr(value, "://") && strchr(value, '@'))
				continue;
			DD_TRY(base_from(s, variables[k], value, &s->bases[i], err));
			break;
		}
	}
	return DD_OK;
}

/* gpgv looks for a name without a slash elsewhere. */
static enum dd_code set_keyrings(struct dd_fresh_server *s, struct dd_err *err)
{
	DD_CLEANUP(dd_freep) char *real = dd_alloc(PATH_MAX);
	for (size_t i = 0; s->o.keyrings && i < s->o.keyrings->n; i++) {
		struct dd_str name = dd_str_from(s->o.keyrings->p[i]);
		if (s->n_keyrings == KEYRINGS_MAX)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d times --keyring", KEYRINGS_MAX);
		if (!real)
			return dd_fail_nomem(err);
		if (!realpath(s->o.keyrings->p[i], real) || access(real, R_OK) != 0) {
			(void)dd_fail_errno(err, "--keyring %s", DD_QUOTE(name));
			return err->code = DD_EARG;
		}
		s->keyrings[s->n_keyrings] = dd_arena_c(&s->arena, dd_str_from(real));
		if (!s->keyrings[s->n_keyrings++])
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

enum dd_code dd_fresh_server_new(const struct dd_fresh_options *o, struct dd_fresh_server **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_fresh_server_freep) struct dd_fresh_server *s = dd_alloc_zero(1, sizeof *s);
	int ends[2];
	if (!s)
		return dd_fail_nomem(err);
	s->o = *o;
	s->own = s->other = s->kept.lock = -1;
	s->arena = DD_ARENA_INIT(DD_MIB);
	(void)pthread_mutex_init(&s->lock, NULL);
	DD_TRY(dd_fresh_hosts_set(&s->hosts, o->repositories, &s->arena, err));
	DD_TRY(set_bases(s, err));
	DD_TRY(set_keyrings(s, err));
	DD_TRY(dd_fresh_kept_open(&s->kept, o->cache_dir, o->spool_dir, o->recheck_s, err));
	DD_TRY(dd_handoff_pair(ends, err));
	s->own = ends[0];
	s->other = ends[1];
	*ret = DD_TAKE(s);
	return DD_OK;
}

void dd_fresh_server_freep(struct dd_fresh_server **at)
{
	struct dd_fresh_server *s = DD_TAKE(*at);
	if (!s)
		return;
	dd_closep(&s->own);
	dd_closep(&s->other);
	dd_fresh_kept_done(&s->kept);
	(void)pthread_mutex_destroy(&s->lock);
	dd_arena_done(&s->arena);
	dd_free(s);
}

int dd_fresh_server_confined_end(struct dd_fresh_server *s)
{
	dd_closep(&s->own);
	s->kept.temporary = false; /* the other process takes it away */
	return s->other;
}

/* ---- hosts that fail ---- */

static bool is_dead(struct dd_fresh_server *s, const char *host, struct dd_err *err)
{
	bool found = false;
	(void)pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n_dead && !found; i++)
		if (strcmp(s->dead[i].host, host) == 0) {
			dd_err_copy(err, &s->dead[i].why);
			found = true;
		}
	(void)pthread_mutex_unlock(&s->lock);
	return found;
}

static void note_failure(struct dd_fresh_server *s, const char *host, enum dd_code code, enum dd_http_cause cause,
			 const struct dd_err *why)
{
	bool patience = cause == DD_HTTP_DONE && !strstr(why->message, " 429 ");
	struct dd_err known;
	if (code != DD_ENET || patience || cause == DD_HTTP_BROKEN || cause == DD_HTTP_REFUSED ||
	    cause == DD_HTTP_OWN || is_dead(s, host, &known))
		return;
	(void)pthread_mutex_lock(&s->lock);
	if (s->n_dead < DD_FRESH_RULES_MAX) {
		(void)snprintf(s->dead[s->n_dead].host, sizeof s->dead[0].host, "%s", host);
		s->dead[s->n_dead++].why = *why;
	}
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- one query ---- */

struct worker {
	struct dd_fresh_server *s;
	struct dd_http *http;		 /* NULL until first used */
	struct dd_registry *registry;	 /* the same */
	const char *origin;		 /* host of the request under way */
	char named[DD_FRESH_ORIGIN_MAX]; /* host that the image names, when it is one of the image's */
};

static bool may_follow(const void *ctx, const char *url)
{
	const struct worker *w = ctx;
	char host[DD_FRESH_ORIGIN_MAX];
	return dd_fresh_host_of(dd_str_from(url), host) &&
	       (strcmp(host, w->origin) == 0 || dd_fresh_hosts_allow(&w->s->hosts, host));
}

static void on_bytes(void *ctx, uint64_t bytes)
{
	struct dd_fresh_server *s = ctx;
	(void)atomic_fetch_add(&s->bytes, bytes);
	if (s->o.progress)
		s->o.progress(s->o.progress_ctx, bytes);
}

static enum dd_code client(struct worker *w, struct dd_err *err)
{
	const char *file = getenv("SSL_CERT_FILE"), *dir = getenv("SSL_CERT_DIR");
	struct dd_http_options o = { .ca_file = w->s->o.ca_file, .connect_s = CONNECT_S, .stall_s = STALL_S };
	if (!o.ca_file) {
		o.ca_file = file && file[0] ? file : NULL;
		o.ca_dir = dir && dir[0] ? dir : NULL;
	}
	if (!w->s->net) {
		dd_err_copy(err, w->s->no_net);
		return w->s->no_net->code;
	}
	return w->http ? DD_OK : dd_http_new(w->s->net, &o, &w->http, err);
}

static enum dd_code fetch(struct worker *w, const char *url, const struct dd_fresh_service_row *row, const char *path,
			  struct dd_err *err)
{
	struct dd_downloaded got;
	const struct dd_download d = { .url = url,
				       .path = path,
				       .max_bytes = row->max_bytes,
				       .accept = row->accept,
				       .gzip = !row->raw,
				       .follows = may_follow,
				       .follows_ctx = w,
				       .retries = w->s->o.retries,
				       .retry_wait_ms = w->s->o.retry_wait_ms,
				       .progress = on_bytes,
				       .progress_ctx = w->s };
	DD_TRY(client(w, err));
	return dd_download(w->http, &d, &got, err);
}

static enum dd_code answer_from(struct worker *w, const char *url, const struct dd_fresh_service_row *row, int *ret_fd,
				struct dd_buf *path, struct dd_err *err)
{
	struct dd_fresh_server *s = w->s;
	enum dd_code code;
	DD_TRY(dd_fresh_kept_path(&s->kept, url, row->accept, path, err));
	enum dd_fresh_keeping state = dd_fresh_kept_look(&s->kept, path->p);
	if (state == DD_FRESH_KEPT_ABSENT)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s did not have it a while ago", w->origin);
	if (state != DD_FRESH_KEPT_GOOD) {
		if (is_dead(s, w->origin, err))
			return err->code;
		if (atomic_load(&s->bytes) > DD_FRESH_BYTES_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "all answers together are beyond the limit");
		code = fetch(w, url, row, path->p, err);
		dd_fresh_kept_note(&s->kept, path->p, code);
		if (code != DD_OK) {
			note_failure(s, w->origin, code, w->http ? dd_http_cause(w->http) : DD_HTTP_OWN, err);
			return code;
		}
	}
	*ret_fd = open(path->p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return *ret_fd >= 0 ? DD_OK : dd_fail_errno(err, "cannot read %s", DD_QUOTE(dd_buf_str(path)));
}

/* A host that the image names: it must be one of the table's or of the user's. */
static enum dd_code check_named(struct worker *w, const struct dd_fresh_query *q, struct dd_fresh_reply *reply,
				struct dd_err *err)
{
	if (!dd_fresh_is_address(dd_str_from(q->name)) || !dd_fresh_host_of(dd_str_from(q->name), w->named))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "%s is no address of http or https",
			       DD_QUOTE(dd_str_from(q->name)));
	memcpy(reply->origin, w->named, sizeof w->named);
	if (!dd_fresh_hosts_allow(&w->s->hosts, w->named))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not asked without --repository", w->named);
	return DD_OK;
}

/* Puts the signed text in the place of the file. */
static enum dd_code check_signature(struct worker *w, const char *path, int *fd, struct dd_err *err)
{
	const char *keyrings[KEYRINGS_MAX + 2] = { NULL };
	size_t n = 0;
	const char *own = dd_fresh_hosts_keyring(w->named);
	dd_closep(fd);
	if (own && access(own, R_OK) == 0)
		keyrings[n++] = own;
	for (size_t i = 0; i < w->s->n_keyrings; i++)
		keyrings[n++] = w->s->keyrings[i];
	if (!n)
		return dd_fail(
			err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			"its signature cannot be checked: there is no keyring for %s%s%s (--keyring FILE names one)",
			w->named, own ? ", as " : "", own ? own : "");
	enum dd_code code = dd_fresh_gpgv(keyrings, w->s->kept.dir, path, fd, err);
	return code == DD_OK ? DD_OK : dd_wrap(err, "%s", w->named);
}

/* repomd.xml.asc, where the user named keys. One that is not there, or by another key, leaves it to the host to vouch
 * for the file; a bad one does not. */
static enum dd_code check_detached(struct worker *w, const char *url, const struct dd_fresh_service_row *row,
				   const char *path, struct dd_err *err)
{
	struct dd_fresh_server *s = w->s;
	const char *keyrings[KEYRINGS_MAX + 1] = { NULL };
	DD_CLEANUP_BUF struct dd_buf other = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), at = DD_BUF_INIT(DD_PATH_MAX);
	DD_CLEANUP(dd_closep) int fd = -1;
	bool known;
	if (!s->n_keyrings)
		return DD_OK;
	memcpy(keyrings, s->keyrings, s->n_keyrings * sizeof *keyrings);
	(void)dd_buf_addf(&other, "%s.asc", url);
	if (!dd_buf_c(&other))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "no address");
	enum dd_code code = answer_from(w, other.p, row, &fd, &at, err);
	if (code == DD_ENOTFOUND)
		return DD_OK;
	if (code == DD_OK)
		code = dd_fresh_gpgv_detached(keyrings, s->kept.dir, dd_buf_c(&at), path, &known, err);
	return code == DD_OK ? DD_OK : dd_wrap(err, "%s: repomd.xml.asc", w->named);
}

/* A name of a file, with nothing that leads elsewhere. */
static bool is_key_name(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !(s.p[i] && strchr("-._@+", s.p[i])))
			return false;
	return s.n > 0 && s.n < 128 && s.p[0] != '.' && dd_str_ends(s, DD_STR(".rsa.pub"));
}

static bool open_key(const char *path, uint64_t max, int *ret_fd)
{
	struct stat st;
	DD_CLEANUP(dd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 || (uint64_t)st.st_size > max)
		return false;
	*ret_fd = fd;
	fd = -1;
	return true;
}

static enum dd_code answer_key(struct worker *w, const struct dd_fresh_query *q, int *ret_fd, struct dd_err *err)
{
	static const char *const dirs[] = { "/etc/apk/keys", "/usr/share/apk/keys" };
	struct dd_str name = dd_str_from(q->name);
	uint64_t max = dd_fresh_services[DD_FRESH_APK_KEY].max_bytes;
	char path[256];
	if (!is_key_name(name))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s is no name of a key", DD_QUOTE(name));
	for (size_t i = 0; i < w->s->n_keyrings; i++) {
		struct dd_str file = dd_str_from(w->s->keyrings[i]);
		file = dd_str_skip(file, dd_str_rfind(file, '/') + 1);
		if (dd_str_eq(file, name) && open_key(w->s->keyrings[i], max, ret_fd))
			return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(dirs); i++) {
		(void)snprintf(path, sizeof path, "%s/%.128s", dirs[i], q->name);
		if (open_key(path, max, ret_fd))
			return DD_OK;
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "there is no key %s here", DD_QUOTE(name));
}

static enum dd_code registry_client(struct worker *w, struct dd_err *err)
{
	struct dd_fresh_server *s = w->s;
	enum dd_code code = DD_OK;
	if (w->registry)
		return DD_OK;
	if (!s->net) {
		dd_err_copy(err, s->no_net);
		return s->no_net->code;
	}
	(void)pthread_mutex_lock(&s->lock);
	if (!s->registries)
		code = dd_registry_session_new(s->net, s->o.registry, &s->registries, err);
	(void)pthread_mutex_unlock(&s->lock);
	return code == DD_OK ? dd_registry_new(s->registries, &w->registry, err) : code;
}

static enum dd_code put_document(struct dd_str bytes, int *ret_fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = memfd_create("drydock-document", MFD_CLOEXEC);
	if (fd < 0)
		return dd_fail_errno(err, "cannot make a memory file");
	DD_TRY(dd_write_full(fd, bytes.p, bytes.n, err));
	*ret_fd = fd;
	fd = -1;
	return DD_OK;
}

/* The image names its base and itself: only public registries are asked, and those that the user names. */
static enum dd_code answer_manifest(struct worker *w, const struct dd_fresh_query *q, struct dd_fresh_reply *reply,
				    int *ret_fd, struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT(2 * DD_MANIFEST_BYTES_MAX);
	struct dd_reference ref;
	struct dd_registry_manifest m;
	enum dd_code code =
		w->s->o.registry ? DD_OK : dd_fail(err, DD_EARG, DD_NO_OFFSET, "registries of images are not asked");
	if (code == DD_OK)
		code = dd_reference_parse(dd_str_from(q->name), &a, &ref, err);
	if (code == DD_OK && ref.registry.n < sizeof reply->origin) {
		memcpy(reply->origin, ref.registry.p, ref.registry.n);
		reply->origin[ref.registry.n] = 0;
	}
	if (code == DD_OK && !dd_fresh_hosts_allow_images(&w->s->hosts, reply->origin))
		code = dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not asked without --repository", reply->origin);
	if (code == DD_OK)
		code = registry_client(w, err);
	if (code == DD_OK)
		code = dd_registry_manifest(w->registry, &ref, &a, &m, err);
	if (code == DD_OK)
		code = put_document(m.bytes, ret_fd, err);
	dd_arena_done(&a);
	return code;
}

static enum dd_code answer(struct worker *w, const struct dd_fresh_query *q, struct dd_fresh_reply *reply, int *ret_fd,
			   struct dd_err *err)
{
	struct dd_fresh_server *s = w->s;
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), path = DD_BUF_INIT(DD_PATH_MAX);
	uint64_t limit = s->o.max_queries ? s->o.max_queries : DD_FRESH_QUERIES_MAX;
	if (q->service >= DD_FRESH_N_SERVICES)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "there is no service %u", q->service);
	const struct dd_fresh_service_row *row = &dd_fresh_services[q->service];
	if (atomic_fetch_add(&s->queries, 1) >= limit)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %llu questions", (unsigned long long)limit);
	if (q->service == DD_FRESH_MANIFEST)
		return answer_manifest(w, q, reply, ret_fd, err);
	if (q->service == DD_FRESH_APK_KEY)
		return answer_key(w, q, ret_fd, err);
	const char *base = row->raw ? q->name : s->bases[q->service];
	if (!base)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the environment says not to ask a proxy");
	if (row->raw)
		DD_TRY(check_named(w, q, reply, err));
	DD_TRY(dd_fresh_hosts_base(&s->hosts, base, &url, err));
	DD_TRY(dd_fresh_address(q, &url, err));
	if (!dd_buf_c(&url) || !dd_fresh_host_of(dd_buf_str(&url), reply->origin))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no address");
	w->origin = reply->origin;
	DD_TRY(answer_from(w, url.p, row, ret_fd, &path, err));
	if (q->service == DD_FRESH_INRELEASE)
		return check_signature(w, dd_buf_c(&path), ret_fd, err);
	return q->service == DD_FRESH_REPOMD ? check_detached(w, url.p, row, dd_buf_c(&path), err) : DD_OK;
}

static bool serve_one(struct worker *w)
{
	struct dd_fresh_query q;
	struct dd_fresh_reply reply = { 0 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	int fd = -1;
	bool came = dd_handoff_receive(w->s->own, &q, sizeof q, &fd);
	dd_closep(&fd); /* none is wanted */
	if (!came)
		return false;
	fd = -1;
	q.name[sizeof q.name - 1] = q.part[sizeof q.part - 1] = 0;
	reply.id = q.id;
	reply.code = answer(w, &q, &reply, &fd, &err);
	if (reply.code != DD_OK)
		memcpy(reply.text, err.message, sizeof reply.text);
	bool sent = dd_handoff_send(w->s->own, &reply, sizeof reply, fd);
	dd_closep(&fd);
	return sent;
}

static void work(void *ctx, size_t index)
{
	struct worker w = { .s = ctx };
	(void)index;
	while (serve_one(&w))
		;
	dd_http_freep(&w.http);
	dd_registry_freep(&w.registry);
}

void dd_fresh_server_run(struct dd_fresh_server *s, const struct dd_net *net, const struct dd_err *no_net)
{
	s->net = net;
	s->no_net = no_net;
	dd_closep(&s->other);
	dd_pool_run(DD_FRESH_THREADS, DD_FRESH_THREADS, work, s);
	dd_registry_session_freep(&s->registries);
}
