/* SPDX-License-Identifier: Apache-2.0 */
/* Vulnerability judge: the packages of an image against the advisories of its own distribution. */
#ifndef DD_VULN_H
#define DD_VULN_H

#include "db/db.h"
#include "judge/findings.h"
#include "model/inventory.h"

/* Appends to `out` one finding for each (vulnerability, installed package) that the database calls affected, and a
 * problem for everything that could not be judged: an operating system without advisories, no operating system, no
 * package database, names or versions that break their scheme. Packages of other vendors are counted in a warning.
 * The order of what is appended follows the inventory and the database's own order; dd_findings_close() sorts.
 * Owns:    texts of findings live in `a` or are views into `db`: both must outlive `out`.
 * Errors:  DD_ENOMEM, DD_ELIMIT (DD_FINDINGS_MAX), DD_EPARSE (the database is damaged).
 * Threads: none of its own; `db` and `inv` are only read.
 * Rules:   see the head of vuln.c. */
enum dd_code dd_judge_vuln(const struct dd_inventory *inv, const struct dd_db *db, struct dd_arena *a,
			   struct dd_findings *out, struct dd_err *err);

#endif
