/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "support/test.h"

/* The vectors of RFC 4648 §10, and what is not base64. */
TEST(base64_decodes)
{
	static const struct {
		const char *in;
		const char *want; /* NULL: refused */
	} rows[] = {
		{ "", "" },
		{ "Zg==", "f" },
		{ "Zm8=", "fo" },
		{ "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" },
		{ "Zm9vYmE=", "fooba" },
		{ "Zm9vYmFy", "foobar" },
		{ "Zg", "f" },
		{ "Zm8", "fo" },
		{ "-_-_", "\xfb\xff\xbf" },
		{ "+/+/", "\xfb\xff\xbf" },
		{ "Z", NULL },
		{ "Zm9vY", NULL },
		{ "Zg=", NULL },
		{ "Zh==", NULL },
		{ "Zm9=", NULL },
		{ "Zg===", NULL },
		{ "=", NULL },
		{ "Zm9v====", NULL },
		{ "Zm 9v", NULL },
		{ "Zm9v\n", NULL },
		{ "Z=g=", NULL },
		{ "\xff\xff\xff\xff", NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
		bool ok = dd_base64_decode(dd_str_from(rows[i].in), &out);
		CHECK_ROW(ok == (rows[i].want != NULL), rows[i].in);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want ? rows[i].want : "", rows[i].in);
	}
	struct dd_buf small DD_CLEANUP_BUF = DD_BUF_INIT(4);
	CHECK(dd_buf_add_char(&small, 'x') == DD_OK && !dd_base64_decode(DD_STR("Zm9vYmFy"), &small));
	CHECK_STR(dd_buf_str(&small), "x");
}

/* RFC 4648 §10, every byte value, and back again. */
TEST(base64_encodes)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
		CHECK(dd_base64_encode(dd_str_from(rows[i].in), &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
	char all[256];
	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	for (size_t n = 0; n <= sizeof all; n++) {
		struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(512), back DD_CLEANUP_BUF = DD_BUF_INIT(512);
		CHECK(dd_base64_encode((struct dd_str){ all, n }, &text) == DD_OK);
		CHECK(dd_base64_decode(dd_buf_str(&text), &back));
		CHECK(dd_str_eq(dd_buf_str(&back), (struct dd_str){ all, n }));
	}
	struct dd_buf small DD_CLEANUP_BUF = DD_BUF_INIT(3);
	CHECK(dd_base64_encode(DD_STR("f"), &small) == DD_ELIMIT);
}
