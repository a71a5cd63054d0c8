/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a mapped database, each checked when it is read: a damaged file gives false here and DD_EPARSE above, never
 * an access outside. Internal to src/db. */
#ifndef DD_DBREAD_H
#define DD_DBREAD_H

#include "base/io.h"
#include "db/db.h"
#include "db/dbfile.h"

struct dd_db {
	struct dd_map_file file;
	struct dd_dbfile_header header; /* numbers in the machine's byte order */
	const unsigned char *sections[DD_SECTION_COUNT];
	uint64_t rows[DD_SECTION_COUNT]; /* of TEXT: bytes */
};

/* False: no such row. column must be one of the section's. */
bool dd_cell(const struct dd_db *db, enum dd_section s, uint64_t row, unsigned column, uint32_t *ret);
bool dd_db_text(const struct dd_db *db, uint32_t number, struct dd_str *ret);
/* The text in a cell. */
bool dd_cell_text(const struct dd_db *db, enum dd_section s, uint64_t row, unsigned column, struct dd_str *ret);
/* Do n cells of WORDS lie behind `at`? */
bool dd_db_list_ok(const struct dd_db *db, uint32_t at, uint64_t n);
static inline bool dd_db_word(const struct dd_db *db, uint64_t at, uint32_t *ret)
{
	return dd_cell(db, DD_SECTION_WORDS, at, 0, ret);
}

/* What a search found. DAMAGED: a cell on the way was outside of the file. */
enum dd_search { DD_SEARCH_FOUND, DD_SEARCH_ABSENT, DD_SEARCH_DAMAGED };
/* Number of a text. */
enum dd_search dd_db_text_number(const struct dd_db *db, struct dd_str s, uint32_t *ret);
/* First row whose columns from 0 on hold the n_keys keys, in a section sorted by them; *ret is the place where it
 * would be when it is absent. */
enum dd_search dd_db_row(const struct dd_db *db, enum dd_section s, const uint32_t *keys, unsigned n_keys,
			 uint64_t *ret);

/* The second half of dd_db_verify: all but the digests. */
enum dd_code dd_db_check_structure(const struct dd_db *db, struct dd_err *err);

enum dd_code dd_db_damaged(const char *what, struct dd_err *err);

#endif
