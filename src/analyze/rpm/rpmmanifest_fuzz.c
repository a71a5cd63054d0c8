/* SPDX-License-Identifier: Apache-2.0 */
#include "support/found_text.h"

extern const struct dd_analyzer dd_analyzer_rpm;

/* The input is a manifest. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 << 20);
	(void)dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpmmanifest/container-manifest-2"),
			      (struct dd_str){ (const char *)data, size }, 0, &out);
	return 0;
}
