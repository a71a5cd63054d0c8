/* SPDX-License-Identifier: Apache-2.0 */
#include "net/registry/credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "net/registry/credential_helper.h"
#include "net/registry/credentials_file.h"
#include "net/registry/credentials_parts.h"
#include "net/registry/reference.h"

/* --- the environment --- */

static struct dd_str variable(const struct dd_credentials *c, const char *name)
{
	return dd_str_from(c->get(name));
}

static enum dd_code read_environment(struct dd_credentials *c, struct dd_err *err)
{
	struct dd_str host = variable(c, "DRYDOCK_REGISTRY_HOST");
	struct dd_credential *e = &c->environment;
	e->username = variable(c, "DRYDOCK_REGISTRY_USERNAME");
	e->password = variable(c, "DRYDOCK_REGISTRY_PASSWORD");
	e->registry_token = variable(c, "DRYDOCK_REGISTRY_TOKEN");
	e->source = DD_STR("the variables DRYDOCK_REGISTRY_…");
	if (e->username.n == 0 && e->password.n == 0 && e->registry_token.n == 0)
		return DD_OK;
	if (host.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "DRYDOCK_REGISTRY_HOST must name the registry that the credentials are for");
	if (e->registry_token.n ? e->username.n || e->password.n : !e->username.n || !e->password.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "DRYDOCK_REGISTRY_HOST goes with _USERNAME and _PASSWORD, or with _TOKEN alone");
	if (e->password.n > DD_CREDENTIAL_BYTES_MAX || e->username.n > DD_CREDENTIAL_BYTES_MAX ||
	    e->registry_token.n > DD_CREDENTIAL_BYTES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "a variable DRYDOCK_REGISTRY_… is too long");
	e->username = dd_arena_str(&c->arena, e->username);
	e->password = dd_arena_str(&c->arena, e->password);
	e->registry_token = dd_arena_str(&c->arena, e->registry_token);
	c->environment_host = dd_arena_str(&c->arena, dd_credentials_key(host).host);
	if (!e->username.p || !e->password.p || !e->registry_token.p || !c->environment_host.p)
		return dd_fail_nomem(err);
	if (!dd_reference_is_registry(c->environment_host))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "DRYDOCK_REGISTRY_HOST is %s, which is no HOST or HOST:PORT",
			       DD_QUOTE(host));
	return DD_OK;
}

/* --- files --- */

static enum dd_code read_file(struct dd_credentials *c, const char *path, bool required, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	json_t *doc = NULL;
	if (!path)
		return dd_fail_nomem(err);
	if (c->n_files == DD_COUNT(c->files))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %zu files of credentials", DD_COUNT(c->files));
	struct dd_err why;
	enum dd_code code = dd_map_file_open(&file, path, DD_CREDENTIALS_FILE_BYTES_MAX, &why);
	/* What another user keeps in a usual place is none of ours (/run/containers belongs to root alone). */
	bool not_ours = code == DD_EIO && (why.sys_errno == EACCES || why.sys_errno == EPERM);
	if (!required && (code == DD_ENOTFOUND || not_ours))
		return DD_OK;
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return code;
	}
	if (dd_str_trim(file.bytes).n == 0)
		return DD_OK;
	code = dd_json_parse(file.bytes, &doc, err);
	if (code == DD_OK && !json_is_object(doc)) {
		dd_json_freep(&doc);
		code = dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no JSON object");
	}
	if (code != DD_OK) {
		(void)dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
		if (err && code == DD_EPARSE)
			err->code = DD_EARG;
		return code == DD_EPARSE ? DD_EARG : code;
	}
	c->files[c->n_files++] = (struct dd_credentials_document){ path, doc };
	return DD_OK;
}

static const char *below(struct dd_credentials *c, const char *directory, const char *name)
{
	return dd_arena_printf(&c->arena, "%s/%s", directory, name).p;
}

static enum dd_code find_docker(struct dd_credentials *c, const char *directory, struct dd_err *err)
{
	const char *given = c->get("DOCKER_CONFIG"), *home = c->get("HOME");
	if (!directory && given && given[0])
		directory = given;
	if (!directory && home && home[0])
		directory = below(c, home, ".docker");
	if (!directory || !directory[0])
		return DD_OK;
	c->docker_path = below(c, directory, "config.json");
	return read_file(c, c->docker_path, false, err);
}

static enum dd_code find_podman(struct dd_credentials *c, struct dd_err *err)
{
	const char *run = c->get("XDG_RUNTIME_DIR"), *config = c->get("XDG_CONFIG_HOME"), *home = c->get("HOME");
	if (run && run[0])
		DD_TRY(read_file(c, below(c, run, "containers/auth.json"), false, err));
	else
		DD_TRY(read_file(c, dd_arena_printf(&c->arena, "/run/containers/%u/auth.json", (unsigned)getuid()).p,
				 false, err));
	if (config && config[0])
		return read_file(c, below(c, config, "containers/auth.json"), false, err);
	return home && home[0] ? read_file(c, below(c, home, ".config/containers/auth.json"), false, err) : DD_OK;
}

static enum dd_code read_files(struct dd_credentials *c, const struct dd_credentials_options *o, struct dd_err *err)
{
	const char *given = c->get("REGISTRY_AUTH_FILE");
	bool named = !o->auth_files && given && given[0];
	if (named)
		DD_TRY(read_file(c, dd_arena_c(&c->arena, dd_str_from(given)), true, err));
	DD_TRY(find_docker(c, o->docker_config, err));
	for (size_t i = 0; o->auth_files && o->auth_files[i]; i++)
		DD_TRY(read_file(c, dd_arena_c(&c->arena, dd_str_from(o->auth_files[i])), true, err));
	return named || o->auth_files ? DD_OK : find_podman(c, err);
}

enum dd_code dd_credentials_open(const struct dd_credentials_options *o, struct dd_credentials **ret,
				 struct dd_err *err)
{
	struct dd_credentials *c DD_CLEANUP(dd_credentials_closep) = dd_alloc_zero(1, sizeof *c);
	if (!c)
		return dd_fail_nomem(err);
	c->arena = DD_ARENA_INIT(DD_MIB);
	c->get = o->get ? o->get : getenv;
	c->stop = o->stop;
	DD_TRY(read_environment(c, err));
	DD_TRY(read_files(c, o, err));
	*ret = DD_TAKE(c);
	return DD_OK;
}

void dd_credentials_closep(struct dd_credentials **at)
{
	struct dd_credentials *c = DD_TAKE(*at);
	if (!c)
		return;
	for (size_t i = 0; i < c->n_files; i++)
		dd_json_freep(&c->files[i].doc);
	dd_arena_done(&c->arena);
	dd_free(c);
}

const char *dd_credentials_path(const struct dd_credentials *c)
{
	return c->docker_path;
}

/* --- looking up --- */

struct dd_str dd_credentials_server(struct dd_str registry)
{
	/* The name under which docker gives Docker Hub to helpers. */
	return dd_str_eq_c(registry, DD_REFERENCE_HUB) ? DD_STR("https://index.docker.io/v1/") : registry;
}

static enum dd_code read_answer(struct dd_str bytes, struct dd_arena *a, struct dd_credential *c, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	/* The parser's own message may quote what it met: the secret. */
	if (dd_json_parse(bytes, &doc, NULL) != DD_OK)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "its answer is not the JSON of the helpers' protocol");
	struct dd_str name = dd_json_str(doc, "Username"), secret = dd_json_str(doc, "Secret");
	if (secret.n == 0)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "it has no credentials");
	if (name.n > DD_CREDENTIAL_BYTES_MAX || secret.n > DD_CREDENTIAL_BYTES_MAX || memchr(secret.p, 0, secret.n))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "its answer is too long, or has a NUL");
	bool token = dd_str_eq_c(name, "<token>");
	c->username = dd_arena_str(a, token ? DD_STR("") : name);
	c->password = token ? DD_STR("") : dd_arena_str(a, secret);
	c->identity_token = token ? dd_arena_str(a, secret) : DD_STR("");
	return c->username.p && c->password.p && c->identity_token.p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code ask_helper(const struct dd_credentials *c, struct dd_str helper, struct dd_str registry,
			       struct dd_arena *a, struct dd_credential *ret, struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)4 * DD_CREDENTIAL_BYTES_MAX);
	struct dd_credential found = { 0 };
	enum dd_code code =
		dd_credential_helper_run(helper, "get", dd_credentials_server(registry), c->stop, &out, err);
	if (code == DD_OK) {
		code = read_answer(dd_buf_str(&out), a, &found, err);
		if (code == DD_EIO)
			(void)dd_wrap(err, "docker-credential-%.*s", DD_FMT(helper));
	}
	if (out.p)
		explicit_bzero(out.p, out.n);
	DD_TRY(code);
	found.source = dd_arena_printf(a, "docker-credential-%.*s", DD_FMT(helper));
	*ret = found;
	return found.source.p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code look_in(const struct dd_credentials *c, const struct dd_credentials_document *file,
			    struct dd_str registry, struct dd_str repository, struct dd_arena *a,
			    struct dd_credential *ret, struct dd_err *err)
{
	struct dd_str helper = dd_credentials_file_helper(file->doc, registry, repository);
	enum dd_code code = DD_ENOTFOUND;
	if (helper.n)
		code = ask_helper(c, helper, registry, a, ret, err);
	if (code != DD_ENOTFOUND)
		return code;
	code = dd_credentials_file_auth(file->doc, registry, repository, a, ret, err);
	if (code == DD_EPARSE)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(file->path)));
	DD_TRY(code);
	ret->source = dd_arena_str(a, dd_str_from(file->path));
	return ret->source.p ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_credentials_find(const struct dd_credentials *c, struct dd_str registry, struct dd_str repository,
				 struct dd_arena *a, struct dd_credential *ret, struct dd_err *err)
{
	if (c->environment_host.n && dd_str_eq_nocase(c->environment_host, registry)) {
		*ret = c->environment;
		return DD_OK;
	}
	for (size_t i = 0; i < c->n_files; i++) {
		enum dd_code code = look_in(c, &c->files[i], registry, repository, a, ret, err);
		if (code != DD_ENOTFOUND)
			return code;
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no credentials for %s", DD_QUOTE(registry));
}
