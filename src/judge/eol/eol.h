/* SPDX-License-Identifier: Apache-2.0 */
/* End-of-life judge: a release that gets no more security updates is a finding of its own. */
#ifndef DD_JUDGE_EOL_H
#define DD_JUDGE_EOL_H

#include "db/db.h"
#include "judge/findings.h"
#include "model/inventory.h"

/* What is known of the life of the image's distribution release. Dates "YYYY-MM-DD", empty when there is none. */
struct dd_os_life {
	bool known;    /* the database has this release */
	bool eol;      /* it gets no more security updates: regular support is over and no public one follows it */
	bool extended; /* regular support is over; a public long-term support still goes on */
	struct dd_str eol_date, extended_date;
	struct dd_str
		updates_until; /* the end of what every installation gets: regular or, once that is over, public */
};

/* Appends a finding (kind outdated, id "eol:debian:9") when regular support of the image's release is over at `now`.
 * Severity high; medium while a long-term support that every installation gets goes on (Debian LTS), since packages
 * still receive fixes. Support that must be bought or registered for (Ubuntu Pro, ELS …) is noted but does not count.
 * In:     now in seconds since the epoch: the judge reads no clock.
 * Owns:   as dd_judge_vuln().      Errors: DD_ENOMEM, DD_ELIMIT.
 * Source: endoflife.date's API, fields eol and extendedSupport. */
enum dd_code dd_judge_eol(const struct dd_inventory *inv, const struct dd_db *db, int64_t now, struct dd_arena *a,
			  struct dd_findings *out, struct dd_os_life *ret_life, struct dd_err *err);

/* The same of an image that is known by its name and tag only, without its layers: "library/debian" and "10.13",
 * "buster-slim"; "library/node" and "16-alpine". The longest leading part of the version that is a release cycle of the
 * product counts. Codenames are known for distributions. A publisher that calls its image "debian" may have put
 * anything into it: the caller decides whose names it believes. */
struct dd_image_life {
	struct dd_os_life life;
	struct dd_str product, cycle, latest;
};
/* False: no such product or cycle in the database, or the tag has no version. Texts are the db's, or live in a. */
bool dd_judge_eol_image(const struct dd_db *db, struct dd_str repository, struct dd_str tag, int64_t now,
			struct dd_arena *a, struct dd_image_life *ret);

#endif
