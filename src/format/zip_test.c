/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

/* A directory, a deflated and an empty member, written by libarchive. */
static size_t make_zip(char *out, size_t max)
{
	static const char text[] = "{\"id\": \"CVE-2023-4911\"}";
	static const struct {
		const char *name;
		size_t repeat;
		unsigned type;
	} members[] = { { "all/", 0, AE_IFDIR },
			{ "all/a.json", 20000, AE_IFREG },
			{ "../b\xc3\xa9.json", 0, AE_IFREG } };
	struct archive *a = archive_write_new();
	size_t used = 0;
	CHECK(archive_write_set_format_zip(a) == ARCHIVE_OK);
	CHECK(archive_write_open_memory(a, out, max, &used) == ARCHIVE_OK);
	for (size_t i = 0; i < DD_COUNT(members); i++) {
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname_utf8(e, members[i].name);
		archive_entry_set_filetype(e, members[i].type);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)(members[i].repeat * (sizeof text - 1)));
		CHECK(archive_write_header(a, e) == ARCHIVE_OK);
		for (size_t k = 0; k < members[i].repeat; k++)
			CHECK(archive_write_data(a, text, sizeof text - 1) == (la_ssize_t)(sizeof text - 1));
		archive_entry_free(e);
	}
	CHECK(archive_write_free(a) == ARCHIVE_OK);
	return used;
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
		(void)dd_buf_addf(out, "%s%s*%zu;", m.directory ? "d:" : "", m.name ? m.name : "?", n);
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
