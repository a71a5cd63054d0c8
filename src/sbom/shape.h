/* SPDX-License-Identifier: Apache-2.0 */
/* What the schemas of CycloneDX and SPDX say of the objects that documents are made of most: which members an object
 * may and must have, of which kind, and which words stand in them. Tables, one for all versions of a format: what one
 * version allows is allowed in all. Not a schema: of choices between forms, of rarer objects and of what depends on the
 * version nothing is said. Internal to sbom/. */
#ifndef DD_SBOM_SHAPE_H
#define DD_SBOM_SHAPE_H

#include "sbom/sbom_parts.h"

enum dd_shape_kind {
	DD_SHAPE_TEXT = 1,
	DD_SHAPE_NUMBER = 2,
	DD_SHAPE_TRUTH = 4,
	DD_SHAPE_OBJECT = 8,
	DD_SHAPE_LIST = 16,
	DD_SHAPE_ANY = 31,
};

/* What a text must be beyond a word of a list. */
struct dd_shape_rule {
	bool (*holds)(struct dd_str s);
	const char *what; /* "a time" */
};
extern const struct dd_shape_rule dd_shape_time, dd_shape_serial, dd_shape_digest, dd_shape_spdx_id;

struct dd_shape;
struct dd_shape_member {
	const char *name;
	unsigned kinds;
	bool required;
	unsigned elements; /* kinds of the elements of a list; 0: any */
	const char *words; /* of a text or of a list's texts, blanks between them; NULL: any */
	const struct dd_shape_rule *rule;
	const struct dd_shape *of; /* of the object, or of the list's objects; NULL: not looked at */
};

struct dd_shape {
	const char *what; /* "component" */
	const struct dd_shape_member *members;
	size_t n;
	bool open; /* other members are allowed, too */
};

extern const struct dd_shape dd_shape_cdx_document, dd_shape_cdx_component, dd_shape_cdx_metadata,
	dd_shape_cdx_dependency, dd_shape_cdx_service, dd_shape_cdx_vulnerability, dd_shape_cdx_composition,
	dd_shape_cdx_reference;
extern const struct dd_shape dd_shape_spdx_document, dd_shape_spdx_package, dd_shape_spdx_relationship,
	dd_shape_spdx_file, dd_shape_spdx_creation, dd_shape_spdx_annotation, dd_shape_spdx_extracted;

/* Faults of j, which stands at `at`, when validating. DD_ENOMEM only. */
enum dd_code dd_shape_check(struct dd_sbom_reading *r, const struct dd_shape *shape, const json_t *j, uint64_t at);
/* The same of the document's own members: their names and kinds, not what is in them. A document that breaks is looked
 * at as far as it goes. */
enum dd_code dd_shape_check_document(struct dd_sbom_reading *r, const struct dd_shape *shape);

#endif
