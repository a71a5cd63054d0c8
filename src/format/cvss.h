/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of the Common Vulnerability Scoring System, versions 2.0, 3.0, 3.1 and 4.0, computed from vectors. */
#ifndef DD_CVSS_H
#define DD_CVSS_H

#include "base/err.h"
#include "base/str.h"

/* The specification's rating of a score. Version 2.0 itself has none; there it is the NVD's (no "none", no "critical").
 */
enum dd_cvss_rating {
	DD_CVSS_RATING_NONE,
	DD_CVSS_RATING_LOW,
	DD_CVSS_RATING_MEDIUM,
	DD_CVSS_RATING_HIGH,
	DD_CVSS_RATING_CRITICAL,
	DD_CVSS_RATING_COUNT
};

struct dd_cvss {
	int version; /* 20, 30, 31, 40 */
	/* From the base metrics alone, 0.0 to 10.0, one decimal: what advisories, databases and reports compare. */
	double base;
	enum dd_cvss_rating rating; /* of base */
	/* With the temporal (threat) and environmental metrics of the vector taken into account; equal to base where
	 * the vector has none that counts. Who writes them speaks of one moment and one place, hence apart from base.
	 */
	double overall;
	enum dd_cvss_rating overall_rating;
	bool has_overall; /* the vector defines a temporal, threat or environmental metric */
};

/* Reads a whole vector: "CVSS:4.0/AV:N/…", "CVSS:3.1/…", "CVSS:3.0/…", or version 2.0 without a prefix: "AV:N/AC:L/…",
 * also in parentheses. Metrics may stand in any order (4.0 asks for one, but the score does not depend on it).
 * Errors: DD_EPARSE (at = offset of the metric) for an unknown or repeated metric, a value that the metric does not
 * have, a missing mandatory metric, anything else that is no vector; DD_EUNSUPPORTED for other versions. Allocates
 * nothing. Source: FIRST: A Complete Guide to CVSS v2.0, section 3; Specification Documents of CVSS v3.0 (section 8),
 * v3.1 (section 7 and appendix A), v4.0 (sections 7 and 8). */
enum dd_code dd_cvss_parse(struct dd_str vector, struct dd_cvss *ret, struct dd_err *err) DD_MUST_USE;

/* "none" "low" "medium" "high" "critical" */
const char *dd_cvss_rating_name(enum dd_cvss_rating r);

#endif
