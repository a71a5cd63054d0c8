/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdio.h>

#include "base/err.h"

static uint32_t decode(struct dd_str s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s.p;
	switch (len) {
	case 1:
		return u[0];
	case 2:
		return (uint32_t)(u[0] & 0x1f) << 6 | (uint32_t)(u[1] & 0x3f);
	case 3:
		return (uint32_t)(u[0] & 0x0f) << 12 | (uint32_t)(u[1] & 0x3f) << 6 | (uint32_t)(u[2] & 0x3f);
	default:
		return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3f) << 12 | (uint32_t)(u[2] & 0x3f) << 6 |
		       (uint32_t)(u[3] & 0x3f);
	}
}

size_t dd_utf8_len(struct dd_str s)
{
	if (s.n == 0)
		return 0;
	unsigned char c = (unsigned char)s.p[0];
	size_t len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : 0;
	if (c >= 0xf0 && c <= 0xf4)
		len = 4;
	if (len == 0 || len > s.n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
	uint32_t cp = decode(s, len);
	if ((len == 3 && cp < 0x800) || (len == 4 && cp < 0x10000) || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	return len;
}

uint32_t dd_utf8_decode(struct dd_str s)
{
	size_t len = dd_utf8_len(s);
	dd_assert(len > 0);
	return decode(s, len);
}

/* Code points that change how a line is drawn without being seen. */
static bool repaints(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	       (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff);
}

size_t dd_escape_one(struct dd_str s, const char *also, char out[8], size_t *ret_used)
{
	size_t len = dd_utf8_len(s);
	if (len && !repaints(decode(s, len)) && s.p[0] != '\\' && !strchr(also, s.p[0])) {
		memcpy(out, s.p, len);
		*ret_used = len;
		return len;
	}
	char c = s.p[0];
	*ret_used = 1;
	out[0] = '\\';
	switch (c) {
	case '\n':
		out[1] = 'n';
		return 2;
	case '\r':
		out[1] = 'r';
		return 2;
	case '\t':
		out[1] = 't';
		return 2;
	case '\\':
		out[1] = '\\';
		return 2;
	default:
		break;
	}
	static const char hex[] = "0123456789abcdef";
	out[1] = 'x';
	out[2] = hex[(unsigned char)c >> 4];
	out[3] = hex[(unsigned char)c & 15];
	return 4;
}

const char *dd_human_bytes(uint64_t bytes, char out[16])
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t u = 0;
	double v = (double)bytes;
	while (v >= 1023.95 && u + 1 < sizeof unit / sizeof unit[0]) {
		v /= 1024;
		u++;
	}
	if (u == 0)
		(void)snprintf(out, 16, "%u B", (unsigned)bytes);
	else
		(void)snprintf(out, 16, "%.1f %s", v, unit[u]);
	return out;
}

/* Civil-from-days and back: H. Hinnant, "chrono-compatible low-level date algorithms". */
static void civil_from_days(int64_t z, int64_t *y, unsigned *m, unsigned *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned yoe = (unsigned)(y - era * 400);
	unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + (int64_t)doe - 719468;
}

const char *dd_time_text(int64_t unix_s, char out[32])
{
	/* Years 0000 to 9999 print; beyond them the ends do. */
	const int64_t low = -62167219200, high = 253402300799;
	int64_t t = unix_s < low ? low : unix_s > high ? high : unix_s;
	int64_t days = t / 86400, left = t % 86400;
	if (left < 0) {
		left += 86400;
		days--;
	}
	int64_t y;
	unsigned m, d;
	civil_from_days(days, &y, &m, &d);
	(void)snprintf(out, 32, "%04d-%02u-%02uT%02d:%02d:%02dZ", (int)y % 10000, m, d, (int)(left / 3600),
		       (int)(left / 60 % 60), (int)(left % 60));
	return out;
}

static bool two(struct dd_str s, size_t at, unsigned max, unsigned *ret)
{
	uint64_t v;
	if (at + 2 > s.n || !dd_str_u64((struct dd_str){ s.p + at, 2 }, max, &v))
		return false;
	*ret = (unsigned)v;
	return true;
}

bool dd_time_parse(struct dd_str s, int64_t *ret_unix_s)
{
	uint64_t y;
	unsigned m, d, hh = 0, mm = 0, ss = 0, zh = 0, zm = 0;
	if (s.n < 10 || s.p[4] != '-' || s.p[7] != '-' || !dd_str_u64(dd_str_take(s, 4), 9999, &y) ||
	    !two(s, 5, 12, &m) || !two(s, 8, 31, &d) || m == 0 || d == 0)
		return false;
	/* The 30th of February: converted there and back it is another day. */
	int64_t back_y;
	unsigned back_m, back_d;
	civil_from_days(days_from_civil((int64_t)y, m, d), &back_y, &back_m, &back_d);
	if (back_d != d)
		return false;
	int sign = 0;
	if (s.n > 10) {
		if ((s.p[10] != 'T' && s.p[10] != ' ') || !two(s, 11, 23, &hh) || s.n < 19 || s.p[13] != ':' ||
		    !two(s, 14, 59, &mm) || s.p[16] != ':' || !two(s, 17, 60, &ss))
			return false;
		size_t at = 19;
		if (at < s.n && s.p[at] == '.')
			for (at++; at < s.n && dd_is_digit(s.p[at]);)
				at++;
		struct dd_str zone = dd_str_skip(s, at);
		if (zone.n == 6 && (zone.p[0] == '+' || zone.p[0] == '-')) {
			sign = zone.p[0] == '+' ? 1 : -1;
			if (!two(zone, 1, 23, &zh) || zone.p[3] != ':' || !two(zone, 4, 59, &zm))
				return false;
		} else if (zone.n != 0 && !dd_str_eq(zone, DD_STR("Z"))) {
			return false;
		}
	}
	*ret_unix_s = days_from_civil((int64_t)y, m, d) * 86400 + (int64_t)hh * 3600 + (int64_t)mm * 60 + ss -
		      sign * ((int64_t)zh * 3600 + (int64_t)zm * 60);
	return true;
}

static unsigned columns(uint32_t cp)
{
	if ((cp >= 0x300 && cp < 0x370) || (cp >= 0x1ab0 && cp < 0x1b00) || (cp >= 0x20d0 && cp < 0x2100) ||
	    (cp >= 0xfe00 && cp < 0xfe10) || (cp >= 0xfe20 && cp < 0xfe30))
		return 0;
	if ((cp >= 0x1100 && cp < 0x1160) || (cp >= 0x2e80 && cp < 0xa4d0) || (cp >= 0xac00 && cp < 0xd7a4) ||
	    (cp >= 0xf900 && cp < 0xfb00) || (cp >= 0xfe30 && cp < 0xfe70) || (cp >= 0xff00 && cp < 0xff61) ||
	    (cp >= 0xffe0 && cp < 0xffe7) || (cp >= 0x1f300 && cp < 0x1f650) || (cp >= 0x1f900 && cp < 0x1fa00) ||
	    (cp >= 0x20000 && cp < 0x3fffe))
		return 2;
	return 1;
}

size_t dd_text_width(struct dd_str s)
{
	size_t width = 0;
	for (size_t i = 0; i < s.n;) {
		struct dd_str at = dd_str_skip(s, i);
		size_t len = dd_utf8_len(at);
		width += len ? columns(decode(at, len)) : 1;
		i += len ? len : 1;
	}
	return width;
}
