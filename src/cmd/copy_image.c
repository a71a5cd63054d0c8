/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock copy`: one image from place to place.
 * The documents of an image are parsed in this process, which has the network and the credentials: manifests and
 * indexes, small and bounded, and the headers of an archive. Configurations and layers are only passed on. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/broker.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "copy/copy_places.h"
#include "image/stores.h"
#include "net/engine/engine.h"

struct options {
	struct dd_shared_options shared;
	const char *platform;
	bool referrers;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_TEXT, "platform", 0, "OS/ARCH", "copy this image of an index only (default: the whole index)",
	  offsetof(struct options, platform) },
	{ DD_OPT_FLAG, "referrers", 0, NULL,
	  "copy what refers to the image, too: signatures, attestations, bills of materials",
	  offsetof(struct options, referrers) },
	{ DD_OPT_END },
};

static void release(void *options)
{
	dd_shared_options_done(options);
}

struct job {
	const struct options *o;
	struct dd_interrupt interrupt;
	struct dd_arena arena;
	const char *spool_dir;
	struct dd_platform platform;
	struct dd_net *net;
	struct dd_registry_session *session;
	struct dd_registry *registry_from, *registry_to;
	struct dd_reference ref_from, ref_to;
	bool from_registry;
	struct dd_engine_holder holder; /* that the image comes from */
	struct dd_engine *engine_to;	/* NULL: it does not go to one */
	struct dd_store_places stores;
	int spooled; /* an engine's archive, -1: none */
	struct dd_image *img;
	struct dd_copy_source *from;
	struct dd_copy_target *to;
	struct dd_progress progress;
};

static enum dd_code network(struct job *j, struct dd_err *err)
{
	return j->net ? DD_OK : dd_net_open(&j->net, err);
}

static enum dd_code registries(struct job *j, struct dd_err *err)
{
	struct dd_registry_options options;
	DD_TRY(network(j, err));
	if (j->session)
		return DD_OK;
	dd_broker_registry_options(&j->o->shared, &options);
	options.stop = &j->interrupt.stop;
	return dd_registry_session_new(j->net, &options, &j->session, err);
}

static enum dd_code no_offline(const struct job *j, struct dd_str name, struct dd_err *err)
{
	return j->o->shared.offline ? dd_fail(err, DD_EARG, DD_NO_OFFSET,
					      "%s: --offline keeps registries from being asked", DD_QUOTE(name))
				    : DD_OK;
}

/* ---- from ---- */

static enum dd_code from_registry(struct job *j, struct dd_str name, struct dd_err *err)
{
	DD_TRY(dd_reference_parse(name, &j->arena, &j->ref_from, err));
	DD_TRY(no_offline(j, name, err));
	DD_TRY(registries(j, err));
	DD_TRY(dd_registry_new(j->session, &j->registry_from, err));
	j->from_registry = true;
	return dd_copy_from_registry(j->registry_from, &j->ref_from, &j->from, err);
}

static enum dd_code to_spool(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	const struct job *j = ctx;
	return dd_write_full(j->spooled, bytes.p, bytes.n, err);
}

/* Where the archive says which of its manifests the image is, its digest can be kept. */
static enum dd_code from_opened(struct job *j, struct dd_str selector, const char *what, struct dd_err *err)
{
	struct dd_range_of at;
	const struct dd_target *t = &j->img->target;
	bool layout = j->img->bundle && dd_bundle_find(j->img->bundle, DD_STR("index.json"), &at, NULL) == DD_OK;
	if (layout && dd_str_eq_c(t->kind, "docker-archive")) {
		layout = !dd_str_eq(t->digest, t->config_digest);
		selector = t->digest;
	}
	return layout ? dd_copy_from_layout(j->img->bundle, selector, what, &j->from, err)
		      : dd_copy_from_image(j->img, &j->from, err);
}

static enum dd_code open_image(struct job *j, const char *target, int fd, struct dd_err *err)
{
	const struct dd_image_request req = { .target = target,
					      .platform = j->o->platform,
					      .any_platform = j->o->platform == NULL,
					      .spool_dir = j->spool_dir,
					      .stdin_fd = fd,
					      .stores = &j->stores };
	return dd_image_open(&req, &j->img, err);
}

static enum dd_code from_engine(struct job *j, const struct dd_target_spec *spec, struct dd_err *err)
{
	const struct dd_engine_search search = { .docker = spec->place != DD_PLACE_PODMAN,
						 .podman = spec->place != DD_PLACE_DOCKER,
						 .get = getenv };
	const struct dd_engine_options options = { .stop = &j->interrupt.stop };
	const struct dd_platform *p = &j->platform;
	const struct dd_engine_platform platform = { p->os, p->arch, p->variant };
	DD_TRY(network(j, err));
	DD_TRY(dd_engine_with_image(j->net, &search, &options, spec->name, j->o->platform ? &platform : NULL, &j->arena,
				    &j->holder, err));
	DD_TRY(dd_tmpfile(j->spool_dir, &j->spooled, err));
	DD_TRY(dd_engine_export(j->holder.engine, j->holder.image.id, NULL, to_spool, j, err));
	if (lseek(j->spooled, 0, SEEK_SET) < 0)
		return dd_fail_errno(err, "cannot read the engine's archive");
	DD_TRY(open_image(j, "-", j->spooled, err));
	return from_opened(j, DD_STR(""), "the engine's archive", err);
}

static enum dd_code from_store(struct job *j, enum dd_place place, struct dd_str name, struct dd_err *err)
{
	const struct dd_store_search search = { .containerd = place == DD_PLACE_CONTAINERD,
						.storage = place == DD_PLACE_STORAGE,
						.get = getenv };
	const char *target = dd_arena_printf(&j->arena, "%s%.*s", dd_place_prefix(place), DD_FMT(name)).p;
	if (!target)
		return dd_fail_nomem(err);
	DD_TRY(dd_stores_find(&search, &j->arena, &j->stores, err));
	DD_TRY(open_image(j, target, -1, err));
	return from_opened(j, DD_STR(""), name.p, err);
}

/* As a scan does: engines, their stores, the registry. */
static enum dd_code from_anywhere(struct job *j, const struct dd_target_spec *spec, struct dd_err *err)
{
	struct dd_err why;
	enum dd_code code = from_engine(j, spec, &why);
	if (code == DD_ENOTFOUND)
		code = from_store(j, DD_PLACE_CONTAINERD, spec->name, &why);
	if (code == DD_ENOTFOUND)
		code = from_store(j, DD_PLACE_STORAGE, spec->name, &why);
	if (code == DD_ENOTFOUND)
		return from_registry(j, spec->name, err);
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

static enum dd_code from_name(struct job *j, const struct dd_target_spec *spec, struct dd_err *err)
{
	switch (spec->place) {
	case DD_PLACE_REGISTRY:
		return from_registry(j, spec->name, err);
	case DD_PLACE_CONTAINERD:
	case DD_PLACE_STORAGE:
		return from_store(j, spec->place, spec->name, err);
	case DD_PLACE_NAME:
		return from_anywhere(j, spec, err);
	default:
		return from_engine(j, spec, err);
	}
}

static bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static enum dd_code open_source(struct job *j, const char *text, struct dd_err *err)
{
	struct dd_target_spec spec;
	DD_TRY(dd_target_parse(dd_str_from(text), path_exists, &j->arena, &spec, err));
	if (dd_place_is_name(spec.place))
		return from_name(j, &spec, err);
	if (spec.place == DD_PLACE_SBOM)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: a bill of materials is no image",
			       DD_QUOTE(dd_str_from(text)));
	DD_TRY(open_image(j, text, STDIN_FILENO, err));
	return from_opened(j, spec.selector, spec.path ? spec.path : "standard input", err);
}

/* ---- to ---- */

/* FILE[:TAG] that need not be there yet: an existing path is a path; else the first colon ends it. */
static enum dd_code split_path(struct job *j, struct dd_str text, const char **ret_path, struct dd_str *ret_tag,
			       struct dd_err *err)
{
	const char *whole = dd_arena_c(&j->arena, text);
	size_t colon = dd_str_find(text, ':');
	if (!whole)
		return dd_fail_nomem(err);
	*ret_path = whole;
	*ret_tag = DD_STR("");
	if (colon == text.n || path_exists(whole))
		return DD_OK;
	*ret_path = dd_arena_c(&j->arena, dd_str_take(text, colon));
	*ret_tag = dd_arena_str(&j->arena, dd_str_skip(text, colon + 1));
	return *ret_path && ret_tag->p ? DD_OK : dd_fail_nomem(err);
}

/* OCI image-spec v1.1, annotations.md: the characters of org.opencontainers.image.ref.name. */
static enum dd_code check_ref_name(struct dd_str tag, struct dd_err *err)
{
	static const char others[] = "-._:@+/";
	for (size_t i = 0; i < tag.n; i++)
		if (!dd_is_alpha(tag.p[i]) && !dd_is_digit(tag.p[i]) && !(tag.p[i] && strchr(others, tag.p[i])))
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "%s is no name for an image in a layout: letters, digits and %s only",
				       DD_QUOTE(tag), others);
	return DD_OK;
}

/* docker load refuses an archive whose name has no tag. */
static enum dd_code check_docker_name(struct job *j, struct dd_str *tag, struct dd_err *err)
{
	struct dd_reference ref;
	if (tag->n == 0)
		return DD_OK;
	DD_TRY(dd_reference_parse(*tag, &j->arena, &ref, err));
	if (ref.digest.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: docker load gives names and tags, not digests",
			       DD_QUOTE(*tag));
	size_t colon = dd_str_rfind(*tag, ':'), slash = dd_str_rfind(*tag, '/');
	if (colon < tag->n && (slash == tag->n || colon > slash))
		return DD_OK;
	*tag = dd_arena_printf(&j->arena, "%.*s:latest", DD_FMT(*tag));
	return tag->p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code to_registry(struct job *j, struct dd_str name, struct dd_err *err)
{
	DD_TRY(dd_reference_parse(name, &j->arena, &j->ref_to, err));
	DD_TRY(no_offline(j, name, err));
	DD_TRY(registries(j, err));
	DD_TRY(dd_registry_new(j->session, &j->registry_to, err));
	return dd_copy_to_registry(j->registry_to, &j->ref_to, j->from_registry ? &j->ref_from : NULL, &j->to, err);
}

/* The name in full: each engine reads a short one in its own way. */
static enum dd_code to_engine(struct job *j, bool docker, struct dd_str name, struct dd_err *err)
{
	const struct dd_engine_search search = { .docker = docker, .podman = !docker, .get = getenv };
	const struct dd_engine_options options = { .stop = &j->interrupt.stop };
	DD_TRY(dd_reference_parse(name, &j->arena, &j->ref_to, err));
	if (j->ref_to.digest.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: engines give names and tags themselves, not digests",
			       DD_QUOTE(name));
	struct dd_str whole = dd_reference_text(&j->ref_to, &j->arena);
	if (!whole.p)
		return dd_fail_nomem(err);
	DD_TRY(network(j, err));
	DD_TRY(dd_engine_first(j->net, &search, &options, &j->engine_to, err));
	return dd_copy_to_engine(j->engine_to, whole, j->spool_dir, &j->to, err);
}

/* Their stores are written to by their own programs only: a lease, a lock and a snapshot more or less, and an image is
 * broken that runs. */
static enum dd_code no_store(const char *prefix, struct dd_str name, struct dd_err *err)
{
	if (strcmp(prefix, "containerd:") == 0)
		return dd_fail(
			err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			"%s: containerd's store is only read. Write oci-archive:FILE:NAME, then 'ctr -n NAMESPACE "
			"images import FILE' (or nerdctl load -i FILE)",
			DD_QUOTE(name));
	return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
		       "%s: containers-storage is only read. Start podman's service and write podman:NAME, or write "
		       "docker-archive:FILE:NAME, then 'podman load -i FILE' or 'skopeo copy docker-archive:FILE "
		       "containers-storage:NAME'",
		       DD_QUOTE(name));
}

static enum dd_code open_target(struct job *j, const char *text, struct dd_err *err)
{
	static const struct {
		const char *prefix;
		enum { OCI, OCI_ARCHIVE, DOCKER_ARCHIVE, REGISTRY, DOCKER, PODMAN, STORE } kind;
	} kinds[] = {
		{ "oci:", OCI },
		{ "oci-archive:", OCI_ARCHIVE },
		{ "docker-archive:", DOCKER_ARCHIVE },
		{ "registry:", REGISTRY },
		{ "docker://", REGISTRY },
		{ "docker:", DOCKER },
		{ "podman:", PODMAN },
		{ "containerd:", STORE },
		{ "storage:", STORE },
		{ "containers-storage:", STORE },
	};
	struct dd_str rest = dd_str_from(text), tag;
	const char *path;
	size_t i = 0;
	while (i < DD_COUNT(kinds) && !dd_str_starts(rest, dd_str_from(kinds[i].prefix)))
		i++;
	if (i == DD_COUNT(kinds) && dd_reference_looks_like(rest) && !path_exists(text))
		return to_registry(j, rest, err);
	if (i == DD_COUNT(kinds))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "where to: %s? Write oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], "
			       "docker:NAME, podman:NAME, or the name of an image in a registry",
			       DD_QUOTE(rest));
	rest = dd_str_skip(rest, strlen(kinds[i].prefix));
	if (rest.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "'%s' needs more behind the colon", kinds[i].prefix);
	if (kinds[i].kind == REGISTRY)
		return to_registry(j, rest, err);
	if (kinds[i].kind == DOCKER || kinds[i].kind == PODMAN)
		return to_engine(j, kinds[i].kind == DOCKER, rest, err);
	if (kinds[i].kind == STORE)
		return no_store(kinds[i].prefix, rest, err);
	DD_TRY(split_path(j, rest, &path, &tag, err));
	DD_TRY(kinds[i].kind == DOCKER_ARCHIVE ? check_docker_name(j, &tag, err) : check_ref_name(tag, err));
	if (kinds[i].kind == OCI)
		return dd_copy_to_layout(path, tag, &j->to, err);
	return dd_copy_to_archive(path, tag, kinds[i].kind == DOCKER_ARCHIVE, &j->to, err);
}

/* ---- the whole ---- */

static void expect(void *ctx, uint64_t bytes)
{
	dd_progress_expect(ctx, bytes);
}

static void progress(void *ctx, uint64_t bytes)
{
	dd_progress_add(ctx, bytes);
}

static void say(const struct job *j, const struct dd_copied *c)
{
	char digest[DD_DIGEST_TEXT_MAX], size[16];
	(void)printf("%s\n", dd_digest_text(&c->digest, digest));
	if (j->o->shared.quiet)
		return;
	(void)fprintf(stderr, "%zu manifest%s, %zu blob%s copied (%s), %zu there already", c->documents,
		      c->documents == 1 ? "" : "s", c->blobs, c->blobs == 1 ? "" : "s", dd_human_bytes(c->bytes, size),
		      c->blobs_there);
	if (c->referrers)
		(void)fprintf(stderr, ", %zu referrer%s", c->referrers, c->referrers == 1 ? "" : "s");
	(void)fputc('\n', stderr);
	if (c->blobs_left)
		dd_cmd_warn("%zu foreign layer%s stay where their licence keeps them", c->blobs_left,
			    c->blobs_left == 1 ? "" : "s");
}

/* Whose fault it is, where the message does not say it yet. */
static enum dd_code name_source(const struct job *j, const char *source, struct dd_err *err)
{
	struct dd_str name = j->from_registry ? j->ref_from.registry : dd_str_from(source),
		      said = dd_str_from(err->message);
	if (err->code == DD_EARG || dd_str_search(said, name) < said.n)
		return err->code;
	return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(source)));
}

static enum dd_code copy(struct job *j, char *const *places, struct dd_err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct dd_copied copied;
	j->spool_dir = tmp && tmp[0] ? tmp : "/tmp";
	if (j->o->platform)
		DD_TRY(dd_platform_parse(dd_str_from(j->o->platform), &j->platform, err));
	DD_TRY(open_source(j, places[0], err));
	DD_TRY(open_target(j, places[1], err));
	/* An engine runs one of an index, and mostly its own machine's. */
	if (!j->o->platform && j->engine_to)
		j->platform = dd_platform_host();
	const struct dd_copy_options options = { .platform = j->o->platform || j->engine_to ? &j->platform : NULL,
						 .referrers = j->o->referrers,
						 .spool_dir = j->spool_dir,
						 .stop = &j->interrupt.stop,
						 .expect = expect,
						 .progress = progress,
						 .progress_ctx = &j->progress };
	dd_progress_start(&j->progress, dd_str_from(places[0]), j->o->shared.quiet);
	enum dd_code code = dd_copy_run(j->from, j->to, &options, &copied, err);
	dd_progress_done(&j->progress);
	if (code != DD_OK)
		return name_source(j, places[0], err);
	say(j, &copied);
	return fflush(stdout) == 0 ? DD_OK : dd_fail_errno(err, "cannot write to standard output");
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct job j = { .o = in->options, .arena = DD_ARENA_INIT(DD_MIB * 64), .spooled = -1 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	/* A file-size limit is an error of write() like a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (dd_interrupt_start(&j.interrupt, &err) != DD_OK) {
		dd_cmd_error(&err);
		return DD_EXIT_CANNOT_RUN;
	}
	enum dd_code code = copy(&j, in->argv, &err);
	if (code != DD_OK)
		dd_cmd_error(&err);
	dd_copy_source_freep(&j.from);
	dd_copy_target_freep(&j.to);
	dd_image_freep(&j.img);
	dd_closep(&j.spooled);
	dd_engine_freep(&j.holder.engine);
	dd_engine_freep(&j.engine_to);
	dd_registry_freep(&j.registry_from);
	dd_registry_freep(&j.registry_to);
	dd_registry_session_freep(&j.session);
	dd_net_closep(&j.net);
	dd_arena_done(&j.arena);
	dd_interrupt_finish(&j.interrupt);
	return code == DD_OK ? DD_EXIT_CLEAN : dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_copy = {
	.name = "copy",
	.summary = "copy an image from place to place, digests and all",
	.operands = "SOURCE TARGET",
	.description =
		"SOURCE is what 'drydock scan' reads: an image's name (engines are asked, then its registry), "
		"registry:NAME, docker:NAME, podman:NAME, an archive, an OCI image layout. TARGET is a name in a "
		"registry, "
		"oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] for docker load and podman load, "
		"or docker:NAME and podman:NAME, which take it at once.\n\n"
		"Manifests, configurations and layers are copied byte for byte, every one held to its digest before "
		"the "
		"target sees it; an index with all its platforms, unless --platform chooses one (an engine takes one "
		"only: this machine's). Blobs that the target "
		"has "
		"are not sent again; within one registry they are mounted. What docker save or an engine gives has no "
		"manifest: one is made, and the image's id and diff_ids stay.\n\n"
		"Prints the digest of what was copied.",
	.examples =
		(const struct dd_example[]){
			{ "drydock copy debian:12 registry.example/base/debian:12",
			  "from Docker Hub to your own registry" },
			{ "drydock copy registry.example/app:1.4 oci:layout:1.4", "into an OCI image layout" },
			{ "drydock copy docker:app:dev oci-archive:app.tar:dev", "what the engine built, as a file" },
			{ "drydock copy oci:layout:1.4 docker:registry.example/app:1.4",
			  "for docker run, without a push" },
			{ "drydock copy registry.example/app:1.4 mirror.example/app:1.4 --referrers",
			  "with its signatures and attestations" },
			{ NULL } },
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct options),
	.release = release,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
