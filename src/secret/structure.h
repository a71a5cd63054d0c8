/* SPDX-License-Identifier: Apache-2.0 */
/* Structured text read as what it means: JSON (comments too), YAML, TOML, XML and Dockerfiles become lines
 * `name = "value"`, on which the rules for a value beside a name work as on any other text. Found so, and not by plain
 * search: names and values that stand apart (XML elements, {"name": …, "value": …}, <add key= value=>), values that are
 * written over several lines or with escapes, names that say something only with the one above them, and the data of
 * Kubernetes secrets, decoded. Only names with a word of secrets in them are kept.
 * This is a second look: a document that cannot be read so loses nothing, plain search has seen it. */
#ifndef DD_SECRET_STRUCTURE_H
#define DD_SECRET_STRUCTURE_H

#include "base/buf.h"
#include "base/vec.h"

enum {
	DD_STRUCTURE_BYTES_MAX = 4 << 20, /* of a document; larger ones are data */
	DD_STRUCTURE_VALUES_MAX = 100000,
	DD_STRUCTURE_VALUE_BYTES_MAX = 16 << 10,
};

struct dd_structure_value {
	size_t at, n;	     /* of the value in dd_secret_structure.text, without its quotes */
	size_t from, length; /* as it stands in the document */
	const char *coding;  /* "base64" where it was decoded, else "" */
};

/* Zero-initialised is empty. */
struct dd_secret_structure {
	const char *format; /* "json" "yaml" "toml" "xml" "dockerfile"; NULL: not structured, text is empty */
	struct dd_buf text;
	DD_VEC(struct dd_structure_value) values; /* in the order of text */
};

/* Can a file of this name or with this beginning be read so? Cheap: asked of every file. */
bool dd_secret_is_structured(struct dd_str path, struct dd_str head);
/* DD_ENOMEM only: what is not read is left out. s: empty or of an earlier call. */
enum dd_code dd_secret_structure_read(struct dd_str path, struct dd_str content, struct dd_secret_structure *s,
				      struct dd_err *err);
void dd_secret_structure_done(struct dd_secret_structure *s);
/* Where bytes [at, at + n) of text stand in the document: exactly where the value is written as it is, else the whole
 * written value. False: these bytes are no part of one value. What plain search found there too is the same thing. */
bool dd_secret_structure_where(const struct dd_secret_structure *s, size_t at, size_t n, size_t *ret_at, size_t *ret_n,
			       const char **ret_coding);

#endif
