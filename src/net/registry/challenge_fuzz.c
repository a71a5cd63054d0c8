/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "net/registry/challenge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_challenges c = { .n = 0 };
	if (dd_challenges_add(&c, (struct dd_str){ (const char *)data, size }, &a, NULL) != DD_OK)
		dd_assert(c.n == 0);
	dd_assert(c.n <= DD_CHALLENGES_MAX);
	for (size_t i = 0; i < c.n; i++) {
		const struct dd_str all[] = { c.at[i].realm, c.at[i].service, c.at[i].scope, c.at[i].error };
		for (size_t k = 0; k < DD_COUNT(all); k++)
			for (size_t n = 0; n < all[k].n; n++)
				dd_assert(all[k].p[n] != '\n' && all[k].p[n] != '\r' && all[k].p[n]);
	}
	return 0;
}
