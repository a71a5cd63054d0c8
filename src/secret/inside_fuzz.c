/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces do not overlap in time, names are bounded, and all of them together are held by the budget. */
#include "base/err.h"
#include "base/limits.h"
#include "secret/inside.h"

struct seen {
	bool open;
	uint64_t pieces, bytes, problems;
};

static enum dd_code open_piece(void *ctx, struct dd_str inner, uint64_t size, bool left_over, struct dd_err *err)
{
	struct seen *s = ctx;
	(void)size, (void)left_over, (void)err;
	dd_assert(!s->open && inner.n <= DD_INSIDE_NAME_BYTES_MAX);
	s->open = true;
	s->pieces++;
	return DD_OK;
}

static enum dd_code feed(void *ctx, struct dd_str block, struct dd_err *err)
{
	struct seen *s = ctx;
	(void)err;
	dd_assert(s->open && block.n > 0);
	s->bytes += block.n;
	return s->bytes > 32 * DD_MIB ? DD_EARG : DD_OK; /* enough for one run */
}

static enum dd_code close_piece(void *ctx, struct dd_err *err)
{
	struct seen *s = ctx;
	(void)err;
	dd_assert(s->open);
	s->open = false;
	return DD_OK;
}

static enum dd_code problem(void *ctx, uint64_t offset, struct dd_str text, struct dd_err *err)
{
	struct seen *s = ctx;
	(void)offset, (void)err;
	dd_assert(text.n > 0 && ++s->problems <= DD_INSIDE_PROBLEMS_MAX + 1);
	return DD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = { 0 };
	const struct dd_inside_visitor visitor = { &seen, open_piece, feed, close_piece, problem };
	struct dd_str content = { (const char *)data, size }, path = DD_STR("x.jar");
	enum dd_inside_kind kind = dd_inside_kind(path, dd_str_take(content, DD_INSIDE_HEAD_BYTES));
	if (kind != DD_INSIDE_NONE)
		(void)dd_inside_each(path, content, kind, NULL, &visitor, NULL);
	return 0;
}
