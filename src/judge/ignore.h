/* SPDX-License-Identifier: Apache-2.0 */
/* Ignore files: findings that somebody looked at and accepted, with the reason and for how long. The format is
 * described at the head of ignore.c and, for users, in the README. */
#ifndef DD_IGNORE_H
#define DD_IGNORE_H

#include "base/map.h"
#include "judge/findings.h"
#include "model/inventory.h"

struct dd_ignore_rule {
	struct dd_str id;	   /* "CVE-2023-1234", "eol:debian:9", or "*" */
	struct dd_str package;	   /* glob over binary and source names; empty: any */
	struct dd_str version;	   /* installed version, exact; empty: any */
	struct dd_str path;	   /* glob over the finding's path, no leading slash; empty: any */
	struct dd_str fingerprint; /* of a secret, exact; empty: any */
	struct dd_str reason, owner;
	struct dd_str until; /* "YYYY-MM-DD": last day on which the rule holds; empty: for ever */
	int64_t until_s;     /* first second on which it no longer does */
	struct dd_str where; /* "FILE:LINE" */
	bool expired;
	uint64_t hits; /* findings that it matches (expired: would match) */
	uint32_t next; /* next rule with the same id, DD_MAP_NONE: last */
};

/* The rules of all files read so far, in their order. Zero-initialised is empty. */
struct dd_ignore {
	DD_VEC(struct dd_ignore_rule) rules;
	struct dd_map by_id;   /* lower-case id → first rule; "*" too */
	DD_VEC(uint32_t) last; /* last rule of each chain, by first rule */
};

/* Adds the rules of one file. `name` is the file's name for messages and "FILE:LINE"; texts are copied into `a`.
 * Errors: DD_EARG names file, line and what is wrong there: unknown or repeated key, bad date, "*" without package or
 * path, text that is not UTF-8. DD_ELIMIT: DD_IGNORE_BYTES_MAX, DD_IGNORE_RULES_MAX, DD_IGNORE_LINE_MAX. On failure
 * no rule of the file may be used: call dd_ignore_done(). */
enum dd_code dd_ignore_add(struct dd_ignore *ig, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			   struct dd_err *err);

/* Adds one rule that came from elsewhere (a policy's exception): id, and for "*" package or path, where, and until_s
 * for until are set; its texts outlive ig. DD_ELIMIT: DD_IGNORE_RULES_MAX. */
enum dd_code dd_ignore_keep(struct dd_ignore *ig, const struct dd_ignore_rule *rule, struct dd_arena *a,
			    struct dd_err *err);
/* "2026-12-31" → the first second after that day; false when it is no date of that form. */
bool dd_ignore_until(struct dd_str until, int64_t *ret_s);

/* Marks the findings that a rule matches as suppressed; the first rule in file order wins. Rules past their date at
 * `now` (seconds since the epoch) suppress nothing and give a warning each. Findings that something else suppressed
 * already stay as they are, but count as hits. DD_ENOMEM. */
enum dd_code dd_ignore_apply(struct dd_ignore *ig, const struct dd_inventory *inv, int64_t now, struct dd_arena *a,
			     struct dd_findings *f, struct dd_err *err);

/* The next rule from *at on that matched nothing, NULL at the end: `for (size_t at = 0; (r = dd_ignore_unused(ig,
 * &at));)`. */
const struct dd_ignore_rule *dd_ignore_unused(const struct dd_ignore *ig, size_t *at);

void dd_ignore_done(struct dd_ignore *ig);

#endif
