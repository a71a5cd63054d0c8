/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a compiled Python module (.pyc): every string and bytes constant once, with the name that the code gives it
 * where that can be seen: NAME = "text", f(name="text"), {"name": "text"}, d["name"] = "text". */
#ifndef DD_PYC_H
#define DD_PYC_H

#include "base/err.h"
#include "base/str.h"

enum { DD_PYC_HEAD_BYTES = 17, DD_PYC_OBJECTS_MAX = 4000000 };

/* Python 2.0 to 2.7 and 3.0 to those to come, by the magic number and the module's code object. */
bool dd_pyc_detect(struct dd_str head);
/* Calls text for each, name empty where there is none; in the order of the file, named ones of a code object first. Its
 * error ends everything. DD_EPARSE: no pyc, or damaged; what came before the damage was shown. */
enum dd_code dd_pyc_each(struct dd_str bytes,
			 enum dd_code (*text)(void *ctx, struct dd_str name, struct dd_str value, struct dd_err *err),
			 void *ctx, struct dd_err *err);

#endif
