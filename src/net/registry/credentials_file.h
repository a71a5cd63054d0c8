/* SPDX-License-Identifier: Apache-2.0 */
/* What a config.json or auth.json says of one registry. */
#ifndef DD_CREDENTIALS_FILE_H
#define DD_CREDENTIALS_FILE_H

#include "format/json.h"
#include "net/registry/credentials.h"

/* A key of auths or credHelpers, in any spelling that docker and podman write: "host", "https://host/v1/",
 * "host/namespace". */
struct dd_credentials_key {
	struct dd_str host; /* "docker.io" for every name of Docker Hub */
	struct dd_str path; /* of the repositories it is for, "": all */
};
struct dd_credentials_key dd_credentials_key(struct dd_str key);

/* The helper for the registry, empty: none. */
struct dd_str dd_credentials_file_helper(const json_t *doc, struct dd_str registry, struct dd_str repository);
/* The secrets of the most specific entry of auths that has any; texts in a. DD_ENOTFOUND: none. DD_EPARSE: its "auth"
 * is not base64 of NAME:PASSWORD. */
enum dd_code dd_credentials_file_auth(const json_t *doc, struct dd_str registry, struct dd_str repository,
				      struct dd_arena *a, struct dd_credential *ret, struct dd_err *err);

#endif
