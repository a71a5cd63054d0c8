/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed report models for tests: what scans of several kinds of images end in. */
#ifndef DD_REPORT_SAMPLES_H
#define DD_REPORT_SAMPLES_H

#include "model/report.h"

struct dd_report_sample {
	const char *name; /* file name of its goldens */
	struct dd_report report;
};
extern const struct dd_report_sample dd_report_samples[];
extern const size_t dd_n_report_samples;

/* A report with n findings in n / 4 packages over 40 layers, the same for each n. Owned by the caller. */
struct dd_report_many {
	struct dd_report report;
	struct dd_inventory inventory;
};
bool dd_report_make_many(size_t n, struct dd_report_many *ret);
void dd_report_many_done(struct dd_report_many *m);

#endif
