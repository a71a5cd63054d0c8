/* SPDX-License-Identifier: Apache-2.0 */
/* The two formats that a yarn.lock may have; yarn.c tells them apart. */
#ifndef DD_YARN_H
#define DD_YARN_H

#include "analyze/analyzer.h"

/* Of yarn 1, and of yarn 2 and later. Packages go to *out; DD_EPARSE: not that format at all. */
enum dd_code dd_yarn_classic(struct dd_str lock, struct dd_found *out, struct dd_err *err);
enum dd_code dd_yarn_berry(struct dd_str lock, struct dd_found *out, struct dd_err *err);

#endif
