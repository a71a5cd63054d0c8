/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a record of the facts cache: whatever decodes must lay itself over an empty image without harm. */
#include "base/limits.h"
#include "scan/inventory_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_layer_facts f;
	struct dd_squash q;
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(DD_GIB) };
	dd_layer_facts_init(&f);
	if (dd_layer_facts_decode((struct dd_str){ (const char *)data, size }, &f, NULL) == DD_OK) {
		if (dd_squash_new(&q, &f, 1, NULL) == DD_OK)
			(void)dd_inventory_fill(&q, true, &inv, NULL);
		dd_squash_done(&q);
	}
	dd_arena_done(&inv.arena);
	dd_layer_facts_done(&f);
	return 0;
}
