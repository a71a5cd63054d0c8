/* SPDX-License-Identifier: Apache-2.0 */
/* gzip members, inflated by ISA-L.
 *
 * member  = 1f 8b 08 FLG MTIME(4) XFL OS [FEXTRA: LEN(2) bytes] [FNAME: bytes 00] [FCOMMENT: bytes 00] [FHCRC: CRC16]
 *           deflate-data CRC32(4) ISIZE(4)
 * ISA-L reads the header (and checks FHCRC), inflates, and checks CRC32 and ISIZE (modulo 2^32) of each member.
 * In the wild: eStargz is one member a file chunk, its last member carries only FEXTRA; pigz and bgzip write many
 * members too; reserved bits of FLG mean a format that this reader does not know (RFC 1952 §2.3.1.2: must be an error).
 * ISA-L takes dynamic blocks whose distance code is incomplete, where zlib and Go stop; what it unpacks is held by the
 * CRC like everything else. (65,000 changed streams over guard pages against zlib: the only difference.)
 * Sources: RFC 1952, RFC 1951; isa-l 2.30 igzip_lib.h. */
#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "format/codec.h"
#include "format/decompress.h"

enum { GZIP_RESERVED_FLAGS = 0xe0 };

struct gzip {
	struct dd_codec base;
	bool in_header;
	struct isal_gzip_header header;
	struct inflate_state inflate;
};

static const char *isal_text(int code)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
		{ ISAL_INVALID_BLOCK, "invalid deflate block" },
		{ ISAL_INVALID_SYMBOL, "invalid deflate code" },
		{ ISAL_INVALID_LOOKBACK, "deflate distance reaches before the start" },
		{ ISAL_INVALID_WRAPPER, "bytes behind a member are no gzip header" },
		{ ISAL_UNSUPPORTED_METHOD, "compression method is not deflate" },
		{ ISAL_INCORRECT_CHECKSUM, "checksum or length does not match" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (rows[i].code == code)
			return rows[i].text;
	return "invalid data";
}

static void begin_member(struct gzip *g)
{
	isal_inflate_reset(&g->inflate);
	isal_gzip_header_init(&g->header);
	g->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
	g->in_header = true;
}

static enum dd_code step_header(struct gzip *g, struct dd_err *err)
{
	int code = isal_read_gzip_header(&g->inflate, &g->header);
	if (code == ISAL_END_INPUT)
		return DD_OK;
	if (code != ISAL_DECOMP_OK)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "gzip: %s", isal_text(code));
	if (g->header.flags & GZIP_RESERVED_FLAGS)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "gzip: reserved flags 0x%02x are set",
			       (unsigned)(g->header.flags & GZIP_RESERVED_FLAGS));
	g->in_header = false;
	return DD_OK;
}

static enum dd_code step_body(struct gzip *g, struct dd_err *err)
{
	int code = isal_inflate(&g->inflate);
	if (code != ISAL_DECOMP_OK)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "gzip: %s", isal_text(code));
	return DD_OK;
}

static enum dd_code gzip_step(struct dd_codec *base, struct dd_codec_step *s, struct dd_err *err)
{
	struct gzip *g = (struct gzip *)base;
	struct inflate_state *f = &g->inflate;
	uint32_t in_n = s->in.n > INT32_MAX ? INT32_MAX : (uint32_t)s->in.n;
	uint32_t out_n = s->cap > INT32_MAX ? INT32_MAX : (uint32_t)s->cap;
	f->next_in = (uint8_t *)(uintptr_t)s->in.p; /* ISA-L only reads it */
	f->avail_in = in_n;
	f->next_out = (uint8_t *)s->out;
	f->avail_out = out_n;
	enum dd_code code = g->in_header ? step_header(g, err) : DD_OK;
	if (code == DD_OK && !g->in_header)
		code = step_body(g, err);
	s->in = dd_str_skip(s->in, in_n - f->avail_in);
	s->n = out_n - f->avail_out;
	DD_TRY(code);
	s->state = DD_CODEC_INSIDE;
	if (!g->in_header && f->block_state == ISAL_BLOCK_FINISH) {
		s->state = DD_CODEC_BETWEEN;
		begin_member(g);
	}
	return DD_OK;
}

static bool gzip_begins(unsigned char first)
{
	return first == 0x1f;
}

static void gzip_free(struct dd_codec *base)
{
	dd_free(base);
}

enum dd_code dd_gzip_new(struct dd_codec **ret, struct dd_err *err)
{
	struct gzip *g = dd_alloc(sizeof *g);
	if (!g)
		return dd_fail_nomem(err);
	g->base = (struct dd_codec){ gzip_begins, gzip_step, gzip_free };
	isal_inflate_init(&g->inflate);
	begin_member(g);
	*ret = &g->base;
	return DD_OK;
}

static void codec_freep(struct dd_codec **c)
{
	if (*c)
		(*c)->free(*c);
}

enum dd_code dd_gzip_member(struct dd_str bytes, struct dd_buf *out, size_t *ret_n, struct dd_err *err)
{
	char block[4096];
	DD_CLEANUP(codec_freep) struct dd_codec *c = NULL;
	struct dd_codec_step s = { .in = bytes, .out = block, .cap = sizeof block, .state = DD_CODEC_INSIDE };
	DD_TRY(dd_gzip_new(&c, err));
	while (s.state == DD_CODEC_INSIDE) {
		size_t before = s.in.n;
		s.n = 0;
		DD_TRY(c->step(c, &s, err));
		(void)dd_buf_add(out, block, s.n);
		DD_TRY(dd_buf_check(out, "the gzip member", err));
		if (s.state == DD_CODEC_INSIDE && s.n == 0 && s.in.n == before)
			return dd_fail(err, DD_EPARSE, bytes.n, "gzip: the data is cut");
	}
	*ret_n = bytes.n - s.in.n;
	return DD_OK;
}
