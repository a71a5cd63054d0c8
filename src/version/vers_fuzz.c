/* SPDX-License-Identifier: Apache-2.0 */
/* First line: a VERS range; second: a version. */
#include "version/vers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(size * 8 + (1 << 20));
	struct dd_str rest = { (const char *)data, size }, range = DD_STR(""), version = DD_STR("");
	struct dd_version_range *r = NULL;
	struct dd_err err = { .at = 0 };
	(void)dd_str_next(&rest, '\n', &range);
	(void)dd_str_next(&rest, '\n', &version);
	enum dd_code code = dd_vers_parse(range, &a, &r, &err);
	dd_assert((code == DD_OK) == (r != NULL));
	if (code != DD_OK) {
		dd_assert(err.at == DD_NO_OFFSET || err.at <= size);
		return 0;
	}
	/* Bounds are versions, so that they compare; an interval has its own bounds or excludes them. */
	for (size_t i = 0; i < r->n; i++) {
		const struct dd_interval *v = &r->intervals[i];
		bool in = false;
		if (v->low.n)
			dd_assert(dd_version_range_contains(r, v->low, &in) && (in || v->low_excluded));
		if (v->high.n)
			dd_assert(dd_version_range_contains(r, v->high, &in) && (in || v->high_excluded));
	}
	bool in;
	(void)!dd_version_range_contains(r, version, &in);
	return 0;
}
