/* SPDX-License-Identifier: Apache-2.0 */
/* Against what BuildKit's own code says: testdata/dockerignore.json, made by testdata/dockerignore.go. */
#include "image/dockerignore.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/json.h"
#include "support/test.h"

enum { PATTERNS_MAX = 16, PARTS_MAX = 16 };

/* As a walk does it: from the top down, each directory's matches for what is below. */
static bool kept_back(const struct dd_dockerignore *d, struct dd_str path)
{
	uint8_t matched[PARTS_MAX][PATTERNS_MAX];
	bool ret = false;
	size_t depth = 0;
	for (size_t n = 0; n <= path.n && depth < PARTS_MAX; n++) {
		if (n < path.n && path.p[n] != '/')
			continue;
		ret = dd_dockerignore_match(d, dd_str_take(path, n), depth ? matched[depth - 1] : NULL, matched[depth]);
		depth++;
	}
	return ret;
}

static void check_row(const json_t *row)
{
	struct dd_dockerignore d;
	struct dd_err err;
	struct dd_str text = dd_json_str(row, "ignore");
	char what[512];
	CHECK_INT(dd_dockerignore_parse(text, &d, &err), DD_OK);
	CHECK(d.n <= PATTERNS_MAX);
	(void)snprintf(what, sizeof what, "%s", DD_QUOTE(text));
	CHECK_ROW((d.faults.n > 0) == dd_json_bool(row, "fault"), what);
	const json_t *paths = dd_json_obj(row, "paths");
	for (void *it = dd_json_first(paths); it; it = dd_json_next(paths, it)) {
		struct dd_str path = dd_json_name(it);
		(void)snprintf(what, sizeof what, "%s %s", DD_QUOTE(text), DD_QUOTE(path));
		CHECK_INT_ROW(kept_back(&d, path), json_integer_value(dd_json_value(it)), what);
	}
	dd_dockerignore_done(&d);
}

TEST(dockerignore_says_what_buildkit_says)
{
	char path[4096];
	struct dd_map_file m;
	struct dd_err err;
	DD_CLEANUP_JSON json_t *doc = NULL;
	(void)snprintf(path, sizeof path, "%s/src/image/testdata/dockerignore.json", dd_test_root());
	CHECK_INT(dd_map_file_open(&m, path, DD_MIB * 4, &err), DD_OK);
	CHECK_INT(dd_json_parse(m.bytes, &doc, &err), DD_OK);
	CHECK(dd_json_len(doc) > 200);
	for (size_t i = 0; i < dd_json_len(doc); i++)
		check_row(dd_json_at(doc, i));
	dd_map_file_done(&m);
}

/* Bytes of every kind, cut at every place: nothing but an answer. */
TEST(dockerignore_takes_any_bytes)
{
	char bytes[600];
	struct dd_err err;
	uint32_t seed = 7;
	for (int round = 0; round < 300; round++) {
		static const char often[] = "*?[]!/\\^\n#.ab- ";
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = seed >> 28 ? often[(seed >> 8) % (sizeof often - 1)] : (char)(seed >> 16);
		}
		struct dd_dockerignore d;
		uint8_t matched[sizeof bytes];
		CHECK_INT(dd_dockerignore_parse((struct dd_str){ bytes, (size_t)round * 2 }, &d, &err), DD_OK);
		CHECK(d.n <= sizeof matched);
		(void)dd_dockerignore_match(&d, (struct dd_str){ bytes + 10, 300 }, NULL, matched);
		(void)dd_dockerignore_match(&d, DD_STR("a"), matched, matched);
		dd_dockerignore_done(&d);
	}
}

/* Many stars over a long path: linear work. */
TEST(dockerignore_is_not_slow)
{
	static char pattern[4000], path[4000];
	struct dd_dockerignore d;
	struct dd_err err;
	uint8_t matched[1];
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	memset(path, 'a', sizeof path);
	pattern[sizeof pattern - 1] = 'b';
	CHECK_INT(dd_dockerignore_parse((struct dd_str){ pattern, sizeof pattern }, &d, &err), DD_OK);
	CHECK_INT(d.n, 1);
	CHECK(!dd_dockerignore_match(&d, (struct dd_str){ path, sizeof path }, NULL, matched));
	dd_dockerignore_done(&d);
}

TEST(dockerignore_limits)
{
	struct dd_dockerignore d;
	struct dd_err err;
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_MIB);
	for (int i = 0; i < DD_DOCKERIGNORE_PATTERNS_MAX; i++)
		CHECK_INT(dd_buf_add_c(&text, "a\n"), DD_OK);
	CHECK_INT(dd_dockerignore_parse(dd_buf_str(&text), &d, &err), DD_OK);
	CHECK_INT(d.n, DD_DOCKERIGNORE_PATTERNS_MAX);
	dd_dockerignore_done(&d);
	CHECK_INT(dd_buf_add_c(&text, "b"), DD_OK);
	CHECK_INT(dd_dockerignore_parse(dd_buf_str(&text), &d, &err), DD_ELIMIT);
	dd_dockerignore_done(&d);
	text.n = 0;
	for (int i = 0; i < 65536; i++)
		CHECK_INT(dd_buf_add_char(&text, 'a'), DD_OK);
	CHECK_INT(dd_dockerignore_parse(dd_buf_str(&text), &d, &err), DD_OK);
	CHECK_INT(d.n, 0);
	CHECK_INT(d.faults.n, 1);
	dd_dockerignore_done(&d);
}
