/* SPDX-License-Identifier: Apache-2.0 */
/* What jansson accepts must be cut into as many members as jansson sees (names that come twice aside). */
#include "base/limits.h"
#include "format/json.h"
#include "format/json_members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_str doc = { (const char *)data, size };
	struct dd_json_members m;
	json_t *j DD_CLEANUP_JSON = NULL;
	bool more = true, valid = dd_json_parse(doc, &j, NULL) == DD_OK && (json_is_object(j) || json_is_array(j));
	size_t n = 0;
	enum dd_code code = dd_json_members_open(&m, doc, NULL);
	while (code == DD_OK && more) {
		struct dd_json_member got;
		code = dd_json_members_next(&m, &a, &got, &more, NULL);
		if (code == DD_OK && more)
			n++;
	}
	if (valid) {
		dd_assert(code == DD_OK || code == DD_ENOMEM);
		dd_assert(json_is_array(j) ? n == json_array_size(j) : n >= json_object_size(j));
	}
	return 0;
}
