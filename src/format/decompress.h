/* SPDX-License-Identifier: Apache-2.0 */
/* Layer compressions: gzip (RFC 1952, several members, eStargz) by ISA-L igzip, zstd (RFC 8878, several and skippable
 * frames, zstd:chunked) by libzstd, xz by liblzma, bzip2 by libbz2 (docker load takes both, and advisories are served
 * in them), none. Told by the content, never by a name or media type. */
#ifndef DD_DECOMPRESS_H
#define DD_DECOMPRESS_H

#include "base/buf.h"
#include "base/stream.h"

enum dd_compression {
	DD_COMPRESSION_NONE,
	DD_COMPRESSION_GZIP,
	DD_COMPRESSION_ZSTD,
	DD_COMPRESSION_BZIP2,
	DD_COMPRESSION_XZ
};

/* By the first bytes (8 are enough). */
enum dd_compression dd_compression_detect(struct dd_str head);
const char *dd_compression_name(enum dd_compression c);

/* A stream of in's (borrowed) uncompressed bytes; the compression is told by in's first block. Errors of its next():
 * DD_EPARSE bad or cut data, or bytes behind the end that are no further member (zero padding is allowed: tar pads);
 * DD_ELIMIT expansion over DD_EXPANSION_RATIO_MAX after DD_EXPANSION_GRACE_BYTES, output over max_bytes, or a zstd
 * window over DD_ZSTD_WINDOW_LOG_MAX, an xz dictionary over DD_XZ_MEMORY_MAX. What was unpacked before bad data is
 * handed out first.
 * Memory: two blocks and the codec's window. */
enum dd_code dd_stream_decompress(struct dd_stream *in, uint64_t max_bytes, struct dd_stream **ret, struct dd_err *err);
/* What was found; valid after the first next(). */
enum dd_compression dd_stream_decompress_kind(const struct dd_stream *s);

/* The first gzip member alone: what is in it, appended to out, and how many of bytes it takes. DD_EPARSE: no gzip, bad
 * or cut data; DD_ELIMIT: more than out takes. */
enum dd_code dd_gzip_member(struct dd_str bytes, struct dd_buf *out, size_t *ret_n, struct dd_err *err);

#endif
