/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a file: the members of archives and compressed files, the rows of databases, the strings of compiled
 * Python, the objects of a git repository; of each level again. Nothing is searched here: whoever asks is shown one
 * piece after the other. What cannot be read is told, and the rest is read. */
#ifndef DD_SECRET_INSIDE_H
#define DD_SECRET_INSIDE_H

#include "base/err.h"
#include "base/str.h"

/* Told by the content, never by the name. */
enum dd_inside_kind {
	DD_INSIDE_NONE,
	DD_INSIDE_COMPRESSED, /* gzip, zstd, xz, bzip2 */
	DD_INSIDE_TAR,
	DD_INSIDE_AR, /* static libraries, Debian packages */
	DD_INSIDE_CPIO,
	DD_INSIDE_RPM,
	DD_INSIDE_ZIP, /* jar, whl, apk, docx, nupkg …; also behind a script or a program (Spring Boot, zipapp) */
	DD_INSIDE_SQLITE,
	DD_INSIDE_PYC,
	DD_INSIDE_GIT_OBJECT, /* loose */
	DD_INSIDE_GIT_PACK,
	DD_INSIDE_COUNT
};
enum { DD_INSIDE_HEAD_BYTES = 512 };
/* head: the first bytes, at least DD_INSIDE_HEAD_BYTES where there are so many. path only says whether a program or a
 * script is one that usually carries an archive behind it. */
enum dd_inside_kind dd_inside_kind(struct dd_str path, struct dd_str head);

enum {
	DD_INSIDE_DEPTH_MAX = 12,	     /* archives in archives; a docker save of a Spring Boot image has 5 */
	DD_INSIDE_COMPRESSIONS_MAX = 4,	     /* of them compressed streams: each may have a window of 128 MiB */
	DD_INSIDE_MEMBERS_MAX = 4000000,     /* of one outer file, all levels together */
	DD_INSIDE_PROBLEMS_MAX = 20,	     /* of one outer file that are told one by one */
	DD_INSIDE_NAME_BYTES_MAX = 16 << 10, /* of an inner path with all its levels; longer ones are cut */
	DD_INSIDE_RATIO_MAX = 200,	     /* unpacked bytes, all levels, against the outer file's … */
};
#define DD_INSIDE_GRACE_BYTES (64 * DD_MIB) /* … and in addition to that */
#define DD_INSIDE_BYTES_MAX   (64 * DD_GIB)

/* One piece is open at a time. Errors of these functions end the whole. */
struct dd_inside_visitor {
	void *ctx;
	/* inner: "lib/app.jar!config.yml", levels apart by '!', any bytes, good until close; empty: the outer file
	 * itself. size: UINT64_MAX where it is not known. left_over: bytes that nothing refers to any more (deleted
	 * rows): what is in them may be elsewhere, too. */
	enum dd_code (*open)(void *ctx, struct dd_str inner, uint64_t size, bool left_over, struct dd_err *err);
	enum dd_code (*feed)(void *ctx, struct dd_str block, struct dd_err *err);
	enum dd_code (*close)(void *ctx, struct dd_err *err);
	/* Something was not read. offset: in the outer file, DD_NO_OFFSET where it is deeper. text: what and why, names
	 * the inner path, escaped. */
	enum dd_code (*problem)(void *ctx, uint64_t offset, struct dd_str text, struct dd_err *err);
};

/* All pieces of content, which is of that kind (not NONE), in an order that depends on its bytes only. path: for what
 * an unnamed member is called. spool_dir: for members over DD_EVIDENCE_MEMORY_BYTES that must be seen whole; NULL: they
 * are a problem. Errors: those of the visitor, DD_ENOMEM, DD_EIO of the spool. */
enum dd_code dd_inside_each(struct dd_str path, struct dd_str content, enum dd_inside_kind kind, const char *spool_dir,
			    const struct dd_inside_visitor *visitor, struct dd_err *err);

#endif
