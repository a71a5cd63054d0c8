/* SPDX-License-Identifier: Apache-2.0 */
/* The little of GVariant's serialization that a deploy file needs; gvariant.c has the form. */
#ifndef DD_ANALYZE_GVARIANT_H
#define DD_ANALYZE_GVARIANT_H

#include "base/str.h"

/* The members of an a{sv}, which is a view into the file that begins at a multiple of 8 of it. */
struct dd_gvariant_dict {
	struct dd_str bytes;
	size_t count, next, at; /* at: where the next element begins */
	unsigned offset_bytes;
};

/* The last child of a tuple (ssasta{sv}): false when the bytes are no such tuple. */
bool dd_gvariant_deploy(struct dd_str data, struct dd_str *ret_origin, struct dd_gvariant_dict *ret);
/* The next member; *ret_text is empty unless the value is a string. Members that make no sense are passed over, as glib
 * gives the default value for them. False at the end. */
bool dd_gvariant_next(struct dd_gvariant_dict *d, struct dd_str *ret_key, struct dd_str *ret_text);

#endif
