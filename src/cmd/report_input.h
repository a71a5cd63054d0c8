/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON report that a command is given, from a file or a pipe. Called by the confined half of a command only. */
#ifndef DD_REPORT_INPUT_H
#define DD_REPORT_INPUT_H

#include "report/report_read.h"

/* Reads the report at path ("-": standard input). Errors are those of dd_report_read, and name the file and the offset.
 * Release it with dd_report_document_done. */
enum dd_code dd_report_input_read(const char *path, int64_t now, struct dd_report_document *ret, struct dd_err *err);

#endif
