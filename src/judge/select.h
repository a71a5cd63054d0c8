/* SPDX-License-Identifier: Apache-2.0 */
/* Which findings a report shows, and in which order. */
#ifndef DD_SELECT_H
#define DD_SELECT_H

#include "judge/findings.h"
#include "model/inventory.h"

enum dd_sort { DD_SORT_RISK, DD_SORT_SEVERITY, DD_SORT_EPSS, DD_SORT_PACKAGE, DD_SORT_COUNT };

/* Zero-initialised shows everything by risk. */
struct dd_select {
	bool by_severity;		   /* false: every severity */
	bool severity[DD_SEV_COUNT];	   /* which ones are shown */
	bool only_fixed;		   /* vulnerabilities that have no fix are left out */
	enum dd_confidence min_confidence; /* secrets below it are left out */
	enum dd_sort sort;
};

/* "high,critical" or "medium+" (that and above), mixed as one likes: "negligible,high+". DD_EARG names the part that is
 * no severity, and the severities there are. */
enum dd_code dd_select_severities(struct dd_select *sel, struct dd_str list, struct dd_err *err);
/* "risk" "severity" "epss" "package"; NULL-terminated, in the order of enum dd_sort (for DD_OPT_CHOICE). */
extern const char *const dd_sort_names[];

/* Drops from f what only_fixed and min_confidence leave out, sorts the rest, and moves what `severity` hides behind the
 * others: f->list.p[0 .. *ret_shown) is for the report. The hidden ones stay for the verdict, since hiding a finding
 * does not make it harmless, whereas only_fixed and min_confidence are decisions that such findings do not count.
 * *ret_hidden gets one line each ("--only-fixed leaves out 12"), *ret_n_hidden lines, in `a`. DD_ENOMEM. */
enum dd_code dd_select_apply(const struct dd_select *sel, const struct dd_inventory *inv, struct dd_arena *a,
			     struct dd_findings *f, size_t *ret_shown, struct dd_str **ret_hidden, size_t *ret_n_hidden,
			     struct dd_err *err);

#endif
