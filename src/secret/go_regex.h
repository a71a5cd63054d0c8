/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions as gitleaks and Trivy write them (Go's regexp, RE2's syntax) → the same in PCRE2's syntax over
 * bytes, which Vectorscan reads as well. */
#ifndef DD_GO_REGEX_H
#define DD_GO_REGEX_H

#include "base/buf.h"

enum {
	DD_GO_REGEX_BYTES_MAX = 64 << 10, /* of what is read, and of what is written */
	DD_GO_REGEX_NESTING_MAX = 100,	  /* Go's own: 1000 */
	DD_GO_REGEX_GROUPS_MAX = 127,	  /* that capture */
	DD_GO_REGEX_REPEAT_MAX = 1000,	  /* Go's own, for `repeat_max` */
};

/* Appends to out. name: where it is not empty, only the groups of that name capture (Trivy's secret-group-name), and
 * *ret_groups says how many there are; else how many groups capture. DD_EPARSE: err->at is the offset in pattern, the
 * message says what Go would say. DD_ELIMIT, DD_ENOMEM. */
enum dd_code dd_go_regex_translate(struct dd_str pattern, unsigned repeat_max, struct dd_str name, struct dd_buf *out,
				   unsigned *ret_groups, struct dd_err *err);

#endif
