/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of tar streams: v7, ustar, pax, GNU (long names, sparse in all four forms), star's xattrs.
 * Own code, not libarchive: names must stay the bytes that they are (libarchive converts by locale), every header's
 * offset is evidence, and 3 million entries take libarchive 6 s here, a tenth of that without its per-entry state. */
#ifndef DD_TAR_H
#define DD_TAR_H

#include "base/stream.h"

enum dd_tar_type {
	DD_TAR_FILE,
	DD_TAR_HARDLINK,
	DD_TAR_SYMLINK,
	DD_TAR_CHAR,
	DD_TAR_BLOCK,
	DD_TAR_DIR,
	DD_TAR_FIFO,
	DD_TAR_OTHER, /* a type that has content to skip and no meaning here (multi-volume, volume label …) */
	DD_TAR_END,   /* end of the archive: two zero blocks, or the end of the stream on a block boundary */
};

struct dd_tar_xattr {
	struct dd_str name, value; /* "security.capability" */
};

/* All views are good until the next dd_tar_next(). */
struct dd_tar_entry {
	enum dd_tar_type type;
	char typeflag;	    /* as in the header */
	struct dd_str path; /* raw bytes as the archive has them: not cleaned, may be absolute or hold ".." */
	struct dd_str link; /* target of HARDLINK and SYMLINK */
	uint32_t mode;	    /* permission and setuid bits (07777) */
	uint64_t uid, gid;
	uint64_t size;	       /* bytes that dd_tar_read gives: of a sparse file the logical size */
	uint64_t stored_bytes; /* content bytes in the stream */
	int64_t mtime;	       /* seconds since the epoch */
	uint32_t dev_major, dev_minor;
	bool sparse;
	uint64_t offset;      /* of the entry's first header block in the stream */
	uint64_t data_offset; /* of its first content byte in the stream */
	const struct dd_tar_xattr *xattrs;
	size_t n_xattrs;
};

struct dd_tar;
/* in is borrowed. */
enum dd_code dd_tar_new(struct dd_stream *in, struct dd_tar **ret, struct dd_err *err);
void dd_tar_freep(struct dd_tar **t);
/* The next entry; what was not read of the one before is skipped. DD_EPARSE: bad checksum, bad number, cut archive,
 * bad pax record (err->at: offset in the stream). DD_ELIMIT: a limit of base/limits.h. After an error only freeing is
 * allowed; entries before it stand. A path or link longer than DD_PATH_MAX is DD_ELIMIT with its offset, and reading
 * may go on with dd_tar_next (the entry is skipped): the only recoverable error. Behind any other error dd_tar_next
 * gives DD_EPARSE, so a caller may simply go on behind every DD_ELIMIT. Where readers of tar differ (global pax
 * headers, sizes of links, prefixes …) this one sees what container runtimes see; tar.c has the list. What follows the
 * end mark is not read: drain the stream to hash it. */
enum dd_code dd_tar_next(struct dd_tar *t, struct dd_tar_entry *ret, struct dd_err *err);
/* The next block of the current entry's content, n == 0 at its end. Holes of sparse files come as zero bytes: a header
 * of 512 bytes can promise 2^63 of them, so look at size before reading to the end (stored_bytes is what was paid for).
 * Views of the entry stay good. */
enum dd_code dd_tar_read(struct dd_tar *t, struct dd_str *ret_block, struct dd_err *err);
/* Bytes that were taken from the stream and are of no entry: behind the end mark, what comes before the stream's next
 * block. */
struct dd_str dd_tar_rest(const struct dd_tar *t);
/* Could these first bytes (512 or more) be a tar header? */
bool dd_tar_detect(struct dd_str head);

#endif
