/* SPDX-License-Identifier: Apache-2.0 */
/* The official sources of advisories, as data: what `db update` fetches, from where, and under which name a mirror has
 * it. */
#ifndef DD_FEEDS_H
#define DD_FEEDS_H

#include "base/buf.h"
#include "base/err.h"

enum dd_feed_form { DD_FEED_ZIP, DD_FEED_JSON, DD_FEED_CSV }; /* CSV: plain or gzip */

struct dd_feed {
	const char *kind, *name; /* "osv", "Rocky Linux": shown as "osv:Rocky Linux"; kind is one of db/build.h's */
	const char *url;	 /* official, percent-encoded */
	const char *path;	 /* below a mirror and in the cache, not encoded: "osv/Rocky Linux/all.zip" */
	enum dd_feed_form form;
	bool maybe; /* a source that may not be published yet: its absence is said, but is no failure */
	bool blank; /* may hold no advisory at all: repositories that never had one */
};

/* In the order of the table; NULL behind the last. */
const struct dd_feed *dd_feed_at(size_t i);
/* Does a feed answer to "KIND" or "KIND:NAME" (without case; for Alpine also "alpine:v3.20")? */
bool dd_feed_matches(const struct dd_feed *f, struct dd_str selector);
/* Appends "osv:Rocky Linux". */
void dd_feed_title(const struct dd_feed *f, struct dd_buf *out);
uint64_t dd_feed_bytes_max(const struct dd_feed *f);
/* Do the bytes look like the feed's form? Finds what servers send by mistake: error pages, cut archives. DD_EPARSE. */
enum dd_code dd_feed_check(const struct dd_feed *f, struct dd_str bytes, struct dd_err *err);

#endif
