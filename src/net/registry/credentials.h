/* SPDX-License-Identifier: Apache-2.0 */
/* Where credentials for a registry come from, and where `drydock login` puts them.
 *
 * Looked at in this order; the first that has some for the registry wins:
 *  1. DRYDOCK_REGISTRY_USERNAME and _PASSWORD, or _TOKEN, for the host that DRYDOCK_REGISTRY_HOST names and no other;
 *  2. $REGISTRY_AUTH_FILE, when it is set: then the other places of podman are not looked at;
 *  3. docker's config.json in $DOCKER_CONFIG or ~/.docker;
 *  4. podman's $XDG_RUNTIME_DIR/containers/auth.json (else /run/containers/UID/auth.json),
 * ~/.config/containers/auth.json. Within a file: credHelpers for the host, credsStore, then auths. Sources: docker CLI
 * docs «docker login», docker/docker-credential-helpers (the protocol), containers-auth.json(5). */
#ifndef DD_CREDENTIALS_H
#define DD_CREDENTIALS_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	DD_CREDENTIALS_FILE_BYTES_MAX = 8 << 20, /* config.json, auth.json */
	DD_CREDENTIAL_BYTES_MAX = 32 << 10,	 /* one name, password or token; tokens of clouds have 4 KiB */
	DD_CREDENTIAL_HELPER_SECONDS = 60,	 /* cloud helpers ask their own servers first */
};

/* At least one of password, identity_token, registry_token is there. */
struct dd_credential {
	struct dd_str username, password;
	struct dd_str identity_token; /* an OAuth 2 refresh token for the token endpoint */
	struct dd_str registry_token; /* a bearer token for the registry itself */
	struct dd_str source;	      /* for people: the path, helper or variable that it is from */
};

struct dd_credentials_options {
	char *(*get)(const char *name); /* NULL: getenv */
	const char *docker_config;	/* directory; NULL: as above; "": none */
	const char *const *auth_files;	/* NULL-terminated; NULL: as above */
	const atomic_bool *stop;	/* ends the wait for a helper; may be NULL */
};

struct dd_credentials; /* opaque; read-only once made: any number of threads */
/* Reads the files. DD_EARG: one is broken or the variables make no sense; the message names it. */
enum dd_code dd_credentials_open(const struct dd_credentials_options *o, struct dd_credentials **ret,
				 struct dd_err *err);
void dd_credentials_closep(struct dd_credentials **c);

/* registry as in struct dd_reference; repository may be empty. DD_ENOTFOUND: none. Other errors: a helper that failed,
 * which the message names; nothing else was looked at then. Texts are copies in a. Runs helpers: may take its time. */
enum dd_code dd_credentials_find(const struct dd_credentials *c, struct dd_str registry, struct dd_str repository,
				 struct dd_arena *a, struct dd_credential *ret, struct dd_err *err);

/* For login and logout: docker's config.json. The helper that it names keeps the secret; without one the file does, in
 * base64 only: *ret_plain. Other keys of the file stay as they are. The file is replaced at once, mode 0600. */
enum dd_code dd_credentials_store(const struct dd_credentials *c, struct dd_str registry, struct dd_str username,
				  struct dd_str password, bool *ret_plain, struct dd_err *err);
/* *ret_erased false: there were none. */
enum dd_code dd_credentials_erase(const struct dd_credentials *c, struct dd_str registry, bool *ret_erased,
				  struct dd_err *err);
/* Where store writes; NULL: there is no home directory. */
const char *dd_credentials_path(const struct dd_credentials *c);

#endif
