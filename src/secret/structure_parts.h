/* SPDX-License-Identifier: Apache-2.0 */
/* Between structure.c and the readers of one format each. A reader enters and leaves containers and tells scalars; the
 * sink knows the names above them and puts {name, value} pairs together. */
#ifndef DD_SECRET_STRUCTURE_PARTS_H
#define DD_SECRET_STRUCTURE_PARTS_H

#include "base/arena.h"
#include "secret/structure.h"

enum { DD_STRUCTURE_DEPTH_MAX = 64 };

struct dd_structure_frame {
	bool generic;		  /* the name says nothing without the one above */
	struct dd_str name;	  /* of the container; of an element of a list: empty */
	struct dd_str pair_name;  /* value of its member "name", "key" … */
	struct dd_str pair_value; /* value of its member "value" … */
	size_t pair_from, pair_length;
};

struct dd_structure_sink {
	struct dd_secret_structure *to;
	struct dd_str doc;
	struct dd_arena arena; /* decoded names and values */
	struct dd_structure_frame frames[DD_STRUCTURE_DEPTH_MAX];
	size_t depth; /* may be beyond the maximum: those frames are not kept */
	bool nomem;
};

void dd_structure_enter(struct dd_structure_sink *s, struct dd_str name);
void dd_structure_leave(struct dd_structure_sink *s);
/* name and value stay until the end. from, length: as it is written in the document. */
void dd_structure_scalar(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from,
			 size_t length);
/* The name's own value, with nothing above it. */
void dd_structure_put(struct dd_structure_sink *s, struct dd_str name, struct dd_str value, size_t from, size_t length,
		      const char *coding);
/* Where value is written at or a little behind `at`; 1 byte at `at` when it is not written as it is. */
void dd_structure_locate(const struct dd_structure_sink *s, struct dd_str value, size_t at, size_t *ret_from,
			 size_t *ret_length);

void dd_structure_json(struct dd_structure_sink *s);
void dd_structure_yaml(struct dd_structure_sink *s);
void dd_structure_toml(struct dd_structure_sink *s);
void dd_structure_xml(struct dd_structure_sink *s);
void dd_structure_dockerfile(struct dd_structure_sink *s);

#endif
