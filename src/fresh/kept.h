/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are kept: a file each below <cache>/upstream, beside it what net/download.h remembers of it. Refusals
 * are kept as empty files. One process at a time has them; another one does without. What was not looked at for
 * DD_FRESH_KEPT_DAYS goes. */
#ifndef DD_FRESH_KEPT_H
#define DD_FRESH_KEPT_H

#include "base/buf.h"

enum { DD_FRESH_KEPT_DAYS = 30 };

struct dd_fresh_kept {
	char *dir;	/* owned */
	bool temporary; /* goes with dd_fresh_kept_done */
	int lock;	/* -1: none */
	uint64_t recheck_s;
};

/* Makes the directory. */
enum dd_code dd_fresh_kept_open(struct dd_fresh_kept *k, const char *cache_dir, const char *spool_dir,
				uint64_t recheck_s, struct dd_err *err);
void dd_fresh_kept_done(struct dd_fresh_kept *k);

/* Where the answer of this address is, or would be; replaces what is in ret. */
enum dd_code dd_fresh_kept_path(const struct dd_fresh_kept *k, const char *url, const char *accept, struct dd_buf *ret,
				struct dd_err *err);
enum dd_fresh_keeping {
	DD_FRESH_KEPT_NOT,    /* ask, perhaps with validators */
	DD_FRESH_KEPT_GOOD,   /* looked at not long ago */
	DD_FRESH_KEPT_ABSENT, /* not long ago there was none */
};
enum dd_fresh_keeping dd_fresh_kept_look(const struct dd_fresh_kept *k, const char *path);
/* Somebody asked, and this is how it went. */
void dd_fresh_kept_note(const struct dd_fresh_kept *k, const char *path, enum dd_code code);

#endif
