/* SPDX-License-Identifier: Apache-2.0 */
/* pnpm-lock.yaml, lockfileVersion 5 to 9 (pnpm 3 to 11; github.com/pnpm/spec, lockfile/).
 *
 *   importers     project → { dependencies, optionalDependencies, devDependencies }: name → reference, or
 *                 { specifier, version: reference }; up to 6 a single project has these three at the top
 *   packages      key → { resolution: { integrity / tarball / directory / type, repo, commit }, name, version, dev,
 *                 dependencies, optionalDependencies: name → reference, … }
 *   snapshots     (9) key with peers → { dependencies, optionalDependencies }
 *
 *   key, 5        [ host ] "/" name "/" version [ ( "_" / "/" ) peers ]
 *   key, 6        [ host ] "/" name "@" version *( "(" peers ")" )
 *   key, 9        name "@" version *( "(" peers ")" )
 *   reference     version with peers, or a whole key (an alias; up to 6 it starts with "/"), "link:…", and for what is
 *                 in no registry: "file:…", an address, "github.com/user/repository/commit"
 *
 * The forms of keys are told apart by themselves: 5.1 has its lockfileVersion behind them. Peers do not make another
 * package, so they are cut off everywhere. What has a directory, git or an archive of a code-hosting site as resolution
 * is no package of the registry. Up to 6 an entry says whether it is for development; in 9 that follows from what the
 * projects ask for. Streams of several documents (pnpm 11 keeps its own tools in the first one) are read as one. */
#include "analyze/analyzer.h"
#include "analyze/npm/npm_graph.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/yaml.h"

enum { ITEM_BYTES_MAX = 256 << 20 };

struct lock {
	struct dd_found *out;
	struct dd_npm_graph graph;
	struct dd_arena *a; /* of the item */
	bool says_dev;	    /* entries say themselves what is for development */
	size_t document;    /* that is being read, and the first package of it */
	size_t first_package;
};

/* A key or reference without its peers: canonical text, and name and version when it is one of a registry. */
struct locator {
	struct dd_str text, name, version;
};

static bool is_host(struct dd_str s)
{
	static const char *const code_hosts[] = { "github.com", "gitlab.com", "bitbucket.org", "codeload.github.com" };
	for (size_t i = 0; i < DD_COUNT(code_hosts); i++)
		if (dd_str_eq_c(s, code_hosts[i]))
			return false;
	return s.n && s.p[0] != '@' && dd_str_find(s, ':') == s.n &&
	       (dd_str_find(s, '.') < s.n || dd_str_eq_c(s, "localhost"));
}

/* "name/version…" of 5 and "name@version" of 6 and 9, without host and leading slash. */
static bool split_key(struct dd_str key, struct locator *l)
{
	size_t start = key.n && key.p[0] == '@' ? dd_str_find(key, '/') + 1 : 0, end = start;
	while (end < key.n && key.p[end] != '/' && key.p[end] != '@')
		end++;
	if (end >= key.n || end == start)
		return false;
	struct dd_str version = dd_str_skip(key, end + 1);
	version = dd_str_take(version, dd_str_find(version, '_'));
	if (key.p[end] == '/')
		version = dd_str_take(version, dd_str_find(version, '/'));
	l->name = dd_str_take(key, end);
	l->version = version;
	return dd_npm_is_version(version);
}

/* The one text for a package of a registry, however it is written. */
static void set_registry_text(struct lock *lock, struct locator *l)
{
	l->text = dd_arena_printf(lock->a, "%.*s@%.*s", DD_FMT(l->name), DD_FMT(l->version));
	if (!l->text.p)
		lock->graph.full = true;
}

static struct dd_str without_peers(struct dd_str s)
{
	return dd_str_take(s, dd_str_find(s, '('));
}

/* Of something that is in no registry: "local@file:local" and "file:local" are the same. */
static struct dd_str foreign_text(struct dd_str key)
{
	struct dd_str name, rest;
	bool named =
		dd_npm_split(key, &name, &rest) && dd_str_find(rest, ':') < rest.n && dd_str_find(name, ':') == name.n;
	return named ? rest : key;
}

static struct locator read_key(struct lock *lock, struct dd_str key)
{
	struct locator l = { .text = without_peers(key) };
	struct dd_str path = l.text;
	struct dd_str host = dd_str_take(path, dd_str_find(path, '/'));
	if (host.n < path.n && (host.n == 0 || is_host(host)))
		path = dd_str_skip(path, host.n + 1);
	if (split_key(path, &l)) {
		set_registry_text(lock, &l);
		return l;
	}
	return (struct locator){ .text = foreign_text(l.text) };
}

/* What "name: reference" means. */
static struct dd_str read_reference(struct lock *lock, struct dd_str name, struct dd_str reference)
{
	struct locator l = { .name = name };
	reference = without_peers(reference);
	l.version = dd_str_take(reference, dd_str_find(reference, '_'));
	if (dd_npm_is_version(l.version)) {
		set_registry_text(lock, &l);
		return l.text;
	}
	return read_key(lock, reference).text;
}

static void add_needs(struct lock *l, uint32_t entry, const struct dd_node *value)
{
	static const char *const lists[] = { "dependencies", "optionalDependencies" };
	for (size_t i = 0; i < DD_COUNT(lists); i++) {
		const struct dd_node *needs = dd_node_table(value, lists[i]);
		for (const struct dd_node *c = dd_node_first(needs); c; c = c->next) {
			struct dd_str to = read_reference(l, c->name, dd_node_scalar(c));
			dd_npm_graph_need(&l->graph, entry, dd_npm_graph_key(&l->graph, to));
		}
	}
}

/* One dependency of a project: a reference, or { specifier, version }. */
static void take_root(struct lock *l, const struct dd_node *c, struct dd_str name, bool dev)
{
	struct dd_str reference = dd_node_scalar(c->kind == DD_NODE_TABLE ? dd_node_get(c, "version") : c);
	struct dd_str to = read_reference(l, name, reference);
	dd_npm_graph_root(&l->graph, dd_npm_graph_key(&l->graph, to), dev);
}

static const struct {
	const char *name;
	bool dev;
} root_lists[] = { { "dependencies", false }, { "optionalDependencies", false }, { "devDependencies", true } };

static void take_importer(struct lock *l, const struct dd_yaml_item *item)
{
	for (size_t i = 0; i < DD_COUNT(root_lists); i++) {
		const struct dd_node *list = dd_node_table(item->value, root_lists[i].name);
		for (const struct dd_node *c = dd_node_first(list); c; c = c->next)
			take_root(l, c, c->name, root_lists[i].dev);
	}
}

static bool is_registry_resolution(const struct dd_node *resolution)
{
	struct dd_str type = dd_node_str(resolution, "type");
	if (dd_str_eq_c(type, "git") || dd_str_eq_c(type, "directory") || dd_node_get(resolution, "repo") ||
	    dd_node_get(resolution, "directory"))
		return false;
	struct dd_str tarball = dd_node_str(resolution, "tarball");
	return dd_npm_is_registry_url(tarball);
}

/* Was this very key in this document before? Several keys may be one entry, as peers are cut off. */
static bool is_repeated(struct lock *l, struct dd_str key, uint32_t entry)
{
	if (entry >= l->graph.entries.n)
		return false;
	bool bound = dd_map_get(&l->graph.names, key) != DD_MAP_NONE &&
		     l->graph.keys.p[dd_map_get(&l->graph.names, key)] == entry;
	uint32_t package = l->graph.entries.p[entry].package;
	(void)dd_npm_graph_bind(&l->graph, dd_npm_graph_key(&l->graph, key), entry);
	return bound && package != DD_NPM_GRAPH_NONE && package >= l->first_package;
}

static void take_package(struct lock *l, const struct dd_yaml_item *item)
{
	const struct dd_node *resolution = dd_node_table(item->value, "resolution");
	struct locator at = read_key(l, item->name);
	uint32_t entry = dd_npm_graph_entry_of(&l->graph, dd_npm_graph_key(&l->graph, at.text));
	add_needs(l, entry, item->value);
	if (item->value->kind != DD_NODE_TABLE) {
		dd_found_problem(l->out, item->at, "not a package of pnpm-lock.yaml: %s", DD_QUOTE(item->name));
		return;
	}
	if (!at.name.n || !is_registry_resolution(resolution))
		return;
	if (is_repeated(l, item->name, entry))
		dd_found_problem(l->out, item->at, "comes twice: %s", DD_QUOTE(item->name));
	struct dd_package *p = dd_third_party(l->out, DD_PACKAGE_DECLARED, "npm", at.name, at.version, item->at);
	if (!p)
		return;
	p->dev = dd_node_bool(item->value, "dev");
	l->says_dev = l->says_dev || dd_node_get(item->value, "dev");
	dd_npm_set_source(l->out, p, dd_node_str(resolution, "tarball"), dd_node_str(resolution, "integrity"));
	dd_npm_graph_package(&l->graph, entry, l->out);
}

static void take_snapshot(struct lock *l, const struct dd_yaml_item *item)
{
	struct locator at = read_key(l, item->name);
	add_needs(l, dd_npm_graph_entry_of(&l->graph, dd_npm_graph_key(&l->graph, at.text)), item->value);
}

static const struct {
	const char *section;
	void (*take)(struct lock *l, const struct dd_yaml_item *item);
} sections[] = { { "packages", take_package }, { "snapshots", take_snapshot }, { "importers", take_importer } };

static void take_item(struct lock *l, const struct dd_yaml_item *item)
{
	if (item->document != l->document) {
		l->document = item->document;
		l->first_package = l->out->packages.n;
	}
	for (size_t i = 0; i < DD_COUNT(sections); i++)
		if (dd_str_eq_c(item->section, sections[i].section))
			sections[i].take(l, item);
	for (size_t i = 0; i < DD_COUNT(root_lists); i++)
		if (dd_str_eq_c(item->section, root_lists[i].name))
			take_root(l, item->value, item->name, root_lists[i].dev);
}

static void lock_done(struct lock *l)
{
	dd_npm_graph_done(&l->graph);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct lock l DD_CLEANUP(lock_done) = { .out = out, .graph = DD_NPM_GRAPH_INIT };
	struct dd_yaml_walk *w DD_CLEANUP_YAML_WALK = dd_yaml_walk_new(in->data, 2);
	if (dd_npm_in_modules(in->path))
		return DD_OK;
	if (!w)
		return dd_fail_nomem(err);
	for (bool more = true; more && !out->failed;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(ITEM_BYTES_MAX);
		struct dd_yaml_item item;
		struct dd_err why;
		if (dd_yaml_walk_next(w, &a, &item, &more, &why) != DD_OK) {
			dd_found_problem(out, why.at, "%s", why.message);
			continue;
		}
		l.a = &a;
		if (more)
			take_item(&l, &item);
	}
	dd_npm_graph_finish(&l.graph, out, !l.says_dev);
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "pnpm-lock.yaml", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_pnpm = {
	.id = "pnpm-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "JavaScript packages of pnpm-lock.yaml",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
