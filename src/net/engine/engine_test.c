/* SPDX-License-Identifier: Apache-2.0 */
/* Against a stand-in on a Unix socket that answers by a script: engines old, new and strange. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "net/engine/engine.h"
#include "support/test.h"

/* An answer; the first row whose path is a prefix of what is asked for counts. bytes NULL: nothing is ever said. */
struct answer {
	const char *path;
	const char *bytes;
};

struct stand_in {
	char dir[64], url[128];
	const struct answer *answers; /* path NULL: the end */
	int listener, wake[2];
	pthread_t thread;
	struct dd_buf log; /* "GET /_ping\n" … */
};

static void answer(struct stand_in *s, int fd)
{
	char request[4096];
	size_t n = 0;
	ssize_t got;
	while (n < sizeof request - 1 && (got = read(fd, request + n, sizeof request - 1 - n)) > 0) {
		n += (size_t)got;
		request[n] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	char *end = n ? strstr(request, " HTTP/1.1") : NULL;
	if (!end)
		return;
	*end = '\0';
	(void)dd_buf_addf(&s->log, "%s\n", request);
	for (const struct answer *a = s->answers; a->path; a++) {
		if (strncmp(request + 4, a->path, strlen(a->path)) != 0)
			continue;
		struct pollfd stop = { .fd = s->wake[0], .events = POLLIN };
		if (!a->bytes)
			(void)poll(&stop, 1, 20000);
		else
			(void)dd_write_full(fd, a->bytes, strlen(a->bytes), NULL);
		return;
	}
	(void)dd_write_full(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 45, NULL);
}

static void *serve(void *ctx)
{
	struct stand_in *s = ctx;
	for (;;) {
		struct pollfd p[] = { { .fd = s->listener, .events = POLLIN }, { .fd = s->wake[0], .events = POLLIN } };
		if (poll(p, 2, -1) < 0 || p[1].revents)
			return NULL;
		int fd = accept(s->listener, NULL, NULL);
		if (fd >= 0)
			answer(s, fd);
		dd_closep(&fd);
	}
}

static bool start(struct stand_in *s, const struct answer *answers)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	*s = (struct stand_in){ .dir = "/tmp/drydock-engine-XXXXXX", .answers = answers, .log = DD_BUF_INIT(65536) };
	if (!mkdtemp(s->dir) || pipe(s->wake) < 0)
		return false;
	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s/s", s->dir);
	(void)snprintf(s->url, sizeof s->url, "unix://%s/s", s->dir);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return s->listener >= 0 && bind(s->listener, (const struct sockaddr *)&a, sizeof a) == 0 &&
	       listen(s->listener, 16) == 0 && pthread_create(&s->thread, NULL, serve, s) == 0;
}

static void stop(struct stand_in *s)
{
	char path[128];
	CHECK(dd_write_full(s->wake[1], "x", 1, NULL) == DD_OK);
	(void)pthread_join(s->thread, NULL);
	(void)snprintf(path, sizeof path, "%s/s", s->dir);
	(void)unlink(path);
	(void)rmdir(s->dir);
	dd_closep(&s->listener);
	dd_closep(&s->wake[0]);
	dd_closep(&s->wake[1]);
	dd_buf_done(&s->log);
}

#define HEAD(version)                                                                                                  \
	"HTTP/1.1 200 OK\r\nConnection: close\r\nApi-Version: " version                                                \
	"\r\nServer: Docker/x\r\nContent-Length: 2\r\n\r\nOK"
#define JSON "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
#define TAR  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/x-tar\r\n"

static const struct dd_net *network(void)
{
	static struct dd_net *net;
	static bool tried;
	if (!tried && dd_net_open(&net, NULL) != DD_OK)
		net = NULL;
	tried = true;
	return net;
}

static enum dd_code open_it(struct stand_in *s, struct dd_engine **ret, struct dd_err *err)
{
	const struct dd_engine_place place = { .kind = DD_ENGINE_DOCKER, .url = s->url, .from = "default" };
	const struct dd_engine_options o = { .stall_s = 1 };
	return dd_engine_open(network(), &place, &o, ret, err);
}

/* ---- opening ---- */

static const struct opening {
	const char *name;
	struct answer answers[4];
	enum dd_code code;
	const char *message; /* a part */
	unsigned minor;
	enum dd_engine_kind kind;
} openings[] = {
	{ "Docker 17.04", { { "/_ping", HEAD("1.28") } }, DD_OK, "", 28, DD_ENGINE_DOCKER },
	{ "Docker 28", { { "/_ping", HEAD("1.51") } }, DD_OK, "", 51, DD_ENGINE_DOCKER },
	{ "Docker 29: newer, and still takes ours",
	  { { "/_ping", HEAD("1.52") }, { "/version", JSON "{\"ApiVersion\":\"1.52\",\"MinAPIVersion\":\"1.44\"}" } },
	  DD_OK,
	  "",
	  51,
	  DD_ENGINE_DOCKER },
	{ "newer than everything that is known",
	  { { "/_ping", HEAD("1.99") }, { "/version", JSON "{\"ApiVersion\":\"1.99\",\"MinAPIVersion\":\"1.70\"}" } },
	  DD_OK,
	  "",
	  70,
	  DD_ENGINE_DOCKER },
	{ "Docker 1.12: no header",
	  { { "/_ping", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK" },
	    { "/version", JSON "{\"Version\":\"1.12.6\",\"ApiVersion\":\"1.24\"}" } },
	  DD_OK,
	  "",
	  24,
	  DD_ENGINE_DOCKER },
	{ "Docker 1.11",
	  { { "/_ping", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK" },
	    { "/version", JSON "{\"Version\":\"1.11.2\",\"ApiVersion\":\"1.23\"}" } },
	  DD_EUNSUPPORTED,
	  "1.23",
	  0,
	  0 },
	{ "podman behind Docker's socket",
	  { { "/_ping",
	      "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\nContent-Length: 2\r\n\r\nOK" } },
	  DD_OK,
	  "",
	  41,
	  DD_ENGINE_PODMAN },
	{ "a web server",
	  { { "/", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>hello</html>" } },
	  DD_ENET,
	  "no container engine",
	  0,
	  0 },
	{ "another API",
	  { { "/_ping", HEAD("2.0") }, { "/version", JSON "{\"ApiVersion\":\"2.0\"}" } },
	  DD_ENET,
	  "no container engine",
	  0,
	  0 },
	{ "JSON that is no object", { { "/", JSON "[1]" } }, DD_ENET, "no container engine", 0, 0 },
	{ "starting up",
	  { { "/_ping", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n" } },
	  DD_ENET,
	  "503 Service Unavailable",
	  0,
	  0 },
	{ "not HTTP", { { "/", "SSH-2.0-OpenSSH\r\n" } }, DD_ENET, "docker at 'unix:///tmp/", 0, 0 },
	{ "no word", { { "/", "" } }, DD_ENET, "without an answer", 0, 0 },
	{ "hangs", { { "/", NULL } }, DD_ENET, "stalled", 0, 0 },
};

TEST(engine_open)
{
	if (!network()) {
		dd_test_skip("no libcurl");
		return;
	}
	for (size_t i = 0; i < DD_COUNT(openings); i++) {
		const struct opening *o = &openings[i];
		DD_CLEANUP(dd_engine_freep) struct dd_engine *e = NULL;
		struct stand_in s;
		struct dd_err err = { .at = DD_NO_OFFSET };
		CHECK_ROW(start(&s, o->answers), o->name);
		CHECK_INT_ROW(open_it(&s, &e, &err), o->code, o->name);
		CHECK_ROW(strstr(err.message, o->message) != NULL, err.message);
		if (e) {
			CHECK_INT_ROW(dd_engine_about(e)->api_minor, o->minor, o->name);
			CHECK_INT_ROW(dd_engine_about(e)->kind, o->kind, o->name);
		}
		stop(&s);
	}
}

TEST(engine_open_places)
{
	static const struct {
		const char *url;
		enum dd_code code;
		const char *message;
	} rows[] = {
		{ "unix:///nowhere/docker.sock", DD_ENOTFOUND, "is the engine running?" },
		{ "unix:///", DD_ENOTFOUND, "nothing listens" },
		{ "unix://relative", DD_EARG, "begin with '/'" },
		{ "unix:///"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "a"
		  "aaaaaaaaaa",
		  DD_EARG, "more than 107 bytes" },
		{ "ssh://-oProxyCommand=x", DD_EARG, "ssh is called with" },
		{ "npipe:////./pipe/docker", DD_EUNSUPPORTED, "Windows" },
		{ "ftp://host", DD_EARG, "not an address" },
		{ "", DD_EARG, "not an address" },
		{ "tcp://", DD_EARG, "not a URL" },
		{ "tcp://user:secret@host:2375", DD_EARG, "user name" },
		{ "tcp://127.0.0.1:1", DD_ENET, "onnect" },
	};
	if (!network()) {
		dd_test_skip("no libcurl");
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_engine_place place = { .kind = DD_ENGINE_DOCKER,
						       .url = rows[i].url,
						       .from = "DOCKER_HOST" };
		DD_CLEANUP(dd_engine_freep) struct dd_engine *e = NULL;
		struct dd_err err = { .at = DD_NO_OFFSET };
		CHECK_INT_ROW(dd_engine_open(network(), &place, NULL, &e, &err), rows[i].code, rows[i].url);
		CHECK_ROW(strstr(err.message, rows[i].message) != NULL, err.message);
	}
}

/* ---- documents ---- */

static const struct answer documents[] = {
	{ "/_ping", HEAD("1.41") },
	{ "/v1.41/images/json",
	  JSON "[{\"Id\":\"sha256:b1\",\"RepoTags\":null,\"RepoDigests\":[\"<none>@<none>\"],\"Created\":1700000000,"
	       "\"Size\":7},"
	       "{\"Id\":\"sha256:a1\",\"RepoTags\":[\"z:1\",\"a:1\"],\"RepoDigests\":[\"a@sha256:aa\"],\"Created\":1,"
	       "\"VirtualSize\":9},"
	       "{\"Id\":\"sha256:c1\",\"RepoTags\":[\"<none>:<none>\"],\"Created\":-62135596800,\"Size\":-1},"
	       "{\"RepoTags\":[\"no:id\"]},17]" },
	{ "/v1.41/images/alpine%3A3.9/json",
	  JSON "{\"Id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"Os\":\"linux\","
	       "\"Architecture\":\"arm\",\"Variant\":\"v7\",\"Created\":\"2026-05-13T02:21:49.5Z\","
	       "\"RootFS\":{\"Layers\":[\"sha256:2\",\"sha256:1\"]}}" },
	{ "/v1.41/images/store/json", JSON "{\"Id\":\"sha256:i\",\"Descriptor\":{\"digest\":\"sha256:i\"}}" },
	{ "/v1.41/images/gone/json",
	  "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
	  "{\"message\":\"No such image: \\u001b[31mgone\"}" },
	{ "/v1.41/images/old/json",
	  "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Type: text/plain\r\n"
	  "\r\nlayer does not exist\n" },
	{ "/v1.41/images/page/json", "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"
				     "<h1>secret page</h1>" },
	{ "/v1.41/images/cut/json",
	  "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{\"Id\"" },
	{ "/v1.41/images/html/json", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<html>" },
	{ "/v1.41/images/empty/json", JSON "{}" },
	{ "/v1.41/containers/json",
	  JSON "[{\"Id\":\"c2\",\"Names\":[\"/web\",\"/other/alias\"],\"Image\":\"a:1\",\"ImageID\":\"sha256:a1\","
	       "\"State\":\"running\"},{\"Id\":\"c1\",\"Names\":null,\"Image\":\"z\",\"State\":\"exited\"},"
	       "{\"Id\":\"c3\",\"Names\":[\"/api\"],\"State\":\"paused\"}]" },
	{ NULL, NULL },
};

static void check_images(struct dd_engine *e, struct dd_arena *a)
{
	struct dd_engine_images all = { 0 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	CHECK_INT(dd_engine_images(e, a, &all, &err), DD_OK);
	CHECK_INT(all.n, 3);
	if (all.n != 3)
		return;
	CHECK_STR(all.p[0].id, "sha256:a1");
	CHECK_STR(all.p[0].config_digest, "sha256:a1");
	CHECK_INT(all.p[0].n_tags, 2);
	CHECK_STR(all.p[0].tags[0], "a:1");
	CHECK_INT(all.p[0].size, 9);
	CHECK_INT(all.p[0].n_digests, 1);
	CHECK_STR(all.p[1].id, "sha256:b1");
	CHECK_INT(all.p[1].n_tags, 0);
	CHECK_INT(all.p[1].n_digests, 0);
	CHECK_INT(all.p[1].created, 1700000000);
	CHECK_INT(all.p[2].n_tags, 0);
	CHECK_INT(all.p[2].created, 0);
	CHECK_INT(all.p[2].size, 0);
}

static void check_image(struct dd_engine *e, struct dd_arena *a)
{
	struct dd_engine_image i = { 0 };
	CHECK_INT(dd_engine_image(e, DD_STR("alpine:3.9"), NULL, a, &i, NULL), DD_OK);
	CHECK_STR(i.id, "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	CHECK_STR(i.platform.arch, "arm");
	CHECK_STR(i.platform.variant, "v7");
	CHECK_INT(i.created, 1778638909);
	CHECK_INT(i.n_layers, 2);
	CHECK_STR(i.n_layers == 2 ? i.layers[0] : DD_STR(""), "sha256:2"); /* their order means something */
	CHECK_INT(dd_engine_image(e, DD_STR("store"), NULL, a, &i, NULL), DD_OK);
	CHECK_STR(i.config_digest, "");
}

static void check_containers(struct dd_engine *e, struct dd_arena *a)
{
	struct dd_engine_containers all = { 0 };
	CHECK_INT(dd_engine_containers(e, a, &all, NULL), DD_OK);
	CHECK_INT(all.n, 3);
	if (all.n != 3)
		return;
	CHECK_STR(all.p[0].id, "c1");
	CHECK(!all.p[0].running);
	CHECK_STR(all.p[1].name, "api");
	CHECK(all.p[1].running);
	CHECK_STR(all.p[2].name, "web");
	CHECK_STR(all.p[2].image_id, "sha256:a1");
	CHECK(all.p[2].running);
}

static void check_refusals(struct dd_engine *e, struct dd_arena *a)
{
	static const struct {
		struct dd_str name;
		enum dd_code code;
		const char *message;
	} refusals[] = {
		{ DD_STR("gone"), DD_ENOTFOUND, "404 Not Found: No such image: \\x1b[31mgone" },
		{ DD_STR("nowhere"), DD_ENOTFOUND, "404 Not Found" },
		{ DD_STR("old"), DD_ENET, "500 Internal Server Error: layer does not exist" },
		{ DD_STR("page"), DD_ENET, "502 Bad Gateway" },
		{ DD_STR("cut"), DD_ENET, "promised length" },
		{ DD_STR("html"), DD_ENET, "'text/html', is not JSON" },
		{ DD_STR("empty"), DD_ENET, "describes no image" },
		{ DD_STR(""), DD_EARG, "not the name" },
		{ DD_STR("../containers"), DD_EARG, "not the name" },
		{ DD_STR("a/../b"), DD_EARG, "not the name" },
		{ DD_STR("a//b"), DD_EARG, "not the name" },
		{ DD_STR("a/"), DD_EARG, "not the name" },
		{ DD_STR("a?all=1"), DD_EARG, "not the name" },
		{ DD_STR("a b"), DD_EARG, "not the name" },
		{ DD_STR("a\r\nX: y"), DD_EARG, "not the name" },
		{ DD_STR("a\0b"), DD_EARG, "not the name" },
		{ DD_STR("\xc3\xa4"), DD_EARG, "not the name" },
	};
	for (size_t i = 0; i < DD_COUNT(refusals); i++) {
		struct dd_engine_image image;
		struct dd_err err = { .at = DD_NO_OFFSET };
		CHECK_INT_ROW(dd_engine_image(e, refusals[i].name, NULL, a, &image, &err), refusals[i].code,
			      refusals[i].name.p);
		CHECK_ROW(strstr(err.message, refusals[i].message) != NULL, err.message);
		CHECK_ROW(strstr(err.message, "secret") == NULL, err.message);
	}
}

TEST(engine_documents)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_engine *e = NULL;
	struct stand_in s;
	if (!network()) {
		dd_test_skip("no libcurl");
		return;
	}
	CHECK(start(&s, documents) && open_it(&s, &e, NULL) == DD_OK);
	if (e) {
		check_images(e, &a);
		check_image(e, &a);
		check_containers(e, &a);
		check_refusals(e, &a);
	}
	dd_engine_freep(&e);
	stop(&s);
}

/* ---- the one that has it ---- */

static char asked_url[128];

static char *only_docker_host(const char *name)
{
	return strcmp(name, "DOCKER_HOST") == 0 ? asked_url : NULL;
}

TEST(engine_with_image)
{
	static const struct answer answers[] = {
		{ "/_ping", HEAD("1.41") },
		{ "/v1.41/images/two/json", JSON "{\"Id\":\"sha256:1\",\"RepoTags\":[\"other:1\",\"two:latest\"]}" },
		{ "/v1.41/images/sha256%3A1/json", JSON "{\"Id\":\"sha256:1\",\"RepoTags\":[\"b:1\",\"a:1\"]}" },
		{ "/v1.41/images/full/json",
		  JSON "{\"Id\":\"sha256:1\",\"RepoTags\":[\"docker.io/library/full:latest\"]}" },
		{ "/v1.41/images/bare/json", JSON "{\"Id\":\"sha256:1\"}" },
		{ NULL, NULL },
	};
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "two", "two:latest" },
		{ "sha256:1", "a:1" },
		{ "bare", "bare" },
		{ "full", "docker.io/library/full:latest" },
	};
	const struct dd_engine_search s = { .docker = true, .get = only_docker_host, .root = "/nowhere" };
	struct stand_in in;
	struct dd_err err = { .at = DD_NO_OFFSET };
	struct dd_engine_holder h;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	if (!network()) {
		dd_test_skip("no libcurl");
		return;
	}
	CHECK(start(&in, answers));
	(void)snprintf(asked_url, sizeof asked_url, "%s", in.url);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		h = (struct dd_engine_holder){ 0 };
		CHECK_INT_ROW(dd_engine_with_image(network(), &s, NULL, dd_str_from(rows[i].name), NULL, &a, &h, &err),
			      DD_OK, rows[i].name);
		CHECK_STR_ROW(h.name, rows[i].want, rows[i].name);
		dd_engine_freep(&h.engine);
	}
	CHECK_INT(dd_engine_with_image(network(), &s, NULL, DD_STR("none"), NULL, &a, &h, &err), DD_ENOTFOUND);
	CHECK(strstr(err.message, "no engine has an image 'none' (asked: docker at unix:///tmp/drydock-engine-") !=
	      NULL);
	stop(&in);
	/* its engine is named and gone: not the same as having no such image */
	CHECK_INT(dd_engine_with_image(network(), &s, NULL, DD_STR("none"), NULL, &a, &h, &err), DD_ENET);
	asked_url[0] = '\0';
	CHECK_INT(dd_engine_with_image(network(), &s, NULL, DD_STR("none"), NULL, &a, &h, &err), DD_ENOTFOUND);
	CHECK(strstr(err.message, "no container engine here") != NULL);
}

/* ---- export ---- */

static enum dd_code keep(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_buf *out = ctx;
	(void)err;
	return dd_buf_add_str(out, bytes);
}

TEST(engine_export)
{
	static const struct answer answers[] = {
		{ "/_ping", HEAD("1.48") },
		{ "/v1.48/images/whole/get", TAR "\r\narchive" },
		{ "/v1.48/images/two/"
		  "get?platform=%7B%22os%22:%22linux%22,%22architecture%22:%22arm%22,%22variant%22:%22v7%22%7D",
		  TAR "\r\nof arm" },
		{ "/v1.48/images/cut/get", TAR "Content-Length: 50\r\n\r\narch" },
		{ "/v1.48/images/broken/get",
		  TAR "\r\narch{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}\r\n" },
		{ "/v1.48/images/none/get", TAR "Content-Length: 0\r\n\r\n" },
		{ "/v1.48/images/html/get",
		  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<html>" },
		{ "/v1.48/images/gone/get",
		  "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
		  "{\"message\":\"No such image: gone\"}" },
		{ "/v1.48/images/large/get", TAR "Content-Length: 99999999999999\r\n\r\nx" },
		{ NULL, NULL },
	};
	static const struct {
		const char *name;
		enum dd_code code;
		const char *want; /* bytes, or a part of the message */
	} rows[] = {
		{ "whole", DD_OK, "archive" },
		{ "two", DD_OK, "of arm" },
		{ "cut", DD_ENET, "promised length" },
		{ "broken", DD_ENET, "failed half-way: 'no space left'" },
		{ "none", DD_ENET, "no archive" },
		{ "html", DD_ENET, "'text/html', not an archive" },
		{ "gone", DD_ENOTFOUND, "No such image" },
		{ "large", DD_ELIMIT, "limit" },
	};
	const struct dd_engine_platform arm = { DD_STR("linux"), DD_STR("arm"), DD_STR("v7") };
	struct dd_engine *e = NULL;
	struct stand_in s;
	if (!network()) {
		dd_test_skip("no libcurl");
		return;
	}
	CHECK(start(&s, answers) && open_it(&s, &e, NULL) == DD_OK);
	for (size_t i = 0; e && i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		struct dd_err err = { .at = DD_NO_OFFSET };
		const struct dd_engine_platform *p = strcmp(rows[i].name, "two") == 0 ? &arm : NULL;
		CHECK_INT_ROW(dd_engine_export(e, dd_str_from(rows[i].name), p, keep, &out, &err), rows[i].code,
			      rows[i].name);
		if (rows[i].code == DD_OK)
			CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].name);
		else
			CHECK_ROW(strstr(err.message, rows[i].want) != NULL, err.message);
	}
	/* what the sink says ends it */
	struct dd_buf small DD_CLEANUP_BUF = DD_BUF_INIT(2);
	CHECK(!e || dd_engine_export(e, DD_STR("whole"), NULL, keep, &small, NULL) == DD_ELIMIT);
	dd_engine_freep(&e);
	stop(&s);
}
