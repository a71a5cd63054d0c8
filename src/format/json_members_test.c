/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_members.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "format/json.h"
#include "support/test.h"

/* "name=value;" of every member, or "!offset" where it breaks. */
static void list(struct dd_str doc, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_err err = { 0 };
	bool more = true;
	enum dd_code code = dd_json_members_open(&m, doc, &err);
	while (code == DD_OK && more) {
		struct dd_json_member got;
		code = dd_json_members_next(&m, &a, &got, &more, &err);
		if (code != DD_OK || !more)
			break;
		CHECK(dd_str_eq(got.value, dd_str_take(dd_str_skip(doc, (size_t)got.at), got.value.n)));
		(void)dd_buf_add_str(out, got.name);
		(void)dd_buf_add_c(out, "=");
		(void)dd_buf_add_str(out, got.value);
		(void)dd_buf_add_c(out, ";");
	}
	if (code != DD_OK)
		(void)dd_buf_addf(out, "!%llu", (unsigned long long)err.at);
}

TEST(json_members_cuts_objects_and_arrays)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "{}", "" },
		{ " [ ] \n", "" },
		{ "\xef\xbb\xbf{\"a\":1}", "a=1;" },
		{ "{\"a\" : {\"b\":[1,{\"c\":\"}]\"}]} , \"d\":\"\\\"\"}", "a={\"b\":[1,{\"c\":\"}]\"}]};d=\"\\\"\";" },
		{ "[1, \"x\" ,[2],null]", "=1;=\"x\";=[2];=null;" },
		{ "{\"a\":1,\"a\":2}", "a=1;a=2;" },
		{ "{\"\\u00e9\\\"\":1}", "\xc3\xa9\"=1;" },
		{ "{\"\":1}", "=1;" },
		{ "", "!0" },
		{ "7", "!0" },
		{ "{", "!1" },
		{ "{\"a\"", "!4" },
		{ "{\"a\":", "!5" },
		{ "{\"a\":}", "!5" },
		{ "{\"a\":1", "!6" },
		{ "{\"a\":1,}", "a=1;!7" },
		{ "{a:1}", "!1" },
		{ "{,}", "!1" },
		{ "[1,]", "=1;!3" },
		{ "[1}", "=1;!2" },
		{ "{\"a\":[}]}", "!6" },
		{ "{\"a\":{]}}", "!6" },
		{ "{\"a\":\"x}", "!8" },
		{ "{\"\\x\":1}", "!1" },
		{ "{\"\xff\":1}", "!1" },
		{ "{} x", "!3" },
		{ "{}{}", "!2" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		list(dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

/* A value that runs into the next name is handed out and refused by the parser of the value. */
TEST(json_members_leaves_the_inside_of_values_to_the_parser)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_json_member got = { .at = 0 };
	struct dd_err err = { 0 };
	json_t *j DD_CLEANUP_JSON = NULL;
	bool more = false;
	CHECK(dd_json_members_open(&m, DD_STR("{\"a\":1 \"b\":2}"), &err) == DD_OK);
	CHECK(dd_json_members_next(&m, &a, &got, &more, &err) == DD_OK && more);
	CHECK_STR(got.value, "1 \"b\":2");
	CHECK(dd_json_parse(got.value, &j, &err) == DD_EPARSE);
}

TEST(json_members_cut_anywhere_is_an_error)
{
	static const char doc[] = "{\"a\\u0041\": {\"b\": [1, \"x\\\"\", {}]}, \"c\": \"d\", \"e\": null}";
	for (size_t n = 0; n + 1 < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		list((struct dd_str){ doc, n }, &out);
		CHECK(dd_str_find(dd_buf_str(&out), '!') < out.n);
	}
}

TEST(json_members_depth_has_a_limit)
{
	enum { N = 3 * DD_JSON_MEMBERS_DEPTH_MAX };
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < N; i++)
		(void)dd_buf_add_char(&doc, '[');
	list(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '!');
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	for (size_t i = 0; i < DD_JSON_MEMBERS_DEPTH_MAX; i++)
		(void)dd_buf_add_char(&doc, '[');
	for (size_t i = 0; i < DD_JSON_MEMBERS_DEPTH_MAX; i++)
		(void)dd_buf_add_char(&doc, ']');
	list(dd_buf_str(&doc), &out);
	CHECK_INT(out.n, 2 * DD_JSON_MEMBERS_DEPTH_MAX - 2 + 2); /* "=", the inner brackets, ";" */
}
