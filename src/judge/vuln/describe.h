/* SPDX-License-Identifier: Apache-2.0 */
/* From a decision to a finding: severity and whose it is, fix and advice, links, sources, what is special. */
#ifndef DD_DESCRIBE_H
#define DD_DESCRIBE_H

#include "judge/vuln/statement.h"
#include "model/inventory.h"
#include "version/ecosystem.h"

/* Everything that a finding is made of. s[0..n) are all statements about the vulnerability and the package. */
struct dd_case {
	const struct dd_ecosystem *ecosystem;
	const struct dd_installed *installed;
	int package; /* its index */
	const struct dd_vuln *vuln;
	const struct dd_decision *decision;
	const struct dd_statement *s;
	size_t n;
	struct dd_str os_text; /* "debian 12", escaped */
	bool third_party;      /* not a package of the image's distribution */
	bool headers_only;     /* kernel headers without a kernel */
};

/* Fills a finding made by dd_findings_add(). Texts live in `a` or in the database. DD_ENOMEM. */
enum dd_code dd_describe(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a);

/* The rating of a CVSS base score in words. v2: low < 4.0 <= medium < 7.0 <= high (NVD's ranges, there is no critical);
 * v3 and v4: FIRST's qualitative scale, where 0.0 is "none", here negligible. */
enum dd_severity dd_cvss_severity(enum dd_cvss_version version, double score);

#endif
