/* SPDX-License-Identifier: Apache-2.0 */
/* The advisory database: one read-only mapped file. Opening it touches the header only; every offset is checked when it
 * is followed, so a damaged file gives errors, never a crash. Records are views into the map: they live as long as it.
 */
#ifndef DD_DB_H
#define DD_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "model/finding.h"
#include "model/report.h"
#include "version/version.h"

struct dd_db; /* opaque; any number of threads may read one */

/* DD_ENOTFOUND: no such file. DD_EPARSE: not a database, another format version, or a damaged header. */
enum dd_code dd_db_open(const char *path, struct dd_db **ret, struct dd_err *err);
void dd_db_close(struct dd_db *db);
void dd_db_closep(struct dd_db **db);
/* Reads every byte: content digest and every offset. */
enum dd_code dd_db_verify(const struct dd_db *db, struct dd_err *err);
/* Views into db; arrays live in a. path, stale and age_days are the caller's to fill. */
enum dd_code dd_db_info(const struct dd_db *db, struct dd_arena *a, struct dd_database_info *ret, struct dd_err *err);

/* What one source says of one package in one ecosystem. */
enum dd_advisory_status {
	DD_ADV_AFFECTED,     /* ranges and versions say which versions */
	DD_ADV_NOT_AFFECTED, /* the source says that the versions of ranges and versions are not; mostly all of them */
	DD_ADV_UNDETERMINED, /* the source has not decided: not a finding */
};

enum dd_event_kind {
	DD_EVENT_INTRODUCED,
	DD_EVENT_FIXED,
	DD_EVENT_LAST_AFFECTED,
	DD_EVENT_LIMIT,
	DD_EVENT_AFTER, /* introduced behind this version: what other notations write "> 1.0" */
};
struct dd_event {
	enum dd_event_kind kind;
	struct dd_str version; /* "0" for INTRODUCED: from the start */
};
enum dd_range_type { DD_RANGE_ECOSYSTEM, DD_RANGE_SEMVER };
struct dd_range {
	enum dd_range_type type;
	struct dd_event *events; /* in the order of the source; the judge sorts them by version */
	size_t n_events;
};

struct dd_advisory {
	uint32_t vuln;		 /* handle for dd_db_vuln() */
	struct dd_str id;	 /* the record's own id: "DSA-5123-1", "ALSA-2022:1234", "CVE-2022-1" */
	struct dd_str source;	 /* name of the database source */
	struct dd_str ecosystem; /* canonical key: "debian:12" */
	struct dd_str package;	 /* name as the source writes it, normalised per ecosystem */
	enum dd_advisory_status status;
	enum dd_fix_state
		fix_state; /* for AFFECTED without a fixed version: NOT_FIXED, WONT_FIX, DEFERRED, END_OF_LIFE */
	enum dd_severity severity; /* that this source gives for this package, DD_SEV_UNKNOWN when it gives none */
	struct dd_str module;	   /* rpm modules "nodejs:12", blanks between: any of them; may be empty */
	struct dd_str arches;	   /* blanks between, empty: any */
	struct dd_str note;	   /* "no-dsa: minor issue" … may be empty */
	struct dd_range *ranges;
	size_t n_ranges;
	struct dd_str *versions; /* explicit list, sorted by bytes */
	size_t n_versions;
	bool withdrawn; /* by its source: it says nothing any more (dd_db_find leaves those out) */
};

/* Advisories for package in ecosystem (canonical key), in a fixed order, without withdrawn ones; the array lives in a,
 * its text in db. No entry: DD_OK and *ret_n == 0. DD_EPARSE: the file is damaged there.
 * A record that fixes several CVEs (ALSA, DSA, USN …) gives one advisory for each of them, with the same id and ranges
 * and another vuln: findings are per CVE, and advisory.id is one more name for them. How records and vulnerabilities
 * are joined stands in dbfile.h. */
enum dd_code dd_db_find(const struct dd_db *db, struct dd_str ecosystem, struct dd_str package, struct dd_arena *a,
			struct dd_advisory **ret, size_t *ret_n, struct dd_err *err);
/* Has any source records for this ecosystem key? "Nothing known" must not look like "nothing wrong". */
bool dd_db_covers(const struct dd_db *db, struct dd_str ecosystem);

/* What is known of a vulnerability itself, all its records joined by their aliases. */
struct dd_vuln {
	struct dd_str id; /* canonical: CVE if there is exactly one, else GHSA, else the first in byte order */
	struct dd_str title;
	struct dd_str published, modified; /* RFC 3339, may be empty */
	bool withdrawn;			   /* every record of it is */
	struct dd_str *aliases; /* sorted, without id, transitively closed; upstream/related are not among them */
	size_t n_aliases;
	struct dd_cvss_score *cvss; /* .score is computed from the vector */
	size_t n_cvss;
	struct dd_str *cwes; /* "CWE-79", sorted by bytes */
	size_t n_cwes;
	enum dd_severity severity; /* stated in words by a source (GHSA's), DD_SEV_UNKNOWN when none does */
	struct dd_str severity_source;
	double epss, epss_percentile; /* < 0: unknown */
	bool kev, kev_ransomware;
	struct dd_str kev_due;
};
enum dd_code dd_db_vuln(const struct dd_db *db, uint32_t vuln, struct dd_arena *a, struct dd_vuln *ret,
			struct dd_err *err);
/* All that an id, an alias or the id of a record means: several for a record that fixes several CVEs. Unknown: DD_OK
 * and *ret_n == 0. The array lives in a. */
enum dd_code dd_db_lookup_all(const struct dd_db *db, struct dd_str id, struct dd_arena *a, uint32_t **ret,
			      size_t *ret_n, struct dd_err *err);
/* The one whose canonical id it is, else the first of them; false when unknown. */
bool dd_db_lookup(const struct dd_db *db, struct dd_str id, uint32_t *ret_vuln);
/* All advisories of one vulnerability, over all packages, withdrawn ones too (for `db show`). */
enum dd_code dd_db_advisories_of(const struct dd_db *db, uint32_t vuln, struct dd_arena *a, struct dd_advisory **ret,
				 size_t *ret_n, struct dd_err *err);
/* All (ecosystem, package) pairs of that package name (for `db show`): advisories over every ecosystem, withdrawn
 * ones too. */
enum dd_code dd_db_find_anywhere(const struct dd_db *db, struct dd_str package, struct dd_arena *a,
				 struct dd_advisory **ret, size_t *ret_n, struct dd_err *err);

/* End of life of a product's release cycle: eol "YYYY-MM-DD" or empty; ended says so without a date. */
struct dd_eol {
	struct dd_str product, cycle, codename, eol, extended, latest;
	bool ended;
};
/* False when the product or cycle is unknown. product as endoflife.date names it: "debian", "alpine-linux". */
bool dd_db_eol(const struct dd_db *db, struct dd_str product, struct dd_str cycle, struct dd_eol *ret);

/* A jar that is known by its digest (sources of kind "java"): "group:artifact" and version. */
struct dd_jar {
	struct dd_str name, version;
};
/* False: no such file is known. */
bool dd_db_java_sha1(const struct dd_db *db, const unsigned char sha1[20], struct dd_jar *ret);

#endif
