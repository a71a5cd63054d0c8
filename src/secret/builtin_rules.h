/* SPDX-License-Identifier: Apache-2.0 */
/* What tools/compile_rules.c made of rules/ when the program was built. */
#ifndef DD_BUILTIN_RULES_H
#define DD_BUILTIN_RULES_H

#include <stddef.h>

extern const unsigned char dd_builtin_rules[]; /* for dd_rules_decode */
extern const size_t dd_builtin_rules_n;
extern const unsigned char dd_builtin_rules_sha256[32];

#endif
