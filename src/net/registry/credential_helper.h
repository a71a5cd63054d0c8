/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that keep credentials: docker-credential-NAME, spoken to over standard input and output.
 * Source: github.com/docker/docker-credential-helpers, README «Development» and credentials/credentials.go. */
#ifndef DD_CREDENTIAL_HELPER_H
#define DD_CREDENTIAL_HELPER_H

#include <stdatomic.h>

#include "base/buf.h"

/* NAME is [A-Za-z0-9._-] and begins with a letter or digit: it comes from a file. */
bool dd_credential_helper_is_name(struct dd_str name);

/* Runs `docker-credential-NAME verb`, found in PATH, without a shell, and gives it `input`. *out takes what it prints.
 * DD_ENOTFOUND: it says that it has no such credentials. DD_EIO: it is not there, failed, said too much, or took longer
 * than DD_CREDENTIAL_HELPER_SECONDS; *stop was set. The caller wipes *out. */
enum dd_code dd_credential_helper_run(struct dd_str name, const char *verb, struct dd_str input,
				      const atomic_bool *stop, struct dd_buf *out, struct dd_err *err);

#endif
