/* SPDX-License-Identifier: Apache-2.0 */
/* Everything a report says, ready to be written in any format. Report writers read this and nothing else. */
#ifndef DD_REPORT_MODEL_H
#define DD_REPORT_MODEL_H

#include "model/finding.h"
#include "model/inventory.h"

struct dd_db_source {
	struct dd_str kind;   /* "osv" "debian" "alpine" "kev" "epss" "eol" "starter" */
	struct dd_str name;   /* "osv:AlmaLinux", "debian", "alpine:v3.9" … */
	struct dd_str url;    /* official place, may be empty */
	struct dd_str digest; /* sha256:… of the input bytes */
	struct dd_str date;   /* newest record's date or the source's own, RFC 3339 or YYYY-MM-DD, may be empty */
	uint64_t records;
};

/* Which database judged. present == false: none (the vulnerability judge did not run). */
struct dd_database_info {
	bool present;
	struct dd_str path;
	struct dd_str digest; /* sha256:… of the content */
	int64_t built; /* seconds since the epoch: the newest source's date, so that equal inputs give equal bytes */
	uint64_t advisories;
	bool stale; /* older than the limit */
	uint64_t age_days;
	bool starter; /* only the few advisories that are shipped with drydock */
	struct dd_db_source *sources;
	size_t n_sources;
};

/* One step of the fix plan: the smallest set of upgrades that removes every finding that has a fix. */
enum dd_fix_step_kind {
	DD_STEP_BASE,	     /* rebuild on a newer base image */
	DD_STEP_OS_PACKAGES, /* upgrade packages of the operating system */
	DD_STEP_DEPENDENCY,  /* raise a third-party package */
	DD_STEP_SECRETS,     /* revoke secrets, and rebuild without them */
	DD_STEP_COUNT
};
struct dd_fix_step {
	enum dd_fix_step_kind kind;
	struct dd_str title;	/* one line: "upgrade openssl to 3.0.15-1~deb12u1" */
	struct dd_str command;	/* to paste: a Dockerfile line or a package manager's; may be empty */
	int package;		/* index into the inventory's packages, -1: several or none */
	struct dd_str from, to; /* versions; may be empty */
	size_t findings;	/* unsuppressed findings that go away with this step … */
	size_t by_severity[DD_SEV_COUNT];
	double risk; /* … and the sum of their risk */
};

/* What one rule of the policy said. */
struct dd_policy_result {
	struct dd_str rule; /* "FILE:LINE name", or "--fail-on high" */
	struct dd_str text; /* one line: "2 critical vulnerabilities with a fix older than 30 days" */
	bool failed;
	size_t findings; /* that it counted */
};

enum dd_verdict { DD_VERDICT_PASS, DD_VERDICT_FAIL, DD_VERDICT_INCOMPLETE };

/* Warnings are not problems: everything was read, but the reader should know (stale or starter database). */
struct dd_report {
	struct dd_str version; /* drydock's */
	int64_t created;       /* seconds since the epoch; injected, so that tests and SOURCE_DATE_EPOCH can fix it */
	bool created_fixed;    /* SOURCE_DATE_EPOCH says so; else it is another one on every run */
	struct dd_database_info database;
	const struct dd_inventory *inventory;
	bool os_eol;		     /* the distribution release gets no more security updates */
	struct dd_str os_eol_date;   /* until when every installation gets them, "YYYY-MM-DD", may be empty */
	struct dd_finding *findings; /* sorted by dd_finding_cmp; suppressed ones last */
	size_t n_findings;
	struct dd_str *warnings;
	size_t n_warnings;
	struct dd_problem *problems; /* the inventory's and the judges' */
	size_t n_problems;
	enum dd_verdict verdict;
	struct dd_str reason;		    /* the verdict in one line: "12 findings at or above high" */
	enum dd_severity fail_on;	    /* DD_SEV_COUNT: no limit was asked for */
	enum dd_confidence fail_confidence; /* secrets below it do not fail; DD_CONFIDENCE_UNKNOWN: all may */
	struct dd_policy_result *policy;    /* in the order of the policy; empty: only fail_on */
	size_t n_policy;
	struct dd_fix_step *fix_plan; /* by risk removed, highest first */
	size_t n_fix_plan;
	struct dd_str *hidden; /* reasons why findings are not shown: "--only-fixed hides 12" */
	size_t n_hidden;
	struct dd_str
		*unused_rules; /* of ignore files and exceptions, that no finding met: "FILE:LINE CVE-2024-1 (libx)" */
	size_t n_unused_rules;
};

const char *dd_verdict_name(enum dd_verdict v);		    /* "pass" "fail" "incomplete" */
const char *dd_fix_step_kind_name(enum dd_fix_step_kind k); /* "base" "os-packages" "dependency" "secrets" */
/* Does this finding alone make the verdict fail, by fail_on and fail_confidence? */
bool dd_report_fails(const struct dd_report *r, const struct dd_finding *f);

#endif
