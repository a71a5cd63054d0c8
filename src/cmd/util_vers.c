/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock util vers`: is a version in a VERS range? */
#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "cmd/util.h"
#include "version/vers.h"

#define LINE_MEMORY_BYTES (32 * DD_LINE_BYTES_MAX)

static enum dd_code contains(struct dd_str range, struct dd_str version, bool *ret, struct dd_err *err)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(LINE_MEMORY_BYTES);
	struct dd_version_range *r;
	DD_TRY(dd_vers_parse(range, &a, &r, err));
	if (!dd_version_range_contains(r, version, ret))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not a version of scheme '%s'", DD_QUOTE(version),
			       dd_scheme_name(r->scheme));
	return DD_OK;
}

/* The exit code of a range that is none is that of a bad command line, whatever the reader's own code is. */
static bool tell(struct dd_str range, struct dd_str version, uint64_t line)
{
	struct dd_err err;
	bool in;
	if (contains(range, version, &in, &err) == DD_OK) {
		(void)puts(in ? "true" : "false");
		return true;
	}
	if (line) {
		(void)dd_wrap(&err, "line %" PRIu64, line);
		(void)puts("?");
	}
	dd_cmd_error(&err);
	return false;
}

/* The version is the last word. */
static bool pair_line(struct dd_str line, uint64_t number, const void *arg)
{
	(void)arg;
	line = dd_str_trim(line);
	size_t at = line.n;
	while (at && !dd_is_blank(line.p[at - 1]))
		at--;
	return tell(dd_str_trim(dd_str_take(line, at)), dd_str_skip(line, at), number);
}

static bool version_line(struct dd_str line, uint64_t number, const void *arg)
{
	return tell(dd_str_from(arg), dd_str_trim(line), number);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	if (in->argc == 0)
		return dd_util_each_line(pair_line, NULL);
	if (in->argc == 1)
		return dd_util_each_line(version_line, in->argv[0]);
	return tell(dd_str_from(in->argv[0]), dd_str_from(in->argv[1]), 0) ? DD_EXIT_CLEAN : DD_EXIT_USAGE;
}

const struct dd_cmd dd_util_vers = {
	.name = "vers",
	.summary = "test whether a version is in a VERS range",
	.operands = "[RANGE [VERSION]]",
	.examples =
		(const struct dd_example[]){ { "drydock util vers 'vers:npm/>=1.0.0|<1.2.3' 1.2.0", "print 'true'" },
					     { "drydock util vers 'vers:pypi/<2.0|!=1.5' <versions",
					       "read versions from standard input, one a line" },
					     { "drydock util vers <pairs", "read lines of the form RANGE VERSION" },
					     { NULL } },
	.description =
		"Prints 'true' or 'false'. Without VERSION it reads versions, and without RANGE lines of both, from "
		"standard input, and prints one answer for every line.\n\n"
		"A VERS range names the order of its versions: 'vers:', one of the schemes of 'drydock util vercmp' "
		"or 'all' or 'none', a slash, and constraints with '|' between them; '*' is every version.\n\n"
		"A range or version that is none is told on standard error, and the exit code is 2; on standard "
		"output such a line is answered with '?'.",
	.min_args = 0,
	.max_args = 2,
	.run = run,
};
