/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: makes rpm headers and the three kinds of database around them, byte by byte from their specifications
 * (SQLite's by libsqlite3). Not part of the program. */
#ifndef DD_RPM_FIXTURE_H
#define DD_RPM_FIXTURE_H

#include "base/buf.h"

/* A header being made. Begin with DD_FIX_HEADER; dd_fix_header_end releases it. */
struct dd_fix_header {
	struct dd_buf index, store;
	uint32_t entries;
};
#define DD_FIX_HEADER ((struct dd_fix_header){ DD_BUF_INIT(1 << 24), DD_BUF_INIT(1 << 24), 0 })

/* An entry with any numbers; bytes are appended to the store first. */
void dd_fix_entry(struct dd_fix_header *h, uint32_t tag, uint32_t type, uint32_t offset, uint32_t count);
void dd_fix_text(struct dd_fix_header *h, uint32_t tag, const char *text);			 /* STRING */
void dd_fix_texts(struct dd_fix_header *h, uint32_t tag, const char *const *texts, uint32_t n);	 /* STRING_ARRAY */
void dd_fix_numbers(struct dd_fix_header *h, uint32_t tag, const uint32_t *numbers, uint32_t n); /* INT32 */
void dd_fix_number64(struct dd_fix_header *h, uint32_t tag, uint64_t number);			 /* INT64 */
/* Appends the blob to out. */
void dd_fix_header_end(struct dd_fix_header *h, struct dd_buf *out);
/* A small whole header with `padding` bytes of description. */
void dd_fix_package(const char *name, const char *version, const char *release, size_t padding, struct dd_buf *out);

/* A database whose records 1 … n are the blobs. */
struct dd_fix_bdb {
	uint32_t page_bytes;
	bool big_endian;
	unsigned char hash_type; /* 13, or 2 for unsorted pages */
};
enum {
	DD_FIX_BDB_PAIRS = 3
}; /* records of a hash page; pages 1 … n are hash pages, the last one continues page 1, overflow pages follow */
void dd_fix_bdb(const struct dd_str *blobs, uint32_t n, struct dd_fix_bdb how, struct dd_buf *out);
void dd_fix_ndb(const struct dd_str *blobs, uint32_t n, struct dd_buf *out); /* slot page 0, then the records */
void dd_fix_sqlite(const struct dd_str *blobs, uint32_t n, uint32_t page_bytes, struct dd_buf *out);
/* Any SQLite database: what the statements make. */
void dd_fix_sqlite_from(const char *statements, struct dd_buf *out);
uint32_t dd_fix_adler32(struct dd_str bytes);
/* Writes v at offset at, in the byte order given. */
void dd_fix_put32(struct dd_buf *b, size_t at, uint32_t v, bool big_endian);
void dd_fix_put16(struct dd_buf *b, size_t at, uint16_t v, bool big_endian);

#endif
