/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a local copy of a file on a server up to date: asks only for what has changed, goes on where a broken transfer
 * ended, tries again what may pass, and replaces the copy only by a whole one.
 * Beside the copy `path` there may be `path`.part, a transfer that was cut off, and `path`.json, which remembers the
 * validators of both and the digest of the copy; a copy that does not have that digest is fetched again.
 * Sources: RFC 9110 §13 (conditional requests), §14 (range requests), §10.2.3 (Retry-After). */
#ifndef DD_DOWNLOAD_H
#define DD_DOWNLOAD_H

#include "format/digest.h"
#include "net/http.h"

struct dd_download {
	const char *url, *path;
	uint64_t max_bytes;
	const char *accept; /* the request's Accept field, "application/json"; NULL: any */
	bool gzip;	    /* take it compressed: the copy is what came, perhaps gzip (RFC 1952), perhaps not */
	/* As in struct dd_http_request. */
	bool (*follows)(const void *ctx, const char *url);
	const void *follows_ctx;
	unsigned retries;	 /* further attempts after failures that may pass */
	unsigned retry_wait_ms;	 /* before the first of them; doubles each time; 0: 1000. Retry-After wins. */
	const atomic_bool *stop; /* as in struct dd_http_options */
	/* Is this what was asked for? Called with the whole file before it replaces the copy; an error throws the file
	 * away. May be NULL. */
	enum dd_code (*check)(const void *ctx, struct dd_str bytes, struct dd_err *err);
	const void *check_ctx;
	/* Bytes that will come are known / have come; any of them NULL. */
	void (*expect)(void *ctx, uint64_t bytes);
	void (*progress)(void *ctx, uint64_t bytes);
	void *progress_ctx;
};

struct dd_downloaded {
	bool changed;		 /* the copy is another one than before */
	uint64_t bytes, fetched; /* of the copy; that came over the network */
	struct dd_digest digest; /* SHA-256 of the copy */
	int64_t modified;	 /* that the server says, INT64_MIN: it does not */
};

/* The directory of path must exist. On failure the copy is as it was. DD_ENOTFOUND: the server does not have it (404,
 * 410); other errors as dd_http_do(). */
enum dd_code dd_download(struct dd_http *c, const struct dd_download *d, struct dd_downloaded *ret, struct dd_err *err);
/* The copy that is there, without asking anybody. DD_ENOTFOUND: none, or not the one that was fetched. */
enum dd_code dd_download_kept(const char *path, struct dd_downloaded *ret, struct dd_err *err);
/* Makes the next dd_download fetch the copy anew: something is wrong with its content. */
void dd_download_forget(const char *path);

#endif
