/* SPDX-License-Identifier: Apache-2.0 */
#include "support/path_rows.h"

#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

void dd_check_path_rows(const struct dd_analyzer *const *list, size_t n, const struct dd_path_row *rows, size_t n_rows)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4 * DD_MIB);
	for (size_t i = 0; i < n_rows; i++) {
		struct dd_str path = dd_str_from(rows[i].path);
		dd_buf_clear(&out);
		(void)dd_analyze_path_text(list, n, path, rows[i].data, 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
		for (size_t cut = 0; cut < rows[i].data.n; cut++) {
			char *copy = malloc(cut ? cut : 1); /* exact size: the sanitizer sees one byte too many */
			dd_buf_clear(&out);
			memcpy(copy, rows[i].data.p, cut);
			(void)dd_analyze_path_text(list, n, path, (struct dd_str){ copy, cut }, 0, &out);
			free(copy);
		}
	}
}

void dd_check_out_of_memory(const struct dd_analyzer *a, const char *path, struct dd_str data)
{
	enum { TRIES_MAX = 5000 };
	uint64_t nth = 1;
	for (; nth < TRIES_MAX; nth++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(64 * DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
		const struct dd_input in = { dd_str_from(path), data };
		struct dd_err err = { 0 };
		dd_alloc_fail_from(nth);
		enum dd_code code = a->parse(&in, &found, &err);
		bool reached = dd_alloc_count() >= nth;
		dd_alloc_fail_from(0);
		if (!reached)
			break;
		CHECK_ROW(code != DD_OK || found.failed || found.problems.n, a->id);
	}
	CHECK_ROW(nth > 1 && nth < TRIES_MAX, a->id);
}

static int64_t parse_ns(const struct dd_analyzer *a, const char *path, struct dd_str data, size_t *ret_packages)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
	const struct dd_input in = { dd_str_from(path), data };
	struct dd_err err;
	struct timespec t0, t1;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
	(void)a->parse(&in, &found, &err);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
	*ret_packages = found.packages.n;
	return (t1.tv_sec - t0.tv_sec) * 1000000000LL + (t1.tv_nsec - t0.tv_nsec);
}

static void repeat(struct dd_buf *to, struct dd_str head, struct dd_str one, struct dd_str tail, size_t n)
{
	dd_buf_clear(to);
	(void)dd_buf_add_str(to, head);
	for (size_t i = 0; i < n; i++)
		(void)dd_buf_add_str(to, one);
	(void)dd_buf_add_str(to, tail);
	CHECK(!to->failed);
}

size_t dd_check_linear(const struct dd_analyzer *a, const char *path, struct dd_str head, struct dd_str one,
		       struct dd_str tail, size_t n)
{
	enum { ENOUGH_NS = 5000000 }; /* below this the clock measures noise */
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(256 * DD_MIB);
	size_t packages;
	repeat(&text, head, one, tail, n);
	int64_t small = parse_ns(a, path, dd_buf_str(&text), &packages);
	repeat(&text, head, one, tail, 4 * n);
	int64_t large = parse_ns(a, path, dd_buf_str(&text), &packages);
	CHECK_ROW(large < 10 * (small > ENOUGH_NS ? small : ENOUGH_NS), a->id);
	return packages;
}
