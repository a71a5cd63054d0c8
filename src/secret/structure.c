/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/structure.h"

#include "secret/structure_parts.h"

enum {
	TEXT_BYTES_MAX = 8 << 20,
	ARENA_BYTES_MAX = 256 << 20, /* trees of YAML, TOML and XML: 110 bytes a value and more */
	VALUE_MIN = 4,
	LOCATE_BYTES = 4096,
};

void dd_secret_structure_done(struct dd_secret_structure *s)
{
	dd_buf_done(&s->text);
	dd_vec_done(&s->values);
	s->format = NULL;
}

/* Every scalar of every document passes here: words have their lengths, and their first letters are looked at first. */
#define WORD(text)                                                                                                     \
	{                                                                                                              \
		text, sizeof(text) - 1                                                                                 \
	}

/* Words that rules for a value beside a name ask for. */
static bool is_telling(struct dd_str name)
{
	static const struct dd_str words[] = {
		WORD("key"),  WORD("token"), WORD("secret"), WORD("pass"), WORD("pwd"),	 WORD("auth"),
		WORD("cred"), WORD("pat"),   WORD("api"),    WORD("sig"),  WORD("salt"), WORD("dsn"),
		WORD("conn"), WORD("hook"),  WORD("priv"),   WORD("jwt"),  WORD("cert"), WORD("login"),
	};
	/* a c d h j k l p s t */
	static const uint32_t firsts = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 7 | 1u << 9 | 1u << 10 | 1u << 11 | 1u << 15 |
				       1u << 18 | 1u << 19;
	for (size_t k = 0; k + 3 <= name.n; k++) {
		char first = dd_lower(name.p[k]);
		if (first < 'a' || first > 'z' || !(firsts >> (first - 'a') & 1))
			continue;
		for (size_t i = 0; i < DD_COUNT(words); i++)
			if (first == words[i].p[0] && k + words[i].n <= name.n &&
			    dd_str_eq_nocase((struct dd_str){ name.p + k, words[i].n }, words[i]))
				return true;
	}
	return false;
}

static bool is_one_of(struct dd_str name, const struct dd_str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name.n == words[i].n && dd_lower(name.p[0]) == words[i].p[0] && dd_str_eq_nocase(name, words[i]))
			return true;
	return false;
}

/* Members that say nothing without the name above them. */
static bool is_generic(struct dd_str name)
{
	static const struct dd_str words[] = {
		WORD("value"),	   WORD("values"),     WORD("data"),	WORD("default"), WORD("content"),
		WORD("text"),	   WORD("string"),     WORD("key"),	WORD("prod"),	 WORD("production"),
		WORD("dev"),	   WORD("staging"),    WORD("current"), WORD("raw"),	 WORD("plain"),
		WORD("plaintext"), WORD("stringdata"), WORD("_"),	WORD("#text"),	 WORD("override"),
	};
	return name.n == 0 || is_one_of(name, words, DD_COUNT(words));
}

static bool is_pair_name(struct dd_str name)
{
	static const struct dd_str words[] = {
		WORD("name"),	  WORD("key"),	    WORD("parameterkey"), WORD("optionname"),
		WORD("variable"), WORD("property"), WORD("id"),
	};
	return name.n && is_one_of(name, words, DD_COUNT(words));
}

static bool is_pair_value(struct dd_str name)
{
	static const struct dd_str words[] = {
		WORD("value"), WORD("parametervalue"), WORD("optionvalue"), WORD("val"), WORD("default"),
	};
	return name.n && is_one_of(name, words, DD_COUNT(words));
}

/* Can a value be a secret at all? */
static bool is_candidate(struct dd_str value)
{
	return value.n >= VALUE_MIN && value.n <= DD_STRUCTURE_VALUE_BYTES_MAX && dd_str_find(value, '\n') == value.n;
}

static void add_name(struct dd_buf *out, struct dd_str name)
{
	for (size_t i = 0; i < name.n && i < 100; i++) {
		char c = name.p[i];
		bool plain = dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '-' || c == '.';
		(void)dd_buf_add_char(out, plain ? c : '_');
	}
}

void dd_structure_put(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from, size_t length,
		      const char *coding)
{
	struct dd_secret_structure *to = s->to;
	if (!is_candidate(value) || !is_telling(name) || to->values.n >= DD_STRUCTURE_VALUES_MAX ||
	    to->text.n + name.n + value.n + 16 > to->text.max)
		return;
	char quote = dd_str_find(value, '"') == value.n ? '"' : dd_str_find(value, '\'') == value.n ? '\'' : '`';
	add_name(&to->text, name);
	(void)dd_buf_addf(&to->text, " = %c", quote);
	struct dd_structure_value v = { to->text.n, value.n, from, length, coding };
	(void)dd_buf_add_str(&to->text, value);
	(void)dd_buf_add_char(&to->text, quote);
	(void)dd_buf_add_char(&to->text, '\n');
	if (to->text.failed || !dd_vec_push(&to->values, v, DD_STRUCTURE_VALUES_MAX))
		s->nomem = true;
}

/* The nearest name above that says something. */
static struct dd_str name_above(const struct dd_structure_sink *s)
{
	size_t n = s->depth < DD_STRUCTURE_DEPTH_MAX ? s->depth : DD_STRUCTURE_DEPTH_MAX;
	while (n-- > 0)
		if (!s->frames[n].generic)
			return s->frames[n].name;
	return DD_STR("");
}

static void put_below(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from, size_t length)
{
	if (!is_candidate(value))
		return;
	struct dd_str above = name_above(s);
	if (!above.n || (!is_generic(name) && !is_telling(name))) {
		dd_structure_put(s, name, value, from, length, "");
		return;
	}
	struct dd_str whole = name.n ? dd_arena_printf(&s->arena, "%.*s.%.*s", DD_FMT(dd_str_take(above, 100)),
						       DD_FMT(dd_str_take(name, 100)))
				     : above;
	if (!whole.p)
		s->nomem = true;
	else
		dd_structure_put(s, whole, value, from, length, "");
}

void dd_structure_scalar(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from,
			 size_t length)
{
	if (s->depth && s->depth <= DD_STRUCTURE_DEPTH_MAX) {
		struct dd_structure_frame *f = &s->frames[s->depth - 1];
		if (is_pair_name(name) && !f->pair_name.n)
			f->pair_name = value;
		if (is_pair_value(name) && !f->pair_value.n) {
			f->pair_value = value;
			f->pair_from = from;
			f->pair_length = length;
			return; /* decided when the container ends */
		}
	}
	put_below(s, name, value, from, length);
}

void dd_structure_enter(struct dd_structure_sink *s, struct dd_str name)
{
	if (s->depth < DD_STRUCTURE_DEPTH_MAX)
		s->frames[s->depth] = (struct dd_structure_frame){ .name = name, .generic = is_generic(name) };
	s->depth++;
}

void dd_structure_leave(struct dd_structure_sink *s)
{
	if (!s->depth)
		return;
	struct dd_structure_frame *f = s->depth <= DD_STRUCTURE_DEPTH_MAX ? &s->frames[s->depth - 1] : NULL;
	if (f && f->pair_value.n && f->pair_name.n)
		dd_structure_put(s, f->pair_name, f->pair_value, f->pair_from, f->pair_length, "");
	else if (f && f->pair_value.n)
		put_below(s, DD_STR("value"), f->pair_value, f->pair_from, f->pair_length);
	s->depth--;
}

void dd_structure_locate(const struct dd_structure_sink *s, struct dd_str value, size_t at, size_t *ret_from,
			 size_t *ret_length)
{
	struct dd_str near = dd_str_take(dd_str_skip(s->doc, at), value.n + LOCATE_BYTES);
	size_t found = dd_str_search(near, value);
	*ret_from = found < near.n ? at + found : at;
	*ret_length = found < near.n ? value.n : 1;
}

static const struct format {
	const char *name;
	void (*read)(struct dd_structure_sink *s);
	const char *ends[10]; /* of file names, lower case */
} formats[] = {
	{ "json",
	  dd_structure_json,
	  { ".json", ".jsonc", ".json5", ".tfstate", ".tfstate.backup", ".ipynb", ".dockercfg" } },
	{ "yaml", dd_structure_yaml, { ".yml", ".yaml", ".eyaml" } },
	{ "toml", dd_structure_toml, { ".toml" } },
	{ "xml",
	  dd_structure_xml,
	  { ".xml", ".config", ".csproj", ".props", ".targets", ".plist", ".pubxml", ".settings", ".xaml" } },
	{ "dockerfile", dd_structure_dockerfile, { "dockerfile", "containerfile", ".dockerfile" } },
};

static const struct format *find_format(struct dd_str path, struct dd_str head)
{
	struct dd_str text = dd_str_trim(dd_str_take(head, 512));
	size_t slash = dd_str_rfind(path, '/');
	struct dd_str name = slash < path.n ? dd_str_skip(path, slash + 1) : path;
	if (dd_str_starts(text, DD_STR("\xef\xbb\xbf")))
		text = dd_str_trim(dd_str_skip(text, 3));
	for (size_t i = 0; i < DD_COUNT(formats); i++)
		for (size_t k = 0; k < DD_COUNT(formats[i].ends) && formats[i].ends[k]; k++) {
			struct dd_str end = dd_str_from(formats[i].ends[k]);
			if (name.n >= end.n && dd_str_eq_nocase(dd_str_skip(name, name.n - end.n), end))
				return &formats[i];
		}
	if (dd_str_eq_nocase(dd_str_take(name, 11), DD_STR("dockerfile.")))
		return &formats[DD_COUNT(formats) - 1];
	if (dd_str_starts(text, DD_STR("<?xml")))
		return &formats[3];
	if (text.n > 1 && text.p[0] == '{' && (dd_is_blank(text.p[1]) || text.p[1] == '"'))
		return &formats[0];
	if (dd_str_starts(text, DD_STR("apiVersion:")) || dd_str_starts(text, DD_STR("---\n")))
		return &formats[1];
	return NULL;
}

bool dd_secret_is_structured(struct dd_str path, struct dd_str head)
{
	return find_format(path, head) != NULL;
}

enum dd_code dd_secret_structure_read(struct dd_str path, struct dd_str content, struct dd_secret_structure *to,
				      struct dd_err *err)
{
	const struct format *format = find_format(path, content);
	if (!to->text.max)
		to->text = DD_BUF_INIT(TEXT_BYTES_MAX);
	dd_buf_clear(&to->text);
	to->text.failed = false;
	to->values.n = 0;
	to->format = NULL;
	if (!format || content.n > DD_STRUCTURE_BYTES_MAX)
		return DD_OK;
	struct dd_structure_sink s = { .to = to, .doc = content, .arena = DD_ARENA_INIT(ARENA_BYTES_MAX) };
	to->format = format->name;
	format->read(&s);
	dd_arena_done(&s.arena);
	return s.nomem ? dd_fail_nomem(err) : DD_OK;
}

bool dd_secret_structure_where(const struct dd_secret_structure *s, size_t at, size_t n, size_t *ret_at, size_t *ret_n,
			       const char **ret_coding)
{
	size_t low = 0, high = s->values.n;
	while (low < high) { /* the last value that starts at or before `at` */
		size_t middle = low + (high - low) / 2;
		if (s->values.p[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	const struct dd_structure_value *v = low ? &s->values.p[low - 1] : NULL;
	if (!v || at - v->at > v->n || n > v->n - (at - v->at))
		return false;
	bool exact = v->length == v->n && !*v->coding;
	*ret_at = exact ? v->from + (at - v->at) : v->from;
	*ret_n = exact ? n : v->length;
	*ret_coding = v->coding;
	return true;
}
