/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_doc.h"

#include <stdio.h>

#include "base/suggest.h"
#include "base/text.h"
#include "secret/go_regex.h"

enum { OWN_REPEAT_MAX = 65535, REGEX_OUT_MAX = 512 << 10 };

uint64_t dd_rule_doc_line(struct dd_rule_doc *d, uint64_t at)
{
	const size_t end = at > d->text.n ? d->text.n : at;
	if (end < d->line_at || !d->line) {
		d->line_at = 0;
		d->line = 1;
	}
	for (; d->line_at < end; d->line_at++)
		d->line += d->text.p[d->line_at] == '\n';
	return d->line;
}

/* The file's name, safe for a terminal and cut: enough of its end to know it by. */
static size_t put_name(struct dd_str name, char *out, size_t cap)
{
	size_t n = 0;
	if (name.n > cap / 2)
		name = dd_str_skip(name, name.n - cap / 2);
	for (size_t used; name.n && n + 9 < cap; name = dd_str_skip(name, used))
		n += dd_escape_one(name, "", out + n, &used);
	out[n] = 0;
	return n;
}

/* "FILE:LINE: rule 'ID': ", as far as they are known. */
static size_t put_place(struct dd_rule_doc *d, uint64_t at, char *out, size_t cap)
{
	char name[DD_ERR_MESSAGE_MAX / 2];
	(void)put_name(d->name, name, sizeof name);
	const unsigned long long line = at == DD_NO_OFFSET ? 0 : dd_rule_doc_line(d, at);
	int n = line ? snprintf(out, cap, "%s:%llu: ", name, line) : snprintf(out, cap, "%s: ", name);
	size_t used = n > 0 ? (size_t)n : 0;
	if (d->rule.n && used < cap) {
		n = snprintf(out + used, cap - used, "rule %s: ", DD_QUOTE(d->rule));
		used += n > 0 ? (size_t)n : 0;
	}
	return used < cap ? used : cap - 1;
}

enum dd_code dd_rule_doc_fail(struct dd_rule_doc *d, uint64_t at, struct dd_err *err, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	size_t n = put_place(d, at, text, sizeof text);
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text + n, sizeof text - n, fmt, args);
	va_end(args);
	return dd_fail(err, DD_EPARSE, at, "%s", text);
}

enum dd_code dd_rule_doc_warn(struct dd_rule_doc *d, uint64_t at, struct dd_err *err, const char *fmt, ...)
{
	if (d->notes->list.n == DD_RULE_WARNINGS_MAX) {
		d->notes->dropped++;
		return DD_OK;
	}
	char text[DD_ERR_MESSAGE_MAX];
	size_t n = put_place(d, at, text, sizeof text);
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text + n, sizeof text - n, fmt, args);
	va_end(args);
	struct dd_str kept = dd_arena_str(d->arena, dd_str_from(text));
	if (!kept.p || !dd_vec_push(&d->notes->list, kept, DD_RULE_WARNINGS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

enum dd_code dd_rule_doc_fail_document(struct dd_rule_doc *d, const struct dd_err *why, struct dd_err *err)
{
	char place[DD_ERR_MESSAGE_MAX];
	(void)put_place(d, why->at, place, sizeof place);
	return dd_fail(err, why->code, why->at, "%.200s%.300s", place, why->message);
}

enum dd_code dd_rule_doc_unknown_key(struct dd_rule_doc *d, const struct dd_node *n, const char *const *known,
				     size_t n_known, struct dd_err *err)
{
	struct dd_suggest near = DD_SUGGEST(n->name);
	for (size_t i = 0; i < n_known; i++)
		dd_suggest_offer(&near, known[i]);
	const char *before = near.best ? " (did you mean " : "", *after = near.best ? "?)" : "";
	const char *best = near.best ? near.best : "";
	if (d->own)
		return dd_rule_doc_fail(d, n->at, err, "unknown key %s%s%s%s", DD_QUOTE(n->name), before, best, after);
	return dd_rule_doc_warn(d, n->at, err, "unknown key %s is passed over%s%s%s", DD_QUOTE(n->name), before, best,
				after);
}

static enum dd_code keep(struct dd_rule_doc *d, struct dd_str s, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str kept = dd_arena_str(d->arena, s);
	if (!kept.p)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: the rules take more memory than they may",
			       DD_QUOTE(d->name));
	*ret = kept;
	return DD_OK;
}

/* YAML gives numbers and words like true where text is meant. */
enum dd_code dd_rule_doc_text(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str *ret, struct dd_err *err)
{
	if (n->kind == DD_NODE_NULL)
		return DD_OK;
	if (n->kind >= DD_NODE_ARRAY)
		return dd_rule_doc_fail(d, n->at, err, "%s is no text", DD_QUOTE(n->name));
	return keep(d, dd_node_scalar(n), ret, err);
}

typedef enum dd_code take_fn(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str *ret, struct dd_err *err);

/* An array, or a single value for an array of one. */
static enum dd_code take_texts(struct dd_rule_doc *d, const struct dd_node *n, take_fn *take, struct dd_strs *ret,
			       struct dd_err *err)
{
	if (n->kind == DD_NODE_NULL)
		return DD_OK;
	const size_t count = n->kind == DD_NODE_ARRAY ? n->n : 1;
	struct dd_strs list = { count ? dd_arena_array(d->arena, count, sizeof *list.p) : NULL, 0 };
	if (count && !list.p)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: the rules take more memory than they may",
			       DD_QUOTE(d->name));
	const struct dd_node *c = n->kind == DD_NODE_ARRAY ? dd_node_first(n) : n;
	for (size_t i = 0; i < count && c; i++, c = c->next) {
		if (c->kind >= DD_NODE_ARRAY)
			return dd_rule_doc_fail(d, c->at, err, "%s holds something that is no text", DD_QUOTE(n->name));
		DD_TRY(take(d, c, &list.p[list.n++], err));
	}
	*ret = list;
	return DD_OK;
}

enum dd_code dd_rule_doc_texts(struct dd_rule_doc *d, const struct dd_node *n, bool lower, struct dd_strs *ret,
			       struct dd_err *err)
{
	DD_TRY(take_texts(d, n, dd_rule_doc_text, ret, err));
	for (size_t i = 0; lower && i < ret->n; i++) {
		char *c = dd_arena_alloc(d->arena, ret->p[i].n + 1);
		if (!c)
			return dd_fail_nomem(err);
		for (size_t k = 0; k < ret->p[i].n; k++)
			c[k] = dd_lower(ret->p[i].p[k]);
		ret->p[i].p = c;
	}
	return DD_OK;
}

enum dd_code dd_rule_doc_regex(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str group,
			       unsigned *ret_groups, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str text = DD_STR("");
	unsigned groups = 0;
	struct dd_err why;
	DD_TRY(dd_rule_doc_text(d, n, &text, err));
	dd_buf_clear(&d->scratch);
	d->scratch.max = REGEX_OUT_MAX;
	d->scratch.failed = false;
	enum dd_code code = dd_go_regex_translate(text, d->own ? OWN_REPEAT_MAX : DD_GO_REGEX_REPEAT_MAX, group,
						  &d->scratch, &groups, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	if (code != DD_OK && why.at != DD_NO_OFFSET)
		return dd_rule_doc_fail(d, n->at, err, "pattern %s, at its byte %llu: %.200s", DD_QUOTE(text),
					(unsigned long long)why.at, why.message);
	if (code != DD_OK)
		return dd_rule_doc_fail(d, n->at, err, "pattern %s: %.200s", DD_QUOTE(text), why.message);
	if (ret_groups)
		*ret_groups = groups;
	return keep(d, dd_buf_str(&d->scratch), ret, err);
}

static enum dd_code take_regex(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str *ret, struct dd_err *err)
{
	return dd_rule_doc_regex(d, n, DD_STR(""), NULL, ret, err);
}

enum dd_code dd_rule_doc_regexes(struct dd_rule_doc *d, const struct dd_node *n, struct dd_strs *ret,
				 struct dd_err *err)
{
	return take_texts(d, n, take_regex, ret, err);
}

enum dd_code dd_rule_doc_where(struct dd_rule_doc *d, uint64_t at, struct dd_str *ret, struct dd_err *err)
{
	char name[DD_ERR_MESSAGE_MAX / 2];
	(void)put_name(d->name, name, sizeof name);
	struct dd_str where = dd_arena_printf(d->arena, "%s:%llu", name, (unsigned long long)dd_rule_doc_line(d, at));
	if (!where.p)
		return dd_fail_nomem(err);
	*ret = where;
	return DD_OK;
}

bool dd_rule_doc_is_toml(struct dd_str text)
{
	struct dd_str line;
	if (dd_str_starts(text, DD_STR("\xef\xbb\xbf")))
		text = dd_str_skip(text, 3);
	while (dd_str_line(&text, &line)) {
		line = dd_str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		return line.p[0] == '[' || dd_str_find(line, '=') < dd_str_find(line, ':');
	}
	return true;
}

enum dd_code dd_rule_doc_read(struct dd_rule_doc *d, struct dd_err *err)
{
	if (d->text.n > DD_RULE_FILE_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: larger than %d MiB", DD_QUOTE(d->name),
			       DD_RULE_FILE_BYTES_MAX >> 20);
	DD_TRY(dd_rule_doc_is_toml(d->text) ? dd_rule_doc_read_gitleaks(d, err) : dd_rule_doc_read_trivy(d, err));
	d->rule = DD_STR("");
	if (!d->rules.n && !d->allow.n && !d->disabled.n && !d->enabled.n && !d->extend_path.n &&
	    !d->exclude_blocks.n && !d->use_default && !d->not_default)
		return dd_rule_doc_warn(d, DD_NO_OFFSET, err, "holds no rules");
	return DD_OK;
}

void dd_rule_doc_done(struct dd_rule_doc *d)
{
	dd_vec_done(&d->rules);
	dd_vec_done(&d->allow);
	dd_buf_done(&d->scratch);
}
