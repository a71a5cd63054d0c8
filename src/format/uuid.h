/* SPDX-License-Identifier: Apache-2.0 */
/* Name-based UUIDs, version 5 of RFC 9562 §5.5: the same name always has the same one. */
#ifndef DD_UUID_H
#define DD_UUID_H

#include "base/err.h"
#include "base/str.h"

enum { DD_UUID_TEXT_MAX = 37 };

/* In the namespace for URLs (RFC 9562 §6.6). "xxxxxxxx-xxxx-5xxx-yxxx-xxxxxxxxxxxx", small letters. DD_EIO: OpenSSL has
 * no SHA-1 (FIPS mode). */
enum dd_code dd_uuid_of_url(struct dd_str url, char out[DD_UUID_TEXT_MAX], struct dd_err *err);

#endif
