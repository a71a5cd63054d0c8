/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock inspect`: what an image is, before it is pulled, and what to write instead of its name. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "cmd/confine.h"
#include "cmd/inspect_parts.h"
#include "cmd/output.h"
#include "cmd/report_output.h"
#include "cmd/scan_secrets.h"
#include "report/card_out.h"

static const char *const formats[] = { "text", "json", NULL };

/* ---- what TARGET means ---- */

enum where { WHERE_FILE, WHERE_REGISTRY, WHERE_ENGINE, WHERE_ANY };

static const struct {
	const char *prefix;
	enum where where;
	bool docker, podman, cut;
} places[] = {
	{ "registry:", WHERE_REGISTRY, false, false, true },
	{ "docker://", WHERE_REGISTRY, false, false, true },
	{ "docker:", WHERE_ENGINE, true, false, true },
	{ "podman:", WHERE_ENGINE, false, true, true },
	{ "docker-archive:", WHERE_FILE, 0, 0, false },
	{ "oci-archive:", WHERE_FILE, 0, 0, false },
	{ "oci:", WHERE_FILE, 0, 0, false },
	{ "dir:", WHERE_FILE, 0, 0, false },
	{ "containerd:", WHERE_FILE, 0, 0, false },
	{ "storage:", WHERE_FILE, 0, 0, false },
};

struct target {
	enum where where;
	struct dd_str name;
	bool docker, podman;
};

/* A path, or FILE:TAG of one. */
static bool is_file(const char *text)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_str s = dd_str_from(text);
	if (access(text, F_OK) == 0 || strcmp(text, "-") == 0)
		return true;
	if (text[0] == '/' || text[0] == '.')
		return true;
	(void)dd_buf_add_str(&path, dd_str_take(s, dd_str_rfind(s, ':')));
	return dd_buf_c(&path) && path.n < s.n && access(path.p, F_OK) == 0;
}

static struct target target_of(const char *text)
{
	struct dd_str s = dd_str_from(text);
	for (size_t i = 0; i < DD_COUNT(places); i++)
		if (dd_str_starts(s, dd_str_from(places[i].prefix)))
			return (struct target){ .where = places[i].where,
						.name = places[i].cut ? dd_str_skip(s, strlen(places[i].prefix)) : s,
						.docker = places[i].docker,
						.podman = places[i].podman };
	if (is_file(text))
		return (struct target){ .where = WHERE_FILE, .name = s };
	return (struct target){ .where = WHERE_ANY, .name = s, .docker = true, .podman = true };
}

/* ---- by name ---- */

static enum dd_code parse_name(struct dd_inspect *in, struct dd_str name, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	DD_TRY(dd_reference_parse(name, &in->arena, &in->ref, err));
	c->reference = dd_reference_text(&in->ref, &in->arena);
	c->familiar = dd_reference_familiar(&in->ref, &in->arena);
	c->registry = in->ref.registry;
	c->repository = in->ref.repository;
	c->tag = in->ref.tag;
	return DD_OK;
}

static enum dd_code ask_registry(struct dd_inspect *in, struct dd_str name, struct dd_err *err)
{
	DD_TRY(parse_name(in, name, err));
	DD_TRY(dd_inspect_connect(in, err));
	DD_TRY(dd_inspect_registry(in, err));
	dd_inspect_hub(in);
	dd_inspect_tags(in);
	if (!in->o->shared.offline)
		dd_inspect_evidence(in);
	return DD_OK;
}

/* Begins the card anew, after an attempt that failed. */
static void forget(struct dd_inspect *in)
{
	struct dd_str asked = in->card.asked;
	int64_t now = in->card.now;
	dd_card_init(&in->card, now);
	in->card.asked = in->card.familiar = asked;
	dd_hub_freep(&in->hub);
	dd_registry_freep(&in->registry);
	dd_registry_session_freep(&in->session);
	in->ref = (struct dd_reference){ 0 };
}

/* What a name alone tells, and what is kept of Docker Hub's answers. */
static enum dd_code from_name_alone(struct dd_inspect *in, struct dd_str name, struct dd_err *err)
{
	forget(in);
	DD_TRY(parse_name(in, name, err));
	DD_TRY(dd_inspect_connect(in, err));
	in->card.place = DD_STR("name");
	dd_card_add_note(&in->card, &in->arena, DD_CARD_NOT_ASKED, "registry",
			 "The registry was not asked (--offline): the card is about the name only.");
	dd_inspect_hub(in);
	return DD_OK;
}

static enum dd_code from_registry(struct dd_inspect *in, struct dd_str name, struct dd_err *err)
{
	enum dd_code code = ask_registry(in, name, err);
	return code == DD_ENET && in->o->shared.offline ? from_name_alone(in, name, err) : code;
}

/* The registry first: the card tells what one would pull. What is only here is told by the engine. */
static enum dd_code from_anywhere(struct dd_inspect *in, const struct target *t, struct dd_err *err)
{
	struct dd_err here;
	enum dd_code code = ask_registry(in, t->name, err);
	if (code == DD_OK || code == DD_EIO || code == DD_ENOMEM || in->ref.repository.n == 0)
		return code;
	forget(in);
	if (dd_inspect_engine(in, t->name, true, true, &here) != DD_OK)
		return code == DD_ENET && in->o->shared.offline ? from_name_alone(in, t->name, err) : code;
	dd_card_add_note(&in->card, &in->arena, DD_CARD_NOTE, "local-only", "The registry does not give it (%s).",
			 err->message);
	return DD_OK;
}

static enum dd_code from_name(struct dd_inspect *in, const struct target *t, struct dd_err *err)
{
	switch (t->where) {
	case WHERE_REGISTRY:
		return from_registry(in, t->name, err);
	case WHERE_ENGINE:
		return dd_inspect_engine(in, t->name, t->docker, t->podman, err);
	default:
		return from_anywhere(in, t, err);
	}
}

/* ---- output ---- */

static enum dd_code render(const struct dd_inspect *in, const struct dd_output *o, const struct dd_terminal *t,
			   struct dd_buf *out, struct dd_err *err)
{
	const struct dd_report_style style = { .width = t->width, .colour = t->colour, .utf8 = t->utf8 };
	if (strcmp(o->format, "json") == 0)
		dd_card_json(&in->card, out);
	else
		dd_card_text(&in->card, &style, out);
	return dd_buf_check(out, "the card", err);
}

static enum dd_code write_all(const struct dd_inspect *in, const struct dd_outputs *outputs, struct dd_err *err)
{
	for (size_t i = 0; i < outputs->n; i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
		struct dd_terminal t = dd_terminal_of(outputs->at[i].path ? -1 : STDOUT_FILENO);
		DD_TRY(render(in, &outputs->at[i], &t, &out, err));
		DD_TRY(dd_output_write(&outputs->at[i], dd_buf_str(&out), err));
	}
	return DD_OK;
}

static void take_usage(struct dd_inspect *in)
{
	struct dd_registry_rate rate;
	struct dd_card *c = &in->card;
	c->requests = dd_net_requests(in->net);
	c->pulls = in->pulls;
	if (in->hub) {
		struct dd_hub_usage u = dd_hub_usage(in->hub);
		c->hub_requests = u.requests;
		c->hub_kept = u.kept;
		c->hub_limit = u.limit;
		c->hub_remaining = u.remaining;
	}
	c->rate_known = in->session && dd_registry_session_rate(in->session, in->ref.registry, &rate);
	if (c->rate_known) {
		c->rate_limit = rate.limit;
		c->rate_remaining = rate.remaining;
		c->rate_window_s = rate.window_s;
	}
}

static void say_usage(const struct dd_inspect *in)
{
	const struct dd_card *c = &in->card;
	if (!in->o->shared.verbose)
		return;
	dd_cmd_warn("%llu requests sent, %llu of them for manifests, which Docker Hub counts as pulls",
		    (unsigned long long)c->requests, (unsigned long long)c->pulls);
	if (c->rate_known)
		dd_cmd_warn("%llu of %llu pulls are left", (unsigned long long)c->rate_remaining,
			    (unsigned long long)c->rate_limit);
	if (in->hub)
		dd_cmd_warn("Docker Hub's API: %llu requests, %llu answers from the cache",
			    (unsigned long long)c->hub_requests, (unsigned long long)c->hub_kept);
	if (c->hub_remaining != DD_CARD_UNKNOWN)
		dd_cmd_warn("Docker Hub's API: %llu requests are left", (unsigned long long)c->hub_remaining);
}

/* ---- files: in a confined child ---- */

struct local {
	struct dd_inspect *in;
	const char *target, *spool;
	const struct dd_outputs *outputs;
	struct dd_terminal terminals[DD_OUTPUTS_MAX];
};

static enum dd_code tell_local(const struct local *l, const int *files, struct dd_err *err)
{
	DD_TRY(dd_inspect_local(l->in, l->target, l->spool, err));
	dd_inspect_judge(l->in);
	DD_TRY(dd_inspect_redact(l->in, err));
	for (size_t i = 0; i < l->outputs->n; i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
		DD_TRY(render(l->in, &l->outputs->at[i], &l->terminals[i], &out, err));
		DD_TRY(dd_write_full(files[i], out.p, out.n, err));
	}
	return DD_OK;
}

static enum dd_code prepare_local(void *ctx, struct dd_err *err)
{
	struct local *l = ctx;
	return dd_scan_redactor_new(l->in->cache, l->spool, &l->in->redactor, err);
}

static enum dd_exit run_local_child(void *ctx, const int *files)
{
	struct dd_err err;
	if (tell_local(ctx, files, &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

/* The path behind a prefix, without what may stand behind its last colon. */
static const char *path_of(struct dd_inspect *in, const char *target)
{
	struct dd_str s = dd_str_from(target);
	for (size_t i = 0; i < DD_COUNT(places); i++)
		if (dd_str_starts(s, dd_str_from(places[i].prefix)))
			s = dd_str_skip(s, strlen(places[i].prefix));
	const char *whole = dd_arena_c(&in->arena, s);
	if (!whole || access(whole, F_OK) == 0)
		return whole;
	return dd_arena_c(&in->arena, dd_str_take(s, dd_str_find(s, ':')));
}

/* Where an image of a store may lie; nothing for files. */
static enum dd_code find_stores(struct local *l, struct dd_err *err)
{
	const struct dd_store_search search = { .containerd =
							dd_str_starts(dd_str_from(l->target), DD_STR("containerd:")),
						.storage = dd_str_starts(dd_str_from(l->target), DD_STR("storage:")),
						.readable = true,
						.get = getenv };
	if (!search.containerd && !search.storage)
		return DD_OK;
	return dd_stores_find(&search, &l->in->arena, &l->in->stores, err);
}

static enum dd_code run_local(struct local *l, enum dd_exit *ret, struct dd_err *err)
{
	const char *tmp = getenv("TMPDIR"), *reads[4 + 2 * DD_STORE_PLACES_MAX], *writes[2];
	int files[DD_CONFINE_OUTPUTS_MAX];
	size_t n = 0;
	l->spool = tmp && tmp[0] ? tmp : "/tmp";
	DD_TRY(find_stores(l, err));
	for (size_t i = 0; i < l->in->stores.n; i++) {
		reads[n++] = l->in->stores.at[i].root;
		if (l->in->stores.at[i].run)
			reads[n++] = l->in->stores.at[i].run;
	}
	if (l->in->stores.n == 0 && strcmp(l->target, "-") != 0 && (reads[n] = path_of(l->in, l->target)))
		n++;
	if (l->in->db_path)
		reads[n++] = l->in->db_path;
	reads[n] = NULL;
	writes[0] = l->spool;
	writes[1] = NULL;
	for (size_t i = 0; i < l->outputs->n; i++)
		l->terminals[i] = dd_terminal_of(l->outputs->at[i].path ? -1 : STDOUT_FILENO);
	const struct dd_sandbox sandbox = { reads, writes };
	const struct dd_confined c = { .sandbox = &sandbox,
				       .verbose = l->in->o->shared.verbose,
				       .n_outputs = l->outputs->n,
				       .prepare = prepare_local,
				       .run = run_local_child,
				       .ctx = l };
	DD_TRY(dd_confine(&c, files, ret, err));
	enum dd_code code = *ret == DD_EXIT_CLEAN ? dd_report_output_deliver(l->outputs, files, err) : DD_OK;
	for (size_t i = 0; i < l->outputs->n; i++)
		dd_closep(&files[i]);
	return code;
}

/* ---- the command ---- */

static enum dd_code inspect(struct dd_inspect *in, const char *text, enum dd_exit *ret, struct dd_err *err)
{
	struct dd_outputs outputs;
	struct target t = target_of(text);
	DD_TRY(dd_outputs_parse(&in->o->shared.formats, formats, "text", &outputs, err));
	dd_inspect_paths(in);
	*ret = DD_EXIT_CLEAN;
	if (t.where == WHERE_FILE) {
		struct local l = { .in = in, .target = text, .outputs = &outputs };
		return run_local(&l, ret, err);
	}
	DD_TRY(from_name(in, &t, err));
	dd_inspect_judge(in);
	DD_TRY(dd_inspect_redact(in, err));
	take_usage(in);
	DD_TRY(write_all(in, &outputs, err));
	say_usage(in);
	return DD_OK;
}

static enum dd_exit run(const struct dd_invocation *invocation)
{
	struct dd_inspect *in = dd_alloc_zero(1, sizeof *in);
	struct dd_err err;
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	if (!in) {
		(void)dd_fail_nomem(&err);
		dd_cmd_error(&err);
		return result;
	}
	in->o = invocation->options;
	in->arena = DD_ARENA_INIT(DD_INSPECT_ARENA_MAX);
	dd_card_init(&in->card, dd_report_now());
	in->card.asked = in->card.familiar = dd_str_from(invocation->argv[0]);
	if (inspect(in, invocation->argv[0], &result, &err) != DD_OK) {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	dd_inspect_done(in);
	dd_free(in);
	return result;
}

static void defaults(void *options)
{
	((struct dd_inspect_options *)options)->heads = DD_INSPECT_HEADS;
}

static const struct dd_opt rows[] = {
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "which image of several the card is about (default: this machine's)",
	  offsetof(struct dd_inspect_options, platform) },
	{ DD_OPT_U64, "tag-requests", 0, "N",
	  "ask a registry for at most N tags' digests (default: 20; 0: for none); Docker Hub gives a hundred at once",
	  offsetof(struct dd_inspect_options, heads), 10000 },
	DD_INSPECT_ROWS,
	{ DD_OPT_END },
};

static const struct dd_example examples[] = {
	{ "drydock inspect nginx", "look at an image before pulling it; the line to paste into a Dockerfile" },
	{ "drydock inspect ghcr.io/acme/app:1.4 --platform linux/arm64", "an image of any registry" },
	{ "drydock inspect docker:myapp:dev", "an image that the local Docker has; podman: as well" },
	{ "drydock inspect image.tar --format json", "an archive of docker save, for a program" },
	{ NULL },
};

const struct dd_cmd dd_cmd_inspect = {
	.name = "inspect",
	.summary = "tell what an image is before it is pulled, and what to pin",
	.operands = "IMAGE",
	.description =
		"Prints the identity card of an image without reading its layers: digest, platforms, age, size, what "
		"it runs and as whom; the tags that stand for the same image, and the line with the most specific one "
		"and the digest to paste into a Dockerfile; who publishes it, its badge, and what that badge does and "
		"does not promise; names that only look like a well-known one, deprecated, archived and stale images; "
		"signatures, attestations and SBOMs that are there (they are not verified); base image and end of "
		"life.\n\n"
		"IMAGE is a name, asked for at its registry (and Docker Hub's API for names there), else of a local "
		"engine; registry:NAME, docker:NAME and podman:NAME say which, containerd:NAME and storage:NAME mean a "
		"store on this machine. A file or directory is told by its content, as 'drydock scan' does. What was "
		"not asked, and why, stands at the end.\n\n"
		"Docker Hub counts requests for manifests as pulls. Digests are therefore asked for in a way that is "
		"no pull, and documents are kept: the second card of an image costs none. --verbose says how many "
		"requests were sent. docs/inspect.md describes the JSON.",
	.examples = examples,
	.options = rows,
	.shared =
		DD_SHARE_OUTPUT | DD_SHARE_FORMAT | DD_SHARE_CACHE | DD_SHARE_DB | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_inspect_options),
	.defaults = defaults,
	.release = dd_inspect_release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
