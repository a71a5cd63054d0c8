/* SPDX-License-Identifier: Apache-2.0 */
/* Reading whole and walking the root must come to the same decision; other depths must end. */
#include "base/limits.h"
#include "format/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum dd_code walk(struct dd_str doc, unsigned depth)
{
	struct dd_xml_walk *w DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc, depth);
	enum dd_code code = w ? DD_OK : DD_ENOMEM;
	for (bool more = true; more && code == DD_OK;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
		struct dd_xml_item item = { .element = NULL };
		code = dd_xml_walk_next(w, &a, &item, &more, NULL);
		if (code == DD_OK && more)
			dd_assert(item.element->at < doc.n && (depth > 1 || !item.parent.n));
	}
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_str doc = { (const char *)data, size };
	const struct dd_xml_node *root = NULL;
	enum dd_code whole = dd_xml_parse(doc, &a, &root, NULL);
	dd_assert((whole == DD_OK) == (root != NULL) && walk(doc, 1) == whole);
	dd_assert(walk(doc, 3) != DD_OK || whole == DD_OK || whole == DD_ELIMIT);
	return 0;
}
