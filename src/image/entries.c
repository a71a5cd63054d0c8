/* SPDX-License-Identifier: Apache-2.0 */
/* One entry is: varint shared bytes with the path before, varint length of the rest, the rest; a byte of type and
 * flags; varints mode, uid, gid, size; for links varint length and target. */
#include "image/entries.h"

#include "base/limits.h"

enum { FLAG_CAPABILITIES = 0x80, TYPE_MASK = 0x0f };

static bool has_link(enum dd_entry_type t)
{
	return t == DD_ENTRY_SYMLINK || t == DD_ENTRY_HARDLINK;
}

enum dd_code dd_entries_add(struct dd_entries_writer *w, const struct dd_entry *e)
{
	size_t shared = 0;
	if (e->path.n > DD_PATH_MAX || e->link.n > DD_PATH_MAX)
		return DD_ELIMIT;
	while (shared < e->path.n && shared < w->last.n && e->path.p[shared] == w->last.p[shared])
		shared++;
	struct dd_str rest = dd_str_skip(e->path, shared);
	DD_TRY(dd_buf_add_varint(w->out, shared));
	DD_TRY(dd_buf_add_varint(w->out, rest.n));
	DD_TRY(dd_buf_add_str(w->out, rest));
	DD_TRY(dd_buf_add_char(w->out, (char)((unsigned)e->type | (e->capabilities ? FLAG_CAPABILITIES : 0u))));
	DD_TRY(dd_buf_add_varint(w->out, e->mode));
	DD_TRY(dd_buf_add_varint(w->out, e->uid));
	DD_TRY(dd_buf_add_varint(w->out, e->gid));
	DD_TRY(dd_buf_add_varint(w->out, e->size));
	if (has_link(e->type)) {
		DD_TRY(dd_buf_add_varint(w->out, e->link.n));
		DD_TRY(dd_buf_add_str(w->out, e->link));
	}
	w->last.n = shared;
	return dd_buf_add_str(&w->last, rest);
}

void dd_entries_writer_done(struct dd_entries_writer *w)
{
	dd_buf_done(&w->last);
}

static bool next_str(struct dd_str *rest, struct dd_str *ret)
{
	uint64_t n;
	if (!dd_varint_next(rest, &n) || n > rest->n || n > DD_PATH_MAX)
		return false;
	*ret = dd_str_take(*rest, (size_t)n);
	*rest = dd_str_skip(*rest, (size_t)n);
	return true;
}

enum dd_code dd_entries_next(struct dd_entries_reader *r, struct dd_entry *ret, bool *ret_more)
{
	struct dd_entry e = { 0 };
	struct dd_str rest = r->rest, tail;
	uint64_t shared, mode;
	if (rest.n == 0) {
		*ret_more = false;
		return DD_OK;
	}
	if (!dd_varint_next(&rest, &shared) || shared > r->last.n || !next_str(&rest, &tail) || rest.n == 0)
		return DD_EPARSE;
	unsigned char head = (unsigned char)rest.p[0];
	rest = dd_str_skip(rest, 1);
	if ((head & TYPE_MASK) >= DD_ENTRY_TYPE_COUNT || !dd_varint_next(&rest, &mode) || mode > 07777 ||
	    !dd_varint_next(&rest, &e.uid) || !dd_varint_next(&rest, &e.gid) || !dd_varint_next(&rest, &e.size))
		return DD_EPARSE;
	e.type = (enum dd_entry_type)(head & TYPE_MASK);
	e.capabilities = head & FLAG_CAPABILITIES;
	e.mode = (uint32_t)mode;
	if (has_link(e.type) && !next_str(&rest, &e.link))
		return DD_EPARSE;
	r->last.n = (size_t)shared;
	DD_TRY(dd_buf_add_str(&r->last, tail));
	r->rest = rest;
	e.path = dd_buf_str(&r->last);
	*ret = e;
	*ret_more = true;
	return DD_OK;
}

void dd_entries_reader_done(struct dd_entries_reader *r)
{
	dd_buf_done(&r->last);
}

enum dd_clean dd_clean_path(struct dd_str raw, struct dd_buf *out)
{
	enum dd_clean result = DD_CLEAN_SAME;
	size_t depth = 0;
	dd_buf_clear(out);
	for (struct dd_str rest = raw, part; dd_str_next(&rest, '/', &part);) {
		if (part.n == 0 || dd_str_eq(part, DD_STR(".")))
			continue;
		if (dd_str_eq(part, DD_STR(".."))) {
			if (out->n == 0)
				result = DD_CLEAN_ESCAPES;
			size_t slash = dd_str_rfind(dd_buf_str(out), '/');
			out->n = slash < out->n ? slash : 0;
			depth -= depth > 0;
			continue;
		}
		if (++depth > DD_PATH_DEPTH_MAX)
			return DD_CLEAN_TOO_DEEP;
		if (out->n)
			(void)dd_buf_add_char(out, '/');
		(void)dd_buf_add_str(out, part);
	}
	/* A name is never longer clean than raw: only memory can be short. */
	return out->failed ? DD_CLEAN_NO_MEMORY : result;
}
