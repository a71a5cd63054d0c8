/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to an engine. The socket is tried once by hand before any request: only connect(2) itself tells apart
 * what its user must do (start the engine, get permission), libcurl says "could not connect" to all of it. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "net/engine/engine_parts.h"

void dd_engine_freep(struct dd_engine **at)
{
	struct dd_engine *e = DD_TAKE(*at);
	if (!e)
		return;
	dd_http_freep(&e->http);
	dd_engine_ssh_freep(&e->ssh);
	dd_arena_done(&e->arena);
	dd_free(e);
}

const struct dd_engine_about *dd_engine_about(const struct dd_engine *e)
{
	return &e->about;
}

enum dd_code dd_engine_tell(const struct dd_engine *e, enum dd_code code, struct dd_err *why, struct dd_err *err)
{
	if (code == DD_OK)
		return DD_OK;
	(void)dd_wrap(why, "%s at %s", dd_engine_kind_name(e->about.kind), DD_QUOTE(dd_str_from(e->place.url)));
	dd_err_copy(err, why);
	return code;
}

/* ---- the address ---- */

static const struct {
	const char *scheme, *advice;
} unsupported[] = {
	{ "npipe://", "named pipes of Windows are not read" },
	{ "fd://", "a socket handed over by systemd is a matter of the engine itself" },
};

static enum dd_code read_unix(struct dd_engine *e, const char *path, struct dd_err *err)
{
	struct sockaddr_un address;
	if (path[0] != '/')
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the socket's path must begin with '/'");
	if (strlen(path) >= sizeof address.sun_path)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the socket's path has more than %zu bytes",
			       sizeof address.sun_path - 1);
	e->socket = path;
	e->base = "http://localhost";
	return DD_OK;
}

static enum dd_code read_tcp(struct dd_engine *e, const char *rest, struct dd_err *err)
{
	struct dd_str host = dd_str_from(rest);
	while (dd_str_ends(host, DD_STR("/")))
		host.n--;
	e->base = dd_arena_printf(&e->arena, "%s://%.*s", e->place.tls_dir ? "https" : "http", DD_FMT(host)).p;
	return e->base ? dd_http_check_url(e->net, e->base, err) : dd_fail_nomem(err);
}

static enum dd_code read_url(struct dd_engine *e, struct dd_err *err)
{
	struct dd_str url = dd_str_from(e->place.url);
	for (size_t i = 0; i < DD_COUNT(unsupported); i++)
		if (dd_str_starts(url, dd_str_from(unsupported[i].scheme)))
			return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "%s", unsupported[i].advice);
	if (dd_str_starts(url, DD_STR("unix://")))
		return read_unix(e, e->place.url + 7, err);
	if (dd_str_starts(url, DD_STR("ssh://")))
		return dd_engine_ssh_open(e, dd_str_skip(url, 6), err);
	if (dd_str_starts(url, DD_STR("tcp://")))
		return read_tcp(e, e->place.url + 6, err);
	if (dd_str_starts(url, DD_STR("http://")))
		return read_tcp(e, e->place.url + 7, err);
	if (dd_str_starts(url, DD_STR("https://")) && e->place.tls_dir)
		return read_tcp(e, e->place.url + 8, err);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET,
		       "not an address of an engine (unix:///PATH, tcp://HOST:PORT or ssh://HOST)");
}

/* ---- the socket ---- */

/* A usual socket where nobody listens is no engine; one that was named is one that does not answer. */
static enum dd_code no_socket(const struct dd_engine *e, struct dd_err *err)
{
	const int why = errno;
	const char *name = dd_engine_kind_name(e->place.kind);
	bool docker = e->place.kind == DD_ENGINE_DOCKER;
	enum dd_code code = e->place.asked ? DD_ENET : DD_ENOTFOUND;
	if (why == ENOENT || why == ENOTDIR)
		(void)dd_fail(err, code, DD_NO_OFFSET,
			      "there is no such socket: is the %s running? (%s; the address comes from %s)",
			      docker ? "engine" : "service",
			      docker ? "systemctl start docker" : "systemctl start podman.socket, or with --user",
			      e->place.from);
	else if (why == ECONNREFUSED)
		(void)dd_fail(err, code, DD_NO_OFFSET, "nothing listens on the socket: the %s is not running",
			      docker ? "engine" : "service");
	else if (why == EACCES || why == EPERM)
		code = dd_fail(err, DD_EIO, DD_NO_OFFSET,
			       "no permission to use the socket: %s, use sudo, or use a rootless %s",
			       docker ? "become a member of the group that owns it ('docker')"
				      : "it belongs to another user",
			       name);
	else if (why == EAGAIN)
		code = dd_fail(err, DD_ENET, DD_NO_OFFSET, "the socket does not take connections: the engine hangs");
	else
		code = dd_fail_errno(err, "the socket cannot be used");
	err->sys_errno = why;
	return code;
}

static enum dd_code try_socket(const struct dd_engine *e, struct dd_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	DD_CLEANUP(dd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return dd_fail_errno(err, "cannot make a socket");
	memcpy(address.sun_path, e->socket, strlen(e->socket) + 1); /* read_unix: it fits */
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return DD_OK;
	return no_socket(e, err);
}

/* ---- the client ---- */

/* *ret NULL: there is no such file. A certificate without its key is noticed by libcurl. */
static enum dd_code key_file(struct dd_engine *e, const char *name, const char **ret, struct dd_err *err)
{
	const char *path = dd_arena_printf(&e->arena, "%s/%s", e->place.tls_dir, name).p;
	if (!path)
		return dd_fail_nomem(err);
	*ret = access(path, F_OK) == 0 ? path : NULL;
	return DD_OK;
}

enum dd_code dd_engine_client(struct dd_engine *e, unsigned stall_s, struct dd_http **ret, struct dd_err *err)
{
	struct dd_http_options o = {
		.connect_s = e->options.connect_s, .stall_s = stall_s, .stop = e->options.stop, .unix_socket = e->socket
	};
	if (e->ssh) {
		o.dial = dd_engine_ssh_dial;
		o.dial_ctx = e->ssh;
	}
	if (e->place.tls_dir) {
		DD_TRY(key_file(e, "ca.pem", &o.ca_file, err));
		DD_TRY(key_file(e, "cert.pem", &o.client_cert, err));
		DD_TRY(key_file(e, "key.pem", &o.client_key, err));
	}
	return dd_http_new(e->net, &o, ret, err);
}

/* ---- the version ---- */

/* "1.41" → 41; 0: not an API of Docker. */
static unsigned read_version(struct dd_str s)
{
	uint64_t minor;
	return dd_str_starts(s, DD_STR("1.")) && dd_str_u64(dd_str_skip(s, 2), 9999, &minor) ? (unsigned)minor : 0;
}

static enum dd_code take_head(struct dd_engine *e, const struct dd_http_response *r, struct dd_err *err)
{
	struct dd_str server = dd_http_header(r, "Server");
	e->about.kind = dd_http_header(r, "Libpod-Api-Version").n ? DD_ENGINE_PODMAN : DD_ENGINE_DOCKER;
	e->about.server = dd_arena_c(&e->arena, dd_str_take(server, 200));
	return e->about.server ? DD_OK : dd_fail_nomem(err);
}

/* GET /_ping says the newest version in a header (Docker 17.04 and newer); an answer without it may come from an older
 * one, or from no engine at all: /version then tells. */
static enum dd_code ping(struct dd_engine *e, unsigned *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	const struct dd_http_response *r;
	dd_engine_url(e, "/_ping", &url);
	if (!dd_buf_c(&url))
		return dd_fail_nomem(err);
	struct dd_http_request req = { .url = dd_buf_c(&url) };
	DD_TRY(dd_http_do(e->http, &req, &r, err));
	if (r->status >= 500) /* Docker answers so while it starts or stops */
		return dd_engine_refused(r, DD_STR(""), err);
	*ret = read_version(dd_http_header(r, "Api-Version"));
	return take_head(e, r, err);
}

static enum dd_code ask_version(struct dd_engine *e, unsigned *ret_max, unsigned *ret_min, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_CLEANUP_JSON json_t *doc = NULL;
	dd_engine_url(e, "/version", &url);
	if (dd_engine_get(e, &url, &doc, err) != DD_OK)
		return dd_wrap(err, "what answers is no container engine"); /* err: of dd_engine_open, never NULL */
	*ret_max = read_version(dd_json_str(doc, "ApiVersion"));
	*ret_min = read_version(dd_json_str(doc, "MinAPIVersion"));
	if (*ret_max == 0)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET,
			       "what answers is no container engine: it names no version of Docker's API");
	return DD_OK;
}

/* The newest version that both know. An engine that has dropped all of ours is asked by its oldest: what is used here
 * has been the same since 2016. */
static enum dd_code agree(struct dd_engine *e, struct dd_err *err)
{
	unsigned newest = 0, oldest = 0;
	DD_TRY(ping(e, &newest, err));
	if (newest == 0 || newest > DD_ENGINE_API_MAX)
		DD_TRY(ask_version(e, &newest, &oldest, err));
	if (newest < DD_ENGINE_API_MIN)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "the engine is too old: it speaks API 1.%u, 1.%d (Docker 1.12) is the oldest that is "
			       "understood",
			       newest, DD_ENGINE_API_MIN);
	e->about.api_minor = newest < DD_ENGINE_API_MAX ? newest : DD_ENGINE_API_MAX;
	if (e->about.api_minor < oldest)
		e->about.api_minor = oldest;
	return DD_OK;
}

/* libcurl only sees a connection that ends. */
static enum dd_code ssh_failed(const struct dd_engine *e, struct dd_err *err)
{
	char text[1024];
	struct dd_str words;
	dd_engine_ssh_words(e->ssh, &words, text, sizeof text);
	if (words.n == 0 || err->code != DD_ENET)
		return err->code;
	return dd_fail(err, DD_ENET, DD_NO_OFFSET, "no engine answers there: %s", DD_QUOTE(words));
}

static enum dd_code connect_to(struct dd_engine *e, struct dd_err *err)
{
	DD_TRY(read_url(e, err));
	if (e->socket)
		DD_TRY(try_socket(e, err));
	DD_TRY(dd_engine_client(e, e->options.stall_s, &e->http, err));
	if (agree(e, err) == DD_OK)
		return DD_OK;
	return e->ssh ? ssh_failed(e, err) : err->code;
}

static enum dd_code copy_place(struct dd_engine *e, const struct dd_engine_place *p, struct dd_err *err)
{
	e->place = *p;
	e->place.url = dd_arena_c(&e->arena, dd_str_from(p->url));
	e->place.from = dd_arena_c(&e->arena, dd_str_from(p->from));
	e->place.tls_dir = p->tls_dir ? dd_arena_c(&e->arena, dd_str_from(p->tls_dir)) : NULL;
	e->about = (struct dd_engine_about){ .kind = p->kind, .url = e->place.url, .server = "" };
	return e->place.url && e->place.from && (e->place.tls_dir || !p->tls_dir) ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_engine_open(const struct dd_net *net, const struct dd_engine_place *place,
			    const struct dd_engine_options *o, struct dd_engine **ret, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	DD_CLEANUP(dd_engine_freep) struct dd_engine *e = dd_alloc_zero(1, sizeof *e);
	if (!e)
		return dd_fail_nomem(err);
	e->net = net;
	e->arena = DD_ARENA_INIT(DD_MIB);
	if (o)
		e->options = *o;
	enum dd_code code = copy_place(e, place, &why);
	if (code == DD_OK)
		code = connect_to(e, &why);
	DD_TRY(dd_engine_tell(e, code, &why, err));
	*ret = DD_TAKE(e);
	return DD_OK;
}
