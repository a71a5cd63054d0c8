/* SPDX-License-Identifier: Apache-2.0 */
#include "format/decompress.h"

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

/* "hello\n" by gzip -n, gzip with a name, gzip with every optional field (its header checksum by zlib's crc32), zstd
 * with and without checksum, bzip2, xz; nothing by each. */
#define GZ	"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\0\x20\x30\x3a\x36\x06\0\0\0"
#define GZ_NAME "\x1f\x8b\x08\x08\xaa\x0e\x02\x6b\0\x03hello\0\xcb\x48\xcd\xc9\xc9\xe7\x02\0\x20\x30\x3a\x36\x06\0\0\0"
#define GZ_FULL                                                                                                        \
	"\x1f\x8b\x08\x1f\0\0\0\0\0\xff\x04\0SG\0\0name\0"                                                             \
	"comment\0\x09\x7a\xcb\x48\xcd\xc9\xc9\xe7\x02\0\x20\x30\x3a\x36\x06\0\0\0"
#define GZ_EMPTY  "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"
#define ZST	  "\x28\xb5\x2f\xfd\x24\x06\x31\0\0hello\n\x53\x88\xbd\x91"
#define ZST_PLAIN "\x28\xb5\x2f\xfd\x20\x06\x31\0\0hello\n"
#define ZST_EMPTY "\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x51"
#define ZST_SKIP  "\x5e\x2a\x4d\x18\x04\0\0\0skip"
#define BZ2                                                                                                            \
	"BZh91AY&SY\xc1\xc0\x80\xe2\0\0\x01\x41\0\0\x10\x02\x44\xa0\0\x30\xcd\0\xc3\x46)\x97\x17rE8P\x90\xc1\xc0\x80"  \
	"\xe2"
#define BZ2_EMPTY "BZh9\x17rE8P\x90\0\0\0\0"
#define XZ_HEAD	  "\xfd\x37zXZ\0\0\x04\xe6\xd6\xb4\x46"
#define XZ_BLOCK  "\x02\0!\x01\x16\0\0\0t/\xe5\xa3\x01\0\x05hello\n\0\0\0\xa5`\x97\xf1\x94\xf6\xfd\xe0"
#define XZ	  XZ_HEAD XZ_BLOCK "\0\x01\x1e\x06\xc1/\xa4\x1d\x1f\xb6\xf3}\x01\0\0\0\0\x04YZ"
#define XZ_EMPTY  XZ_HEAD "\0\0\0\0\x1c\xdf\x44!\x1f\xb6\xf3}\x01\0\0\0\0\x04YZ"
/* xz --x86 --lzma2 --check=crc32: two filters, another check */
#define XZ_X86                                                                                                         \
	"\xfd\x37zXZ\0\0\x01i\x22\xde\x36\x02\x01\x04\0!\x01\x16\0\x0d\x86\x35\x1f\x01\0\x05hello\n\0\0\0 0:6\0\x01"   \
	"\x1a\x06\xc5\xea\xc8y\x90\x42\x99\x0d\x01\0\0\0\0\x01YZ"
/* the header of a stream whose check is of kind 2 (reserved), with the right CRC of it; of a block with a dictionary
 * of 192 MiB (xz --lzma2=dict=192MiB) */
#define XZ_CHECK2 "\xfd\x37zXZ\0\0\x02\xd3s\xd7\xaf"
#define XZ_DICT                                                                                                        \
	"\xfd\x37zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0!\x01\x1f\0\0\0\xfe`\xed\xde\x01\0\x05hello\n\0\0\0\xa5`"            \
	"\x97\xf1\x94\xf6\xfd\xe0\0\x01\x1e\x06\xc1/\xa4\x1d\x1f\xb6\xf3}\x01\0\0\0\0\x04YZ"

static const struct row {
	const char *name;
	struct dd_str in;
	const char *want; /* what is handed out, before the error if there is one */
	enum dd_code code;
	uint64_t at;
} rows[] = {
	{ "nothing", DD_STR(""), "", DD_OK, 0 },
	{ "plain", DD_STR("hello\n"), "hello\n", DD_OK, 0 },
	{ "plain, one byte", DD_STR("\x1f"), "\x1f", DD_OK, 0 },
	{ "plain, nearly gzip", DD_STR("\x1f\x8b"), "\x1f\x8b", DD_OK, 0 },
	{ "gzip", DD_STR(GZ), "hello\n", DD_OK, 0 },
	{ "gzip with a name", DD_STR(GZ_NAME), "hello\n", DD_OK, 0 },
	{ "gzip with all header fields", DD_STR(GZ_FULL), "hello\n", DD_OK, 0 },
	{ "gzip of nothing", DD_STR(GZ_EMPTY), "", DD_OK, 0 },
	{ "gzip members", DD_STR(GZ GZ_FULL GZ_EMPTY GZ), "hello\nhello\nhello\n", DD_OK, 0 },
	{ "gzip, zeros behind", DD_STR(GZ "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "hello\n", DD_OK, 0 },
	{ "gzip, zeros and a byte behind", DD_STR(GZ "\0\0\0x\0"), "hello\n", DD_EPARSE, 29 },
	{ "gzip, zeros and a member behind", DD_STR(GZ "\0\0" GZ), "hello\n", DD_EPARSE, 28 },
	{ "gzip, text behind", DD_STR(GZ "garbage"), "hello\n", DD_EPARSE, 26 },
	{ "gzip, zstd behind", DD_STR(GZ ZST), "hello\n", DD_EPARSE, 26 },
	{ "zstd", DD_STR(ZST), "hello\n", DD_OK, 0 },
	{ "zstd without checksum", DD_STR(ZST_PLAIN), "hello\n", DD_OK, 0 },
	{ "zstd of nothing", DD_STR(ZST_EMPTY), "", DD_OK, 0 },
	{ "zstd frames", DD_STR(ZST ZST_PLAIN ZST_EMPTY ZST_SKIP ZST), "hello\nhello\nhello\n", DD_OK, 0 },
	{ "zstd, skippable first", DD_STR(ZST_SKIP ZST), "hello\n", DD_OK, 0 },
	{ "zstd, skippable only", DD_STR(ZST_SKIP), "", DD_OK, 0 },
	{ "zstd, zeros behind", DD_STR(ZST "\0\0\0\0\0\0\0\0\0"), "hello\n", DD_OK, 0 },
	{ "zstd, text behind", DD_STR(ZST "garbage"), "hello\n", DD_EPARSE, 19 },
	{ "zstd, gzip behind", DD_STR(ZST GZ), "hello\n", DD_EPARSE, 19 },
	{ "zstd window of 2^27", DD_STR("\x28\xb5\x2f\xfd\0\x88\x01\0\0"), "", DD_OK, 0 },
	{ "bzip2", DD_STR(BZ2), "hello\n", DD_OK, 0 },
	{ "bzip2 of nothing", DD_STR(BZ2_EMPTY), "", DD_OK, 0 },
	{ "bzip2 streams", DD_STR(BZ2 BZ2_EMPTY BZ2), "hello\nhello\n", DD_OK, 0 },
	{ "bzip2, zeros behind", DD_STR(BZ2 "\0\0\0"), "hello\n", DD_OK, 0 },
	{ "bzip2, text behind", DD_STR(BZ2 "garbage"), "hello\n", DD_EPARSE, 42 },
	{ "bzip2, level 0 is plain text", DD_STR("BZhello\n"), "BZhello\n", DD_OK, 0 },
	{ "xz", DD_STR(XZ), "hello\n", DD_OK, 0 },
	{ "xz of nothing", DD_STR(XZ_EMPTY), "", DD_OK, 0 },
	{ "xz with a filter", DD_STR(XZ_X86), "hello\n", DD_OK, 0 },
	{ "xz streams", DD_STR(XZ XZ_EMPTY XZ_X86 XZ), "hello\nhello\nhello\n", DD_OK, 0 },
	{ "xz, padding between streams", DD_STR(XZ "\0\0\0\0\0\0\0\0" XZ), "hello\nhello\n", DD_OK, 0 },
	{ "xz, odd padding between streams", DD_STR(XZ "\0\0\0" XZ), "hello\n", DD_EPARSE, 67 },
	{ "xz, zeros behind", DD_STR(XZ "\0\0\0\0\0"), "hello\n", DD_OK, 0 },
	{ "xz, text behind", DD_STR(XZ "garbage"), "hello\n", DD_EPARSE, 64 },
	{ "xz, zeros and text behind", DD_STR(XZ "\0\0\0\0garbage"), "hello\n", DD_EPARSE, 68 },
};

/* Errors of the codecs; their offset is where the codec stood, which depends on how it reads. */
static const struct row bad_rows[] = {
	{ "gzip, wrong CRC",
	  DD_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\0\x20\x30\x3a\x37\x06\0\0\0"), NULL,
	  DD_EPARSE, 0 },
	{ "gzip, wrong length",
	  DD_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\0\x20\x30\x3a\x36\x07\0\0\0"), NULL,
	  DD_EPARSE, 0 },
	{ "gzip, reserved flag", DD_STR("\x1f\x8b\x08\x20\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"), NULL, DD_EPARSE, 0 },
	{ "gzip, wrong header checksum", DD_STR("\x1f\x8b\x08\x02\0\0\0\0\0\x03\x12\x34\x03\0\0\0\0\0\0\0\0\0"), NULL,
	  DD_EPARSE, 0 },
	{ "gzip, deflate block type 3", DD_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03\x07\0\0\0\0\0\0\0\0\0"), NULL, DD_EPARSE,
	  0 },
	{ "gzip, second member of another method", DD_STR(GZ "\x1f\x8b\x07\0\0\0\0\0\0\x03"), NULL, DD_EPARSE, 0 },
	{ "zstd, wrong checksum", DD_STR("\x28\xb5\x2f\xfd\x24\x06\x31\0\0hello\n\x53\x88\xbd\x92"), NULL, DD_EPARSE,
	  0 },
	{ "zstd, reserved bit", DD_STR("\x28\xb5\x2f\xfd\x2c\x06\x31\0\0hello\n\x53\x88\xbd\x91"), NULL, DD_EPARSE, 0 },
	{ "zstd window of 2^28", DD_STR("\x28\xb5\x2f\xfd\0\x90\x01\0\0"), NULL, DD_ELIMIT, 0 },
	{ "bzip2, wrong CRC of the block",
	  DD_STR("BZh91AY&SY\xc0\xc0\x80\xe2\0\0\x01\x41\0\0\x10\x02\x44\xa0\0\x30\xcd\0\xc3\x46)"
		 "\x97\x17rE8P\x90\xc1\xc0\x80\xe2"),
	  NULL, DD_EPARSE, 0 },
	{ "bzip2, wrong CRC of the stream",
	  DD_STR("BZh91AY&SY\xc1\xc0\x80\xe2\0\0\x01\x41\0\0\x10\x02\x44\xa0\0\x30\xcd\0\xc3\x46)"
		 "\x97\x17rE8P\x90\xc1\xc0\x80\x62"),
	  NULL, DD_EPARSE, 0 },
	{ "bzip2, further stream of level 0", DD_STR(BZ2 "BZh0\x17rE8P\x90\0\0\0\0"), NULL, DD_EPARSE, 0 },
	{ "xz, wrong check of the data",
	  DD_STR("\xfd\x37zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0!\x01\x16\0\0\0t/"
		 "\xe5\xa3\x01\0\x05hello\n\0\0\0\xa4`\x97\xf1\x94\xf6\xfd\xe0\0\x01\x1e\x06\xc1/"
		 "\xa4\x1d\x1f\xb6\xf3}\x01\0\0\0\0\x04YZ"),
	  NULL, DD_EPARSE, 0 },
	{ "xz, a check of an unknown kind", DD_STR(XZ_CHECK2), NULL, DD_EPARSE, 0 },
	{ "xz, a dictionary of 192 MiB", DD_STR(XZ_DICT), NULL, DD_ELIMIT, 0 },
	{ "zstd frame of an unknown kind", DD_STR(ZST "\x28\xb5\x2f\xff\0\0\0\0\0"), NULL, DD_EPARSE, 0 },
};

static enum dd_code unpack(struct dd_str in, size_t block_bytes, uint64_t max, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *memory = NULL, *s = NULL;
	struct dd_str block;
	DD_TRY(dd_stream_memory(in, block_bytes, &memory, err));
	DD_TRY(dd_stream_decompress(memory, max, &s, err));
	do {
		DD_TRY(dd_stream_next(s, &block, err));
		DD_TRY(dd_buf_add_str(out, block));
	} while (block.n);
	return DD_OK;
}

static const size_t block_sizes[] = { 1, 2, 3, 7, 8, 9, 17, 4096 };

TEST(decompress_rows)
{
	for (size_t i = 0; i < DD_COUNT(rows) + DD_COUNT(bad_rows); i++) {
		const struct row *r = i < DD_COUNT(rows) ? &rows[i] : &bad_rows[i - DD_COUNT(rows)];
		for (size_t j = 0; j < DD_COUNT(block_sizes); j++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
			struct dd_err err = { 0 };
			CHECK_INT_ROW(unpack(r->in, block_sizes[j], 1000, &out, &err), r->code, r->name);
			if (r->want)
				CHECK_STR_ROW(dd_buf_str(&out), r->want, r->name);
			if (r->want && r->code != DD_OK)
				CHECK_INT_ROW(err.at, r->at, r->name);
			CHECK_ROW(err.at <= r->in.n, r->name);
		}
	}
}

TEST(decompress_cut_at_every_byte)
{
	static const struct dd_str whole[] = { DD_STR(GZ_FULL),	  DD_STR(ZST), DD_STR(GZ_NAME),
					       DD_STR(ZST_PLAIN), DD_STR(XZ),  DD_STR(BZ2) };
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (size_t n = 8; n < whole[i].n; n++)
			for (size_t j = 0; j < DD_COUNT(block_sizes); j++) {
				DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
				struct dd_err err = { 0 };
				CHECK(unpack(dd_str_take(whole[i], n), block_sizes[j], 1000, &out, &err) == DD_EPARSE);
				CHECK(dd_str_ends(dd_str_from(err.message), DD_STR("truncated")));
				CHECK_INT(err.at, n);
			}
}

/* A changed bit is an error or changes nothing (time, system, name …): never other bytes, never a crash. */
TEST(decompress_with_every_bit_changed)
{
	static const struct dd_str whole[] = { DD_STR(GZ_FULL GZ), DD_STR(ZST ZST_SKIP ZST), DD_STR(XZ XZ),
					       DD_STR(BZ2 BZ2) };
	static const size_t magic[DD_COUNT(whole)] = { 4, 4, 6, 4 };
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (size_t bit = 8 * magic[i]; bit < 8 * whole[i].n; bit++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(100000);
			char changed[200];
			memcpy(changed, whole[i].p, whole[i].n);
			changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
			if (unpack((struct dd_str){ changed, whole[i].n }, 5, 100000, &out, NULL) == DD_OK)
				CHECK_STR(dd_buf_str(&out), "hello\nhello\n");
		}
}

TEST(decompress_stops_at_max_bytes)
{
	static const struct dd_str whole[] = { DD_STR(GZ GZ), DD_STR(ZST ZST), DD_STR(XZ XZ), DD_STR(BZ2 BZ2),
					       DD_STR("hello\nhello\n") };
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (uint64_t max = 0; max <= 13; max++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(100);
			struct dd_err err = { 0 };
			CHECK_INT(unpack(whole[i], 4096, max, &out, &err), max < 12 ? DD_ELIMIT : DD_OK);
			CHECK(out.n <= max);
		}
}

/* The same compressed mebibyte of zero bytes again and again, without end. */
struct endless {
	struct dd_stream base;
	struct dd_str member;
};
static enum dd_code endless_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	(void)err;
	*ret_block = ((struct endless *)base)->member;
	return DD_OK;
}

/* One mebibyte of zero bytes by each compression; the number of bytes, 0: failed. */
static size_t pack_zstd(char *to, size_t cap, char *from, size_t n)
{
	size_t packed = ZSTD_compress(to, cap, from, n, 1);
	return ZSTD_isError(packed) ? 0 : packed;
}
static size_t pack_xz(char *to, size_t cap, char *from, size_t n)
{
	size_t packed = 0;
	lzma_ret code = lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)from, n, (uint8_t *)to,
						&packed, cap);
	return code == LZMA_OK ? packed : 0;
}
static size_t pack_bzip2(char *to, size_t cap, char *from, size_t n)
{
	unsigned packed = (unsigned)cap;
	int code = BZ2_bzBuffToBuffCompress(to, &packed, from, (unsigned)n, 9, 0, 0);
	return code == BZ_OK ? packed : 0;
}

TEST(decompress_stops_a_bomb)
{
	static const struct dd_stream_ops ops = { endless_next, NULL };
	static size_t (*const pack[])(char *to, size_t cap, char *from, size_t n) = { pack_zstd, pack_xz, pack_bzip2 };
	static char zeros[1 << 20], packed[4096];
	for (size_t i = 0; i < DD_COUNT(pack); i++) {
		struct endless in = { { &ops }, { packed, pack[i](packed, sizeof packed, zeros, sizeof zeros) } };
		DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
		struct dd_err err = { 0 };
		uint64_t n;
		CHECK(in.member.n > 0);
		CHECK(dd_stream_decompress(&in.base, UINT64_MAX, &s, &err) == DD_OK);
		CHECK_INT(dd_stream_drain(s, &n, &err), DD_ELIMIT);
		CHECK(err.at <= DD_EXPANSION_GRACE_BYTES / DD_EXPANSION_RATIO_MAX);
		CHECK_INT(dd_stream_drain(s, &n, &err), DD_ELIMIT); /* and stays there */
	}
}

TEST(decompress_names_kinds)
{
	static const struct {
		struct dd_str head;
		enum dd_compression kind;
		const char *name;
	} kinds[] = {
		{ DD_STR(""), DD_COMPRESSION_NONE, "none" },	   { DD_STR("ustar"), DD_COMPRESSION_NONE, "none" },
		{ DD_STR(GZ), DD_COMPRESSION_GZIP, "gzip" },	   { DD_STR(ZST), DD_COMPRESSION_ZSTD, "zstd" },
		{ DD_STR(ZST_SKIP), DD_COMPRESSION_ZSTD, "zstd" }, { DD_STR(BZ2), DD_COMPRESSION_BZIP2, "bzip2" },
		{ DD_STR(XZ), DD_COMPRESSION_XZ, "xz" },	   { DD_STR("BZhugs"), DD_COMPRESSION_NONE, "none" },
	};
	for (size_t i = 0; i < DD_COUNT(kinds); i++) {
		CHECK_INT_ROW(dd_compression_detect(kinds[i].head), kinds[i].kind, kinds[i].name);
		CHECK_STR(dd_str_from(dd_compression_name(kinds[i].kind)), kinds[i].name);
	}
}

TEST(decompress_without_memory)
{
	static const struct dd_str whole[] = { DD_STR(GZ), DD_STR(ZST), DD_STR(XZ), DD_STR(BZ2), DD_STR("x") };
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (uint64_t nth = 1;; nth++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(100);
			(void)dd_buf_reserve(&out, 50);
			dd_alloc_fail_from(nth);
			enum dd_code code = unpack(whole[i], 3, 100, &out, NULL);
			dd_alloc_fail_from(0);
			if (code == DD_OK)
				break;
			CHECK_INT(code, DD_ENOMEM);
			CHECK(nth < 20);
		}
}
