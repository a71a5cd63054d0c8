/* SPDX-License-Identifier: Apache-2.0 */
/*   [[registry]]
 *   prefix = "example.com/team"      also "*.example.com"; when it is left out: location
 *   location = "internal.example:5000/team"
 *   insecure = false
 *   blocked = false
 *   mirror-by-digest-only = false
 *     [[registry.mirror]]
 *     location = "mirror.example/team"
 *     insecure = false
 *     pull-from-mirror = "all"       "digest-only", "tag-only" */
#include "net/registry/registries_conf.h"

#include "base/limits.h"
#include "format/toml.h"
#include "net/registry/reference.h"

/* HOST[:PORT][/PATH] */
static bool is_location(struct dd_str s)
{
	size_t slash = dd_str_find(s, '/');
	return dd_reference_is_registry(dd_str_take(s, slash)) &&
	       (slash == s.n || dd_reference_is_repository(dd_str_skip(s, slash + 1)));
}

static bool is_prefix(struct dd_str s)
{
	struct dd_str star = DD_STR("*.");
	size_t slash = dd_str_find(s, '/'), at = dd_str_find(s, '@');
	if (dd_str_starts(s, star))
		return dd_reference_is_registry(dd_str_skip(s, star.n));
	s = dd_str_take(s, at);
	size_t colon = dd_str_rfind(s, ':');
	if (slash < colon && colon < s.n)
		s = dd_str_take(s, colon);
	return is_location(s);
}

static enum dd_code fail(struct dd_err *err, const char *what, struct dd_str text)
{
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "[[registry]]: %s %s makes no sense", what, DD_QUOTE(text));
}

static enum dd_code read_pulls(const struct dd_node *mirror, bool by_digest, enum dd_mirror_pulls *ret,
			       struct dd_err *err)
{
	static const char *const words[] = { "all", "digest-only", "tag-only" };
	struct dd_str word = dd_node_str(mirror, "pull-from-mirror");
	*ret = by_digest ? DD_MIRROR_DIGESTS : DD_MIRROR_ALL;
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_c(word, words[i])) {
			*ret = (enum dd_mirror_pulls)i;
			return DD_OK;
		}
	return word.n ? fail(err, "pull-from-mirror", word) : DD_OK;
}

static enum dd_code read_mirrors(struct dd_registry_rule *r, const struct dd_node *table, struct dd_arena *a,
				 struct dd_err *err)
{
	bool by_digest = dd_node_bool(table, "mirror-by-digest-only");
	const struct dd_node *m = dd_node_first(dd_node_array(table, "mirror"));
	for (; m; m = m->next) {
		struct dd_registry_location l = { .name = dd_node_str(m, "location"),
						  .insecure = dd_node_bool(m, "insecure") };
		if (!is_location(l.name))
			return fail(err, "the mirror's location", l.name);
		DD_TRY(read_pulls(m, by_digest, &l.pulls, err));
		if (r->n_mirrors == DD_REGISTRIES_MIRRORS_MAX)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "[[registry]]: more than %d mirrors",
				       DD_REGISTRIES_MIRRORS_MAX);
		l.name = dd_arena_str(a, l.name);
		if (!l.name.p)
			return dd_fail_nomem(err);
		r->mirrors[r->n_mirrors++] = l;
	}
	return DD_OK;
}

static struct dd_registry_rule *find_prefix(struct dd_registries_conf *c, struct dd_str prefix)
{
	struct dd_registry_rule *r = c->first;
	while (r && !dd_str_eq(r->prefix, prefix))
		r = r->next;
	return r;
}

static enum dd_code add_rule(struct dd_registries_conf *c, struct dd_registry_rule rule, struct dd_arena *a,
			     struct dd_err *err)
{
	struct dd_registry_rule *r = find_prefix(c, rule.prefix);
	rule.prefix = dd_arena_str(a, rule.prefix);
	rule.location.name = dd_arena_str(a, rule.location.name);
	if (!rule.prefix.p || !rule.location.name.p)
		return dd_fail_nomem(err);
	if (r) {
		rule.next = r->next;
		*r = rule;
		return DD_OK;
	}
	if (c->n == DD_REGISTRIES_RULES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d registries", DD_REGISTRIES_RULES_MAX);
	r = dd_arena_new(a, struct dd_registry_rule);
	if (!r)
		return dd_fail_nomem(err);
	*r = rule;
	r->next = c->first;
	c->first = r;
	c->n++;
	return DD_OK;
}

static enum dd_code read_registry(struct dd_registries_conf *c, const struct dd_node *table, struct dd_arena *a,
				  struct dd_err *err)
{
	struct dd_registry_rule r = { .prefix = dd_node_str(table, "prefix") };
	r.location.name = dd_node_str(table, "location");
	r.location.insecure = dd_node_bool(table, "insecure");
	r.blocked = dd_node_bool(table, "blocked");
	if (r.prefix.n == 0)
		r.prefix = r.location.name;
	if (!is_prefix(r.prefix))
		return fail(err, "the prefix", r.prefix);
	if (r.location.name.n && !is_location(r.location.name))
		return fail(err, "the location", r.location.name);
	DD_TRY(read_mirrors(&r, table, a, err));
	return add_rule(c, r, a, err);
}

/* Version 1: [registries.insecure] and [registries.block], each with a list `registries`. */
static enum dd_code read_version_1(struct dd_registries_conf *c, const struct dd_node *doc, const char *key,
				   struct dd_arena *a, struct dd_err *err)
{
	const struct dd_node *table = dd_node_table(dd_node_table(doc, "registries"), key);
	const struct dd_node *n = dd_node_first(dd_node_array(table, "registries"));
	for (; n; n = n->next) {
		struct dd_registry_rule r = { .prefix = dd_node_text(n) };
		if (!is_prefix(r.prefix))
			return fail(err, "the registry", r.prefix);
		struct dd_registry_rule *known = find_prefix(c, r.prefix);
		r.location.insecure = strcmp(key, "insecure") == 0 || (known && known->location.insecure);
		r.blocked = strcmp(key, "block") == 0 || (known && known->blocked);
		DD_TRY(add_rule(c, r, a, err));
	}
	return DD_OK;
}

enum dd_code dd_registries_conf_add(struct dd_registries_conf *c, struct dd_str bytes, struct dd_arena *a,
				    struct dd_err *err)
{
	struct dd_arena nodes DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	const struct dd_node *doc;
	struct dd_err why;
	enum dd_code code = dd_toml_parse(bytes, &nodes, &doc, &why);
	if (code != DD_OK)
		return code == DD_ENOMEM ? dd_fail_nomem(err)
					 : dd_fail(err, DD_EARG, why.at, "byte %llu: %.300s",
						   (unsigned long long)why.at, why.message);
	const struct dd_node *n = dd_node_first(dd_node_array(doc, "registry"));
	for (; n; n = n->next)
		DD_TRY(read_registry(c, n, a, err));
	DD_TRY(read_version_1(c, doc, "insecure", a, err));
	return read_version_1(c, doc, "block", a, err);
}

/* How much of name the prefix stands for; 0: it does not apply. */
static size_t match(struct dd_str prefix, struct dd_str name)
{
	if (prefix.n && prefix.p[0] == '*') {
		struct dd_str host = dd_str_take(name, dd_str_find(name, '/')), domain = dd_str_skip(prefix, 1);
		return host.n > domain.n && dd_str_ends(host, domain) ? host.n : 0;
	}
	if (!dd_str_starts(name, prefix))
		return 0;
	return name.n == prefix.n || strchr("/:@", name.p[prefix.n]) ? prefix.n : 0;
}

const struct dd_registry_rule *dd_registries_conf_find(const struct dd_registries_conf *c, struct dd_str name,
						       size_t *ret_length)
{
	const struct dd_registry_rule *best = NULL;
	for (const struct dd_registry_rule *r = c->first; r; r = r->next) {
		size_t n = match(r->prefix, name);
		if (n && (!best || r->prefix.n > best->prefix.n)) {
			best = r;
			*ret_length = n;
		}
	}
	return best;
}
