/* SPDX-License-Identifier: Apache-2.0 */
/* How sure it is that what a rule found is a secret. The one door: it puts the text to the rule's test (checks.h),
 * looks at the value where only a name speaks for it (likely.h) and at the file it lies in (place.h), and says one
 * confidence with one reason. Pure: the same candidate has the same weight everywhere. */
#ifndef DD_SECRET_WEIGH_H
#define DD_SECRET_WEIGH_H

#include "base/arena.h"
#include "secret/rule_set.h"

struct dd_secret_candidate {
	const struct dd_secret_rule *rule;
	struct dd_str
		path; /* without the leading slash, with "!inner"; "" where there is none (a label, an argument) */
	/* What was searched, or the part of it around the match: its whole line where that is short, and some 4 KiB on
	 * both sides where they are at hand. Certificates beside a key are looked for in it. */
	struct dd_str text;
	size_t match_at, match_n;   /* in text */
	size_t secret_at, secret_n; /* in text; inside of the match */
	bool binary;		    /* the file is no text */
};

struct dd_secret_weight {
	enum dd_confidence confidence;
	struct dd_str reason;	/* for dd_secret.reason; printable, may be empty */
	struct dd_str filtered; /* for dd_secret.filtered: empty: it counts */
};

/* Texts live in a or in the program. DD_ENOMEM. */
enum dd_code dd_secret_weigh(const struct dd_secret_candidate *c, struct dd_arena *a, struct dd_secret_weight *ret,
			     struct dd_err *err);

#endif
