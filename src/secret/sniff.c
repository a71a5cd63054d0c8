/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/sniff.h"

/* Control bytes that text has, too: BS TAB LF VT FF CR ESC. */
static bool is_text_control(unsigned char b)
{
	return (b >= 8 && b <= 13) || b == 0x1b;
}

/* UTF-16 of mostly ASCII: every second byte is zero. */
static enum dd_text_kind utf16(struct dd_str head)
{
	size_t zero[2] = { 0 }, pairs = head.n / 2;
	const unsigned char *b = (const unsigned char *)head.p;
	bool le = pairs && b[0] == 0xff && b[1] == 0xfe, be = pairs && b[0] == 0xfe && b[1] == 0xff;
	if (le && pairs > 1 && b[2] == 0 && b[3] == 0) /* UTF-32 */
		return DD_TEXT_NONE;
	if (le || be)
		return le ? DD_TEXT_UTF16LE : DD_TEXT_UTF16BE;
	for (size_t i = 0; i < 2 * pairs; i++)
		zero[i & 1] += b[i] == 0;
	if (pairs < 8)
		return DD_TEXT_NONE;
	if (zero[1] >= pairs - pairs / 8 && zero[0] <= pairs / 64)
		return DD_TEXT_UTF16LE;
	if (zero[0] >= pairs - pairs / 8 && zero[1] <= pairs / 64)
		return DD_TEXT_UTF16BE;
	return DD_TEXT_NONE;
}

enum dd_text_kind dd_sniff(struct dd_str head)
{
	size_t control = 0;
	bool bom = head.n >= 2 &&
		   ((head.p[0] == '\xff' && head.p[1] == '\xfe') || (head.p[0] == '\xfe' && head.p[1] == '\xff'));
	if (bom || (head.n && memchr(head.p, 0, head.n)))
		return utf16(head);
	for (size_t i = 0; i < head.n; i++) {
		unsigned char b = (unsigned char)head.p[i];
		control += b < 0x20 && !is_text_control(b);
	}
	/* A stray byte makes no program of a text. */
	return control > 1 && control > head.n / 32 ? DD_TEXT_NONE : DD_TEXT_BYTES;
}

void dd_utf16_units(enum dd_text_kind kind, const char *from, size_t n, char *out)
{
	size_t high = kind == DD_TEXT_UTF16LE;
	for (size_t i = 0; i < n; i++) {
		unsigned char h = (unsigned char)from[2 * i + high], l = (unsigned char)from[2 * i + 1 - high];
		out[i] = (char)(h == 0 ? l : l | 0x80);
	}
}

/* Sixteen bytes at once: lines are counted over all text that is longer than one window. */
typedef unsigned char dd_bytes16 __attribute__((vector_size(16)));

size_t dd_count_lines(struct dd_str text, size_t *ret_last)
{
	size_t n = 0, i = 0;
	while (text.n - i >= 16) {
		dd_bytes16 sum = { 0 };
		for (unsigned rounds = 0; rounds < 255 && text.n - i >= 16; rounds++, i += 16) {
			dd_bytes16 v;
			memcpy(&v, text.p + i, sizeof v);
			sum -= (dd_bytes16)(v == '\n');
		}
		for (unsigned k = 0; k < 16; k++)
			n += sum[k];
	}
	for (; i < text.n; i++)
		n += text.p[i] == '\n';
	if (n)
		*ret_last = dd_str_rfind(text, '\n');
	return n;
}
