/* SPDX-License-Identifier: Apache-2.0 */
/* Reads any bytes as an ignore file and applies the rules to a few findings; whatever is accepted must have the shape
 * that the header promises. */
#include "base/limits.h"
#include "judge/ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dd_installed packages[] = {
		{ .package = { .name = { "libssl3", 7 },
			       .version = { "3.0.2-1", 7 },
			       .source_name = { "openssl", 7 } } },
	};
	static const struct dd_inventory inv = { .packages = packages, .n_packages = 1 };
	struct dd_str alias = DD_STR("GHSA-x");
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_ignore ig = { 0 };
	struct dd_findings f = { 0 };
	struct dd_err err = { 0 };

	for (int i = 0; i < 2; i++) {
		struct dd_finding *one = dd_findings_add(&f, DD_KIND_VULNERABILITY);
		if (!one)
			__builtin_trap();
		one->id = i ? DD_STR("CVE-2023-1") : DD_STR("eol:debian:9");
		one->package = i ? 0 : -1;
		one->path = DD_STR("var/lib/dpkg/status");
		one->aliases = &alias;
		one->n_aliases = 1;
	}
	enum dd_code code = dd_ignore_add(&ig, (struct dd_str){ (const char *)data, size }, DD_STR("f"), &a, &err);
	if (code != DD_OK && (err.code != code || err.message[0] == 0))
		__builtin_trap();
	for (size_t i = 0; i < ig.rules.n; i++)
		if (ig.rules.p[i].id.n == 0 || ig.rules.p[i].where.n == 0)
			__builtin_trap();
	if (code == DD_OK && dd_ignore_apply(&ig, &inv, 1700000000, &a, &f, &err) != DD_OK)
		__builtin_trap();
	for (size_t i = 0; i < f.list.n; i++)
		if (f.list.p[i].suppressed != (f.list.p[i].suppression.rule.n != 0))
			__builtin_trap();
	dd_ignore_done(&ig);
	dd_findings_done(&f);
	dd_arena_done(&a);
	return 0;
}
