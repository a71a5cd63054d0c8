/* SPDX-License-Identifier: Apache-2.0 */
/* OpenVEX documents of what a user decides about the findings of a report. */
#ifndef DD_VEX_WRITE_H
#define DD_VEX_WRITE_H

#include "base/buf.h"
#include "judge/vex/vex.h"
#include "model/report.h"

struct dd_vex_decision {
	const struct dd_str *ids; /* of vulnerabilities, or aliases; without regard to case */
	size_t n_ids;
	struct dd_str package; /* glob over names; empty: every package of those vulnerabilities */
	enum dd_vex_status status;
	struct dd_str justification; /* one of dd_vex_justifications; empty: none */
	struct dd_str text;	     /* impact statement (not_affected), action statement (affected), notes (others) */
	struct dd_str author;
	int64_t now; /* seconds since the epoch */
};

/* Writes a document with one statement for each vulnerability: its products are the image, by digest, with the packages
 * as subcomponents; of a target without digest the packages themselves. Findings that are suppressed count, too. The
 * same report and decision give the same bytes. *ret_n: statements.
 * DD_ENOTFOUND names an id that no finding of the report has (with that package). */
enum dd_code dd_vex_write(const struct dd_report *r, const struct dd_vex_decision *d, struct dd_buf *out, size_t *ret_n,
			  struct dd_err *err);

#endif
