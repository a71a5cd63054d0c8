/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives in memory, by their central directory: a member is found, read or looked at in place without inflating
 * any other, so that a jar of 50 MB costs its directory and the 200 bytes that are wanted of it. */
#ifndef DD_ZIP_H
#define DD_ZIP_H

#include "base/buf.h"

struct dd_zip;

/* One record of the central directory. A copy stays good as long as the archive's bytes do. */
struct dd_zip_member {
	struct dd_str name; /* a view into the archive; may be hostile: "../x", "/x", any byte, empty */
	bool directory;	    /* its name ends in a slash */
	uint64_t size;	    /* bytes once it is unpacked, as the directory claims; reading holds it to that */
	uint64_t stored;    /* bytes in the archive */
	uint64_t at;	    /* offset of its local header in the archive's bytes */
	uint32_t crc;
	uint16_t method, flags;
};

/* bytes stay the caller's and alive until dd_zip_close; they may have other bytes before the archive (self-executing
 * jars) and behind it. Allocates little: what inflating needs comes with the first deflated member.
 * DD_EPARSE: no ZIP archive. DD_EUNSUPPORTED: one volume of several, or its directory is encrypted. */
enum dd_code dd_zip_open(struct dd_str bytes, struct dd_zip **ret, struct dd_err *err);
/* The next record, in the directory's order; *ret_more == false at the end, then ret is not written.
 * DD_EPARSE: the directory cannot be read any further. */
enum dd_code dd_zip_next(struct dd_zip *z, struct dd_zip_member *ret, bool *ret_more, struct dd_err *err);
/* The next block of the member that dd_zip_next gave last, good until the next call; *ret_block.n == 0 at its end, when
 * size and checksum were found right. Never gives more than the member's size. DD_EPARSE: this member is broken, the
 * next one may be whole. DD_EUNSUPPORTED: it is encrypted, or packed by something else than deflate. */
enum dd_code dd_zip_block(struct dd_zip *z, struct dd_str *ret_block, struct dd_err *err);
/* Appends the whole content of m, which dd_zip_next gave at any time. DD_ELIMIT: it claims more than max bytes, or out
 * is full; else as dd_zip_block. After an error out holds a part of it. The member of dd_zip_block is then m. */
enum dd_code dd_zip_read(struct dd_zip *z, const struct dd_zip_member *m, uint64_t max, struct dd_buf *out,
			 struct dd_err *err);
/* A member that is stored as it is: a view into the archive's bytes, checksum not looked at. DD_EUNSUPPORTED: it is
 * packed or encrypted. */
enum dd_code dd_zip_stored(const struct dd_zip *z, const struct dd_zip_member *m, struct dd_str *ret,
			   struct dd_err *err);
/* Accepts NULL. */
void dd_zip_close(struct dd_zip *z);
void dd_zip_closep(struct dd_zip **z);

#endif
