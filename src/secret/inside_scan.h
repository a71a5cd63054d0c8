/* SPDX-License-Identifier: Apache-2.0 */
/* Searches what is inside a file. */
#ifndef DD_SECRET_INSIDE_SCAN_H
#define DD_SECRET_INSIDE_SCAN_H

#include "secret/detector.h"
#include "secret/inside.h"

/* As dd_secret_scan, for content of that kind (not NONE). Findings carry the inner path behind file->inner; they are in
 * the order of inner path, offset and rule. A secret in left-over bytes of a database is left out where the same one is
 * in a row of the same file. */
enum dd_code dd_inside_scan(struct dd_secret_scanner *s, const struct dd_secret_file *file, struct dd_str content,
			    enum dd_inside_kind kind, const char *spool_dir, struct dd_secret_found *found,
			    struct dd_err *err);

#endif
