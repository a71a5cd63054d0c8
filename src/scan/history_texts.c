/* SPDX-License-Identifier: Apache-2.0 */
/* An image's history as texts. What `created_by` holds (no specification says; BuildKit and Docker's classic builder
 * do): RUN |2 TOKEN=x OTHER=y /bin/sh -c make # buildkit   BuildKit: RUN with build arguments, their number in front
 *   ENV A=b, ARG TOKEN=x, CMD ["x"]                     BuildKit: other instructions
 *   |1 TOKEN=x /bin/sh -c make                          classic: RUN with build arguments
 *   /bin/sh -c #(nop)  ENV A=b                          classic: other instructions
 *   /bin/sh -c make                                     classic: RUN
 * A value of a build argument is written as it is, blanks and all: an argument ends where something like " NAME=" or
 * the shell follows, as far as the number in front goes. Wherever that cuts a value wrongly its parts are searched
 * still. */
#include <stdio.h>

#include "base/limits.h"
#include "scan/config_parts.h"

enum { KEYWORD_BYTES_MAX = 32, PATH_BYTES = 512 };

static bool is_name_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '-' || c == '.';
}

static size_t name_length(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && is_name_byte(s.p[n]))
		n++;
	return n;
}

static bool starts_assignment(struct dd_str s)
{
	size_t n = name_length(s);
	return n > 0 && n < s.n && s.p[n] == '=';
}

static enum dd_code look(struct dd_texts *t, const struct dd_config_text *at, const char *keyword, struct dd_str name,
			 bool same_word, struct dd_str text, struct dd_err *err)
{
	char path[PATH_BYTES], word[PATH_BYTES];
	struct dd_config_text one = *at;
	(void)snprintf(path, sizeof path, "%.*s%s%s%s%.*s", DD_FMT(at->path), *keyword ? " " : "", keyword,
		       name.n ? " " : "", DD_FMT(dd_texts_name(name)));
	(void)snprintf(word, sizeof word, "%s%s%.*s", keyword, name.n ? " " : "", DD_FMT(dd_texts_name(name)));
	one.path = dd_str_from(path);
	if (same_word && one.word.n == 0)
		one.word = dd_str_from(word);
	one.text = text;
	return dd_texts_look(t, &one, err);
}

/* ---- instructions ---- */

static const char *const keywords[] = { "ENV", "ARG", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL", "ONBUILD" };

/* "KEY value" of an old ENV. */
static enum dd_code join_old_form(struct dd_texts *t, struct dd_str *rest, struct dd_err *err)
{
	size_t n = name_length(*rest);
	if (n == 0 || n >= rest->n || !dd_is_blank(rest->p[n]))
		return DD_OK;
	dd_buf_clear(&t->text);
	(void)dd_buf_add_str(&t->text, dd_str_take(*rest, n));
	(void)dd_buf_add_char(&t->text, '=');
	if (dd_buf_add_str(&t->text, dd_str_trim(dd_str_skip(*rest, n))) != DD_OK)
		return dd_fail_nomem(err);
	*rest = dd_buf_str(&t->text);
	return DD_OK;
}

enum dd_code dd_texts_instruction(struct dd_texts *t, const struct dd_config_text *at, struct dd_str instruction,
				  struct dd_err *err)
{
	char keyword[KEYWORD_BYTES_MAX + 1] = "";
	struct dd_str s = dd_str_trim(instruction), name = DD_STR("");
	size_t n = 0;
	while (n < s.n && n < KEYWORD_BYTES_MAX && s.p[n] >= 'A' && s.p[n] <= 'Z')
		n++;
	if (n < s.n && !dd_is_blank(s.p[n]))
		return look(t, at, "", DD_STR(""), false, s, err);
	memcpy(keyword, s.p, n);
	struct dd_str rest = dd_str_trim(dd_str_skip(s, n));
	bool env = strcmp(keyword, "ENV") == 0, has_name = env || strcmp(keyword, "ARG") == 0;
	for (size_t i = 0; i < DD_COUNT(keywords); i++) {
		if (strcmp(keyword, keywords[i]) != 0)
			continue;
		if (env)
			DD_TRY(join_old_form(t, &rest, err));
		if (has_name)
			name = dd_str_take(rest, name_length(rest));
		return look(t, at, keyword, name, true, rest, err);
	}
	return look(t, at, keyword, DD_STR(""), false, s, err);
}

/* ---- build arguments ---- */

/* Where the text behind the last argument begins: at the shell. */
static size_t find_shell(struct dd_str s)
{
	size_t sh = dd_str_search(s, DD_STR("/bin/sh -c "));
	if (sh < s.n)
		return sh;
	size_t other = dd_str_search(s, DD_STR(" /")); /* a shell that SHELL names */
	return other < s.n ? other + 1 : s.n;
}

/* The end of the assignment that s begins with: before the next one, if more are to come, or before the shell. */
static size_t assignment_end(struct dd_str s, bool last)
{
	for (size_t i = 1; !last && i < s.n; i++)
		if (s.p[i - 1] == ' ' && starts_assignment(dd_str_skip(s, i)))
			return i;
	return find_shell(s);
}

/* "|2 TOKEN=x OTHER=y …" → each of them; *s is what follows. */
static enum dd_code look_at_arguments(struct dd_texts *t, const struct dd_config_text *at, struct dd_str *s,
				      struct dd_err *err)
{
	struct dd_str rest = dd_str_skip(*s, 1);
	uint64_t n;
	size_t digits = dd_str_find(rest, ' ');
	if (s->n < 2 || s->p[0] != '|' || !dd_str_u64(dd_str_take(rest, digits), UINT64_MAX, &n))
		return DD_OK;
	rest = dd_str_trim(dd_str_skip(rest, digits));
	for (; n && starts_assignment(rest); n--) {
		size_t end = assignment_end(rest, n == 1);
		struct dd_str one = dd_str_trim(dd_str_take(rest, end));
		DD_TRY(look(t, at, "ARG", dd_str_take(one, name_length(one)), true, one, err));
		rest = dd_str_trim(dd_str_skip(rest, end));
	}
	*s = rest;
	return DD_OK;
}

/* ---- entries ---- */

static enum dd_code look_at_created_by(struct dd_texts *t, const struct dd_config_text *at, struct dd_str created_by,
				       struct dd_err *err)
{
	static const struct dd_str shell = { "/bin/sh -c ", 11 }, nop = { "#(nop) ", 7 }, kit = { "# buildkit", 10 };
	struct dd_str s = dd_str_trim(created_by);
	bool run = false;
	if (dd_str_ends(s, kit))
		s = dd_str_trim(dd_str_take(s, s.n - kit.n));
	if (dd_str_starts(s, DD_STR("RUN "))) {
		s = dd_str_trim(dd_str_skip(s, 4));
		run = true;
	}
	run = run || dd_str_starts(s, DD_STR("|"));
	DD_TRY(look_at_arguments(t, at, &s, err));
	if (dd_str_starts(s, shell)) {
		s = dd_str_trim(dd_str_skip(s, shell.n));
		run = !dd_str_starts(s, nop);
		s = run ? s : dd_str_trim(dd_str_skip(s, nop.n));
	}
	return run ? look(t, at, "RUN", DD_STR(""), false, s, err) : dd_texts_instruction(t, at, s, err);
}

static enum dd_code look_at_entry(struct dd_texts *t, size_t i, const json_t *entry, int layer, struct dd_err *err)
{
	char path[64], file[64], also[64];
	(void)snprintf(path, sizeof path, "history %zu", i);
	(void)snprintf(file, sizeof file, "history[%zu]", i);
	(void)snprintf(also, sizeof also, ", history %zu", i);
	const struct dd_config_text at = { .place = DD_SECRET_HISTORY,
					   .path = dd_str_from(path),
					   .file = dd_str_from(file),
					   .also = dd_str_from(also),
					   .layer = layer };
	DD_TRY(look_at_created_by(t, &at, dd_json_str(entry, "created_by"), err));
	DD_TRY(look(t, &at, "author", DD_STR(""), false, dd_json_str(entry, "author"), err));
	return look(t, &at, "comment", DD_STR(""), false, dd_json_str(entry, "comment"), err);
}

/* As config.c: where the entries that made layers are not as many as the layers, nobody knows whose they are. */
static bool fits_layers(const struct dd_texts *t, const json_t *history)
{
	size_t n = 0;
	for (size_t i = 0; i < dd_json_len(history); i++)
		n += !dd_json_bool(dd_json_at(history, i), "empty_layer");
	return n == t->img->target.n_layers;
}

enum dd_code dd_texts_history(struct dd_texts *t, const json_t *history, struct dd_err *err)
{
	bool fits = fits_layers(t, history);
	int layer = 0;
	for (size_t i = 0; i < dd_json_len(history); i++) {
		const json_t *entry = dd_json_at(history, i);
		bool made = fits && !dd_json_bool(entry, "empty_layer");
		DD_TRY(look_at_entry(t, i, entry, made ? layer : DD_NO_LAYER, err));
		layer += made;
	}
	return DD_OK;
}
