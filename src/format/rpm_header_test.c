/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/sha.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "format/rpm_fixture.h"
#include "format/rpm_header.h"
#include "support/test.h"

enum { INT8 = 2, INT16 = 3, INT32 = 4, INT64 = 5, STRING = 6, BIN = 7, ARRAY = 8, I18N = 9 };

TEST(rpm_header_gives_what_was_put_in)
{
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
	struct dd_fix_header f = DD_FIX_HEADER;
	dd_fix_text(&f, DD_RPM_NAME, "bash");
	dd_fix_texts(&f, DD_RPM_BASENAMES, (const char *const[]){ "a", "", "caf\xe9" }, 3);
	dd_fix_numbers(&f, DD_RPM_DIRINDEXES, (const uint32_t[]){ 0, 7, 0xffffffff }, 3);
	dd_fix_number64(&f, DD_RPM_LONGSIZE, UINT64_C(0x123456789a));
	dd_fix_header_end(&f, &blob);
	struct dd_rpm_header h;
	struct dd_err err;
	struct dd_str s;
	uint64_t v = 0;
	bool present = false;
	CHECK(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK);
	CHECK(dd_rpm_header_str(&h, DD_RPM_NAME, &s, &err) == DD_OK);
	CHECK_STR(s, "bash");
	CHECK(dd_rpm_header_u64(&h, DD_RPM_LONGSIZE, &v, &present, &err) == DD_OK && present);
	CHECK(v == UINT64_C(0x123456789a));
	struct dd_rpm_strings list;
	CHECK(dd_rpm_header_strings(&h, DD_RPM_BASENAMES, &list, &err) == DD_OK);
	static const char *const want[] = { "a", "", "caf\xe9" };
	for (size_t i = 0; i < 3; i++) {
		CHECK(dd_rpm_strings_next(&list, &s));
		CHECK_STR(s, want[i]);
	}
	CHECK(!dd_rpm_strings_next(&list, &s));
	CHECK_INT(list.left, 0);
	struct dd_rpm_numbers numbers;
	CHECK(dd_rpm_header_numbers(&h, DD_RPM_DIRINDEXES, &numbers, &err) == DD_OK);
	CHECK_INT(numbers.n, 3);
	CHECK_INT(dd_rpm_numbers_at(&numbers, 1), 7);
	CHECK_INT(dd_rpm_numbers_at(&numbers, 2), 0xffffffff);
	/* Absent tags are no error. */
	CHECK(dd_rpm_header_str(&h, DD_RPM_VENDOR, &s, &err) == DD_OK && s.n == 0);
	CHECK(dd_rpm_header_u64(&h, DD_RPM_EPOCH, &v, &present, &err) == DD_OK && !present);
	CHECK(dd_rpm_header_strings(&h, DD_RPM_OLDFILENAMES, &list, &err) == DD_OK && list.left == 0);
	CHECK(dd_rpm_header_numbers(&h, DD_RPM_SIZE, &numbers, &err) == DD_OK && numbers.n == 0);
}

/* One entry of any numbers over a store of known bytes: "abc" NUL, 01 02 … 08, then text without NUL. */
TEST(rpm_header_bounds_every_entry)
{
	static const char store[] = "abc\0\1\2\3\4\5\6\7\10end";
	const size_t store_bytes = sizeof store - 1;
	static const struct {
		const char *name;
		uint32_t type, offset, count;
		enum dd_code text, number, texts, numbers;
	} rows[] = {
		{ "text", STRING, 0, 1, DD_OK, DD_EPARSE, DD_OK, DD_EPARSE },
		{ "i18n text", I18N, 0, 1, DD_OK, DD_EPARSE, DD_OK, DD_EPARSE },
		{ "text array", ARRAY, 0, 1, DD_OK, DD_EPARSE, DD_OK, DD_EPARSE },
		{ "no NUL", STRING, 12, 1, DD_EPARSE, DD_EPARSE, DD_OK, DD_EPARSE },
		{ "last byte", STRING, 14, 1, DD_EPARSE, DD_EPARSE, DD_OK, DD_EPARSE },
		{ "at the end", STRING, 15, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "beyond", STRING, 16, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "negative offset", STRING, 0xfffffff0, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "largest offset", INT32, 0x7fffffff, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "no items", STRING, 0, 0, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "more texts than bytes", ARRAY, 0, 16, DD_OK, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "endless texts", ARRAY, 0, 0xffffffff, DD_OK, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "int8", INT8, 4, 1, DD_EPARSE, DD_OK, DD_EPARSE, DD_EPARSE },
		{ "int16", INT16, 4, 1, DD_EPARSE, DD_OK, DD_EPARSE, DD_EPARSE },
		{ "int32", INT32, 4, 2, DD_EPARSE, DD_OK, DD_EPARSE, DD_OK },
		{ "int64", INT64, 4, 1, DD_EPARSE, DD_OK, DD_EPARSE, DD_EPARSE },
		{ "int32, cut", INT32, 12, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "int32 array, cut", INT32, 4, 3, DD_EPARSE, DD_OK, DD_EPARSE, DD_EPARSE },
		{ "int32, count wraps", INT32, 4, 0x40000001, DD_EPARSE, DD_OK, DD_EPARSE, DD_EPARSE },
		{ "int64, cut", INT64, 8, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "bytes", BIN, 0, 4, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "type 0", 0, 0, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "type 10", 10, 0, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
		{ "type 2^32-1", 0xffffffff, 0, 1, DD_EPARSE, DD_EPARSE, DD_EPARSE, DD_EPARSE },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
		struct dd_fix_header f = DD_FIX_HEADER;
		dd_fix_entry(&f, 5, rows[i].type, rows[i].offset, rows[i].count);
		CHECK(dd_buf_add(&f.store, store, store_bytes) == DD_OK);
		dd_fix_header_end(&f, &blob);
		struct dd_rpm_header h;
		struct dd_err err = { 0 };
		struct dd_str s;
		uint64_t v;
		bool present;
		struct dd_rpm_strings list;
		struct dd_rpm_numbers numbers;
		CHECK_ROW(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK, rows[i].name);
		CHECK_INT_ROW(dd_rpm_header_str(&h, 5, &s, &err), rows[i].text, rows[i].name);
		CHECK_INT_ROW(dd_rpm_header_u64(&h, 5, &v, &present, &err), rows[i].number, rows[i].name);
		CHECK_INT_ROW(dd_rpm_header_strings(&h, 5, &list, &err), rows[i].texts, rows[i].name);
		CHECK_INT_ROW(dd_rpm_header_numbers(&h, 5, &numbers, &err), rows[i].numbers, rows[i].name);
		CHECK_ROW(err.code == DD_EPARSE && err.at == 8, rows[i].name); /* every row fails somewhere */
	}
}

TEST(rpm_header_numbers_are_big_endian)
{
	static const struct {
		uint32_t type;
		uint64_t want;
	} rows[] = {
		{ INT8, 0xfe }, { INT16, 0xfedc }, { INT32, 0xfedcba98 }, { INT64, UINT64_C(0xfedcba9876543210) }
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
		struct dd_fix_header f = DD_FIX_HEADER;
		struct dd_rpm_header h;
		struct dd_err err;
		uint64_t v = 0;
		bool present;
		dd_fix_entry(&f, 5, rows[i].type, 1, 1); /* rpm would align it; nothing here needs that */
		CHECK(dd_buf_add(&f.store, "\0\xfe\xdc\xba\x98\x76\x54\x32\x10", 9) == DD_OK);
		dd_fix_header_end(&f, &blob);
		CHECK(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK);
		CHECK(dd_rpm_header_u64(&h, 5, &v, &present, &err) == DD_OK);
		CHECK(v == rows[i].want);
	}
}

TEST(rpm_header_last_entry_of_a_tag_wins)
{
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
	struct dd_fix_header f = DD_FIX_HEADER;
	struct dd_rpm_header h;
	struct dd_err err;
	struct dd_str s;
	dd_fix_text(&f, DD_RPM_VENDOR, "in the region");
	dd_fix_text(&f, DD_RPM_NAME, "x");
	dd_fix_text(&f, DD_RPM_VENDOR, "added at installation");
	dd_fix_header_end(&f, &blob);
	CHECK(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK);
	CHECK(dd_rpm_header_str(&h, DD_RPM_VENDOR, &s, &err) == DD_OK);
	CHECK_STR(s, "added at installation");
}

TEST(rpm_header_list_that_is_cut_says_so)
{
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
	struct dd_fix_header f = DD_FIX_HEADER;
	struct dd_rpm_header h;
	struct dd_err err;
	struct dd_rpm_strings list;
	struct dd_str s;
	dd_fix_entry(&f, 5, ARRAY, 0, 4);
	CHECK(dd_buf_add(&f.store, "ab\0cd\0ef", 8) == DD_OK);
	dd_fix_header_end(&f, &blob);
	CHECK(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK);
	CHECK(dd_rpm_header_strings(&h, 5, &list, &err) == DD_OK);
	CHECK(dd_rpm_strings_next(&list, &s) && dd_rpm_strings_next(&list, &s) && !dd_rpm_strings_next(&list, &s));
	CHECK_INT(list.left, 2);
}

TEST(rpm_header_must_have_the_size_it_says)
{
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 20);
	struct dd_rpm_header h;
	struct dd_err err = { 0 };
	dd_fix_package("bash", "5.1", "1", 40, &blob);
	struct dd_str whole = dd_buf_str(&blob);
	CHECK(dd_rpm_header_open(whole, &h, &err) == DD_OK);
	for (size_t n = 0; n < whole.n; n++)
		CHECK(dd_rpm_header_open(dd_str_take(whole, n), &h, &err) == DD_EPARSE);
	CHECK(dd_buf_add_char(&blob, '\0') == DD_OK);
	CHECK(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_EPARSE);
	static const struct {
		const char *name;
		uint32_t entries, bytes;
		enum dd_code want;
	} rows[] = {
		{ "too many tags", DD_RPM_TAGS_MAX + 1, 0, DD_ELIMIT },
		{ "all tags there can be", 0xffffffff, 0xffffffff, DD_ELIMIT },
		{ "negative length", 0, 0x80000000, DD_ELIMIT },
		{ "too many bytes", 0, (uint32_t)DD_RPM_HEADER_BYTES_MAX + 1, DD_ELIMIT },
		{ "lengths that wrap to 8", 0x10000000, 0, DD_ELIMIT },
		{ "nothing in it", 0, 0, DD_OK },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char head[8];
		dd_put_be32(head, rows[i].entries);
		dd_put_be32(head + 4, rows[i].bytes);
		CHECK_INT_ROW(dd_rpm_header_open((struct dd_str){ head, 8 }, &h, &err), rows[i].want, rows[i].name);
	}
}

/* A header with a region of three entries and the SHA-256 over it, as rpm lays it out. OpenSSL's own function is the
 * truth here; tests/rpm_oracle.py has headers that rpm signed. */
static void signed_header(struct dd_buf *out)
{
	struct dd_fix_header f = DD_FIX_HEADER;
	DD_CLEANUP_BUF struct dd_buf over = DD_BUF_INIT(4096);
	char ildl[8], hex[2 * SHA256_DIGEST_LENGTH + 1];
	unsigned char sum[SHA256_DIGEST_LENGTH];
	dd_fix_entry(&f, DD_RPM_IMMUTABLE, BIN, 7, 16);
	dd_fix_text(&f, DD_RPM_NAME, "bash");
	dd_fix_text(&f, DD_RPM_VERSION, "5");
	CHECK(dd_buf_add(&f.store, "\0\0\0\77\0\0\0\7\377\377\377\320\0\0\0\20", 16) == DD_OK);
	dd_put_be32(ildl, 3);
	dd_put_be32(ildl + 4, (uint32_t)f.store.n);
	CHECK(dd_buf_add(&over, "\x8e\xad\xe8\x01\0\0\0\0", 8) == DD_OK && dd_buf_add(&over, ildl, 8) == DD_OK &&
	      dd_buf_add_str(&over, dd_buf_str(&f.index)) == DD_OK &&
	      dd_buf_add_str(&over, dd_buf_str(&f.store)) == DD_OK);
	(void)SHA256((const unsigned char *)over.p, over.n, sum);
	for (size_t i = 0; i < sizeof sum; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	dd_fix_text(&f, DD_RPM_SHA256HEADER, hex);
	dd_fix_text(&f, DD_RPM_VENDOR, "added at installation");
	dd_fix_header_end(&f, out);
}

TEST(rpm_header_digest)
{
	enum { STORE = 8 + 5 * 16 }; /* offset of the data */
	static const struct {
		const char *name;
		size_t at; /* of a byte that is set */
		int value; /* -1: none is */
		enum dd_code want;
	} rows[] = {
		{ "as it was made", 0, -1, DD_OK },
		{ "name", STORE, 'd', DD_EDIGEST },
		{ "type of an entry", 8 + 16 + 7, ARRAY, DD_EDIGEST },
		{ "digest", STORE + 7 + 16, 'x', DD_EDIGEST },
		{ "what rpm added", STORE + 7 + 16 + 65, 'A', DD_OK },
		{ "region of another tag", 8 + 3, 62, DD_EPARSE },
		{ "region of another type", 8 + 7, STRING, DD_EPARSE },
		{ "region of another length", 8 + 15, 8, DD_EPARSE },
		{ "trailer behind the end", 8 + 8, 1, DD_EPARSE },
		{ "trailer at another place", 8 + 11, 8, DD_EPARSE },
		{ "trailer at the last byte", 8 + 11, 7 + 16 + 65 + 21, DD_EPARSE },
		{ "no entries", STORE + 7 + 11, 0, DD_EPARSE },
		{ "half an entry", STORE + 7 + 11, 0xd1, DD_EPARSE },
		{ "one entry more", STORE + 7 + 11, 0xc0, DD_EDIGEST },
		{ "more entries than there are", STORE + 7 + 11, 0xa0, DD_EPARSE },
		{ "entries that wrap", STORE + 7 + 8, 0, DD_EPARSE },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 16);
		struct dd_rpm_header h;
		struct dd_err err;
		signed_header(&blob);
		if (rows[i].value >= 0)
			blob.p[rows[i].at] = (char)rows[i].value;
		CHECK_ROW(dd_rpm_header_open(dd_buf_str(&blob), &h, &err) == DD_OK, rows[i].name);
		CHECK_INT_ROW(dd_rpm_header_verify(&h, &err), rows[i].want, rows[i].name);
	}
}
