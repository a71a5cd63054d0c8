/* SPDX-License-Identifier: Apache-2.0 */
/* What every command that reads images decides before it starts: outputs, cache, database, and what the confined child
 * may see. Then the child runs, and what it wrote is delivered. */
#ifndef DD_SCAN_PLAN_H
#define DD_SCAN_PLAN_H

#include "cmd/scan_report.h"

struct dd_scan_use {
	const char *const *formats; /* that the command knows, NULL-terminated */
	const char *otherwise;	    /* the format when none was asked for */
	bool judges;		    /* it needs the advisories and the policy */
	bool outdated;		    /* it judges freshness alone, and needs neither */
	bool secrets;		    /* it looks for secrets, unless the options say not to */
	bool secrets_only;	    /* it is no use without them */
	/* The confined half: writes output i of job->outputs to outputs[i]. Messages go to standard error. */
	enum dd_exit (*run)(struct dd_scan_job *job, const int *outputs);
};

/* Says on standard error what went wrong. The options' fields that a command does not offer are as they were set by
 * dd_scan_options_defaults. */
enum dd_exit dd_scan_plan_run(const struct dd_scan_use *use, const struct dd_scan_options *options,
			      char *const *targets, size_t n);

#endif
