/* SPDX-License-Identifier: Apache-2.0 */
/* gitleaks' configuration (github.com/gitleaks/gitleaks 8.30, config/config.go), which is the form of drydock's own
 * rules too:
 *   title, description, minVersion
 *   [extend]              path, useDefault, disabledRules; url is refused (gitleaks has it, and does nothing)
 *   [[allowlists]]        description, condition, commits, paths, regexTarget, regexes, stopwords, targetRules
 *   [[rules]]             rule_fields.c, with [[rules.allowlists]] and [[rules.required]]
 * [allowlist] and [rules.allowlist] are the old form of one. Keys are read without regard to case and a single text
 * where a list is meant is a list of one, as gitleaks' viper does it. */
#include <math.h>
#include <stdlib.h>

#include "format/toml.h"
#include "secret/rule_doc.h"

enum { KEYS_MAX = 32, LIST_MAX = 1000 };

static enum dd_code read_table(struct dd_rule_doc *d, const struct dd_rule_table *t, const struct dd_node *n,
			       char *record, struct dd_err *err);

static enum dd_code read_number(struct dd_rule_doc *d, const struct dd_node *n, uint64_t max, uint64_t *ret,
				struct dd_err *err)
{
	if (n->kind != DD_NODE_INT || n->integer < 0 || (uint64_t)n->integer > max)
		return dd_rule_doc_fail(d, n->at, err, "%s is no number from 0 to %llu", DD_QUOTE(n->name),
					(unsigned long long)max);
	*ret = (uint64_t)n->integer;
	return DD_OK;
}

static enum dd_code read_real(struct dd_rule_doc *d, const struct dd_node *n, double *ret, struct dd_err *err)
{
	char text[64];
	size_t k = 0;
	for (size_t i = 0; i < n->text.n && k < sizeof text - 1; i++)
		if (n->text.p[i] != '_')
			text[k++] = n->text.p[i];
	text[k] = 0;
	char *end = text;
	double v = n->kind == DD_NODE_INT ? (double)n->integer : strtod(text, &end);
	if ((n->kind != DD_NODE_FLOAT && n->kind != DD_NODE_INT) || !isfinite(v) || v < 0 ||
	    (n->kind == DD_NODE_FLOAT && *end))
		return dd_rule_doc_fail(d, n->at, err, "%s is no number that is not negative", DD_QUOTE(n->name));
	*ret = v;
	return DD_OK;
}

static enum dd_code read_flag(struct dd_rule_doc *d, const struct dd_node *n, bool *ret, struct dd_err *err)
{
	if (n->kind != DD_NODE_BOOL)
		return dd_rule_doc_fail(d, n->at, err, "%s is neither true nor false", DD_QUOTE(n->name));
	*ret = n->integer != 0;
	return DD_OK;
}

static enum dd_code read_choice(struct dd_rule_doc *d, const struct dd_rule_field *f, const struct dd_node *n,
				unsigned *ret, struct dd_err *err)
{
	char lower[32];
	struct dd_str s = dd_node_text(n);
	for (size_t i = 0; i < s.n && s.n <= sizeof lower; i++)
		lower[i] = dd_lower(s.p[i]);
	if (s.n <= sizeof lower && f->choose((struct dd_str){ lower, s.n }, ret))
		return DD_OK;
	return dd_rule_doc_fail(d, n->at, err, "%s is %s; it may be %s", f->key, DD_QUOTE(dd_node_scalar(n)),
				f->choices);
}

static enum dd_code read_all(struct dd_rule_doc *d, const struct dd_node *n, bool *ret, struct dd_err *err)
{
	struct dd_str s = dd_node_text(n);
	if (dd_str_eq_nocase(s, DD_STR("AND")) || dd_str_eq_c(s, "&&"))
		*ret = true;
	else if (n->kind == DD_NODE_STRING && (!s.n || dd_str_eq_nocase(s, DD_STR("OR")) || dd_str_eq_c(s, "||")))
		*ret = false;
	else
		return dd_rule_doc_fail(d, n->at, err, "unknown condition %s; it may be AND, OR",
					DD_QUOTE(dd_node_scalar(n)));
	return DD_OK;
}

static enum dd_code check_allow(struct dd_rule_doc *d, const struct dd_node *n, const struct dd_secret_allow *a,
				struct dd_err *err)
{
	if (a->commits.n || a->paths.n || a->regexes.n || a->stopwords.n)
		return DD_OK;
	return dd_rule_doc_fail(d, n->at, err,
				"an allowlist needs at least one of commits, paths, regexes and stopwords");
}

/* Fills room for n->n elements that the field's pointer and count name. */
static enum dd_code read_list(struct dd_rule_doc *d, const struct dd_rule_field *f, const struct dd_node *n,
			      char *record, struct dd_err *err)
{
	const bool one = f->type == DD_FIELD_ONE;
	if (n->kind != (one ? DD_NODE_TABLE : DD_NODE_ARRAY))
		return dd_rule_doc_fail(d, n->at, err, one ? "%s is no table" : "%s is no array of tables", f->key);
	const size_t count = one ? 1 : n->n;
	size_t *n_list = (size_t *)(void *)(record + f->count);
	if (*n_list)
		return dd_rule_doc_fail(d, n->at, err,
					"[allowlist] is the old form of [[allowlists]]: only one of them may be there");
	if (count > LIST_MAX)
		return dd_rule_doc_fail(d, n->at, err, "%s has more than %d elements", f->key, LIST_MAX);
	char *items = count ? dd_arena_array(d->arena, count, f->items->size) : NULL;
	if (count && !items)
		return dd_fail_nomem(err);
	const struct dd_node *c = one ? n : dd_node_first(n);
	for (size_t i = 0; i < count && c; i++, c = c->next) {
		char *item = items + i * f->items->size;
		if (c->kind != DD_NODE_TABLE)
			return dd_rule_doc_fail(d, c->at, err, "%s holds something that is no table", f->key);
		DD_TRY(read_table(d, f->items, c, item, err));
		if (f->items == &dd_allow_table)
			DD_TRY(check_allow(d, c, (const struct dd_secret_allow *)(const void *)item, err));
		else if (!((const struct dd_secret_require *)(const void *)item)->rule.n)
			return dd_rule_doc_fail(d, c->at, err, "[[rules.required]] without id");
	}
	memcpy(record + f->offset, &items, sizeof items);
	*n_list = count;
	return DD_OK;
}

static enum dd_code read_field(struct dd_rule_doc *d, const struct dd_rule_field *f, const struct dd_node *n,
			       char *record, struct dd_err *err)
{
	void *at = record + f->offset;
	uint64_t number;
	switch (f->type) {
	case DD_FIELD_TEXT:
		return dd_rule_doc_text(d, n, at, err);
	case DD_FIELD_REGEX:
		return dd_rule_doc_regex(d, n, DD_STR(""), NULL, at, err);
	case DD_FIELD_TEXTS:
	case DD_FIELD_WORDS:
		return dd_rule_doc_texts(d, n, f->type == DD_FIELD_WORDS, at, err);
	case DD_FIELD_REGEXES:
		return dd_rule_doc_regexes(d, n, at, err);
	case DD_FIELD_NUMBER:
		DD_TRY(read_number(d, n, UINT32_MAX, &number, err));
		*(unsigned *)at = (unsigned)number;
		return DD_OK;
	case DD_FIELD_FAR:
		return read_number(d, n, INT64_MAX, at, err);
	case DD_FIELD_REAL:
		return read_real(d, n, at, err);
	case DD_FIELD_FLAG:
		return read_flag(d, n, at, err);
	case DD_FIELD_CHOICE:
		return read_choice(d, f, n, at, err);
	case DD_FIELD_ALL:
		return read_all(d, n, at, err);
	case DD_FIELD_LIST:
	case DD_FIELD_ONE:
		return read_list(d, f, n, record, err);
	case DD_FIELD_UNREAD:
		break;
	}
	return DD_OK;
}

static const struct dd_rule_field *find_field(const struct dd_rule_table *t, struct dd_str key)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].key && dd_str_eq_nocase(key, dd_str_from(t->fields[i].key)))
			return &t->fields[i];
	return NULL;
}

static enum dd_code read_table(struct dd_rule_doc *d, const struct dd_rule_table *t, const struct dd_node *n,
			       char *record, struct dd_err *err)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].type == DD_FIELD_FAR)
			*(uint64_t *)(void *)(record + t->fields[i].offset) = UINT64_MAX;
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next) {
		const struct dd_rule_field *f = find_field(t, c->name);
		if (f) {
			DD_TRY(read_field(d, f, c, record, err));
			continue;
		}
		const char *known[KEYS_MAX];
		size_t n_known = 0;
		for (size_t i = 0; i < t->n && n_known < KEYS_MAX; i++)
			known[n_known++] = t->fields[i].key;
		DD_TRY(dd_rule_doc_unknown_key(d, c, known, n_known, err));
	}
	return DD_OK;
}

static const struct dd_node *get_nocase(const struct dd_node *table, const char *key)
{
	const struct dd_node *found = NULL;
	for (const struct dd_node *c = dd_node_first(table); c; c = c->next)
		if (dd_str_eq_nocase(c->name, dd_str_from(key)))
			found = c;
	return found;
}

static enum dd_code read_rule(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	struct dd_secret_rule rule = { .check = DD_CHECK_NONE };
	d->rule = dd_str_trim(dd_node_text(get_nocase(n, "id")));
	struct dd_str description = dd_node_text(get_nocase(n, "description"));
	if (!d->rule.n && description.n)
		return dd_rule_doc_fail(d, n->at, err, "a rule without id, its description: %s", DD_QUOTE(description));
	if (!d->rule.n)
		return dd_rule_doc_fail(d, n->at, err, "a rule without id");
	DD_TRY(read_table(d, &dd_rule_table, n, (char *)&rule, err));
	rule.kind.id = dd_str_trim(rule.kind.id);
	DD_TRY(dd_rule_doc_where(d, n->at, &rule.where, err));
	if (!dd_vec_push(&d->rules, rule, DD_RULES_MAX))
		return d->rules.n == DD_RULES_MAX ? dd_rule_doc_fail(d, n->at, err, "more than %d rules", DD_RULES_MAX)
						  : dd_fail_nomem(err);
	d->rule = DD_STR("");
	return DD_OK;
}

static enum dd_code read_rules(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	if (n->kind != DD_NODE_ARRAY)
		return dd_rule_doc_fail(d, n->at, err, "rules is no array of tables");
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next) {
		if (c->kind != DD_NODE_TABLE)
			return dd_rule_doc_fail(d, c->at, err, "rules holds something that is no table");
		DD_TRY(read_rule(d, c, err));
	}
	return DD_OK;
}

static enum dd_code read_global_allow(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	if (n->kind != DD_NODE_TABLE)
		return dd_rule_doc_fail(d, n->at, err, "an allowlist is a table");
	struct dd_secret_allow allow = { .all = false };
	DD_TRY(read_table(d, &dd_global_allow_table, n, (char *)&allow, err));
	DD_TRY(check_allow(d, n, &allow, err));
	if (!dd_vec_push(&d->allow, allow, LIST_MAX))
		return d->allow.n == LIST_MAX ? dd_rule_doc_fail(d, n->at, err, "more than %d allowlists", LIST_MAX)
					      : dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code read_allow_list(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	if (d->allow.n)
		return dd_rule_doc_fail(d, n->at, err,
					"[allowlist] is the old form of [[allowlists]]: only one of them may be there");
	if (n->kind == DD_NODE_TABLE)
		return read_global_allow(d, n, err);
	if (n->kind != DD_NODE_ARRAY)
		return dd_rule_doc_fail(d, n->at, err, "allowlists is no array of tables");
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next)
		DD_TRY(read_global_allow(d, c, err));
	return DD_OK;
}

static enum dd_code read_extend(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	static const char *const known[] = { "path", "url", "useDefault", "disabledRules" };
	if (n->kind != DD_NODE_TABLE)
		return dd_rule_doc_fail(d, n->at, err, "extend is no table");
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next) {
		if (dd_str_eq_nocase(c->name, DD_STR("path"))) {
			DD_TRY(dd_rule_doc_text(d, c, &d->extend_path, err));
		} else if (dd_str_eq_nocase(c->name, DD_STR("url"))) {
			if (dd_node_scalar(c).n)
				return dd_rule_doc_fail(d, c->at, err,
							"extend.url is not followed: rules are read from files only; "
							"download it and name it with extend.path");
		} else if (dd_str_eq_nocase(c->name, DD_STR("useDefault"))) {
			DD_TRY(read_flag(d, c, &d->use_default, err));
			d->not_default = !d->use_default;
		} else if (dd_str_eq_nocase(c->name, DD_STR("disabledRules"))) {
			DD_TRY(dd_rule_doc_texts(d, c, false, &d->disabled, err));
		} else {
			DD_TRY(dd_rule_doc_unknown_key(d, c, known, DD_COUNT(known), err));
		}
	}
	if (d->extend_path.n && d->use_default)
		return dd_rule_doc_fail(d, n->at, err, "extend.path and extend.useDefault exclude each other");
	return DD_OK;
}

static enum dd_code read_nothing(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	(void)d, (void)n, (void)err;
	return DD_OK;
}

static const struct {
	const char *key;
	enum dd_code (*read)(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err);
} top[] = {
	{ "title", read_nothing },	  { "description", read_nothing }, { "minVersion", read_nothing },
	{ "extend", read_extend },	  { "rules", read_rules },	   { "allowlists", read_allow_list },
	{ "allowlist", read_allow_list },
};

static enum dd_code read_top(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(top); i++)
		if (dd_str_eq_nocase(n->name, dd_str_from(top[i].key)))
			return top[i].read(d, n, err);
	const char *known[DD_COUNT(top)];
	for (size_t i = 0; i < DD_COUNT(top); i++)
		known[i] = top[i].key;
	return dd_rule_doc_unknown_key(d, n, known, DD_COUNT(known), err);
}

enum dd_code dd_rule_doc_read_gitleaks(struct dd_rule_doc *d, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(512u << 20);
	const struct dd_node *root = NULL;
	struct dd_err why;
	if (dd_toml_parse(d->text, &a, &root, &why) != DD_OK)
		return why.code == DD_ENOMEM ? dd_fail_nomem(err) : dd_rule_doc_fail_document(d, &why, err);
	for (const struct dd_node *c = dd_node_first(root); c; c = c->next)
		DD_TRY(read_top(d, c, err));
	return DD_OK;
}
