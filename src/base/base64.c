/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

/* The value of each character of the two alphabets, plus 64: 0 is no such character. */
static const unsigned char values[256] = {
	['A'] = 64,  ['B'] = 65,  ['C'] = 66,  ['D'] = 67,  ['E'] = 68,	 ['F'] = 69,  ['G'] = 70,  ['H'] = 71,
	['I'] = 72,  ['J'] = 73,  ['K'] = 74,  ['L'] = 75,  ['M'] = 76,	 ['N'] = 77,  ['O'] = 78,  ['P'] = 79,
	['Q'] = 80,  ['R'] = 81,  ['S'] = 82,  ['T'] = 83,  ['U'] = 84,	 ['V'] = 85,  ['W'] = 86,  ['X'] = 87,
	['Y'] = 88,  ['Z'] = 89,  ['a'] = 90,  ['b'] = 91,  ['c'] = 92,	 ['d'] = 93,  ['e'] = 94,  ['f'] = 95,
	['g'] = 96,  ['h'] = 97,  ['i'] = 98,  ['j'] = 99,  ['k'] = 100, ['l'] = 101, ['m'] = 102, ['n'] = 103,
	['o'] = 104, ['p'] = 105, ['q'] = 106, ['r'] = 107, ['s'] = 108, ['t'] = 109, ['u'] = 110, ['v'] = 111,
	['w'] = 112, ['x'] = 113, ['y'] = 114, ['z'] = 115, ['0'] = 116, ['1'] = 117, ['2'] = 118, ['3'] = 119,
	['4'] = 120, ['5'] = 121, ['6'] = 122, ['7'] = 123, ['8'] = 124, ['9'] = 125, ['+'] = 126, ['/'] = 127,
	['-'] = 126, ['_'] = 127,
};

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
		unsigned v = values[(unsigned char)s.p[i]];
		ok = v != 0;
		bits = bits << 6 | (v & 63);
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
