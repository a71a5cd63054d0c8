/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of an image's documents that may hold a secret, each in a form in which a rule sees the name beside the
 * value (OCI image-spec v1.1: config.md, annotations.md; Docker image spec v1.2 for Healthcheck, OnBuild, Shell and
 * container_config):
 *   Env, build arguments   "NAME=value"
 *   labels, annotations    "key=value"
 *   Cmd and its like       the words of the array, each in quotes, commas between: an option and its value are two
 *   history                the instruction, and each build argument by itself (history_texts.c)
 * What a member is not known for is searched, too: every string of the configuration is a text. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "scan/config_parts.h"

enum { NAME_BYTES_MAX = 256, LEAF_DEPTH_MAX = 8 };

enum dd_code dd_texts_look(struct dd_texts *t, const struct dd_config_text *text, struct dd_err *err)
{
	return dd_config_secrets_look(t->ret, t->scanner, text, err);
}

struct dd_str dd_texts_name(struct dd_str s)
{
	return dd_str_take(s, NAME_BYTES_MAX);
}

/* ---- environment ---- */

static enum dd_code look_at_env(struct dd_texts *t, const json_t *env, const char *where, struct dd_err *err)
{
	char path[NAME_BYTES_MAX + 64], word[NAME_BYTES_MAX + 8], file[64];
	for (size_t i = 0; i < dd_json_len(env); i++) {
		struct dd_str text = dd_json_text(dd_json_at(env, i));
		struct dd_str name = dd_texts_name(dd_str_take(text, dd_str_find(text, '=')));
		(void)snprintf(path, sizeof path, "%s.Env %.*s", where, DD_FMT(name));
		(void)snprintf(word, sizeof word, "ENV %.*s", DD_FMT(name));
		(void)snprintf(file, sizeof file, "%s.Env[%zu]", where, i);
		DD_TRY(dd_texts_look(t,
				     &(struct dd_config_text){ .place = DD_SECRET_ENV,
							       .path = dd_str_from(path),
							       .word = dd_str_from(word),
							       .file = dd_str_from(file),
							       .layer = DD_NO_LAYER,
							       .text = text },
				     err));
	}
	return DD_OK;
}

/* ---- labels and annotations ---- */

struct pairs {
	enum dd_secret_place place;
	const char *where; /* "config.Labels" */
	const char *word;
	int layer;
};

static enum dd_code look_at_pairs(struct dd_texts *t, const json_t *pairs, const struct pairs *what, struct dd_err *err)
{
	char path[NAME_BYTES_MAX + 128];
	for (void *it = dd_json_first(pairs); it; it = dd_json_next(pairs, it)) {
		struct dd_str name = dd_json_name(it), value = dd_json_text(dd_json_value(it));
		dd_buf_clear(&t->text);
		(void)dd_buf_add_str(&t->text, name);
		(void)dd_buf_add_char(&t->text, '=');
		if (dd_buf_add_str(&t->text, value) != DD_OK)
			return dd_fail_nomem(err);
		(void)snprintf(path, sizeof path, "%s %.*s", what->where, DD_FMT(dd_texts_name(name)));
		DD_TRY(dd_texts_look(t,
				     &(struct dd_config_text){ .place = what->place,
							       .path = dd_str_from(path),
							       .word = dd_str_from(what->word),
							       .file = dd_str_from(what->where),
							       .layer = what->layer,
							       .text = dd_buf_str(&t->text) },
				     err));
	}
	return DD_OK;
}

/* ---- commands ---- */

static const struct command {
	const char *member, *inner; /* inner: a member of that */
	const char *word;
} commands[] = {
	{ "Entrypoint", NULL, "ENTRYPOINT" },
	{ "Cmd", NULL, "CMD" },
	{ "Healthcheck", "Test", "HEALTHCHECK" },
	{ "Shell", NULL, "SHELL" },
};

/* Docker's oldest configurations have a string where the list of words is. */
static enum dd_code join_words(struct dd_texts *t, const json_t *words, struct dd_err *err)
{
	dd_buf_clear(&t->text);
	(void)dd_buf_add_str(&t->text, dd_json_text(words));
	for (size_t i = 0; i < dd_json_len(words); i++) {
		(void)dd_buf_add_c(&t->text, i ? ", \"" : "\"");
		(void)dd_buf_add_str(&t->text, dd_json_text(dd_json_at(words, i)));
		(void)dd_buf_add_char(&t->text, '"');
	}
	return t->text.failed ? dd_fail_nomem(err) : DD_OK;
}

static enum dd_code look_at_commands(struct dd_texts *t, const json_t *config, const char *where, struct dd_err *err)
{
	char path[128];
	for (size_t i = 0; i < DD_COUNT(commands); i++) {
		const struct command *c = &commands[i];
		const json_t *words = c->inner ? dd_json_get(dd_json_obj(config, c->member), c->inner)
					       : dd_json_get(config, c->member);
		DD_TRY(join_words(t, words, err));
		(void)snprintf(path, sizeof path, "%s.%s%s%s", where, c->member, c->inner ? "." : "",
			       c->inner ? c->inner : "");
		DD_TRY(dd_texts_look(t,
				     &(struct dd_config_text){ .place = DD_SECRET_COMMAND,
							       .path = dd_str_from(path),
							       .word = dd_str_from(c->word),
							       .file = dd_str_from(path),
							       .layer = DD_NO_LAYER,
							       .text = dd_buf_str(&t->text) },
				     err));
	}
	return DD_OK;
}

static enum dd_code look_at_triggers(struct dd_texts *t, const json_t *list, const char *where, struct dd_err *err)
{
	char path[128];
	for (size_t i = 0; i < dd_json_len(list); i++) {
		(void)snprintf(path, sizeof path, "%s.OnBuild[%zu]", where, i);
		const struct dd_config_text text = { .place = DD_SECRET_COMMAND,
						     .path = dd_str_from(path),
						     .word = DD_STR("ONBUILD"),
						     .file = dd_str_from(path),
						     .layer = DD_NO_LAYER };
		DD_TRY(dd_texts_instruction(t, &text, dd_json_text(dd_json_at(list, i)), err));
	}
	return DD_OK;
}

/* ---- whatever else says something ---- */

static bool is_known(const char *const *known, struct dd_str name)
{
	for (; known && *known; known++)
		if (dd_str_eq_c(name, *known))
			return true;
	return false;
}

static enum dd_code look_at_leaf(struct dd_texts *t, const char *path, struct dd_str name, struct dd_str value,
				 struct dd_err *err)
{
	dd_buf_clear(&t->text);
	(void)dd_buf_add_str(&t->text, name);
	(void)dd_buf_add_char(&t->text, '=');
	if (dd_buf_add_str(&t->text, value) != DD_OK)
		return dd_fail_nomem(err);
	return dd_texts_look(t,
			     &(struct dd_config_text){ .place = DD_SECRET_COMMAND,
						       .path = dd_str_from(path),
						       .file = dd_str_from(path),
						       .layer = DD_NO_LAYER,
						       .text = dd_buf_str(&t->text) },
			     err);
}

/* All strings below an object, but for the members that others look at. Depth is limited by LEAF_DEPTH_MAX; what lies
 * deeper is in no configuration that a tool writes, and a problem says so. */
static enum dd_code look_at_rest(struct dd_texts *t, const json_t *value, const char *path, struct dd_str name,
				 const char *const *known, unsigned depth, struct dd_err *err)
{
	char inner[NAME_BYTES_MAX * 2];
	struct dd_str text = dd_json_text(value);
	if (text.n)
		return look_at_leaf(t, path, name, text, err);
	if (depth >= LEAF_DEPTH_MAX)
		return dd_json_len(value) || dd_json_first(value) ? dd_texts_problem(t, path, "nested too deep", err)
								  : DD_OK;
	for (size_t i = 0; i < dd_json_len(value); i++)
		DD_TRY(look_at_rest(t, dd_json_at(value, i), path, name, NULL, depth + 1, err));
	for (void *it = dd_json_first(value); it; it = dd_json_next(value, it)) {
		struct dd_str member = dd_json_name(it);
		if (is_known(known, member))
			continue;
		(void)snprintf(inner, sizeof inner, "%s%s%.*s", path, *path ? "." : "", DD_FMT(dd_texts_name(member)));
		DD_TRY(look_at_rest(t, dd_json_value(it), inner, member, NULL, depth + 1, err));
	}
	return DD_OK;
}

/* ---- documents ---- */

static enum dd_code look_at_runtime(struct dd_texts *t, const json_t *config, const char *where, struct dd_err *err)
{
	static const char *const known[] = { "Env",   "Labels",	 "Cmd",	  "Entrypoint", "Healthcheck",
					     "Shell", "OnBuild", "Image", NULL };
	char labels[64];
	(void)snprintf(labels, sizeof labels, "%s.Labels", where);
	const struct pairs as_labels = { DD_SECRET_LABEL, labels, "LABEL", DD_NO_LAYER };
	DD_TRY(look_at_env(t, dd_json_arr(config, "Env"), where, err));
	DD_TRY(look_at_pairs(t, dd_json_obj(config, "Labels"), &as_labels, err));
	DD_TRY(look_at_commands(t, config, where, err));
	DD_TRY(look_at_triggers(t, dd_json_arr(config, "OnBuild"), where, err));
	return look_at_rest(t, config, where, DD_STR(""), known, 0, err);
}

static enum dd_code look_at_config(struct dd_texts *t, struct dd_str bytes, struct dd_err *err)
{
	static const char *const known[] = { "config", "container_config", "history",
					     "rootfs", "created",	   "docker_version",
					     "id",     "parent",	   "container",
					     NULL };
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (bytes.n == 0 || dd_json_parse(bytes, &doc, NULL) != DD_OK)
		return DD_OK; /* none, or opening the image failed over it */
	DD_TRY(look_at_runtime(t, dd_json_obj(doc, "config"), "config", err));
	DD_TRY(look_at_runtime(t, dd_json_obj(doc, "container_config"), "container_config", err));
	DD_TRY(dd_texts_history(t, dd_json_arr(doc, "history"), err));
	return look_at_rest(t, doc, "", DD_STR(""), known, 0, err);
}

static enum dd_code look_at_descriptors(struct dd_texts *t, const json_t *list, const char *where, bool layers,
					struct dd_err *err)
{
	char path[128];
	for (size_t i = 0; i < dd_json_len(list); i++) {
		(void)snprintf(path, sizeof path, "%s[%zu].annotations", where, i);
		const struct pairs notes = { DD_SECRET_ANNOTATION, path, "",
					     layers && i < t->img->target.n_layers ? (int)i : DD_NO_LAYER };
		DD_TRY(look_at_pairs(t, dd_json_obj(dd_json_at(list, i), "annotations"), &notes, err));
	}
	return DD_OK;
}

static enum dd_code look_at_manifest(struct dd_texts *t, struct dd_str bytes, const char *where, struct dd_err *err)
{
	static const char *const of_descriptor[] = { "config", "subject" };
	DD_CLEANUP_JSON json_t *doc = NULL;
	char path[128];
	if (bytes.n == 0 || dd_json_parse(bytes, &doc, NULL) != DD_OK)
		return DD_OK;
	(void)snprintf(path, sizeof path, "%s.annotations", where);
	struct pairs notes = { DD_SECRET_ANNOTATION, path, "", DD_NO_LAYER };
	DD_TRY(look_at_pairs(t, dd_json_obj(doc, "annotations"), &notes, err));
	for (size_t i = 0; i < DD_COUNT(of_descriptor); i++) {
		(void)snprintf(path, sizeof path, "%s.%s.annotations", where, of_descriptor[i]);
		DD_TRY(look_at_pairs(t, dd_json_obj(dd_json_obj(doc, of_descriptor[i]), "annotations"), &notes, err));
	}
	(void)snprintf(path, sizeof path, "%s.layers", where);
	DD_TRY(look_at_descriptors(t, dd_json_arr(doc, "layers"), path, true, err));
	(void)snprintf(path, sizeof path, "%s.manifests", where);
	return look_at_descriptors(t, dd_json_arr(doc, "manifests"), path, false, err);
}

static enum dd_code look_at_all(struct dd_texts *t, struct dd_err *err)
{
	DD_TRY(look_at_config(t, t->img->config, err));
	DD_TRY(look_at_manifest(t, t->img->manifest, "manifest", err));
	DD_TRY(look_at_manifest(t, t->img->index, "index", err));
	for (size_t i = 0; i < t->img->attestations.n; i++)
		DD_TRY(dd_texts_attestation(t, t->img->attestations.p[i], err));
	return DD_OK;
}

enum dd_code dd_texts_problem(struct dd_texts *t, const char *path, const char *what, struct dd_err *err)
{
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("secret"), .offset = DD_NO_OFFSET };
	p.path = dd_arena_str(&t->ret->arena, dd_str_from(path));
	p.text = dd_arena_printf(&t->ret->arena, "not searched for secrets: %s", what);
	if (!p.path.p || !p.text.p ||
	    (t->ret->problems.n < DD_PROBLEMS_MAX && !dd_vec_push(&t->ret->problems, p, DD_PROBLEMS_MAX)))
		return dd_fail_nomem(err);
	return DD_OK;
}

enum dd_code dd_config_secrets_find(const struct dd_secret_detector *d, const struct dd_image *img,
				    struct dd_config_secrets *ret, struct dd_err *err)
{
	struct dd_texts t = { .img = img, .ret = ret, .text = DD_BUF_INIT(DD_CONFIG_BYTES_MAX * 2) };
	enum dd_code code = dd_secret_scanner_new(d, &t.scanner, err);
	if (code == DD_OK)
		code = look_at_all(&t, err);
	dd_secret_scanner_freep(&t.scanner);
	dd_buf_done(&t.text);
	return code;
}
