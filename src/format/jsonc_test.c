/* SPDX-License-Identifier: Apache-2.0 */
#include "format/jsonc.h"

#include "support/test.h"

TEST(jsonc_becomes_json_of_the_same_length)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "", "" },
		{ "{\"a\": [1, 2]}", "{\"a\": [1, 2]}" },
		{ "{\"a\": 1,}", "{\"a\": 1 }" },
		{ "[1, 2, ]", "[1, 2  ]" },
		{ "[[],{},]", "[[],{} ]" },
		{ "{ // c\n\"a\": 1, // d,}\n}", "{     \n\"a\": 1        \n}" },
		{ "[1,/* ,] */\r\n]", "[1         \r\n]" },
		{ "[1/**/,/*/ */]", "[1           ]" },
		{ "{\"a//b\": \"c/*d*/,]\", \"e\\\"//\": 1}", "{\"a//b\": \"c/*d*/,]\", \"e\\\"//\": 1}" },
		/* stays broken */
		{ "[,]", "[,]" },
		{ "[1,,]", "[1,,]" },
		{ "{\"a\":,}", "{\"a\":,}" },
		{ "{,}", "{,}" },
		{ "[1 / 2]", "[1 / 2]" },
		/* cut off */
		{ "[1, // x", "[1,     " },
		{ "[1, /* x *", "[1,       " },
		{ "[1, /*/", "[1,    " },
		{ "[\"x", "[\"x" },
		{ "[\"x\\", "[\"x\\" },
		{ "/", "/" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
		CHECK(dd_jsonc_to_json(dd_str_from(rows[i].in), &out, NULL) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
	struct dd_buf small DD_CLEANUP_BUF = DD_BUF_INIT(3);
	CHECK(dd_jsonc_to_json(DD_STR("[1,]"), &small, NULL) == DD_ELIMIT);
}
