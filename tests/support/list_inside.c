/* SPDX-License-Identifier: Apache-2.0 */
/* `list-inside FILE [SPOOL]`: what src/secret finds inside the file, one line a piece: "piece", inner path in
 * hexadecimal digits, size that was said (-1: none), bytes, SHA-256, "left" or "-", and for small pieces their bytes in
 * hexadecimal digits; or "problem", text. The kind first. */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/io.h"
#include "format/digest.h"
#include "secret/inside.h"

enum { SHOWN_BYTES = 256 << 10 };

struct listing {
	struct dd_hasher *hasher;
	struct dd_buf shown, inner;
	uint64_t n, size;
	bool left_over;
};

static void hex(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		printf("%02x", (unsigned char)s.p[i]);
}

static enum dd_code open_piece(void *ctx, struct dd_str inner, uint64_t size, bool left_over, struct dd_err *err)
{
	struct listing *l = ctx;
	l->n = 0;
	l->size = size;
	l->left_over = left_over;
	dd_buf_clear(&l->shown);
	dd_buf_clear(&l->inner);
	(void)dd_buf_add_str(&l->inner, inner);
	return dd_hasher_new(DD_SHA256, &l->hasher, err);
}

static enum dd_code feed(void *ctx, struct dd_str block, struct dd_err *err)
{
	struct listing *l = ctx;
	l->n += block.n;
	(void)dd_buf_add_str(&l->shown, dd_str_take(block, SHOWN_BYTES - l->shown.n));
	return dd_hasher_add(l->hasher, block, err);
}

static enum dd_code close_piece(void *ctx, struct dd_err *err)
{
	struct listing *l = ctx;
	struct dd_digest d;
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_hasher_end(l->hasher, &d, err));
	dd_hasher_freep(&l->hasher);
	printf("piece .");
	hex(dd_buf_str(&l->inner));
	printf(" %" PRId64 " %" PRIu64 " %s %s .", (int64_t)l->size, l->n, dd_digest_text(&d, text),
	       l->left_over ? "left" : "-");
	if (l->n <= SHOWN_BYTES)
		hex(dd_buf_str(&l->shown));
	printf("\n");
	return DD_OK;
}

static enum dd_code problem(void *ctx, uint64_t offset, struct dd_str text, struct dd_err *err)
{
	(void)ctx, (void)err;
	printf("problem %" PRId64 " %.*s\n", (int64_t)offset, DD_FMT(text));
	return DD_OK;
}

int main(int argc, char **argv)
{
	struct listing l = { .shown = DD_BUF_INIT(SHOWN_BYTES), .inner = DD_BUF_INIT(SHOWN_BYTES) };
	const struct dd_inside_visitor visitor = { &l, open_piece, feed, close_piece, problem };
	DD_CLEANUP(dd_map_file_done) struct dd_map_file map = { 0 };
	struct dd_err err = { .code = DD_OK };
	if (argc < 2)
		return 2;
	if (dd_map_file_open(&map, argv[1], UINT64_MAX, &err) != DD_OK) {
		printf("error %s\n", err.message);
		return 1;
	}
	struct dd_str path = dd_str_from(argv[1]);
	enum dd_inside_kind kind = dd_inside_kind(path, dd_str_take(map.bytes, DD_INSIDE_HEAD_BYTES));
	printf("kind %d\n", (int)kind);
	if (kind != DD_INSIDE_NONE &&
	    dd_inside_each(path, map.bytes, kind, argc > 2 ? argv[2] : NULL, &visitor, &err) != DD_OK)
		printf("error %s\n", err.message);
	dd_buf_done(&l.shown);
	dd_buf_done(&l.inner);
	return 0;
}
