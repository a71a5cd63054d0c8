/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte says the check; the rest is the secret, up to a NUL, and what is around it. Reasons are printable. */
#include "secret/checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(1 << 20);
	struct dd_secret_checked c;
	struct dd_err err;
	if (!n)
		return 0;
	struct dd_str text = { (const char *)data + 1, n - 1 };
	size_t cut = dd_str_find(text, '\0');
	if (dd_secret_check_run((enum dd_secret_check)(data[0] % DD_CHECK_COUNT), dd_str_take(text, cut),
				dd_str_skip(text, cut), &a, &c, &err) != DD_OK)
		return 0;
	for (size_t i = 0; i < c.reason.n; i++)
		dd_assert((unsigned char)c.reason.p[i] >= 0x20 && c.reason.p[i] != 0x7f);
	return 0;
}
