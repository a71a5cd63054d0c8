/* SPDX-License-Identifier: Apache-2.0 */
/* Reports from the confined half of a command to where the user wants them. */
#ifndef DD_REPORT_OUTPUT_H
#define DD_REPORT_OUTPUT_H

#include "cmd/output.h"
#include "report/formats.h"

/* The row of --template for commands that write reports, whose options have `const char *template` there. */
#define DD_REPORT_TEMPLATE_OPTION(at)                                                                                  \
	{                                                                                                              \
		DD_OPT_TEXT, "template", 0, "FILE",                                                                    \
			"Mustache template of the format 'template'; its data are the JSON report's", at               \
	}

/* Before anything runs: DD_EARG when the format "template" is asked for without a template file, or other formats only
 * with one. */
enum dd_code dd_report_output_check(const struct dd_outputs *outputs, const char *template, struct dd_err *err);
/* In the child: writes the report in the format of output i to files[i]. `style` says what is not told by the terminal
 * (show_suppressed, and as template_name the file of --template). */
enum dd_code dd_report_output_write(const struct dd_outputs *outputs, const int *files, const struct dd_report *r,
				    const struct dd_report_style *style, struct dd_err *err);
/* In the parent: what was written to files[i] goes to output i. */
enum dd_code dd_report_output_deliver(const struct dd_outputs *outputs, const int *files, struct dd_err *err);

/* Seconds since the epoch, or SOURCE_DATE_EPOCH: the date of a report. */
int64_t dd_report_now(void);
bool dd_report_now_is_fixed(void); /* SOURCE_DATE_EPOCH says so */

#endif
