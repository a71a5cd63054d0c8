/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DD_PYTHON_ZIP_H
#define DD_PYTHON_ZIP_H

#include "base/buf.h"

/* Appends the first member of a zip archive whose name is `suffix`, or is one top-level directory that ends in `dir`
 * and then suffix (dir ".dist-info", suffix "METADATA"; dir "": no directory). *ret_found false: there is none.
 * DD_EPARSE: no archive, or a broken one. DD_ELIMIT: the member is larger than *text takes. */
enum dd_code dd_python_zip_member(struct dd_str archive, const char *dir, const char *suffix, struct dd_buf *text,
				  bool *ret_found, struct dd_err *err);

#endif
