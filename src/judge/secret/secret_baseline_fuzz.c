/* SPDX-License-Identifier: Apache-2.0 */
/* A baseline, applied to one finding. Checked: it ends, and what it suppresses says why. */
#include "base/limits.h"
#include "judge/secret/secret_baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dd_secret_finding secret = {
		.at = { .secret = { .fingerprint = DD_STR("00112233445566778899aabbccddeeff"),
				    .redacted = DD_STR("ghp_\xe2\x80\xa6 (40 characters)"),
				    .length = 40,
				    .line = 3 } }
	};
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_baseline b = { .entries = { NULL } };
	struct dd_findings f = { .problems_dropped = 0 };
	struct dd_finding *one = dd_findings_add(&f, DD_KIND_SECRET);
	if (one) {
		one->id = DD_STR("github-pat");
		one->path = DD_STR("app/.env");
		one->secret = &secret;
		if (dd_baseline_add(&b, (struct dd_str){ (const char *)data, size }, DD_STR("b"), &a, NULL) == DD_OK &&
		    dd_baseline_apply(&b, &a, &f, NULL) == DD_OK)
			dd_assert(!f.list.p[0].suppressed || f.list.p[0].suppression.reason.n);
	}
	dd_findings_done(&f);
	dd_baseline_done(&b);
	dd_arena_done(&a);
	return 0;
}
