/* SPDX-License-Identifier: Apache-2.0 */
/* First line: OSV's name of an ecosystem, or an os-release ID; second: VERSION_ID, or the name of a package. */
#include "base/err.h"
#include "version/ecosystem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A key is known, short, and safe to print. */
static void check_key(struct dd_str key)
{
	if (key.n == 0)
		return;
	dd_assert(key.n < 200 && dd_ecosystem_by_key(key));
	for (size_t i = 0; i < key.n; i++)
		dd_assert(dd_is_digit(key.p[i]) || (key.p[i] >= 'a' && key.p[i] <= 'z') ||
			  memchr("._+/:-", key.p[i], 6));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(size * 4 + 65536);
	struct dd_str rest = { (const char *)data, size }, first = DD_STR(""), second = DD_STR(""), key, name;
	struct dd_err err;
	if (size == 0)
		return 0;
	(void)dd_str_next(&rest, '\n', &first);
	(void)dd_str_next(&rest, '\n', &second);
	dd_assert(dd_ecosystem_from_os(first, second, &a, &key, &err) == DD_OK);
	check_key(key);
	dd_assert(dd_ecosystem_from_osv(first, &a, &key, &err) == DD_OK);
	check_key(key);
	const struct dd_ecosystem *e = key.n ? dd_ecosystem_by_key(key) : dd_ecosystem_by_key(first);
	if (e) {
		dd_assert(dd_ecosystem_name(e, second, &a, &name, &err) == DD_OK);
		dd_assert(name.n <= second.n && name.p[name.n] == '\0');
	}
	return 0;
}
