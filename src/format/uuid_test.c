/* SPDX-License-Identifier: Apache-2.0 */
#include "format/uuid.h"

#include "support/test.h"

TEST(uuid_of_url)
{
	/* What Python's uuid.uuid5(uuid.NAMESPACE_URL, name) gives. */
	static const struct {
		const char *url, *want;
	} rows[] = {
		{ "", "1b4db7eb-4057-5ddf-91e0-36dec72071f5" },
		{ "http://example.org/", "715d503b-5f95-5532-9100-00663eb45ade" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char got[DD_UUID_TEXT_MAX];
		struct dd_err err;
		CHECK_INT(dd_uuid_of_url(dd_str_from(rows[i].url), got, &err), DD_OK);
		CHECK_STR(dd_str_from(got), rows[i].want);
	}
}
