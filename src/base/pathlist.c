/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pathlist.h"
#include "base/limits.h"

enum dd_code dd_pathlist_add(struct dd_pathlist_writer *w, struct dd_str path)
{
	size_t shared = 0;
	if (path.n > DD_PATH_MAX)
		return DD_ELIMIT;
	while (shared < path.n && shared < w->last.n && path.p[shared] == w->last.p[shared])
		shared++;
	DD_TRY(dd_buf_add_varint(w->out, shared));
	DD_TRY(dd_buf_add_varint(w->out, path.n - shared));
	DD_TRY(dd_buf_add(w->out, path.p + shared, path.n - shared));
	w->last.n = shared;
	return dd_buf_add(&w->last, path.p + shared, path.n - shared);
}

void dd_pathlist_writer_done(struct dd_pathlist_writer *w)
{
	dd_buf_done(&w->last);
}

bool dd_varint_next(struct dd_str *rest, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < rest->n && i < 10; i++) {
		uint64_t byte = (unsigned char)rest->p[i];
		if (i == 9 && byte > 1)
			return false;
		v |= (byte & 0x7f) << (7 * i);
		if (!(byte & 0x80)) {
			*rest = dd_str_skip(*rest, i + 1);
			*ret = v;
			return true;
		}
	}
	return false;
}

enum dd_code dd_pathlist_next(struct dd_pathlist_reader *r, struct dd_str *ret_path, bool *ret_more)
{
	uint64_t shared, left;
	if (r->rest.n == 0) {
		*ret_more = false;
		return DD_OK;
	}
	if (!dd_varint_next(&r->rest, &shared) || !dd_varint_next(&r->rest, &left) || shared > r->last.n ||
	    left > r->rest.n)
		return DD_EPARSE;
	r->last.n = (size_t)shared;
	DD_TRY(dd_buf_add(&r->last, r->rest.p, (size_t)left));
	r->rest = dd_str_skip(r->rest, (size_t)left);
	*ret_path = dd_buf_str(&r->last);
	*ret_more = true;
	return DD_OK;
}

void dd_pathlist_reader_done(struct dd_pathlist_reader *r)
{
	dd_buf_done(&r->last);
}
