/* SPDX-License-Identifier: Apache-2.0 */
/* Three kinds of rules, told by the confidence that they give themselves (README.md):
 *   high    the form is its own proof. A test (checks.h) that fails makes it low; made-up values are held back; files
 * of samples make it low, or medium where a checksum is right: tests have tokens in them that worked. medium  form and
 * name. As high, and what reads like words is low. low     a name only. The value has to look like one that somebody
 * chose or a program made, in a file where values are meant as they stand; what is left out says why. Rules that a user
 * wrote are believed as they are. */
#include "secret/weigh.h"

#include "secret/checks.h"
#include "secret/likely.h"
#include "secret/place.h"

enum {
	LINE_LONG = 2000, /* bytes of a line that no person wrote */
	LINE_LOOK = 4096, /* of a line that is looked at */
	WORDS_FORM = 60,  /* hundredths of words in a text of a known form that make it a name */
	NAME_BYTES_MAX = 80,
};

struct weighing {
	const struct dd_secret_candidate *c;
	struct dd_str secret, name, before; /* before: on its line, ahead of the secret */
	struct dd_str line;
	struct dd_place place;
	struct dd_secret_checked checked;
	struct dd_secret_weight out;
};

static bool is_name(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '-' || c == '.';
}

static struct dd_str slice(struct dd_str s, size_t from, size_t to)
{
	return dd_str_take(dd_str_skip(s, from), to > from ? to - from : 0);
}

/* The line around the secret, and what is before the secret on it. */
static void find_line(struct weighing *w)
{
	const struct dd_secret_candidate *c = w->c;
	size_t low = c->secret_at > LINE_LOOK ? c->secret_at - LINE_LOOK : 0, from = c->secret_at;
	while (from > low && c->text.p[from - 1] != '\n' && c->text.p[from - 1] != '\r')
		from--;
	struct dd_str rest = dd_str_take(dd_str_skip(c->text, from), LINE_LOOK + c->secret_at - from);
	w->line = dd_str_take(rest, dd_str_find(rest, '\n'));
	w->before = slice(c->text, from, c->secret_at);
}

/* The name that the value was given to: the last one before the operator, whole even where the rule's match begins
 * inside of it. */
static void find_name(struct weighing *w)
{
	struct dd_str s = w->before;
	size_t end = s.n;
	while (end && !is_name(s.p[end - 1]))
		end--;
	size_t from = end;
	while (from && end - from < NAME_BYTES_MAX && is_name(s.p[from - 1]))
		from--;
	w->name = slice(s, from, end);
}

static void set(struct weighing *w, enum dd_confidence confidence, const char *reason)
{
	w->out.confidence = confidence;
	w->out.reason = dd_str_from(reason);
}

static void leave_out(struct weighing *w, const char *why)
{
	w->out.filtered = dd_str_from(why);
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static bool is_quoted(const struct dd_secret_candidate *c)
{
	return c->secret_at && is_quote(c->text.p[c->secret_at - 1]);
}

/* Behind the value stands what makes it an expression: a call, an index, a member, an operator. */
static bool goes_on(const struct weighing *w)
{
	size_t end = w->c->secret_at + w->c->secret_n;
	char c = end < w->c->text.n ? w->c->text.p[end] : '\n';
	return !is_quoted(w->c) && (c == '(' || c == '[' || c == '{' || c == '<' || c == '$' || c == '?');
}

/* Between the marks of a comment of XML that began on a line before. */
/* Both marks have a hyphen, which is rarer than other characters. */
static bool is_in_xml_comment(const struct dd_secret_candidate *c)
{
	enum { LOOK = 8192 };
	size_t low = c->secret_at > LOOK ? c->secret_at - LOOK : 0, end = c->secret_at;
	const char *hyphen;
	while (end > low && (hyphen = memrchr(c->text.p + low, '-', end - low))) {
		size_t at = (size_t)(hyphen - c->text.p);
		if (at > 0 && dd_str_starts(dd_str_skip(c->text, at - 1), DD_STR("-->")))
			return false;
		if (at >= 3 && dd_str_starts(dd_str_skip(c->text, at - 3), DD_STR("<!--")))
			return true;
		end = at;
	}
	return false;
}

static bool is_comment(struct dd_str line)
{
	static const struct dd_str marks[] = { { "#", 1 },  { "//", 2 },   { ";", 1 },	  { "*", 1 }, { "--", 2 },
					       { "/*", 2 }, { "<!--", 4 }, { "REM ", 4 }, { "%", 1 }, { ">>>", 3 } };
	struct dd_str s = dd_str_trim(line);
	for (size_t i = 0; i < DD_COUNT(marks); i++)
		if (dd_str_starts(s, marks[i]))
			return true;
	return false;
}

/* Words of digests: what is beside them is no key but says what something else must be. */
static bool is_integrity(struct dd_str before)
{
	static const char *const words[] = { "integrity", "sha512",   "sha384",	  "sha256", "sha1",
					     "sha-",	  "checksum", "md5",	  "digest", "commit",
					     "etag",	  "revision", "resolved", "cksum" };
	struct dd_str s = before.n > 120 ? dd_str_skip(before, before.n - 120) : before;
	for (size_t i = 0; i < DD_COUNT(words); i++) {
		struct dd_str word = dd_str_from(words[i]);
		for (size_t k = 0; k + word.n <= s.n; k++)
			if (dd_str_eq_nocase(slice(s, k, k + word.n), word))
				return true;
	}
	return false;
}

/* Lower-case letters and digits of s alone. */
static struct dd_str bare(struct dd_str s, char out[NAME_BYTES_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < NAME_BYTES_MAX; i++)
		if (dd_is_alpha(s.p[i]) || dd_is_digit(s.p[i]))
			out[n++] = dd_lower(s.p[i]);
	return (struct dd_str){ out, n };
}

/* password: "db_password1": the value is the name again. */
static bool is_echo(const struct weighing *w)
{
	char a[NAME_BYTES_MAX], b[NAME_BYTES_MAX];
	struct dd_str name = bare(w->name, a), value = bare(w->secret, b);
	return name.n >= 6 && value.n <= name.n + 12 &&
	       (dd_str_search(value, name) < value.n || (value.n >= 6 && dd_str_search(name, value) < name.n));
}

/* What no rule means that has not more than a name to go by. */
static const char *not_meant(const struct weighing *w)
{
	if (w->place.kind == DD_PLACE_LIST || w->place.kind == DD_PLACE_GENERATED ||
	    w->place.kind == DD_PLACE_TRANSLATION)
		return w->place.what;
	if (w->line.n >= LINE_LONG)
		return "a line that no person wrote";
	if (is_integrity(w->before))
		return "a digest, not a key";
	if (is_echo(w))
		return "its own name again";
	if (dd_secret_name_is_about(w->name))
		return "the name is of something about a secret";
	return goes_on(w) ? "an expression of a program" : NULL;
}

static bool has_digit(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (dd_is_digit(s.p[i]))
			return true;
	return false;
}

static void weigh_name_only(struct weighing *w)
{
	const char *why = not_meant(w);
	bool quoted = is_quoted(w->c), expression = w->place.code && !quoted;
	struct dd_likely l = dd_secret_likely(w->secret, quoted || !w->place.code);
	if (why || l.kind == DD_LIKELY_NOT || l.kind == DD_LIKELY_SAMPLE) {
		leave_out(w, why ? why : l.why);
		return;
	}
	if (expression && l.kind != DD_LIKELY_RANDOM) {
		leave_out(w, "an expression of a program");
		return;
	}
	set(w, DD_CONFIDENCE_LOW, "only its name says that it is a secret");
	if (expression || *l.why)
		return;
	if (l.kind == DD_LIKELY_RANDOM)
		set(w, DD_CONFIDENCE_MEDIUM, "its name says that it is a secret, and the value looks random");
	else if (l.kind == DD_LIKELY_PASSWORD && w->place.kind != DD_PLACE_PLAIN)
		set(w, DD_CONFIDENCE_MEDIUM, "its name says that it is a secret, and the value is hard to guess");
	else if (w->place.kind == DD_PLACE_CONFIG && has_digit(w->secret))
		set(w, DD_CONFIDENCE_MEDIUM, "its name says that it is a secret, in a file of settings");
}

/* The part of a token that is not its public form: behind the last mark of the first dozen characters ("sk_live_"). */
static struct dd_str without_prefix(struct dd_str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n && i < 16; i++)
		if (s.p[i] == '_' || s.p[i] == '-' || s.p[i] == '.')
			from = i + 1;
	return s.n - from >= 8 ? dd_str_skip(s, from) : s;
}

/* Passwords that a program has when it is installed, or that everyone tries first. */
static bool is_default(struct dd_str s)
{
	static const char *const words[] = { "guest",	"postgres", "root",   "admin", "password", "passwd",
					     "pass",	"secret",   "test",   "user",  "username", "mysql",
					     "redis",	"rabbitmq", "mongo",  "tiger", "scott",	   "demo",
					     "default", "qwerty",   "letmein" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_nocase(s, dd_str_from(words[i])))
			return true;
	return false;
}

/* "scott:tiger", "app:app": what stands before the password is a sample's user, or the password itself. */
static bool is_sample_user(const struct weighing *w)
{
	struct dd_str s = w->before;
	if (!s.n || s.p[s.n - 1] != ':')
		return false;
	s = dd_str_take(s, s.n - 1);
	size_t from = s.n;
	while (from && is_name(s.p[from - 1]))
		from--;
	struct dd_str user = dd_str_skip(s, from);
	return user.n && (dd_str_eq(user, w->secret) || dd_str_eq_nocase(user, DD_STR("scott")));
}

/* A value that may be anything, in a form around it ("https://user:VALUE@host"). */
static void weigh_free(struct weighing *w)
{
	struct dd_likely l = dd_secret_likely(w->secret, true);
	bool words = l.kind == DD_LIKELY_WORDS && dd_secret_words(w->secret) >= WORDS_FORM;
	bool meant = w->place.kind == DD_PLACE_CONFIG || w->place.kind == DD_PLACE_PLAIN;
	if (l.kind == DD_LIKELY_NOT)
		leave_out(w, l.why);
	else if (is_default(w->secret) || is_sample_user(w))
		set(w, DD_CONFIDENCE_LOW, "a password that everyone tries first");
	else if (words && (!meant || w->place.code || w->line.n >= LINE_LONG))
		set(w, DD_CONFIDENCE_LOW, "it reads like words");
}

static void weigh_form(struct weighing *w)
{
	enum { TOKEN_MAX = 512 }; /* longer ones are blocks, of which only the rule's own form is asked */
	struct dd_str value = without_prefix(w->secret);
	bool medium = w->c->rule->kind.confidence == DD_CONFIDENCE_MEDIUM;
	if (value.n > TOKEN_MAX || dd_str_find(value, '\n') < value.n)
		return;
	const char *sample = dd_secret_is_sample(value);
	struct dd_likely l = dd_secret_likely(value, true);
	if (sample)
		leave_out(w, sample);
	else if (medium && l.kind == DD_LIKELY_NOT)
		leave_out(w, l.why);
	else if (medium && value.n >= 12 && dd_secret_words(value) >= WORDS_FORM)
		set(w, DD_CONFIDENCE_LOW, "it reads like words");
	else if (medium && is_integrity(w->before))
		set(w, DD_CONFIDENCE_LOW, "words of digests stand before it");
	else if (medium && (w->place.kind == DD_PLACE_LIST || w->place.kind == DD_PLACE_GENERATED))
		set(w, DD_CONFIDENCE_LOW, "in a file of digests or generated names");
	else if (w->c->secret_n + 2 < w->c->match_n)
		weigh_free(w);
}

static bool is_structure(enum dd_secret_check check)
{
	return check == DD_CHECK_PEM || check == DD_CHECK_JWT || check == DD_CHECK_USERPASS;
}

/* The value is part of a text for people: a member "description" of JSON, an API's documentation. */
static bool is_description(struct dd_str before)
{
	static const char *const words[] = { "\"description\":", "\"documentation\":", "\"summary\":", "\"help\":",
					     "\"example\":",	 "\"examples\":",      "<p>",	       "<code>" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_search(before, dd_str_from(words[i])) < before.n)
			return true;
	return false;
}

/* The file lowers what the text alone would be. */
static bool weigh_place(struct weighing *w, struct dd_arena *a)
{
	const struct dd_secret_rule *rule = w->c->rule;
	if (w->place.kind != DD_PLACE_SAMPLE && is_description(w->before)) {
		w->place.kind = DD_PLACE_SAMPLE;
		w->place.what = "a description";
	}
	bool sample = w->place.kind == DD_PLACE_SAMPLE;
	if (w->out.filtered.n || w->out.confidence <= DD_CONFIDENCE_LOW)
		return true;
	bool comment = rule->kind.confidence != DD_CONFIDENCE_HIGH && (is_comment(w->line) || is_in_xml_comment(w->c));
	if (!sample && !comment)
		return true;
	bool checksum = w->checked.verdict == DD_CHECKED_RIGHT && !is_structure(rule->check);
	w->out.confidence = checksum ? DD_CONFIDENCE_MEDIUM : DD_CONFIDENCE_LOW;
	const char *what = sample ? w->place.what : "a comment";
	if (w->checked.reason.n)
		w->out.reason = dd_arena_printf(a, "%.*s; in %s", DD_FMT(w->checked.reason), what);
	else
		w->out.reason = dd_arena_printf(a, "in %s", what);
	return w->out.reason.p != NULL;
}

static void weigh_checked(struct weighing *w)
{
	w->out.reason = w->checked.reason;
	if (w->checked.verdict == DD_CHECKED_RIGHT)
		w->out.confidence = DD_CONFIDENCE_HIGH;
	if (w->checked.verdict == DD_CHECKED_WRONG)
		w->out.confidence = DD_CONFIDENCE_LOW;
}

enum dd_code dd_secret_weigh(const struct dd_secret_candidate *c, struct dd_arena *a, struct dd_secret_weight *ret,
			     struct dd_err *err)
{
	const struct dd_secret_rule *rule = c->rule;
	struct weighing w = {
		.c = c,
		.secret = dd_str_take(dd_str_skip(c->text, c->secret_at), c->secret_n),
		.place = dd_secret_place_of(c->path),
		.out = { rule->kind.confidence, DD_STR(""), DD_STR("") },
	};
	DD_TRY(dd_secret_check_run(rule->check, w.secret, c->text, a, &w.checked, err));
	weigh_checked(&w);
	if (!rule->kind.user && w.secret.n) {
		find_line(&w);
		find_name(&w);
		if (rule->kind.confidence == DD_CONFIDENCE_LOW)
			weigh_name_only(&w);
		else if (w.checked.verdict == DD_CHECKED_NOT)
			weigh_form(&w);
	}
	if (!rule->kind.user && !weigh_place(&w, a))
		return dd_fail_nomem(err);
	*ret = w.out;
	return DD_OK;
}
