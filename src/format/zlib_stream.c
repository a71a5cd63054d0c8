/* SPDX-License-Identifier: Apache-2.0 */
/* As zlib_bytes.c, block by block. ISA-L counts input in 32 bits: longer input is given in parts. */
#include "format/zlib_stream.h"

#include <isa-l/igzip_lib.h>

#include "base/alloc.h"

enum { OUT_BYTES = 64 << 10, IN_BYTES_MAX = 1 << 30 };

struct dd_zlib {
	struct dd_stream base;
	struct dd_str bytes, rest; /* rest: not given to ISA-L yet */
	struct dd_err failure;	   /* .code != DD_OK: sticky */
	struct inflate_state inflate;
	uint8_t out[OUT_BYTES];
};

size_t dd_zlib_used(const struct dd_zlib *z)
{
	/* Up to three bytes behind the checksum stay in ISA-L's own 64 bits (2.30; it gives them back behind gzip only). */
	size_t ahead = z->inflate.read_in_length > 0 ? (size_t)z->inflate.read_in_length / 8 : 0;
	return z->bytes.n - z->rest.n - z->inflate.avail_in - ahead;
}

static void inflate_some(struct dd_zlib *z)
{
	struct inflate_state *f = &z->inflate;
	if (f->avail_in == 0 && z->rest.n) {
		struct dd_str part = dd_str_take(z->rest, IN_BYTES_MAX);
		f->next_in = (uint8_t *)(uintptr_t)part.p; /* ISA-L only reads it */
		f->avail_in = (uint32_t)part.n;
		z->rest = dd_str_skip(z->rest, part.n);
	}
	uint32_t in_before = f->avail_in, out_before = f->avail_out;
	int code = isal_inflate(f);
	if (code != ISAL_DECOMP_OK)
		(void)dd_fail(&z->failure, DD_EPARSE, dd_zlib_used(z), "zlib: damaged stream (%d)", code);
	else if (f->block_state != ISAL_BLOCK_FINISH && f->avail_out == out_before && f->avail_in == in_before &&
		 z->rest.n == 0)
		(void)dd_fail(&z->failure, DD_EPARSE, z->bytes.n, "zlib: the stream is cut");
}

static enum dd_code zlib_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct dd_zlib *z = (struct dd_zlib *)base;
	struct inflate_state *f = &z->inflate;
	f->next_out = z->out;
	f->avail_out = OUT_BYTES;
	while (f->avail_out && f->block_state != ISAL_BLOCK_FINISH && z->failure.code == DD_OK)
		inflate_some(z);
	size_t n = OUT_BYTES - f->avail_out;
	if (n == 0 && z->failure.code != DD_OK) {
		dd_err_copy(err, &z->failure);
		return z->failure.code;
	}
	*ret_block = (struct dd_str){ (const char *)z->out, n };
	return DD_OK;
}

static void zlib_free(struct dd_stream *base)
{
	(void)base;
}

enum dd_code dd_zlib_new(struct dd_zlib **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { zlib_next, zlib_free };
	struct dd_zlib *z = dd_alloc(sizeof *z);
	if (!z)
		return dd_fail_nomem(err);
	z->base.ops = &ops;
	isal_inflate_init(&z->inflate);
	*ret = z;
	(void)dd_zlib_begin(z, DD_STR(""));
	return DD_OK;
}

void dd_zlib_freep(struct dd_zlib **z)
{
	dd_free(*z);
	*z = NULL;
}

struct dd_stream *dd_zlib_begin(struct dd_zlib *z, struct dd_str bytes)
{
	isal_inflate_reset(&z->inflate);
	z->inflate.crc_flag = ISAL_ZLIB;
	z->inflate.avail_in = 0;
	z->bytes = z->rest = bytes;
	z->failure.code = DD_OK;
	return &z->base;
}
