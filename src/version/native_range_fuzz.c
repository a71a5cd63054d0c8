/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: the scheme; then a range and a version, each a line. */
#include "version/native_range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(size * 8 + (4 << 20));
	struct dd_str rest, range = DD_STR(""), version = DD_STR("");
	struct dd_version_range *r = NULL;
	struct dd_err err = { .at = 0 };
	bool in;
	if (size == 0)
		return 0;
	rest = (struct dd_str){ (const char *)data + 1, size - 1 };
	(void)dd_str_next(&rest, '\n', &range);
	(void)dd_str_next(&rest, '\n', &version);
	enum dd_code code = dd_native_range_parse((enum dd_scheme)(data[0] % DD_SCHEME_COUNT), range, &a, &r, &err);
	dd_assert((code == DD_OK) == (r != NULL));
	if (code != DD_OK) {
		dd_assert(err.at == DD_NO_OFFSET || err.at <= size);
		return 0;
	}
	/* Without an order only equal texts compare. */
	for (size_t i = 0; i < r->n && r->scheme != DD_SCHEME_NONE; i++) {
		if (r->intervals[i].low.n)
			dd_assert(dd_version_range_contains(r, r->intervals[i].low, &in));
		if (r->intervals[i].high.n)
			dd_assert(dd_version_range_contains(r, r->intervals[i].high, &in));
	}
	(void)!dd_version_range_contains(r, version, &in);
	return 0;
}
