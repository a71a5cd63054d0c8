/* SPDX-License-Identifier: Apache-2.0 */
/* From argv to a command's run function, and from there to the exit code. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/config_file.h"
#include "cmd/help.h"
#include "cmd/output.h"

/* A policy of DD_POLICY_BYTES_MAX, read as a tree, once to find the options in it. */
enum { CONFIG_MEMORY_MAX = 256 << 20 };

/* What a program may count on before it opens anything: 0, 1 and 2 are taken, so that no file that is opened later can
 * become standard output. What was closed fails when it is used: opened the wrong way round. */
static void keep_standard_files(void)
{
	static const int mode[] = { O_WRONLY, O_RDONLY, O_WRONLY };
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", mode[fd]) != fd)
			_exit(DD_EXIT_CANNOT_RUN);
}

static bool reader_is_gone(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };
	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

enum { STDOUT_BYTES = 64 << 10 };

/* What a command printed may still be in stdio's buffer: a full disk is only seen here. */
static int finish(enum dd_exit code)
{
	/* ferror first: it remembers failures whose errno is long gone. */
	bool failed_before = ferror(stdout) != 0;
	bool failed = fflush(stdout) != 0 || failed_before;
	int why = errno;
	if ((failed || code == DD_EXIT_CANNOT_RUN) && reader_is_gone()) {
		/* As every program that writes into a pipe: quietly, and the shell sees why. */
		(void)signal(SIGPIPE, SIG_DFL);
		(void)raise(SIGPIPE);
	}
	if (!failed)
		return (int)code;
	if (failed_before)
		dd_cmd_warn("cannot write to standard output");
	else
		dd_cmd_warn("cannot write to standard output: %s", strerrordesc_np(why));
	return DD_EXIT_CANNOT_RUN;
}

static enum dd_exit usage_error(const struct dd_cmd_path *path, const struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(256);
	dd_cmd_error(err);
	if (err->code != DD_EARG)
		return dd_cmd_exit(err);
	dd_cmd_path_name(path, ' ', &name);
	(void)fprintf(stderr, "drydock: 'drydock help%s%.*s' shows how it is used\n", name.n ? " " : "",
		      DD_FMT(dd_buf_str(&name)));
	return DD_EXIT_USAGE;
}

static enum dd_code check_operands(const struct dd_cmd *cmd, int n, char **args, struct dd_err *err)
{
	if ((unsigned)n < cmd->min_args)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "'%s' needs %s", cmd->name,
			       cmd->operands ? cmd->operands : "more operands");
	if ((unsigned)n > cmd->max_args)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "'%s' does not take %s", cmd->name,
			       DD_QUOTE(dd_str_from(args[cmd->max_args])));
	return DD_OK;
}

/* Which configuration file: the command line and the environment are read into a copy of the options that is thrown
 * away, as what they say comes last. What is wrong with them is told when they count. *ret: NULL: none. */
static enum dd_code choose_config(const struct dd_cmd *cmd, int argc, char **argv, struct dd_arena *a, const char **ret,
				  struct dd_err *err)
{
	const struct dd_opt *tables[DD_CMD_TABLES_MAX];
	DD_CLEANUP(dd_freep) struct dd_shared_options *o = dd_alloc_zero(1, cmd->options_size);
	DD_CLEANUP(dd_freep) char **words = dd_realloc_array(NULL, (size_t)argc + 1, sizeof *words);
	int n_args = 0;
	if (!o || !words)
		return dd_fail_nomem(err);
	memcpy(words, argv, ((size_t)argc + 1) * sizeof *words);
	dd_cmd_tables(cmd, tables);
	*ret = NULL;
	bool understood = dd_opt_environment(tables, getenv, o, err) == DD_OK &&
			  dd_opt_parse(tables, argc, words, o, &n_args, err) == DD_OK;
	if (understood && !o->no_config)
		*ret = o->config ? o->config : dd_config_nearest(n_args, words + 1, o->quiet, a);
	if (cmd->release)
		cmd->release(o);
	return DD_OK;
}

/* Configuration file, environment, then command line, into the zeroed and defaulted struct at `options`, with texts in
 * a; *ret_help: --help was there. */
static enum dd_code read_options(const struct dd_cmd_path *path, int argc, char **argv, void *options,
				 struct dd_arena *a, int *ret_n_args, bool *ret_help, struct dd_err *err)
{
	const struct dd_cmd *cmd = dd_cmd_last(path);
	const struct dd_opt *tables[DD_CMD_TABLES_MAX];
	/* --help lies behind the command's own struct. */
	const struct dd_opt help_rows[] = {
		{ DD_OPT_FLAG, "help", 'h', NULL, "show this help", .offset = cmd->options_size },
		{ DD_OPT_END },
	};
	struct dd_err env_err, file_err;
	const char *config = NULL;
	int n_args = 0;
	size_t n = 0;
	if (cmd->shared)
		DD_TRY(choose_config(cmd, argc, argv, a, &config, err));
	enum dd_code file = config ? dd_config_apply(path, config, options, a, &file_err) : DD_OK;
	dd_cmd_tables(cmd, tables);
	enum dd_code env = dd_opt_environment(tables, getenv, options, &env_err);
	while (tables[n])
		n++;
	tables[n] = help_rows;
	tables[n + 1] = NULL;
	DD_TRY(dd_opt_parse(tables, argc, argv, options, &n_args, err));
	bool help = *(bool *)((char *)options + cmd->options_size);
	if (!help && (file != DD_OK || env != DD_OK)) {
		*err = file != DD_OK ? file_err : env_err;
		return err->code;
	}
	if (cmd->shared)
		((struct dd_shared_options *)options)->config = config;
	if (!help)
		DD_TRY(check_operands(cmd, n_args, argv + 1, err));
	*ret_n_args = n_args;
	*ret_help = help;
	return DD_OK;
}

/* argv[0] is the last word of the path. */
static enum dd_exit run(const struct dd_cmd_path *path, int argc, char **argv)
{
	const struct dd_cmd *cmd = dd_cmd_last(path);
	struct dd_err err;
	bool help = false;
	int n_args = 0;
	enum dd_exit code;
	struct dd_arena texts DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(CONFIG_MEMORY_MAX);
	DD_CLEANUP(dd_freep) void *options = dd_alloc_zero(1, cmd->options_size + sizeof(bool));
	if (!options) {
		(void)dd_fail_nomem(&err);
		return usage_error(path, &err);
	}
	if (cmd->defaults)
		cmd->defaults(options);
	if (read_options(path, argc, argv, options, &texts, &n_args, &help, &err) != DD_OK) {
		code = usage_error(path, &err);
	} else if (help) {
		code = dd_help_print(path, stdout);
	} else if (!cmd->run) {
		(void)dd_help_print(path, stderr);
		code = DD_EXIT_USAGE;
	} else {
		struct dd_invocation in = { cmd, options, n_args, argv + 1 };
		code = cmd->run(&in);
	}
	if (cmd->release)
		cmd->release(options);
	return code;
}

/* `drydock -x …`: only a few options stand before a command. argv[0] is the option. */
static enum dd_exit first_option(int argc, char **argv)
{
	struct dd_cmd_path path = { { NULL }, 0 };
	struct dd_suggest near = DD_SUGGEST(dd_str_from(argv[0]));
	struct dd_err err;
	int used;
	if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0) {
		const struct dd_invocation in = { &dd_cmd_version, NULL, 0, NULL };
		return dd_cmd_version.run(&in);
	}
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
		if (dd_cmd_find(argc - 1, argv + 1, &path, &used, &err) != DD_OK)
			return usage_error(&path, &err);
		return dd_help_print(&path, stdout);
	}
	dd_suggest_offer(&near, "--version");
	dd_suggest_offer(&near, "--help");
	if (near.best)
		(void)dd_fail(&err, DD_EARG, DD_NO_OFFSET, "unknown option %s: did you mean '%s'?",
			      DD_QUOTE(dd_str_from(argv[0])), near.best);
	else
		(void)dd_fail(&err, DD_EARG, DD_NO_OFFSET, "the command comes before its options, not %s",
			      DD_QUOTE(dd_str_from(argv[0])));
	return usage_error(&path, &err);
}

static enum dd_exit dispatch(int argc, char **argv)
{
	struct dd_cmd_path path = { { NULL }, 0 };
	struct dd_err err;
	int used = 0;
	if (argc < 2) {
		(void)dd_help_print(&path, stderr);
		return DD_EXIT_USAGE;
	}
	if (argv[1][0] == '-')
		return first_option(argc - 1, argv + 1);
	if (dd_cmd_find(argc - 1, argv + 1, &path, &used, &err) != DD_OK)
		return usage_error(&path, &err);
	return run(&path, argc - used, argv + used);
}

int dd_cmd_main(int argc, char **argv)
{
	keep_standard_files();
	/* A pipe or socket whose reader is gone is an error like others, so that temporary files are cleaned up. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* All that help and completions print fits: a failure is met by finish(), which can say why. */
	(void)setvbuf(stdout, NULL, _IOFBF, STDOUT_BYTES);
	return finish(dispatch(argc, argv));
}
