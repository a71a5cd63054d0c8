/* SPDX-License-Identifier: Apache-2.0 */
/* Freshness: what of an image has moved on since it was built. Findings of kind outdated; docs/freshness.md says the
 * same for users. Pure: upstreams were asked before (fresh/gather.h), the clock is the caller's.
 *
 *   id                             severity     when
 *   image:floating-tag             low          the reference has no tag, or one that promises no version ("latest")
 *   image:not-pinned               negligible   a version tag without a digest
 *   image:old                      low, medium  created longer ago than max_age_days; twice and more as long
 *   image:tag-moved                medium       the registry has another image under the tag by now
 *   image:base-moved               medium       … under the base image's tag
 *   security-update:TYPE:NAME      medium       an update of a system's package waits that the security team announced
 *   update:TYPE:NAME               low          another update of a system's package waits
 *   removed:TYPE:NAME              high         the registry took the package away or locks it up
 *   yanked:TYPE:NAME               medium       this version was taken back
 *   deprecated:TYPE:NAME           low          its authors say not to use it any more
 *   archived:TYPE:NAME             low          nobody works on it any more
 *   outdated:TYPE:NAME             negligible   a third-party package has a newer version */
#ifndef DD_JUDGE_OUTDATED_H
#define DD_JUDGE_OUTDATED_H

#include "judge/findings.h"
#include "model/inventory.h"
#include "model/upstream.h"

struct dd_outdated_request {
	const struct dd_upstreams *upstreams; /* NULL: nobody was asked */
	int64_t now;			      /* seconds since the epoch */
	uint64_t max_age_days;		      /* 0: an image's age does not matter */
};

/* Appends findings, and the problems and warnings of those who asked. Texts live in a or in the upstreams. DD_ENOMEM.
 */
enum dd_code dd_judge_outdated(const struct dd_inventory *inv, const struct dd_outdated_request *q, struct dd_arena *a,
			       struct dd_findings *out, struct dd_err *err);

/* outdated_image.c: the rows above that begin with "image:". */
enum dd_code dd_outdated_image(const struct dd_inventory *inv, const struct dd_outdated_request *q, struct dd_arena *a,
			       struct dd_findings *out);

#endif
