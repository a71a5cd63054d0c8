/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/suggest.h"

/* Rows of all tables of one command; a bit each says which lists the command line has begun. */
enum { OPT_ROWS_MAX = 64 };

struct parser {
	const struct dd_opt *const *tables;
	int argc;
	char **argv;
	int at; /* the argument being read */
	void *into;
	uint64_t lists_begun; /* bit = row number */
};

/* Visits the rows of all tables in order: `for (struct cursor c = { tables }; (row = next_row(&c));)`. */
struct cursor {
	const struct dd_opt *const *table;
	size_t row, number; /* of the row returned last + 1 */
};

static const struct dd_opt *next_row(struct cursor *c)
{
	while (*c->table && (*c->table)[c->row].kind == DD_OPT_END) {
		c->table++;
		c->row = 0;
	}
	if (!*c->table)
		return NULL;
	dd_assert(c->number < OPT_ROWS_MAX);
	c->number++;
	return &(*c->table)[c->row++];
}

static void *field(const struct dd_opt *row, void *into)
{
	return (char *)into + row->offset;
}

/* Setters: `text` is the value as written, `from` says where: "option '--jobs'" or "DRYDOCK_JOBS". */

static enum dd_code set_flag(const struct dd_opt *row, void *into, const char *text, const char *from,
			     struct dd_err *err)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "1", true },	{ "true", true },   { "yes", true }, { "on", true },
		{ "0", false }, { "false", false }, { "no", false }, { "off", false },
	};
	for (size_t i = 0; i < DD_COUNT(words); i++) {
		if (dd_str_eq_nocase(dd_str_from(text), dd_str_from(words[i].word))) {
			*(bool *)field(row, into) = words[i].value;
			return DD_OK;
		}
	}
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is 1 or 0, not %s", from, DD_QUOTE(dd_str_from(text)));
}

static enum dd_code set_text(const struct dd_opt *row, void *into, const char *text, const char *from,
			     struct dd_err *err)
{
	(void)from;
	(void)err;
	*(const char **)field(row, into) = text;
	return DD_OK;
}

static enum dd_code set_list(const struct dd_opt *row, void *into, const char *text, const char *from,
			     struct dd_err *err)
{
	struct dd_opt_list *l = field(row, into);
	(void)from;
	/* Room doubles: it is full whenever n is a power of two. */
	if ((l->n & (l->n - 1)) == 0) {
		const char **p = dd_realloc_array(l->p, l->n ? l->n * 2 : 1, sizeof *p);
		if (!p)
			return dd_fail_nomem(err);
		l->p = p;
	}
	l->p[l->n++] = text;
	return DD_OK;
}

static enum dd_code set_u64(const struct dd_opt *row, void *into, const char *text, const char *from,
			    struct dd_err *err)
{
	uint64_t max = row->max ? row->max : UINT64_MAX, v;
	if (!dd_str_u64(dd_str_from(text), max, &v))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s takes a number of at most %llu, not %s", from,
			       (unsigned long long)max, DD_QUOTE(dd_str_from(text)));
	*(uint64_t *)field(row, into) = v;
	return DD_OK;
}

static enum dd_code set_bytes(const struct dd_opt *row, void *into, const char *text, const char *from,
			      struct dd_err *err)
{
	static const char suffixes[] = "kmgt";
	struct dd_str s = dd_str_from(text);
	const char *suffix = s.n ? strchr(suffixes, dd_lower(s.p[s.n - 1])) : NULL;
	unsigned shift = suffix ? 10 * (unsigned)(suffix - suffixes + 1) : 0;
	uint64_t max = row->max ? row->max : UINT64_MAX, v;
	if (!dd_str_u64(suffix ? dd_str_take(s, s.n - 1) : s, max >> shift, &v))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "%s takes a number of bytes like 500M (K, M, G, T), at most %llu, not %s", from,
			       (unsigned long long)max, DD_QUOTE(s));
	*(uint64_t *)field(row, into) = v << shift;
	return DD_OK;
}

static enum dd_code set_choice(const struct dd_opt *row, void *into, const char *text, const char *from,
			       struct dd_err *err)
{
	char all[256] = "";
	size_t n = 0;
	for (int i = 0; row->choices[i]; i++) {
		if (dd_str_eq_c(dd_str_from(text), row->choices[i])) {
			*(int *)field(row, into) = i;
			return DD_OK;
		}
		int put = snprintf(all + n, sizeof all - n, "%s%s", i ? ", " : "", row->choices[i]);
		n += put > 0 && (size_t)put < sizeof all - n ? (size_t)put : 0;
	}
	all[n] = '\0';
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is one of %s, not %s", from, all, DD_QUOTE(dd_str_from(text)));
}

typedef enum dd_code set_fn(const struct dd_opt *, void *, const char *, const char *, struct dd_err *);
static set_fn *const setters[] = {
	[DD_OPT_FLAG] = set_flag, [DD_OPT_TEXT] = set_text,   [DD_OPT_LIST] = set_list,
	[DD_OPT_U64] = set_u64,	  [DD_OPT_BYTES] = set_bytes, [DD_OPT_CHOICE] = set_choice,
};

/* "option '--jobs'": where a value came from. */
struct origin {
	char text[DD_OPT_ENV_NAME_MAX + 16];
};

static struct origin from_option(const struct dd_opt *row)
{
	struct origin o;
	(void)snprintf(o.text, sizeof o.text, "option '--%s'", row->name);
	return o;
}

static enum dd_code unknown(const struct parser *p, struct dd_str written, struct dd_str name, struct dd_err *err)
{
	struct dd_suggest s = DD_SUGGEST(name);
	const struct dd_opt *row;
	for (struct cursor c = { p->tables, 0, 0 }; (row = next_row(&c));)
		if (!row->hidden)
			dd_suggest_offer(&s, row->name);
	if (s.best)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown option %s: did you mean '--%s'?", DD_QUOTE(written),
			       s.best);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown option %s", DD_QUOTE(written));
}

/* value == NULL: not joined to the option, so it is the next argument. */
static enum dd_code take(struct parser *p, const struct dd_opt *row, size_t number, const char *value,
			 struct dd_err *err)
{
	if (row->kind == DD_OPT_FLAG && value)
		return set_flag(row, p->into, value, from_option(row).text, err);
	if (row->kind == DD_OPT_FLAG) {
		*(bool *)field(row, p->into) = true;
		return DD_OK;
	}
	if (!value && p->at + 1 < p->argc)
		value = p->argv[++p->at];
	if (!value || !value[0])
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s needs a value: %s", from_option(row).text, row->arg);
	if (row->kind == DD_OPT_LIST && !(p->lists_begun >> (number - 1) & 1)) {
		/* The flag wins over the environment: it replaces, it does not add. */
		dd_opt_list_done(field(row, p->into));
		p->lists_begun |= UINT64_C(1) << (number - 1);
	}
	return setters[row->kind](row, p->into, value, from_option(row).text, err);
}

static enum dd_code take_long(struct parser *p, const char *arg, struct dd_err *err)
{
	struct dd_str whole = dd_str_from(arg), name = dd_str_skip(whole, 2);
	size_t equals = dd_str_find(name, '=');
	const char *value = equals < name.n ? name.p + equals + 1 : NULL;
	const struct dd_opt *row;
	name = dd_str_take(name, equals);
	for (struct cursor c = { p->tables, 0, 0 }; (row = next_row(&c));)
		if (dd_str_eq_c(name, row->name))
			return take(p, row, c.number, value, err);
	return unknown(p, dd_str_take(whole, name.n + 2), name, err);
}

static enum dd_code take_letters(struct parser *p, const char *arg, struct dd_err *err)
{
	for (const char *letter = arg + 1; *letter; letter++) {
		const struct dd_opt *row;
		struct cursor c = { p->tables, 0, 0 };
		while ((row = next_row(&c)) && row->letter != *letter)
			;
		if (!row && letter == arg + 1) /* -jobs for --jobs: say so */
			return unknown(p, dd_str_from(arg), dd_str_from(arg + 1), err);
		if (!row)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown option '-%c' in %s",
				       *letter >= '!' && *letter <= '~' ? *letter : '?', DD_QUOTE(dd_str_from(arg)));
		if (row->kind != DD_OPT_FLAG)
			return take(p, row, c.number, letter[1] ? letter + 1 : NULL, err);
		DD_TRY(take(p, row, c.number, NULL, err));
	}
	return DD_OK;
}

enum dd_code dd_opt_parse(const struct dd_opt *const *tables, int argc, char **argv, void *into, int *ret_n_args,
			  struct dd_err *err)
{
	struct parser p = { tables, argc, argv, 1, into, 0 };
	int n = 0;
	bool only_operands = false;
	for (; p.at < argc; p.at++) {
		char *arg = argv[p.at];
		if (only_operands || arg[0] != '-' || arg[1] == '\0') /* "-" is standard input */
			argv[1 + n++] = arg;
		else if (strcmp(arg, "--") == 0)
			only_operands = true;
		else if (arg[1] == '-')
			DD_TRY(take_long(&p, arg, err));
		else
			DD_TRY(take_letters(&p, arg, err));
	}
	*ret_n_args = n;
	return DD_OK;
}

const char *dd_opt_env_name(const struct dd_opt *row, char out[DD_OPT_ENV_NAME_MAX])
{
	int n = snprintf(out, DD_OPT_ENV_NAME_MAX, "DRYDOCK_%s", row->name);
	dd_assert(n > 0 && n < DD_OPT_ENV_NAME_MAX);
	for (char *c = out; *c; c++) {
		if (*c == '-')
			*c = '_';
		else if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	}
	return out;
}

enum dd_code dd_opt_environment(const struct dd_opt *const *tables, char *(*get)(const char *), void *into,
				struct dd_err *err)
{
	const struct dd_opt *row;
	for (struct cursor c = { tables, 0, 0 }; (row = next_row(&c));) {
		char name[DD_OPT_ENV_NAME_MAX];
		const char *value = get(dd_opt_env_name(row, name));
		/* Empty counts as not set, so that a wrapper can pass "$X" on. */
		if (!value || !value[0])
			continue;
		dd_opt_clear(row, into);
		DD_TRY(setters[row->kind](row, into, value, name, err));
	}
	return DD_OK;
}

enum dd_code dd_opt_set(const struct dd_opt *row, void *into, const char *text, const char *from, struct dd_err *err)
{
	return setters[row->kind](row, into, text, from, err);
}

void dd_opt_clear(const struct dd_opt *row, void *into)
{
	if (row->kind == DD_OPT_LIST)
		dd_opt_list_done(field(row, into));
}

void dd_opt_list_done(struct dd_opt_list *l)
{
	dd_free(l->p);
	*l = (struct dd_opt_list){ NULL, 0 };
}
