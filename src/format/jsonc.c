/* SPDX-License-Identifier: Apache-2.0 */
#include "format/jsonc.h"

/* From a quote to behind the closing one. */
static size_t string_end(struct dd_str s, size_t at)
{
	for (at++; at < s.n && s.p[at] != '"'; at++)
		if (s.p[at] == '\\')
			at++;
	return at < s.n ? at + 1 : s.n;
}

/* Behind the comment that starts at `at`; `at` itself when none does. */
static size_t comment_end(struct dd_str s, size_t at)
{
	struct dd_str rest = dd_str_skip(s, at);
	if (dd_str_starts(rest, DD_STR("//")))
		return at + dd_str_find(rest, '\n');
	if (!dd_str_starts(rest, DD_STR("/*")))
		return at;
	size_t end = dd_str_search(dd_str_skip(rest, 2), DD_STR("*/"));
	return at + 2 + end + 2 < s.n ? at + 2 + end + 2 : s.n;
}

/* Line ends stay, for who counts them. */
static void blank(char *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p[i] != '\n' && p[i] != '\r')
			p[i] = ' ';
}

static void clean(struct dd_str doc, char *p)
{
	size_t comma = SIZE_MAX; /* nothing is behind it yet */
	char before = '[';	 /* the last byte that is no blank */
	for (size_t at = 0; at < doc.n;) {
		char c = doc.p[at];
		size_t end = c == '"' ? string_end(doc, at) : c == '/' ? comment_end(doc, at) : at;
		if (c == '/' && end > at) {
			blank(p, at, end);
			at = end;
			continue;
		}
		if ((c == '}' || c == ']') && comma != SIZE_MAX)
			p[comma] = ' ';
		if (!dd_is_blank(c)) {
			bool trailing = c == ',' && before != '[' && before != '{' && before != ',' && before != ':';
			comma = trailing ? at : SIZE_MAX;
			before = c;
		}
		at = end > at ? end : at + 1;
	}
}

enum dd_code dd_jsonc_to_json(struct dd_str doc, struct dd_buf *out, struct dd_err *err)
{
	size_t start = out->n;
	(void)dd_buf_add_str(out, doc);
	DD_TRY(dd_buf_check(out, "a document with comments", err));
	if (doc.n)
		clean(doc, out->p + start);
	return DD_OK;
}
