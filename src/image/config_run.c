/* SPDX-License-Identifier: Apache-2.0 */
/* What a container of the image runs, and its labels (OCI image-spec v1.1, config.md §Properties: config). */
#include <stdlib.h>

#include "base/limits.h"
#include "image/config.h"

static bool take(struct dd_arena *a, struct dd_str s, struct dd_str *ret)
{
	*ret = dd_arena_str(a, dd_str_take(s, DD_FIELD_BYTES_MAX));
	return ret->p != NULL;
}

/* Appends the texts of an array to the command; what is no text is left out. */
static bool add_words(const json_t *words, struct dd_arena *a, struct dd_image_config *c)
{
	for (size_t i = 0; i < dd_json_len(words) && c->n_command < DD_COMMAND_WORDS_MAX; i++)
		if (!take(a, dd_json_text(dd_json_at(words, i)), &c->command[c->n_command++]))
			return false;
	return true;
}

static bool read_path(const json_t *env, struct dd_arena *a, struct dd_image_config *c)
{
	static const struct dd_str path = { "PATH=", 5 };
	for (size_t i = 0; i < dd_json_len(env); i++) {
		struct dd_str s = dd_json_text(dd_json_at(env, i));
		/* Of two, the last counts: it is set last. */
		if (dd_str_starts(s, path) && !take(a, dd_str_skip(s, path.n), &c->search_path))
			return false;
	}
	return true;
}

static int by_key(const void *x, const void *y)
{
	const struct dd_label *a = x, *b = y;
	int c = dd_str_cmp(a->key, b->key);
	return c ? c : dd_str_cmp(a->value, b->value);
}

static bool read_labels(const json_t *labels, struct dd_arena *a, struct dd_image_config *c)
{
	size_t n = 0;
	for (void *it = dd_json_first(labels); it && n < DD_LABELS_MAX; it = dd_json_next(labels, it))
		n++;
	c->labels = dd_arena_array(a, n, sizeof *c->labels);
	if (!c->labels)
		return false;
	for (void *it = dd_json_first(labels); it && c->n_labels < n; it = dd_json_next(labels, it)) {
		struct dd_label *l = &c->labels[c->n_labels++];
		if (!take(a, dd_json_name(it), &l->key) || !take(a, dd_json_text(dd_json_value(it)), &l->value))
			return false;
	}
	if (c->n_labels > 1)
		qsort(c->labels, c->n_labels, sizeof *c->labels, by_key);
	return true;
}

enum dd_code dd_image_config_run(const json_t *config, struct dd_arena *a, struct dd_image_config *c)
{
	c->search_path = DD_STR("");
	c->command = dd_arena_array(a, DD_COMMAND_WORDS_MAX, sizeof *c->command);
	bool ok = c->command && add_words(dd_json_arr(config, "Entrypoint"), a, c) &&
		  add_words(dd_json_arr(config, "Cmd"), a, c) &&
		  take(a, dd_json_str(config, "WorkingDir"), &c->working_dir) &&
		  read_path(dd_json_arr(config, "Env"), a, c) && read_labels(dd_json_obj(config, "Labels"), a, c);
	return ok ? DD_OK : DD_ENOMEM;
}
