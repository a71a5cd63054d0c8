/* SPDX-License-Identifier: Apache-2.0 */
/* Asks every engine and reads every store that there is. */
#include <stdlib.h>

#include "base/limits.h"
#include "cmd/images.h"
#include "image/stores.h"
#include "net/engine/engine.h"

/* Images that are asked for their platform, one request each. */
enum { ROWS_MAX = 200000, PROBLEMS_MAX = 64, INSPECTED_MAX = 5000 };

struct gathering {
	struct dd_images *all;
	bool running; /* only images in use */
	size_t inspected;
};

void dd_images_done(struct dd_images *all)
{
	dd_vec_done(&all->rows);
	dd_vec_done(&all->problems);
	dd_map_done(&all->listed);
	dd_arena_done(&all->arena);
}

static enum dd_code add_problem(struct gathering *g, const char *engine, const char *where, const struct dd_err *why,
				struct dd_err *err)
{
	struct dd_str text = dd_arena_str(&g->all->arena, dd_str_from(why->message));
	struct dd_images_problem p = { engine, where, text };
	if (!text.p || !dd_vec_push(&g->all->problems, p, PROBLEMS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code add_row(struct gathering *g, const struct dd_images_row *row, struct dd_err *err)
{
	if (g->running && row->n_used_by == 0)
		return DD_OK;
	if (!dd_vec_push(&g->all->rows, *row, ROWS_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d images", ROWS_MAX);
	return DD_OK;
}

/* ---- engines ---- */

struct users {
	const struct dd_engine_containers *containers;
	struct dd_map first; /* image id → its first container that runs */
	uint32_t *next;	     /* of each container: the next one with the same image; DD_MAP_NONE: none */
	bool *told;	     /* of each container: its image was listed */
};

/* Backwards, so that the chains are in the order of names. */
static enum dd_code chain_users(struct users *u, struct dd_arena *a, struct dd_err *err)
{
	size_t n = u->containers->n;
	u->next = dd_arena_array(a, n, sizeof *u->next);
	u->told = dd_arena_array(a, n, sizeof *u->told);
	if (!u->next || !u->told)
		return dd_fail_nomem(err);
	for (size_t i = n; i-- > 0;) {
		const struct dd_engine_container *c = &u->containers->p[i];
		if (!c->running)
			continue;
		u->next[i] = dd_map_get(&u->first, c->image_id);
		if (!dd_map_set(&u->first, c->image_id, (uint32_t)i))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static enum dd_code take_users(struct users *u, struct dd_images_row *row, struct dd_arena *a, struct dd_err *err)
{
	size_t n = 0;
	for (uint32_t i = dd_map_get(&u->first, row->id); i != DD_MAP_NONE; i = u->next[i])
		n++;
	row->used_by = dd_arena_array(a, n, sizeof *row->used_by);
	if (!row->used_by)
		return dd_fail_nomem(err);
	for (uint32_t i = dd_map_get(&u->first, row->id); i != DD_MAP_NONE; i = u->next[i]) {
		const struct dd_engine_container *c = &u->containers->p[i];
		row->used_by[row->n_used_by++] = c->name.n ? c->name : c->id;
		u->told[i] = true;
	}
	return DD_OK;
}

static struct dd_str platform_of(struct gathering *g, struct dd_engine *e, struct dd_str id)
{
	struct dd_engine_image image;
	struct dd_platform p;
	if (g->inspected++ >= INSPECTED_MAX || dd_engine_image(e, id, NULL, &g->all->arena, &image, NULL) != DD_OK)
		return DD_STR("");
	p = (struct dd_platform){ image.platform.os, image.platform.arch, image.platform.variant };
	struct dd_str text = dd_platform_text(&p, &g->all->arena);
	return text.p ? text : DD_STR("");
}

static enum dd_code take_image(struct gathering *g, struct dd_engine *e, const struct dd_engine_image *image,
			       struct users *u, struct dd_err *err)
{
	const struct dd_engine_about *about = dd_engine_about(e);
	struct dd_images_row row = { .engine = dd_engine_kind_name(about->kind),
				     .where = about->url,
				     .names = image->tags,
				     .n_names = image->n_tags,
				     .id = image->id,
				     .size = image->size,
				     .created = image->created };
	DD_TRY(take_users(u, &row, &g->all->arena, err));
	if (!dd_map_set(&g->all->listed, image->id, 1))
		return dd_fail_nomem(err);
	if (g->running && row.n_used_by == 0)
		return DD_OK;
	row.platform = platform_of(g, e, image->id);
	return add_row(g, &row, err);
}

/* Containers whose image the engine does not list (it was removed by force): what runs is never left out. */
static enum dd_code take_orphans(struct gathering *g, const struct dd_engine_about *about, struct users *u,
				 struct dd_err *err)
{
	for (size_t i = 0; i < u->containers->n; i++) {
		const struct dd_engine_container *c = &u->containers->p[i];
		if (!c->running || u->told[i])
			continue;
		struct dd_images_row row = { .engine = dd_engine_kind_name(about->kind),
					     .where = about->url,
					     .names = dd_arena_new(&g->all->arena, struct dd_str),
					     .n_names = 1,
					     .id = c->image_id };
		if (!row.names)
			return dd_fail_nomem(err);
		row.names[0] = c->image;
		DD_TRY(take_users(u, &row, &g->all->arena, err));
		DD_TRY(add_row(g, &row, err));
	}
	return DD_OK;
}

static enum dd_code take_engine(struct gathering *g, struct dd_engine *e, struct dd_err *err)
{
	struct dd_engine_images images;
	struct dd_engine_containers containers;
	struct users u = { .containers = &containers };
	struct dd_arena *a = &g->all->arena;
	DD_TRY(dd_engine_images(e, a, &images, err));
	DD_TRY(dd_engine_containers(e, a, &containers, err));
	enum dd_code code = chain_users(&u, a, err);
	for (size_t i = 0; i < images.n && code == DD_OK; i++)
		code = take_image(g, e, &images.p[i], &u, err);
	if (code == DD_OK)
		code = take_orphans(g, dd_engine_about(e), &u, err);
	dd_map_done(&u.first);
	return code;
}

/* The address outlives the engine's own copy of it. */
static void keep_address(struct gathering *g, size_t first, const struct dd_engine_place *place)
{
	for (size_t i = first; i < g->all->rows.n; i++)
		g->all->rows.p[i].where = place->url;
}

static enum dd_code gather_engine(struct gathering *g, const struct dd_net *net, const struct dd_engine_place *place,
				  struct dd_err *err)
{
	DD_CLEANUP(dd_engine_freep) struct dd_engine *e = NULL;
	struct dd_err why = { .at = DD_NO_OFFSET };
	size_t first = g->all->rows.n;
	enum dd_code code = dd_engine_open(net, place, NULL, &e, &why);
	if (code == DD_OK)
		code = take_engine(g, e, &why);
	keep_address(g, first, place);
	if (code == DD_ENOMEM || code == DD_OK) {
		if (code != DD_OK)
			dd_err_copy(err, &why);
		return code;
	}
	return add_problem(g, dd_engine_kind_name(place->kind), place->url, &why, err);
}

static enum dd_code gather_engines(struct gathering *g, unsigned engines, struct dd_err *err)
{
	const struct dd_engine_search s = { .docker = engines & DD_IMAGES_DOCKER,
					    .podman = engines & DD_IMAGES_PODMAN,
					    .get = getenv };
	DD_CLEANUP(dd_net_closep) struct dd_net *net = NULL;
	struct dd_engine_places places;
	DD_TRY(dd_engine_find(&s, &g->all->arena, &places, err));
	if (places.n)
		DD_TRY(dd_net_open(&net, err));
	g->all->asked += places.n;
	for (size_t i = 0; i < places.n; i++)
		DD_TRY(gather_engine(g, net, &places.at[i], err));
	return DD_OK;
}

/* ---- stores ---- */

static enum dd_code take_stored(struct gathering *g, const struct dd_store_place *place,
				const struct dd_store_image *image, struct dd_err *err)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_images_row row = { .engine = dd_store_kind_name(place->kind),
				     .where = place->root,
				     .space = image->space,
				     .names = image->names,
				     .n_names = image->n_names,
				     .size = image->size,
				     .created = image->created,
				     .platform = image->platform,
				     .used_by = image->used_by,
				     .n_used_by = image->n_used_by };
	row.id = dd_arena_str(&g->all->arena, dd_str_from(dd_digest_text(&image->id, text)));
	if (!row.id.p)
		return dd_fail_nomem(err);
	bool by_service = place->kind == DD_STORE_CONTAINERS || dd_str_eq_c(image->space, "moby");
	if (by_service && dd_map_get(&g->all->listed, row.id) != DD_MAP_NONE)
		return DD_OK;
	return add_row(g, &row, err);
}

static enum dd_code gather_store(struct gathering *g, const struct dd_store_place *place, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	struct dd_store_images images = { 0 };
	enum dd_code code = dd_store_images(place, &g->all->arena, &images, &why);
	if (code == DD_ENOMEM) {
		dd_err_copy(err, &why);
		return code;
	}
	if (code != DD_OK)
		return add_problem(g, dd_store_kind_name(place->kind), place->root, &why, err);
	for (size_t i = 0; i < images.n; i++)
		DD_TRY(take_stored(g, place, &images.p[i], err));
	return DD_OK;
}

static enum dd_code gather_stores(struct gathering *g, unsigned engines, struct dd_err *err)
{
	const struct dd_store_search s = { .containerd = engines & DD_IMAGES_CONTAINERD,
					   .storage = engines & DD_IMAGES_STORAGE,
					   .get = getenv };
	struct dd_store_places places;
	DD_TRY(dd_stores_find(&s, &g->all->arena, &places, err));
	g->all->asked += places.n;
	for (size_t i = 0; i < places.n; i++)
		DD_TRY(gather_store(g, &places.at[i], err));
	return DD_OK;
}

enum dd_code dd_images_gather(struct dd_images *all, unsigned engines, bool running, struct dd_err *err)
{
	struct gathering g = { .all = all, .running = running };
	if (engines & (DD_IMAGES_DOCKER | DD_IMAGES_PODMAN))
		DD_TRY(gather_engines(&g, engines, err));
	if (engines & (DD_IMAGES_CONTAINERD | DD_IMAGES_STORAGE))
		DD_TRY(gather_stores(&g, engines, err));
	return DD_OK;
}
