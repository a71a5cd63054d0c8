/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"

enum dd_code dd_buf_reserve(struct dd_buf *b, size_t n)
{
	size_t want;
	if (b->failed)
		return DD_ELIMIT;
	if (__builtin_add_overflow(b->n, n, &want) || want > b->max) {
		b->failed = true;
		return DD_ELIMIT;
	}
	if (want <= b->cap)
		return DD_OK;
	size_t cap = b->cap ? b->cap + b->cap / 2 : 64;
	if (cap < want)
		cap = want;
	if (cap > b->max)
		cap = b->max;
	char *p = dd_realloc_array(b->p, cap, 1);
	if (!p) {
		b->failed = true;
		return DD_ENOMEM;
	}
	b->p = p;
	b->cap = cap;
	return DD_OK;
}

enum dd_code dd_buf_add(struct dd_buf *b, const void *p, size_t n)
{
	if (b->failed || n > b->cap - b->n || n > b->max - b->n)
		DD_TRY(dd_buf_reserve(b, n));
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	return DD_OK;
}

enum dd_code dd_buf_add_str(struct dd_buf *b, struct dd_str s)
{
	return dd_buf_add(b, s.p, s.n);
}

enum dd_code dd_buf_add_c(struct dd_buf *b, const char *c)
{
	return dd_buf_add(b, c, strlen(c));
}

enum dd_code dd_buf_addf(struct dd_buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	enum dd_code code = n < 0 ? DD_EARG : DD_OK;
	if (code == DD_OK && (size_t)n < sizeof small) {
		code = dd_buf_add(b, small, (size_t)n);
	} else if (code == DD_OK) {
		/* One byte more for the NUL that vsnprintf writes; b->max may be passed by that byte only. */
		size_t max = b->max;
		b->max = max < SIZE_MAX ? max + 1 : max;
		code = dd_buf_reserve(b, (size_t)n + 1);
		b->max = max;
		if (code == DD_OK) {
			(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
			b->n += (size_t)n;
		}
	}
	va_end(again);
	return code;
}

enum dd_code dd_buf_add_escaped(struct dd_buf *b, struct dd_str s)
{
	for (size_t i = 0; i < s.n;) {
		char piece[8];
		size_t used;
		size_t len = dd_escape_one(dd_str_skip(s, i), "", piece, &used);
		DD_TRY(dd_buf_add(b, piece, len));
		i += used;
	}
	return DD_OK;
}

enum dd_code dd_buf_add_varint(struct dd_buf *b, uint64_t v)
{
	unsigned char out[10];
	size_t n = 0;
	while (v >= 0x80) {
		out[n++] = (unsigned char)(v | 0x80);
		v >>= 7;
	}
	out[n++] = (unsigned char)v;
	return dd_buf_add(b, out, n);
}

void dd_buf_clear(struct dd_buf *b)
{
	b->n = 0;
	b->failed = false;
}

void dd_buf_done(struct dd_buf *b)
{
	dd_free(b->p);
	*b = DD_BUF_INIT(b->max);
}

struct dd_str dd_buf_str(const struct dd_buf *b)
{
	return (struct dd_str){ b->p, b->n };
}

const char *dd_buf_c(struct dd_buf *b)
{
	size_t max = b->max;
	b->max = max < SIZE_MAX ? max + 1 : max;
	enum dd_code code = dd_buf_reserve(b, 1);
	b->max = max;
	if (code != DD_OK)
		return NULL;
	b->p[b->n] = '\0';
	return b->p;
}

enum dd_code dd_buf_check(const struct dd_buf *b, const char *what, struct dd_err *err)
{
	if (!b->failed)
		return DD_OK;
	if (b->n >= b->max || b->max - b->n < 65536)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s is larger than its limit of %zu bytes", what, b->max);
	return dd_fail(err, DD_ENOMEM, DD_NO_OFFSET, "%s: out of memory or over its limit of %zu bytes", what, b->max);
}
