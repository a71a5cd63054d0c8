/* SPDX-License-Identifier: Apache-2.0 */
#include "model/inventory.h"

const size_t dd_target_texts[] = {
	offsetof(struct dd_target, name),	   offsetof(struct dd_target, kind),
	offsetof(struct dd_target, image),	   offsetof(struct dd_target, digest),
	offsetof(struct dd_target, config_digest), offsetof(struct dd_target, platform),
	offsetof(struct dd_target, created),	   offsetof(struct dd_target, user),
	offsetof(struct dd_target, working_dir),   offsetof(struct dd_target, search_path),
	offsetof(struct dd_target, base.name),	   offsetof(struct dd_target, base.digest),
	offsetof(struct dd_target, base.how),
};
const size_t dd_n_target_texts = DD_COUNT(dd_target_texts);

static bool copy(struct dd_arena *a, struct dd_str *s)
{
	*s = s->n ? dd_arena_str(a, *s) : DD_STR("");
	return s->p != NULL;
}

static bool copy_layers(const struct dd_target *from, struct dd_arena *a, struct dd_target *to)
{
	to->layers = dd_arena_array(a, from->n_layers, sizeof *to->layers);
	if (!to->layers)
		return false;
	for (size_t i = 0; i < from->n_layers; i++) {
		struct dd_layer *l = &to->layers[i];
		*l = from->layers[i];
		if (!copy(a, &l->digest) || !copy(a, &l->diff_id) || !copy(a, &l->media_type) ||
		    !copy(a, &l->instruction))
			return false;
	}
	return true;
}

static bool copy_lists(const struct dd_target *from, struct dd_arena *a, struct dd_target *to)
{
	to->command = dd_arena_array(a, from->n_command, sizeof *to->command);
	to->labels = dd_arena_array(a, from->n_labels, sizeof *to->labels);
	if (!to->command || !to->labels)
		return false;
	for (size_t i = 0; i < from->n_command; i++) {
		to->command[i] = from->command[i];
		if (!copy(a, &to->command[i]))
			return false;
	}
	for (size_t i = 0; i < from->n_labels; i++) {
		to->labels[i] = from->labels[i];
		if (!copy(a, &to->labels[i].key) || !copy(a, &to->labels[i].value))
			return false;
	}
	return true;
}

enum dd_code dd_target_copy(const struct dd_target *from, struct dd_arena *a, struct dd_target *ret)
{
	struct dd_target to = *from;
	for (size_t i = 0; i < dd_n_target_texts; i++) {
		struct dd_str s;
		memcpy(&s, (char *)&to + dd_target_texts[i], sizeof s);
		if (!copy(a, &s))
			return DD_ENOMEM;
		memcpy((char *)&to + dd_target_texts[i], &s, sizeof s);
	}
	if (!copy_layers(from, a, &to) || !copy_lists(from, a, &to))
		return DD_ENOMEM;
	*ret = to;
	return DD_OK;
}
