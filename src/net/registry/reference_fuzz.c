/* SPDX-License-Identifier: Apache-2.0 */
/* What is a reference can be written and read again as the same one. */
#include "base/limits.h"
#include "net/registry/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_str text = { (const char *)data, size };
	struct dd_reference r, again;
	bool is_one = dd_reference_parse(text, &a, &r, NULL) == DD_OK;
	dd_assert(is_one == dd_reference_looks_like(text));
	if (!is_one)
		return 0;
	struct dd_str full = dd_reference_text(&r, &a), familiar = dd_reference_familiar(&r, &a);
	/* Behind docker.io/library/ the longest names become too long. */
	if (dd_reference_parse(full, &a, &again, NULL) == DD_OK)
		dd_assert(dd_str_eq(dd_reference_text(&again, &a), full));
	if (dd_reference_parse(familiar, &a, &again, NULL) == DD_OK)
		dd_assert(dd_str_eq(dd_reference_text(&again, &a), full));
	return 0;
}
