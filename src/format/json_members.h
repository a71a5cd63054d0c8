/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a big JSON document into its top-level members (of an object) or elements (of an array) without parsing what is
 * inside: a 70 MB object of objects is then parsed one member at a time, in the memory of one member.
 * Checked here: the outer punctuation, and inside a value that strings end and brackets match. Everything else of a
 * value is left to dd_json_parse(), which its reader calls on it: a value handed out here may still be broken JSON.
 * Source: RFC 8259. Limit: brackets nest at most DD_JSON_MEMBERS_DEPTH_MAX deep (jansson's own limit). */
#ifndef DD_JSON_MEMBERS_H
#define DD_JSON_MEMBERS_H

#include "base/arena.h"
#include "base/err.h"

enum { DD_JSON_MEMBERS_DEPTH_MAX = 2048 };

struct dd_json_members {
	struct dd_str doc;
	size_t at;    /* of the next byte to read */
	bool array;   /* elements, not members */
	bool started; /* a member came already */
	/* After a failure: it was met inside the value of this member, which begins at value_at. What came before the
	 * failure may still be worth reading. */
	bool in_value;
	struct dd_str value_name;
	size_t value_at;
};

struct dd_json_member {
	struct dd_str
		name; /* decoded; empty in an array. A view into the document, or into the arena if it had escapes */
	struct dd_str value; /* as written, without blanks around it */
	uint64_t at;	     /* of the value in the document */
};

/* doc must stay while m is used. DD_EPARSE: doc is neither an object nor an array. A byte order mark is skipped. */
enum dd_code dd_json_members_open(struct dd_json_members *m, struct dd_str doc, struct dd_err *err);
/* *ret_more false: the document ended, and nothing but blanks is behind it. DD_EPARSE: err->at is the offset in the
 * document. Members come in the order of the document, also when a name comes twice. */
enum dd_code dd_json_members_next(struct dd_json_members *m, struct dd_arena *a, struct dd_json_member *ret,
				  bool *ret_more, struct dd_err *err);

#endif
