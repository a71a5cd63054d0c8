/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vex/vex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a = DD_ARENA_INIT(64 << 20);
	struct dd_vex vex = { 0 };
	struct dd_findings findings = { 0 };
	struct dd_installed package = {
		.package = { .name = DD_STR("openssl"), .version = DD_STR("3"), .type = DD_STR("deb") },
		.purl = DD_STR("pkg:deb/debian/openssl@3?arch=amd64"),
		.owner = -1
	};
	struct dd_inventory inv = { .target = { .image = DD_STR("nginx:1"), .digest = DD_STR("sha256:aa") },
				    .os = { .id = DD_STR("rhel"), .version = DD_STR("9.2") },
				    .packages = &package,
				    .n_packages = 1 };
	struct dd_err err;
	struct dd_finding *f = dd_findings_add(&findings, DD_KIND_VULNERABILITY);
	if (f) {
		f->id = DD_STR("CVE-2024-1");
		f->package = 0;
	}
	if (f && dd_vex_add(&vex, (struct dd_str){ (const char *)data, size }, DD_STR("v.json"), &a, &err) == DD_OK)
		(void)dd_vex_apply(&vex, &inv, &a, &findings, &err);
	dd_findings_done(&findings);
	dd_vex_done(&vex);
	dd_arena_done(&a);
	return 0;
}
