/* SPDX-License-Identifier: Apache-2.0 */
/* The fast way into jansson's values: what nearly all documents are made of is read here, in a third of the time that
 * jansson's own reader takes, and whatever is not is left to that one. So what is accepted, what is refused and how the
 * refusal reads is jansson's word alone; here a document is either understood to its end, or not at all. */
#ifndef DD_JSON_PLAIN_H
#define DD_JSON_PLAIN_H

#include <jansson.h>

#include "base/str.h"

enum { DD_JSON_PLAIN_DEPTH_MAX = 64 };

/* What json_loadb would give with JSON_DECODE_ANY | JSON_ALLOW_NUL; the caller's. NULL: let json_loadb decide. That is
 * so for everything that is broken, has more than values_max values (commas and opening brackets, and one), nests more
 * than DD_JSON_PLAIN_DEPTH_MAX deep, escapes NUL or half a surrogate pair, has an integer of more than 18 digits or a
 * number of more than 40 characters; and when there is no memory. */
json_t *dd_json_plain(struct dd_str doc, uint64_t values_max);

#endif
