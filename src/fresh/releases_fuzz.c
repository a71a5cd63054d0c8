/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte chooses the registry ('a': the first row of services.def); the rest is its document. */
#include "fresh/releases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_releases r;
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_upstream u;
	if (size < 1 || data[0] < 'a' || data[0] - 'a' >= DD_FRESH_INRELEASE)
		return 0;
	struct dd_str doc = { (const char *)data + 1, size - 1 };
	dd_releases_init(&r);
	(void)dd_releases_read((enum dd_fresh_service)(data[0] - 'a'), doc, DD_STR("x-y"), &r, NULL);
	for (enum dd_scheme s = DD_SCHEME_NONE; s < DD_SCHEME_COUNT; s++)
		(void)dd_releases_standing(&r, s, DD_STR("1.0.0"), &a, &u, NULL);
	dd_arena_done(&a);
	dd_releases_done(&r);
	return 0;
}
