/* SPDX-License-Identifier: Apache-2.0 */
/* Runner of the unit tests: `unit [FILTER…]`. TAP on standard output; a FILTER is a part of "file:name". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/test.h"

extern const struct dd_test __start_dd_tests[] __attribute__((visibility("hidden")));
extern const struct dd_test __stop_dd_tests[] __attribute__((visibility("hidden")));

static unsigned failures;
static const char *skipped;

enum { SHOWN_FAILURES_MAX = 20 };

void dd_check(bool ok, const char *what, const char *row, const char *file, int line)
{
	if (ok || failures++ >= SHOWN_FAILURES_MAX)
		return;
	printf("# %s:%d: does not hold: %s%s%s\n", file, line, what, row ? "  [row] " : "", row ? row : "");
}

void dd_check_str(struct dd_str got, struct dd_str want, const char *row, const char *file, int line)
{
	if (dd_str_eq(got, want) || failures++ >= SHOWN_FAILURES_MAX)
		return;
	printf("# %s:%d: %s%s\n#   got  %s\n#   want %s\n", file, line, row ? "[row] " : "", row ? row : "",
	       DD_QUOTE(got), DD_QUOTE(want));
}

void dd_check_int(int64_t got, int64_t want, const char *row, const char *file, int line)
{
	if (got == want || failures++ >= SHOWN_FAILURES_MAX)
		return;
	printf("# %s:%d: %s%s got %lld, want %lld\n", file, line, row ? "[row] " : "", row ? row : "", (long long)got,
	       (long long)want);
}

void dd_test_skip(const char *why)
{
	skipped = why;
}

const char *dd_test_root(void)
{
	const char *root = getenv("DRYDOCK_TEST_ROOT");
	return root ? root : ".";
}

const char *dd_test_shared(void)
{
	static char path[4096];
	const char *given = getenv("DRYDOCK_TEST_SHARED");
	(void)snprintf(path, sizeof path, "%s", given ? given : "");
	if (!given)
		(void)snprintf(path, sizeof path, "%s/../shared/data", dd_test_root());
	return access(path, R_OK) == 0 ? path : NULL;
}

static bool wanted(const struct dd_test *t, int argc, char **argv)
{
	char name[512];
	if (argc < 2)
		return true;
	(void)snprintf(name, sizeof name, "%s:%s", t->file, t->name);
	for (int i = 1; i < argc; i++)
		if (strstr(name, argv[i]))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct dd_test *x = *(const struct dd_test *const *)a, *y = *(const struct dd_test *const *)b;
	int c = strcmp(x->file, y->file);
	return c ? c : strcmp(x->name, y->name);
}

int main(int argc, char **argv)
{
	size_t n = (size_t)(__stop_dd_tests - __start_dd_tests), run = 0;
	const struct dd_test **order = calloc(n, sizeof(*order));
	unsigned bad = 0;
	if (!order)
		return 99;
	for (size_t i = 0; i < n; i++)
		if (wanted(&__start_dd_tests[i], argc, argv))
			order[run++] = &__start_dd_tests[i];
	qsort(order, run, sizeof(*order), by_place);
	printf("1..%zu\n", run);
	for (size_t i = 0; i < run; i++) {
		failures = 0;
		skipped = NULL;
		order[i]->run();
		printf("%s %zu - %s:%s%s%s\n", failures ? "not ok" : "ok", i + 1, order[i]->file, order[i]->name,
		       skipped ? " # SKIP " : "", skipped ? skipped : "");
		(void)fflush(stdout);
		bad += failures != 0;
	}
	free(order);
	return bad ? 1 : 0;
}
