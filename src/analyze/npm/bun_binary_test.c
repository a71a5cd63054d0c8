/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/bun-N.lockb are of bun 0.5, 1.1 and 1.4; beside each what the same bun prints of it (as a yarn.lock). */
#include <stdio.h>
#include <stdlib.h>

#include "analyze/npm/npm_fixture.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_bun_binary, dd_analyzer_yarn;

static const char *const versions[] = { "bun-0", "bun-11", "bun-14" };

static bool open_file(struct dd_map_file *f, const char *name, const char *ending)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/src/analyze/npm/testdata/%s.%s", dd_test_root(), name, ending);
	return dd_map_file_open(f, path, DD_MIB, NULL) == DD_OK;
}

TEST(bun_binary_files_of_bun)
{
	for (size_t i = 0; i < DD_COUNT(versions); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		char name[64];
		(void)snprintf(name, sizeof name, "%s.lockb", versions[i]);
		CHECK_ROW(dd_npm_list_file(&dd_analyzer_bun_binary, "app/bun.lockb", name, &out), name);
		CHECK_STR_ROW(dd_buf_str(&out), dd_npm_project, name);
	}
}

static int compare(const void *x, const void *y)
{
	return dd_str_cmp(*(const struct dd_str *)x, *(const struct dd_str *)y);
}

/* "name version digest", sorted, each once. */
static void list(const struct dd_analyzer *a, const char *path, struct dd_str data, struct dd_buf *out)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
	DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
	struct dd_input in = { .path = dd_str_from(path), .data = data };
	CHECK_INT(a->parse(&in, &found, NULL), DD_OK);
	CHECK_INT(found.problems.n, 0);
	struct dd_str *lines = dd_arena_array(&arena, found.packages.n + 1, sizeof *lines);
	for (size_t i = 0; lines && i < found.packages.n; i++) {
		const struct dd_package *p = &found.packages.p[i];
		lines[i] = dd_arena_printf(&arena, "%.*s %.*s %.*s\n", DD_FMT(p->name), DD_FMT(p->version),
					   DD_FMT(p->digest));
	}
	if (lines && found.packages.n)
		qsort(lines, found.packages.n, sizeof *lines, compare);
	for (size_t i = 0; lines && i < found.packages.n; i++)
		if (i == 0 || !dd_str_eq(lines[i - 1], lines[i]))
			(void)dd_buf_add_str(out, lines[i]);
}

TEST(bun_binary_as_bun_prints_it)
{
	for (size_t i = 0; i < DD_COUNT(versions); i++) {
		DD_CLEANUP(dd_map_file_done) struct dd_map_file binary = { 0 }, text = { 0 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), want DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(open_file(&binary, versions[i], "lockb") && open_file(&text, versions[i], "yarn"),
			  versions[i]);
		list(&dd_analyzer_bun_binary, "app/bun.lockb", binary.bytes, &got);
		list(&dd_analyzer_yarn, "app/yarn.lock", text.bytes, &want);
		CHECK_ROW(want.n > 500, versions[i]);
		CHECK_STR_ROW(dd_buf_str(&got), dd_buf_c(&want), versions[i]);
	}
}

TEST(bun_binary_edges)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(open_file(&f, "bun-11", "lockb"));
	CHECK(dd_analyze_text(&dd_analyzer_bun_binary, DD_STR("bun.lockb"), f.bytes, 0, &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("\turl=https://registry.npmjs.org/react/-/react-17.0.2.tgz")) <
	      out.n);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("\tdepends=object-assign@4.1.1\\nloose-envify@1.4.0\n")) < out.n);
	dd_buf_clear(&out);
	CHECK(dd_analyze_text(&dd_analyzer_bun_binary, DD_STR("node_modules/a/bun.lockb"), f.bytes, 0, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
}

/* Every cut, and every byte turned over: an error or problems, and never more packages than there are. */
TEST(bun_binary_damage)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(open_file(&f, "bun-14", "lockb"));
	CHECK(dd_buf_add_str(&copy, f.bytes) == DD_OK);
	uint64_t total = dd_le64(f.bytes.p + 42 + 4 + 32);
	for (size_t n = 0; n < total && n < f.bytes.n; n++) {
		dd_buf_clear(&out);
		CHECK(dd_analyze_text(&dd_analyzer_bun_binary, DD_STR("bun.lockb"), dd_str_take(f.bytes, n), 0, &out) ==
		      DD_EPARSE);
	}
	for (size_t i = 0; i < copy.n; i++) {
		copy.p[i] ^= (char)0xff;
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_bun_binary, DD_STR("bun.lockb"), dd_buf_str(&copy), 0, &out);
		copy.p[i] ^= (char)0xff;
	}
}

TEST(bun_binary_unknown)
{
	enum { VERSION = 42, FIELDS = 42 + 4 + 32 + 8 + 16 };
	static const struct {
		size_t at;
		char value;
		enum dd_code want;
	} rows[] = {
		{ 0, 'x', DD_EPARSE },
		{ VERSION, 1, DD_EUNSUPPORTED },
		{ VERSION, 4, DD_EUNSUPPORTED },
		{ FIELDS, 9, DD_EUNSUPPORTED },
		{ FIELDS - 16, 127, DD_EPARSE },
		{ FIELDS - 9, 127, DD_EPARSE },
		{ FIELDS + 8 + 7, 127, DD_EPARSE },
		{ FIELDS + 16, 0, DD_EPARSE },
	};
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(open_file(&f, "bun-14", "lockb"));
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&copy);
		dd_buf_clear(&out);
		CHECK(dd_buf_add_str(&copy, f.bytes) == DD_OK);
		copy.p[rows[i].at] = rows[i].value;
		CHECK_INT(dd_analyze_text(&dd_analyzer_bun_binary, DD_STR("bun.lockb"), dd_buf_str(&copy), 0, &out),
			  rows[i].want);
	}
}
