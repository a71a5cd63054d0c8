/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of the tar reader, internal to format/: one header block (tar_header.c), the records of a pax extended
 * header (tar_pax.c), sparse maps (tar_sparse.c). tar.c drives them. */
#ifndef DD_TAR_PARTS_H
#define DD_TAR_PARTS_H

#include "base/buf.h"
#include "base/vec.h"
#include "format/tar.h"

enum { TAR_BLOCK_BYTES = 512, TAR_NAME_BYTES = 155 + 1 + 100 };

/* tar_header.c: one block of 512 bytes. */
enum dd_tar_format {
	TAR_V7,
	TAR_USTAR, /* POSIX 1003.1-1988 and pax: prefix */
	TAR_STAR,  /* star: ustar whose prefix ends early, with "tar\0" at the block's end */
	TAR_GNU,   /* old GNU: no prefix, sparse map in its place */
};

struct dd_tar_header {
	enum dd_tar_format format;
	char typeflag;
	char name[TAR_NAME_BYTES]; /* prefix joined */
	size_t name_n;
	struct dd_str link; /* view into the block */
	uint32_t mode, dev_major, dev_minor;
	uint64_t uid, gid, size;
	int64_t mtime;
};

/* Only zero bytes: the end-of-archive mark. */
bool dd_tar_block_is_zero(const char *block);
/* DD_EPARSE: checksum or a number is wrong. `at` is the block's offset, for messages. */
enum dd_code dd_tar_header_parse(const char *block, uint64_t at, struct dd_tar_header *ret, struct dd_err *err);
/* A numeric field: octal with blanks and NULs around it, or base 256. False: neither, or beyond 63 bits. */
bool dd_tar_number(struct dd_str field, int64_t *ret);

/* tar_sparse.c: where a sparse file has data; between the segments and behind the last are zero bytes. */
struct dd_tar_segment {
	uint64_t offset, n;
};
/* As DD_VEC has it, with a name. */
struct dd_tar_segments {
	struct dd_tar_segment *p;
	size_t n, cap;
};

enum dd_code dd_tar_segment_add(struct dd_tar_segments *v, uint64_t offset, uint64_t n, uint64_t at,
				struct dd_err *err);
/* Entries of 24 bytes of an old GNU header or its extension blocks, up to the first unused one. */
enum dd_code dd_tar_sparse_gnu(struct dd_tar_segments *v, struct dd_str entries, uint64_t at, struct dd_err *err);
/* "offset,bytes,offset,bytes…" of GNU.sparse.map (format 0.1). */
enum dd_code dd_tar_sparse_list(struct dd_tar_segments *v, struct dd_str map, uint64_t at, struct dd_err *err);
/* Ascending, no overlap, inside size, and together exactly the stored bytes. */
enum dd_code dd_tar_sparse_check(const struct dd_tar_segments *v, uint64_t size, uint64_t stored, uint64_t at,
				 struct dd_err *err);

/* Format 1.0: the map stands before the data, decimal lines: count, then offset and length of each segment; padded to
 * a block. Fed with blocks until it is done. */
struct dd_tar_sparse_map {
	bool done, have_count, have_offset, have_digit;
	uint64_t count, offset, value;
};
enum dd_code dd_tar_sparse_map_feed(struct dd_tar_sparse_map *m, struct dd_tar_segments *v, struct dd_str block,
				    uint64_t at, struct dd_err *err);

/* tar_pax.c: values as the header has them; the last of several equal keys counts. */
enum dd_tar_pax_key {
	PAX_PATH,
	PAX_LINKPATH,
	PAX_SIZE,
	PAX_UID,
	PAX_GID,
	PAX_MTIME,
	PAX_SPARSE_MAJOR,
	PAX_SPARSE_MINOR,
	PAX_SPARSE_NAME,
	PAX_SPARSE_SIZE,
	PAX_SPARSE_REALSIZE,
	PAX_SPARSE_NUMBLOCKS,
	PAX_SPARSE_MAP,
	PAX_KEY_COUNT,
};

struct dd_tar_pax {
	struct dd_str value[PAX_KEY_COUNT]; /* n == 0: not said, or said to be empty, which means the same */
	DD_VEC(struct dd_tar_xattr) xattrs;
	struct dd_tar_segments segments; /* format 0.0: GNU.sparse.offset and .numbytes records */
	bool offset_pending;		 /* an offset without its numbytes yet */
	uint64_t offset;
};

void dd_tar_pax_clear(struct dd_tar_pax *p); /* empty, keeps memory */
void dd_tar_pax_done(struct dd_tar_pax *p);
/* Views into bytes. `at` is their offset in the stream. */
enum dd_code dd_tar_pax_parse(struct dd_tar_pax *p, struct dd_str bytes, uint64_t at, struct dd_err *err);
/* Numbers of values: false when the text is none. A negative uid or gid becomes its 32-bit form. */
bool dd_tar_pax_size(struct dd_str s, uint64_t *ret);
bool dd_tar_pax_id(struct dd_str s, uint64_t *ret);
bool dd_tar_pax_time(struct dd_str s, int64_t *ret);
uint64_t dd_tar_id(int64_t id);

#endif
