/* SPDX-License-Identifier: Apache-2.0 */
#include "support/found_text.h"

extern const struct dd_analyzer dd_analyzer_sources;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return dd_analyze_fuzz(&dd_analyzer_sources, data, size);
}
