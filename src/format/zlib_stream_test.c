/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zlib_stream.h"

#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

/* n bytes that do not compress to nothing, as zlib, behind what packed has. */
static void pack(size_t n, struct dd_buf *plain, struct dd_buf *packed)
{
	struct isal_zstream *z = dd_alloc_zero(1, sizeof *z);
	uint32_t v = (uint32_t)n * 2654435761u;
	for (size_t i = 0; i < n; i++, v = v * 1664525u + 1013904223u)
		(void)dd_buf_add_char(plain, (char)(v >> 29));
	(void)dd_buf_reserve(packed, n + 1024);
	isal_deflate_stateless_init(z);
	z->gzip_flag = IGZIP_ZLIB;
	z->next_in = (uint8_t *)plain->p;
	z->avail_in = (uint32_t)plain->n;
	z->next_out = (uint8_t *)packed->p + packed->n;
	z->avail_out = (uint32_t)(packed->cap - packed->n);
	z->end_of_stream = 1;
	CHECK(isal_deflate_stateless(z) == COMP_OK);
	packed->n = packed->cap - z->avail_out;
	dd_free(z);
}

TEST(zlib_streams_in_a_row)
{
	struct dd_buf packed DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB * 4);
	struct dd_buf plain[40];
	DD_CLEANUP(dd_zlib_freep) struct dd_zlib *z = NULL;
	for (size_t i = 0; i < DD_COUNT(plain); i++) {
		plain[i] = DD_BUF_INIT(DD_MIB);
		pack(i * i * i, &plain[i], &packed);
	}
	CHECK_INT(dd_zlib_new(&z, NULL), DD_OK);
	struct dd_str rest = dd_buf_str(&packed);
	for (size_t i = 0; i < DD_COUNT(plain); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_stream *s = dd_zlib_begin(z, rest);
		struct dd_str block;
		struct dd_err err;
		enum dd_code code;
		while ((code = dd_stream_next(s, &block, &err)) == DD_OK && block.n)
			(void)dd_buf_add_str(&out, block);
		CHECK_INT(code, DD_OK);
		CHECK(out.n == plain[i].n && (out.n == 0 || memcmp(out.p, plain[i].p, out.n) == 0));
		rest = dd_str_skip(rest, dd_zlib_used(z));
		dd_buf_done(&plain[i]);
	}
	CHECK_INT(rest.n, 0);
}

TEST(zlib_streams_damaged)
{
	struct dd_buf packed DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), plain DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	DD_CLEANUP(dd_zlib_freep) struct dd_zlib *z = NULL;
	pack(300, &plain, &packed);
	CHECK_INT(dd_zlib_new(&z, NULL), DD_OK);
	for (size_t n = 0; n < packed.n; n++) {
		char *copy = dd_alloc(n ? n : 1);
		memcpy(copy, packed.p, n);
		struct dd_stream *s = dd_zlib_begin(z, (struct dd_str){ copy, n });
		uint64_t bytes;
		CHECK_INT(dd_stream_drain(s, &bytes, NULL), DD_EPARSE);
		CHECK_INT(dd_stream_drain(s, &bytes, NULL), DD_EPARSE); /* it stays so */
		dd_free(copy);
	}
	packed.p[packed.n - 1] ^= 1;
	uint64_t bytes;
	CHECK_INT(dd_stream_drain(dd_zlib_begin(z, dd_buf_str(&packed)), &bytes, NULL), DD_EPARSE);
}
