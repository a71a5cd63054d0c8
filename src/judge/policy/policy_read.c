/* SPDX-License-Identifier: Apache-2.0 */
/* `.drydock.yaml` → policy. Every key that is not known is an error: a rule with a typing mistake must not silently let
 * an image pass. Lines in messages are those of the value. */
#include "base/glob.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "base/text.h"
#include "format/yaml.h"
#include "judge/policy/policy.h"

enum { RULES_MAX = 1000, LIST_MAX = 10000 };

struct reader {
	struct dd_policy *policy;
	struct dd_ignore *exceptions;
	struct dd_str bytes, name;
	struct dd_arena *arena;
	struct dd_err *err;
};

/* Reads one value into the struct at `into`. */
typedef enum dd_code key_fn(struct reader *r, const struct dd_node *value, void *into);

struct key {
	const char *name; /* NULL ends the table */
	key_fn *read;
	size_t at; /* offset of the field in the struct */
};

static unsigned long long line_of(const struct reader *r, uint64_t at)
{
	unsigned long long line = 1;
	for (uint64_t i = 0; i < at && i < r->bytes.n; i++)
		line += r->bytes.p[i] == '\n';
	return line;
}

#define FAIL(r, node, fmt, ...)                                                                                        \
	dd_fail((r)->err, DD_EARG, DD_NO_OFFSET, "policy %s:%llu: " fmt, DD_QUOTE((r)->name), line_of(r, (node)->at),  \
		##__VA_ARGS__)

/* ---- values ---- */

static enum dd_code read_text(struct reader *r, const struct dd_node *v, void *into)
{
	struct dd_str s = dd_node_scalar(v), *to = into;
	if (s.n == 0)
		return FAIL(r, v, "%s needs a text", DD_QUOTE(v->name));
	*to = dd_arena_str(r->arena, s);
	return to->p ? DD_OK : dd_fail_nomem(r->err);
}

static enum dd_code read_number(struct reader *r, const struct dd_node *v, void *into)
{
	uint64_t *to = into;
	if (v->kind != DD_NODE_INT || v->integer < 0)
		return FAIL(r, v, "%s needs a number, 0 or more", DD_QUOTE(v->name));
	*to = (uint64_t)v->integer;
	return DD_OK;
}

/* "0.25" or "12"; no exponent, no sign: such a number is a typing mistake here. */
static bool parse_real(struct dd_str s, double *ret)
{
	double v = 0, unit = 1;
	size_t digits = 0, i = 0;
	for (; i < s.n && dd_is_digit(s.p[i]); i++, digits++)
		v = v * 10 + (s.p[i] - '0');
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && dd_is_digit(s.p[i]); i++, digits++)
			v += (s.p[i] - '0') * (unit /= 10);
	*ret = v;
	return digits > 0 && digits < 16 && i == s.n;
}

static enum dd_code read_real_up_to(struct reader *r, const struct dd_node *v, double max, double *to)
{
	double x;
	if (!parse_real(dd_node_scalar(v), &x) || x > max)
		return FAIL(r, v, "%s needs a number from 0 to %g", DD_QUOTE(v->name), max);
	*to = x;
	return DD_OK;
}

static enum dd_code read_probability(struct reader *r, const struct dd_node *v, void *into)
{
	return read_real_up_to(r, v, 1, into);
}

static enum dd_code read_risk(struct reader *r, const struct dd_node *v, void *into)
{
	return read_real_up_to(r, v, 100, into);
}

static enum dd_code read_answer(struct reader *r, const struct dd_node *v, void *into)
{
	enum dd_policy_answer *to = into;
	if (v->kind != DD_NODE_BOOL)
		return FAIL(r, v, "%s needs true or false", DD_QUOTE(v->name));
	*to = v->integer ? DD_POLICY_YES : DD_POLICY_NO;
	return DD_OK;
}

static enum dd_code read_bool(struct reader *r, const struct dd_node *v, void *into)
{
	enum dd_policy_answer answer = DD_POLICY_ANY;
	bool *to = into;
	DD_TRY(read_answer(r, v, &answer));
	*to = answer == DD_POLICY_YES;
	return DD_OK;
}

static enum dd_code add_to_list(struct reader *r, const struct dd_node *v, struct dd_policy_list *to)
{
	struct dd_str s = dd_node_scalar(v);
	if (s.n == 0 || s.n > DD_GLOB_BYTES_MAX)
		return FAIL(r, v, "an entry must be a text of at most %d bytes", DD_GLOB_BYTES_MAX);
	to->p[to->n] = dd_arena_str(r->arena, s);
	return to->p[to->n++].p ? DD_OK : dd_fail_nomem(r->err);
}

/* A list, or a single text that stands for a list of one. */
static enum dd_code read_list(struct reader *r, const struct dd_node *v, void *into)
{
	struct dd_policy_list *to = into;
	size_t n = v->kind == DD_NODE_ARRAY ? v->n : 1;
	if (v->kind == DD_NODE_TABLE || n > LIST_MAX || n == 0)
		return FAIL(r, v, "%s needs a list of 1 to %d texts", DD_QUOTE(v->name), LIST_MAX);
	to->n = 0;
	to->p = dd_arena_array(r->arena, n, sizeof *to->p);
	if (!to->p)
		return dd_fail_nomem(r->err);
	if (v->kind != DD_NODE_ARRAY)
		return add_to_list(r, v, to);
	for (const struct dd_node *one = dd_node_first(v); one; one = one->next)
		DD_TRY(add_to_list(r, one, to));
	return DD_OK;
}

static enum dd_code read_severity(struct reader *r, const struct dd_node *v, void *into)
{
	struct dd_policy_rule *rule = into;
	struct dd_str s = dd_node_scalar(v);
	if (!dd_severity_parse(s, &rule->severity))
		return FAIL(r, v, "%s is no severity; there are critical, high, medium, low, negligible and unknown",
			    DD_QUOTE(s));
	rule->by_severity = true;
	return DD_OK;
}

static enum dd_code read_kinds(struct reader *r, const struct dd_node *v, void *into)
{
	unsigned *to = into;
	struct dd_policy_list list;
	DD_TRY(read_list(r, v, &list));
	for (size_t i = 0; i < list.n; i++) {
		enum dd_kind kind;
		if (!dd_kind_parse(list.p[i], &kind))
			return FAIL(
				r, v,
				"%s is no kind of finding; there are vulnerability, secret, config, outdated, malware, "
				"licence, trust, waste and code",
				DD_QUOTE(list.p[i]));
		*to |= 1U << kind;
	}
	return DD_OK;
}

static enum dd_code read_origin(struct reader *r, const struct dd_node *v, void *into)
{
	enum dd_origin *to = into;
	struct dd_str s = dd_node_scalar(v);
	for (int i = DD_ORIGIN_BASE; i < DD_ORIGIN_COUNT; i++) {
		if (dd_str_eq_c(s, dd_origin_name((enum dd_origin)i))) {
			*to = (enum dd_origin)i;
			return DD_OK;
		}
	}
	return FAIL(r, v, "%s is no origin; there are base and application", DD_QUOTE(s));
}

static enum dd_code read_exposure(struct reader *r, const struct dd_node *v, void *into)
{
	enum dd_exposure *to = into;
	struct dd_str s = dd_node_scalar(v);
	for (int i = DD_EXPOSURE_PRESENT; i < DD_EXPOSURE_COUNT; i++) {
		if (dd_str_eq_c(s, dd_exposure_name((enum dd_exposure)i))) {
			*to = (enum dd_exposure)i;
			return DD_OK;
		}
	}
	return FAIL(r, v, "%s is no exposure; there are entrypoint and present", DD_QUOTE(s));
}

static enum dd_code read_confidence(struct reader *r, const struct dd_node *v, void *into)
{
	enum dd_confidence *to = into, is;
	struct dd_str s = dd_node_scalar(v);
	if (!dd_confidence_parse(s, &is) || is == DD_CONFIDENCE_UNKNOWN)
		return FAIL(r, v, "%s is no confidence; there are high, medium and low", DD_QUOTE(s));
	*to = is;
	return DD_OK;
}

/* "30d", "30 days", or 30. */
static enum dd_code read_days(struct reader *r, const struct dd_node *v, void *into)
{
	struct dd_policy_rule *rule = into;
	struct dd_str s = dd_node_scalar(v), digits = s;
	size_t n = 0;
	while (n < s.n && dd_is_digit(s.p[n]))
		n++;
	digits = dd_str_take(s, n);
	struct dd_str unit = dd_str_trim(dd_str_skip(s, n));
	bool known = unit.n == 0 || dd_str_eq_c(unit, "d") || dd_str_eq_c(unit, "days") || dd_str_eq_c(unit, "day");
	if (!known || !dd_str_u64(digits, 36500, &rule->fix_age_days))
		return FAIL(r, v, "%s needs a number of days, as in 30d", DD_QUOTE(v->name));
	rule->by_fix_age = true;
	return DD_OK;
}

static enum dd_code read_action(struct reader *r, const struct dd_node *v, void *into)
{
	bool *warn = into;
	struct dd_str s = dd_node_scalar(v);
	*warn = dd_str_eq_c(s, "warn");
	return *warn || dd_str_eq_c(s, "fail") ? DD_OK : FAIL(r, v, "action is fail or warn, not %s", DD_QUOTE(s));
}

static enum dd_code read_require(struct reader *r, const struct dd_node *v, void *into)
{
	struct dd_policy_list list;
	bool *required = into;
	DD_TRY(read_list(r, v, &list));
	for (size_t i = 0; i < list.n; i++) {
		struct dd_suggest near = DD_SUGGEST(list.p[i]);
		int c = 0;
		for (; c < DD_POLICY_CHECK_COUNT &&
		       !dd_str_eq_c(list.p[i], dd_policy_check_name((enum dd_policy_check)c));
		     c++)
			dd_suggest_offer(&near, dd_policy_check_name((enum dd_policy_check)c));
		if (c == DD_POLICY_CHECK_COUNT)
			return FAIL(r, v, "there is no check %s%s%s%s", DD_QUOTE(list.p[i]),
				    near.best ? "; did you mean '" : "", near.best ? near.best : "",
				    near.best ? "'?" : "");
		required[c] = true;
	}
	return DD_OK;
}

/* ---- tables ---- */

static enum dd_code read_table(struct reader *r, const struct dd_node *table, const struct key *keys, void *into)
{
	if (table->kind != DD_NODE_TABLE)
		return FAIL(r, table, "a map of keys is needed here");
	for (const struct dd_node *v = dd_node_first(table); v; v = v->next) {
		struct dd_suggest near = DD_SUGGEST(v->name);
		const struct key *k = keys;
		for (; k->name && !dd_str_eq_c(v->name, k->name); k++)
			dd_suggest_offer(&near, k->name);
		if (!k->name)
			return FAIL(r, v, "unknown key %s%s%s%s", DD_QUOTE(v->name),
				    near.best ? "; did you mean '" : "", near.best ? near.best : "",
				    near.best ? "'?" : "");
		if (v->repeated)
			return FAIL(r, v, "%s is given twice", DD_QUOTE(v->name));
		if (k->read)
			DD_TRY(k->read(r, v, (char *)into + k->at));
	}
	return DD_OK;
}

static struct dd_str where_of(struct reader *r, const struct dd_node *v)
{
	return dd_arena_printf(r->arena, "%.*s:%llu", DD_FMT(r->name), line_of(r, v->at));
}

#define RULE(field) offsetof(struct dd_policy_rule, field)
static const struct key rule_keys[] = {
	{ "name", read_text, RULE(name) },
	{ "kind", read_kinds, RULE(kinds) },
	{ "severity", read_severity, 0 },
	{ "fixed", read_answer, RULE(fixed) },
	{ "kev", read_answer, RULE(kev) },
	{ "fix-older-than", read_days, 0 },
	{ "epss", read_probability, RULE(epss) },
	{ "risk", read_risk, RULE(risk) },
	{ "origin", read_origin, RULE(origin) },
	{ "exposure", read_exposure, RULE(exposure) },
	{ "confidence", read_confidence, RULE(confidence) },
	{ "package", read_list, RULE(packages) },
	{ "type", read_list, RULE(types) },
	{ "id", read_list, RULE(ids) },
	{ "path", read_list, RULE(paths) },
	{ "max", read_number, RULE(max) },
	{ "action", read_action, RULE(warn) },
	{ NULL, NULL, 0 },
};

static enum dd_code read_rules(struct reader *r, const struct dd_node *list, void *into)
{
	struct dd_policy *p = into;
	if (list->kind != DD_NODE_ARRAY)
		return FAIL(r, list, "rules needs a list of rules, each beginning with '- '");
	for (const struct dd_node *v = dd_node_first(list); v; v = v->next) {
		struct dd_policy_rule rule = { .epss = -1, .risk = -1, .where = where_of(r, v) };
		DD_TRY(read_table(r, v, rule_keys, &rule));
		if (rule.name.n == 0)
			return FAIL(r, v, "the rule has no name");
		if (!rule.where.p)
			return dd_fail_nomem(r->err);
		if (!dd_vec_push(&p->rules, rule, RULES_MAX))
			return p->rules.n >= RULES_MAX ? FAIL(r, v, "more than %d rules", RULES_MAX)
						       : dd_fail_nomem(r->err);
	}
	return DD_OK;
}

#define POLICY(field) offsetof(struct dd_policy, field)
static const struct key package_keys[] = { { "deny", read_list, POLICY(packages_deny) },
					   { "allow", read_list, POLICY(packages_allow) },
					   { NULL, NULL, 0 } };
static const struct key licence_keys[] = { { "deny", read_list, POLICY(licences_deny) },
					   { "allow", read_list, POLICY(licences_allow) },
					   { "deny-unknown", read_bool, POLICY(licences_unknown_denied) },
					   { NULL, NULL, 0 } };

static enum dd_code read_packages(struct reader *r, const struct dd_node *v, void *into)
{
	return read_table(r, v, package_keys, into);
}

static enum dd_code read_licences(struct reader *r, const struct dd_node *v, void *into)
{
	return read_table(r, v, licence_keys, into);
}

static const struct key policy_keys[] = {
	{ "rules", read_rules, 0 },
	{ "packages", read_packages, 0 },
	{ "licences", read_licences, 0 },
	{ "require", read_require, POLICY(required) },
	{ NULL, NULL, 0 },
};

static enum dd_code read_policy(struct reader *r, const struct dd_node *v, void *into)
{
	return read_table(r, v, policy_keys, into);
}

/* ---- exceptions ---- */

#define IGNORE(field) offsetof(struct dd_ignore_rule, field)
static const struct key exception_keys[] = {
	{ "id", read_text, IGNORE(id) },
	{ "package", read_text, IGNORE(package) },
	{ "version", read_text, IGNORE(version) },
	{ "path", read_text, IGNORE(path) },
	{ "fingerprint", read_text, IGNORE(fingerprint) },
	{ "reason", read_text, IGNORE(reason) },
	{ "owner", read_text, IGNORE(owner) },
	{ "expires", read_text, IGNORE(until) },
	{ NULL, NULL, 0 },
};

static enum dd_code check_exception(struct reader *r, const struct dd_node *v, struct dd_ignore_rule *rule)
{
	if (rule->id.n == 0)
		return FAIL(r, v, "the exception has no id");
	if (rule->reason.n == 0)
		return FAIL(r, v, "the exception for %s has no reason", DD_QUOTE(rule->id));
	if (dd_str_find(rule->id, '*') < rule->id.n && rule->id.n > 1)
		return FAIL(r, v, "%s: an id is written whole; only * alone stands for all", DD_QUOTE(rule->id));
	if (dd_str_eq_c(rule->id, "*") && rule->package.n == 0 && rule->path.n == 0 && rule->fingerprint.n == 0)
		return FAIL(r, v, "* without package, path or fingerprint would hide every finding");
	if (rule->package.n > DD_GLOB_BYTES_MAX || rule->path.n > DD_GLOB_BYTES_MAX)
		return FAIL(r, v, "a pattern may have at most %d bytes", DD_GLOB_BYTES_MAX);
	if (rule->until.n && !dd_ignore_until(rule->until, &rule->until_s))
		return FAIL(r, v, "expires: %s is not a date like 2026-12-31", DD_QUOTE(rule->until));
	while (rule->path.n && rule->path.p[0] == '/')
		rule->path = dd_str_skip(rule->path, 1);
	return DD_OK;
}

static enum dd_code read_exceptions(struct reader *r, const struct dd_node *list, void *into)
{
	(void)into;
	if (list->kind != DD_NODE_ARRAY)
		return FAIL(r, list, "exceptions needs a list, each beginning with '- '");
	for (const struct dd_node *v = dd_node_first(list); v; v = v->next) {
		struct dd_str none = DD_STR("");
		struct dd_ignore_rule rule = { none, none, none, none, none, none, none, none, .next = 0xffffffff };
		rule.where = where_of(r, v);
		DD_TRY(read_table(r, v, exception_keys, &rule));
		DD_TRY(check_exception(r, v, &rule));
		if (!rule.where.p)
			return dd_fail_nomem(r->err);
		DD_TRY(dd_ignore_keep(r->exceptions, &rule, r->arena, r->err));
	}
	return DD_OK;
}

/* ---- the file ---- */

static enum dd_code read_version(struct reader *r, const struct dd_node *v, void *into)
{
	(void)into;
	return v->kind == DD_NODE_INT && v->integer == 1
		       ? DD_OK
		       : FAIL(r, v, "version 1 is the only one that this drydock reads");
}

static const struct key file_keys[] = {
	{ "version", read_version, 0 },
	{ "options", NULL, 0 }, /* cmd/config_file.c's */
	{ "policy", read_policy, 0 },
	{ "exceptions", read_exceptions, 0 },
	{ NULL, NULL, 0 },
};

enum dd_code dd_policy_read(struct dd_policy *p, struct dd_ignore *exceptions, struct dd_str bytes, struct dd_str name,
			    struct dd_arena *a, struct dd_err *err)
{
	struct reader r = { p, exceptions, bytes, name, a, err };
	const struct dd_node *stream, *doc;
	struct dd_err why;
	if (dd_yaml_parse(bytes, a, &stream, &why) != DD_OK)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "policy %s:%llu: %s", DD_QUOTE(name),
			       line_of(&r, why.at == DD_NO_OFFSET ? 0 : why.at), why.message);
	if (dd_node_len(stream) > 1)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "policy %s: it has more than one document", DD_QUOTE(name));
	doc = dd_node_first(stream);
	p->where = dd_arena_str(a, name);
	if (!p->where.p)
		return dd_fail_nomem(err);
	return !doc || doc->kind == DD_NODE_NULL ? DD_OK : read_table(&r, doc, file_keys, p);
}
