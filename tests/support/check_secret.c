/* SPDX-License-Identifier: Apache-2.0 */
/* `check-secret`: reads lines "number-of-the-check hexadecimal" from standard input and answers each with "right",
 * "wrong" or "not" and the reason, a tab between. For comparing with a second implementation. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/lines.h"
#include "secret/checks.h"

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

int main(void)
{
	static const char *const verdicts[] = { "not", "right", "wrong" };
	DD_CLEANUP(dd_lines_done) struct dd_lines lines = { 0 };
	struct dd_str line;
	struct dd_err err;
	dd_lines_open(&lines, STDIN_FILENO, DD_MIB);
	while (dd_lines_next(&lines, &line, &err) == DD_OK && line.p && line.n > 2) {
		DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP_BUF struct dd_buf secret = DD_BUF_INIT(DD_MIB);
		for (size_t i = 2; i + 1 < line.n; i += 2)
			(void)dd_buf_add_char(&secret, (char)(digit(line.p[i]) << 4 | digit(line.p[i + 1])));
		struct dd_secret_checked c;
		if (dd_secret_check_run((enum dd_secret_check)(line.p[0] - '0'), dd_buf_str(&secret), DD_STR(""), &a,
					&c, &err) != DD_OK)
			return 1;
		(void)printf("%s\t%.*s\n", verdicts[c.verdict], DD_FMT(c.reason));
	}
	return 0;
}
