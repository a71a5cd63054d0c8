/* SPDX-License-Identifier: Apache-2.0 */
#include "format/deb822.h"

#include "base/err.h"

static bool inside(struct dd_str part, struct dd_str all)
{
	return part.n == 0 || (part.p >= all.p && part.p + part.n <= all.p + all.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str all = { (const char *)data, size };
	struct dd_deb822_reader r = DD_DEB822_READER(all);
	struct dd_deb822_item item;
	uint64_t next = 0;
	while (dd_deb822_next(&r, &item)) {
		dd_assert(item.at >= next && item.at < size);
		dd_assert(inside(item.name, all) && inside(item.value, all));
		next = item.at + 1;
	}
	dd_assert(r.rest.n == 0);
	return 0;
}
