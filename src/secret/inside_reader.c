/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "secret/inside_parts.h"

static enum dd_code take_block(struct dd_inside_reader *r, uint64_t most, struct dd_str *ret, struct dd_err *err)
{
	if (!r->block.n)
		DD_TRY(dd_stream_next(r->from, &r->block, err));
	*ret = dd_str_take(r->block, most < SIZE_MAX ? (size_t)most : SIZE_MAX);
	r->block = dd_str_skip(r->block, ret->n);
	r->at += ret->n;
	return DD_OK;
}

static enum dd_code part_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct dd_inside_reader *r = (struct dd_inside_reader *)base;
	struct dd_str block = DD_STR("");
	if (r->left)
		DD_TRY(take_block(r, r->left, &block, err));
	if (r->left && r->left != UINT64_MAX) {
		if (!block.n)
			return dd_fail(err, DD_EPARSE, r->at, "truncated: %llu bytes are missing",
				       (unsigned long long)r->left);
		r->left -= block.n;
	}
	*ret_block = block;
	return DD_OK;
}

static void part_free(struct dd_stream *base)
{
	(void)base; /* its owner's */
}

void dd_inside_reader_init(struct dd_inside_reader *r, struct dd_stream *from, struct dd_str first)
{
	static const struct dd_stream_ops ops = { part_next, part_free };
	*r = (struct dd_inside_reader){ { &ops }, from, first, 0, 0 };
}

enum dd_code dd_inside_reader_take(struct dd_inside_reader *r, char *out, uint64_t n, uint64_t *ret_n,
				   struct dd_err *err)
{
	uint64_t done = 0;
	while (done < n) {
		struct dd_str block;
		DD_TRY(take_block(r, n - done, &block, err));
		if (!block.n)
			break;
		if (out)
			memcpy(out + done, block.p, block.n);
		done += block.n;
	}
	*ret_n = done;
	return DD_OK;
}

void dd_inside_reader_part(struct dd_inside_reader *r, uint64_t n)
{
	r->left = n;
}

/* Up to the first byte that is not zero; false: there is none. */
static enum dd_code pass_zeros(struct dd_inside_reader *r, bool *ret_more, struct dd_err *err)
{
	for (;;) {
		struct dd_str block;
		DD_TRY(take_block(r, UINT64_MAX, &block, err));
		size_t i = 0;
		while (i < block.n && block.p[i] == 0)
			i++;
		if (i < block.n || !block.n) {
			r->block = dd_str_skip(block, i);
			r->at -= r->block.n;
			*ret_more = block.n != 0;
			return DD_OK;
		}
	}
}

enum dd_code dd_inside_rest(struct dd_inside *in, struct dd_inside_reader *r, struct dd_err *err)
{
	struct dd_err why;
	bool more;
	if (pass_zeros(r, &more, &why) != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	dd_inside_reader_part(r, UINT64_MAX);
	return more ? dd_inside_member(in, DD_STR("(behind the archive)"), UINT64_MAX, &r->base, err) : DD_OK;
}
