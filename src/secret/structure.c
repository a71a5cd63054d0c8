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

static bool has_any(struct dd_str name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str word = dd_str_from(words[i]);
		for (size_t k = 0; k + word.n <= name.n; k++)
			if (dd_str_eq_nocase((struct dd_str){ name.p + k, word.n }, word))
				return true;
	}
	return false;
}

/* Words that rules for a value beside a name ask for. */
static bool is_telling(struct dd_str name)
{
	static const char *const words[] = {
		"key", "token", "secret", "pass", "pwd",  "auth", "cred", "pat",  "api",
		"sig", "salt",	"dsn",	  "conn", "hook", "priv", "jwt",  "cert", "login"
	};
	return has_any(name, words, DD_COUNT(words));
}

static bool is_one_of(struct dd_str name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq_nocase(name, dd_str_from(words[i])))
			return true;
	return false;
}

/* Members that say nothing without the name above them. */
static bool is_generic(struct dd_str name)
{
	static const char *const words[] = { "value",	  "values",	"data",	   "default", "content",
					     "text",	  "string",	"key",	   "prod",    "production",
					     "dev",	  "staging",	"current", "raw",     "plain",
					     "plaintext", "stringdata", "_",	   "#text",   "override" };
	return name.n == 0 || is_one_of(name, words, DD_COUNT(words));
}

static bool is_pair_name(struct dd_str name)
{
	static const char *const words[] = {
		"name", "key", "parameterkey", "optionname", "variable", "property", "id"
	};
	return is_one_of(name, words, DD_COUNT(words));
}

static bool is_pair_value(struct dd_str name)
{
	static const char *const words[] = { "value", "parametervalue", "optionvalue", "val", "default" };
	return is_one_of(name, words, DD_COUNT(words));
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
	if (!is_telling(name) || value.n < VALUE_MIN || value.n > DD_STRUCTURE_VALUE_BYTES_MAX ||
	    dd_str_find(value, '\n') < value.n || to->values.n >= DD_STRUCTURE_VALUES_MAX ||
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
		if (!is_generic(s->frames[n].name))
			return s->frames[n].name;
	return DD_STR("");
}

static void put_below(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from, size_t length)
{
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
		s->frames[s->depth] = (struct dd_structure_frame){ .name = name };
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
