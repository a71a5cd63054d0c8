/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/likely.h"

#include "base/cleanup.h"

enum {
	RANDOM_MIN = 16,       /* shorter values are what people make up */
	RANDOM_WORDS_MAX = 40, /* hundredths of words in what programs make */
	NAME_WORDS_MIN = 70,   /* and in names */
};

struct looks {
	size_t lower, upper, digit, other, blank, distinct, rows, keyboard, hex;
};

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c) != NULL;
}

/* Is b beside a on the keyboard's rows? */
static bool on_keyboard(char a, char b)
{
	static const char rows[] = "1234567890 qwertyuiop asdfghjkl zxcvbnm";
	const char *p = a == ' ' || !a ? NULL : strchr(rows, dd_lower(a));
	char next = dd_lower(b);
	return p && next != ' ' && (p[1] == next || (p > rows && p[-1] == next));
}

static struct looks look_at(struct dd_str s)
{
	struct looks l = { 0 };
	bool seen[256] = { false };
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (dd_is_digit(c))
			l.digit++;
		else if (dd_is_alpha(c))
			*(c >= 'a' ? &l.lower : &l.upper) += 1;
		else
			l.other++;
		l.blank += c == ' ' || c == '\t';
		l.hex += dd_is_digit(c) || (dd_lower(c) >= 'a' && dd_lower(c) <= 'f');
		l.distinct += !seen[(unsigned char)c];
		seen[(unsigned char)c] = true;
		if (i) {
			int step = dd_lower(c) - dd_lower(s.p[i - 1]);
			l.rows += step >= -1 && step <= 1;
			l.keyboard += on_keyboard(s.p[i - 1], c);
		}
	}
	return l;
}

/* The same text again and again: its period is at most a third of it. */
static bool repeats(struct dd_str s)
{
	for (size_t period = 1; period <= s.n / 3 && period <= 16; period++)
		if (memcmp(s.p, s.p + period, s.n - period) == 0)
			return true;
	return false;
}

/* Is the word (lower case) in s, with no letter beside it, in any case? camelCase parts words. */
static bool has_word(struct dd_str s, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= s.n; i++) {
		if (!dd_str_eq_nocase((struct dd_str){ s.p + i, n }, (struct dd_str){ word, n }))
			continue;
		char first = s.p[i], before = i ? s.p[i - 1] : ' ', behind = i + n < s.n ? s.p[i + n] : ' ';
		bool start = !dd_is_alpha(before) || (first <= 'Z' && before >= 'a');
		bool end = !dd_is_alpha(behind) || (behind <= 'Z' && s.p[i + n - 1] >= 'a');
		if (start && end)
			return true;
	}
	return false;
}

const char *dd_secret_is_sample(struct dd_str s)
{
	static const char *const words[] = {
		"example",     "examples",  "sample",	  "changeme",  "changeit",     "changethis", "placeholder",
		"redacted",    "dummy",	    "fake",	  "yourtoken", "yourpassword", "yoursecret", "yourkey",
		"your",	       "insert",    "replace",	  "replaceme", "foobar",       "foobarbaz",  "lorem",
		"ipsum",       "todo",	    "fixme",	  "xxx",       "xxxx",	       "xxxxx",	     "xxxxxx",
		"undefined",   "unknown",   "invalid",	  "mysecret",  "mypassword",   "mytoken",    "notasecret",
		"supersecret", "topsecret", "verysecret",
	};
	struct looks l = look_at(s);
	if (s.n >= 6 && (l.distinct <= 2 || (s.n >= 16 && l.distinct * 5 < s.n && l.distinct < 6) || repeats(s)))
		return "the same few characters again and again";
	if (s.n >= 6 && l.rows * 100 >= 70 * (s.n - 1))
		return "a row of characters";
	if (s.n >= 6 && l.keyboard * 100 >= 75 * (s.n - 1))
		return "a walk over the keyboard";
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (has_word(s, words[i]))
			return "a word that says that this is no real value";
	return NULL;
}

static bool is_between(struct dd_str s, const char *begin, const char *end)
{
	struct dd_str b = dd_str_from(begin), e = dd_str_from(end);
	return s.n > b.n + e.n && dd_str_starts(s, b) && dd_str_ends(s, e);
}

static bool is_template(struct dd_str s)
{
	static const char *const marks[] = {
		"${", "{{", "<%", "$(", "#{", "%(", "%{", "@{", "{}", "%s", "%v", "%@", "`"
	};
	static const char *const pairs[][2] = { { "<", ">" }, { "%", "%" },   { "@", "@" },  { "[", "]" },
						{ "{", "}" }, { "__", "__" }, { "((", "))" } };
	for (size_t i = 0; i < DD_COUNT(marks); i++)
		if (dd_str_search(s, dd_str_from(marks[i])) < s.n)
			return true;
	for (size_t i = 0; i < DD_COUNT(pairs); i++)
		if (is_between(s, pairs[i][0], pairs[i][1]))
			return true;
	if (dd_str_ends(s, DD_STR("...")) || dd_str_ends(s, DD_STR("\xe2\x80\xa6")))
		return true;
	if (s.n < 2 || s.p[0] != '$' || !(dd_is_alpha(s.p[1]) || s.p[1] == '_'))
		return false;
	size_t i = 1; /* "$NAME", "$obj->name" */
	while (i < s.n && (dd_is_alpha(s.p[i]) || dd_is_digit(s.p[i]) || one_of(s.p[i], "_->[]'\".")))
		i++;
	return i == s.n;
}

static bool is_uuid(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = dd_lower(s.p[i]);
		if (dash ? c != '-' : !dd_is_digit(c) && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return s.n == 36;
}

static bool is_path(struct dd_str s)
{
	static const char *const ends[] = { ".json", ".py",   ".js",  ".ts",  ".pem",  ".txt", ".yml",
					    ".yaml", ".html", ".php", ".key", ".crt",  ".xml", ".conf",
					    ".cfg",  ".ini",  ".sh",  ".go",  ".java", ".rb",  ".md",
					    ".env",  ".jks",  ".p12", ".pfx", ".tmp",  ".log", ".properties" };
	size_t slashes = 0;
	for (size_t i = 0; i < s.n; i++)
		slashes += s.p[i] == '/' || s.p[i] == '\\';
	bool words = dd_secret_words(s) >= 50;
	if (dd_str_starts(s, DD_STR("./")) || dd_str_starts(s, DD_STR("../")) || dd_str_starts(s, DD_STR("~/")))
		return true;
	if (slashes >= 1 && words && (s.p[0] == '/' || slashes >= 2 || s.n > 24))
		return true;
	if (s.n > 3 && dd_is_alpha(s.p[0]) && s.p[1] == ':' && s.p[2] == '\\')
		return true;
	for (size_t i = 0; i < DD_COUNT(ends) && words; i++)
		if (dd_str_ends(s, dd_str_from(ends[i])))
			return true;
	return false;
}

/* "self.password", "Foo::bar", "obj->name", "com.example.Name": at least two names, and words. */
static bool is_reference(struct dd_str s)
{
	size_t parts = 1;
	bool start = true;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (dd_is_alpha(c) || c == '_' || (!start && dd_is_digit(c)) || (i == 0 && one_of(c, "*&@!"))) {
			start = false;
		} else if (!start && (c == '.' || c == '?')) {
			parts++;
			start = true;
		} else if (!start && i + 1 < s.n &&
			   ((c == ':' && s.p[i + 1] == ':') || (c == '-' && s.p[i + 1] == '>'))) {
			parts++;
			start = true;
			i++;
		} else if (!(c == ',' || c == ';') || i + 1 < s.n) {
			return false;
		}
	}
	return parts >= 2 && dd_secret_words(s) >= 60;
}

static bool is_identifier(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && s.p[i] != '_' && !(i && dd_is_digit(s.p[i])) &&
		    !(i + 1 == s.n && one_of(s.p[i], ",;)")))
			return false;
	return s.n > 0;
}

/* Brackets, arrows, operators: a piece of a program. */
static bool is_expression(struct dd_str s)
{
	size_t open = 0, marks = 0, brackets = 0;
	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(' || s.p[i] == '[';
		brackets += one_of(s.p[i], "(){}[];");
		marks += (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '=' && i + 2 < s.n) ||
			 (s.p[i] == '&' && i + 1 < s.n && s.p[i + 1] == '&') ||
			 (s.p[i] == '|' && i + 1 < s.n && s.p[i + 1] == '|') ||
			 (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '>');
	}
	/* Salts of WordPress are 64 characters of every kind, and may end with any. */
	bool ends = s.n < 48 && one_of(s.p[s.n - 1], ")];(");
	return marks || brackets >= 5 || (open && (ends || dd_secret_words(s) >= 60));
}

static bool is_pattern(struct dd_str s)
{
	static const char *const marks[] = { "[^",  "[a-z", "[A-Z", "[0-9", "\\d", "\\w",
					     "\\s", "(?",   ".*",   ".+",   "\\b", "]+" };
	for (size_t i = 0; i < DD_COUNT(marks); i++)
		if (dd_str_search(s, dd_str_from(marks[i])) < s.n)
			return true;
	return false;
}

/* Digits and what stands in dates, versions, addresses and times; base 10 alone too. */
static bool is_number(struct dd_str s, const struct looks *l)
{
	size_t joints = 0;
	for (size_t i = 0; i < s.n; i++)
		joints += one_of(s.p[i], ".:-/+, TZ%xX");
	return l->digit + joints == s.n;
}

static bool is_email(struct dd_str s)
{
	size_t at = dd_str_find(s, '@'), dot = dd_str_rfind(s, '.');
	return at > 0 && at < s.n && dot < s.n && dot > at + 1 && s.n - dot <= 7 && s.n - dot > 2 &&
	       !dd_is_digit(s.p[s.n - 1]) && dd_secret_words(s) >= 40;
}

static const char *what_else(struct dd_str s, const struct looks *l, bool quoted)
{
	if (is_template(s))
		return "it stands for a value";
	if (dd_str_search(s, DD_STR("://")) < s.n || dd_str_starts(s, DD_STR("urn:")))
		return "an address";
	if (is_email(s))
		return "an address of mail";
	if (is_pattern(s))
		return "a pattern";
	if (is_reference(s))
		return "a name in a program, not a value";
	if (is_path(s))
		return "a path";
	if (is_number(s, l) && (l->digit != s.n || s.n < 8))
		return "a number, a date or a version";
	if (l->blank && (l->blank >= 2 || dd_secret_words(s) >= 60))
		return "a sentence";
	if (dd_str_find(s, '<') < s.n && dd_str_find(s, '>') < s.n)
		return "mark-up";
	if (is_expression(s))
		return "an expression of a program";
	if (!quoted && is_identifier(s) && dd_secret_words(s) >= NAME_WORDS_MIN && !l->digit)
		return "a name in a program, not a value";
	return NULL;
}

struct dd_likely dd_secret_likely(struct dd_str s, bool quoted)
{
	struct looks l = look_at(s);
	if (!s.n)
		return (struct dd_likely){ DD_LIKELY_NOT, "nothing" };
	const char *why = what_else(s, &l, quoted);
	if (why)
		return (struct dd_likely){ DD_LIKELY_NOT, why };
	why = dd_secret_is_sample(s);
	if (why)
		return (struct dd_likely){ DD_LIKELY_SAMPLE, why };
	unsigned words = dd_secret_words(s);
	if (is_uuid(s))
		return (struct dd_likely){ DD_LIKELY_WORDS, "a UUID" };
	if (l.digit == s.n)
		return (struct dd_likely){ DD_LIKELY_WORDS, "" };
	bool letters = l.lower + l.upper > 0,
	     mixed = (l.lower > 0) + (l.upper > 0) + (l.digit > 0) + (l.other > 0) >= 3;
	if (s.n >= RANDOM_MIN && words <= RANDOM_WORDS_MAX && (l.digit || mixed) && l.distinct >= 8)
		return (struct dd_likely){ DD_LIKELY_RANDOM, "" };
	if (words >= NAME_WORDS_MIN || !letters || (!l.digit && !mixed))
		return (struct dd_likely){ DD_LIKELY_WORDS, "" };
	return (struct dd_likely){ DD_LIKELY_PASSWORD, "" };
}
