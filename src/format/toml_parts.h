/* SPDX-License-Identifier: Apache-2.0 */
/* What toml.c (tables) and toml_value.c (keys and values) have in common. */
#ifndef DD_TOML_PARTS_H
#define DD_TOML_PARTS_H

#include "base/map.h"
#include "base/vec.h"
#include "format/toml.h"

struct dd_toml {
	struct dd_str doc;
	size_t at; /* of the next byte to read */
	struct dd_arena *a;
	size_t nodes;
	uint32_t section;    /* number of the header that keys now belong to, from 1 */
	struct dd_map names; /* members of large tables: table's address and key → index in named */
	DD_VEC(struct dd_node *) named;
};

struct dd_toml_key {
	struct dd_str part[DD_TOML_DEPTH_MAX];
	size_t n;
};

/* dd_node.mark of a table: who defined it, which says who may still add to it. */
enum {
	DD_TOML_IMPLICIT = 0, /* as the parent of a header; 1 … FROZEN - 2: by a dotted key of that section */
	DD_TOML_HEADER = UINT32_MAX - 1,
	DD_TOML_FROZEN = UINT32_MAX, /* an inline table or array: closed */
};

enum dd_code dd_toml_broken(const struct dd_toml *t, size_t at, const char *what, struct dd_err *err);
/* A node for a value that starts at `at`; not yet in a table. */
enum dd_code dd_toml_new_node(struct dd_toml *t, enum dd_node_kind kind, size_t at, struct dd_node **ret,
			      struct dd_err *err);
struct dd_node *dd_toml_find(struct dd_toml *t, const struct dd_node *table, struct dd_str name);
enum dd_code dd_toml_add(struct dd_toml *t, struct dd_node *table, struct dd_str name, struct dd_node *child,
			 struct dd_err *err);
/* key = value below table, where a statement or an inline table has it. section 0: inline. */
enum dd_code dd_toml_assign(struct dd_toml *t, struct dd_node *table, uint32_t section, unsigned depth,
			    struct dd_err *err);

void dd_toml_skip_blanks(struct dd_toml *t); /* space and tab */
/* Blanks, line ends and comments. */
enum dd_code dd_toml_skip_lines(struct dd_toml *t, struct dd_err *err);
/* A comment, if one starts here, up to its line end. */
enum dd_code dd_toml_skip_comment(struct dd_toml *t, struct dd_err *err);
bool dd_toml_take_newline(struct dd_toml *t);
bool dd_toml_take(struct dd_toml *t, char c);
enum dd_code dd_toml_read_key(struct dd_toml *t, struct dd_toml_key *ret, struct dd_err *err);
/* depth: of tables and arrays around the value. */
enum dd_code dd_toml_read_value(struct dd_toml *t, unsigned depth, struct dd_node **ret, struct dd_err *err);
enum dd_code dd_toml_read_string(struct dd_toml *t, bool multi, struct dd_str *ret, struct dd_err *err);
/* Booleans, numbers, dates and times. */
enum dd_code dd_toml_read_word(struct dd_toml *t, struct dd_node *v, struct dd_err *err);

#endif
