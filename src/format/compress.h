/* SPDX-License-Identifier: Apache-2.0 */
/* The other way round of decompress.h: what drydock itself writes compressed. */
#ifndef DD_COMPRESS_H
#define DD_COMPRESS_H

#include "base/stream.h"

/* in's (borrowed) bytes as one Zstandard frame with a checksum (RFC 8878 §3.1), at libzstd's level 1 to 19. The same
 * bytes, level and library give the same frame. */
enum dd_code dd_stream_compress_zstd(struct dd_stream *in, int level, struct dd_stream **ret, struct dd_err *err);

#endif
