/* SPDX-License-Identifier: Apache-2.0 */
/* Members of zip archives (format/zip.h) in the order of the directory, and what stands before the first of them: the
 * program or script of an archive that can be run. A member whose name is there twice is shown twice. An archive whose
 * directory cannot be read is shown as it is. */
#include "base/alloc.h"
#include "base/limits.h"
#include "format/zip.h"
#include "secret/inside_parts.h"

struct member_stream {
	struct dd_stream base;
	struct dd_zip *zip;
};

static enum dd_code member_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	return dd_zip_block(((struct member_stream *)base)->zip, ret_block, err);
}

static void member_free(struct dd_stream *base)
{
	(void)base; /* on the stack */
}

static enum dd_code read_member(struct dd_inside *in, struct dd_zip *zip, const struct dd_zip_member *m,
				struct dd_err *err)
{
	static const struct dd_stream_ops ops = { member_next, member_free };
	struct member_stream s = { { &ops }, zip };
	struct dd_str name = m->name.n ? m->name : DD_STR("(no name)"), view;
	if (m->directory || m->size == 0)
		return DD_OK;
	/* In place: a stored jar need not be gathered. Its checksum is not looked at; what is in it is its own. */
	if (dd_zip_stored(zip, m, &view, NULL) == DD_OK &&
	    dd_inside_kind(name, dd_str_take(view, DD_INSIDE_HEAD_BYTES)) == DD_INSIDE_ZIP)
		return dd_inside_member_bytes(in, name, view, err);
	return dd_inside_member(in, name, m->size, &s.base, err);
}

static enum dd_code read_members(struct dd_inside *in, struct dd_zip *zip, uint64_t *ret_first, struct dd_err *err)
{
	struct dd_err why;
	struct dd_zip_member m;
	bool more = true;
	while (!in->exhausted) {
		if (dd_zip_next(zip, &m, &more, &why) != DD_OK)
			return dd_inside_failed(in, DD_STR(""), &why, err);
		if (!more)
			return DD_OK;
		*ret_first = m.at < *ret_first ? m.at : *ret_first;
		DD_TRY(read_member(in, zip, &m, err));
	}
	return DD_OK;
}

enum dd_code dd_inside_zip(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_zip_closep) struct dd_zip *zip = NULL;
	struct dd_err why;
	uint64_t first = UINT64_MAX;
	if (dd_zip_open(bytes, &zip, &why) != DD_OK) {
		DD_TRY(dd_inside_raw(in, DD_STR(""), bytes, false, err));
		if (!dd_str_starts(bytes, DD_STR("PK"))) /* a program or script that carries none after all */
			return DD_OK;
		return dd_inside_failed(in, DD_STR(""), &why, err);
	}
	DD_TRY(read_members(in, zip, &first, err));
	if (first == UINT64_MAX) /* no members at all: nothing of it was shown */
		first = bytes.n;
	return in->exhausted ? DD_OK : dd_inside_raw(in, DD_STR(""), dd_str_take(bytes, (size_t)first), false, err);
}
