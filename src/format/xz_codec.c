/* SPDX-License-Identifier: Apache-2.0 */
/* .xz streams, decoded by liblzma.
 *
 * file   = { stream | padding }…; stream = fd "7zXZ" 00 flags CRC32 block… index footer "YZ"
 * padding = zero bytes, a multiple of 4 of them where a further stream follows (§2.2)
 * liblzma checks header, index and footer, and the data by the check that the stream names. A stream whose check is of
 * a kind that the library does not know is refused: nothing would vouch for its bytes.
 * In the wild: xz -T writes many blocks, pixz and concatenation many streams. The dictionary that a block asks for is
 * memory taken on its word: DD_XZ_MEMORY_MAX bounds it (xz -9 asks for 64 MiB). The older .lzma is not told apart from
 * plain bytes by its first ones, and not read.
 * Sources: The .xz File Format 1.1.0; liblzma 5.4 lzma/container.h. */
#include <lzma.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/codec.h"

enum { XZ_FIRST = 0xfd };

struct xz {
	struct dd_codec base;
	lzma_stream lzma;
	bool inside;
	unsigned padding; /* zero bytes since the last stream, modulo 4 */
};

static void *xz_alloc(void *ctx, size_t n, size_t size)
{
	size_t bytes;
	(void)ctx;
	return __builtin_mul_overflow(n, size, &bytes) ? NULL : dd_alloc(bytes ? bytes : 1);
}

static void xz_release(void *ctx, void *p)
{
	(void)ctx;
	dd_free(p);
}

static const lzma_allocator xz_allocator = { xz_alloc, xz_release, NULL };

static enum dd_code fail_xz(lzma_ret code, struct dd_err *err)
{
	static const struct {
		lzma_ret code;
		const char *text;
	} rows[] = {
		{ LZMA_FORMAT_ERROR, "no header of a stream" },
		{ LZMA_OPTIONS_ERROR, "filters or options that are not known" },
		{ LZMA_DATA_ERROR, "damaged data" },
		{ LZMA_UNSUPPORTED_CHECK, "a checksum of an unknown kind" },
	};
	if (code == LZMA_MEM_ERROR)
		return dd_fail_nomem(err);
	if (code == LZMA_MEMLIMIT_ERROR)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "xz: needs more memory than the limit of %llu bytes",
			       (unsigned long long)DD_XZ_MEMORY_MAX);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (rows[i].code == code)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "xz: %s", rows[i].text);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "xz: error %d of the decoder", (int)code);
}

/* Zero bytes in front of a stream. Leaves s->in empty or at the stream's first byte. */
static enum dd_code skip_padding(struct xz *x, struct dd_codec_step *s, struct dd_err *err)
{
	while (s->in.n && s->in.p[0] == 0) {
		x->padding = (x->padding + 1) % 4;
		s->in = dd_str_skip(s->in, 1);
	}
	if (s->in.n && ((unsigned char)s->in.p[0] != XZ_FIRST || x->padding))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "xz: bytes behind the end of the data");
	return DD_OK;
}

static enum dd_code xz_step(struct dd_codec *base, struct dd_codec_step *s, struct dd_err *err)
{
	struct xz *x = (struct xz *)base;
	s->state = DD_CODEC_BETWEEN;
	if (!x->inside) {
		DD_TRY(skip_padding(x, s, err));
		if (!s->in.n)
			return DD_OK;
		/* frees what the last stream needed, or takes it over */
		lzma_ret code = lzma_stream_decoder(&x->lzma, DD_XZ_MEMORY_MAX, LZMA_TELL_UNSUPPORTED_CHECK);
		if (code != LZMA_OK)
			return fail_xz(code, err);
		x->inside = true;
	}
	x->lzma.next_in = (const uint8_t *)s->in.p;
	x->lzma.avail_in = s->in.n;
	x->lzma.next_out = (uint8_t *)s->out;
	x->lzma.avail_out = s->cap;
	lzma_ret code = lzma_code(&x->lzma, LZMA_RUN);
	size_t used = s->in.n - x->lzma.avail_in;
	s->in = dd_str_skip(s->in, used);
	s->n = s->cap - x->lzma.avail_out;
	x->inside = code != LZMA_STREAM_END;
	x->padding = 0;
	s->state = x->inside ? DD_CODEC_INSIDE : DD_CODEC_BETWEEN;
	/* LZMA_BUF_ERROR: no progress twice. That is no error while more input may come. */
	if (code == LZMA_OK || code == LZMA_STREAM_END || (code == LZMA_BUF_ERROR && !s->in.n))
		return DD_OK;
	return fail_xz(code, err);
}

static bool xz_begins(unsigned char first)
{
	return first == XZ_FIRST || first == 0;
}

static void xz_free(struct dd_codec *base)
{
	struct xz *x = (struct xz *)base;
	lzma_end(&x->lzma);
	dd_free(x);
}

enum dd_code dd_xz_new(struct dd_codec **ret, struct dd_err *err)
{
	struct xz *x = dd_alloc_zero(1, sizeof *x);
	if (!x)
		return dd_fail_nomem(err);
	x->base = (struct dd_codec){ xz_begins, xz_step, xz_free };
	x->lzma = (lzma_stream)LZMA_STREAM_INIT;
	x->lzma.allocator = &xz_allocator;
	*ret = &x->base;
	return DD_OK;
}
