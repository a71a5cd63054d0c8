/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "format/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_cvss c;
	struct dd_err err;
	if (dd_cvss_parse((struct dd_str){ (const char *)data, size }, &c, &err) != DD_OK)
		return 0;
	if (!(c.base >= 0 && c.base <= 10 && c.overall >= 0 && c.overall <= 10))
		abort();
	if (c.rating >= DD_CVSS_RATING_COUNT || c.overall_rating >= DD_CVSS_RATING_COUNT)
		abort();
	return 0;
}
