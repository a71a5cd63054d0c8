/* SPDX-License-Identifier: Apache-2.0 */
/* The unit-test harness: TEST(name) { … } puts a record in a linker section, the runner (test_main.c) walks it and
 * prints TAP. Table tests: an array of rows, one loop, CHECK_ROW names the row that failed. */
#ifndef DD_TEST_H
#define DD_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct dd_test {
	const char *file, *name;
	void (*run)(void);
};

#define TEST(test_name)                                                                                                \
	static void test_##test_name(void);                                                                            \
	__attribute__((used, section("dd_tests"), aligned(8))) static const struct dd_test record_##test_name = {      \
		__FILE__, #test_name, test_##test_name                                                                 \
	};                                                                                                             \
	static void test_##test_name(void)

/* Each records a failure and goes on; the test as a whole then fails. `row` may be NULL. */
void dd_check(bool ok, const char *what, const char *row, const char *file, int line);
void dd_check_str(struct dd_str got, struct dd_str want, const char *row, const char *file, int line);
void dd_check_int(int64_t got, int64_t want, const char *row, const char *file, int line);
/* The rest of the test cannot run: it is counted as skipped, with the reason. Returns; the test should return too. */
void dd_test_skip(const char *why);

#define CHECK(cond)			dd_check((cond), #cond, NULL, __FILE__, __LINE__)
#define CHECK_ROW(cond, row)		dd_check((cond), #cond, (row), __FILE__, __LINE__)
#define CHECK_STR(got, want_c)		dd_check_str((got), dd_str_from(want_c), NULL, __FILE__, __LINE__)
#define CHECK_STR_ROW(got, want_c, row) dd_check_str((got), dd_str_from(want_c), (row), __FILE__, __LINE__)
#define CHECK_INT(got, want)		dd_check_int((int64_t)(got), (int64_t)(want), NULL, __FILE__, __LINE__)
#define CHECK_INT_ROW(got, want, row)	dd_check_int((int64_t)(got), (int64_t)(want), (row), __FILE__, __LINE__)

/* The repository's root ("testdata" paths hang below it) and the shared data directory, NULL where there is none. */
const char *dd_test_root(void);
const char *dd_test_shared(void);

#endif
