/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

#include <unistd.h>

#include "base/io.h"
#include "support/test.h"

/* A pipe with these bytes in it, its writing end closed. */
static int pipe_with(const char *bytes, size_t n)
{
	int fd[2];
	struct dd_err err;
	CHECK(pipe(fd) == 0);
	CHECK(dd_write_full(fd[1], bytes, n, &err) == DD_OK);
	(void)close(fd[1]);
	return fd[0];
}

TEST(lines_of_a_pipe)
{
	static const struct {
		struct dd_str in;
		size_t n;
		const char *last;
	} rows[] = {
		{ DD_STR(""), 0, "" },
		{ DD_STR("\n"), 1, "" },
		{ DD_STR("a"), 1, "a" },
		{ DD_STR("a\n"), 1, "a" },
		{ DD_STR("a\r\nb\r\n"), 2, "b" },
		{ DD_STR("a\n\nb"), 3, "b" },
		{ DD_STR("12345678\n12345678"), 2, "12345678" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		int DD_CLEANUP(dd_closep) fd = pipe_with(rows[i].in.p, rows[i].in.n);
		struct dd_lines DD_CLEANUP(dd_lines_done) l;
		struct dd_str line, last = DD_STR("");
		struct dd_err err;
		char kept[16] = "";
		dd_lines_open(&l, fd, 8);
		while (dd_lines_next(&l, &line, &err) == DD_OK && line.p) {
			memcpy(kept, line.p, line.n);
			last = (struct dd_str){ kept, line.n };
		}
		CHECK_INT_ROW(l.number, rows[i].n, rows[i].in.p);
		CHECK_STR_ROW(last, rows[i].last, rows[i].in.p);
	}
}

TEST(lines_have_a_longest)
{
	static char big[60000];
	memset(big, 'x', sizeof big);
	memcpy(big, "ok\n", 3);
	for (size_t max = 8; max <= sizeof big; max += sizeof big - 8) {
		int DD_CLEANUP(dd_closep) fd = pipe_with(big, sizeof big);
		struct dd_lines DD_CLEANUP(dd_lines_done) l;
		struct dd_str line;
		struct dd_err err = { .code = DD_OK };
		dd_lines_open(&l, fd, max);
		CHECK(dd_lines_next(&l, &line, &err) == DD_OK);
		CHECK_STR(line, "ok");
		enum dd_code code = dd_lines_next(&l, &line, &err);
		CHECK_INT(code, max == 8 ? DD_ELIMIT : DD_OK);
		if (max == 8)
			CHECK_STR(dd_str_from(err.message), "line 2 is longer than 8 bytes");
		else
			CHECK_INT(line.n, sizeof big - 3);
	}
}
