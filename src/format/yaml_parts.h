/* SPDX-License-Identifier: Apache-2.0 */
/* What yaml.c (streams and walks), yaml_build.c (trees) and yaml_scalar.c (types of scalars) have in common. */
#ifndef DD_YAML_PARTS_H
#define DD_YAML_PARTS_H

#include <yaml.h>

#include "base/map.h"
#include "base/vec.h"
#include "format/yaml.h"

struct dd_yaml_anchor {
	struct dd_node *node;
	bool open; /* still being read: an alias to it would be a cycle */
};

/* libyaml's parser, and what the tree that is being built needs. */
struct dd_yaml {
	yaml_parser_t parser;
	struct dd_str doc;
	size_t start;	     /* of what the parser reads in doc */
	size_t chars, bytes; /* one place in doc, in libyaml's characters and in bytes */
	struct dd_arena *a;
	bool whole;	     /* limits count over the whole stream, not for each item */
	size_t nodes;	     /* made for the current item */
	size_t expanded;     /* more that aliases stand for */
	struct dd_map names; /* anchors of the current item → index in anchors */
	DD_VEC(struct dd_yaml_anchor) anchors;
};

/* The next event; the caller deletes it. */
enum dd_code dd_yaml_event(struct dd_yaml *y, yaml_event_t *ret, struct dd_err *err);
/* Byte offset of a mark; marks come in rising order. */
uint64_t dd_yaml_offset(struct dd_yaml *y, const yaml_mark_t *mark);
struct dd_str dd_yaml_text(const yaml_event_t *scalar);
/* The tree that starts with event (a scalar, an alias, a sequence or a mapping), in arena a. Anchors start anew. */
enum dd_code dd_yaml_build(struct dd_yaml *y, struct dd_arena *a, const yaml_event_t *start, struct dd_node **ret,
			   struct dd_err *err);
/* Kind and number of a scalar, by YAML 1.2's core schema. */
void dd_yaml_type(const yaml_event_t *scalar, struct dd_node *v);

#endif
