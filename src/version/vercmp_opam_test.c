/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(opam_rows)
{
	/* The list of opam's manual, "Version ordering", and more of its kind. */
	static const char *const rising[] = { "~~",	  "~",	 "~beta2",   "~beta10", "0.1",
					      "1.0~beta", "1.0", "1.0-test", "1.0.1",	"1.0.10",
					      "2.10",	  "dev", "v0.9",     "v0.16.0", "v0.16.1" };
	static const struct dd_order_row rows[] = {
		{ "1.00", '=', "1.0" }, { "1.0-1", '<', "1.0.1" }, { "5.1.0~rc2", '<', "5.1.0" }, { "", '?', "1" },
		{ "1 0", '?', "1" },	{ "1:0", '?', "1" },	   { "1.\xc3\xa9", '?', "1" },
	};
	dd_check_rising(DD_SCHEME_OPAM, rising, DD_COUNT(rising));
	dd_check_order_rows(DD_SCHEME_OPAM, rows, DD_COUNT(rows));
}
