/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a record of the facts cache: whatever decodes must lay itself over an empty image without harm. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/config_secrets.h"
#include "scan/inventory_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As a record of secrets: what is taken for one comes back as it was, and finds its place in an image without files. */
static void check_secrets(struct dd_str bytes)
{
	struct dd_layer_facts f;
	struct dd_squash q;
	DD_CLEANUP_BUF struct dd_buf once = DD_BUF_INIT(DD_FACTS_BYTES_MAX);
	const struct dd_secret_rule_set rules = { 0 };
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(DD_GIB) };
	struct dd_config_secrets none;
	dd_config_secrets_init(&none);
	dd_layer_facts_init(&f);
	f.n_entries = 1000;
	if (dd_layer_secrets_decode(bytes, f.n_entries, &f.arena, &f.secrets, NULL) == DD_OK) {
		if (dd_layer_secrets_encode(&f.secrets, &once, NULL) != DD_OK)
			abort();
		if (dd_squash_new(&q, &f, 1, NULL) == DD_OK)
			(void)dd_inventory_secrets(&q, true, &none, &rules, &inv, NULL);
		dd_squash_done(&q);
	}
	dd_config_secrets_done(&none);
	dd_arena_done(&inv.arena);
	dd_layer_facts_done(&f);
}

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
	check_secrets((struct dd_str){ (const char *)data, size });
	return 0;
}
