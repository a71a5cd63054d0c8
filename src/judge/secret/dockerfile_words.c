/* SPDX-License-Identifier: Apache-2.0 */
/* Source: https://docs.docker.com/reference/dockerfile/ (COPY, ADD, RUN). Variables and quotes inside of words are not
 * followed: what is not understood gives no advice. */
#include "judge/secret/dockerfile_words.h"

#include "base/limits.h"

static struct dd_str next_word(struct dd_str *rest)
{
	*rest = dd_str_trim(*rest);
	struct dd_str word = dd_str_take(*rest, dd_str_find(*rest, ' '));
	*rest = dd_str_trim(dd_str_skip(*rest, word.n));
	return word;
}

static struct dd_str skip_flags(struct dd_str rest, bool *ret_from)
{
	for (;;) {
		struct dd_str behind = rest, word = next_word(&behind);
		if (!dd_str_starts(word, DD_STR("--")) || word.n == 2)
			return rest;
		if (dd_str_starts(word, DD_STR("--from=")))
			*ret_from = true;
		rest = behind;
	}
}

struct dd_str dd_dockerfile_verb(struct dd_str instruction, struct dd_str *ret_rest)
{
	bool from = false;
	struct dd_str rest = instruction, verb = next_word(&rest);
	*ret_rest = skip_flags(rest, &from);
	return verb;
}

/* ["a", "b"]: no escapes, which paths seldom need. */
static bool json_words(struct dd_str s, struct dd_copy_words *w)
{
	s = dd_str_skip(s, 1);
	while (w->n < DD_COPY_WORDS_MAX) {
		s = dd_str_skip(s, dd_str_find(s, '"') + 1);
		size_t end = dd_str_find(s, '"');
		if (s.n == 0 || end == s.n || dd_str_find(dd_str_take(s, end), '\\') < end)
			return false;
		w->source[w->n++] = dd_str_take(s, end);
		s = dd_str_trim(dd_str_skip(s, end + 1));
		if (dd_str_starts(s, DD_STR("]")))
			return true;
	}
	return false;
}

bool dd_dockerfile_copy(struct dd_str instruction, struct dd_copy_words *ret)
{
	struct dd_str rest = instruction, verb = next_word(&rest);
	if (!dd_str_eq_c(verb, "COPY") && !dd_str_eq_c(verb, "ADD"))
		return false;
	*ret = (struct dd_copy_words){ .n = 0 };
	rest = skip_flags(rest, &ret->from_stage);
	if (dd_str_starts(rest, DD_STR("["))) {
		if (!json_words(rest, ret))
			return false;
	} else {
		while (rest.n && ret->n < DD_COPY_WORDS_MAX)
			ret->source[ret->n++] = next_word(&rest);
		if (rest.n)
			return false;
	}
	if (ret->n < 2)
		return false;
	ret->dest = ret->source[--ret->n];
	/* The classic builder: "COPY dir:0123… in /app". */
	bool classic = ret->n == 2 && dd_str_eq_c(ret->source[1], "in") && dd_str_find(ret->source[0], ':') < 6;
	if (classic)
		ret->n = 0;
	return true;
}

static struct dd_str base_name(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_skip(path, slash + 1) : path;
}

/* "./a//" → "a", "." → "" */
static struct dd_str tidy(struct dd_str s)
{
	for (;;) {
		if (dd_str_starts(s, DD_STR("./")) || dd_str_starts(s, DD_STR("/")))
			s = dd_str_skip(s, s.p[0] == '.' ? 2 : 1);
		else if (dd_str_ends(s, DD_STR("/")))
			s = dd_str_take(s, s.n - 1);
		else
			return dd_str_eq_c(s, ".") ? DD_STR("") : s;
	}
}

/* path below dir: what follows the slash; false when it is not. */
static bool below(struct dd_str path, struct dd_str dir, struct dd_str *ret)
{
	if (dir.n == 0) {
		*ret = path;
		return true;
	}
	if (!dd_str_starts(path, dir) || path.n <= dir.n || path.p[dir.n] != '/')
		return false;
	*ret = dd_str_skip(path, dir.n + 1);
	return true;
}

static struct dd_str join(struct dd_str dir, struct dd_str name, struct dd_arena *a)
{
	if (dir.n == 0)
		return name;
	return dd_arena_printf(a, "%.*s/%.*s", DD_FMT(dir), DD_FMT(name));
}

static bool is_literal(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("*?[]\\$", s.p[i]))
			return false;
	return !dd_str_starts(s, DD_STR("http")) && !dd_str_starts(s, DD_STR("<<"));
}

struct dd_str dd_dockerfile_source(const struct dd_copy_words *w, struct dd_str path, struct dd_str working_dir,
				   struct dd_arena *a)
{
	struct dd_str dest = tidy(w->dest), inside, none = DD_STR("");
	if (path.n > DD_FIELD_BYTES_MAX || w->from_stage)
		return none;
	if (!dd_str_starts(w->dest, DD_STR("/"))) {
		struct dd_str dir = tidy(working_dir);
		dest = dest.n ? join(dir, dest, a) : dir;
		if (!dest.p)
			return dest;
	}
	/* Of one source, that it was copied to this very name. */
	if (dd_str_eq(path, dest))
		return w->n == 1 && is_literal(w->source[0]) ? tidy(w->source[0]) : none;
	if (!below(path, dest, &inside))
		return none;
	/* A file named on its own, into a directory. */
	for (size_t i = 0; i < w->n; i++)
		if (is_literal(w->source[i]) && dd_str_eq(base_name(tidy(w->source[i])), inside))
			return tidy(w->source[i]);
	/* The content of a directory. */
	return w->n == 1 && is_literal(w->source[0]) ? join(tidy(w->source[0]), inside, a) : none;
}

bool dd_shell_part(struct dd_str *rest, struct dd_str *ret)
{
	char quote = 0;
	if (rest->n == 0)
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == '&' && i + 1 < rest->n && rest->p[i + 1] == '&') {
			*ret = dd_str_trim(dd_str_take(*rest, i));
			*rest = dd_str_skip(*rest, i + 2);
			return true;
		}
	}
	*ret = dd_str_trim(*rest);
	*rest = dd_str_skip(*rest, rest->n);
	return true;
}
