/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a ZIP archive in memory, front to back, by libarchive (APPNOTE.TXT 6.3; the central directory decides).
 * The library is loaded when the first archive is opened: see base/lazylib.h. */
#ifndef DD_ZIP_H
#define DD_ZIP_H

#include "base/err.h"
#include "base/str.h"

struct dd_zip;

struct dd_zip_member {
	const char *name; /* until the next call; NULL when it has none. May be hostile: "../x", "/x", any byte */
	bool directory;
};

/* bytes stay the caller's and alive until dd_zip_close. DD_EPARSE: no ZIP archive. DD_EUNSUPPORTED: no libarchive. */
enum dd_code dd_zip_open(struct dd_str bytes, struct dd_zip **ret, struct dd_err *err);
/* *ret_more == false at the end; then ret is not written. DD_EPARSE: nothing more can be read. */
enum dd_code dd_zip_next(struct dd_zip *z, struct dd_zip_member *ret, bool *ret_more, struct dd_err *err);
/* The next block of the member, good until the next call; *ret_block.n == 0 at its end. There is no limit here: the
 * caller counts. DD_EPARSE: this member is broken (method, checksum, encryption), the next one may be whole. */
enum dd_code dd_zip_block(struct dd_zip *z, struct dd_str *ret_block, struct dd_err *err);
/* For programs that read archives in a sandbox, where no library can be loaded any more: loads it before. *ret_handle is
 * the caller's until no archive is opened any more: dd_lazylib_close(). */
enum dd_code dd_zip_preload(void **ret_handle, struct dd_err *err);
/* Accepts NULL. */
void dd_zip_close(struct dd_zip *z);
void dd_zip_closep(struct dd_zip **z);

#endif
