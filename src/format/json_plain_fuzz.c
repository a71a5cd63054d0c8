/* SPDX-License-Identifier: Apache-2.0 */
/* What is read as plain must be what jansson reads, to the order of the members; the rest is jansson's anyway. */
#include "base/limits.h"
#include "format/json.h"
#include "format/json_plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *plain DD_CLEANUP_JSON = dd_json_plain((struct dd_str){ (const char *)data, size }, DD_JSON_VALUES_MAX);
	if (!plain)
		return 0;
	json_t *whole DD_CLEANUP_JSON =
		json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &(json_error_t){ 0 });
	dd_assert(whole && json_equal(plain, whole));
	char *a = json_dumps(plain, JSON_ENCODE_ANY | JSON_COMPACT),
	     *b = json_dumps(whole, JSON_ENCODE_ANY | JSON_COMPACT);
	dd_assert(a && b && strcmp(a, b) == 0);
	free(a);
	free(b);
	return 0;
}
