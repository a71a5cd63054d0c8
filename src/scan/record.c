/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/record.h"

#include "base/pathlist.h"

void dd_record_put_text(struct dd_buf *out, struct dd_str s)
{
	(void)dd_buf_add_varint(out, s.n);
	(void)dd_buf_add_str(out, s);
}

void dd_record_put_texts(struct dd_buf *out, const void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str s;
		memcpy(&s, (const char *)record + at[i], sizeof s);
		dd_record_put_text(out, s);
	}
}

uint64_t dd_record_number(struct dd_record_reader *r, uint64_t max)
{
	uint64_t v = 0;
	if (r->bad || !dd_varint_next(&r->rest, &v) || v > max) {
		r->bad = true;
		return 0;
	}
	return v;
}

struct dd_str dd_record_view(struct dd_record_reader *r)
{
	uint64_t n = dd_record_number(r, r->rest.n);
	if (r->bad || n > r->rest.n) {
		r->bad = true;
		return DD_STR("");
	}
	struct dd_str s = dd_str_take(r->rest, (size_t)n);
	r->rest = dd_str_skip(r->rest, (size_t)n);
	return s;
}

struct dd_str dd_record_text(struct dd_record_reader *r)
{
	struct dd_str s = dd_record_view(r);
	if (s.n == 0)
		return DD_STR("");
	s = dd_arena_str(r->arena, s);
	r->bad = r->bad || !s.p;
	return s.p ? s : DD_STR("");
}

void dd_record_texts(struct dd_record_reader *r, void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str s = dd_record_text(r);
		memcpy((char *)record + at[i], &s, sizeof s);
	}
}
