/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/haskell/haskell_list.h"
#include "base/cleanup.h"
#include "support/found_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return dd_analyze_path_fuzz(haskell_analyzers, DD_COUNT(haskell_analyzers), data, size);
}
