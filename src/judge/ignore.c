/* SPDX-License-Identifier: Apache-2.0 */
/* An ignore file, one rule a line:
 *
 *     # blank lines and comments
 *     CVE-2023-1234
 *     CVE-2023-4911 package=libc6 until=2026-12-31 reason="not reachable: no setuid program in this image"
 *     GHSA-xvch-5gv4-984h path=usr/lib/node_modules/npm/package.json
 *     *             package=linux-libc-dev reason="headers only"
 *
 *     file    = *( [blanks] [rule] [blanks] ["#" text] LF )        LF or CRLF; a UTF-8 byte order mark is skipped
 *     rule    = ID *( blanks KEY "=" VALUE )
 *     ID      = any id or alias of a finding, without regard to case; "*" for every id, then package, path or
 *               fingerprint is needed
 *     KEY     = "package" | "version" | "path" | "fingerprint" | "until" | "reason" | "owner"    each at most once
 *     VALUE   = bare text without blanks, quotes and "#" | '"' text '"' with \" and \\ inside
 *
 * package and path are globs: * any text without "/", ** any text, ? one byte that is no "/". package is compared with
 * the binary and the source name, path with the finding's path without its leading slash, fingerprint with a secret's.
 * until is the last day (UTC)
 * on which the rule holds. Everything else is an error that names file and line: a rule with a typing mistake must not
 * silently do nothing, and even less do more than was meant. */
#include "judge/ignore.h"

#include <stdlib.h>

#include "base/glob.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/secret.h"

enum { DAY_S = 24 * 60 * 60 };

static const struct dd_str none = { "", 0 };

struct reader {
	struct dd_str name; /* of the file */
	uint64_t line;
	struct dd_str rest; /* of the line */
	struct dd_arena *arena;
	struct dd_err *err;
};

#define FAIL(r, fmt, ...)                                                                                              \
	dd_fail((r)->err, DD_EARG, DD_NO_OFFSET, "ignore file %s:%llu: " fmt, DD_QUOTE((r)->name),                     \
		(unsigned long long)(r)->line, ##__VA_ARGS__)

static void skip_blanks(struct reader *r)
{
	while (r->rest.n && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t'))
		r->rest = dd_str_skip(r->rest, 1);
}

/* A word up to a blank or the character `stop` (0: none). */
static struct dd_str word(struct reader *r, char stop)
{
	size_t n = 0;
	while (n < r->rest.n && r->rest.p[n] != ' ' && r->rest.p[n] != '\t' && !(stop && r->rest.p[n] == stop))
		n++;
	struct dd_str w = dd_str_take(r->rest, n);
	r->rest = dd_str_skip(r->rest, n);
	return w;
}

/* The inside of "…"; r->rest stands behind the opening quote. */
static enum dd_code quoted(struct reader *r, struct dd_str *ret)
{
	char *out = dd_arena_alloc(r->arena, r->rest.n + 1);
	size_t n = 0, i = 0;
	if (!out)
		return dd_fail_nomem(r->err);
	for (; i < r->rest.n && r->rest.p[i] != '"'; i++) {
		if (r->rest.p[i] == '\\') {
			i++;
			if (i >= r->rest.n || (r->rest.p[i] != '"' && r->rest.p[i] != '\\'))
				return FAIL(r, "only \\\" and \\\\ may follow a backslash inside quotes");
		}
		out[n++] = r->rest.p[i];
	}
	if (i >= r->rest.n)
		return FAIL(r, "the closing quote is missing");
	r->rest = dd_str_skip(r->rest, i + 1);
	if (r->rest.n && r->rest.p[0] != ' ' && r->rest.p[0] != '\t')
		return FAIL(r, "a blank must follow the closing quote");
	*ret = (struct dd_str){ out, n };
	return DD_OK;
}

static enum dd_code value(struct reader *r, struct dd_str key, struct dd_str *ret)
{
	if (r->rest.n && r->rest.p[0] == '"') {
		r->rest = dd_str_skip(r->rest, 1);
		DD_TRY(quoted(r, ret));
	} else {
		struct dd_str bare = word(r, 0);
		if (dd_str_find(bare, '"') < bare.n || dd_str_find(bare, '#') < bare.n)
			return FAIL(r, "the value of %s needs quotes around it", DD_QUOTE(key));
		*ret = dd_arena_str(r->arena, bare);
		if (!ret->p)
			return dd_fail_nomem(r->err);
	}
	return ret->n ? DD_OK : FAIL(r, "%s has no value", DD_QUOTE(key));
}

bool dd_ignore_until(struct dd_str until, int64_t *ret_s)
{
	int64_t day;
	if (until.n != strlen("2026-12-31") || !dd_time_parse(until, &day))
		return false;
	*ret_s = day + DAY_S;
	return true;
}

static enum dd_code check_until(struct reader *r, struct dd_ignore_rule *rule)
{
	if (!dd_ignore_until(rule->until, &rule->until_s))
		return FAIL(r, "until=%s is not a date like 2026-12-31", DD_QUOTE(rule->until));
	return DD_OK;
}

static enum dd_code pair(struct reader *r, struct dd_ignore_rule *rule)
{
	const struct {
		const char *name;
		struct dd_str *value;
	} keys[] = {
		{ "package", &rule->package },
		{ "version", &rule->version },
		{ "path", &rule->path },
		{ "until", &rule->until },
		{ "reason", &rule->reason },
		{ "owner", &rule->owner },
		{ "fingerprint", &rule->fingerprint },
	};
	struct dd_str key = word(r, '=');
	if (r->rest.n == 0 || r->rest.p[0] != '=')
		return FAIL(r, "%s is not of the form key=value", DD_QUOTE(key));
	r->rest = dd_str_skip(r->rest, 1);
	for (size_t i = 0; i < DD_COUNT(keys); i++) {
		if (!dd_str_eq_c(key, keys[i].name))
			continue;
		if (keys[i].value->n)
			return FAIL(r, "%s is given twice", DD_QUOTE(key));
		return value(r, key, keys[i].value);
	}
	return FAIL(r, "unknown key %s; there are package, version, path, fingerprint, until, reason and owner",
		    DD_QUOTE(key));
}

static enum dd_code rule_of(struct reader *r, struct dd_ignore_rule *rule)
{
	struct dd_str id = word(r, 0);
	if (dd_str_find(id, '=') < id.n || dd_str_find(id, '"') < id.n)
		return FAIL(r, "a rule begins with the id of a finding, or with *");
	if (dd_str_find(id, '*') < id.n && id.n > 1)
		return FAIL(r, "%s: an id is written whole; only * alone stands for all", DD_QUOTE(id));
	rule->id = dd_arena_str(r->arena, id);
	rule->where = dd_arena_printf(r->arena, "%.*s:%llu", DD_FMT(r->name), (unsigned long long)r->line);
	if (!rule->id.p || !rule->where.p)
		return dd_fail_nomem(r->err);
	for (skip_blanks(r); r->rest.n && r->rest.p[0] != '#'; skip_blanks(r))
		DD_TRY(pair(r, rule));
	if (rule->until.n)
		DD_TRY(check_until(r, rule));
	if (rule->path.n > DD_GLOB_BYTES_MAX || rule->package.n > DD_GLOB_BYTES_MAX)
		return FAIL(r, "a pattern may have at most %d bytes", DD_GLOB_BYTES_MAX);
	while (rule->path.n && rule->path.p[0] == '/')
		rule->path = dd_str_skip(rule->path, 1);
	if (dd_str_eq_c(rule->id, "*") && rule->package.n == 0 && rule->path.n == 0 && rule->fingerprint.n == 0)
		return FAIL(r, "* without package=, path= or fingerprint= would hide every finding");
	return DD_OK;
}

static bool lower_copy(struct dd_str s, struct dd_arena *a, struct dd_str *ret)
{
	char *p = dd_arena_alloc(a, s.n + 1);
	for (size_t i = 0; p && i < s.n; i++)
		p[i] = dd_lower(s.p[i]);
	*ret = (struct dd_str){ p, s.n };
	return p != NULL;
}

/* Rules of one id form a chain in file order, so that a million findings do not try every rule. */
enum dd_code dd_ignore_keep(struct dd_ignore *ig, const struct dd_ignore_rule *rule, struct dd_arena *a,
			    struct dd_err *err)
{
	uint32_t at = (uint32_t)ig->rules.n, first;
	struct dd_str key;
	if (ig->rules.n >= DD_IGNORE_RULES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "ignore file %s: more than %d rules",
			       DD_QUOTE(rule->where), DD_IGNORE_RULES_MAX);
	if (!lower_copy(rule->id, a, &key) || !dd_vec_push(&ig->rules, *rule, DD_IGNORE_RULES_MAX) ||
	    !dd_vec_push(&ig->last, at, DD_IGNORE_RULES_MAX) || !dd_map_add(&ig->by_id, key, at, &first))
		return dd_fail_nomem(err);
	if (first != at) {
		ig->rules.p[ig->last.p[first]].next = at;
		ig->last.p[first] = at;
	}
	return DD_OK;
}

enum dd_code dd_ignore_add(struct dd_ignore *ig, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			   struct dd_err *err)
{
	struct reader r = { .name = name, .arena = a, .err = err };
	if (bytes.n > DD_IGNORE_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "ignore file %s is larger than %llu bytes", DD_QUOTE(name),
			       (unsigned long long)DD_IGNORE_BYTES_MAX);
	if (dd_str_starts(bytes, DD_STR("\xef\xbb\xbf")))
		bytes = dd_str_skip(bytes, 3);
	for (struct dd_str rest = bytes, line; dd_str_line(&rest, &line);) {
		struct dd_ignore_rule rule = { none, none, none, none,		none,
					       none, none, none, .where = none, .next = DD_MAP_NONE };
		r.line++;
		r.rest = line;
		if (line.n > DD_IGNORE_LINE_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "ignore file %s:%llu: line longer than %llu bytes",
				       DD_QUOTE(name), (unsigned long long)r.line,
				       (unsigned long long)DD_IGNORE_LINE_MAX);
		if (!dd_str_valid_utf8(line) || dd_str_find(line, '\0') < line.n)
			return FAIL(&r, "the line is not UTF-8 text");
		skip_blanks(&r);
		if (r.rest.n == 0 || r.rest.p[0] == '#')
			continue;
		DD_TRY(rule_of(&r, &rule));
		DD_TRY(dd_ignore_keep(ig, &rule, a, err));
	}
	return DD_OK;
}

static bool fits(const struct dd_ignore_rule *rule, const struct dd_inventory *inv, const struct dd_finding *f)
{
	const struct dd_package *p = NULL;
	struct dd_str path = f->path;
	if (f->package >= 0 && (size_t)f->package < inv->n_packages)
		p = &inv->packages[f->package].package;
	if (rule->package.n && !(p && (dd_glob_match(rule->package, p->name) ||
				       (p->source_name.n && dd_glob_match(rule->package, p->source_name)))))
		return false;
	if (rule->version.n && !(p && dd_str_eq(rule->version, p->version)))
		return false;
	if (rule->fingerprint.n && !(f->secret && dd_str_eq(rule->fingerprint, f->secret->at.secret.fingerprint)))
		return false;
	while (path.n && path.p[0] == '/')
		path = dd_str_skip(path, 1);
	return rule->path.n == 0 || dd_glob_match(rule->path, path);
}

/* The first live rule in file order that fits; counts hits of the others on the way. */
static void try_chain(struct dd_ignore *ig, const struct dd_inventory *inv, const struct dd_finding *f,
		      struct dd_str id, uint32_t *best)
{
	char key[256];
	if (id.n > sizeof key)
		return;
	for (size_t i = 0; i < id.n; i++)
		key[i] = dd_lower(id.p[i]);
	for (uint32_t at = dd_map_get(&ig->by_id, (struct dd_str){ key, id.n }); at != DD_MAP_NONE;) {
		struct dd_ignore_rule *rule = &ig->rules.p[at];
		if (fits(rule, inv, f)) {
			rule->hits++;
			if (!rule->expired && at < *best)
				*best = at;
		}
		at = rule->next;
	}
}

static enum dd_code warn_expired(const struct dd_ignore *ig, struct dd_arena *a, struct dd_findings *f)
{
	for (size_t i = 0; i < ig->rules.n; i++) {
		const struct dd_ignore_rule *rule = &ig->rules.p[i];
		if (rule->expired)
			DD_TRY(dd_findings_warn(
				f, a, "%s: the rule for %s ended on %.*s and hides nothing; it matches %llu finding%s",
				DD_QUOTE(rule->where), DD_QUOTE(rule->id), DD_FMT(rule->until),
				(unsigned long long)rule->hits, rule->hits == 1 ? "" : "s"));
	}
	return DD_OK;
}

enum dd_code dd_ignore_apply(struct dd_ignore *ig, const struct dd_inventory *inv, int64_t now, struct dd_arena *a,
			     struct dd_findings *f, struct dd_err *err)
{
	for (size_t i = 0; i < ig->rules.n; i++)
		ig->rules.p[i].expired = ig->rules.p[i].until.n && now >= ig->rules.p[i].until_s;
	for (size_t i = 0; ig->rules.n && i < f->list.n; i++) {
		struct dd_finding *one = &f->list.p[i];
		uint32_t best = DD_MAP_NONE;
		try_chain(ig, inv, one, one->id, &best);
		for (size_t k = 0; k < one->n_aliases; k++)
			try_chain(ig, inv, one, one->aliases[k], &best);
		try_chain(ig, inv, one, DD_STR("*"), &best);
		if (best == DD_MAP_NONE || one->suppressed)
			continue;
		const struct dd_ignore_rule *rule = &ig->rules.p[best];
		one->suppressed = true;
		one->suppression = (struct dd_suppression){
			.rule = rule->where, .reason = rule->reason, .expires = rule->until, .owner = rule->owner
		};
	}
	if (warn_expired(ig, a, f) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

const struct dd_ignore_rule *dd_ignore_unused(const struct dd_ignore *ig, size_t *at)
{
	while (*at < ig->rules.n) {
		const struct dd_ignore_rule *rule = &ig->rules.p[(*at)++];
		if (rule->hits == 0)
			return rule;
	}
	return NULL;
}

void dd_ignore_done(struct dd_ignore *ig)
{
	dd_vec_done(&ig->rules);
	dd_vec_done(&ig->last);
	dd_map_done(&ig->by_id);
}
