/* SPDX-License-Identifier: Apache-2.0 */
/* A target that is a git repository ("git:DIR") instead of an image: the secrets of its whole history. */
#ifndef DD_SCAN_GIT_H
#define DD_SCAN_GIT_H

#include "scan/scan_image.h"

/* *ret_is false: the target is none, and nothing was read. DD_EARG: no repository there, or nothing to look for secrets
 * with. What was found is the same at any number of threads. */
enum dd_code dd_scan_git(const struct dd_scan_request *req, bool *ret_is, struct dd_inventory *ret, struct dd_err *err);

#endif
