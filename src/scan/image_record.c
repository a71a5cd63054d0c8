/* SPDX-License-Identifier: Apache-2.0 */
/* Encoded as layer facts are: texts are LEB128 length and bytes, in the order of the tables below. */
#include "scan/image_record.h"

#include <stdio.h>

#include "base/limits.h"
#include "scan/record.h"

enum { RECORD_FORMAT = 3, KEY_MAX = DD_DIGEST_TEXT_MAX + 64 };

static const size_t layer_texts[] = { offsetof(struct dd_layer, digest), offsetof(struct dd_layer, diff_id),
				      offsetof(struct dd_layer, media_type), offsetof(struct dd_layer, instruction) };
static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

static struct dd_str key_of(const struct dd_digest *identity, const struct dd_secret_detector *detector,
			    char out[KEY_MAX])
{
	char text[DD_DIGEST_TEXT_MAX], secrets[32] = "";
	if (detector)
		(void)snprintf(secrets, sizeof secrets, " secrets %016llx",
			       (unsigned long long)dd_secret_detector_fingerprint(detector));
	(void)snprintf(out, KEY_MAX, "image %d %s%s", RECORD_FORMAT, dd_digest_text(identity, text), secrets);
	return dd_str_from(out);
}

static const size_t word_texts[] = { 0 };
static const size_t label_texts[] = { offsetof(struct dd_label, key), offsetof(struct dd_label, value) };

static void put_lists(struct dd_buf *out, const struct dd_target *t)
{
	(void)dd_buf_add_varint(out, t->n_command);
	for (size_t i = 0; i < t->n_command; i++)
		dd_record_put_texts(out, &t->command[i], word_texts, DD_COUNT(word_texts));
	(void)dd_buf_add_varint(out, t->n_labels);
	for (size_t i = 0; i < t->n_labels; i++)
		dd_record_put_texts(out, &t->labels[i], label_texts, DD_COUNT(label_texts));
}

enum dd_code dd_image_record_put(const struct dd_cache *cache, const struct dd_digest *identity,
				 const struct dd_secret_detector *detector, const struct dd_inventory *inv,
				 const struct dd_config_secrets *config, const struct dd_problem *problems,
				 size_t n_problems)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_CONFIG_BYTES_MAX * 4);
	char key[KEY_MAX];
	dd_record_put_texts(&out, &inv->target, dd_target_texts, dd_n_target_texts);
	put_lists(&out, &inv->target);
	(void)dd_buf_add_varint(&out, inv->target.base.n_layers);
	(void)dd_buf_add_varint(&out, inv->target.n_layers);
	for (size_t i = 0; i < inv->target.n_layers; i++) {
		dd_record_put_texts(&out, &inv->target.layers[i], layer_texts, DD_COUNT(layer_texts));
		(void)dd_buf_add_varint(&out, inv->target.layers[i].stored_bytes);
	}
	(void)dd_buf_add_varint(&out, n_problems);
	for (size_t i = 0; i < n_problems; i++) {
		dd_record_put_texts(&out, &problems[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(&out, (uint64_t)((int64_t)problems[i].layer + 1));
		(void)dd_buf_add_varint(&out, problems[i].offset);
	}
	if (detector)
		dd_config_secrets_put(config, &out);
	DD_TRY(dd_buf_check(&out, "an image record", NULL));
	return dd_cache_put(cache, DD_CACHE_IMAGES, key_of(identity, detector, key), dd_buf_str(&out), NULL);
}

static void get_lists(struct dd_record_reader *r, struct dd_target *t)
{
	t->n_command = (size_t)dd_record_number(r, DD_COMMAND_WORDS_MAX);
	t->command = dd_arena_array(r->arena, t->n_command, sizeof *t->command);
	for (size_t i = 0; t->command && i < t->n_command; i++)
		dd_record_texts(r, &t->command[i], word_texts, DD_COUNT(word_texts));
	t->n_labels = (size_t)dd_record_number(r, DD_LABELS_MAX);
	t->labels = dd_arena_array(r->arena, t->n_labels, sizeof *t->labels);
	for (size_t i = 0; t->labels && i < t->n_labels; i++)
		dd_record_texts(r, &t->labels[i], label_texts, DD_COUNT(label_texts));
	r->bad = r->bad || !t->command || !t->labels;
}

static void get_layers(struct dd_record_reader *r, struct dd_target *t)
{
	t->base.n_layers = (size_t)dd_record_number(r, DD_LAYERS_MAX);
	t->n_layers = (size_t)dd_record_number(r, DD_LAYERS_MAX);
	t->layers = dd_arena_array(r->arena, t->n_layers, sizeof *t->layers);
	for (size_t i = 0; t->layers && i < t->n_layers; i++) {
		dd_record_texts(r, &t->layers[i], layer_texts, DD_COUNT(layer_texts));
		t->layers[i].stored_bytes = dd_record_number(r, UINT64_MAX);
		t->layers[i].from_base = i < t->base.n_layers;
	}
	r->bad = r->bad || !t->layers;
}

static void get_problems(struct dd_record_reader *r, struct dd_inventory *inv)
{
	inv->n_problems = (size_t)dd_record_number(r, DD_PROBLEMS_MAX);
	inv->problems = dd_arena_array(r->arena, inv->n_problems, sizeof *inv->problems);
	for (size_t i = 0; inv->problems && i < inv->n_problems; i++) {
		struct dd_problem *p = &inv->problems[i];
		dd_record_texts(r, p, problem_texts, DD_COUNT(problem_texts));
		p->layer = (int)dd_record_number(r, DD_LAYERS_MAX) - 1;
		p->offset = dd_record_number(r, UINT64_MAX);
	}
	r->bad = r->bad || !inv->problems;
}

bool dd_image_record_get(const struct dd_cache *cache, const struct dd_digest *identity,
			 const struct dd_secret_detector *detector, struct dd_str target, struct dd_inventory *inv,
			 struct dd_config_secrets *config)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_CONFIG_BYTES_MAX * 4);
	char key[KEY_MAX];
	if (!dd_cache_get(cache, DD_CACHE_IMAGES, key_of(identity, detector, key), &bytes))
		return false;
	struct dd_record_reader r = { .rest = dd_buf_str(&bytes), .arena = &inv->arena };
	dd_record_texts(&r, &inv->target, dd_target_texts, dd_n_target_texts);
	get_lists(&r, &inv->target);
	get_layers(&r, &inv->target);
	get_problems(&r, inv);
	if (detector) {
		r.arena = &config->arena;
		dd_config_secrets_get(&r, config);
	}
	if (r.bad || r.rest.n)
		return false;
	inv->target.name = dd_arena_str(&inv->arena, target); /* the same bytes may be asked for by another name */
	return inv->target.name.p != NULL;
}
