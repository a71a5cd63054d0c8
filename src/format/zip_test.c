/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "support/test.h"

static const char text[] = "{\"id\": \"CVE-2023-4911\"}";
static const struct member {
	const char *name;
	size_t repeat; /* of text */
	unsigned type;
} members[] = { { "all/", 0, AE_IFDIR }, { "all/a.json", 20000, AE_IFREG }, { "../b\xc3\xa9.json", 0, AE_IFREG } };

/* An archive written by libarchive, which takes what it is asked for by its options. */
static size_t make_zip_of(const struct member *list, size_t n, const char *options, char *out, size_t max)
{
	size_t used = 0;
	struct archive *a = archive_write_new();
	CHECK(archive_write_set_format_zip(a) == ARCHIVE_OK);
	CHECK(archive_write_set_options(a, options) == ARCHIVE_OK);
	(void)archive_write_set_passphrase(a, "secret");
	CHECK(archive_write_open_memory(a, out, max, &used) == ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname_utf8(e, list[i].name);
		archive_entry_set_filetype(e, list[i].type);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)(list[i].repeat * (sizeof text - 1)));
		CHECK(archive_write_header(a, e) == ARCHIVE_OK);
		for (size_t k = 0; k < list[i].repeat; k++)
			CHECK(archive_write_data(a, text, sizeof text - 1) == (la_ssize_t)(sizeof text - 1));
		archive_entry_free(e);
	}
	CHECK(archive_write_free(a) == ARCHIVE_OK);
	return used;
}

static size_t make_zip(char *out, size_t max)
{
	return make_zip_of(members, DD_COUNT(members), NULL, out, max);
}

/* "name*bytes;" of each member; stops at the first error, which it returns. */
static enum dd_code list(struct dd_str bytes, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_zip_closep) struct dd_zip *z = NULL;
	DD_TRY(dd_zip_open(bytes, &z, err));
	for (;;) {
		struct dd_zip_member m;
		struct dd_str block;
		bool more = false;
		size_t n = 0;
		DD_TRY(dd_zip_next(z, &m, &more, err));
		if (!more)
			return DD_OK;
		do {
			DD_TRY(dd_zip_block(z, &block, err));
			n += block.n;
		} while (block.n);
		(void)dd_buf_addf(out, "%s%.*s*%zu;", m.directory ? "d:" : "", DD_FMT(m.name), n);
	}
}

TEST(zip_members)
{
	static char bytes[65536];
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { .message = "" };
	size_t n = make_zip(bytes, sizeof bytes);
	CHECK_INT(list((struct dd_str){ bytes, n }, &out, &err), DD_OK);
	CHECK_STR(dd_buf_str(&out), "d:all/*0;all/a.json*460000;../b\xc3\xa9.json*0;");
}

/* Cut at every byte: an error, or no members, but never all of them. */
TEST(zip_truncated)
{
	static char bytes[65536];
	size_t n = make_zip(bytes, sizeof bytes);
	for (size_t cut = 0; cut < n; cut++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err;
		if (list((struct dd_str){ bytes, cut }, &out, &err) == DD_OK)
			CHECK(dd_str_search(dd_buf_str(&out), DD_STR("../b")) == out.n);
	}
}

/* One changed bit in the data of a member is noticed by its checksum or its form. */
TEST(zip_damaged)
{
	static char bytes[65536];
	size_t n = make_zip(bytes, sizeof bytes), noticed = 0, tried = 0;
	struct dd_str all = { bytes, n };
	size_t start = dd_str_search(all, DD_STR("all/a.json")), end = dd_str_search(all, DD_STR("../b"));
	CHECK(start < end && end < n);
	for (size_t at = start + 40; at + 60 < end; at++, tried++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err;
		bytes[at] ^= 4;
		noticed += list(all, &out, &err) != DD_OK;
		bytes[at] ^= 4;
	}
	CHECK(tried > 50 && noticed == tried);
}

TEST(zip_is_none)
{
	static const struct dd_str rows[] = {
		DD_STR(""), DD_STR("PK"), DD_STR("PK\x03\x04"), DD_STR("{}"),
		DD_STR("PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0")
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { .message = "" };
		CHECK_INT(list(rows[i], &out, &err), DD_EPARSE);
		CHECK(dd_str_starts(dd_str_from(err.message), DD_STR("zip: ")));
	}
}

/* Forms that other programs write: bytes before and behind, a comment, zip64 records, stored members. */
TEST(zip_forms)
{
	static const struct {
		const char *options, *before, *behind;
	} rows[] = {
		{ NULL, "#!/bin/sh\nexec java -jar \"$0\"\n", "" },
		{ NULL, "", "trailing bytes" },
		{ NULL, "PK\5\6", "PK\5\6" },
		{ "zip:zip64", "", "" },
		{ "zip:zip64", "before", "" },
		{ "zip:compression=store", "", "" },
		{ "zip:compression=store,zip64", "#!/bin/sh\n", "\n" },
	};
	static char bytes[1 << 20];
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf all = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { .message = "" };
		size_t n = make_zip_of(members, DD_COUNT(members), rows[i].options, bytes, sizeof bytes);
		(void)dd_buf_add_c(&all, rows[i].before);
		(void)dd_buf_add(&all, bytes, n);
		(void)dd_buf_add_c(&all, rows[i].behind);
		CHECK_INT(list(dd_buf_str(&all), &out, &err), DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), "d:all/*0;all/a.json*460000;../b\xc3\xa9.json*0;", rows[i].before);
	}
}

static size_t find(struct dd_str all, const char *what, size_t n)
{
	size_t at = dd_str_search(all, (struct dd_str){ what, n });
	CHECK(at < all.n);
	return at;
}

/* What the directory says of the member is changed: offset in its record, bytes, and what must come of it. */
TEST(zip_wrong_records)
{
	static const struct {
		size_t at;
		struct dd_str put;
		enum dd_code want;
		const char *message;
	} rows[] = {
		{ 24, DD_STR("\0\0\1\0"), DD_EPARSE, "zip: member is larger than its directory says" },
		{ 24, DD_STR("\0\0\0\0"), DD_EPARSE, "zip: member is larger than its directory says" },
		{ 24, DD_STR("\xff\xff\x0f\0"), DD_EPARSE, "zip: member is smaller than its directory says" },
		{ 24, DD_STR("\xff\xff\xff\x7f"), DD_EPARSE, "zip: member claims to be larger than deflate can make" },
		{ 20, DD_STR("\xff\xff\xff\x7f"), DD_EPARSE, "zip: members claim more bytes than the archive has" },
		{ 20, DD_STR("\xf4\1\0\0"), DD_EPARSE, "zip: member is cut" },
		{ 42, DD_STR("\1\0\0\0"), DD_EPARSE, "zip: no member where the directory says" },
		{ 42, DD_STR("\xff\xff\xff\x7f"), DD_EPARSE, "zip: no member where the directory says" },
		{ 42, DD_STR("\xff\xff\xff\xff"), DD_EPARSE, "zip: no member where the directory says" },
		{ 16, DD_STR("\1\2\3\4"), DD_EPARSE, "zip: checksum of a member is wrong" },
		{ 10, DD_STR("\0\0"), DD_EPARSE, "zip: sizes of a stored member differ" },
		{ 10, DD_STR("\x5d\0"), DD_EUNSUPPORTED, "zip: member is packed by method 93, which is not read" },
		{ 8, DD_STR("\1\0"), DD_EUNSUPPORTED, "zip: member is encrypted" },
		{ 28, DD_STR("\xff\xff"), DD_EPARSE, "zip: a record of the central directory is cut" },
		{ 28, DD_STR("\0\0"), DD_EPARSE, "zip: no record of the central directory" },
		{ 0, DD_STR("PK\5\5"), DD_OK, "" },
	};
	static const struct member one[] = { { "a.json", 20000, AE_IFREG }, { "b.json", 1, AE_IFREG } };
	static char bytes[65536];
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { .message = "" };
		struct dd_str all = { bytes, make_zip_of(one, DD_COUNT(one), NULL, bytes, sizeof bytes) };
		/* The second record, so that the end record still finds its directory. */
		size_t record = find(all, "PK\1\2", 4);
		struct dd_str rest = dd_str_skip(all, record + 1);
		record += 1 + find(rest, "PK\1\2", 4);
		if (rows[i].at == 20 || rows[i].at == 24 || rows[i].at == 16)
			record = find(all, "PK\1\2", 4);
		memcpy(bytes + record + rows[i].at, rows[i].put.p, rows[i].put.n);
		CHECK_INT(list(all, &out, &err), rows[i].want);
		CHECK(dd_str_starts(dd_str_from(err.message), dd_str_from(rows[i].message)));
		if (!dd_str_starts(dd_str_from(err.message), dd_str_from(rows[i].message)))
			CHECK_STR_ROW(dd_str_from(err.message), rows[i].message, rows[i].message);
	}
}

TEST(zip_encrypted)
{
	static char bytes[1 << 20];
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { .message = "" };
	struct dd_str all = { bytes,
			      make_zip_of(members, DD_COUNT(members), "zip:encryption=aes256", bytes, sizeof bytes) };
	CHECK_INT(list(all, &out, &err), DD_EUNSUPPORTED);
	CHECK_STR(dd_str_from(err.message), "zip: member is encrypted");
	CHECK_STR(dd_buf_str(&out), "d:all/*0;");
}

/* Many records that share one member's data: they claim more than there is, and the work stays small. */
TEST(zip_overlap)
{
	static const struct member one[] = { { "a.json", 20000, AE_IFREG } };
	static char bytes[65536];
	DD_CLEANUP_BUF struct dd_buf bomb = DD_BUF_INIT(64 * DD_MIB);
	struct dd_str all = { bytes, make_zip_of(one, 1, NULL, bytes, sizeof bytes) };
	size_t record = find(all, "PK\1\2", 4), end = find(all, "PK\5\6", 4);
	(void)dd_buf_add(&bomb, bytes, record);
	for (int i = 0; i < 50000; i++)
		(void)dd_buf_add(&bomb, bytes + record, end - record);
	char tail[22] = "PK\5\6";
	dd_put_le32(tail + 12, (uint32_t)(bomb.n - record));
	dd_put_le32(tail + 16, (uint32_t)record);
	(void)dd_buf_add(&bomb, tail, sizeof tail);
	DD_CLEANUP(dd_zip_closep) struct dd_zip *z = NULL;
	struct dd_zip_member m;
	struct dd_err err;
	bool more = true;
	uint64_t claimed = 0;
	enum dd_code code;
	CHECK(dd_zip_open(dd_buf_str(&bomb), &z, &err) == DD_OK);
	while ((code = dd_zip_next(z, &m, &more, &err)) == DD_OK && more)
		claimed += m.stored;
	CHECK_INT(code, DD_EPARSE);
	CHECK(claimed > 0 && claimed <= bomb.n);
}

TEST(zip_read_and_look)
{
	static const struct member list_of[] = { { "same", 2, AE_IFREG },
						 { "same", 3, AE_IFREG },
						 { "", 1, AE_IFREG } };
	static char bytes[65536];
	static const char *const options[] = { "zip:compression=store", NULL };
	for (size_t i = 0; i < DD_COUNT(options); i++) {
		DD_CLEANUP(dd_zip_closep) struct dd_zip *z = NULL;
		struct dd_str all = { bytes, make_zip_of(list_of, 2, options[i], bytes, sizeof bytes) }, view;
		struct dd_zip_member m[2], none;
		struct dd_err err;
		bool more;
		CHECK(dd_zip_open(all, &z, &err) == DD_OK);
		CHECK(dd_zip_next(z, &m[0], &more, &err) == DD_OK && more);
		CHECK(dd_zip_next(z, &m[1], &more, &err) == DD_OK && more);
		CHECK(dd_zip_next(z, &none, &more, &err) == DD_OK && !more);
		for (size_t k = 2; k-- > 0;) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB), small = DD_BUF_INIT(10);
			size_t want = (k + 2) * (sizeof text - 1);
			CHECK(dd_zip_read(z, &m[k], DD_MIB, &out, &err) == DD_OK && out.n == want);
			CHECK(dd_zip_read(z, &m[k], want - 1, &out, &err) == DD_ELIMIT);
			CHECK(dd_zip_read(z, &m[k], DD_MIB, &small, &err) == DD_ELIMIT);
			enum dd_code code = dd_zip_stored(z, &m[k], &view, &err);
			CHECK_INT(code, options[i] ? DD_OK : DD_EUNSUPPORTED);
			CHECK(code != DD_OK || (view.n == want && memcmp(view.p, out.p, want) == 0));
		}
	}
}
