/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes as the fields of an answer, and as each value that is understood. */
#include "base/limits.h"
#include "net/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "ETag", "Last-Modified", "Content-Range", "Retry-After" };
	const struct dd_http_response r = { .fields = { (const char *)data, size } };
	for (size_t i = 0; i <= DD_COUNT(names); i++) {
		struct dd_str value = i < DD_COUNT(names) ? dd_http_header(&r, names[i]) : r.fields;
		struct dd_http_range range;
		int64_t when;
		if (dd_http_content_range(value, &range))
			dd_assert(range.first <= range.last && range.last < range.total);
		if (dd_http_date(value, &when))
			dd_assert(value.n == 29);
	}
	return 0;
}
