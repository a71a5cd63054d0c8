/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as index, manifest and configuration. */
#include "base/limits.h"
#include "image/card_documents.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str json = { (const char *)data, size };
	struct dd_described_index ix;
	struct dd_described_manifest m;
	struct dd_card card;
	struct dd_platform host = dd_platform_host();
	dd_card_init(&card, 0);
	(void)dd_describe_config(json, &a, &card, NULL);
	if (dd_json_parse(json, &doc, NULL) == DD_OK) {
		(void)dd_describe_kind(dd_json_str(doc, "mediaType"), doc);
		if (dd_describe_index(doc, &a, &ix, NULL) == DD_OK)
			dd_assert(dd_describe_choose(&ix, &host) <= ix.n);
		(void)dd_describe_manifest(doc, &a, &m, NULL);
	}
	dd_arena_done(&a);
	return 0;
}
