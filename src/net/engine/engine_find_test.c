/* SPDX-License-Identifier: Apache-2.0 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "net/engine/engine.h"
#include "support/test.h"

/* A world of its own: a directory, and an environment in which "@" stands for it. */
static struct {
	char dir[64];
	const char *const *environment; /* NAME, value, … NULL */
	char value[256];
} world;

static char *get(const char *name)
{
	for (const char *const *e = world.environment; e && e[0]; e += 2)
		if (strcmp(e[0], name) == 0) {
			const char *at = strchr(e[1], '@');
			int before = at ? (int)(at - e[1]) : (int)strlen(e[1]);
			/* One value at a time is enough for the tests but not for the code: keep each. */
			static char kept[8][256];
			static unsigned next;
			char *out = kept[next++ % 8];
			(void)snprintf(out, sizeof kept[0], "%.*s%s%s", before, e[1], at ? world.dir : "",
				       at ? at + 1 : "");
			return out;
		}
	return NULL;
}

static void path_of(const char *name, char out[160])
{
	(void)snprintf(out, 160, "%s%s", world.dir, name);
	for (char *p = out + strlen(world.dir) + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(out, 0700);
			*p = '/';
		}
}

static void put_socket(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char path[160];
	path_of(name, path);
	if (strlen(path) >= sizeof a.sun_path)
		return;
	memcpy(a.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof a) == 0);
	dd_closep(&fd);
}

static void put_file(const char *name, const char *text)
{
	struct dd_atomic_file f;
	char path[160];
	path_of(name, path);
	CHECK(dd_atomic_open(&f, path, 0600, NULL) == DD_OK && dd_write_full(f.fd, text, strlen(text), NULL) == DD_OK &&
	      dd_atomic_commit(&f, NULL) == DD_OK);
	dd_atomic_done(&f);
}

static bool begin(void)
{
	(void)snprintf(world.dir, sizeof world.dir, "/tmp/drydock-find-XXXXXX");
	return mkdtemp(world.dir) != NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static void end(void)
{
	CHECK(nftw(world.dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

/* "docker unix://@/x (DOCKER_HOST) tls=@/y asked; …" */
static void describe(const struct dd_engine_places *p, struct dd_buf *out)
{
	size_t n = strlen(world.dir);
	for (size_t i = 0; i < p->n; i++) {
		const struct dd_engine_place *e = &p->at[i];
		const char *texts[] = { e->url, e->tls_dir ? e->tls_dir : "" };
		(void)dd_buf_addf(out, "%s%s", i ? "; " : "", dd_engine_kind_name(e->kind));
		for (size_t k = 0; k < 2; k++) {
			const char *at = strstr(texts[k], world.dir);
			if (!texts[k][0])
				continue;
			(void)dd_buf_add_c(out, k ? " tls=" : " ");
			if (at)
				(void)dd_buf_addf(out, "%.*s@%s", (int)(at - texts[k]), texts[k], at + n);
			else
				(void)dd_buf_add_c(out, texts[k]);
		}
		(void)dd_buf_addf(out, " (%s)%s", e->from, e->asked ? " asked" : "");
	}
}

#define REMOTE_META                                                                                                    \
	"/home/.docker/contexts/meta/b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a/meta.json"

static const struct row {
	const char *name;
	const char *environment[16];
	const char *want; /* an error: a part of its message */
	enum dd_code code;
} rows[] = {
	{ "nothing set",
	  { NULL },
	  "docker unix://@/var/run/docker.sock (default); podman unix://@/run/podman/podman.sock (default)" },
	{ "the user's own sockets",
	  { "HOME", "@/home", "XDG_RUNTIME_DIR", "@/runtime", NULL },
	  "docker unix://@/var/run/docker.sock (default); docker unix://@/runtime/docker.sock (default); "
	  "docker unix://@/home/.docker/run/docker.sock (default); "
	  "podman unix://@/runtime/podman/podman.sock (default); podman unix://@/run/podman/podman.sock (default)" },
	{ "DOCKER_HOST",
	  { "DOCKER_HOST", "unix:///x", "DOCKER_CONTEXT", "remote", "HOME", "@/home", NULL },
	  "docker unix:///x (DOCKER_HOST) asked; podman unix://@/run/podman/podman.sock (default)" },
	{ "DOCKER_HOST with TLS",
	  { "DOCKER_HOST", "tcp://h:2376", "DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "@/certs", NULL },
	  "docker tcp://h:2376 tls=@/certs (DOCKER_HOST) asked; podman unix://@/run/podman/podman.sock (default)" },
	{ "keys in the docker folder",
	  { "DOCKER_HOST", "tcp://h:2376", "DOCKER_TLS", "1", "HOME", "@/home", NULL },
	  "docker tcp://h:2376 tls=@/home/.docker (DOCKER_HOST) asked; podman unix://@/run/podman/podman.sock "
	  "(default)" },
	{ "TLS without keys",
	  { "DOCKER_HOST", "tcp://h:2376", "DOCKER_TLS_VERIFY", "1", NULL },
	  "DOCKER_CERT_PATH",
	  DD_EARG },
	{ "empty is not set",
	  { "DOCKER_HOST", "", "CONTAINER_HOST", "", "DOCKER_CONTEXT", "", NULL },
	  "docker unix://@/var/run/docker.sock (default); podman unix://@/run/podman/podman.sock (default)" },
	{ "CONTAINER_HOST",
	  { "CONTAINER_HOST", "unix:///p", NULL },
	  "docker unix://@/var/run/docker.sock (default); podman unix:///p (CONTAINER_HOST) asked" },
	{ "a context by name",
	  { "DOCKER_CONTEXT", "remote", "HOME", "@/home", NULL },
	  "docker tcp://remote.example:2376 "
	  "tls=@/home/.docker/contexts/tls/b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a/docker "
	  "(context 'remote') asked; podman unix://@/run/podman/podman.sock (default)" },
	{ "the default context",
	  { "DOCKER_CONTEXT", "default", NULL },
	  "docker unix://@/var/run/docker.sock (default); podman unix://@/run/podman/podman.sock (default)" },
	{ "the context in use", { "HOME", "@/nowhere", "DOCKER_CONFIG", "@/home2", NULL }, "'gone'", DD_EARG },
	{ "no such context", { "DOCKER_CONTEXT", "../../x", "HOME", "@/home", NULL }, "'../../x'", DD_EARG },
	{ "a context that is no JSON", { "DOCKER_CONTEXT", "broken", "HOME", "@/home", NULL }, "meta.json", DD_EPARSE },
	{ "a context, and no home", { "DOCKER_CONTEXT", "remote", NULL }, "HOME", DD_EARG },
	{ "a broken config.json hides nothing",
	  { "DOCKER_CONFIG", "@/home3", NULL },
	  "docker unix://@/var/run/docker.sock (default); podman unix://@/run/podman/podman.sock (default)" },
};

static void check_row(const struct row *r)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	const struct dd_engine_search s = { .docker = true, .podman = true, .get = get, .root = world.dir };
	struct dd_engine_places places;
	struct dd_err err = { .at = DD_NO_OFFSET };
	world.environment = r->environment;
	enum dd_code code = dd_engine_find(&s, &a, &places, &err);
	CHECK_INT_ROW(code, r->code, r->name);
	if (r->code != DD_OK) {
		CHECK_ROW(strstr(err.message, r->want) != NULL, r->name);
		return;
	}
	if (code == DD_OK)
		describe(&places, &text);
	CHECK_STR_ROW(dd_buf_str(&text), r->want, r->name);
}

TEST(engine_find)
{
	char link[160], to[160];
	if (!begin()) {
		dd_test_skip("no temporary directory");
		return;
	}
	put_socket("/var/run/docker.sock");
	put_socket("/run/podman/podman.sock");
	put_socket("/runtime/docker.sock");
	put_socket("/runtime/podman/podman.sock");
	put_socket("/home/.docker/run/docker.sock");
	put_file("/home/.docker/desktop/docker.sock", "not a socket");
	put_file(REMOTE_META,
		 "{\"Name\":\"remote\",\"Endpoints\":{\"docker\":{\"Host\":\"tcp://remote.example:2376\"}}}");
	put_file("/home/.docker/contexts/tls/b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a/docker/"
		 "ca.pem",
		 "");
	/* sha256 of "broken" */
	put_file("/home/.docker/contexts/meta/f526795c95399cea27c055c842c3d6ab018ed0fa4f66f701c28ab22dec28237b/"
		 "meta.json",
		 "{");
	put_file("/home2/config.json", "{\"currentContext\":\"gone\"}");
	put_file("/home3/config.json", "{\"currentContext\":");
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(&rows[i]);
	/* podman behind Docker's name: one engine, once */
	path_of("/var/run/docker.sock", link);
	path_of("/run/podman/podman.sock", to);
	CHECK(unlink(link) == 0 && symlink(to, link) == 0);
	check_row(&(const struct row){
		"one socket, two names", { NULL }, "docker unix://@/var/run/docker.sock (default)" });
	CHECK(unlink(link) == 0 && unlink(to) == 0);
	check_row(&(const struct row){ "no engine", { NULL }, "" });
	end();
}
