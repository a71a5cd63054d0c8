/* SPDX-License-Identifier: Apache-2.0 */
/* What all compressions share: telling them apart, limits, offsets, the bytes behind the last member.
 *
 * The end of a compressed stream: whole members or frames, then nothing or zero bytes (tape blocks and tar's own
 * padding). Anything else is an error: gzip(1) warns and drops it, but bytes that one reader drops and another reads
 * are a place to hide things, and runtimes that use Go's compress/gzip refuse them too.
 * What was decoded before damage is handed out first, then the error: how much is seen does not depend on blocks. */
#include "format/decompress.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "format/codec.h"

enum { HEAD_BYTES = 8, OUT_BLOCK_BYTES = DD_STREAM_BLOCK_BYTES };

static const struct kind {
	const char *name;
	size_t n; /* bytes of magic */
	unsigned char magic[HEAD_BYTES], mask[HEAD_BYTES];
	enum dd_compression kind;
	enum dd_code (*new)(struct dd_codec **ret, struct dd_err *err); /* NULL: the bytes as they are */
} kinds[] = {
	{ "none", 0, { 0 }, { 0 }, DD_COMPRESSION_NONE, NULL },
	{ "gzip", 3, { 0x1f, 0x8b, 8 }, { 255, 255, 255 }, DD_COMPRESSION_GZIP, dd_gzip_new },
	{ "zstd", 4, { 0x28, 0xb5, 0x2f, 0xfd }, { 255, 255, 255, 255 }, DD_COMPRESSION_ZSTD, dd_zstd_new },
	{ "zstd", 4, { 0x50, 0x2a, 0x4d, 0x18 }, { 0xf0, 255, 255, 255 }, DD_COMPRESSION_ZSTD, dd_zstd_new },
	{ "bzip2", 4, { 'B', 'Z', 'h', 0x30 }, { 255, 255, 255, 0xf0 }, DD_COMPRESSION_BZIP2, dd_bzip2_new },
	{ "xz", 6, { 0xfd, '7', 'z', 'X', 'Z', 0 }, { 255, 255, 255, 255, 255, 255 }, DD_COMPRESSION_XZ, dd_xz_new },
};

struct decompress {
	struct dd_stream base;
	struct dd_stream *in;	 /* borrowed */
	const struct kind *kind; /* NULL before the first next() */
	struct dd_codec *codec;	 /* NULL: none */
	enum dd_codec_state state;
	bool in_ended, finished;
	struct dd_str rest;	  /* of the input at hand: not yet consumed */
	struct dd_str after_head; /* in's block behind a head that was gathered from shorter blocks */
	char head[HEAD_BYTES];
	uint64_t in_bytes; /* pulled from in so far, rest and after_head included */
	uint64_t out_bytes, max_bytes;
	struct dd_err
		failure; /* .code != DD_OK: sticky, told when all that was decoded before it has been handed out */
	char *out;	 /* owned; NULL for none */
};

static const struct kind *kind_of(struct dd_str head)
{
	for (size_t i = 1, j; i < DD_COUNT(kinds); i++) {
		for (j = 0; j < kinds[i].n && j < head.n; j++)
			if (((unsigned char)head.p[j] & kinds[i].mask[j]) != kinds[i].magic[j])
				break;
		if (j == kinds[i].n)
			return &kinds[i];
	}
	return &kinds[0];
}

enum dd_compression dd_compression_detect(struct dd_str head)
{
	return kind_of(head)->kind;
}

const char *dd_compression_name(enum dd_compression c)
{
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		if (kinds[i].kind == c)
			return kinds[i].name;
	return kinds[0].name;
}

enum dd_compression dd_stream_decompress_kind(const struct dd_stream *s)
{
	const struct decompress *d = (const struct decompress *)s;
	return d->kind ? d->kind->kind : DD_COMPRESSION_NONE;
}

/* More input; d->rest stays empty at the end of it. */
static enum dd_code pull(struct decompress *d, struct dd_err *err)
{
	if (d->after_head.n) {
		d->rest = d->after_head;
		d->after_head.n = 0;
		return DD_OK;
	}
	if (d->in_ended)
		return DD_OK;
	DD_TRY(dd_stream_next(d->in, &d->rest, err));
	d->in_bytes += d->rest.n;
	d->in_ended = d->rest.n == 0;
	return DD_OK;
}

static uint64_t in_offset(const struct decompress *d)
{
	return d->in_bytes - d->rest.n - d->after_head.n;
}

/* The first bytes as one view in d->rest, with no copy when in's first block is long enough. */
static enum dd_code gather_head(struct decompress *d, struct dd_err *err)
{
	size_t n = 0;
	DD_TRY(pull(d, err));
	if (d->rest.n >= HEAD_BYTES || d->in_ended)
		return DD_OK;
	while (n < HEAD_BYTES && !d->in_ended) {
		struct dd_str part = dd_str_take(d->rest, HEAD_BYTES - n);
		memcpy(d->head + n, part.p, part.n);
		n += part.n;
		d->rest = dd_str_skip(d->rest, part.n);
		if (n < HEAD_BYTES)
			DD_TRY(pull(d, err));
	}
	d->after_head = d->rest;
	d->rest = (struct dd_str){ d->head, n };
	return DD_OK;
}

static enum dd_code start(struct decompress *d, struct dd_err *err)
{
	DD_TRY(gather_head(d, err));
	const struct kind *k = kind_of(d->rest);
	if (k->kind != DD_COMPRESSION_NONE) {
		if (!d->out && !(d->out = dd_alloc(OUT_BLOCK_BYTES)))
			return dd_fail_nomem(err);
		DD_TRY(k->new (&d->codec, err));
	}
	d->kind = k;
	return DD_OK;
}

static enum dd_code check_limits(struct decompress *d, size_t *n, struct dd_err *err)
{
	uint64_t in = in_offset(d), left = d->max_bytes - d->out_bytes;
	if (*n > left) {
		*n = (size_t)left;
		return dd_fail(err, DD_ELIMIT, in, "unpacks to more than the limit of %llu bytes",
			       (unsigned long long)d->max_bytes);
	}
	uint64_t out = d->out_bytes + *n;
	if (out > DD_EXPANSION_GRACE_BYTES && out / DD_EXPANSION_RATIO_MAX > in)
		return dd_fail(err, DD_ELIMIT, in, "unpacks to more than %d times its size", DD_EXPANSION_RATIO_MAX);
	return DD_OK;
}

/* Behind the last member: zero bytes to the end. */
static enum dd_code read_padding(struct decompress *d, struct dd_err *err)
{
	while (d->rest.n) {
		for (size_t i = 0; i < d->rest.n; i++)
			if (d->rest.p[i]) {
				d->rest = dd_str_skip(d->rest, i);
				return dd_fail(err, DD_EPARSE, in_offset(d), "%s: bytes behind the end of the data",
					       d->kind->name);
			}
		d->rest.n = 0;
		DD_TRY(pull(d, err));
	}
	d->finished = true;
	return DD_OK;
}

/* One step of the codec; gives *n more bytes behind the *n that d->out has. */
static enum dd_code advance(struct decompress *d, size_t *n, struct dd_err *err)
{
	if (d->state == DD_CODEC_BETWEEN) {
		if (!d->rest.n)
			DD_TRY(pull(d, err));
		if (!d->rest.n || !d->codec->begins((unsigned char)d->rest.p[0]))
			return read_padding(d, err);
	}
	struct dd_codec_step s = { .in = d->rest, .out = d->out + *n, .cap = OUT_BLOCK_BYTES - *n };
	size_t in_before = d->rest.n;
	enum dd_code code = d->codec->step(d->codec, &s, err);
	d->rest = s.in;
	*n += s.n;
	if (code != DD_OK) {
		if (err)
			err->at = in_offset(d);
		return code;
	}
	d->state = s.state;
	DD_TRY(check_limits(d, n, err));
	if (s.n || s.in.n != in_before || s.state == DD_CODEC_BETWEEN)
		return DD_OK;
	dd_assert(s.in.n == 0); /* a codec stands still only for want of input */
	DD_TRY(pull(d, err));
	if (!d->rest.n)
		return dd_fail(err, DD_EPARSE, in_offset(d), "%s: truncated", d->kind->name);
	return DD_OK;
}

static enum dd_code next_raw(struct decompress *d, struct dd_str *ret_block, struct dd_err *err)
{
	if (!d->rest.n)
		DD_TRY(pull(d, err));
	struct dd_str block = d->rest;
	d->rest.n = 0;
	DD_TRY(check_limits(d, &block.n, err));
	d->out_bytes += block.n;
	*ret_block = block;
	return DD_OK;
}

static enum dd_code decompress_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct decompress *d = (struct decompress *)base;
	size_t n = 0;
	if (!d->kind && d->failure.code == DD_OK)
		(void)start(d, &d->failure);
	if (d->failure.code == DD_OK && !d->codec)
		return next_raw(d, ret_block, err);
	while (n < OUT_BLOCK_BYTES && !d->finished && d->failure.code == DD_OK)
		(void)advance(d, &n, &d->failure);
	if (n == 0 && d->failure.code != DD_OK) {
		if (err)
			dd_err_copy(err, &d->failure);
		return d->failure.code;
	}
	d->out_bytes += n;
	*ret_block = (struct dd_str){ d->out, n };
	return DD_OK;
}

static void decompress_free(struct dd_stream *base)
{
	struct decompress *d = (struct decompress *)base;
	if (d->codec)
		d->codec->free(d->codec);
	dd_free(d->out);
	dd_free(d);
}

enum dd_code dd_stream_decompress(struct dd_stream *in, uint64_t max_bytes, struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { decompress_next, decompress_free };
	struct decompress *d = dd_alloc_zero(1, sizeof *d);
	if (!d)
		return dd_fail_nomem(err);
	d->base.ops = &ops;
	d->in = in;
	d->max_bytes = max_bytes;
	d->state = DD_CODEC_BETWEEN;
	*ret = &d->base;
	return DD_OK;
}
