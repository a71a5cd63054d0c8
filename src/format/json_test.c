/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "support/test.h"

static const char document[] =
	"{\"s\": \"text\", \"nul\": \"a\\u0000b\", \"n\": -7, \"big\": 1e3, \"t\": true, \"f\": false,"
	" \"z\": null, \"a\": [1, \"x\", {}], \"o\": {\"k\": \"v\"}, \"s2\": \"caf\\u00e9\"}";

TEST(json_getters_give_the_empty_value_for_other_types)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_err err = { 0 };
	CHECK(dd_json_parse(dd_str_from(document), &j, &err) == DD_OK);
	CHECK_STR(dd_json_str(j, "s"), "text");
	CHECK_STR(dd_json_str(j, "s2"), "caf\xc3\xa9");
	CHECK_INT(dd_json_str(j, "nul").n, 3);
	CHECK_INT(dd_json_str(j, "n").n, 0);
	CHECK_INT(dd_json_str(j, "absent").n, 0);
	CHECK_INT(dd_json_str(NULL, "s").n, 0);
	CHECK_INT(dd_json_str(dd_json_get(j, "a"), "s").n, 0);
	int64_t n = 5;
	CHECK(dd_json_int(j, "n", &n));
	CHECK_INT(n, -7);
	CHECK(!dd_json_int(j, "big", &n) && !dd_json_int(j, "s", &n) && !dd_json_int(NULL, "n", &n));
	CHECK(dd_json_bool(j, "t") && !dd_json_bool(j, "f") && !dd_json_bool(j, "s") && !dd_json_bool(j, "z"));
	CHECK(dd_json_arr(j, "a") && !dd_json_arr(j, "o") && dd_json_obj(j, "o") && !dd_json_obj(j, "a"));
	CHECK(dd_json_get(j, "z") && !dd_json_get(j, "absent"));
	CHECK_INT(dd_json_len(dd_json_arr(j, "a")), 3);
	CHECK_INT(dd_json_len(j), 0);
	CHECK_STR(dd_json_text(dd_json_at(dd_json_arr(j, "a"), 1)), "x");
	CHECK(!dd_json_at(dd_json_arr(j, "a"), 3) && !dd_json_at(NULL, 0));
	size_t members = 0;
	for (void *it = dd_json_first(j); it; it = dd_json_next(j, it))
		members++;
	CHECK_INT(members, 10);
	CHECK_STR(dd_json_name(dd_json_first(j)), "s");
	CHECK(!dd_json_first(dd_json_arr(j, "a")) && !dd_json_first(NULL));
}

TEST(json_accepts_and_refuses)
{
	static const struct {
		const char *in;
		enum dd_code want;
		uint64_t at; /* DD_NO_OFFSET: not checked */
	} rows[] = {
		{ "", DD_EPARSE, 0 },
		{ "{}", DD_OK, 0 },
		{ "7", DD_OK, 0 },
		{ "\xef\xbb\xbf{}", DD_OK, 0 },
		{ "{\"a\":1,\"a\":2}", DD_OK, 0 },
		{ "{\"a\":}", DD_EPARSE, 6 },
		{ "\xef\xbb\xbf{\"a\":}", DD_EPARSE, 9 },
		{ "{} x", DD_EPARSE, 4 },
		{ "{\"a\":\"\xff\"}", DD_EPARSE, DD_NO_OFFSET },
		{ "{\"a\\u0000b\":1}", DD_EPARSE, DD_NO_OFFSET },
		{ "[1e999]", DD_EPARSE, DD_NO_OFFSET },
		{ "[99999999999999999999999]", DD_EPARSE, DD_NO_OFFSET },
		{ "{'a':1}", DD_EPARSE, DD_NO_OFFSET },
		{ "[1,]", DD_EPARSE, DD_NO_OFFSET },
		{ "\"\\ud800\"", DD_EPARSE, DD_NO_OFFSET },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		json_t *j DD_CLEANUP_JSON = NULL;
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_json_parse(dd_str_from(rows[i].in), &j, &err), rows[i].want, rows[i].in);
		if (rows[i].want != DD_OK && rows[i].at != DD_NO_OFFSET)
			CHECK_INT_ROW(err.at, rows[i].at, rows[i].in);
		if (rows[i].want == DD_OK)
			CHECK_ROW(j != NULL, rows[i].in);
	}
	json_t *last DD_CLEANUP_JSON = NULL;
	int64_t n = 0;
	CHECK(dd_json_parse(DD_STR("{\"a\":1,\"a\":2}"), &last, NULL) == DD_OK);
	CHECK(dd_json_int(last, "a", &n) && n == 2);
}

TEST(json_cut_anywhere_is_an_error)
{
	for (size_t n = 0; n + 1 < sizeof document; n++) {
		json_t *j DD_CLEANUP_JSON = NULL;
		struct dd_err err = { 0 };
		CHECK(dd_json_parse((struct dd_str){ document, n }, &j, &err) == DD_EPARSE);
		CHECK(err.at <= n && !j);
	}
}

TEST(json_bombs_are_stopped_before_they_are_parsed)
{
	size_t n = 4 * (size_t)DD_JSON_VALUES_MAX;
	char *p = dd_alloc(n);
	struct dd_err err = { 0 };
	json_t *j = NULL;
	CHECK(p != NULL);
	if (!p)
		return;
	for (size_t i = 0; i < n; i++)
		p[i] = "{},"[i % 3];
	p[0] = '[';
	CHECK(dd_json_parse((struct dd_str){ p, n }, &j, &err) == DD_ELIMIT);
	memset(p, '[', n);
	CHECK(dd_json_parse((struct dd_str){ p, 100000 }, &j, &err) == DD_EPARSE); /* jansson's depth limit */
	/* commas inside of a string are no values, whatever is escaped there */
	memset(p, ',', n);
	memcpy(p, "\"\\\\\\\"", 5);
	p[n - 1] = '"';
	CHECK(dd_json_parse((struct dd_str){ p, n }, &j, &err) == DD_OK);
	dd_json_freep(&j);
	CHECK(dd_json_parse((struct dd_str){ p, (size_t)DD_JSON_BYTES_MAX + 1 }, &j, &err) == DD_ELIMIT);
	dd_free(p);
}
