/* SPDX-License-Identifier: Apache-2.0 */
/* What a container of the image would be: the configuration's member `config`, as registries, archives and engines have
 * it alike. Values of Env are never taken over: they may be secrets, names tell enough. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "image/card_documents.h"
#include "image/config.h"

static bool keep(struct dd_arena *a, struct dd_str s, struct dd_str *ret)
{
	*ret = dd_arena_str(a, dd_str_take(s, DD_FIELD_BYTES_MAX));
	return ret->p != NULL;
}

static int by_text(const void *x, const void *y)
{
	return dd_str_cmp(*(const struct dd_str *)x, *(const struct dd_str *)y);
}

/* The texts of an array; what is none is left out. */
static bool texts(const json_t *list, struct dd_arena *a, struct dd_str **ret, size_t *ret_n)
{
	size_t n = dd_json_len(list), kept = 0;
	n = n < DD_COMMAND_WORDS_MAX ? n : DD_COMMAND_WORDS_MAX;
	*ret = dd_arena_array(a, n, sizeof **ret);
	if (!*ret)
		return false;
	for (size_t i = 0; i < n; i++)
		if (json_is_string(dd_json_at(list, i)) && !keep(a, dd_json_text(dd_json_at(list, i)), &(*ret)[kept++]))
			return false;
	*ret_n = kept;
	return true;
}

/* The names of an object's members, sorted: ExposedPorts and Volumes are sets. */
static bool names(const json_t *set, struct dd_arena *a, struct dd_str **ret, size_t *ret_n)
{
	size_t n = 0, kept = 0;
	for (void *it = dd_json_first(set); it && n < DD_COMMAND_WORDS_MAX; it = dd_json_next(set, it))
		n++;
	*ret = dd_arena_array(a, n, sizeof **ret);
	if (!*ret)
		return false;
	for (void *it = dd_json_first(set); it && kept < n; it = dd_json_next(set, it))
		if (!keep(a, dd_json_name(it), &(*ret)[kept++]))
			return false;
	if (kept > 1)
		qsort(*ret, kept, sizeof **ret, by_text);
	*ret_n = kept;
	return true;
}

static int by_key(const void *x, const void *y)
{
	const struct dd_label *a = x, *b = y;
	int c = dd_str_cmp(a->key, b->key);
	return c ? c : dd_str_cmp(a->value, b->value);
}

static bool labels(const json_t *set, struct dd_arena *a, struct dd_card *card)
{
	size_t n = 0;
	for (void *it = dd_json_first(set); it && n < DD_LABELS_MAX; it = dd_json_next(set, it))
		n++;
	card->labels = dd_arena_array(a, n, sizeof *card->labels);
	card->n_labels = 0;
	if (!card->labels)
		return false;
	for (void *it = dd_json_first(set); it && card->n_labels < n; it = dd_json_next(set, it)) {
		struct dd_label *l = &card->labels[card->n_labels++];
		if (!keep(a, dd_json_name(it), &l->key) || !keep(a, dd_json_text(dd_json_value(it)), &l->value))
			return false;
	}
	if (n > 1)
		qsort(card->labels, n, sizeof *card->labels, by_key);
	return true;
}

static void cut_values(struct dd_card *card)
{
	for (size_t i = 0; i < card->n_environment; i++)
		card->environment[i] = dd_str_take(card->environment[i], dd_str_find(card->environment[i], '='));
}

/* A set of volumes is an object; some builders write a list. */
static bool set_or_list(const json_t *config, const char *key, struct dd_arena *a, struct dd_str **ret, size_t *ret_n)
{
	const json_t *list = dd_json_arr(config, key);
	return list ? texts(list, a, ret, ret_n) : names(dd_json_obj(config, key), a, ret, ret_n);
}

enum dd_code dd_describe_run(const json_t *config, struct dd_arena *a, struct dd_card *card, struct dd_err *err)
{
	bool ok = keep(a, dd_json_str(config, "User"), &card->user) &&
		  keep(a, dd_json_str(config, "WorkingDir"), &card->working_dir) &&
		  keep(a, dd_json_str(config, "StopSignal"), &card->stop_signal) &&
		  texts(dd_json_arr(config, "Entrypoint"), a, &card->entrypoint, &card->n_entrypoint) &&
		  texts(dd_json_arr(config, "Cmd"), a, &card->command, &card->n_command) &&
		  texts(dd_json_arr(config, "Env"), a, &card->environment, &card->n_environment) &&
		  set_or_list(config, "ExposedPorts", a, &card->ports, &card->n_ports) &&
		  set_or_list(config, "Volumes", a, &card->volumes, &card->n_volumes) &&
		  labels(dd_json_obj(config, "Labels"), a, card);
	if (!ok)
		return dd_fail_nomem(err);
	cut_values(card);
	card->has_config = true;
	return DD_OK;
}

enum dd_code dd_describe_config(struct dd_str json, struct dd_arena *a, struct dd_card *card, struct dd_err *err)
{
	enum { DAY_S = 24 * 60 * 60 };
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_image_config c;
	int64_t created;
	DD_TRY(dd_image_config_parse(json, a, &c, err));
	DD_TRY(dd_json_parse(json, &doc, err));
	DD_TRY(dd_describe_run(dd_json_obj(doc, "config"), a, card, err));
	card->platform = dd_platform_text(&c.platform, a);
	card->created_text = c.created;
	if (dd_time_parse(c.created, &created)) {
		/* Builders that give the same bytes each time write the epoch (or 1980, for zip's sake). */
		card->reproducible = created < INT64_C(3653) * DAY_S;
		card->created = card->reproducible ? DD_CARD_NO_TIME : created;
	}
	card->n_layers = c.n_diff_ids;
	card->base = c.base;
	return DD_OK;
}
