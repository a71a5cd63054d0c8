/* SPDX-License-Identifier: Apache-2.0 */
/* A list of paths in few bytes: each one stores how many bytes it shares with the one before, then the rest. A Debian
 * package list (7,000 paths) shrinks to a third. Written and read front to back. */
#ifndef DD_PATHLIST_H
#define DD_PATHLIST_H

#include "base/buf.h"

struct dd_pathlist_writer {
	struct dd_buf *out; /* owned by the caller */
	struct dd_buf last;
};
#define DD_PATHLIST_WRITER(buf) ((struct dd_pathlist_writer){ (buf), DD_BUF_INIT(DD_PATH_MAX) })

/* DD_ELIMIT for a path over DD_PATH_MAX bytes or when out is full. */
enum dd_code dd_pathlist_add(struct dd_pathlist_writer *w, struct dd_str path);
void dd_pathlist_writer_done(struct dd_pathlist_writer *w);

struct dd_pathlist_reader {
	struct dd_str rest;
	struct dd_buf last;
};
#define DD_PATHLIST_READER(bytes) ((struct dd_pathlist_reader){ (bytes), DD_BUF_INIT(DD_PATH_MAX) })

/* True and the next path (valid until the next call), false at the end. The bytes may come from a damaged cache:
 * DD_EPARSE then. */
enum dd_code dd_pathlist_next(struct dd_pathlist_reader *r, struct dd_str *ret_path, bool *ret_more);
void dd_pathlist_reader_done(struct dd_pathlist_reader *r);

/* Reads a LEB128 number from the front of *rest; false when it is cut or over 64 bits. */
bool dd_varint_next(struct dd_str *rest, uint64_t *ret);

#endif
