/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zlib_bytes.h"

#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "support/test.h"

/* text repeated `times` times, as zlib. */
static void pack(struct dd_str text, size_t times, struct dd_buf *plain, struct dd_buf *packed)
{
	struct isal_zstream *z = dd_alloc_zero(1, sizeof *z);
	for (size_t i = 0; i < times; i++)
		(void)dd_buf_add_str(plain, text);
	(void)dd_buf_reserve(packed, plain->n + 1024);
	isal_deflate_stateless_init(z);
	z->gzip_flag = IGZIP_ZLIB;
	z->next_in = (uint8_t *)plain->p;
	z->avail_in = (uint32_t)plain->n;
	z->next_out = (uint8_t *)packed->p;
	z->avail_out = (uint32_t)packed->cap;
	z->end_of_stream = 1;
	CHECK(isal_deflate_stateless(z) == COMP_OK);
	packed->n = packed->cap - z->avail_out;
	dd_free(z);
}

TEST(zlib_streams)
{
	struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), packed DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	pack(DD_STR("hello, world "), 20000, &plain, &packed);
	struct dd_str in = dd_buf_str(&packed);
	static const struct {
		int64_t limit; /* against the right length */
		enum dd_code code;
	} rows[] = { { 0, DD_OK }, { 1, DD_OK }, { 100000, DD_OK }, { -1, DD_ELIMIT }, { -200000, DD_ELIMIT } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		size_t used = 0;
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)((int64_t)plain.n + rows[i].limit));
		CHECK_INT(dd_zlib_inflate(in, &out, &used, &err), rows[i].code);
		if (rows[i].code == DD_OK)
			CHECK(used == packed.n && dd_str_eq(dd_buf_str(&out), dd_buf_str(&plain)));
		CHECK(out.n <= out.max);
	}
}

TEST(zlib_damage)
{
	struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), packed DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err;
	size_t used = 0;
	pack(DD_STR("{\"packages\":[]}"), 3, &plain, &packed);
	for (size_t n = 0; n < packed.n; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		char *copy = dd_alloc(n ? n : 1);
		memcpy(copy, packed.p, n);
		CHECK_INT(dd_zlib_inflate((struct dd_str){ copy, n }, &out, &used, &err), DD_EPARSE);
		dd_free(copy);
		packed.p[n] ^= 0x10;
		dd_buf_clear(&out);
		(void)dd_zlib_inflate(dd_buf_str(&packed), &out, &used, &err);
		packed.p[n] ^= 0x10;
	}
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	packed.p[packed.n - 1] ^= 1;
	CHECK_INT(dd_zlib_inflate(dd_buf_str(&packed), &out, &used, &err), DD_EPARSE); /* the checksum */
	packed.p[packed.n - 1] ^= 1;
	size_t whole = packed.n;
	for (int i = 0; i < 20; i++) { /* what is behind it does not matter */
		(void)dd_buf_add_char(&packed, 'x');
		dd_buf_clear(&out);
		CHECK_INT(dd_zlib_inflate(dd_buf_str(&packed), &out, &used, &err), DD_OK);
		CHECK_INT(used, whole);
	}
}
