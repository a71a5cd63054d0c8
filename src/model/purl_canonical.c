/* SPDX-License-Identifier: Apache-2.0 */
/* What is one package URL however it was written, and what is none. */
#include <stdlib.h>

#include "base/limits.h"
#include "model/purl.h"
#include "model/purl_parts.h"
#include "model/purl_types.h"

static enum dd_code fail(struct dd_err *err, const char *what, struct dd_str bad)
{
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "package URL: %s %s", what, DD_QUOTE(bad));
}

/* A spelled copy in the arena. */
static enum dd_code spell(struct dd_arena *a, struct dd_str *s, unsigned how, struct dd_err *err)
{
	char *out;
	if (s->n == 0 || how == 0)
		return DD_OK;
	out = dd_arena_alloc(a, s->n + 1);
	if (!out)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++) {
		char c = how & DD_PURL_LOWER ? dd_lower(s->p[i]) : s->p[i];
		if (how & DD_PURL_UPPER && c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		if (how & DD_PURL_DASHES && c == '_')
			c = '-';
		if (how & DD_PURL_UNDERSCORES && c == '-')
			c = '_';
		out[i] = c;
	}
	*s = (struct dd_str){ out, s->n };
	return DD_OK;
}

/* Without empty parts, "." and "..". */
static enum dd_code clean_path(struct dd_arena *a, struct dd_str *s, struct dd_err *err)
{
	struct dd_str rest = *s, part;
	char *out = dd_arena_alloc(a, s->n + 1);
	size_t n = 0;
	if (!out)
		return dd_fail_nomem(err);
	while (dd_str_next(&rest, '/', &part)) {
		if (part.n == 0 || dd_str_eq_c(part, ".") || dd_str_eq_c(part, ".."))
			continue;
		if (n)
			out[n++] = '/';
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	*s = (struct dd_str){ out, n };
	return DD_OK;
}

static bool is_word_of(struct dd_str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && (s.p[i] == '\0' || !strchr(more, s.p[i])))
			return false;
	return s.n && !dd_is_digit(s.p[0]);
}

bool dd_purl_is_key(struct dd_str s)
{
	return is_word_of(s, ".-_");
}

static int by_key(const void *x, const void *y)
{
	const struct dd_purl_qualifier *a = x, *b = y;
	return dd_str_cmp(a->key, b->key);
}

static enum dd_code clean_qualifiers(struct dd_purl *p, struct dd_arena *a, struct dd_err *err)
{
	struct dd_purl_qualifier *list = dd_arena_array(a, p->n_qualifiers + 1, sizeof *list);
	size_t n = 0;
	if (!list)
		return dd_fail_nomem(err);
	if (p->n_qualifiers > DD_PURL_QUALIFIERS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package URL: more than %d qualifiers",
			       DD_PURL_QUALIFIERS_MAX);
	for (size_t i = 0; i < p->n_qualifiers; i++) {
		struct dd_purl_qualifier q = p->qualifiers[i];
		if (!dd_purl_is_key(q.key))
			return fail(err, "no name of a qualifier:", q.key);
		DD_TRY(spell(a, &q.key, DD_PURL_LOWER, err));
		if (q.value.n)
			list[n++] = q;
	}
	if (n > 1)
		qsort(list, n, sizeof *list, by_key);
	for (size_t i = 1; i < n; i++)
		if (dd_str_eq(list[i].key, list[i - 1].key))
			return fail(err, "two qualifiers with the name", list[i].key);
	p->qualifiers = list;
	p->n_qualifiers = n;
	return DD_OK;
}

static enum dd_code check_sizes(const struct dd_purl *p, struct dd_err *err)
{
	const struct dd_str parts[] = { p->type, p->namespace, p->name, p->version, p->subpath };
	size_t longest = 0;
	for (size_t i = 0; i < DD_COUNT(parts); i++)
		longest = parts[i].n > longest ? parts[i].n : longest;
	for (size_t i = 0; i < p->n_qualifiers; i++) {
		longest = p->qualifiers[i].key.n > longest ? p->qualifiers[i].key.n : longest;
		longest = p->qualifiers[i].value.n > longest ? p->qualifiers[i].value.n : longest;
	}
	if (longest > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package URL: a component longer than %zu bytes",
			       (size_t)DD_FIELD_BYTES_MAX);
	return DD_OK;
}

enum dd_code dd_purl_clean(struct dd_purl *p, struct dd_arena *a, struct dd_err *err)
{
	DD_TRY(check_sizes(p, err));
	if (!is_word_of(p->type, ".-+"))
		return fail(err, "no type:", p->type);
	if (p->name.n == 0)
		return fail(err, "no name in a package of type", p->type);
	DD_TRY(spell(a, &p->type, DD_PURL_LOWER, err));
	DD_TRY(clean_path(a, &p->namespace, err));
	DD_TRY(clean_path(a, &p->subpath, err));
	return clean_qualifiers(p, a, err);
}

static bool contains_nocase(struct dd_str s, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= s.n; i++)
		if (dd_str_eq_nocase(dd_str_take(dd_str_skip(s, i), n), dd_str_from(word)))
			return true;
	return false;
}

enum dd_code dd_purl_canonical(struct dd_purl *p, struct dd_arena *a, struct dd_err *err)
{
	struct dd_purl c = *p;
	DD_TRY(dd_purl_clean(&c, a, err));
	const struct dd_purl_type *t = dd_purl_type(c.type);
	unsigned name = t->name;
	/* Databricks takes names without case, other model registries do not. */
	if (dd_str_eq_c(c.type, "mlflow") && contains_nocase(dd_purl_qualifier(&c, "repository_url"), "databricks"))
		name |= DD_PURL_LOWER;
	DD_TRY(spell(a, &c.namespace, t->namespace, err));
	DD_TRY(spell(a, &c.name, name, err));
	DD_TRY(spell(a, &c.version, t->version, err));
	*p = c;
	return DD_OK;
}

/* The name is the extension's 32 letters, the version one to four numbers. */
static bool is_chrome_extension(const struct dd_purl *p)
{
	struct dd_str rest = p->version, part;
	size_t letters = 0, numbers = 0;
	uint64_t number;
	while (letters < p->name.n && p->name.p[letters] >= 'a' && p->name.p[letters] <= 'z')
		letters++;
	while (p->version.n && dd_str_next(&rest, '.', &part)) {
		numbers++;
		if (!dd_str_u64(part, UINT64_MAX, &number))
			return false;
	}
	return letters == 32 && p->name.n == 32 && numbers <= 4;
}

enum dd_code dd_purl_check(const struct dd_purl *p, struct dd_err *err)
{
	const struct dd_purl_type *t = dd_purl_type(p->type);
	if (t->namespace_rule == DD_PURL_REQUIRED && p->namespace.n == 0)
		return fail(err, "no namespace, which this type requires:", p->type);
	if (t->namespace_rule == DD_PURL_PROHIBITED && p->namespace.n)
		return fail(err, "a namespace, which this type prohibits:", p->type);
	if (t->qualifier && dd_purl_qualifier(p, t->qualifier).n == 0)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "package URL: no qualifier '%s', which type '%s' requires",
			       t->qualifier, t->type);
	if (dd_str_eq_c(p->type, "cpan") && dd_str_search(p->name, DD_STR("::")) < p->name.n)
		return fail(err, "the name of a module where a distribution's is required:", p->name);
	if (dd_str_eq_c(p->type, "chrome-extension") && !is_chrome_extension(p))
		return fail(err, "no Chrome extension with such a version:", p->name);
	return DD_OK;
}
