/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(lexicographic_rows)
{
	static const struct dd_order_row rows[] = {
		{ "10", '<', "9" }, { "a", '=', "a" },
		{ "a", '<', "ab" }, { "2023-01-01T00:00:00Z", '<', "2024-01-01T00:00:00Z" },
		{ "", '?', "1" },
	};
	dd_check_order_rows(DD_SCHEME_LEXICOGRAPHIC, rows, DD_COUNT(rows));
}
