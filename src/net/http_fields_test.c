/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "net/http.h"
#include "support/test.h"

TEST(http_date_is_the_imf_form)
{
	static const struct {
		const char *in;
		int64_t want; /* -1: none */
	} rows[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 }, /* the example of RFC 9110 §5.6.7 */
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Thu, 29 Feb 2024 23:59:59 GMT", 1709251199 },
		{ "Wed, 29 Feb 2023 23:59:59 GMT", -1 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", -1 },
		{ "Sun Nov  6 08:49:37 1994", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 UTC", -1 },
		{ "Sun, 06 NOV 1994 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 25:49:37 GMT", -1 },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun,x06xNovx1994x08:49:37 GMT", -1 },
		{ "\"; rm -rf / # 1994 08:49:37 GMT", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		int64_t got = -1;
		bool ok = dd_http_date(dd_str_from(rows[i].in), &got);
		CHECK_ROW(ok == (rows[i].want >= 0), rows[i].in);
		CHECK_INT_ROW(got, rows[i].want, rows[i].in);
	}
}

TEST(http_date_cut_at_every_byte)
{
	struct dd_str whole = DD_STR("Sun, 06 Nov 1994 08:49:37 GMT");
	int64_t got;
	for (size_t n = 0; n < whole.n; n++)
		CHECK(!dd_http_date(dd_str_take(whole, n), &got));
}

TEST(http_content_range)
{
	static const struct {
		const char *in;
		bool ok;
		uint64_t first, last, total;
	} rows[] = {
		/* the examples of RFC 9110 §14.4 */
		{ "bytes 42-1233/1234", true, 42, 1233, 1234 },
		{ "bytes 42-1233/*", true, 42, 1233, DD_HTTP_NO_LENGTH },
		{ "bytes */1234", false },
		{ "Bytes 0-0/1", true, 0, 0, 1 },
		{ " bytes 0-0/1 ", true, 0, 0, 1 },
		{ "bytes 5-4/10", false },
		{ "bytes 0-10/10", false },
		{ "bytes 0-9/", false },
		{ "bytes 0-9", false },
		{ "bytes -9/10", false },
		{ "bytes 0-/10", false },
		{ "bytes +0-9/10", false },
		{ "bytes 0 - 9/10", false },
		{ "bytes 0-9223372036854775808/9223372036854775809", false },
		{ "bytes 18446744073709551616-18446744073709551617/*", false },
		{ "items 0-9/10", false },
		{ "bytes", false },
		{ "", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_http_range r = { 0 };
		CHECK_ROW(dd_http_content_range(dd_str_from(rows[i].in), &r) == rows[i].ok, rows[i].in);
		CHECK_ROW(r.first == rows[i].first && r.last == rows[i].last && r.total == rows[i].total, rows[i].in);
	}
}

TEST(http_header_finds_the_first_of_a_name)
{
	const struct dd_http_response r = { .fields = DD_STR(
						    "Server: x\nETag:  \"a:b\" \netag: second\nNo colon\nX:\nY") };
	CHECK_STR(dd_http_header(&r, "etag"), "\"a:b\"");
	CHECK_STR(dd_http_header(&r, "SERVER"), "x");
	CHECK_STR(dd_http_header(&r, "X"), "");
	CHECK_STR(dd_http_header(&r, "Y"), "");
	CHECK_STR(dd_http_header(&r, "No colon"), "");
	CHECK_STR(dd_http_header(&r, ""), "");
	const struct dd_http_response none = { 0 };
	CHECK_STR(dd_http_header(&none, "etag"), "");
}

TEST(http_path_is_encoded)
{
	static const struct {
		struct dd_str in;
		const char *want;
	} rows[] = {
		{ DD_STR("osv/Rocky Linux/all.zip"), "osv/Rocky%20Linux/all.zip" },
		{ DD_STR("a-b_c.d~e/0"), "a-b_c.d~e/0" },
		{ DD_STR("?#%&+;\"<>"), "%3F%23%25%26%2B%3B%22%3C%3E" },
		{ DD_STR("\0\n\x7f\xff"), "%00%0A%7F%FF" },
		{ DD_STR(""), "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(200);
		CHECK(dd_http_add_path(&out, rows[i].in) == DD_OK);
		CHECK_STR(dd_buf_str(&out), rows[i].want);
	}
	struct dd_buf small DD_CLEANUP_BUF = DD_BUF_INIT(4);
	CHECK(dd_http_add_path(&small, DD_STR("a b c")) != DD_OK);
}

TEST(http_urls_that_are_not_taken)
{
	static const struct {
		const char *url;
		bool ok;
	} rows[] = {
		{ "https://mirror.example/a", true },
		{ "http://[::1]:8080/a%20b", true },
		{ "HTTPS://mirror.example", true },
		{ "https://me@mirror.example/", false },
		{ "https://me:secret@mirror.example/", false },
		{ "ftp://mirror.example/", false },
		{ "file:///etc/passwd", false },
		{ "mirror.example/", false },
		{ "https://", false },
		{ "https://host\r\nX: y/", false },
		{ "https://host/\x01", false },
		{ "https://host:99999/", false },
		{ "", false },
	};
	struct dd_net *net DD_CLEANUP(dd_net_closep) = NULL;
	struct dd_err err;
	if (dd_net_open(&net, &err) != DD_OK) {
		dd_test_skip(err.message);
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_http_check_url(net, rows[i].url, &err) == (rows[i].ok ? DD_OK : DD_EARG), rows[i].url);
}
