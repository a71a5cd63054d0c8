/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed files (format/decompress.h). A compressed archive is one level: app.tar.gz!etc/app.conf. What is no
 * archive gets the file's name without what says how it is compressed: the name in a gzip header may be any. */
#include "base/limits.h"
#include "format/decompress.h"
#include "secret/inside_parts.h"

static const char *const endings[] = { ".gz", ".xz", ".zst", ".bz2", ".tgz", ".txz", ".Z", ".lz" };

/* Of the file that is read now. */
static struct dd_str name_inside(const struct dd_inside *in)
{
	struct dd_str name = in->name.n ? dd_buf_str(&in->name) : in->path;
	size_t slash = dd_str_rfind(name, '/'), level;
	if (slash < name.n)
		name = dd_str_skip(name, slash + 1);
	level = dd_str_rfind(name, '!');
	if (level < name.n)
		name = dd_str_skip(name, level + 1);
	for (size_t i = 0; i < DD_COUNT(endings); i++) {
		struct dd_str ending = dd_str_from(endings[i]);
		if (name.n > ending.n && dd_str_ends(name, ending))
			return dd_str_take(name, name.n - ending.n);
	}
	return name.n ? name : DD_STR("content");
}

struct known_stream {
	struct dd_stream base;
	struct dd_stream *from;
	struct dd_str first; /* pulled already */
};

static enum dd_code known_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct known_stream *k = (struct known_stream *)base;
	if (!k->first.n)
		return dd_stream_next(k->from, ret_block, err);
	*ret_block = k->first;
	k->first.n = 0;
	return DD_OK;
}

static void known_free(struct dd_stream *base)
{
	(void)base; /* on the stack */
}

enum dd_code dd_inside_compressed(struct dd_inside *in, struct dd_stream *s, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { known_next, known_free };
	DD_CLEANUP(dd_stream_freep) struct dd_stream *unpacked = NULL;
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_INSIDE_NAME_BYTES_MAX);
	struct known_stream known = { { &ops }, NULL, DD_STR("") };
	struct dd_err why;
	DD_TRY(dd_stream_decompress(s, UINT64_MAX, &unpacked, err));
	/* Its blocks are full but for the last one: the first is enough to know. */
	if (dd_stream_next(unpacked, &known.first, &why) != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	known.from = unpacked;
	enum dd_inside_kind kind = dd_inside_kind(DD_STR(""), dd_str_take(known.first, DD_INSIDE_HEAD_BYTES));
	if (kind == DD_INSIDE_TAR || kind == DD_INSIDE_CPIO)
		return dd_inside_content(in, UINT64_MAX, &known.base, err);
	if (dd_buf_add_str(&name, name_inside(in)) != DD_OK)
		return dd_fail_nomem(err);
	return dd_inside_member(in, dd_buf_str(&name), UINT64_MAX, &known.base, err);
}
