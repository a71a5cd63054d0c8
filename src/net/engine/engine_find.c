/* SPDX-License-Identifier: Apache-2.0 */
/* Where engines are, in the order in which their own clients look.
 *
 *   docker   -H unix:///… or tcp://HOST:PORT as DOCKER_HOST, with DOCKER_TLS_VERIFY (or DOCKER_TLS) and
 * DOCKER_CERT_PATH a context: DOCKER_CONTEXT, else "currentContext" of ~/.docker/config.json (or
 * $DOCKER_CONFIG/config.json); "default" is none. It lies in contexts/meta/<sha256 of its name>/meta.json: { "Name",
 * "Endpoints": { "docker": { "Host", "SkipTLSVerify" } } }, its keys in contexts/tls/<sha256>/docker/ podman
 * CONTAINER_HOST both     the sockets below
 *
 * TLS is always verified: a context with SkipTLSVerify and DOCKER_TLS without _VERIFY are used with verification.
 * Sources: docker/cli 20.10 to 28: cli/context/store/metadatastore.go, cli/command/cli.go (resolveContextName),
 * docs.docker.com/engine/security/rootless; podman-system-service(1). */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/digest.h"
#include "format/json.h"
#include "net/engine/engine.h"

enum { CONTEXT_NAME_MAX = 256 };
#define DOCUMENT_BYTES_MAX (1 * DD_MIB)

/* $NAME at the front stands for the directory that it names. */
static const struct {
	enum dd_engine_kind kind;
	enum { AT_ROOT, AT_RUNTIME, AT_HOME } below;
	const char *path;
} sockets[] = {
	{ DD_ENGINE_DOCKER, AT_ROOT, "/var/run/docker.sock" },
	{ DD_ENGINE_DOCKER, AT_RUNTIME, "/docker.sock" },
	{ DD_ENGINE_DOCKER, AT_HOME, "/.docker/run/docker.sock" },
	{ DD_ENGINE_DOCKER, AT_HOME, "/.docker/desktop/docker.sock" },
	{ DD_ENGINE_PODMAN, AT_RUNTIME, "/podman/podman.sock" },
	{ DD_ENGINE_PODMAN, AT_ROOT, "/run/podman/podman.sock" },
};

struct finding {
	const struct dd_engine_search *s;
	struct dd_arena *a;
	struct dd_engine_places places;
	struct stat seen[DD_ENGINE_PLACES_MAX];
};

const char *dd_engine_kind_name(enum dd_engine_kind kind)
{
	return kind == DD_ENGINE_PODMAN ? "podman" : "docker";
}

/* A variable that is set to nothing is not set. */
static const char *variable(const struct finding *f, const char *name)
{
	const char *value = f->s->get(name);
	return value && value[0] ? value : NULL;
}

static enum dd_code add(struct finding *f, const struct dd_engine_place *p, struct dd_err *err)
{
	if (!p->url || !p->from)
		return dd_fail_nomem(err);
	if (f->places.n < DD_ENGINE_PLACES_MAX)
		f->places.at[f->places.n++] = *p;
	return DD_OK;
}

/* ---- docker's configuration ---- */

/* NULL without a home. */
static const char *docker_folder(struct finding *f)
{
	const char *folder = variable(f, "DOCKER_CONFIG"), *home = variable(f, "HOME");
	if (folder || !home)
		return folder;
	return dd_arena_printf(f->a, "%s/.docker", home).p;
}

/* *ret NULL: there is no such file. */
static enum dd_code read_document(const char *path, json_t **ret, struct dd_err *err)
{
	struct dd_map_file m = { 0 };
	struct dd_err why;
	enum dd_code code = dd_map_file_open(&m, path, DOCUMENT_BYTES_MAX, &why);
	*ret = NULL;
	if (code == DD_ENOTFOUND)
		return DD_OK;
	if (code == DD_OK)
		code = dd_json_parse(m.bytes, ret, &why);
	dd_map_file_done(&m);
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
	}
	return DD_OK;
}

/* The name of the context in use, empty: none. A broken config.json does not hide an engine: then there is none. */
static enum dd_code context_name(struct finding *f, const char *folder, struct dd_str *ret, struct dd_err *err)
{
	const char *asked = variable(f, "DOCKER_CONTEXT"), *path;
	DD_CLEANUP_JSON json_t *doc = NULL;
	*ret = dd_str_from(asked);
	if (!asked && folder) {
		path = dd_arena_printf(f->a, "%s/config.json", folder).p;
		if (!path)
			return dd_fail_nomem(err);
		if (read_document(path, &doc, NULL) == DD_OK)
			*ret = dd_arena_str(f->a, dd_json_str(doc, "currentContext"));
	}
	if (!ret->p && ret->n)
		return dd_fail_nomem(err);
	if (dd_str_eq(*ret, DD_STR("default")))
		*ret = DD_STR("");
	return DD_OK;
}

static bool is_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum dd_code take_context(struct finding *f, const char *folder, struct dd_str name, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_digest d;
	if (name.n > CONTEXT_NAME_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the docker context %s has too long a name", DD_QUOTE(name));
	DD_TRY(dd_digest_of(DD_SHA256, name, &d, err));
	const char *hex = strchr(dd_digest_text(&d, text), ':') + 1;
	const char *meta = dd_arena_printf(f->a, "%s/contexts/meta/%s/meta.json", folder, hex).p;
	const char *tls = dd_arena_printf(f->a, "%s/contexts/tls/%s/docker", folder, hex).p;
	if (!meta || !tls)
		return dd_fail_nomem(err);
	DD_TRY(read_document(meta, &doc, err));
	struct dd_str host = dd_json_str(dd_json_obj(dd_json_obj(doc, "Endpoints"), "docker"), "Host");
	if (host.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "the docker context %s that is in use is not there or names no host ('docker context "
			       "ls' lists them)",
			       DD_QUOTE(name));
	struct dd_engine_place p = { .kind = DD_ENGINE_DOCKER,
				     .url = dd_arena_c(f->a, host),
				     .from = dd_arena_printf(f->a, "context %s", DD_QUOTE(name)).p,
				     .tls_dir = is_directory(tls) ? tls : NULL,
				     .asked = true };
	return add(f, &p, err);
}

/* TLS is on when one of the two variables is set, to whatever value: as docker's own client reads them. */
static enum dd_code take_docker_host(struct finding *f, const char *host, const char *folder, struct dd_err *err)
{
	struct dd_engine_place p = { .kind = DD_ENGINE_DOCKER, .url = host, .from = "DOCKER_HOST", .asked = true };
	const char *keys = variable(f, "DOCKER_CERT_PATH");
	if (variable(f, "DOCKER_TLS_VERIFY") || variable(f, "DOCKER_TLS")) {
		p.tls_dir = keys ? keys : folder;
		if (!p.tls_dir)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "DOCKER_TLS_VERIFY is set, but neither DOCKER_CERT_PATH nor HOME says where the "
				       "keys are");
	}
	return add(f, &p, err);
}

/* ---- sockets ---- */

static const char *below(struct finding *f, size_t i)
{
	const char *runtime = variable(f, "XDG_RUNTIME_DIR"), *home = variable(f, "HOME");
	const char *root = f->s->root ? f->s->root : "";
	switch (sockets[i].below) {
	case AT_HOME:
		return home;
	case AT_RUNTIME:
		return runtime ? runtime : dd_arena_printf(f->a, "%s/run/user/%u", root, (unsigned)geteuid()).p;
	default:
		return root;
	}
}

static enum dd_code take_socket(struct finding *f, size_t i, struct dd_err *err)
{
	const char *front = below(f, i);
	struct stat st;
	if (!front)
		return DD_OK;
	const char *path = dd_arena_printf(f->a, "%s%s", front, sockets[i].path).p;
	if (!path)
		return dd_fail_nomem(err);
	if (stat(path, &st) < 0 || !S_ISSOCK(st.st_mode) || f->places.n == DD_ENGINE_PLACES_MAX)
		return DD_OK;
	for (size_t k = 0; k < f->places.n; k++)
		if (!f->places.at[k].asked && f->seen[k].st_dev == st.st_dev && f->seen[k].st_ino == st.st_ino)
			return DD_OK; /* podman behind Docker's name */
	f->seen[f->places.n] = st;
	struct dd_engine_place p = { .kind = sockets[i].kind,
				     .url = dd_arena_printf(f->a, "unix://%s", path).p,
				     .from = "default" };
	return add(f, &p, err);
}

static enum dd_code take_sockets(struct finding *f, enum dd_engine_kind kind, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(sockets); i++)
		if (sockets[i].kind == kind)
			DD_TRY(take_socket(f, i, err));
	return DD_OK;
}

static enum dd_code find_docker(struct finding *f, struct dd_err *err)
{
	const char *host = variable(f, "DOCKER_HOST"), *folder = docker_folder(f);
	struct dd_str name;
	if (host)
		return take_docker_host(f, host, folder, err);
	DD_TRY(context_name(f, folder, &name, err));
	if (name.n && !folder)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "DOCKER_CONTEXT is set, but HOME is not");
	return name.n ? take_context(f, folder, name, err) : take_sockets(f, DD_ENGINE_DOCKER, err);
}

static enum dd_code find_podman(struct finding *f, struct dd_err *err)
{
	const char *host = variable(f, "CONTAINER_HOST");
	struct dd_engine_place p = { .kind = DD_ENGINE_PODMAN, .url = host, .from = "CONTAINER_HOST", .asked = true };
	return host ? add(f, &p, err) : take_sockets(f, DD_ENGINE_PODMAN, err);
}

enum dd_code dd_engine_find(const struct dd_engine_search *s, struct dd_arena *a, struct dd_engine_places *ret,
			    struct dd_err *err)
{
	struct finding f = { .s = s, .a = a };
	if (s->docker)
		DD_TRY(find_docker(&f, err));
	if (s->podman)
		DD_TRY(find_podman(&f, err));
	*ret = f.places;
	return DD_OK;
}
