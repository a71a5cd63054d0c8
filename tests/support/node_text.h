/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of format/node.h as text, for the tests of the readers that make them. */
#ifndef DD_NODE_TEXT_H
#define DD_NODE_TEXT_H

#include "base/buf.h"
#include "base/limits.h"
#include "format/node.h"
#include "support/test.h"

/* A short form of a tree: {a=i1,b=[s'x',{}]}, kind letters z b i f t s; "!" behind a name that came twice. */
static void show(const struct dd_node *v, struct dd_buf *out)
{
	static const char letters[] = "zbifts";
	if (v->kind < DD_NODE_ARRAY) {
		(void)dd_buf_add_char(out, letters[v->kind]);
		if (v->kind == DD_NODE_INT)
			(void)dd_buf_addf(out, "%lld", (long long)v->integer);
		else if (v->kind == DD_NODE_STRING)
			(void)dd_buf_addf(out, "'%.*s'", DD_FMT(v->text));
		else
			(void)dd_buf_add_str(out, v->text);
		return;
	}
	(void)dd_buf_add_char(out, v->kind == DD_NODE_ARRAY ? '[' : '{');
	for (const struct dd_node *c = v->first; c; c = c->next) {
		if (v->kind == DD_NODE_TABLE)
			(void)dd_buf_addf(out, "%.*s%s=", DD_FMT(c->name), c->repeated ? "!" : "");
		show(c, out);
		if (c->next)
			(void)dd_buf_add_char(out, ',');
	}
	(void)dd_buf_add_char(out, v->kind == DD_NODE_ARRAY ? ']' : '}');
}

typedef enum dd_code node_parse_fn(struct dd_str doc, struct dd_arena *a, const struct dd_node **ret,
				   struct dd_err *err);

/* The tree, or "!offset" (limits "#offset"). */
static void show_parsed(node_parse_fn *parse, struct dd_str doc, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(256 * DD_MIB);
	const struct dd_node *root = NULL;
	struct dd_err err = { 0 };
	enum dd_code code = parse(doc, &a, &root, &err);
	if (code == DD_OK)
		show(root, out);
	else
		(void)dd_buf_addf(out, "%c%lld", code == DD_ELIMIT ? '#' : '!', (long long)err.at);
}

struct row {
	const char *in, *want;
};

static void check_parsed(node_parse_fn *parse, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		show_parsed(parse, dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

#endif
