/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of advisories mean: prefixes of ids, severities, module streams. Internal to src/db. */
#ifndef DD_OSV_WORDS_H
#define DD_OSV_WORDS_H

#include "base/str.h"
#include "model/finding.h"

/* Ids of records that speak of vulnerabilities instead of being one (dbfile.h, "bundles"). */
struct dd_osv_prefix {
	const char *prefix;
	bool security; /* false: a bug fix or enhancement update, a vulnerability only when it names a CVE */
};
/* NULL: id has none of the prefixes. */
const struct dd_osv_prefix *dd_osv_prefix(struct dd_str id);

/* "MODERATE", "Important", "medium**", "unimportant" …; DD_SEV_UNKNOWN for all else. */
enum dd_severity dd_osv_severity(struct dd_str word);
/* Of "Important: nodejs:16 security update". */
enum dd_severity dd_osv_summary_severity(struct dd_str summary);
/* The module streams that a summary names, blanks between: "nodejs:16", "virt:rhel virt-devel:rhel"; empty when it
 * names none. A view into out. */
enum { DD_OSV_MODULE_BYTES = 256 };
struct dd_str dd_osv_summary_module(struct dd_str summary, char out[DD_OSV_MODULE_BYTES]);
/* Was this rpm version built in a module ("…module_el8.7.0+3371+ed8c43db", "….module+el8…")? */
bool dd_osv_is_module_version(struct dd_str version);

/* Length of the CVE id (CVE-YYYY-NNNN…) at the start of s, 0 when there is none. */
size_t dd_cve_len(struct dd_str s);

#endif
