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
