/* SPDX-License-Identifier: Apache-2.0 */
/* IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7). Every server of this century sends this form. */
#include <stdio.h>

#include "base/text.h"
#include "net/http.h"

enum { MONTHS = 12, LENGTH = 29, AT_DAY = 5, AT_MONTH = 8, AT_YEAR = 12, AT_TIME = 17 };

bool dd_http_date(struct dd_str s, int64_t *ret_unix_s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[32];
	if (s.n != LENGTH || !dd_str_ends(s, DD_STR(" GMT")) || s.p[AT_DAY - 2] != ',' || s.p[AT_DAY - 1] != ' ')
		return false;
	for (int month = 0; month < MONTHS; month++) {
		if (memcmp(s.p + AT_MONTH, months + 3 * month, 3) != 0)
			continue;
		(void)snprintf(text, sizeof text, "%.4s-%02d-%.2sT%.8sZ", s.p + AT_YEAR, month + 1, s.p + AT_DAY,
			       s.p + AT_TIME);
		return s.p[AT_MONTH - 1] == ' ' && s.p[AT_YEAR - 1] == ' ' && s.p[AT_TIME - 1] == ' ' &&
		       dd_time_parse(dd_str_from(text), ret_unix_s);
	}
	return false;
}
