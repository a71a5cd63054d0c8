/* SPDX-License-Identifier: Apache-2.0 */
/* Zstandard frames, decoded by libzstd.
 *
 * stream = { frame | skippable }…; frame = 28 b5 2f fd header blocks [checksum]; skippable = 5x 2a 4d 18 LEN(4) bytes
 * zstd:chunked is a row of frames with its table of contents in a skippable frame at the end. The window that a frame
 * asks for is memory taken on its word: DD_ZSTD_WINDOW_LOG_MAX bounds it.
 * Source: RFC 8878 §3.1. */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/codec.h"

struct zstd {
	struct dd_codec base;
	ZSTD_DCtx *ctx;
};

static enum dd_code fail_zstd(size_t code, struct dd_err *err)
{
	ZSTD_ErrorCode kind = ZSTD_getErrorCode(code);
	if (kind == ZSTD_error_memory_allocation)
		return dd_fail_nomem(err);
	if (kind == ZSTD_error_frameParameter_windowTooLarge)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "zstd: window is larger than the limit of 2^%d bytes",
			       DD_ZSTD_WINDOW_LOG_MAX);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "zstd: %s", ZSTD_getErrorName(code));
}

static enum dd_code zstd_step(struct dd_codec *base, struct dd_codec_step *s, struct dd_err *err)
{
	struct zstd *z = (struct zstd *)base;
	ZSTD_inBuffer in = { s->in.p, s->in.n, 0 };
	ZSTD_outBuffer out = { s->out, s->cap, 0 };
	size_t code = ZSTD_decompressStream(z->ctx, &out, &in);
	s->in = dd_str_skip(s->in, in.pos);
	s->n = out.pos;
	if (ZSTD_isError(code))
		return fail_zstd(code, err);
	s->state = code == 0 ? DD_CODEC_BETWEEN : DD_CODEC_INSIDE;
	return DD_OK;
}

static bool zstd_begins(unsigned char first)
{
	return first == 0x28 || (first & 0xf0) == 0x50;
}

static void zstd_free(struct dd_codec *base)
{
	struct zstd *z = (struct zstd *)base;
	ZSTD_freeDCtx(z->ctx);
	dd_free(z);
}

enum dd_code dd_zstd_new(struct dd_codec **ret, struct dd_err *err)
{
	struct zstd *z = dd_alloc(sizeof *z);
	if (!z)
		return dd_fail_nomem(err);
	z->base = (struct dd_codec){ zstd_begins, zstd_step, zstd_free };
	z->ctx = ZSTD_createDCtx();
	if (!z->ctx || ZSTD_isError(ZSTD_DCtx_setParameter(z->ctx, ZSTD_d_windowLogMax, DD_ZSTD_WINDOW_LOG_MAX))) {
		zstd_free(&z->base);
		return dd_fail_nomem(err);
	}
	*ret = &z->base;
	return DD_OK;
}
