/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of docker and auth.json of podman are one format:
 *
 *   { "auths": { KEY: { "auth": base64("NAME:PASSWORD"), "username", "password", "identitytoken", "registrytoken" } },
 *     "credHelpers": { HOST: NAME }, "credsStore": NAME }
 *
 * Met in the wild: KEY is a host, a host with port, https://host, https://host/v1/, host/namespace (podman). Docker Hub
 * is https://index.docker.io/v1/ for docker, docker.io for podman. Behind a scheme the path is the API's, not a
 * namespace. An empty entry {} says that a helper keeps the secret. The password may end with NULs (docker cuts them).
 * The name "<token>" says that the secret is an identity token.
 * Sources: docker/cli cli/config; containers-auth.json(5). */
#include "net/registry/credentials_file.h"

#include "base/base64.h"
#include "net/registry/reference.h"

struct dd_credentials_key dd_credentials_key(struct dd_str key)
{
	static const char *const hub[] = { "docker.io", "index.docker.io", "registry-1.docker.io" };
	struct dd_str text = key;
	bool scheme = false;
	for (int i = 0; i < 2 && !scheme; i++) {
		struct dd_str prefix = i ? DD_STR("http://") : DD_STR("https://");
		scheme = dd_str_starts(text, prefix);
		text = dd_str_skip(text, scheme ? prefix.n : 0);
	}
	size_t slash = dd_str_find(text, '/');
	struct dd_credentials_key k = { .host = dd_str_take(text, slash), .path = dd_str_skip(text, slash + 1) };
	if (scheme || dd_str_eq_c(k.path, "v1/") || dd_str_eq_c(k.path, "v2/"))
		k.path = DD_STR("");
	while (k.path.n && k.path.p[k.path.n - 1] == '/')
		k.path.n--;
	for (size_t i = 0; i < DD_COUNT(hub); i++)
		if (dd_str_eq_c(k.host, hub[i]))
			k.host = DD_STR(DD_REFERENCE_HUB);
	return k;
}

/* Is it for the repository? */
static bool applies(const struct dd_credentials_key *k, struct dd_str registry, struct dd_str repository)
{
	if (!dd_str_eq_nocase(k->host, registry))
		return false;
	return k->path.n == 0 ||
	       (dd_str_starts(repository, k->path) && (repository.n == k->path.n || repository.p[k->path.n] == '/'));
}

struct dd_str dd_credentials_file_helper(const json_t *doc, struct dd_str registry, struct dd_str repository)
{
	const json_t *helpers = dd_json_obj(doc, "credHelpers");
	struct dd_str best = DD_STR("");
	size_t longest = 0;
	for (void *it = dd_json_first(helpers); it; it = dd_json_next(helpers, it)) {
		struct dd_credentials_key k = dd_credentials_key(dd_json_name(it));
		struct dd_str name = dd_json_text(dd_json_value(it));
		if (name.n && applies(&k, registry, repository) && (best.n == 0 || k.path.n > longest)) {
			best = name;
			longest = k.path.n;
		}
	}
	return best.n ? best : dd_json_str(doc, "credsStore");
}

static bool has_secret(const json_t *entry)
{
	return dd_json_str(entry, "auth").n || dd_json_str(entry, "password").n ||
	       dd_json_str(entry, "identitytoken").n || dd_json_str(entry, "registrytoken").n;
}

static const json_t *find_entry(const json_t *doc, struct dd_str registry, struct dd_str repository,
				struct dd_str *ret_key)
{
	const json_t *auths = dd_json_obj(doc, "auths"), *best = NULL;
	size_t longest = 0;
	for (void *it = dd_json_first(auths); it; it = dd_json_next(auths, it)) {
		struct dd_credentials_key k = dd_credentials_key(dd_json_name(it));
		const json_t *entry = dd_json_value(it);
		if (has_secret(entry) && applies(&k, registry, repository) && (!best || k.path.n > longest)) {
			best = entry;
			longest = k.path.n;
			*ret_key = dd_json_name(it);
		}
	}
	return best;
}

static bool is_clean(struct dd_str s)
{
	return s.n <= DD_CREDENTIAL_BYTES_MAX && (s.n == 0 || !memchr(s.p, '\0', s.n));
}

/* Fills name and password from base64 of both. */
static bool decode(struct dd_str text, struct dd_arena *a, struct dd_credential *c)
{
	struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT((size_t)2 * DD_CREDENTIAL_BYTES_MAX);
	if (!dd_base64_decode(text, &plain))
		return false;
	struct dd_str both = dd_buf_str(&plain);
	size_t colon = dd_str_find(both, ':');
	bool good = colon < both.n;
	if (good) {
		struct dd_str password = dd_str_skip(both, colon + 1);
		while (password.n && password.p[password.n - 1] == '\0')
			password.n--;
		c->username = dd_arena_str(a, dd_str_take(both, colon));
		c->password = dd_arena_str(a, password);
	}
	explicit_bzero(plain.p, plain.n);
	return good;
}

enum dd_code dd_credentials_file_auth(const json_t *doc, struct dd_str registry, struct dd_str repository,
				      struct dd_arena *a, struct dd_credential *ret, struct dd_err *err)
{
	struct dd_credential c = { 0 };
	struct dd_str key = DD_STR("");
	const json_t *entry = find_entry(doc, registry, repository, &key);
	if (!entry)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no credentials for %s", DD_QUOTE(registry));
	c.username = dd_arena_str(a, dd_json_str(entry, "username"));
	c.password = dd_arena_str(a, dd_json_str(entry, "password"));
	if (dd_json_str(entry, "auth").n && !decode(dd_json_str(entry, "auth"), a, &c))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "auths: the \"auth\" of %s is not base64 of NAME:PASSWORD",
			       DD_QUOTE(key));
	c.identity_token = dd_arena_str(a, dd_json_str(entry, "identitytoken"));
	c.registry_token = dd_arena_str(a, dd_json_str(entry, "registrytoken"));
	if (!c.username.p || !c.password.p || !c.identity_token.p || !c.registry_token.p)
		return dd_fail_nomem(err);
	if (!is_clean(c.username) || !is_clean(c.password) || !is_clean(c.identity_token) ||
	    !is_clean(c.registry_token))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "auths: the entry of %s has too long a text, or a NUL",
			       DD_QUOTE(key));
	*ret = c;
	return DD_OK;
}
