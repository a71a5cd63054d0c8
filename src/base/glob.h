/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns for names and paths: * is any text without "/", ** any text at all, ? one byte that is no "/"; every other
 * byte is itself. There are no character classes and no escapes. */
#ifndef DD_GLOB_H
#define DD_GLOB_H

#include "base/str.h"

enum { DD_GLOB_BYTES_MAX = 1024 };

/* Does the whole text match? Time grows with pattern.n * text.n whatever they hold: texts may be hostile. A pattern
 * over DD_GLOB_BYTES_MAX matches nothing; who reads patterns refuses it there. */
bool dd_glob_match(struct dd_str pattern, struct dd_str text);

#endif
