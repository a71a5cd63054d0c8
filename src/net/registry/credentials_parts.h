/* SPDX-License-Identifier: Apache-2.0 */
/* What credentials.c (look-up) and credentials_store.c (login, logout) share. */
#ifndef DD_CREDENTIALS_PARTS_H
#define DD_CREDENTIALS_PARTS_H

#include "format/json.h"
#include "net/registry/credentials.h"

struct dd_credentials_document {
	const char *path; /* in the arena */
	json_t *doc;	  /* an object */
};
struct dd_credentials {
	struct dd_arena arena;
	char *(*get)(const char *name);
	const atomic_bool *stop;
	struct dd_str environment_host; /* empty: no variables */
	struct dd_credential environment;
	struct dd_credentials_document files[8];
	size_t n_files;
	const char *docker_path; /* of config.json, whether it is there or not; NULL: no home */
};

/* What helpers know a registry by. */
struct dd_str dd_credentials_server(struct dd_str registry);

#endif
