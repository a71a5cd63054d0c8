/* SPDX-License-Identifier: Apache-2.0 */
/* certs.d/HOST[:PORT]/: what a host's certificate is checked against, and the certificate that we show it.
 * *.crt: authorities, trusted beside the system's. X.cert with X.key: ours; the first pair by name is taken.
 * Sources: Docker «Verify repository client with certificates»; containers-certs.d(5). */
#ifndef DD_HOST_CERTS_H
#define DD_HOST_CERTS_H

#include "base/arena.h"
#include "base/err.h"

enum {
	DD_HOST_CERTS_FILES_MAX = 64,	       /* of one directory */
	DD_HOST_CERTS_BYTES_MAX = 1024 * 1024, /* all *.crt of one host */
};

struct dd_host_certs {
	struct dd_str authorities; /* PEM, empty: none */
	const char *cert, *key;	   /* paths; NULL: none */
};

/* Looks for HOST below each of directories (NULL-terminated); the first that has it counts. None: *ret is empty. Texts
 * live in a. DD_EARG: a *.cert without its *.key or the other way round, or too much. DD_EIO. */
enum dd_code dd_host_certs_read(const char *const *directories, struct dd_str host, struct dd_arena *a,
				struct dd_host_certs *ret, struct dd_err *err);

#endif
