/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/pathlist.h"
#include "base/pool.h"
#include "base/text.h"
#include "base/vec.h"
#include "support/test.h"

TEST(str_u64)
{
	static const struct {
		const char *in;
		bool ok;
		uint64_t want;
	} rows[] = {
		{ "0", true, 0 },
		{ "00012", true, 12 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "", false, 0 },
		{ "18446744073709551616", false, 0 },
		{ "-1", false, 0 },
		{ "1 ", false, 0 },
		{ "0x1", false, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		uint64_t got = 0;
		CHECK_ROW(dd_str_u64(dd_str_from(rows[i].in), UINT64_MAX, &got) == rows[i].ok, rows[i].in);
		CHECK_ROW(got == rows[i].want, rows[i].in);
	}
	uint64_t v;
	CHECK(!dd_str_u64(DD_STR("11"), 10, &v));
}

TEST(str_is_word)
{
	CHECK(dd_str_is_word(DD_STR("1:2.36-9+deb12u4~")) && dd_str_is_word(DD_STR("!")));
	CHECK(!dd_str_is_word(DD_STR("")) && !dd_str_is_word(DD_STR("a b")) && !dd_str_is_word(DD_STR("a\0")));
	CHECK(!dd_str_is_word(DD_STR("\xc3\xa4")) && !dd_str_is_word(DD_STR("\x7f")));
}

TEST(str_quote_escapes_what_repaints_a_terminal)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "plain", "'plain'" },
		{ "it's", "'it\\x27s'" },
		{ "a\x1b[31mb", "'a\\x1b[31mb'" },
		{ "tab\there\n", "'tab\\there\\n'" },
		{ "caf\xc3\xa9", "'caf\xc3\xa9'" },
		{ "bad\xff\xc3", "'bad\\xff\\xc3'" },
		{ "rtl\xe2\x80\xae", "'rtl\\xe2\\x80\\xae'" },
		{ "back\\slash", "'back\\\\slash'" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(dd_str_from(DD_QUOTE(dd_str_from(rows[i].in))), rows[i].want, rows[i].want);
	char longest[400];
	memset(longest, '\x01', sizeof longest);
	struct dd_quoted q = dd_quote((struct dd_str){ longest, sizeof longest });
	CHECK(strlen(q.text) < sizeof q.text);
	CHECK(dd_str_ends(dd_str_from(q.text), DD_STR("...'")));
}

TEST(str_lines_and_parts)
{
	struct dd_str rest = DD_STR("a\r\n\nb"), line;
	CHECK(dd_str_line(&rest, &line));
	CHECK_STR(line, "a");
	CHECK(dd_str_line(&rest, &line));
	CHECK_STR(line, "");
	CHECK(dd_str_line(&rest, &line));
	CHECK_STR(line, "b");
	CHECK(!dd_str_line(&rest, &line));
	rest = DD_STR("x,,y");
	size_t n = 0;
	for (struct dd_str part; dd_str_next(&rest, ',', &part);)
		n++;
	CHECK_INT(n, 3);
}

TEST(time_text_and_back)
{
	static const struct {
		const char *in;
		int64_t want;
		const char *out;
	} rows[] = {
		{ "1970-01-01", 0, "1970-01-01T00:00:00Z" },
		{ "2024-02-29T23:59:59Z", 1709251199, "2024-02-29T23:59:59Z" },
		{ "2026-07-01T02:00:00+02:00", 1782864000, "2026-07-01T00:00:00Z" },
		{ "1969-12-31T23:59:59.5Z", -1, "1969-12-31T23:59:59Z" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		int64_t t = 1;
		char out[32];
		CHECK_ROW(dd_time_parse(dd_str_from(rows[i].in), &t), rows[i].in);
		CHECK_INT_ROW(t, rows[i].want, rows[i].in);
		CHECK_STR_ROW(dd_str_from(dd_time_text(t, out)), rows[i].out, rows[i].in);
	}
	int64_t t;
	CHECK(!dd_time_parse(DD_STR("2024-13-01"), &t));
	CHECK(!dd_time_parse(DD_STR("2024-1-01"), &t));
	CHECK(dd_time_parse(DD_STR("2024-02-29"), &t));
	CHECK(!dd_time_parse(DD_STR("2023-02-29"), &t));
	CHECK(!dd_time_parse(DD_STR("2024-04-31"), &t));
	CHECK(!dd_time_parse(DD_STR(""), &t));
}

TEST(human_bytes)
{
	char out[16];
	CHECK_STR(dd_str_from(dd_human_bytes(0, out)), "0 B");
	CHECK_STR(dd_str_from(dd_human_bytes(1023, out)), "1023 B");
	CHECK_STR(dd_str_from(dd_human_bytes(1024, out)), "1.0 KiB");
	CHECK_STR(dd_str_from(dd_human_bytes(1048575, out)), "1.0 MiB");
	CHECK_STR(dd_str_from(dd_human_bytes(UINT64_MAX, out)), "16.0 EiB");
}

TEST(buf_keeps_its_maximum)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(10);
	CHECK_INT(dd_buf_add_c(&b, "0123456789"), DD_OK);
	CHECK_INT(dd_buf_add_char(&b, 'x'), DD_ELIMIT);
	CHECK(b.failed);
	CHECK_STR(dd_buf_str(&b), "0123456789");
	dd_buf_clear(&b);
	CHECK_STR(dd_str_from(dd_buf_c(&b)), "");
	CHECK_INT(dd_buf_addf(&b, "%d-%s", 12, "abcdefg"), DD_OK);
	CHECK_STR(dd_str_from(dd_buf_c(&b)), "12-abcdefg");
}

TEST(arena_limit_and_copies)
{
	struct dd_arena a = DD_ARENA_INIT(1000);
	struct dd_str s = dd_arena_str(&a, DD_STR("hello"));
	CHECK_STR(s, "hello");
	CHECK(s.p[5] == '\0');
	CHECK(dd_arena_alloc(&a, 2000) == NULL);
	CHECK(dd_arena_array(&a, SIZE_MAX / 2, 4) == NULL);
	for (int i = 0; i < 100 && dd_arena_alloc(&a, 16); i++)
		;
	CHECK(dd_arena_alloc(&a, 16) == NULL);
	dd_arena_done(&a);
}

TEST(map_holds_many)
{
	struct dd_map m = { 0 };
	static char keys[5000][8];
	for (uint32_t i = 0; i < 5000; i++) {
		(void)snprintf(keys[i], sizeof keys[i], "k%u", i);
		CHECK(dd_map_set(&m, dd_str_from(keys[i]), i));
	}
	for (uint32_t i = 0; i < 5000; i++)
		CHECK_INT(dd_map_get(&m, dd_str_from(keys[i])), i);
	CHECK_INT(dd_map_get(&m, DD_STR("absent")), (uint32_t)DD_MAP_NONE);
	uint32_t now;
	CHECK(dd_map_add(&m, DD_STR("k7"), 99, &now));
	CHECK_INT(now, 7);
	dd_map_done(&m);
}

TEST(pathlist_round_trip_and_damage)
{
	static const char *const paths[] = { "usr/bin/a", "usr/bin/ab", "", "usr/lib/\xff", "z" };
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(1000);
	struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&b);
	for (size_t i = 0; i < DD_COUNT(paths); i++)
		CHECK_INT(dd_pathlist_add(&w, dd_str_from(paths[i])), DD_OK);
	dd_pathlist_writer_done(&w);
	for (size_t cut = 0; cut <= b.n; cut++) {
		struct dd_pathlist_reader r = DD_PATHLIST_READER(((struct dd_str){ b.p, cut }));
		struct dd_str path;
		bool more = true;
		size_t n = 0;
		enum dd_code code;
		while ((code = dd_pathlist_next(&r, &path, &more)) == DD_OK && more)
			CHECK_STR(path, paths[n++]);
		if (cut == b.n)
			CHECK_INT(n, DD_COUNT(paths));
		dd_pathlist_reader_done(&r);
	}
}

static void count_job(void *ctx, size_t i)
{
	((unsigned *)ctx)[i]++;
}

TEST(pool_runs_each_job_once)
{
	for (unsigned threads = 0; threads < 9; threads += 4) {
		unsigned done[100] = { 0 };
		dd_pool_run(100, threads, count_job, done);
		for (size_t i = 0; i < 100; i++)
			CHECK_INT(done[i], 1);
	}
}

TEST(vec_grows_to_its_maximum)
{
	DD_VEC(int) v = { 0 };
	for (int i = 0; i < 20; i++)
		CHECK(dd_vec_push(&v, i, 20));
	CHECK(!dd_vec_push(&v, 20, 20));
	CHECK_INT(v.p[19], 19);
	dd_vec_done(&v);
}
