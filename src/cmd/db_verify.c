/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db verify`: reads every byte of the database. */
#include <stdio.h>

#include "base/limits.h"
#include "cmd/db_cmds.h"

static enum dd_code verify(const struct dd_invocation *in, struct dd_buf *out, struct dd_err *err)
{
	const struct dd_shared_options *o = in->options;
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_database_info info;
	DD_TRY(dd_db_cmd_open(o, in->argc > 0 ? in->argv[0] : NULL, &db, &path, err));
	if (dd_db_verify(db, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&path)));
	DD_TRY(dd_db_info(db, &a, &info, err));
	(void)dd_buf_add_escaped(out, dd_buf_str(&path));
	(void)dd_buf_addf(out, ": whole, %llu advisories, %.*s\n", (unsigned long long)info.advisories,
			  DD_FMT(info.digest));
	return dd_buf_check(out, "the output", err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_shared_options *o = in->options;
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MIB);
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_code code = verify(in, &out, &err);
	if (code == DD_OK && !o->quiet)
		code = dd_output_write(&(struct dd_output){ .format = "table" }, dd_buf_str(&out), &err);
	if (code == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_db_verify = {
	.name = "verify",
	.summary = "read every byte of the database and check it",
	.operands = "[FILE]",
	.examples = (const struct dd_example[]){ { "drydock db verify", "check the database that scans use" },
						 { "drydock db verify my.db", "check another one" },
						 { NULL } },
	.description =
		"Checks the digest of the whole content, and that everything in it points to where it should. Any "
		"changed, missing or added byte is found; the exit code is then 4.",
	.shared = DD_SHARE_OUTPUT | DD_SHARE_DB | DD_SHARE_CACHE,
	.options_size = sizeof(struct dd_shared_options),
	.max_args = 1,
	.run = run,
};
