/* SPDX-License-Identifier: Apache-2.0 */
/* Header fields of an answer, and the values that drydock acts on. */
#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "net/http.h"

enum { MONTHS = 12, LENGTH = 29, AT_DAY = 5, AT_MONTH = 8, AT_YEAR = 12, AT_TIME = 17 };

/* IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Every server of this century sends this form. */
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

bool dd_http_next_header(struct dd_str *rest, const char *name, struct dd_str *ret)
{
	struct dd_str line, wanted = dd_str_from(name);
	while (dd_str_line(rest, &line)) {
		size_t colon = dd_str_find(line, ':');
		if (colon == line.n || !dd_str_eq_nocase(dd_str_take(line, colon), wanted))
			continue;
		*ret = dd_str_trim(dd_str_skip(line, colon + 1));
		return true;
	}
	return false;
}

struct dd_str dd_http_header(const struct dd_http_response *r, const char *name)
{
	struct dd_str rest = r->fields, value;
	return dd_http_next_header(&rest, name, &value) ? value : (struct dd_str){ "", 0 };
}

/* "bytes 100-199/200" or "bytes 100-199/" and a star. */
bool dd_http_content_range(struct dd_str s, struct dd_http_range *ret)
{
	struct dd_http_range r = { .total = DD_HTTP_NO_LENGTH };
	struct dd_str range = dd_str_trim(s);
	if (!dd_str_eq_nocase(dd_str_take(range, 6), DD_STR("bytes ")))
		return false;
	range = dd_str_skip(range, 6);
	size_t slash = dd_str_find(range, '/'), dash = dd_str_find(range, '-');
	if (slash == range.n || dash >= slash || !dd_str_u64(dd_str_take(range, dash), INT64_MAX, &r.first) ||
	    !dd_str_u64((struct dd_str){ range.p + dash + 1, slash - dash - 1 }, INT64_MAX, &r.last))
		return false;
	struct dd_str total = dd_str_skip(range, slash + 1);
	if (!dd_str_eq_c(total, "*") && (!dd_str_u64(total, INT64_MAX, &r.total) || r.last >= r.total))
		return false;
	if (r.last < r.first)
		return false;
	*ret = r;
	return true;
}

uint64_t dd_http_retry_after(const struct dd_http_response *r)
{
	struct dd_str s = dd_http_header(r, "Retry-After");
	uint64_t seconds;
	int64_t when;
	time_t now = time(NULL);
	if (dd_str_u64(s, UINT32_MAX, &seconds))
		return seconds;
	if (s.n && dd_http_date(s, &when) && when > now)
		return (uint64_t)(when - now);
	return 0;
}

bool dd_http_may_pass(enum dd_http_cause cause, unsigned status)
{
	static const unsigned passing[] = { 408, 429, 500, 502, 503, 504 };
	if (cause == DD_HTTP_UNREACHABLE || cause == DD_HTTP_STALLED || cause == DD_HTTP_BROKEN)
		return true;
	for (size_t i = 0; i < DD_COUNT(passing); i++)
		if (cause == DD_HTTP_DONE && status == passing[i])
			return true;
	return false;
}
