/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cleanup.h"
#include "report/card_out.h"

const char *dd_age_text(int64_t seconds, char out[32])
{
	static const struct {
		int64_t s;
		const char *name;
	} units[] = { { (int64_t)365 * 86400, "year" },
		      { (int64_t)30 * 86400, "month" },
		      { 86400, "day" },
		      { 3600, "hour" },
		      { 60, "minute" },
		      { 1, "second" } };
	if (seconds < 0) {
		(void)snprintf(out, 32, "in the future");
		return out;
	}
	size_t u = 0;
	while (u + 1 < DD_COUNT(units) && seconds < 2 * units[u].s)
		u++;
	int64_t n = seconds / units[u].s;
	(void)snprintf(out, 32, "%lld %s%s", (long long)n, units[u].name, n == 1 ? "" : "s");
	return out;
}

const char *dd_count_text(uint64_t n, char out[16])
{
	static const char units[] = { ' ', 'K', 'M', 'G', 'T' };
	double v = (double)n;
	size_t u = 0;
	if (n < 10000) {
		(void)snprintf(out, 16, "%llu", (unsigned long long)n);
		return out;
	}
	while (v >= 999.5 && u + 1 < DD_COUNT(units)) {
		v /= 1000;
		u++;
	}
	(void)snprintf(out, 16, v < 99.95 ? "%.1f %c" : "%.0f %c", v, units[u]);
	return out;
}
