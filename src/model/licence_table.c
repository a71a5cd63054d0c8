/* SPDX-License-Identifier: Apache-2.0 */
#include "model/licence_table.h"

#include "base/buf.h"

/* The longest key of the table has 130 bytes; what is longer is no name. */
enum { KEY_MAX = 200 };

static const struct dd_licence_id ids[] = {
#define DD_LICENCE(id, flags) { id, flags },
#define DD_LICENCE_EXCEPTION(id)
#include "model/licence_ids.def"
#undef DD_LICENCE
#undef DD_LICENCE_EXCEPTION
};

static const char *const exceptions[] = {
#define DD_LICENCE(id, flags)
#define DD_LICENCE_EXCEPTION(id) id,
#include "model/licence_ids.def"
#undef DD_LICENCE
#undef DD_LICENCE_EXCEPTION
};

static const struct {
	const char *key, *expression;
} names[] = {
#define DD_LICENCE_NAME(key, expression) { key, expression },
#include "model/licence_names.def"
#undef DD_LICENCE_NAME
};

/* strcasecmp() of a view and an id of the table (ASCII). */
static int cmp_nocase(struct dd_str a, const char *b)
{
	size_t i = 0;
	for (; i < a.n && b[i]; i++) {
		int c = (unsigned char)dd_lower(a.p[i]) - (unsigned char)dd_lower(b[i]);
		if (c)
			return c;
	}
	return (int)(i < a.n) - (int)(b[i] != 0);
}

const struct dd_licence_id *dd_licence_id_find(struct dd_str id)
{
	for (size_t low = 0, high = DD_COUNT(ids); low < high;) {
		size_t at = low + (high - low) / 2;
		int c = cmp_nocase(id, ids[at].id);
		if (c == 0)
			return &ids[at];
		if (c < 0)
			high = at;
		else
			low = at + 1;
	}
	return NULL;
}

const char *dd_licence_exception_find(struct dd_str id)
{
	for (size_t low = 0, high = DD_COUNT(exceptions); low < high;) {
		size_t at = low + (high - low) / 2;
		int c = cmp_nocase(id, exceptions[at]);
		if (c == 0)
			return exceptions[at];
		if (c < 0)
			high = at;
		else
			low = at + 1;
	}
	return NULL;
}

static bool in_word(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '+' || (c >= '<' && c <= '>');
}

static bool is_noise(struct dd_str word)
{
	static const char *const noise[] = { "the", "license", "licence", "licenses", "licences", "version", "v" };
	for (size_t i = 0; i < DD_COUNT(noise); i++)
		if (dd_str_eq_c(word, noise[i]))
			return true;
	return false;
}

static struct dd_str without_scheme(struct dd_str s)
{
	size_t at = dd_str_search(s, DD_STR("://"));
	for (size_t i = 0; i < at; i++)
		if (!dd_is_alpha(s.p[i]))
			return s;
	if (at == s.n || at == 0)
		return s;
	s = dd_str_skip(s, at + 3);
	return dd_str_eq_nocase(dd_str_take(s, 4), DD_STR("www.")) ? dd_str_skip(s, 4) : s;
}

/* What is left of a name when case, punctuation and the words that say nothing are taken away; as key() in
 * tools/gen-licences. False: too long for a name of the table. */
static bool add_key(struct dd_str name, char out[KEY_MAX], size_t *ret_n)
{
	size_t n = 0;
	name = without_scheme(dd_str_trim(name));
	for (size_t i = 0; i < name.n;) {
		size_t start = n + (n > 0), end = start;
		for (; i < name.n && !in_word(name.p[i]); i++)
			;
		for (; i < name.n && in_word(name.p[i]); i++) {
			if (end >= KEY_MAX)
				return false;
			out[end++] = dd_lower(name.p[i]);
		}
		for (; end > start && out[end - 1] == '.'; end--)
			;
		struct dd_str word = { out + start, end - start };
		if (word.n == 0 || is_noise(word))
			continue;
		if (word.n > 1 && word.p[0] == 'v' && dd_is_digit(word.p[1]))
			memmove(out + start, out + start + 1, --end - start);
		if (n)
			out[n] = ' ';
		n = end;
	}
	*ret_n = n;
	return true;
}

const char *dd_licence_name_find(struct dd_str name)
{
	char key[KEY_MAX + 1];
	size_t n;
	if (!add_key(name, key, &n) || n == 0)
		return NULL;
	for (size_t low = 0, high = DD_COUNT(names); low < high;) {
		size_t at = low + (high - low) / 2;
		int c = dd_str_cmp((struct dd_str){ key, n }, dd_str_from(names[at].key));
		if (c == 0)
			return names[at].expression;
		if (c < 0)
			high = at;
		else
			low = at + 1;
	}
	return NULL;
}

size_t dd_licence_names_count(void)
{
	return DD_COUNT(names);
}

void dd_licence_name_at(size_t i, const char **ret_key, const char **ret_expression)
{
	*ret_key = names[i].key;
	*ret_expression = names[i].expression;
}
