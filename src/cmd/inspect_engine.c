/* SPDX-License-Identifier: Apache-2.0 */
/* An image that a container engine holds, by what the engine says of it: nothing is exported. */
#include <stdlib.h>

#include "base/limits.h"
#include "cmd/inspect_parts.h"
#include "net/engine/engine.h"

/* "nginx@sha256:…" → the digest that registries know it by. */
static struct dd_str repo_digest(const struct dd_engine_image *image, struct dd_str *ret_name)
{
	for (size_t i = 0; i < image->n_digests; i++) {
		size_t at = dd_str_find(image->digests[i], '@');
		if (at < image->digests[i].n) {
			*ret_name = dd_str_take(image->digests[i], at);
			return dd_str_skip(image->digests[i], at + 1);
		}
	}
	return DD_STR("");
}

static enum dd_code take_platform(struct dd_inspect *in, const struct dd_engine_image *image, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	const struct dd_platform p = { image->platform.os, image->platform.arch, image->platform.variant };
	c->platform = dd_platform_text(&p, &in->arena);
	c->platforms = dd_arena_array(&in->arena, 1, sizeof *c->platforms);
	if (!c->platforms)
		return dd_fail_nomem(err);
	c->platforms[c->n_platforms++] = (struct dd_card_platform){
		.text = c->platform, .digest = DD_STR(""), .size = DD_CARD_UNKNOWN, .chosen = true
	};
	return DD_OK;
}

static enum dd_code take_tags(struct dd_inspect *in, const struct dd_engine_image *image, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	c->tags = dd_arena_array(&in->arena, image->n_tags, sizeof *c->tags);
	if (!c->tags)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < image->n_tags && i < DD_CARD_TAGS_MAX; i++)
		c->tags[c->n_tags++] = (struct dd_card_tag){ image->tags[i], DD_CARD_NO_TIME };
	c->tags_asked = c->tags_complete = true;
	c->tags_from = DD_STR("names that the engine knows it by");
	return DD_OK;
}

static enum dd_code take(struct dd_inspect *in, const struct dd_engine_image *image, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	struct dd_str name = { "", 0 };
	DD_CLEANUP_JSON json_t *config = NULL;
	c->config_digest = image->config_digest;
	c->digest = repo_digest(image, &name);
	if (c->digest.n == 0 && image->config_digest.n == 0)
		c->digest = image->id;
	if (c->digest.n && name.n) {
		c->reference = dd_arena_printf(&in->arena, "%.*s@%.*s", DD_FMT(name), DD_FMT(c->digest));
		c->pin_line = dd_arena_printf(&in->arena, "FROM %.*s", DD_FMT(c->reference));
	}
	c->created = image->created ? image->created : DD_CARD_NO_TIME;
	c->unpacked = image->size;
	c->n_layers = image->n_layers;
	DD_TRY(take_platform(in, image, err));
	DD_TRY(take_tags(in, image, err));
	if (image->config.n) {
		if (dd_json_parse(image->config, &config, err) != DD_OK)
			return dd_wrap(err, "the engine's answer");
		DD_TRY(dd_describe_run(config, &in->arena, c, err));
	}
	dd_card_add_note(
		c, &in->arena, DD_CARD_NOT_ASKED, "registry",
		"Registry and Docker Hub: an image of an engine may be another one than that of the same name there.");
	return DD_OK;
}

enum dd_code dd_inspect_engine(struct dd_inspect *in, struct dd_str name, bool docker, bool podman, struct dd_err *err)
{
	const struct dd_engine_search search = { .docker = docker, .podman = podman, .get = getenv };
	const struct dd_engine_options options = { 0 };
	struct dd_engine_platform platform = { 0 };
	struct dd_platform want;
	struct dd_engine_holder holder = { 0 };
	if (in->o->platform) {
		DD_TRY(dd_platform_parse(dd_str_from(in->o->platform), &want, err));
		platform = (struct dd_engine_platform){ want.os, want.arch, want.variant };
	}
	if (!in->net)
		DD_TRY(dd_net_open(&in->net, err));
	DD_TRY(dd_engine_with_image(in->net, &search, &options, name, in->o->platform ? &platform : NULL, &in->arena,
				    &holder, err));
	in->card.place = dd_str_from(dd_engine_kind_name(dd_engine_about(holder.engine)->kind));
	enum dd_code code = take(in, &holder.image, err);
	dd_engine_freep(&holder.engine);
	return code;
}
