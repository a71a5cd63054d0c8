/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/dart/dart_list.h"
#include "base/cleanup.h"
#include "support/found_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return dd_analyze_path_fuzz(dart_analyzers, DD_COUNT(dart_analyzers), data, size);
}
