/* SPDX-License-Identifier: Apache-2.0 */
/* Freshness in a command that reads images: the two sides of fresh/ are started and joined here. */
#ifndef DD_SCAN_FRESH_H
#define DD_SCAN_FRESH_H

#include "cmd/scan_report.h"
#include "judge/findings.h"

struct dd_scan_fresh; /* opaque */

/* Before the fork: checks the options. *ret is NULL when nobody is to be asked. */
enum dd_code dd_scan_fresh_new(const struct dd_scan_job *job, struct dd_scan_fresh **ret, struct dd_err *err);
void dd_scan_fresh_freep(struct dd_scan_fresh **f);

/* In the confined process, before it starts to work. f may be NULL. */
void dd_scan_fresh_confined(struct dd_scan_fresh *f, struct dd_scan_job *job);
/* There: judges, with what upstreams say where they are to be asked. */
enum dd_code dd_scan_fresh_judge(const struct dd_scan_job *job, const struct dd_inventory *inv, struct dd_arena *a,
				 struct dd_findings *out, struct dd_err *err);

/* In the process that has the network, after the fork: answers, in threads of its own, until the confined one is gone.
 * f may be NULL. */
void dd_scan_fresh_start(struct dd_scan_fresh *f);
void dd_scan_fresh_finish(struct dd_scan_fresh *f);

/* Options of every command that can ask upstreams. */
/* clang-format off */
#define DD_SCAN_FRESH_ROWS \
	{ DD_OPT_LIST, "repository", 0, "HOST[=URL]", \
	  "ask this host, too, when the image names it; or ask URL in its place", \
	  offsetof(struct dd_scan_options, repositories) }, \
	{ DD_OPT_LIST, "keyring", 0, "FILE", \
	  "keys that may sign the image's repositories, beside the distribution's own; as gpgv reads them", \
	  offsetof(struct dd_scan_options, keyrings) }, \
	{ DD_OPT_U64, "max-age", 0, "DAYS", "an image older than this is outdated; 0: at no age (default: 180)", \
	  offsetof(struct dd_scan_options, max_age), 36500 }, \
	{ DD_OPT_U64, "upstream-packages", 0, "N", "ask registries about at most N packages (default: 1000)", \
	  offsetof(struct dd_scan_options, upstream_packages), 100000 }, \
	{ DD_OPT_U64, "recheck", 0, "MINUTES", "take answers for good for so long (default: 60)", \
	  offsetof(struct dd_scan_options, recheck), 525600 }
/* clang-format on */
void dd_scan_fresh_defaults(struct dd_scan_options *o);

#endif
