/* SPDX-License-Identifier: Apache-2.0 */
/* Between mustache_tokens.c, which cuts a template up, and mustache.c, which renders it. */
#ifndef DD_MUSTACHE_PARTS_H
#define DD_MUSTACHE_PARTS_H

#include "base/vec.h"
#include "format/mustache.h"

enum dd_mustache_token_kind {
	DD_MUSTACHE_TEXT,
	DD_MUSTACHE_VARIABLE,
	DD_MUSTACHE_RAW,
	DD_MUSTACHE_SECTION,
	DD_MUSTACHE_INVERTED,
	DD_MUSTACHE_END,
};

struct dd_mustache_token {
	enum dd_mustache_token_kind kind;
	unsigned line;
	struct dd_str text; /* or the name */
	uint64_t at;
	size_t partner; /* the end of a section, the start of an end */
};

struct dd_mustache_tokens {
	struct dd_mustache_token *p;
	size_t n, cap;
};

/* The texts are views into source. On failure, too, the tokens are the caller's. */
enum dd_code dd_mustache_cut(struct dd_str source, struct dd_mustache_tokens *tokens, struct dd_err *err);

#endif
