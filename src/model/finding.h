/* SPDX-License-Identifier: Apache-2.0 */
/* What a judge concludes from an inventory. One record for every kind of finding; the JSON report holds it 1:1. */
#ifndef DD_FINDING_H
#define DD_FINDING_H

#include "base/str.h"

enum dd_kind {
	DD_KIND_VULNERABILITY,
	DD_KIND_SECRET,
	DD_KIND_CONFIG,
	DD_KIND_OUTDATED,
	DD_KIND_MALWARE,
	DD_KIND_LICENCE,
	DD_KIND_TRUST,
	DD_KIND_WASTE,
	DD_KIND_CODE,
	DD_KIND_COUNT
};

/* Highest first is the order of reports; the number is the rank, so that > means worse. */
enum dd_severity {
	DD_SEV_UNKNOWN,
	DD_SEV_NEGLIGIBLE,
	DD_SEV_LOW,
	DD_SEV_MEDIUM,
	DD_SEV_HIGH,
	DD_SEV_CRITICAL,
	DD_SEV_COUNT
};

enum dd_fix_state {
	DD_FIX_UNKNOWN,
	DD_FIX_FIXED,	    /* fix.version says where */
	DD_FIX_NOT_FIXED,   /* affected, no fix yet */
	DD_FIX_WONT_FIX,    /* the distribution decided not to */
	DD_FIX_DEFERRED,    /* postponed, will be fixed in some later update */
	DD_FIX_END_OF_LIFE, /* the release gets no more fixes */
	DD_FIX_COUNT
};

/* Whose work it is to remove it. */
enum dd_origin {
	DD_ORIGIN_UNKNOWN,     /* the base image is not known */
	DD_ORIGIN_BASE,	       /* a layer of the base image brought it */
	DD_ORIGIN_APPLICATION, /* a layer above the base did */
	DD_ORIGIN_COUNT
};

/* How sure it is that a finding is what it says. Of secrets; other kinds leave it unknown. */
enum dd_confidence {
	DD_CONFIDENCE_UNKNOWN,
	DD_CONFIDENCE_LOW,
	DD_CONFIDENCE_MEDIUM,
	DD_CONFIDENCE_HIGH,
	DD_CONFIDENCE_COUNT
};

/* How near it is to what the container runs. */
enum dd_exposure {
	DD_EXPOSURE_UNKNOWN,
	DD_EXPOSURE_PRESENT,	/* its files are there, nothing says that the entrypoint uses them */
	DD_EXPOSURE_ENTRYPOINT, /* the entrypoint is, or is run by, one of its files */
	DD_EXPOSURE_COUNT
};

enum dd_cvss_version { DD_CVSS_NONE, DD_CVSS_2, DD_CVSS_30, DD_CVSS_31, DD_CVSS_40 };

struct dd_cvss_score {
	enum dd_cvss_version version;
	struct dd_str vector;
	struct dd_str source; /* who scored: a database source's name */
	double score;	      /* base score 0.0 to 10.0, computed from the vector */
};

struct dd_suppression {
	struct dd_str rule;    /* the entry that matched, as "FILE:LINE"; a VEX statement as "FILE#ID" */
	struct dd_str reason;  /* may be empty */
	struct dd_str expires; /* "YYYY-MM-DD", may be empty */
	struct dd_str owner;   /* who answers for the exception, may be empty */
	/* Of a VEX statement; empty for other rules. */
	struct dd_str status;	     /* "not_affected" "fixed" */
	struct dd_str justification; /* "vulnerable_code_not_present" …, may be empty */
};

struct dd_finding {
	enum dd_kind kind;
	struct dd_str id; /* the canonical one: CVE where there is one */
	struct dd_str title;
	enum dd_severity severity;
	struct dd_str severity_source; /* "debian", "osv:AlmaLinux", "cvss" … */
	int package;		       /* index into the inventory's packages, -1: none */
	/* Location: of the package's evidence, or of the thing found. */
	struct dd_str path;
	int layer; /* that introduced it, DD_NO_LAYER: none */
	struct {
		enum dd_fix_state state;
		struct dd_str
			version;      /* lowest that is fixed, of the SOURCE package where the advisory speaks of one */
		struct dd_str advice; /* one sentence, may be empty */
	} fix;
	struct dd_str *aliases; /* sorted, without id */
	size_t n_aliases;
	struct dd_cvss_score *cvss; /* sorted by version, newest first */
	size_t n_cvss;
	double epss;		/* probability 0..1, < 0: unknown */
	double epss_percentile; /* 0..1, < 0: unknown */
	bool kev;		/* in CISA's list of known exploited vulnerabilities */
	bool kev_ransomware;
	struct dd_str kev_due;	 /* "YYYY-MM-DD" */
	struct dd_str published; /* RFC 3339, may be empty */
	struct dd_str *sources;	 /* database sources that say so, sorted; never empty for vulnerabilities */
	size_t n_sources;
	struct dd_str url; /* where a person reads more, may be empty */
	enum dd_origin origin;
	enum dd_exposure exposure;
	double risk;		  /* 0 to 100, how reports are ordered: docs/risk.md; < 0: not computed */
	struct dd_str fix_date;	  /* "YYYY-MM-DD" when the fixed version came out, may be empty */
	struct dd_str vex_status; /* of a VEX statement that does not suppress: "affected" "under_investigation" */
	struct dd_str note;	  /* why the match holds or what is special: "minor issue, no DSA"; may be empty */
	enum dd_confidence confidence;
	const struct dd_secret_finding *secret; /* of DD_KIND_SECRET only, else NULL */
	bool suppressed;
	struct dd_suppression suppression;
};

const char *dd_kind_name(enum dd_kind k);
const char *dd_severity_name(enum dd_severity s);
const char *dd_confidence_name(enum dd_confidence c);		    /* "high" "medium" "low" "unknown" */
bool dd_confidence_parse(struct dd_str s, enum dd_confidence *ret); /* false when s is none of the names */
const char *dd_origin_name(enum dd_origin o);			    /* "base" "application" "unknown" */
const char *dd_exposure_name(enum dd_exposure e);		    /* "entrypoint" "present" "unknown" */
const char *dd_cvss_version_name(enum dd_cvss_version v);	    /* "2.0" "3.0" "3.1" "4.0"; "" for none */
/* False when s is none of the names. */
bool dd_fix_state_parse(struct dd_str s, enum dd_fix_state *ret);
bool dd_kind_parse(struct dd_str s, enum dd_kind *ret);
const char *
dd_fix_state_name(enum dd_fix_state s); /* "fixed" "not-fixed" "wont-fix" "deferred" "end-of-life" "unknown" */
/* False when s is none of the names. */
bool dd_severity_parse(struct dd_str s, enum dd_severity *ret);
/* The order of reports: unsuppressed before suppressed, then by risk; where that is equal or not computed by severity,
 * KEV, EPSS, CVSS, fixability, id, package.
 * A total order for different findings, so that reports are the same on every run. <0, 0, >0. */
int dd_finding_cmp(const struct dd_finding *a, const struct dd_finding *b);

#endif
