/* SPDX-License-Identifier: Apache-2.0 */
/* Lock files in JSON, one package at a time: the members of the document are cut apart without being parsed
 * (format/json_members.h), then the elements of those that hold packages, and each element is parsed alone. 100 MB of
 * packages cost the memory of one, and one that is broken does not hide the others. */
#ifndef DD_ANALYZE_JSON_SECTIONS_H
#define DD_ANALYZE_JSON_SECTIONS_H

#include "format/json.h"
#include "format/json_members.h"
#include "model/facts.h"

/* A member of the document as it is written; value.n == 0: absent. */
struct dd_json_section {
	struct dd_str value;
	uint64_t at; /* of the value in the document */
};

/* Finds the members called names[0 … n-1] of the object doc; of two with one name the last counts. Where the document
 * breaks (a download that was cut off), the member that it breaks in is given to its end, for dd_json_each to read what
 * is there; what cannot be given is a problem in *out. DD_EPARSE: doc is no JSON object. */
enum dd_code dd_json_sections(struct dd_found *out, struct dd_str doc, const char *const *names, size_t n,
			      struct dd_json_section *ret, struct dd_err *err);

/* name: of the member, or empty in an array. at: of the value in the document. */
typedef void dd_json_item_fn(void *context, struct dd_str name, const json_t *value, uint64_t at);
/* Calls item for each element of an array or member of an object, in the order of the document; an absent section and
 * null have none. Elements that are broken or too large are problems in *out, as is a section of another type. Stops
 * when out->failed is set. */
void dd_json_each(struct dd_found *out, struct dd_json_section section, dd_json_item_fn *item, void *context);

#endif
