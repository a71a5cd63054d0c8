/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of a git repository: loose ones, and packs (format/git_pack.h).
 *
 * loose object = zlib("blob" | "tree" | "commit" | "tag", " ", decimal size, NUL, content)
 * Trees are names and ids, nothing to search. Source: git 2.39 Documentation/gitformat-pack.txt, object-file.c. */
#include "base/limits.h"
#include "format/zlib_stream.h"
#include "secret/inside_parts.h"

enum { LOOSE_HEAD_MAX = 32 };

static enum dd_code read_loose(struct dd_inside *in, struct dd_inside_reader *r, struct dd_err *err)
{
	char head[LOOSE_HEAD_MAX];
	struct dd_err why = { .code = DD_OK };
	uint64_t n = 0, got = 1, size;
	enum dd_code code = DD_OK;
	do
		code = dd_inside_reader_take(r, head + n, 1, &got, &why);
	while (code == DD_OK && got && head[n] && ++n < sizeof head);
	struct dd_str text = { head, (size_t)n };
	size_t blank = dd_str_find(text, ' ');
	if (code == DD_OK && (!got || n == sizeof head || !dd_str_u64(dd_str_skip(text, blank + 1), UINT64_MAX, &size)))
		code = dd_fail(&why, DD_EPARSE, n, "git object: impossible header");
	if (code != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	if (dd_str_starts(text, DD_STR("tree")))
		return DD_OK;
	dd_inside_reader_part(r, size);
	return dd_inside_member(in, dd_str_take(text, blank), size, &r->base, err);
}

enum dd_code dd_inside_git_object(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_zlib_freep) struct dd_zlib *z = NULL;
	struct dd_inside_reader r;
	DD_TRY(dd_zlib_new(&z, err));
	dd_inside_reader_init(&r, dd_zlib_begin(z, bytes), DD_STR(""));
	return read_loose(in, &r, err);
}
