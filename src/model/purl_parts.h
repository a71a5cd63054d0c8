/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/model/ only. */
#ifndef DD_PURL_PARTS_H
#define DD_PURL_PARTS_H

#include "model/purl.h"

/* What dd_purl_canonical does for all types: it leaves the spelling of names alone. */
enum dd_code dd_purl_clean(struct dd_purl *p, struct dd_arena *a, struct dd_err *err);
/* A qualifier's name: letters, digits and . - _, not a digit in front. */
bool dd_purl_is_key(struct dd_str s);

#endif
