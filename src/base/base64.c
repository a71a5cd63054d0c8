/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (dd_is_digit(c))
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool dd_base64_decode(struct dd_str text, struct dd_buf *out)
{
	struct dd_str s = text;
	while (s.n && s.p[s.n - 1] == '=' && text.n - s.n < 2)
		s = dd_str_take(s, s.n - 1);
	uint32_t bits = 0;
	bool ok = s.n % 4 != 1 && (s.n == text.n || text.n % 4 == 0) &&
		  dd_buf_reserve(out, s.n / 4 * 3 + (s.n % 4 ? s.n % 4 - 1 : 0)) == DD_OK;
	size_t at = out->n;
	for (size_t i = 0; i < s.n && ok; i++) {
		int v = value_of(s.p[i]);
		ok = v >= 0;
		bits = bits << 6 | (uint32_t)(v & 63);
		/* From the second character of four on, each completes a byte. */
		if (i % 4)
			out->p[at++] = (char)(bits >> (6 - i % 4 * 2));
	}
	if (ok && s.n % 4)
		ok = (bits & (s.n % 4 == 2 ? 15U : 3U)) == 0;
	if (ok)
		out->n = at;
	return ok;
}

enum dd_code dd_base64_encode(struct dd_str bytes, struct dd_buf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t n = bytes.n - i < 3 ? bytes.n - i : 3; /* bytes in this group of four characters */
		uint32_t bits = 0;
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (unsigned char)bytes.p[i + k] : 0U);
		char group[4];
		for (size_t k = 0; k < 4; k++)
			group[k] = k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
		(void)dd_buf_add(out, group, sizeof group);
	}
	return out->failed ? DD_ELIMIT : DD_OK;
}
