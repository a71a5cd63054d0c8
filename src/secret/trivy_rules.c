/* SPDX-License-Identifier: Apache-2.0 */
/* Trivy's secret configuration (trivy-secret.yaml; aquasecurity/trivy, pkg/fanal/secret/scanner.go), one document:
 *   enable-builtin-rules   ids: of the built-in rules only these
 *   disable-rules          ids; Trivy's own are drydock's only where the ids are the same
 *   disable-allow-rules    ids of Trivy's allow rules. drydock has none of them (they are of paths): nothing to do
 *   rules                  id, category, title, severity, regex, keywords, path, secret-group-name, allow-rules,
 *                          exclude-block
 *   allow-rules            id, description, regex, path: of either the match or the file
 *   exclude-block          description, regexes: what lies inside a match of one does not count
 * Trivy looks for allowed text in the match, not in the secret. */
#include "format/yaml.h"
#include "secret/rule_doc.h"

enum { ALLOW_MAX = 1000, BLOCKS_MAX = 100 };

typedef enum dd_code key_fn(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err);

struct key {
	const char *name;
	key_fn *read;
};

static enum dd_code read_keys(struct dd_rule_doc *d, const struct dd_node *table, const struct key *keys, size_t n,
			      void *record, struct dd_err *err)
{
	if (table->kind != DD_NODE_TABLE)
		return dd_rule_doc_fail(d, table->at, err, "%s is no map", DD_QUOTE(table->name));
	for (const struct dd_node *c = dd_node_first(table); c; c = c->next) {
		const char *known[16];
		size_t i = 0;
		for (; i < n && !dd_str_eq_c(c->name, keys[i].name); i++)
			known[i] = keys[i].name;
		if (i < n)
			DD_TRY(keys[i].read(d, c, record, err));
		else
			DD_TRY(dd_rule_doc_unknown_key(d, c, known, n, err));
	}
	return DD_OK;
}

static enum dd_code read_nothing(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)d, (void)n, (void)record, (void)err;
	return DD_OK;
}

/* --- allow rules --- */

static enum dd_code one(struct dd_rule_doc *d, const struct dd_node *n, struct dd_strs *ret, struct dd_err *err)
{
	return n->kind == DD_NODE_ARRAY ? dd_rule_doc_fail(d, n->at, err, "%s is no text", DD_QUOTE(n->name))
					: dd_rule_doc_regexes(d, n, ret, err);
}

static enum dd_code allow_regex(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return one(d, n, &((struct dd_secret_allow *)record)->regexes, err);
}

static enum dd_code allow_path(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return one(d, n, &((struct dd_secret_allow *)record)->paths, err);
}

static enum dd_code allow_description(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_text(d, n, &((struct dd_secret_allow *)record)->description, err);
}

static enum dd_code allow_id(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	struct dd_secret_allow *a = record;
	return a->description.n ? DD_OK : dd_rule_doc_text(d, n, &a->description, err);
}

static enum dd_code read_allow(struct dd_rule_doc *d, const struct dd_node *n, struct dd_secret_allow *ret,
			       struct dd_err *err)
{
	static const struct key keys[] = {
		{ "id", allow_id },
		{ "description", allow_description },
		{ "regex", allow_regex },
		{ "path", allow_path },
	};
	*ret = (struct dd_secret_allow){ .target = DD_ALLOW_MATCH };
	DD_TRY(read_keys(d, n, keys, DD_COUNT(keys), ret, err));
	if (!ret->regexes.n && !ret->paths.n)
		return dd_rule_doc_fail(d, n->at, err, "an allow rule needs regex or path");
	return DD_OK;
}

static enum dd_code check_list(struct dd_rule_doc *d, const struct dd_node *n, size_t max, struct dd_err *err)
{
	if (n->kind != DD_NODE_ARRAY && n->kind != DD_NODE_NULL)
		return dd_rule_doc_fail(d, n->at, err, "%s is no list", DD_QUOTE(n->name));
	if (n->n > max)
		return dd_rule_doc_fail(d, n->at, err, "%s has more than %zu elements", DD_QUOTE(n->name), max);
	return DD_OK;
}

static enum dd_code rule_allow(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	struct dd_secret_rule *r = record;
	DD_TRY(check_list(d, n, ALLOW_MAX, err));
	if (!dd_node_len(n))
		return DD_OK;
	r->allow = dd_arena_array(d->arena, n->n, sizeof *r->allow);
	if (!r->allow)
		return dd_fail_nomem(err);
	r->n_allow = 0;
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next)
		DD_TRY(read_allow(d, c, &r->allow[r->n_allow++], err));
	return DD_OK;
}

static enum dd_code top_allow(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)record;
	DD_TRY(check_list(d, n, ALLOW_MAX, err));
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next) {
		struct dd_secret_allow allow;
		DD_TRY(read_allow(d, c, &allow, err));
		if (!dd_vec_push(&d->allow, allow, ALLOW_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* --- blocks --- */

static enum dd_code block_regexes(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	DD_TRY(check_list(d, n, BLOCKS_MAX, err));
	return dd_rule_doc_regexes(d, n, record, err);
}

static enum dd_code read_blocks(struct dd_rule_doc *d, const struct dd_node *n, struct dd_strs *ret, struct dd_err *err)
{
	static const struct key keys[] = { { "description", read_nothing }, { "regexes", block_regexes } };
	return n->kind == DD_NODE_NULL ? DD_OK : read_keys(d, n, keys, DD_COUNT(keys), ret, err);
}

static enum dd_code rule_blocks(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return read_blocks(d, n, &((struct dd_secret_rule *)record)->exclude_blocks, err);
}

static enum dd_code top_blocks(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)record;
	return read_blocks(d, n, &d->exclude_blocks, err);
}

/* --- rules --- */

static enum dd_code rule_id(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_text(d, n, &((struct dd_secret_rule *)record)->kind.id, err);
}

static enum dd_code rule_title(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_text(d, n, &((struct dd_secret_rule *)record)->kind.title, err);
}

/* The maker's name for built-in rules, "general" and the like for users'. */
static enum dd_code rule_category(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_texts(d, n, false, &((struct dd_secret_rule *)record)->tags, err);
}

static enum dd_code rule_severity(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	char lower[16];
	struct dd_str s = dd_node_text(n);
	for (size_t i = 0; i < s.n && s.n <= sizeof lower; i++)
		lower[i] = dd_lower(s.p[i]);
	if (s.n > sizeof lower || (s.n && !dd_severity_parse((struct dd_str){ lower, s.n },
							     &((struct dd_secret_rule *)record)->kind.severity)))
		return dd_rule_doc_fail(d, n->at, err, "severity is %s; it may be CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN",
					DD_QUOTE(s));
	return DD_OK;
}

static enum dd_code rule_path(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_regex(d, n, DD_STR(""), NULL, &((struct dd_secret_rule *)record)->path, err);
}

static enum dd_code rule_keywords(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	return dd_rule_doc_texts(d, n, true, &((struct dd_secret_rule *)record)->keywords, err);
}

/* regex and secret-group-name are read together below. */
static const struct key rule_keys[] = {
	{ "id", rule_id },
	{ "category", rule_category },
	{ "title", rule_title },
	{ "severity", rule_severity },
	{ "regex", read_nothing },
	{ "keywords", rule_keywords },
	{ "path", rule_path },
	{ "allow-rules", rule_allow },
	{ "exclude-block", rule_blocks },
	{ "secret-group-name", read_nothing },
};

static enum dd_code read_pattern(struct dd_rule_doc *d, const struct dd_node *n, struct dd_secret_rule *r,
				 struct dd_err *err)
{
	const struct dd_node *regex = dd_node_get(n, "regex");
	struct dd_str group = dd_node_scalar_of(n, "secret-group-name");
	unsigned groups = 0;
	if (!regex)
		return DD_OK;
	/* Without a name the whole match is the secret, whatever groups there are: "-" is no name that one can have. */
	DD_TRY(dd_rule_doc_regex(d, regex, group.n ? group : DD_STR("-"), &groups, &r->regex, err));
	if (group.n && !groups)
		return dd_rule_doc_fail(d, regex->at, err, "secret-group-name is %s, the pattern has no such group",
					DD_QUOTE(group));
	return DD_OK;
}

static enum dd_code read_rule(struct dd_rule_doc *d, const struct dd_node *n, struct dd_err *err)
{
	struct dd_secret_rule rule = { .check = DD_CHECK_NONE };
	d->rule = dd_str_trim(dd_node_scalar_of(n, "id"));
	if (n->kind != DD_NODE_TABLE || !d->rule.n)
		return dd_rule_doc_fail(d, n->at, err, "a rule without id");
	DD_TRY(read_keys(d, n, rule_keys, DD_COUNT(rule_keys), &rule, err));
	rule.kind.id = dd_str_trim(rule.kind.id);
	DD_TRY(read_pattern(d, n, &rule, err));
	DD_TRY(dd_rule_doc_where(d, n->at, &rule.where, err));
	if (!dd_vec_push(&d->rules, rule, DD_RULES_MAX))
		return dd_fail_nomem(err);
	d->rule = DD_STR("");
	return DD_OK;
}

static enum dd_code top_rules(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)record;
	DD_TRY(check_list(d, n, DD_RULES_MAX, err));
	for (const struct dd_node *c = dd_node_first(n); c; c = c->next)
		DD_TRY(read_rule(d, c, err));
	return DD_OK;
}

/* --- the document --- */

static enum dd_code top_enable(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)record;
	return dd_rule_doc_texts(d, n, false, &d->enabled, err);
}

static enum dd_code top_disable(struct dd_rule_doc *d, const struct dd_node *n, void *record, struct dd_err *err)
{
	(void)record;
	return dd_rule_doc_texts(d, n, false, &d->disabled, err);
}

static const struct key top[] = {
	{ "enable-builtin-rules", top_enable },
	{ "disable-rules", top_disable },
	{ "disable-allow-rules", read_nothing },
	{ "rules", top_rules },
	{ "allow-rules", top_allow },
	{ "exclude-block", top_blocks },
};

enum dd_code dd_rule_doc_read_trivy(struct dd_rule_doc *d, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(512u << 20);
	const struct dd_node *stream = NULL;
	struct dd_err why;
	if (dd_yaml_parse(d->text, &a, &stream, &why) != DD_OK)
		return why.code == DD_ENOMEM ? dd_fail_nomem(err) : dd_rule_doc_fail_document(d, &why, err);
	const struct dd_node *document = dd_node_first(stream);
	if (!document || document->kind == DD_NODE_NULL)
		return DD_OK;
	if (document->kind != DD_NODE_TABLE)
		return dd_rule_doc_fail(d, document->at, err,
					"neither gitleaks' TOML nor Trivy's YAML: the document is no map");
	return read_keys(d, document, top, DD_COUNT(top), NULL, err);
}
