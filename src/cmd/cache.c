/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock cache`: what is remembered between scans. */
#include <stdio.h>

#include "base/text.h"
#include "cmd/cache_answers.h"
#include "cmd/cache_sources.h"
#include "cmd/paths.h"
#include "scan/facts_cache.h"

struct cache_options {
	struct dd_shared_options shared;
};

static enum dd_code open_cache(const struct dd_invocation *in, struct dd_buf *path, struct dd_cache **ret,
			       struct dd_err *err)
{
	const struct cache_options *o = in->options;
	DD_TRY(dd_path_cache(&o->shared, path, err));
	if (!dd_buf_c(path))
		return dd_fail_nomem(err);
	return dd_cache_open(path->p, UINT64_MAX, ret, err);
}

static void print_line(const char *what, uint64_t n, uint64_t n_bytes)
{
	char bytes[16];
	(void)printf("%-8s %8llu   %s\n", what, (unsigned long long)n, dd_human_bytes(n_bytes, bytes));
}

static void print_counts(const struct dd_cache_info *info, const struct dd_cache_answers *answers,
			 const struct dd_cache_sources *sources)
{
	static const char *const what[DD_CACHE_KINDS] = { "layers", "images", "secrets" };
	for (size_t i = 0; i < DD_CACHE_KINDS; i++)
		print_line(what[i], info->records[i], info->bytes[i]);
	print_line("answers", answers->files, answers->bytes);
	print_line("sources", sources->files, sources->bytes);
}

static enum dd_code show(const struct dd_invocation *in, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_ERR_MESSAGE_MAX * 16),
				     text = DD_BUF_INIT(DD_ERR_MESSAGE_MAX * 64);
	DD_CLEANUP(dd_cache_freep) struct dd_cache *c = NULL;
	struct dd_cache_info info;
	struct dd_cache_answers answers;
	struct dd_cache_sources sources;
	DD_TRY(open_cache(in, &path, &c, err));
	DD_TRY(dd_cache_info(c, &info, err));
	DD_TRY(dd_cache_answers(path.p, false, &answers, err));
	DD_TRY(dd_cache_sources_info(path.p, &sources, err));
	(void)dd_buf_add_escaped(&text, dd_buf_str(&path));
	(void)printf("cache    %.*s\n", DD_FMT(dd_buf_str(&text)));
	print_counts(&info, &answers, &sources);
	return DD_OK;
}

static enum dd_code clear(const struct dd_invocation *in, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_ERR_MESSAGE_MAX * 16);
	DD_CLEANUP(dd_cache_freep) struct dd_cache *c = NULL;
	struct dd_cache_info info;
	struct dd_cache_answers answers;
	struct dd_cache_sources sources;
	DD_TRY(open_cache(in, &path, &c, err));
	DD_TRY(dd_cache_sources_clear(path.p, &sources, err));
	DD_TRY(dd_cache_answers(path.p, true, &answers, err));
	DD_TRY(dd_cache_clear(c, &info, err));
	(void)puts("removed");
	print_counts(&info, &answers, &sources);
	return DD_OK;
}

static enum dd_exit finish(enum dd_code code, const struct dd_err *err)
{
	if (code == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(err);
	return dd_cmd_exit(err);
}

static enum dd_exit run_info(const struct dd_invocation *in)
{
	struct dd_err err;
	enum dd_code code = show(in, &err);
	return finish(code, &err);
}

static enum dd_exit run_clear(const struct dd_invocation *in)
{
	struct dd_err err;
	enum dd_code code = clear(in, &err);
	return finish(code, &err);
}

static const struct dd_cmd info_cmd = {
	.name = "info",
	.summary = "show where the cache is and what it holds",
	.description =
		"Prints the cache's directory, and number and size of the remembered layers and images, and of the "
		"advisory sources that were fetched.",
	.examples =
		(const struct dd_example[]){ { "drydock cache info", "how much is remembered, and where" }, { NULL } },
	.shared = DD_SHARE_CACHE,
	.options_size = sizeof(struct cache_options),
	.run = run_info,
};

static const struct dd_cmd clear_cmd = {
	.name = "clear",
	.summary = "forget what earlier scans learnt",
	.description =
		"Removes the remembered layers and images, and the advisory sources that 'db update' fetched; the "
		"database that was made of them stays. The next scan reads, the next update fetches everything anew.",
	.examples = (const struct dd_example[]){ { "drydock cache clear", "forget every layer and image" }, { NULL } },
	.shared = DD_SHARE_CACHE,
	.options_size = sizeof(struct cache_options),
	.run = run_clear,
};

static const struct dd_cmd *const subcommands[] = { &info_cmd, &clear_cmd, NULL };

const struct dd_cmd dd_cmd_cache = {
	.name = "cache",
	.summary = "show or clear what is remembered between scans",
	.description =
		"What drydock learns from a layer is kept under the layer's diff_id, so that a layer is read once. "
		"Any number of processes may use the cache at the same time; its size is bounded by --cache-size of "
		"'drydock scan'.",
	.examples =
		(const struct dd_example[]){ { "drydock cache info", "how much is remembered, and where" }, { NULL } },
	.subcommands = subcommands,
};
