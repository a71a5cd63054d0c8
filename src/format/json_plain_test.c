/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_plain.h"

#include <stdlib.h>

#include "format/json.h"
#include "support/test.h"

static json_t *plain(struct dd_str doc)
{
	return dd_json_plain(doc, 1000);
}

static json_t *jansson(struct dd_str doc)
{
	json_error_t e;
	return json_loadb(doc.p, doc.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
}

static void check_same(json_t *a, json_t *b, const char *row)
{
	CHECK_ROW(a && b && json_equal(a, b), row);
	char *x = json_dumps(a, JSON_ENCODE_ANY), *y = json_dumps(b, JSON_ENCODE_ANY); /* the order of the members */
	CHECK_ROW(x && y && strcmp(x, y) == 0, row);
	free(x);
	free(y);
}

/* Read here, and with jansson's result. */
TEST(json_plain_is_what_jansson_reads)
{
	static const struct dd_str rows[] = {
		DD_STR("{}"),
		DD_STR(" [ ] "),
		DD_STR("\"\""),
		DD_STR("true"),
		DD_STR("\t[true,false , null]\r\n"),
		DD_STR("[0,-0,-1,999999999999999999,-999999999999999999]"),
		DD_STR("[0.5,-0.25e2,1E+3,1e-7,0e0,123456789.123456789,1e-400]"),
		DD_STR("{\"b\":1,\"a\":{\"x\":[{}]},\"b\":\"again\",\"\":2}"),
		DD_STR("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00z\""),
		DD_STR("{\"\\n\":\"\\t\",\"\\u0041b\":\"\\u0042\",\"c\":\"d\"}"),
		DD_STR("\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \x7f\""),
		DD_STR("[\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\"]"),
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		json_t *a DD_CLEANUP_JSON = plain(rows[i]);
		json_t *b DD_CLEANUP_JSON = jansson(rows[i]);
		check_same(a, b, rows[i].p);
		for (size_t n = 0; n < rows[i].n; n++) {
			struct dd_str cut = dd_str_take(rows[i], n);
			json_t *some DD_CLEANUP_JSON = plain(cut);
			json_t *other DD_CLEANUP_JSON = some ? jansson(cut) : NULL;
			if (some)
				check_same(some, other, rows[i].p);
		}
	}
}

/* Left to jansson, whatever that makes of it. */
TEST(json_plain_leaves_the_rest)
{
	static const struct dd_str rows[] = {
		DD_STR(""),
		DD_STR(" "),
		DD_STR("{"),
		DD_STR("[1,]"),
		DD_STR("[1 2]"),
		DD_STR("{\"a\"}"),
		DD_STR("{\"a\":}"),
		DD_STR("{\"a\":1,}"),
		DD_STR("{a:1}"),
		DD_STR("{} x"),
		DD_STR("{}\0"),
		DD_STR("01"),
		DD_STR("-"),
		DD_STR("+1"),
		DD_STR(".5"),
		DD_STR("1."),
		DD_STR("1.e5"),
		DD_STR("1e"),
		DD_STR("1e+"),
		DD_STR("1e999"),
		DD_STR("1000000000000000000"),
		DD_STR("0.00000000000000000000000000000000000000000"),
		DD_STR("nul"),
		DD_STR("truex"),
		DD_STR("NaN"),
		DD_STR("\"a\nb\""),
		DD_STR("\"a\0b\""),
		DD_STR("\"\\x\""),
		DD_STR("\"\\\0\""),
		DD_STR("\"\\u00\""),
		DD_STR("\"\\u00g0\""),
		DD_STR("\"\\u0000\""),
		DD_STR("\"\\ud800\""),
		DD_STR("\"\\ud800\\u0041\""),
		DD_STR("\"\\udc00\""),
		DD_STR("\"\xff\""),
		DD_STR("\"\xc0\x80\""),
		DD_STR("\"\xed\xa0\x80\""),
		DD_STR("\"\\n\xc3\""),
		DD_STR("{\"\\n0123456789012345678901234567890123456789012345678901234567890123\":1}"),
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		json_t *a DD_CLEANUP_JSON = plain(rows[i]);
		CHECK_ROW(!a, rows[i].p);
	}
}

static json_t *nested(size_t depth)
{
	char doc[2 * DD_JSON_PLAIN_DEPTH_MAX + 4];
	memset(doc, '[', depth);
	memset(doc + depth, ']', depth);
	return plain((struct dd_str){ doc, 2 * depth });
}

TEST(json_plain_limits)
{
	json_t *deep DD_CLEANUP_JSON = nested(DD_JSON_PLAIN_DEPTH_MAX);
	json_t *deeper DD_CLEANUP_JSON = nested(DD_JSON_PLAIN_DEPTH_MAX + 1);
	CHECK(deep && !deeper);
	/* counted like everywhere: commas and opening brackets, and one */
	json_t *many DD_CLEANUP_JSON = dd_json_plain(DD_STR("[1,[],{\"a\":1}]"), 6);
	json_t *more DD_CLEANUP_JSON = dd_json_plain(DD_STR("[1,[],{\"a\":1}]"), 5);
	CHECK(many && !more);
}
