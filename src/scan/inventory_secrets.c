/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets in their places → the inventory's list. A file that a higher layer brings again (a changed mode copies it, a
 * program writes it anew) with the same secret in it is one entry: of the layer that brought the secret first, in the
 * best state that it is in, and where it stands there. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/config_secrets.h"
#include "scan/inventory_build.h"

struct list {
	struct dd_secret_at *p;
	size_t n, cap;
};

static unsigned rank(enum dd_entry_state state)
{
	return state == DD_STATE_LIVE ? 0 : state == DD_STATE_OVERWRITTEN ? 1 : 2;
}

/* ---- gathering ---- */

static enum dd_code add_layer(const struct dd_squash *s, unsigned layer, bool layer_known, struct list *all,
			      struct dd_err *err)
{
	const struct dd_layer_secrets *secrets = &s->layers[layer].secrets;
	for (size_t i = 0; i < secrets->list.n; i++) {
		const struct dd_layer_secret *one = &secrets->list.p[i];
		struct dd_secret_fate fate = dd_squash_secret_fate(s, layer, one);
		struct dd_secret_at at = { .secret = one->secret,
					   .place = DD_SECRET_FILE,
					   .path = fate.path,
					   .owner = fate.owner,
					   .layer = layer_known ? (int)layer : DD_NO_LAYER,
					   .state = fate.state,
					   .by = fate.state != DD_STATE_LIVE && layer_known ? (int)fate.by
											    : DD_NO_LAYER };
		if (!dd_vec_push(all, at, SIZE_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static enum dd_code add_config(const struct dd_config_secrets *config, struct list *all, struct dd_err *err)
{
	for (size_t i = 0; i < config->list.n; i++) {
		const struct dd_config_secret *one = &config->list.p[i];
		struct dd_secret_at at = { .secret = one->secret,
					   .place = one->place,
					   .path = one->path,
					   .layer = one->layer,
					   .state = DD_STATE_LIVE,
					   .by = DD_NO_LAYER };
		if (!dd_vec_push(all, at, SIZE_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* ---- one entry of several layers' ---- */

/* Where two are the same secret: in the same place, and both count or neither does. */
static int compare_secret(const struct dd_secret_at *a, const struct dd_secret_at *b)
{
	int c;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)) || (c = dd_str_cmp(a->secret.inner, b->secret.inner)) ||
	    (c = dd_str_cmp(a->secret.rule, b->secret.rule)) ||
	    (c = dd_str_cmp(a->secret.fingerprint, b->secret.fingerprint)))
		return c;
	return (a->secret.filtered.n > 0) - (b->secret.filtered.n > 0);
}

static int compare_position(const struct dd_secret *a, const struct dd_secret *b)
{
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	int c = dd_str_cmp(a->rule, b->rule);
	return c ? c : dd_str_cmp(a->coding, b->coding);
}

static int by_secret(const void *x, const void *y)
{
	const struct dd_secret_at *a = x, *b = y;
	int c = compare_secret(a, b);
	if (c)
		return c;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	return compare_position(&a->secret, &b->secret);
}

static void join(struct dd_secret_at *to, const struct dd_secret_at *from)
{
	/* Equal states: the lower layer's, which is the one that it was found in. */
	if (rank(from->state) >= rank(to->state))
		return;
	int layer = to->layer;
	*to = *from;
	to->layer = layer;
}

/* The kth of a layer's occurrences in a file is the kth of the layers' below. */
static void join_layers(struct list *all)
{
	size_t kept = 0, first = 0, k = 0; /* first: of the group, among the kept */
	int layer = DD_NO_LAYER;
	for (size_t i = 0; i < all->n; i++) {
		const struct dd_secret_at one = all->p[i];
		bool same = i && compare_secret(&all->p[first], &one) == 0;
		if (!same)
			first = kept;
		k = same && one.layer == layer ? k + 1 : 0;
		layer = one.layer;
		if (first + k < kept)
			join(&all->p[first + k], &one);
		else
			all->p[kept++] = one;
	}
	all->n = kept;
}

/* ---- the inventory's list ---- */

static int by_place(const void *x, const void *y)
{
	const struct dd_secret_at *a = x, *b = y;
	int c;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)) || (c = dd_str_cmp(a->secret.inner, b->secret.inner)) ||
	    (c = compare_position(&a->secret, &b->secret)))
		return c;
	return dd_str_cmp(a->secret.fingerprint, b->secret.fingerprint);
}

/* Beyond the limit those go first that do not count, and then those of the highest layers. */
static void cut(struct list *all, struct dd_inventory *inv)
{
	size_t counting = 0, kept = 0;
	for (size_t i = 0; i < all->n; i++)
		counting += all->p[i].secret.filtered.n == 0;
	size_t room = counting < DD_SECRETS_IMAGE_MAX ? DD_SECRETS_IMAGE_MAX - counting : 0;
	size_t counted = 0;
	for (size_t i = 0; i < all->n; i++) {
		bool filtered = all->p[i].secret.filtered.n > 0;
		if (filtered ? room == 0 : counted == DD_SECRETS_IMAGE_MAX) {
			inv->secrets_dropped++;
			continue;
		}
		room -= filtered;
		counted += !filtered;
		all->p[kept++] = all->p[i];
	}
	all->n = kept;
}

/* A rule that is not in the set (of a record that was tampered with) has no more to say than its name. */
static struct dd_secret_kind kind_of(const struct dd_secret_rule_set *rules, struct dd_str id)
{
	size_t from = 0, to = rules->n_rules;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int c = dd_str_cmp(rules->rules[middle].kind.id, id);
		if (c == 0)
			return rules->rules[middle].kind;
		if (c < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return (struct dd_secret_kind){ .id = id, .title = id };
}

static enum dd_code copy_text(struct dd_arena *a, struct dd_str *s, struct dd_err *err)
{
	*s = s->n ? dd_arena_str(a, *s) : DD_STR("");
	return s->p ? DD_OK : dd_fail_nomem(err);
}

/* *ret is one in the inventory's arena for all secrets of that rule. */
static enum dd_code take_kind(struct dd_map *kinds, const struct dd_secret_rule_set *rules, struct dd_inventory *inv,
			      size_t at, struct dd_err *err)
{
	struct dd_secret_at *s = &inv->secrets[at];
	uint32_t first = dd_map_get(kinds, s->secret.rule);
	if (first != DD_MAP_NONE) {
		s->kind = inv->secrets[first].kind;
		return DD_OK;
	}
	struct dd_secret_kind *kind = dd_arena_new(&inv->arena, struct dd_secret_kind);
	if (!kind)
		return dd_fail_nomem(err);
	*kind = kind_of(rules, s->secret.rule);
	struct dd_str *const texts[] = { &kind->id, &kind->title, &kind->provider, &kind->revoke, &kind->advice };
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		DD_TRY(copy_text(&inv->arena, texts[i], err));
	s->kind = kind;
	return dd_map_set(kinds, s->secret.rule, (uint32_t)at) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code take_list(const struct list *all, const struct dd_secret_rule_set *rules, struct dd_map *kinds,
			      struct dd_inventory *inv, struct dd_err *err)
{
	inv->secrets = dd_arena_array(&inv->arena, all->n, sizeof *inv->secrets);
	if (!inv->secrets)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < all->n; i++) {
		struct dd_secret_at *at = &inv->secrets[i];
		*at = all->p[i];
		DD_TRY(dd_secret_copy(&all->p[i].secret, &inv->arena, &at->secret, err));
		DD_TRY(copy_text(&inv->arena, &at->path, err));
		DD_TRY(copy_text(&inv->arena, &at->owner, err));
		DD_TRY(copy_text(&inv->arena, &at->commit, err));
		DD_TRY(copy_text(&inv->arena, &at->author, err));
		DD_TRY(copy_text(&inv->arena, &at->date, err));
		DD_TRY(take_kind(kinds, rules, inv, i, err));
		inv->n_secrets++;
	}
	return DD_OK;
}

static enum dd_code gather(const struct dd_squash *s, bool layer_known, const struct dd_config_secrets *config,
			   struct list *all, struct dd_inventory *inv, struct dd_err *err)
{
	inv->secrets_looked_for = true;
	for (unsigned layer = 0; layer < s->n_layers; layer++) {
		DD_TRY(add_layer(s, layer, layer_known, all, err));
		inv->secrets_dropped += s->layers[layer].secrets.dropped;
		/* A layer whose bytes are not there has no secrets to look for, and a problem that says so. */
	}
	inv->secrets_dropped += config->dropped;
	return add_config(config, all, err);
}

enum dd_code dd_inventory_list_secrets(struct dd_secret_at *secrets, size_t n, const struct dd_secret_rule_set *rules,
				       struct dd_inventory *inv, struct dd_err *err)
{
	struct list all = { secrets, n, n };
	struct dd_map kinds = { 0 };
	if (n)
		qsort(secrets, n, sizeof *secrets, by_place);
	cut(&all, inv);
	enum dd_code code = take_list(&all, rules, &kinds, inv, err);
	dd_map_done(&kinds);
	return code;
}

enum dd_code dd_inventory_secrets(const struct dd_squash *s, bool layer_known, const struct dd_config_secrets *config,
				  const struct dd_secret_rule_set *rules, struct dd_inventory *inv, struct dd_err *err)
{
	struct list all = { 0 };
	struct dd_map kinds = { 0 };
	enum dd_code code = gather(s, layer_known, config, &all, inv, err);
	if (code == DD_OK && all.n) {
		qsort(all.p, all.n, sizeof *all.p, by_secret);
		join_layers(&all);
		qsort(all.p, all.n, sizeof *all.p, by_place);
		cut(&all, inv);
	}
	if (code == DD_OK)
		code = take_list(&all, rules, &kinds, inv, err);
	dd_vec_done(&all);
	dd_map_done(&kinds);
	return code;
}
