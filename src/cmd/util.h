/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/cmd/ only: what the tools of `drydock util` share. */
#ifndef DD_UTIL_H
#define DD_UTIL_H

#include "cmd/cmd.h"

/* One line of standard input. False: go on, but the exit code is DD_EXIT_USAGE. */
typedef bool dd_util_line_fn(struct dd_str line, uint64_t number, const void *arg);
/* Answers are flushed before a read that may wait: a script can ask line by line, and a file still goes at full speed.
 */
enum dd_exit dd_util_each_line(dd_util_line_fn *answer, const void *arg);
/* Prints the message and gives its exit code. */
enum dd_exit dd_util_fail(const struct dd_err *err);

extern const struct dd_cmd dd_util_purl, dd_util_vers;

#endif
