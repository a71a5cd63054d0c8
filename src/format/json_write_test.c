/* SPDX-License-Identifier: Apache-2.0 */
/* What is written is read back by jansson, which knows nothing of the writer. */
#include "format/json_write.h"

#include <jansson.h>
#include <math.h>

#include "base/limits.h"
#include "support/test.h"

static json_t *load(const struct dd_buf *b)
{
	return json_loadb(b->p, b->n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

TEST(jsonw_layout)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
	struct dd_jsonw j = DD_JSONW(&out, 2);
	const struct dd_str two[] = { DD_STR("a"), DD_STR("") };
	dd_jsonw_object(&j);
	dd_jsonw_member_u64(&j, "max", UINT64_MAX);
	dd_jsonw_key(&j, "min");
	dd_jsonw_i64(&j, INT64_MIN);
	dd_jsonw_key(&j, "rows");
	dd_jsonw_array(&j);
	for (int i = 0; i < 2; i++) {
		dd_jsonw_object(&j);
		dd_jsonw_member_texts(&j, "texts", two, i == 0 ? 2 : 0);
		dd_jsonw_member_bool(&j, "first", i == 0);
		dd_jsonw_member_known(&j, "unknown", DD_STR(""));
		dd_jsonw_member_text(&j, "empty", DD_STR(""));
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "nothing");
	dd_jsonw_array(&j);
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "none");
	dd_jsonw_object(&j);
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	CHECK_STR(dd_buf_str(&out),
		  "{\n"
		  "  \"max\": 18446744073709551615,\n"
		  "  \"min\": -9223372036854775808,\n"
		  "  \"rows\": [\n"
		  "    {\"texts\": [\"a\", \"\"], \"first\": true, \"unknown\": null, \"empty\": \"\"},\n"
		  "    {\"texts\": [], \"first\": false, \"unknown\": null, \"empty\": \"\"}\n"
		  "  ],\n"
		  "  \"nothing\": [],\n"
		  "  \"none\": {}\n"
		  "}");
}

TEST(jsonw_text)
{
	static const struct {
		struct dd_str in;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "\"\"" },
		{ DD_STR("plain"), "\"plain\"" },
		{ DD_STR("\"\\/"), "\"\\\"\\\\/\"" },
		{ DD_STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
		{ DD_STR("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\"" },
		{ DD_STR("\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xa3"), "\"\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xa3\"" },
		{ DD_STR("\xc2\x9b"), "\"\\u009b\"" },		      /* C1 control sequence introducer */
		{ DD_STR("\xe2\x80\xae"), "\"\\u202e\"" },	      /* right-to-left override */
		{ DD_STR("\xf3\xa0\x81\x81"), "\"\\udb40\\udc41\"" }, /* a tag character: a surrogate pair */
		{ DD_STR("\xff"), "\"\\\\xff\"" },
		{ DD_STR("a\xc3"), "\"a\\\\xc3\"" },			 /* cut */
		{ DD_STR("\xed\xa0\x80"), "\"\\\\xed\\\\xa0\\\\x80\"" }, /* a surrogate in UTF-8 */
		{ DD_STR("\xc0\xaf"), "\"\\\\xc0\\\\xaf\"" },		 /* overlong */
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		struct dd_jsonw j = DD_JSONW(&out, 0);
		dd_jsonw_text(&j, rows[i].in);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].want);
	}
}

/* Every pair of bytes gives JSON that reads back as itself when it is UTF-8, and as \xNN text when it is not. */
TEST(jsonw_text_reads_back)
{
	for (unsigned i = 0; i < 65536; i++) {
		const char pair[2] = { (char)(i >> 8), (char)(i & 255) };
		const struct dd_str in = { pair, 2 };
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64);
		struct dd_jsonw j = DD_JSONW(&out, 0);
		dd_jsonw_text(&j, in);
		json_t *back = load(&out);
		CHECK(back != NULL);
		struct dd_str text = { json_string_value(back), json_string_length(back) };
		if (dd_str_valid_utf8(in))
			CHECK(dd_str_eq(text, in));
		else
			CHECK(dd_str_search(text, DD_STR("\\x")) < text.n);
		for (size_t k = 0; k < out.n; k++)
			CHECK((unsigned char)out.p[k] >= 0x20 && out.p[k] != 0x7f);
		json_decref(back);
	}
}

TEST(jsonw_real)
{
	static const struct {
		double v;
		int digits;
		const char *want;
	} rows[] = {
		{ 0, 3, "0" },	      { 9.8, 3, "9.8" },	  { 10, 3, "10" },
		{ 7.0, 3, "7" },      { 0.00042, 9, "0.00042" },  { 0.971324567, 9, "0.971324567" },
		{ 1e-7, 9, "1e-07" }, { (double)NAN, 9, "null" }, { -(double)INFINITY, 9, "null" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64);
		struct dd_jsonw j = DD_JSONW(&out, 0);
		dd_jsonw_real(&j, rows[i].v, rows[i].digits);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].want);
		json_t *back = load(&out);
		CHECK_ROW(back != NULL, rows[i].want);
		if (isfinite(rows[i].v))
			CHECK_ROW(fabs(json_number_value(back) - rows[i].v) < 1e-9, rows[i].want);
		json_decref(back);
	}
}

/* A full buffer is seen at the end and costs no time on the way. */
TEST(jsonw_full)
{
	DD_CLEANUP_BUF struct dd_buf big = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(100);
	struct dd_jsonw j = DD_JSONW(&out, 1);
	struct dd_err err;
	for (int i = 0; i < 100000; i++)
		(void)dd_buf_add_char(&big, '\n');
	dd_jsonw_array(&j);
	for (int i = 0; i < 10000; i++)
		dd_jsonw_text(&j, dd_buf_str(&big));
	dd_jsonw_close(&j);
	CHECK_INT(dd_buf_check(&out, "it", &err), DD_ELIMIT);
	CHECK(out.n <= 100);
}
