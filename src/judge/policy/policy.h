/* SPDX-License-Identifier: Apache-2.0 */
/* The policy of a project: what makes a scan fail, and the exceptions from it (`.drydock.yaml`, described in
 * docs/policy.md). --fail-on is its short form. */
#ifndef DD_POLICY_H
#define DD_POLICY_H

#include "base/vec.h"
#include "judge/findings.h"
#include "judge/ignore.h"
#include "model/report.h"

enum dd_policy_answer { DD_POLICY_ANY, DD_POLICY_YES, DD_POLICY_NO };

/* Texts of a YAML list, in the policy's arena. */
struct dd_policy_list {
	struct dd_str *p;
	size_t n;
};

/* One rule: findings that meet every condition count; more than `max` of them fail. */
struct dd_policy_rule {
	struct dd_str name, where; /* "FILE:LINE" */
	unsigned kinds;		   /* bit set of enum dd_kind; 0: any */
	bool by_severity;
	enum dd_severity severity; /* this and above */
	enum dd_policy_answer fixed, kev;
	enum dd_origin origin;	       /* DD_ORIGIN_UNKNOWN: any */
	enum dd_exposure exposure;     /* DD_EXPOSURE_UNKNOWN: any */
	enum dd_confidence confidence; /* of secrets, this and above; DD_CONFIDENCE_UNKNOWN: any */
	double epss, risk;	       /* at least; < 0: any */
	bool by_fix_age;
	uint64_t fix_age_days; /* the fix is older than this */
	struct dd_policy_list packages, types, ids, paths;
	uint64_t max;
	bool warn; /* a warning, no failure */
};

/* Things that must be so, whatever the findings. */
enum dd_policy_check {
	DD_POLICY_COMPLETE,	    /* nothing was unreadable */
	DD_POLICY_PACKAGE_DATABASE, /* the image has one */
	DD_POLICY_SUPPORTED_OS,	    /* the distribution release gets security updates */
	DD_POLICY_FRESH_DATABASE,   /* the advisories are not older than --db-max-age */
	DD_POLICY_NON_ROOT,	    /* the image's user is named and is not root */
	DD_POLICY_KNOWN_BASE,	    /* the base image is named */
	DD_POLICY_CHECK_COUNT
};

/* Zero-initialised is no policy. */
struct dd_policy {
	DD_VEC(struct dd_policy_rule) rules;
	struct dd_policy_list packages_deny, packages_allow; /* "NAME", "TYPE:NAME", either with "@VERSION"; globs */
	struct dd_policy_list licences_deny, licences_allow; /* SPDX identifiers; globs */
	bool licences_unknown_denied;
	bool required[DD_POLICY_CHECK_COUNT];
	struct dd_str where; /* "FILE", for the rules that lists and checks are */
};

const char *dd_policy_check_name(enum dd_policy_check c);

/* Reads a policy file; its exceptions become rules of `exceptions`. Texts are copied into `a`.
 * DD_EARG names file and line: an unknown key (with the one that was probably meant), a wrong type or value, a bad
 * date. An empty file, and one without `policy`, is no policy. On failure neither may be used. */
enum dd_code dd_policy_read(struct dd_policy *p, struct dd_ignore *exceptions, struct dd_str bytes, struct dd_str name,
			    struct dd_arena *a, struct dd_err *err);
/* Adds findings for packages and licences that the policy does not allow (kinds config and licence, severity high). To
 * be called before exceptions are applied, so that they can be excepted. DD_ENOMEM, DD_ELIMIT. */
enum dd_code dd_policy_findings(const struct dd_policy *p, const struct dd_inventory *inv, struct dd_arena *a,
				struct dd_findings *f, struct dd_err *err);
/* What each rule says of findings[0..n) (suppressed ones never count) and of the report: r->policy, r->n_policy. Needs
 * everything in r but the verdict. Arrays and texts live in `a`. DD_ENOMEM. */
enum dd_code dd_policy_apply(const struct dd_policy *p, struct dd_report *r, const struct dd_finding *findings,
			     size_t n, int64_t now, struct dd_arena *a, struct dd_err *err);
/* Drops all that says nothing of findings of this kind, for a command that makes no others: rules of other kinds,
 * lists, and checks but that of completeness. */
void dd_policy_keep_kind(struct dd_policy *p, enum dd_kind kind);
/* Is there any rule, list or check? */
bool dd_policy_any(const struct dd_policy *p);
void dd_policy_done(struct dd_policy *p);

#endif
