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

/* Wants to repaint the terminal, to run and to break every format. */
#define EVIL                                                                                                           \
	"\x1b[2J\x1b]0;pwned\x07\xff\xfe\x00\"\\\r\n\t</script>\xe2\x80\xae"                                           \
	"gpj.exe\xc2\x9b"                                                                                              \
	"31m\xf0\x9f\x92\xa3\xe6\xbc\xa2"

/* report_samples_secrets.c */
enum { DD_SAMPLE_SECRETS = 6 };
extern struct dd_inventory dd_sample_secrets_inventory;
extern struct dd_finding dd_sample_secrets_findings[DD_SAMPLE_SECRETS];
extern const struct dd_secret_finding dd_sample_hostile_secret;
extern struct dd_fix_step dd_sample_secrets_plan[1];
extern struct dd_str dd_sample_secrets_hidden[1];

/* A report with n findings in n / 4 packages over 40 layers, the same for each n. Owned by the caller. */
struct dd_report_many {
	struct dd_report report;
	struct dd_inventory inventory;
};
bool dd_report_make_many(size_t n, struct dd_report_many *ret);
void dd_report_many_done(struct dd_report_many *m);

#endif
