/* SPDX-License-Identifier: Apache-2.0 */
/* zlib streams (RFC 1950) that lie one behind the other in memory, each inflated in blocks: for git, which packs every
 * object into one and does not say how long it is. */
#ifndef DD_ZLIB_STREAM_H
#define DD_ZLIB_STREAM_H

#include "base/stream.h"

/* Begins with a struct dd_stream: dd_stream_next gives the blocks. */
struct dd_zlib;
enum dd_code dd_zlib_new(struct dd_zlib **ret, struct dd_err *err);
void dd_zlib_freep(struct dd_zlib **z);
/* The stream that begins at bytes.p, which may have more behind it. Blocks then: DD_EPARSE when it is damaged or cut
 * (what was inflated before is handed out first). Its free does nothing. */
struct dd_stream *dd_zlib_begin(struct dd_zlib *z, struct dd_str bytes);
/* How many of the bytes were used so far: all of the stream's behind its end. */
size_t dd_zlib_used(const struct dd_zlib *z);

#endif
