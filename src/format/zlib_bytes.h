/* SPDX-License-Identifier: Apache-2.0 */
/* A zlib stream (RFC 1950) in memory, inflated whole by ISA-L. */
#ifndef DD_ZLIB_BYTES_H
#define DD_ZLIB_BYTES_H

#include "base/buf.h"

/* Appends to *out, whose maximum is the limit; *ret_used is how many bytes the stream has: those behind it (linkers pad
 * sections) are the caller's matter. DD_EPARSE: bad or cut, or its checksum is wrong. DD_ELIMIT: it gives more than out
 * takes. */
enum dd_code dd_zlib_inflate(struct dd_str bytes, struct dd_buf *out, size_t *ret_used, struct dd_err *err);

#endif
