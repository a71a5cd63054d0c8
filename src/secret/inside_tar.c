/* SPDX-License-Identifier: Apache-2.0 */
/* Members of tar archives (format/tar.h). What stands behind the end mark is searched, too: tar and runtimes do not
 * look there, so that a second archive or anything else may. */
#include "base/limits.h"
#include "format/tar.h"
#include "secret/inside_parts.h"

struct entry_stream {
	struct dd_stream base;
	struct dd_tar *tar;
	bool failed; /* which was told of the member */
};

static enum dd_code entry_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct entry_stream *s = (struct entry_stream *)base;
	enum dd_code code = dd_tar_read(s->tar, ret_block, err);
	s->failed |= code != DD_OK;
	return code;
}

static void entry_free(struct dd_stream *base)
{
	(void)base; /* on the stack */
}

static struct dd_str plain_name(struct dd_str path)
{
	while (dd_str_starts(path, DD_STR("./")) || dd_str_starts(path, DD_STR("/")))
		path = dd_str_skip(path, path.p[0] == '/' ? 1 : 2);
	return path.n ? path : DD_STR(".");
}

static enum dd_code read_entry(struct dd_inside *in, struct dd_tar *tar, const struct dd_tar_entry *e, bool *ret_failed,
			       struct dd_err *err)
{
	static const struct dd_stream_ops ops = { entry_next, entry_free };
	struct entry_stream s = { { &ops }, tar, false };
	struct dd_str name = plain_name(e->path);
	if (e->type != DD_TAR_FILE || e->size == 0)
		return DD_OK;
	/* A header can promise more holes than all limits allow; the members behind it are read all the same. */
	if (e->size > e->stored_bytes && e->size - e->stored_bytes > DD_INSIDE_GRACE_BYTES)
		return dd_inside_problem(in, e->offset, err, "%s: has more holes than are searched", DD_QUOTE(name));
	DD_TRY(dd_inside_member(in, name, e->size, &s.base, err));
	*ret_failed = s.failed;
	return DD_OK;
}

static enum dd_code read_entries(struct dd_inside *in, struct dd_tar *tar, struct dd_err *err)
{
	struct dd_err why;
	struct dd_tar_entry e;
	bool failed = false;
	while (!in->exhausted && !failed) {
		enum dd_code code = dd_tar_next(tar, &e, &why);
		if (code == DD_OK && e.type == DD_TAR_END)
			return DD_OK;
		if (code == DD_OK)
			DD_TRY(read_entry(in, tar, &e, &failed, err));
		else
			DD_TRY(dd_inside_failed(in, DD_STR(""), &why, err));
		if (code != DD_OK && code != DD_ELIMIT) /* format/tar.h: behind a limit it may go on */
			return DD_OK;
	}
	return DD_OK;
}

enum dd_code dd_inside_tar(struct dd_inside *in, struct dd_stream *s, struct dd_err *err)
{
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	DD_TRY(dd_tar_new(s, &tar, err));
	struct dd_inside_reader rest;
	DD_TRY(read_entries(in, tar, err));
	dd_inside_reader_init(&rest, s, dd_tar_rest(tar));
	return in->exhausted ? DD_OK : dd_inside_rest(in, &rest, err);
}
