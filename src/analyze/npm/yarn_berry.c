/* SPDX-License-Identifier: Apache-2.0 */
/* yarn.lock of yarn 2 and later: YAML (yarnpkg/berry, packages/yarnpkg-core/sources/Project.ts, setupResolutions).
 *
 *   __metadata: { version, cacheKey }
 *   "descriptor, descriptor": { version, resolution, dependencies, checksum, linkType, … }
 *
 *   descriptor = name "@" range            "ms@npm:^2.0.0", "w@workspace:packages/w"
 *   resolution = name "@" reference        "ms@npm:2.1.3", "x@patch:x@npm%3A1.0.0#…", "x@workspace:.", …
 *
 * Packages of the registry are those with an npm: reference ("::" and parameters may follow), and patches of one: what
 * is installed is the patched package, under the version that the advisories know. The resolution has the real name of
 * an alias. workspace:, link:, portal:, file:, exec:, git and addresses are left out. checksum is of yarn's own zip
 * file. Dependencies are descriptors; up to version 6 of the format the "npm:" of a range is not written. A workspace
 * has its development dependencies among the others, so development is not told apart. */
#include "analyze/npm/npm_graph.h"
#include "analyze/npm/npm_names.h"
#include "analyze/npm/yarn.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/yaml.h"

enum { ITEM_BYTES_MAX = 256 << 20, KEY_BYTES_MAX = 1 << 20 };

static bool is_registry_reference(struct dd_str reference)
{
	if (dd_str_starts(reference, DD_STR("npm:")))
		return true;
	if (!dd_str_starts(reference, DD_STR("patch:")))
		return false;
	reference = dd_str_take(reference, dd_str_find(reference, '#'));
	return dd_str_search(reference, DD_STR("@npm%3A")) < reference.n ||
	       dd_str_search(reference, DD_STR("@npm:")) < reference.n;
}

static void add_needs(struct dd_npm_graph *g, uint32_t entry, const struct dd_node *value, struct dd_buf *key)
{
	const struct dd_node *needs = dd_node_table(value, "dependencies");
	for (const struct dd_node *c = dd_node_first(needs); c; c = c->next) {
		struct dd_str range = dd_node_scalar(c);
		bool bare = dd_str_find(range, ':') == range.n;
		dd_buf_clear(key);
		(void)dd_buf_add_str(key, c->name);
		(void)dd_buf_add_c(key, bare ? "@npm:" : "@");
		(void)dd_buf_add_str(key, range);
		if (!key->failed)
			dd_npm_graph_need(g, entry, dd_npm_graph_key(g, dd_buf_str(key)));
		key->failed = false;
	}
}

static void bind_descriptors(struct dd_npm_graph *g, uint32_t entry, const struct dd_yaml_item *item,
			     struct dd_found *out)
{
	struct dd_str rest = item->name, part;
	while (dd_str_next(&rest, ',', &part))
		if (!dd_npm_graph_bind(g, dd_npm_graph_key(g, dd_str_trim(part)), entry))
			dd_found_problem(out, item->at, "comes twice: %s", DD_QUOTE(dd_str_trim(part)));
}

static void take_item(const struct dd_yaml_item *item, struct dd_npm_graph *g, struct dd_buf *key, struct dd_found *out)
{
	struct dd_str name, reference, resolution = dd_node_scalar_of(item->value, "resolution");
	if (dd_str_eq_c(item->name, "__metadata"))
		return;
	uint32_t entry = dd_npm_graph_entry(g);
	bind_descriptors(g, entry, item, out);
	add_needs(g, entry, item->value, key);
	if (!dd_npm_split(resolution, &name, &reference)) {
		dd_found_problem(out, item->at, "entry of yarn.lock without a resolution: %s", DD_QUOTE(item->name));
		return;
	}
	if (!is_registry_reference(reference))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "npm", name,
					      dd_node_scalar_of(item->value, "version"), item->at);
	if (p)
		dd_npm_graph_package(g, entry, out);
}

enum dd_code dd_yarn_berry(struct dd_str lock, struct dd_found *out, struct dd_err *err)
{
	struct dd_npm_graph graph DD_CLEANUP(dd_npm_graph_done) = DD_NPM_GRAPH_INIT;
	struct dd_buf key DD_CLEANUP_BUF = DD_BUF_INIT(KEY_BYTES_MAX);
	struct dd_yaml_walk *w DD_CLEANUP_YAML_WALK = dd_yaml_walk_new(lock, 1);
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
		if (more)
			take_item(&item, &graph, &key, out);
	}
	dd_npm_graph_finish(&graph, out, false);
	return DD_OK;
}
