/* SPDX-License-Identifier: Apache-2.0 */
/* JSON with comments and trailing commas, as configuration files and bun.lock have it, made into JSON: what JSON does
 * not know becomes blanks, so that every offset stays what it is. (code.visualstudio.com/docs/languages/json,
 * "JSON with comments"; comments as in JavaScript: // to the end of the line, and slash-star to star-slash.) */
#ifndef DD_JSONC_H
#define DD_JSONC_H

#include "base/buf.h"

/* As many bytes as doc has are put into *out, whose maximum must allow it. A comment that does not end is blank to the
 * end; whether the rest is JSON is left to its parser. A comma is blank when only blanks and comments are between it
 * and a closing bracket, and something other than an opening bracket or a comma stands in front of it. */
enum dd_code dd_jsonc_to_json(struct dd_str doc, struct dd_buf *out, struct dd_err *err);

#endif
