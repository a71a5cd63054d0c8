/* SPDX-License-Identifier: Apache-2.0 */
/* JSON stays what it is, byte for byte; what comes out of other documents has their length, and cleaning it again
 * changes nothing. */
#include "base/limits.h"
#include "format/json.h"
#include "format/jsonc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_buf once DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), twice DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_str doc = { (const char *)data, size };
	json_t *j DD_CLEANUP_JSON = NULL;
	if (dd_jsonc_to_json(doc, &once, NULL) != DD_OK)
		return 0;
	dd_assert(once.n == size);
	if (dd_json_parse(doc, &j, NULL) == DD_OK)
		dd_assert(dd_str_eq(dd_buf_str(&once), doc));
	if (dd_jsonc_to_json(dd_buf_str(&once), &twice, NULL) == DD_OK)
		dd_assert(dd_str_eq(dd_buf_str(&once), dd_buf_str(&twice)));
	return 0;
}
