/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/inside_scan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"

struct shown {
	struct dd_secret_scanner *scanner;
	const struct dd_secret_file *file;
	struct dd_secret_found *found;
	size_t first;	     /* of found->list: of this file */
	struct dd_buf inner; /* of the piece that is open */
	size_t piece_first;
	bool left_over;
};

static enum dd_code open_piece(void *ctx, struct dd_str inner, uint64_t size, bool left_over, struct dd_err *err)
{
	struct shown *c = ctx;
	struct dd_secret_file piece = { .path = c->file->path, .size = size };
	dd_buf_clear(&c->inner);
	if (dd_buf_add_str(&c->inner, c->file->inner) != DD_OK ||
	    (c->inner.n && inner.n && dd_buf_add_char(&c->inner, '!') != DD_OK) ||
	    dd_buf_add_str(&c->inner, inner) != DD_OK)
		return dd_fail_nomem(err);
	piece.inner = c->inner.n ? dd_buf_str(&c->inner) : DD_STR("");
	c->piece_first = c->found->list.n;
	c->left_over = left_over;
	return dd_secret_open(c->scanner, &piece, c->found, err);
}

static enum dd_code feed_piece(void *ctx, struct dd_str block, struct dd_err *err)
{
	return dd_secret_feed(((struct shown *)ctx)->scanner, block, err);
}

static bool is_known(const struct shown *c, const struct dd_secret *s)
{
	for (size_t i = c->first; i < c->piece_first; i++)
		if (dd_str_eq(c->found->list.p[i].fingerprint, s->fingerprint))
			return true;
	return false;
}

static enum dd_code close_piece(void *ctx, struct dd_err *err)
{
	struct shown *c = ctx;
	DD_TRY(dd_secret_close(c->scanner, err));
	if (!c->left_over)
		return DD_OK;
	size_t kept = c->piece_first;
	for (size_t i = c->piece_first; i < c->found->list.n; i++)
		if (!is_known(c, &c->found->list.p[i]))
			c->found->list.p[kept++] = c->found->list.p[i];
	c->found->list.n = kept;
	return DD_OK;
}

static enum dd_code note_problem(void *ctx, uint64_t offset, struct dd_str text, struct dd_err *err)
{
	struct shown *c = ctx;
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("secrets"), .offset = offset };
	p.text = dd_arena_str(c->found->arena, text);
	if (!p.text.p || !dd_vec_push(&c->found->problems, p, DD_PROBLEMS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static int compare(const void *a, const void *b)
{
	const struct dd_secret *x = a, *y = b;
	int d = dd_str_cmp(x->inner, y->inner);
	if (d == 0)
		d = x->offset < y->offset ? -1 : x->offset > y->offset;
	return d ? d : dd_str_cmp(x->rule, y->rule);
}

enum dd_code dd_inside_scan(struct dd_secret_scanner *s, const struct dd_secret_file *file, struct dd_str content,
			    enum dd_inside_kind kind, const char *spool_dir, struct dd_secret_found *found,
			    struct dd_err *err)
{
	struct shown c = { .scanner = s,
			   .file = file,
			   .found = found,
			   .first = found->list.n,
			   .inner = DD_BUF_INIT(2 * DD_INSIDE_NAME_BYTES_MAX + DD_PATH_MAX) };
	const struct dd_inside_visitor visitor = { &c, open_piece, feed_piece, close_piece, note_problem };
	enum dd_code code = dd_inside_each(file->path, content, kind, spool_dir, &visitor, err);
	dd_buf_done(&c.inner);
	if (found->list.n > c.first)
		qsort(found->list.p + c.first, found->list.n - c.first, sizeof *found->list.p, compare);
	return code;
}
