/* SPDX-License-Identifier: Apache-2.0 */
/* Versions that a Go program tells of itself.
 *
 * The linker's -X IMPORTPATH.NAME=VALUE sets a string variable, and by custom one called version holds the program's.
 * The settings are in the build information as one text of flags (built with -trimpath they are not, and the symbols of
 * the program serve: go_symbols.c):
 *
 *   ldflags = *( blank / flag ),  words are separated by blanks; ' and " keep blanks inside a word
 *   setting = ( "-X" blank / "-X=" ) key "=" value         two dashes are as good as one
 *
 * Of the keys that end in a name of version_names[], those count first that belong to a command of the module itself
 * (PATH/cmd/…), then those of a package called main, common, version or cmd, then others. Where the first group that
 * has any holds different versions, none is taken: to guess would be to be wrong half of the time. */
#include "analyze/go/go.h"

#include "base/buf.h"

enum { GROUPS = 3, HEX_BYTES = 12, TIME_DIGITS = 14, GO_VERSION_MAX = 256 };

static const char *const version_names[] = { ".version", ".ver", ".gitversion", ".buildversion", ".appversion" };
static const char *const packages[] = { "main", "common", "version", "cmd" };

static struct dd_str digits(struct dd_str s)
{
	size_t i = 0;
	while (i < s.n && dd_is_digit(s.p[i]))
		i++;
	return dd_str_take(s, i);
}

bool dd_go_is_pseudo(struct dd_str version)
{
	version = dd_str_take(version, dd_str_find(version, '+'));
	size_t dash = dd_str_rfind(version, '-');
	struct dd_str hash = dd_str_skip(version, dash + 1), rest = dd_str_take(version, dash);
	if (hash.n != HEX_BYTES || rest.n <= TIME_DIGITS)
		return false;
	struct dd_str time = dd_str_skip(rest, rest.n - TIME_DIGITS);
	char before = rest.p[rest.n - TIME_DIGITS - 1];
	return digits(time).n == TIME_DIGITS && (before == '-' || before == '.');
}

/* "v1.2", "1.2.3-rc.1+x": what a person would call a version. */
static bool is_version(struct dd_str s)
{
	if (s.n && s.p[0] == 'v')
		s = dd_str_skip(s, 1);
	struct dd_str major = digits(s);
	s = dd_str_skip(s, major.n);
	if (major.n == 0 || s.n < 2 || s.p[0] != '.' || !dd_is_digit(s.p[1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && !memchr(".-+_~", s.p[i], 5))
			return false;
	return true;
}

/* Cuts the next word off *rest; its quotes are taken away, in scratch when there are any. False at the end. */
static bool next_word(struct dd_str *rest, struct dd_buf *scratch, struct dd_str *ret)
{
	*rest = dd_str_trim(*rest);
	if (rest->n == 0)
		return false;
	char quote = '\0';
	size_t i = 0;
	dd_buf_clear(scratch);
	for (; i < rest->n && (quote || !dd_is_blank(rest->p[i])); i++) {
		char c = rest->p[i];
		if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? '\0' : c;
		else if (dd_buf_add_char(scratch, c) != DD_OK)
			return false;
	}
	*rest = dd_str_skip(*rest, i);
	*ret = dd_buf_str(scratch);
	return true;
}

static bool ends_nocase(struct dd_str s, const char *end)
{
	size_t n = strlen(end);
	return s.n > n && dd_str_eq_nocase(dd_str_skip(s, s.n - n), dd_str_from(end));
}

bool dd_go_is_version_key(struct dd_str key)
{
	for (size_t i = 0; i < DD_COUNT(version_names); i++)
		if (ends_nocase(key, version_names[i]))
			return true;
	return false;
}

/* 0 … 2: the group of a key that sets a version; GROUPS: it sets something else. */
static int group_of(struct dd_str key, struct dd_str path)
{
	if (!dd_go_is_version_key(key))
		return GROUPS;
	if (path.n && dd_str_starts(key, path) && dd_str_starts(dd_str_skip(key, path.n), DD_STR("/cmd/")))
		return 0;
	size_t slash = dd_str_rfind(key, '/');
	struct dd_str package = slash < key.n ? dd_str_skip(key, slash + 1) : key;
	package = dd_str_take(package, dd_str_find(package, '.'));
	for (size_t i = 0; i < DD_COUNT(packages); i++)
		if (dd_str_eq_nocase(package, dd_str_from(packages[i])))
			return 1;
	return 2;
}

/* The part of text that holds version: words with quotes in them were put together elsewhere. */
static struct dd_str view_of(struct dd_str text, struct dd_str version)
{
	size_t at = dd_str_search(text, version);
	return at < text.n ? dd_str_take(dd_str_skip(text, at), version.n) : DD_STR("");
}

struct dd_str dd_go_ldflags_version(struct dd_str ldflags, struct dd_str path, struct dd_buf *scratch)
{
	struct dd_str found[GROUPS] = { { "", 0 }, { "", 0 }, { "", 0 } };
	bool several[GROUPS] = { false }, named = false;
	struct dd_str rest = ldflags, word;
	while (next_word(&rest, scratch, &word)) {
		if (!named) {
			struct dd_str flag = dd_str_skip(word, dd_str_starts(word, DD_STR("--")) ? 1 : 0);
			named = dd_str_eq(flag, DD_STR("-X"));
			if (!dd_str_starts(flag, DD_STR("-X=")))
				continue;
			word = dd_str_skip(flag, 3);
		}
		named = false;
		size_t eq = dd_str_find(word, '=');
		struct dd_str value = dd_str_skip(word, eq + 1);
		int group = group_of(dd_str_take(word, eq), path);
		if (group == GROUPS || !is_version(value))
			continue;
		if (found[group].n && !dd_str_eq(found[group], value))
			several[group] = true;
		else if (!found[group].n)
			found[group] = view_of(ldflags, value);
	}
	for (int i = 0; i < GROUPS; i++)
		if (found[i].n)
			return several[i] ? DD_STR("") : found[i];
	return DD_STR("");
}

/* "1.21rc2" is 1.21.0-rc.2 to advisories. */
static struct dd_str candidate(struct dd_str numbers, struct dd_str word, struct dd_str number, struct dd_arena *a)
{
	size_t dots = 0;
	for (size_t i = 0; i < numbers.n; i++)
		dots += numbers.p[i] == '.';
	return dd_arena_printf(a, "%.*s%s-%.*s.%.*s", DD_FMT(numbers), dots < 2 ? ".0" : "", DD_FMT(word),
			       DD_FMT(number));
}

struct dd_str dd_go_stdlib_version(struct dd_str version, struct dd_arena *a)
{
	size_t n = 0, word = 0;
	if (!dd_str_starts(version, DD_STR("go")) || version.n > GO_VERSION_MAX)
		return DD_STR("");
	version = dd_str_skip(version, 2);
	while (n < version.n && (dd_is_digit(version.p[n]) ||
				 (n && version.p[n] == '.' && n + 1 < version.n && dd_is_digit(version.p[n + 1]))))
		n++;
	struct dd_str numbers = dd_str_take(version, n), rest = dd_str_skip(version, n);
	if (n == 0 || dd_str_starts(rest, DD_STR("-devel")) || dd_str_starts(rest, DD_STR(".")))
		return DD_STR("");
	while (word < rest.n && dd_is_alpha(rest.p[word]))
		word++;
	struct dd_str number = digits(dd_str_skip(rest, word));
	if (word && number.n)
		return candidate(numbers, dd_str_take(rest, word), number, a);
	return word ? DD_STR("") : dd_arena_str(a, numbers);
}
