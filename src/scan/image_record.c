/* SPDX-License-Identifier: Apache-2.0 */
/* Encoded as layer facts are: texts are LEB128 length and bytes, in the order of the tables below. */
#include "scan/image_record.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/pathlist.h"

enum { RECORD_FORMAT = 2, KEY_MAX = DD_DIGEST_TEXT_MAX + 32 };

static const size_t layer_texts[] = { offsetof(struct dd_layer, digest), offsetof(struct dd_layer, diff_id),
				      offsetof(struct dd_layer, media_type), offsetof(struct dd_layer, instruction) };
static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

static struct dd_str key_of(const struct dd_digest *identity, char out[KEY_MAX])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, KEY_MAX, "image %d %s", RECORD_FORMAT, dd_digest_text(identity, text));
	return dd_str_from(out);
}

static void put_texts(struct dd_buf *out, const void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str s;
		memcpy(&s, (const char *)record + at[i], sizeof s);
		(void)dd_buf_add_varint(out, s.n);
		(void)dd_buf_add_str(out, s);
	}
}

static const size_t word_texts[] = { 0 };
static const size_t label_texts[] = { offsetof(struct dd_label, key), offsetof(struct dd_label, value) };

static void put_lists(struct dd_buf *out, const struct dd_target *t)
{
	(void)dd_buf_add_varint(out, t->n_command);
	for (size_t i = 0; i < t->n_command; i++)
		put_texts(out, &t->command[i], word_texts, DD_COUNT(word_texts));
	(void)dd_buf_add_varint(out, t->n_labels);
	for (size_t i = 0; i < t->n_labels; i++)
		put_texts(out, &t->labels[i], label_texts, DD_COUNT(label_texts));
}

enum dd_code dd_image_record_put(const struct dd_cache *cache, const struct dd_digest *identity,
				 const struct dd_inventory *inv, const struct dd_problem *problems, size_t n_problems)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_CONFIG_BYTES_MAX * 4);
	char key[KEY_MAX];
	put_texts(&out, &inv->target, dd_target_texts, dd_n_target_texts);
	put_lists(&out, &inv->target);
	(void)dd_buf_add_varint(&out, inv->target.base.n_layers);
	(void)dd_buf_add_varint(&out, inv->target.n_layers);
	for (size_t i = 0; i < inv->target.n_layers; i++) {
		put_texts(&out, &inv->target.layers[i], layer_texts, DD_COUNT(layer_texts));
		(void)dd_buf_add_varint(&out, inv->target.layers[i].stored_bytes);
	}
	(void)dd_buf_add_varint(&out, n_problems);
	for (size_t i = 0; i < n_problems; i++) {
		put_texts(&out, &problems[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(&out, (uint64_t)((int64_t)problems[i].layer + 1));
		(void)dd_buf_add_varint(&out, problems[i].offset);
	}
	DD_TRY(dd_buf_check(&out, "an image record", NULL));
	return dd_cache_put(cache, DD_CACHE_IMAGES, key_of(identity, key), dd_buf_str(&out), NULL);
}

static bool get_texts(struct dd_str *rest, struct dd_arena *a, void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t len;
		if (!dd_varint_next(rest, &len) || len > rest->n)
			return false;
		struct dd_str s = dd_arena_str(a, dd_str_take(*rest, (size_t)len));
		*rest = dd_str_skip(*rest, (size_t)len);
		if (!s.p)
			return false;
		memcpy((char *)record + at[i], &s, sizeof s);
	}
	return true;
}

static bool get_lists(struct dd_str *rest, struct dd_arena *a, struct dd_target *t)
{
	uint64_t n;
	if (!dd_varint_next(rest, &n) || n > DD_COMMAND_WORDS_MAX)
		return false;
	t->n_command = (size_t)n;
	t->command = dd_arena_array(a, t->n_command, sizeof *t->command);
	for (size_t i = 0; t->command && i < t->n_command; i++)
		if (!get_texts(rest, a, &t->command[i], word_texts, DD_COUNT(word_texts)))
			return false;
	if (!dd_varint_next(rest, &n) || n > DD_LABELS_MAX)
		return false;
	t->n_labels = (size_t)n;
	t->labels = dd_arena_array(a, t->n_labels, sizeof *t->labels);
	for (size_t i = 0; t->labels && i < t->n_labels; i++)
		if (!get_texts(rest, a, &t->labels[i], label_texts, DD_COUNT(label_texts)))
			return false;
	return t->command && t->labels;
}

static bool get_layers(struct dd_str *rest, struct dd_inventory *inv)
{
	uint64_t n, base;
	if (!dd_varint_next(rest, &base) || base > DD_LAYERS_MAX || !dd_varint_next(rest, &n) || n > DD_LAYERS_MAX)
		return false;
	inv->target.base.n_layers = (size_t)base;
	inv->target.n_layers = (size_t)n;
	inv->target.layers = dd_arena_array(&inv->arena, (size_t)n, sizeof *inv->target.layers);
	for (size_t i = 0; inv->target.layers && i < n; i++) {
		if (!get_texts(rest, &inv->arena, &inv->target.layers[i], layer_texts, DD_COUNT(layer_texts)) ||
		    !dd_varint_next(rest, &inv->target.layers[i].stored_bytes))
			return false;
		inv->target.layers[i].from_base = i < inv->target.base.n_layers;
	}
	return inv->target.layers != NULL;
}

static bool get_problems(struct dd_str *rest, struct dd_inventory *inv)
{
	uint64_t n;
	if (!dd_varint_next(rest, &n) || n > DD_PROBLEMS_MAX)
		return false;
	inv->n_problems = (size_t)n;
	inv->problems = dd_arena_array(&inv->arena, (size_t)n, sizeof *inv->problems);
	for (size_t i = 0; inv->problems && i < n; i++) {
		uint64_t layer;
		struct dd_problem *p = &inv->problems[i];
		if (!get_texts(rest, &inv->arena, p, problem_texts, DD_COUNT(problem_texts)) ||
		    !dd_varint_next(rest, &layer) || layer > DD_LAYERS_MAX || !dd_varint_next(rest, &p->offset))
			return false;
		p->layer = (int)layer - 1;
	}
	return inv->problems != NULL;
}

bool dd_image_record_get(const struct dd_cache *cache, const struct dd_digest *identity, struct dd_str target,
			 struct dd_inventory *inv)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_CONFIG_BYTES_MAX * 4);
	char key[KEY_MAX];
	if (!dd_cache_get(cache, DD_CACHE_IMAGES, key_of(identity, key), &bytes))
		return false;
	struct dd_str rest = dd_buf_str(&bytes);
	if (!get_texts(&rest, &inv->arena, &inv->target, dd_target_texts, dd_n_target_texts) ||
	    !get_lists(&rest, &inv->arena, &inv->target) || !get_layers(&rest, inv) || !get_problems(&rest, inv) ||
	    rest.n)
		return false;
	inv->target.name = dd_arena_str(&inv->arena, target); /* the same bytes may be asked for by another name */
	return inv->target.name.p != NULL;
}
