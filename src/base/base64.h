/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648 §4 and §5: "+/" and "-_" are both read). */
#ifndef DD_BASE64_H
#define DD_BASE64_H

#include "base/buf.h"

/* Appends the bytes that text stands for. False, and nothing appended, when a character is none of the alphabet, the
 * length cannot be, padding is not where it belongs (it may be left out), bits are left over, or out is full. */
bool dd_base64_decode(struct dd_str text, struct dd_buf *out);
/* Appends bytes as base64 with "+/" and padding. DD_ELIMIT: out is full (or memory is out, as dd_buf_check tells). */
enum dd_code dd_base64_encode(struct dd_str bytes, struct dd_buf *out);

#endif
