/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a = DD_ARENA_INIT(64 << 20);
	struct dd_policy policy = { 0 };
	struct dd_ignore exceptions = { 0 };
	struct dd_findings findings = { 0 };
	struct dd_installed package = { .package = { .name = DD_STR("libx"),
						     .version = DD_STR("1"),
						     .type = DD_STR("npm"),
						     .licences = DD_STR("MIT OR (GPL-2.0-only WITH x AND y)") },
					.owner = -1 };
	struct dd_inventory inv = { .packages = &package, .n_packages = 1 };
	struct dd_report report = { .inventory = &inv };
	struct dd_err err;
	struct dd_str bytes = { (const char *)data, size };
	if (dd_policy_read(&policy, &exceptions, bytes, DD_STR("p.yaml"), &a, &err) == DD_OK &&
	    dd_policy_findings(&policy, &inv, &a, &findings, &err) == DD_OK &&
	    dd_ignore_apply(&exceptions, &inv, 0, &a, &findings, &err) == DD_OK)
		(void)dd_policy_apply(&policy, &report, findings.list.p, findings.list.n, 0, &a, &err);
	dd_findings_done(&findings);
	dd_ignore_done(&exceptions);
	dd_policy_done(&policy);
	dd_arena_done(&a);
	return 0;
}
