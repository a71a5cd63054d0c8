/* SPDX-License-Identifier: Apache-2.0 */
#include "db/dbread.h"

#include <endian.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/digest.h"

static const uint8_t columns[DD_SECTION_COUNT] = DD_SECTION_COLUMNS;

bool dd_cell(const struct dd_db *db, enum dd_section s, uint64_t row, unsigned column, uint32_t *ret)
{
	uint32_t le;
	if (row >= db->rows[s])
		return false;
	memcpy(&le, db->sections[s] + (row * columns[s] + column) * sizeof le, sizeof le);
	*ret = le32toh(le);
	return true;
}

bool dd_db_text(const struct dd_db *db, uint32_t number, struct dd_str *ret)
{
	uint32_t from, to;
	if (!dd_cell(db, DD_SECTION_STRINGS, number, 0, &from) ||
	    !dd_cell(db, DD_SECTION_STRINGS, (uint64_t)number + 1, 0, &to) || from > to ||
	    to > db->rows[DD_SECTION_TEXT])
		return false;
	*ret = (struct dd_str){ (const char *)db->sections[DD_SECTION_TEXT] + from, to - from };
	return true;
}

bool dd_cell_text(const struct dd_db *db, enum dd_section s, uint64_t row, unsigned column, struct dd_str *ret)
{
	uint32_t number;
	return dd_cell(db, s, row, column, &number) && dd_db_text(db, number, ret);
}

bool dd_db_list_ok(const struct dd_db *db, uint32_t at, uint64_t n)
{
	return n <= db->rows[DD_SECTION_WORDS] && at <= db->rows[DD_SECTION_WORDS] - n;
}

enum dd_code dd_db_damaged(const char *what, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the database is damaged: %s", what);
}

enum dd_search dd_db_text_number(const struct dd_db *db, struct dd_str s, uint32_t *ret)
{
	uint64_t low = 0, high = db->rows[DD_SECTION_STRINGS];
	high -= high > 0; /* the last row is only an end */
	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		struct dd_str at;
		if (!dd_db_text(db, (uint32_t)mid, &at))
			return DD_SEARCH_DAMAGED;
		int order = dd_str_cmp(at, s);
		if (order == 0) {
			*ret = (uint32_t)mid;
			return DD_SEARCH_FOUND;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return DD_SEARCH_ABSENT;
}

/* <0, 0, >0: the row's keys against keys. */
static bool compare_row(const struct dd_db *db, enum dd_section s, uint64_t row, const uint32_t *keys, unsigned n_keys,
			int *ret)
{
	*ret = 0;
	for (unsigned k = 0; k < n_keys && *ret == 0; k++) {
		uint32_t cell;
		if (!dd_cell(db, s, row, k, &cell))
			return false;
		*ret = cell < keys[k] ? -1 : cell > keys[k];
	}
	return true;
}

enum dd_search dd_db_row(const struct dd_db *db, enum dd_section s, const uint32_t *keys, unsigned n_keys,
			 uint64_t *ret)
{
	uint64_t low = 0, high = db->rows[s];
	int order;
	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		if (!compare_row(db, s, mid, keys, n_keys, &order))
			return DD_SEARCH_DAMAGED;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	if (low >= db->rows[s] || !compare_row(db, s, low, keys, n_keys, &order) || order != 0)
		return DD_SEARCH_ABSENT;
	return DD_SEARCH_FOUND;
}

/* --- opening --- */

static enum dd_code read_header(struct dd_db *db, struct dd_err *err)
{
	struct dd_dbfile_header *h = &db->header;
	struct dd_digest digest;
	if (db->file.bytes.n < DD_DBFILE_MAGIC_BYTES ||
	    memcmp(db->file.bytes.p, DD_DBFILE_MAGIC, DD_DBFILE_MAGIC_BYTES) != 0)
		return dd_fail(err, DD_EPARSE, 0, "not a drydock database");
	if (db->file.bytes.n < sizeof *h)
		return dd_fail(err, DD_EPARSE, db->file.bytes.n, "the database is cut off inside its header");
	memcpy(h, db->file.bytes.p, sizeof *h);
	uint32_t format = le32toh(h->format);
	/* Asked before the checksum: another format may have its header sealed in another way. */
	if (format != DD_DBFILE_FORMAT)
		return dd_fail(err, DD_EPARSE, 8, "the database has format %u, this drydock reads format %d", format,
			       DD_DBFILE_FORMAT);
	DD_TRY(dd_digest_of(DD_SHA256, dd_str_take(db->file.bytes, sizeof *h - sizeof h->checksum), &digest, err));
	if (memcmp(digest.bytes, h->checksum, sizeof h->checksum) != 0)
		return dd_db_damaged("the header's checksum is wrong", err);
	h->flags = le32toh(h->flags);
	h->file_bytes = le64toh(h->file_bytes);
	h->built = le64toh(h->built);
	h->advisories = le64toh(h->advisories);
	if (h->file_bytes != db->file.bytes.n)
		return dd_fail(err, DD_EPARSE, db->file.bytes.n, "the database is damaged: %zu bytes, should be %llu",
			       db->file.bytes.n, (unsigned long long)h->file_bytes);
	return DD_OK;
}

static enum dd_code place_sections(struct dd_db *db, struct dd_err *err)
{
	for (size_t s = 0; s < DD_SECTION_COUNT; s++) {
		uint64_t offset = le64toh(db->header.sections[s].offset), bytes = le64toh(db->header.sections[s].bytes);
		uint64_t row = columns[s] ? columns[s] * sizeof(uint32_t) : 1;
		db->header.sections[s].offset = offset;
		db->header.sections[s].bytes = bytes;
		if (bytes > db->file.bytes.n || offset > db->file.bytes.n - bytes || bytes % row != 0)
			return dd_db_damaged("a section lies outside of the file", err);
		db->sections[s] = (const unsigned char *)db->file.bytes.p + offset;
		db->rows[s] = bytes / row;
	}
	return DD_OK;
}

void dd_db_close(struct dd_db *db)
{
	if (!db)
		return;
	dd_map_file_done(&db->file);
	dd_free(db);
}

void dd_db_closep(struct dd_db **db)
{
	dd_db_close(DD_TAKE(*db));
}

enum dd_code dd_db_open(const char *path, struct dd_db **ret, struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = dd_alloc_zero(1, sizeof *db);
	if (!db)
		return dd_fail_nomem(err);
	DD_TRY(dd_map_file_open(&db->file, path, DD_DB_FILE_BYTES_MAX, err));
	enum dd_code code = read_header(db, err);
	if (code == DD_OK)
		code = place_sections(db, err);
	if (code != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
	*ret = DD_TAKE(db);
	return DD_OK;
}
