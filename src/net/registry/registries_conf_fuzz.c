/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "net/registry/reference.h"
#include "net/registry/registries_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(8 * DD_MIB);
	struct dd_registries_conf c = { .n = 0 };
	size_t length = 0;
	(void)dd_registries_conf_add(&c, (struct dd_str){ (const char *)data, size }, &a, NULL);
	for (const struct dd_registry_rule *r = c.first; r; r = r->next) {
		/* A rule is for its own prefix. */
		bool star = dd_str_starts(r->prefix, DD_STR("*."));
		dd_assert(star || (dd_registries_conf_find(&c, r->prefix, &length) == r && length == r->prefix.n));
		dd_assert(r->location.name.n == 0 ||
			  dd_reference_is_registry(dd_str_take(r->location.name, dd_str_find(r->location.name, '/'))));
	}
	(void)dd_registries_conf_find(&c, DD_STR("a.example.com/b/c:d"), &length);
	return 0;
}
