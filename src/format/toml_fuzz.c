/* SPDX-License-Identifier: Apache-2.0 */
/* What is read whole must be walked without an error too, and give as many values below as many top-level keys. */
#include "base/limits.h"
#include "format/toml.h"

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
	bool valid = dd_toml_parse(doc, &whole, &root, NULL) == DD_OK, more = true;
	struct dd_toml_walk w;
	size_t parts = 0, values = 0;
	dd_toml_walk_open(&w, doc);
	while (more) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
		struct dd_toml_part part;
		size_t before = w.at;
		enum dd_code code = dd_toml_walk_next(&w, &a, &part, &more, NULL);
		dd_assert(code == DD_OK || !valid);
		dd_assert(w.at > before || (code == DD_OK && !more));
		if (code == DD_OK && more) {
			parts++;
			values += count(part.table);
		}
	}
	if (valid)
		dd_assert(values + 1 >= count(root) - dd_node_len(root) && (parts > 0) == (dd_node_len(root) > 0));
	return 0;
}
