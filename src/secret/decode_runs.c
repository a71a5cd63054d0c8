/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of base64 and hexadecimal. A run shorter than RUN_MIN is passed over in steps of RUN_MIN: only one byte of each
 * step is looked at where it is no character of the coding. What a run decodes to is looked at before it is decoded as
 * a whole: its first PROBE_BYTES are text, or start a compressed stream, or are UTF-16. Where a run starts with
 * something else (a path, a name), its middle tells at which of the four characters of a group it stands. Lines are
 * joined when all but the last are of one length, at least LINE_MIN: RFC 2045 has 76, PEM 64; between them stand line
 * ends, indentation, quotes and operators of programming languages. */
#include <endian.h>

#include "base/text.h"
#include "secret/decode_parts.h"

enum {
	BASE64_MIN = 16, /* 12 bytes: "user:password" */
	HEX_MIN = 32,
	PROBE_BYTES = 12,
	MIDDLE_MIN = 40,
	LINE_MIN = 40,
	JOINT_MAX = 96, /* characters between two lines */
	GROUPS_MAX = DD_DECODE_PIECE_BYTES_MAX / 3,
};

enum { NO = 0 };
/* One more than the value of a character, in both alphabets of base64; NO: none. */
static const unsigned char base64_value[256] = {
	['A'] = 1,  ['B'] = 2,	['C'] = 3,  ['D'] = 4,	['E'] = 5,  ['F'] = 6,	['G'] = 7,  ['H'] = 8,	['I'] = 9,
	['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27,
	['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45,
	['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['-'] = 63, ['/'] = 64, ['_'] = 64,
};
static const unsigned char hex_value[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,	['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static uint32_t sextet(unsigned char c)
{
	return base64_value[c] - 1U;
}

static char hex_byte(const unsigned char *p)
{
	return (char)((hex_value[p[0]] - 1) << 4 | (hex_value[p[1]] - 1));
}

/* The first run of at least min characters at or behind *at. */
static bool find_run(struct dd_str s, const unsigned char *value, size_t min, size_t *at, size_t *ret_end)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = *at;
	while (s.n - i >= min) {
		size_t last = i + min - 1, k = last + 1;
		while (k > i && value[p[k - 1]] != NO)
			k--;
		if (k > i) {
			i = k; /* a run can start here at the earliest */
			continue;
		}
		size_t end = last + 1;
		while (end < s.n && value[p[end]] != NO)
			end++;
		*at = i;
		*ret_end = end;
		return true;
	}
	return false;
}

/* One bit for each of the next (at most) sixteen bytes between '+' and 'z', the first one the lowest: all of base64,
 * and little else that stands in words. */
typedef unsigned char bytes16 __attribute__((vector_size(16)));

static uint64_t wide_bits(const char *p, size_t n)
{
	char last[16] = { 0 };
	uint64_t half[2];
	bytes16 v;
	if (n < sizeof last) {
		memcpy(last, p, n);
		p = last;
	}
	memcpy(&v, p, sizeof v);
	v = (bytes16)(v - '+' <= 'z' - '+');
	memcpy(half, &v, sizeof half);
	for (size_t k = 0; k < 2; k++) /* the highest bits of eight bytes side by side */
		half[k] = (le64toh(half[k]) & UINT64_C(0x8080808080808080)) * UINT64_C(0x0002040810204081) >> 56;
	return half[0] | half[1] << 8;
}

/* The first run of base64 at or behind *at. All text goes through here: no branch depends on it until sixteen bytes
 * stand together that may be one. */
static bool find_base64(struct dd_str s, size_t *at, size_t *ret_end)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint64_t bits = 0;
	for (size_t i = *at; i < s.n; i += 16) {
		bits = bits >> 16 | wide_bits(s.p + i, s.n - i) << 48;
		uint64_t run = bits & bits >> 1;
		run &= run >> 2;
		run &= run >> 4;
		run &= run >> 8;
		if (!run)
			continue;
		size_t start = i + (size_t)__builtin_ctzll(run) - 48, end = start + BASE64_MIN;
		while (end < s.n && p[end] >= '+' && p[end] <= 'z')
			end++;
		if (find_run(dd_str_take(s, end), base64_value, BASE64_MIN, &start, ret_end)) {
			*at = start;
			return true;
		}
		i = end - 16; /* nothing before end can be of another run */
		bits = 0;
	}
	return false;
}

size_t dd_text_prefix(struct dd_str s)
{
	size_t i = 0;
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x80) {
			struct dd_str rest = dd_str_skip(s, i);
			size_t n = dd_utf8_len(rest);
			if (!n)
				return c >= 0xc2 && c <= 0xf4 && rest.n < 4 ? s.n : i;
			i += n;
		} else if (c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r') {
			i++;
		} else {
			return i;
		}
	}
	return i;
}

/* Decodes PROBE_BYTES from 16 characters that are all of the alphabet. */
static void probe(const char *p, char out[PROBE_BYTES])
{
	const unsigned char *u = (const unsigned char *)p;
	for (size_t i = 0, o = 0; o < PROBE_BYTES; i += 4, o += 3) {
		uint32_t bits = sextet(u[i]) << 18 | sextet(u[i + 1]) << 12 | sextet(u[i + 2]) << 6 | sextet(u[i + 3]);
		out[o] = (char)(bits >> 16);
		out[o + 1] = (char)(bits >> 8);
		out[o + 2] = (char)bits;
	}
}

static bool is_wrapped(const char *p)
{
	static const struct dd_str gzip = { "\x1f\x8b\x08", 3 };
	char bytes[PROBE_BYTES];
	probe(p, bytes);
	struct dd_str s = { bytes, sizeof bytes };
	if (dd_text_prefix(s) == s.n)
		return true;
	bool zlib = (bytes[0] & 0x8f) == 0x08 &&
		    ((unsigned)(unsigned char)bytes[0] * 256 + (unsigned char)bytes[1]) % 31 == 0 && bytes[0] == 0x78;
	return zlib || dd_str_starts(s, gzip) || dd_secret_utf16_detect(s) != DD_UTF16_NO;
}

/* Upper and lower case in the first characters: base64 of any text has both. */
static bool has_both_cases(const char *p)
{
	unsigned seen = 0;
	for (size_t i = 0; i < BASE64_MIN; i++)
		seen |= p[i] >= 'a' && p[i] <= 'z' ? 1U : p[i] >= 'A' && p[i] <= 'Z' ? 2U : 0U;
	return seen == 3;
}

static bool group_is_text(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	uint32_t a = sextet(u[0]), b = sextet(u[1]), c = sextet(u[2]), d = sextet(u[3]);
	uint32_t bytes[3] = { a << 2 | b >> 4, (b & 15) << 4 | c >> 2, (c & 3) << 6 | d };
	for (size_t i = 0; i < 3; i++)
		if ((bytes[i] < 0x20 && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r') || bytes[i] >= 0x7f)
			return false;
	return true;
}

/* The run does not start wrapped: where in it does something wrapped start? */
static bool start_inside(struct dd_str s, size_t *from, size_t end)
{
	size_t middle = *from + (end - *from) / 2;
	for (size_t phase = 0; phase < 4 && middle + phase + 16 <= end; phase++) {
		size_t at = middle + phase;
		if (!has_both_cases(s.p + at) || !is_wrapped(s.p + at))
			continue;
		while (at >= *from + 4 && group_is_text(s.p + at - 4))
			at -= 4;
		*from = at;
		return true;
	}
	return false;
}

/* Behind a line of a wrapped text: passes what may stand between two lines; at least one line end, real or written as
 * an escape. 0: this is the end. */
static size_t joint(struct dd_str s, size_t at)
{
	bool line_end = false;
	size_t i = at;
	for (; i < s.n && i - at < JOINT_MAX; i++) {
		char c = s.p[i];
		if (c == '\\' && i + 1 < s.n && (s.p[i + 1] == 'n' || s.p[i + 1] == 'r')) {
			line_end = true;
			i++;
		} else if (c == '\n' || c == '\r') {
			line_end = true;
		} else if (c != ' ' && c != '\t' && c != '"' && c != '\'' && c != '\\' && c != '#' && c != '*' &&
			   c != '.' && c != '&' && !(c == '+' && !line_end) && c != ',') {
			break;
		}
	}
	return line_end && i < s.n && base64_value[(unsigned char)s.p[i]] != NO ? i : 0;
}

static size_t padded(struct dd_str s, size_t end)
{
	for (int i = 0; i < 2 && end < s.n && s.p[end] == '='; i++)
		end++;
	return end;
}

/* Lines that belong to the one of [from, end). *ret_next: where to look for the next run; in the middle of these lines
 * where they are more than one piece takes. */
static size_t join_lines(struct dd_str s, size_t from, size_t end, size_t *ret_next)
{
	size_t length = end - from, line = length, late = 0;
	*ret_next = 0;
	while (line == length && length >= LINE_MIN && end - from < (size_t)GROUPS_MAX * 4 - JOINT_MAX) {
		size_t next = joint(s, end), to = next;
		while (next && to < s.n && to - next <= length && base64_value[(unsigned char)s.p[to]] != NO)
			to++;
		line = to - next;
		if (!next || line > length)
			break;
		if (!late && next - from > (size_t)GROUPS_MAX * 4 - 2 * DD_DECODE_OVERLAP_BYTES)
			late = next;
		end = to;
	}
	*ret_next = line == length && late && end - from >= (size_t)GROUPS_MAX * 4 - JOINT_MAX ? late : end;
	return end;
}

bool dd_base64_find(struct dd_str s, size_t *at, size_t *ret_from, size_t *ret_to)
{
	size_t from = *at, end;
	while (find_base64(s, &from, &end)) {
		bool starts = has_both_cases(s.p + from) && is_wrapped(s.p + from);
		if (!starts && !(end - from >= MIDDLE_MIN && start_inside(s, &from, end))) {
			from = end;
			continue;
		}
		size_t most = (size_t)GROUPS_MAX * 4;
		if (end - from > most) { /* the next piece starts in a group, some bytes before the end of this one */
			*ret_to = from + most;
			*at = from + most - DD_DECODE_OVERLAP_BYTES / 3 * 4;
		} else {
			*ret_to = padded(s, join_lines(s, from, end, at));
			*at = *at < *ret_to && base64_value[(unsigned char)s.p[*at]] == NO ? *ret_to : *at;
		}
		*ret_from = from;
		return true;
	}
	*at = s.n;
	return false;
}

/* The character at *at of wrapped text, *at moves behind it; NO: it is of a joint. */
static unsigned char next_value(struct dd_str s, size_t *at)
{
	size_t i = (*at)++;
	char c = s.p[i];
	if (c == '\\' && i + 1 < s.n && (s.p[i + 1] == 'n' || s.p[i + 1] == 'r'))
		++*at;
	/* "+" between quotes joins strings of a program */
	else if (c == '+' && i && (s.p[i - 1] == ' ' || s.p[i - 1] == '"' || s.p[i - 1] == '\''))
		return NO;
	return base64_value[(unsigned char)c];
}

bool dd_base64_read(struct dd_str wrapped, struct dd_buf *out)
{
	char chunk[1024];
	size_t n = 0, room = out->max - out->n;
	uint32_t bits = 0;
	unsigned have = 0;
	for (size_t i = 0; i < wrapped.n && room;) {
		unsigned char v = next_value(wrapped, &i);
		if (v == NO)
			continue;
		bits = bits << 6 | (v - 1U);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		chunk[n++] = (char)(bits >> have);
		room--;
		if (n == sizeof chunk) {
			(void)dd_buf_add(out, chunk, n);
			n = 0;
		}
	}
	(void)dd_buf_add(out, chunk, n);
	return !out->failed && out->n > 0;
}

bool dd_hex_find(struct dd_str s, size_t *at, size_t *ret_from, size_t *ret_to)
{
	size_t from = *at, end;
	while (find_run(s, hex_value, HEX_MIN, &from, &end)) {
		char first[HEX_MIN / 2];
		const unsigned char *p = (const unsigned char *)s.p + from;
		unsigned different = 0;
		for (size_t i = 0; i < sizeof first; i++) {
			first[i] = hex_byte(p + 2 * i);
			different += i > 0 && first[i] != first[i - 1];
		}
		struct dd_str head = { first, sizeof first };
		if (dd_text_prefix(head) < head.n || different < 5) {
			from = end;
			continue;
		}
		size_t most = 2 * (size_t)DD_DECODE_PIECE_BYTES_MAX;
		*ret_from = from;
		*ret_to = end - from > most ? from + most : end;
		*at = end - from > most ? *ret_to - 2 * (size_t)DD_DECODE_OVERLAP_BYTES : end;
		return true;
	}
	*at = s.n;
	return false;
}

bool dd_hex_read(struct dd_str wrapped, struct dd_buf *out)
{
	const unsigned char *p = (const unsigned char *)wrapped.p;
	for (size_t i = 0; i + 1 < wrapped.n && out->n < out->max; i += 2)
		(void)dd_buf_add_char(out, hex_byte(p + i));
	return !out->failed && out->n > 0;
}
