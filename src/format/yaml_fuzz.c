/* SPDX-License-Identifier: Apache-2.0 */
/* A tree must be no larger to walk than its limit says; the walk over members must end. */
#include "base/limits.h"
#include "format/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const struct dd_node *v)
{
	size_t n = 1;
	for (const struct dd_node *c = dd_node_first(v); c; c = c->next)
		n += count(c);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena whole DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_str doc = { (const char *)data, size };
	const struct dd_node *root = NULL;
	if (dd_yaml_parse(doc, &whole, &root, NULL) == DD_OK)
		dd_assert(count(root) <= DD_YAML_NODES_MAX + 1);
	for (unsigned levels = 1; levels <= 2; levels++) {
		struct dd_yaml_walk *w DD_CLEANUP_YAML_WALK = dd_yaml_walk_new(doc, levels);
		for (bool more = w != NULL; more;) {
			struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
			struct dd_yaml_item item;
			if (dd_yaml_walk_next(w, &a, &item, &more, NULL) != DD_OK)
				break;
			if (more)
				dd_assert(count(item.value) <= DD_YAML_NODES_MAX && item.at <= size);
		}
	}
	return 0;
}
