/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259) with its offsets, which jansson does not tell; and all that is almost JSON: comments, trailing
 * commas, several documents one after the other, a document that is cut. Only strings are of interest; numbers,
 * literals and whatever else stands there is passed over. */
#include "secret/decode_parts.h"
#include "secret/structure_parts.h"

struct json {
	struct dd_structure_sink *sink;
	struct dd_str doc;
	size_t at;
	struct dd_str name; /* of the member whose value comes */
	bool named;
};

/* The string whose opening quote is at json->at; *ret_from and *ret_n are as it is written. False: it does not end. */
static bool read_string(struct json *j, struct dd_str *ret, size_t *ret_from, size_t *ret_n)
{
	size_t i = j->at + 1;
	bool escapes = false;
	for (; i < j->doc.n && j->doc.p[i] != '"'; i++)
		if (j->doc.p[i] == '\\') {
			escapes = true;
			i++;
		}
	if (i >= j->doc.n)
		return false;
	struct dd_str raw = { j->doc.p + j->at + 1, i - j->at - 1 };
	*ret_from = j->at + 1;
	*ret_n = raw.n;
	*ret = raw;
	j->at = i + 1;
	if (!escapes)
		return true;
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(raw.n + 1);
	(void)dd_backslash_read(raw, &out);
	*ret = dd_arena_str(&j->sink->arena, dd_buf_str(&out));
	if (!ret->p || out.failed)
		j->sink->nomem = true;
	return ret->p != NULL;
}

static void pass_comment(struct json *j)
{
	struct dd_str rest = dd_str_skip(j->doc, j->at);
	if (dd_str_starts(rest, DD_STR("//")))
		j->at += dd_str_find(rest, '\n');
	else if (dd_str_starts(rest, DD_STR("/*")))
		j->at += dd_str_search(rest, DD_STR("*/")) + 2;
	else
		j->at++;
}

static void pass_string(struct json *j)
{
	struct dd_str text;
	size_t from, n;
	if (!read_string(j, &text, &from, &n)) {
		j->at = j->doc.n;
		return;
	}
	while (j->at < j->doc.n && dd_is_blank(j->doc.p[j->at]))
		j->at++;
	if (!j->named && j->at < j->doc.n && j->doc.p[j->at] == ':') {
		j->name = text;
		j->named = true;
		j->at++;
		return;
	}
	dd_structure_scalar(j->sink, j->named ? j->name : DD_STR(""), text, from, n);
	j->named = false;
}

void dd_structure_json(struct dd_structure_sink *s)
{
	struct json j = { .sink = s, .doc = s->doc };
	while (j.at < j.doc.n && !s->nomem) {
		char c = j.doc.p[j.at];
		if (c == '"') {
			pass_string(&j);
			continue;
		}
		if (c == '/') {
			pass_comment(&j);
			continue;
		}
		if (c == '{' || c == '[') {
			dd_structure_enter(s, j.named ? j.name : DD_STR(""));
			j.named = false;
		} else if (c == '}' || c == ']') {
			dd_structure_leave(s);
			j.named = false;
		} else if (c == ',') {
			j.named = false;
		}
		j.at++;
	}
	while (s->depth)
		dd_structure_leave(s);
}
