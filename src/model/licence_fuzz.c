/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "model/licence.h"
#include "support/test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever comes out is an expression by the strict rules, and its own canonical text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_str text = { (const char *)data, n }, once, twice;
	struct dd_licence l;
	struct dd_err err;
	if (dd_licence_normalise(text, &a, &l) == DD_OK && l.expression.n)
		dd_assert(dd_licence_parse(l.expression, &a, &once, &err) == DD_OK);
	if (dd_licence_parse(text, &a, &once, &err) == DD_OK) {
		dd_assert(dd_licence_parse(once, &a, &twice, &err) == DD_OK);
		dd_assert(dd_str_eq(once, twice));
	}
	dd_arena_done(&a);
	return 0;
}
