/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the CVSS reader only: what the parser (cvss.c) hands to the formulas of each version (cvss2.c …). */
#ifndef DD_CVSS_PARTS_H
#define DD_CVSS_PARTS_H

#include <stdint.h>

#include "format/cvss.h"

/* A metric is the place of its row in the version's table, a value the place of its word in the row. Optional metrics
 * have "not defined" as value 0, which stands for a missing metric too. */
struct dd_cvss_metric {
	const char *name;
	const char *values; /* words with blanks between them */
	bool mandatory;
};

enum { DD_CVSS_METRICS_MAX = 32 };
struct dd_cvss_values {
	uint8_t v[DD_CVSS_METRICS_MAX];
};

/* Each gives the base score of the values, and the overall score; both in 0.0 … 10.0, rounded. */
typedef void dd_cvss_formula_fn(const struct dd_cvss_values *in, double *ret_base, double *ret_overall);

struct dd_cvss_version_spec {
	int version;
	const char *prefix;
	const struct dd_cvss_metric *metrics;
	size_t n_metrics;
	size_t n_base;	  /* the base metrics come first */
	size_t n_scoring; /* then the optional ones that change a score; the rest only informs */
	dd_cvss_formula_fn *formula;
};

extern const struct dd_cvss_version_spec dd_cvss_20, dd_cvss_30, dd_cvss_31, dd_cvss_40;

#endif
