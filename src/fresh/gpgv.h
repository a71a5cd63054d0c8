/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a clearsigned document (RFC 9580 §7) whose signature is good, by gpgv(1): what apt trusts, too. The
 * program is run without a shell, with the keyrings that are given and no others. */
#ifndef DD_FRESH_GPGV_H
#define DD_FRESH_GPGV_H

#include <stdbool.h>

#include "base/err.h"

/* keyrings: NULL-terminated absolute paths; home: a directory in which gpgv finds nothing. *ret_fd is a memory file
 * with the signed text, the caller's. At least one signature must be good, by a key that is neither expired nor
 * revoked, and none may be bad; signatures by other keys do not matter. DD_EUNSUPPORTED: there is no gpgv. DD_EDIGEST:
 * not signed by any of the keys. */
enum dd_code dd_fresh_gpgv(const char *const *keyrings, const char *home, const char *path, int *ret_fd,
			   struct dd_err *err);

/* The same of a file and its detached signature. *ret_known false: there is no key for any of the signatures, and
 * nothing is known of the file. DD_EDIGEST: a signature is bad, or there is none in it. */
enum dd_code dd_fresh_gpgv_detached(const char *const *keyrings, const char *home, const char *signature,
				    const char *path, bool *ret_known, struct dd_err *err);

#endif
