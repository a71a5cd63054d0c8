/* SPDX-License-Identifier: Apache-2.0 */
#include "support/found_text.h"

extern const struct dd_analyzer dd_analyzer_dpkg, dd_analyzer_dpkg_diversions;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dd_analyzer *const both[] = { &dd_analyzer_dpkg, &dd_analyzer_dpkg_diversions };
	return dd_analyze_path_fuzz(both, DD_COUNT(both), data, size);
}
