/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/wordpress/wordpress_list.h"
#include "base/cleanup.h"
#include "support/found_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return dd_analyze_path_fuzz(wordpress_analyzers, DD_COUNT(wordpress_analyzers), data, size);
}
