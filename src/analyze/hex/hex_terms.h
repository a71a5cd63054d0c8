/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DD_HEX_TERMS_H
#define DD_HEX_TERMS_H

#include "base/str.h"

enum { DD_HEX_DEPTH_MAX = 64 };

enum dd_hex_kind {
	DD_HEX_END,
	DD_HEX_TEXT, /* "…" or <<"…">> */
	DD_HEX_ATOM, /* name, :name, 'name', :"name"; numbers, too */
	DD_HEX_OPEN, /* { [ ( %{ */
	DD_HEX_CLOSE,
	DD_HEX_COMMA,
	DD_HEX_OTHER, /* one byte of punctuation */
};

struct dd_hex_token {
	enum dd_hex_kind kind;
	struct dd_str text; /* TEXT, ATOM: without quotes; escapes stay as they are */
	unsigned depth;	    /* brackets around the token; that of OPEN and CLOSE themselves not counted */
	unsigned index;	    /* commas before it in its brackets */
	uint64_t at;
};

/* Tokens of Erlang and Elixir terms, as far as lock files need them: see hex_terms.c. */
struct dd_hex_reader {
	struct dd_str all;
	size_t at;
	unsigned depth;
	unsigned index[DD_HEX_DEPTH_MAX];
	const char *fault; /* NULL, or why the tokens end before the file does; all.p[at] is where */
};

/* *ret->kind is DD_HEX_END at the end, and after a fault. */
void dd_hex_next(struct dd_hex_reader *r, struct dd_hex_token *ret);

#endif
