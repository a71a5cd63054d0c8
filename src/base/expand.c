/* SPDX-License-Identifier: Apache-2.0 */
#include "base/expand.h"

/* Replaces the first reference at or behind *from that is known; *from moves behind those that are not. */
static bool expand_one(struct dd_buf *text, struct dd_buf *scratch, size_t *from, struct dd_str open, char close,
		       dd_expand_fn *look_up, void *context)
{
	struct dd_str s = dd_buf_str(text), value;
	while (*from < s.n) {
		size_t start = *from + dd_str_search(dd_str_skip(s, *from), open);
		size_t end = start + dd_str_find(dd_str_skip(s, start), close);
		if (start >= s.n || end >= s.n)
			return false;
		struct dd_str name = dd_str_take(dd_str_skip(s, start + open.n), end - start - open.n);
		if (!look_up(context, name, &value)) {
			*from = start + open.n;
			continue;
		}
		dd_buf_clear(scratch);
		(void)dd_buf_add_str(scratch, dd_str_take(s, start));
		(void)dd_buf_add_str(scratch, value);
		(void)dd_buf_add_str(scratch, dd_str_skip(s, end + 1));
		struct dd_buf swap = *text;
		*text = *scratch;
		*scratch = swap;
		return !text->failed;
	}
	return false;
}

bool dd_expand(struct dd_str text, struct dd_str open, char close, dd_expand_fn *look_up, void *context,
	       struct dd_buf *out)
{
	DD_CLEANUP_BUF struct dd_buf now = DD_BUF_INIT(DD_EXPAND_BYTES_MAX), scratch = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
	size_t from = 0;
	(void)dd_buf_add_str(&now, text);
	for (unsigned step = 0; step < DD_EXPAND_STEPS_MAX; step++)
		if (now.failed || !expand_one(&now, &scratch, &from, open, close, look_up, context))
			break;
	dd_buf_clear(out);
	(void)dd_buf_add_str(out, now.failed ? text : dd_buf_str(&now));
	return !now.failed && !out->failed && dd_str_search(dd_buf_str(&now), open) == now.n;
}
