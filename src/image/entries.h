/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of one layer in the order of its tar, in about 20 bytes each: what the overlay rules and the checks need,
 * without content. Written while the layer is walked, kept in the facts cache, read front to back. */
#ifndef DD_ENTRIES_H
#define DD_ENTRIES_H

#include "base/pathlist.h"

enum dd_entry_type {
	DD_ENTRY_FILE,
	DD_ENTRY_DIR,
	DD_ENTRY_SYMLINK,
	DD_ENTRY_HARDLINK,
	DD_ENTRY_CHAR,
	DD_ENTRY_BLOCK,
	DD_ENTRY_FIFO,
	DD_ENTRY_WHITEOUT, /* path is the name that is hidden, without ".wh." */
	DD_ENTRY_OPAQUE,   /* path is the directory whose lower content is hidden */
	DD_ENTRY_TYPE_COUNT
};

struct dd_entry {
	struct dd_str path; /* cleaned: no leading slash, no ".", "..", or empty component; "" is the root */
	struct dd_str link; /* SYMLINK: as written; HARDLINK: cleaned like path */
	enum dd_entry_type type;
	uint32_t mode; /* 07777 */
	uint64_t uid, gid, size;
	bool capabilities; /* has security.capability */
};

struct dd_entries_writer {
	struct dd_buf *out; /* the caller's; its maximum is the limit */
	struct dd_buf last; /* path before */
};
#define DD_ENTRIES_WRITER(buf) ((struct dd_entries_writer){ (buf), DD_BUF_INIT(DD_PATH_MAX) })

enum dd_code dd_entries_add(struct dd_entries_writer *w, const struct dd_entry *e);
void dd_entries_writer_done(struct dd_entries_writer *w);

struct dd_entries_reader {
	struct dd_str rest;
	struct dd_buf last;
};
#define DD_ENTRIES_READER(bytes) ((struct dd_entries_reader){ (bytes), DD_BUF_INIT(DD_PATH_MAX) })

/* The next entry (views good until the next call); *ret_more false at the end. DD_EPARSE: damaged bytes. */
enum dd_code dd_entries_next(struct dd_entries_reader *r, struct dd_entry *ret, bool *ret_more);
void dd_entries_reader_done(struct dd_entries_reader *r);

/* What cleaning a name from an archive met. */
enum dd_clean { DD_CLEAN_SAME, DD_CLEAN_ESCAPES, DD_CLEAN_TOO_DEEP, DD_CLEAN_NO_MEMORY };
/* Cleans an archive's name into out (cleared first): no leading or doubled slashes, no "."; ".." goes up and never
 * above the root (DD_CLEAN_ESCAPES says that it tried, as `cd /..` stays in /). */
enum dd_clean dd_clean_path(struct dd_str raw, struct dd_buf *out) DD_MUST_USE;

#endif
