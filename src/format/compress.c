/* SPDX-License-Identifier: Apache-2.0 */
#include "format/compress.h"

#include <zstd.h>

#include "base/alloc.h"

struct packer {
	struct dd_stream base;
	struct dd_stream *in; /* borrowed */
	ZSTD_CCtx *ctx;
	struct dd_str block; /* of in, that is not packed yet */
	bool ended;	     /* in has no more */
	bool finished;	     /* the frame is closed */
	size_t cap;
	char *out; /* owned */
};

static enum dd_code packer_next(struct dd_stream *s, struct dd_str *ret_block, struct dd_err *err)
{
	struct packer *p = (struct packer *)s;
	ZSTD_outBuffer out = { p->out, p->cap, 0 };
	while (out.pos == 0 && !p->finished) {
		if (p->block.n == 0 && !p->ended) {
			DD_TRY(dd_stream_next(p->in, &p->block, err));
			p->ended = p->block.n == 0;
		}
		ZSTD_inBuffer in = { p->block.p, p->block.n, 0 };
		size_t left = ZSTD_compressStream2(p->ctx, &out, &in, p->ended ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return dd_fail(err, DD_EIO, DD_NO_OFFSET, "zstd: %s", ZSTD_getErrorName(left));
		p->block = dd_str_skip(p->block, in.pos);
		p->finished = p->ended && left == 0;
	}
	*ret_block = (struct dd_str){ p->out, out.pos };
	return DD_OK;
}

static void packer_free(struct dd_stream *s)
{
	struct packer *p = (struct packer *)s;
	ZSTD_freeCCtx(p->ctx);
	dd_free(p->out);
	dd_free(p);
}

enum dd_code dd_stream_compress_zstd(struct dd_stream *in, int level, struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { .next = packer_next, .free = packer_free };
	struct packer *p = dd_alloc_zero(1, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	p->base.ops = &ops;
	p->in = in;
	p->ctx = ZSTD_createCCtx();
	p->cap = ZSTD_CStreamOutSize();
	p->out = dd_alloc(p->cap);
	if (!p->ctx || !p->out || ZSTD_isError(ZSTD_CCtx_setParameter(p->ctx, ZSTD_c_compressionLevel, level)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(p->ctx, ZSTD_c_checksumFlag, 1))) {
		packer_free(&p->base);
		return dd_fail_nomem(err);
	}
	*ret = &p->base;
	return DD_OK;
}
