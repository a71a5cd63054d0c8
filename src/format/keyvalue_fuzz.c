/* SPDX-License-Identifier: Apache-2.0 */
#include "format/keyvalue.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str in = { (const char *)data, size };
	struct dd_keyvalue_reader r = DD_KEYVALUE_READER(in);
	struct dd_keyvalue kv;
	uint64_t last = 0;
	while (dd_keyvalue_next(&r, &kv)) {
		dd_assert(kv.at >= last && kv.at < size);
		dd_assert(kv.value.n <= DD_FIELD_BYTES_MAX);
		last = kv.at;
	}
	dd_keyvalue_done(&r);
	return 0;
}
