/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rpm_header.h"

/* The input is a blob: every tag in it is asked for in every way. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_rpm_header h;
	struct dd_err err;
	if (dd_rpm_header_open((struct dd_str){ (const char *)data, size }, &h, &err) != DD_OK)
		return 0;
	(void)dd_rpm_header_verify(&h, &err);
	for (uint32_t tag = 990; tag < 1130; tag++) {
		struct dd_str s;
		uint64_t v;
		bool present;
		struct dd_rpm_strings texts;
		struct dd_rpm_numbers numbers;
		(void)dd_rpm_header_str(&h, tag, &s, &err);
		(void)dd_rpm_header_u64(&h, tag, &v, &present, &err);
		if (dd_rpm_header_strings(&h, tag, &texts, &err) == DD_OK)
			while (dd_rpm_strings_next(&texts, &s))
				;
		if (dd_rpm_header_numbers(&h, tag, &numbers, &err) == DD_OK)
			for (uint32_t i = 0; i < numbers.n; i++)
				(void)dd_rpm_numbers_at(&numbers, i);
	}
	return 0;
}
