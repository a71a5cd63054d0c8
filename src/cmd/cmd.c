/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, the options that several of them share, and messages. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/suggest.h"

const struct dd_cmd *const dd_commands[] = {
#define DD_CMD(name) &dd_cmd_##name,
#include "cmd/commands.def"
#undef DD_CMD
	NULL,
};

const struct dd_exit_text dd_exit_texts[] = {
	{ DD_EXIT_CLEAN, "done; nothing at or above the limit was found" },
	{ DD_EXIT_FINDINGS, "there are findings at or above the limit" },
	{ DD_EXIT_USAGE, "the command line makes no sense" },
	{ DD_EXIT_INCOMPLETE, "something could not be read; the report says what" },
	{ DD_EXIT_CANNOT_RUN, "there is no result; a message on standard error says why" },
};
const size_t dd_n_exit_texts = DD_COUNT(dd_exit_texts);

#define SHARED(field) offsetof(struct dd_shared_options, field)
static const struct dd_opt output_rows[] = {
	{ DD_OPT_FLAG, "quiet", 'q', NULL, "print no progress and no remarks on standard error", SHARED(quiet) },
	{ DD_OPT_FLAG, "verbose", 'v', NULL, "say more of what is done, on standard error", SHARED(verbose) },
	{ DD_OPT_END },
};
static const struct dd_opt format_rows[] = {
	{ DD_OPT_LIST, "format", 'f', "FORMAT[=FILE]",
	  "write the report in this format, to FILE or standard output; may be given more than once", SHARED(formats) },
	{ DD_OPT_END },
};
static const struct dd_opt jobs_rows[] = {
	{ DD_OPT_U64, "jobs", 'j', "N", "work on up to N things at a time; 0, the default: one a processor",
	  SHARED(jobs), DD_JOBS_MAX },
	{ DD_OPT_END },
};
static const struct dd_opt cache_rows[] = {
	{ DD_OPT_TEXT, "cache", 0, "DIR",
	  "keep what can be used again in DIR; default: $XDG_CACHE_HOME/drydock, else ~/.cache/drydock",
	  SHARED(cache) },
	{ DD_OPT_END },
};
static const struct dd_opt db_rows[] = {
	{ DD_OPT_TEXT, "db", 0, "FILE", "use this advisory database; default: the one that 'drydock db update' keeps",
	  SHARED(db) },
	{ DD_OPT_END },
};
static const struct dd_opt offline_rows[] = {
	{ DD_OPT_FLAG, "offline", 0, NULL, "never use the network", SHARED(offline) },
	{ DD_OPT_END },
};

static const struct dd_opt config_rows[] = {
	{ DD_OPT_TEXT, "config", 0, "FILE",
	  "options, policy and exceptions; default: the nearest .drydock.yaml from here upwards", SHARED(config) },
	{ DD_OPT_FLAG, "no-config", 0, NULL, "read no configuration file", SHARED(no_config) },
	{ DD_OPT_END },
};

static const struct dd_opt registry_rows[] = {
	{ DD_OPT_LIST, "mirror", 0, "[REGISTRY=]MIRROR",
	  "ask MIRROR before REGISTRY (default: Docker Hub); may be given more than once", SHARED(mirrors) },
	{ DD_OPT_LIST, "insecure-registry", 0, "HOST[:PORT]",
	  "do not verify this host's certificate, and speak plain HTTP where it has no TLS",
	  SHARED(insecure_registries) },
	{ DD_OPT_TEXT, "registry-ca", 0, "FILE", "trust the authorities in FILE (PEM) instead of the system's",
	  SHARED(registry_ca) },
	{ DD_OPT_LIST, "token-host", 0, "REGISTRY=HOST",
	  "let HOST, which is not of REGISTRY's own domain, have its credentials when that names it for tokens",
	  SHARED(token_hosts) },
	{ DD_OPT_U64, "registry-timeout", 0, "SECONDS",
	  "give up a request in which nothing comes for so long (default: 30)", SHARED(registry_timeout_s),
	  .max = 3600 },
	{ DD_OPT_END },
};

void dd_shared_options_done(struct dd_shared_options *o)
{
	dd_opt_list_done(&o->formats);
	dd_opt_list_done(&o->mirrors);
	dd_opt_list_done(&o->insecure_registries);
	dd_opt_list_done(&o->token_hosts);
}

static const struct {
	unsigned bit;
	const struct dd_opt *rows;
} shared_tables[] = {
	{ DD_SHARE_FORMAT, format_rows },     { DD_SHARE_DB, db_rows },
	{ DD_SHARE_CACHE, cache_rows },	      { DD_SHARE_JOBS, jobs_rows },
	{ DD_SHARE_OFFLINE, offline_rows },   { DD_SHARE_OUTPUT, output_rows },
	{ DD_SHARE_REGISTRY, registry_rows }, { ~0U, config_rows },
};

void dd_cmd_tables(const struct dd_cmd *cmd, const struct dd_opt *out[DD_CMD_TABLES_MAX])
{
	size_t n = 0;
	if (cmd->options)
		out[n++] = cmd->options;
	for (size_t i = 0; i < DD_COUNT(shared_tables); i++)
		if (cmd->shared & shared_tables[i].bit)
			out[n++] = shared_tables[i].rows;
	out[n] = NULL;
}

static const struct dd_cmd *by_name(const struct dd_cmd *const *list, struct dd_str name, struct dd_suggest *near)
{
	for (; *list; list++) {
		if (dd_str_eq_c(name, (*list)->name))
			return *list;
		if (!(*list)->hidden)
			dd_suggest_offer(near, (*list)->name);
	}
	return NULL;
}

enum dd_code dd_cmd_find(int n, char *const *words, struct dd_cmd_path *ret, int *ret_used, struct dd_err *err)
{
	struct dd_cmd_path path = { { NULL }, 0 };
	const struct dd_cmd *const *list = dd_commands;
	int used = 0;
	while (list && used < n && words[used][0] != '-') {
		struct dd_str word = dd_str_from(words[used]);
		struct dd_suggest near = DD_SUGGEST(word);
		const struct dd_cmd *cmd = by_name(list, word, &near);
		/* A command that runs by itself takes the word as its operand. */
		if (!cmd && path.n && path.at[path.n - 1]->run)
			break;
		if (!cmd && near.best)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown command %s: did you mean '%s'?",
				       DD_QUOTE(word), near.best);
		if (!cmd)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown command %s", DD_QUOTE(word));
		dd_assert(path.n < DD_CMD_DEPTH_MAX);
		path.at[path.n++] = cmd;
		used++;
		list = cmd->subcommands;
	}
	*ret = path;
	*ret_used = used;
	return DD_OK;
}

const struct dd_cmd *dd_cmd_last(const struct dd_cmd_path *path)
{
	dd_assert(path->n > 0);
	return path->at[path->n - 1];
}

void dd_cmd_path_name(const struct dd_cmd_path *path, char sep, struct dd_buf *out)
{
	for (unsigned i = 0; i < path->n; i++) {
		if (i)
			(void)dd_buf_add_char(out, sep);
		(void)dd_buf_add_c(out, path->at[i]->name);
	}
}

void dd_cmd_error(const struct dd_err *err)
{
	if (err->code == DD_EIO && err->sys_errno == EPIPE)
		return;
	(void)fprintf(stderr, "drydock: %s\n", err->message);
}

void dd_cmd_warn(const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* One call, so that lines of several processes do not mix. */
	(void)fprintf(stderr, "drydock: %s\n", text);
}

enum dd_exit dd_cmd_exit(const struct dd_err *err)
{
	return err->code == DD_EARG ? DD_EXIT_USAGE : DD_EXIT_CANNOT_RUN;
}
