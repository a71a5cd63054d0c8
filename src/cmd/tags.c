/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock tags`: a repository's versions, and what is newer than the one in use. */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "cmd/output.h"
#include "cmd/report_output.h"
#include "cmd/tags_parts.h"
#include "report/card_out.h"

static const char *const formats[] = { "table", "json", NULL };

static const struct dd_opt rows[] = {
	{ DD_OPT_FLAG, "outdated", 0, NULL,
	  "what is newer than REPO's tag in the same variant; exit code 1 when anything is",
	  offsetof(struct dd_tags_options, outdated) },
	{ DD_OPT_FLAG, "digests", 0, NULL,
	  "ask the registry for digests, a request a tag; Docker Hub gives them anyway",
	  offsetof(struct dd_tags_options, digests) },
	{ DD_OPT_FLAG, "all", 0, NULL, "every tag of Docker Hub, not only the 300 last pushed",
	  offsetof(struct dd_tags_options, all) },
	{ DD_OPT_U64, "limit", 0, "N", "show at most N rows of the table (default: 50; 0: all)",
	  offsetof(struct dd_tags_options, limit), 1000000 },
	{ DD_OPT_U64, "tag-requests", 0, "N", "ask for the digests of at most N tags (default: 20)",
	  offsetof(struct dd_inspect_options, heads), 10000 },
	DD_INSPECT_ROWS,
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock tags nginx", "versions, the newest first, with digests and ages" },
	{ "drydock tags nginx:1.25.1-alpine --outdated", "what is newer among the alpine variants" },
	{ "drydock tags ghcr.io/acme/app --digests", "a registry without Docker Hub's API: ask for 20 digests" },
	{ "drydock tags postgres --all --format json", "everything, for a program" },
	{ NULL },
};

static enum dd_code write_all(const struct dd_tags *t, const struct dd_outputs *outputs, struct dd_err *err)
{
	for (size_t i = 0; i < outputs->n; i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
		struct dd_terminal terminal = dd_terminal_of(outputs->at[i].path ? -1 : STDOUT_FILENO);
		const struct dd_report_style style = { .width = terminal.width,
						       .colour = terminal.colour,
						       .utf8 = terminal.utf8 };
		if (strcmp(outputs->at[i].format, "json") == 0)
			dd_tag_list_json(&t->list, &out);
		else
			dd_tag_list_text(&t->list, &style, &out);
		DD_TRY(dd_buf_check(&out, "the list", err));
		DD_TRY(dd_output_write(&outputs->at[i], dd_buf_str(&out), err));
	}
	return DD_OK;
}

/* The repository's name without a tag. */
static struct dd_str repository_text(struct dd_tags *t)
{
	return dd_arena_printf(&t->in.arena, "%.*s/%.*s", DD_FMT(t->in.ref.registry), DD_FMT(t->in.ref.repository));
}

static enum dd_code list(struct dd_tags *t, const char *name, struct dd_err *err)
{
	struct dd_outputs outputs;
	DD_TRY(dd_outputs_parse(&t->o->inspect.shared.formats, formats, "table", &outputs, err));
	dd_inspect_paths(&t->in);
	DD_TRY(dd_reference_parse(dd_str_from(name), &t->in.arena, &t->in.ref, err));
	t->list.repository = repository_text(t);
	DD_TRY(dd_inspect_connect(&t->in, err));
	DD_TRY(dd_tags_gather(t, err));
	DD_TRY(dd_tags_sort(t, err));
	dd_tags_digests(t);
	dd_tags_group(t);
	if (t->o->outdated)
		DD_TRY(dd_tags_outdated(t, err));
	t->list.requests = dd_net_requests(t->in.net);
	memcpy(t->list.notes, t->in.card.notes, sizeof t->list.notes);
	t->list.n_notes = t->in.card.n_notes;
	DD_TRY(write_all(t, &outputs, err));
	if (t->o->inspect.shared.verbose)
		dd_cmd_warn("%llu requests sent", (unsigned long long)t->list.requests);
	return DD_OK;
}

static enum dd_exit run(const struct dd_invocation *invocation)
{
	struct dd_tags *t = dd_alloc_zero(1, sizeof *t);
	struct dd_err err;
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	if (!t) {
		(void)dd_fail_nomem(&err);
		dd_cmd_error(&err);
		return result;
	}
	t->o = invocation->options;
	t->in.o = &t->o->inspect;
	t->in.arena = DD_ARENA_INIT(DD_INSPECT_ARENA_MAX);
	dd_card_init(&t->in.card, dd_report_now());
	t->list.now = t->in.card.now;
	t->list.total = DD_CARD_UNKNOWN;
	t->list.shown = (size_t)t->o->limit;
	t->list.asked = dd_str_from(invocation->argv[0]);
	if (list(t, invocation->argv[0], &err) == DD_OK) {
		result = t->list.outdated && t->list.n_newer ? DD_EXIT_FINDINGS : DD_EXIT_CLEAN;
	} else {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	dd_inspect_done(&t->in);
	dd_free(t);
	return result;
}

static void defaults(void *options)
{
	struct dd_tags_options *o = options;
	o->inspect.heads = DD_INSPECT_HEADS;
	o->limit = 50;
}

const struct dd_cmd dd_cmd_tags = {
	.name = "tags",
	.summary = "list the versions of an image, and what is newer than yours",
	.operands = "REPO[:TAG]",
	.description =
		"Lists a repository's tags by their versions, the newest first; tags that stand for the same image are "
		"one row. Docker Hub gives digests, sizes and dates with its lists; other registries give names only, "
		"and digests for a request each (--digests).\n\n"
		"With --outdated it says what is newer than TAG in the same variant: of 1.25.1-alpine the later "
		"releases that end in -alpine, not pre-releases. A TAG without a version, as 'latest', is first looked "
		"up by its digest.\n\n"
		"Exit code 1: with --outdated, when there is something newer. No request here is a pull.",
	.examples = examples,
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_CACHE | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_tags_options),
	.defaults = defaults,
	.release = dd_inspect_release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
