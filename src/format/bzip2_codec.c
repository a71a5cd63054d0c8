/* SPDX-License-Identifier: Apache-2.0 */
/* bzip2 streams, decoded by libbz2.
 *
 * stream = "BZh" LEVEL('1'…'9') { 31 41 59 26 53 59 CRC32 block }… 17 72 45 38 50 90 CRC32; bits, not bytes, in between
 * The library checks the CRC of each block and that of all blocks of a stream. A block gives LEVEL × 100,000 bytes of
 * its second stage, which the first stage (runs of 4 and a count) expands to at most 51 times as many; memory is
 * 4 bytes for each of the former, so 3.6 MB at most.
 * In the wild: pbzip2 and lbzip2 write one stream a block, concatenated.
 * Source: libbz2 1.0.8 bzlib.h and decompress.c; there is no specification by its author. */
#include <bzlib.h>

#include "base/alloc.h"
#include "format/codec.h"

struct bzip2 {
	struct dd_codec base;
	bool inside; /* bz is initialised */
	bz_stream bz;
};

static void *bzip2_alloc(void *ctx, int n, int size)
{
	size_t bytes;
	(void)ctx;
	return n < 0 || size < 0 || __builtin_mul_overflow((size_t)n, (size_t)size, &bytes)
		       ? NULL
		       : dd_alloc(bytes ? bytes : 1);
}

static void bzip2_release(void *ctx, void *p)
{
	(void)ctx;
	dd_free(p);
}

static enum dd_code fail_bzip2(int code, struct dd_err *err)
{
	if (code == BZ_MEM_ERROR)
		return dd_fail_nomem(err);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "bzip2: %s",
		       code == BZ_DATA_ERROR_MAGIC ? "no header of a stream" : "damaged data");
}

static void end_stream(struct bzip2 *b)
{
	if (b->inside)
		(void)BZ2_bzDecompressEnd(&b->bz);
	b->inside = false;
}

static enum dd_code begin_stream(struct bzip2 *b, struct dd_err *err)
{
	b->bz = (bz_stream){ .bzalloc = bzip2_alloc, .bzfree = bzip2_release };
	int code = BZ2_bzDecompressInit(&b->bz, 0, 0);
	if (code != BZ_OK)
		return fail_bzip2(code, err);
	b->inside = true;
	return DD_OK;
}

static enum dd_code bzip2_step(struct dd_codec *base, struct dd_codec_step *s, struct dd_err *err)
{
	struct bzip2 *b = (struct bzip2 *)base;
	unsigned in_n = s->in.n > INT32_MAX ? INT32_MAX : (unsigned)s->in.n;
	unsigned out_n = s->cap > INT32_MAX ? INT32_MAX : (unsigned)s->cap;
	s->state = DD_CODEC_INSIDE;
	if (!b->inside)
		DD_TRY(begin_stream(b, err));
	b->bz.next_in = (char *)(uintptr_t)s->in.p; /* libbz2 only reads it */
	b->bz.avail_in = in_n;
	b->bz.next_out = s->out;
	b->bz.avail_out = out_n;
	int code = BZ2_bzDecompress(&b->bz);
	s->in = dd_str_skip(s->in, in_n - b->bz.avail_in);
	s->n = out_n - b->bz.avail_out;
	if (code != BZ_OK && code != BZ_STREAM_END)
		return fail_bzip2(code, err);
	if (code == BZ_STREAM_END) {
		end_stream(b);
		s->state = DD_CODEC_BETWEEN;
	}
	return DD_OK;
}

static bool bzip2_begins(unsigned char first)
{
	return first == 'B';
}

static void bzip2_free(struct dd_codec *base)
{
	struct bzip2 *b = (struct bzip2 *)base;
	end_stream(b);
	dd_free(b);
}

enum dd_code dd_bzip2_new(struct dd_codec **ret, struct dd_err *err)
{
	struct bzip2 *b = dd_alloc_zero(1, sizeof *b);
	if (!b)
		return dd_fail_nomem(err);
	b->base = (struct dd_codec){ bzip2_begins, bzip2_step, bzip2_free };
	*ret = &b->base;
	return DD_OK;
}
