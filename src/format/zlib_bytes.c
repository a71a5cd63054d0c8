/* SPDX-License-Identifier: Apache-2.0 */
/* zlib = CMF FLG deflate-data ADLER32(4, big-endian); ISA-L checks the header and the checksum. A preset dictionary
 * (FLG bit 5) is an error: nobody but the writer knows it. Source: RFC 1950; isa-l 2.30 igzip_lib.h. */
#include "format/zlib_bytes.h"

#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "base/limits.h"

enum { STEP_BYTES = 64 * 1024 };

static enum dd_code inflate_all(struct inflate_state *f, struct dd_buf *out, struct dd_err *err)
{
	do {
		char beyond; /* what does not fit goes here, and says so */
		size_t left = out->max - out->n, room = left < STEP_BYTES ? left : STEP_BYTES;
		if (room && dd_buf_reserve(out, room) != DD_OK)
			return dd_fail_nomem(err);
		f->next_out = (uint8_t *)(room ? out->p + out->n : &beyond);
		f->avail_out = room ? (uint32_t)room : 1;
		uint32_t in_before = f->avail_in, out_before = f->avail_out;
		int code = isal_inflate(f);
		if (room)
			out->n += room - f->avail_out;
		else if (f->avail_out == 0)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "zlib: more than %zu bytes", out->max);
		if (code != ISAL_DECOMP_OK)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "zlib: damaged stream (%d)", code);
		if (f->block_state != ISAL_BLOCK_FINISH && f->avail_out == out_before && f->avail_in == in_before)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "zlib: the stream is cut");
	} while (f->block_state != ISAL_BLOCK_FINISH);
	return DD_OK;
}

enum dd_code dd_zlib_inflate(struct dd_str bytes, struct dd_buf *out, size_t *ret_used, struct dd_err *err)
{
	struct inflate_state *f DD_CLEANUP(dd_freep) = dd_alloc(sizeof *f);
	if (!f)
		return dd_fail_nomem(err);
	if (bytes.n > UINT32_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "zlib: more than 4 GiB");
	isal_inflate_init(f);
	f->crc_flag = ISAL_ZLIB;
	f->next_in = (uint8_t *)(uintptr_t)bytes.p; /* ISA-L only reads it */
	f->avail_in = (uint32_t)bytes.n;
	DD_TRY(inflate_all(f, out, err));
	/* Up to three bytes behind the checksum stay in ISA-L's own 64 bits (2.30; it gives them back behind gzip only). */
	*ret_used = bytes.n - f->avail_in - (f->read_in_length > 0 ? (size_t)f->read_in_length / 8 : 0);
	return DD_OK;
}
