/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of Erlang's and Elixir's terms, which mix.lock and rebar.lock are written in.
 *
 *   text  = DQUOTE *( byte / "\" byte ) DQUOTE / "<<" text ">>"
 *   atom  = [ ":" ] ( 1*( letter / digit / "_" / "." / "-" / "@" / "?" / "!" ) / quoted )
 *   comments from "%" (Erlang; not "%{") or "#" (Elixir) to the end of the line
 *
 * Brackets need not match in kind: what is wanted is told by depth and place. Limit: DD_HEX_DEPTH_MAX.
 * Source: erlang.org Reference Manual "Data Types"; hexdocs.pm/elixir syntax-reference. */
#include "analyze/hex/hex_terms.h"

#include "base/cleanup.h"

static bool is_atom_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '.' || c == '-' || c == '@' || c == '?' || c == '!';
}

static char byte_at(const struct dd_hex_reader *r, size_t at)
{
	return at < r->all.n ? r->all.p[at] : '\0';
}

static void skip_space(struct dd_hex_reader *r)
{
	while (r->at < r->all.n) {
		char c = r->all.p[r->at];
		bool comment = c == '#' || (c == '%' && byte_at(r, r->at + 1) != '{');
		if (comment)
			r->at += dd_str_find(dd_str_skip(r->all, r->at), '\n');
		else if (dd_is_blank(c))
			r->at++;
		else
			return;
	}
}

/* From the opening quote. */
static struct dd_str take_quoted(struct dd_hex_reader *r)
{
	char quote = r->all.p[r->at++];
	size_t start = r->at;
	while (r->at < r->all.n && r->all.p[r->at] != quote)
		r->at += r->all.p[r->at] == '\\' ? 2 : 1;
	if (r->at >= r->all.n) {
		r->at = r->all.n;
		r->fault = "a text does not end";
		return DD_STR("");
	}
	return (struct dd_str){ r->all.p + start, r->at++ - start };
}

static struct dd_str take_atom(struct dd_hex_reader *r)
{
	size_t start = r->at;
	while (is_atom_byte(byte_at(r, r->at)))
		r->at++;
	/* "." alone behind an atom ends a term of Erlang's. */
	size_t end = r->at;
	while (end > start && r->all.p[end - 1] == '.')
		end--;
	return (struct dd_str){ r->all.p + start, end - start };
}

static void take_bracket(struct dd_hex_reader *r, struct dd_hex_token *t, char c)
{
	bool opens = c == '{' || c == '[' || c == '(';
	r->at++;
	if (opens && r->depth == DD_HEX_DEPTH_MAX - 1) {
		r->fault = "brackets are nested too deep";
	} else if (opens) {
		t->kind = DD_HEX_OPEN;
		r->index[++r->depth] = 0;
	} else if (r->depth == 0) {
		r->fault = "a bracket closes that was not opened";
	} else {
		t->kind = DD_HEX_CLOSE;
		t->depth = --r->depth;
		t->index = r->index[r->depth];
	}
}

void dd_hex_next(struct dd_hex_reader *r, struct dd_hex_token *ret)
{
	skip_space(r);
	*ret = (struct dd_hex_token){ DD_HEX_END, { "", 0 }, r->depth, r->index[r->depth], r->at };
	if (r->fault || r->at >= r->all.n) {
		if (!r->fault && r->depth)
			r->fault = "the file is cut off";
		return;
	}
	char c = r->all.p[r->at], next = byte_at(r, r->at + 1);
	if (c == '"') {
		ret->kind = DD_HEX_TEXT;
		ret->text = take_quoted(r);
	} else if (c == '\'' || (c == ':' && (next == '"' || next == '\''))) {
		r->at += c == ':';
		ret->kind = DD_HEX_ATOM;
		ret->text = take_quoted(r);
	} else if (is_atom_byte(c) || (c == ':' && is_atom_byte(next))) {
		r->at += c == ':';
		ret->kind = DD_HEX_ATOM;
		ret->text = take_atom(r);
	} else if (strchr("{}[]()", c) && c) {
		take_bracket(r, ret, c);
	} else if (c == ',') {
		r->at++;
		ret->kind = DD_HEX_COMMA;
		r->index[r->depth]++;
	} else {
		r->at++; /* "<<", ">>", "=>", "%" of a map, ":" behind a key */
		ret->kind = DD_HEX_OTHER;
		ret->text = (struct dd_str){ r->all.p + r->at - 1, 1 };
	}
	if (r->fault)
		ret->kind = DD_HEX_END;
}
