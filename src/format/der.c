/* SPDX-License-Identifier: Apache-2.0 */
/* element = tag(1) length content. Length: one byte below 0x80, or 0x80 + n and n bytes, big-endian, no more than
 * needed. Source: ITU-T X.690 (02/2021), 8.1 and 10.1. */
#include "format/der.h"

bool dd_der_next(struct dd_str *s, unsigned *ret_tag, struct dd_str *ret_value)
{
	const unsigned char *p = (const unsigned char *)s->p;
	if (s->n < 2 || (p[0] & 0x1f) == 0x1f) /* tags of several bytes */
		return false;
	size_t head = 2, length = p[1];
	if (length >= 0x80) {
		size_t n = length & 0x7f;
		if (n < 1 || n > 4 || s->n < 2 + n || p[2] == 0)
			return false;
		length = 0;
		for (size_t i = 0; i < n; i++)
			length = length << 8 | p[2 + i];
		if (length < 0x80)
			return false;
		head += n;
	}
	if (length > s->n - head)
		return false;
	*ret_tag = p[0];
	*ret_value = dd_str_take(dd_str_skip(*s, head), length);
	*s = dd_str_skip(*s, head + length);
	return true;
}

bool dd_der_expect(struct dd_str *s, enum dd_der_tag tag, struct dd_str *ret_value)
{
	unsigned found;
	struct dd_str rest = *s, value;
	if (!dd_der_next(&rest, &found, &value) || found != (unsigned)tag)
		return false;
	*s = rest;
	*ret_value = value;
	return true;
}

bool dd_der_number(struct dd_str *s, struct dd_str *ret_magnitude)
{
	struct dd_str rest = *s, v;
	if (!dd_der_expect(&rest, DD_DER_INTEGER, &v) || v.n == 0 || (v.p[0] & 0x80))
		return false;
	if (v.p[0] == 0) {
		if (v.n > 1 && !(v.p[1] & 0x80))
			return false;
		v = dd_str_skip(v, 1);
	}
	*s = rest;
	*ret_magnitude = v;
	return true;
}
