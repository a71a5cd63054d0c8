/* SPDX-License-Identifier: Apache-2.0 */
/* The SPDX licence list and the names by which others know its licences; internal to model/. */
#ifndef DD_LICENCE_TABLE_H
#define DD_LICENCE_TABLE_H

#include "base/str.h"

enum { DD_LICENCE_DEPRECATED = 1, DD_LICENCE_LATE = 2 };

struct dd_licence_id {
	const char *id;
	unsigned flags;
};

/* Identifiers of the list, without regard to case; NULL: none of it. */
const struct dd_licence_id *dd_licence_id_find(struct dd_str id);
const char *dd_licence_exception_find(struct dd_str id);
/* The SPDX expression (or exception) for a name as people write it; NULL: not known. */
const char *dd_licence_name_find(struct dd_str name);
/* For tests: the tables are sorted and every name leads to an expression. */
size_t dd_licence_names_count(void);
void dd_licence_name_at(size_t i, const char **ret_key, const char **ret_expression);

#endif
