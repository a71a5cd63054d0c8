/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/model/ only: what package URL types say of their components. */
#ifndef DD_PURL_TYPES_H
#define DD_PURL_TYPES_H

#include "base/str.h"

enum dd_purl_rule { DD_PURL_OPTIONAL, DD_PURL_REQUIRED, DD_PURL_PROHIBITED };

/* How a component is spelled. */
enum {
	DD_PURL_LOWER = 1,	 /* lower case */
	DD_PURL_UPPER = 2,	 /* upper case */
	DD_PURL_DASHES = 4,	 /* "_" is "-" */
	DD_PURL_UNDERSCORES = 8, /* "-" is "_" */
};

struct dd_purl_type {
	const char *type;
	enum dd_purl_rule namespace_rule;
	uint8_t namespace, name, version; /* DD_PURL_LOWER … */
	/* Between namespace and name where both together are the package's name; '\0': the namespace is no part of it.
	 */
	char separator;
	bool keep_case;	       /* drydock's own purls keep the case of names, which tells packages apart */
	bool system;	       /* a distribution's: the namespace is the vendor */
	const char *qualifier; /* one that is required; NULL: none */
};

/* The row of a type, or one without rules. */
const struct dd_purl_type *dd_purl_type(struct dd_str type);

#endif
