/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(cran_rows)
{
	static const char *const rising[] = { "0",   "0.1",   "0.1.0", "0.9-9",	  "0.10", "1",
					      "1.0", "1.0.0", "1.0-1", "1.2-3.1", "1.10", "10" };
	static const struct dd_order_row rows[] = {
		{ "1.2-3", '=', "1.2.3" },
		{ "01.02", '=', "1.2" },
		{ "18446744073709551616", '>', "18446744073709551615" },
		{ "", '?', "1" },
		{ "1.", '?', "1" },
		{ ".1", '?', "1" },
		{ "1..2", '?', "1" },
		{ "1.0a", '?', "1" },
		{ "1.0-alpha", '?', "1" },
		{ "v1", '?', "1" },
		{ "1 2", '?', "1" },
		{ "1_2", '?', "1" },
	};
	dd_check_rising(DD_SCHEME_CRAN, rising, DD_COUNT(rising));
	dd_check_order_rows(DD_SCHEME_CRAN, rows, DD_COUNT(rows));
}
