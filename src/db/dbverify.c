/* SPDX-License-Identifier: Apache-2.0 */
/* Reads every byte: the digests find every flip, the walk finds a file that was made wrong and sealed. */
#include "base/limits.h"
#include "db/dbread.h"
#include "format/digest.h"

static enum dd_code check_content(const struct dd_db *db, struct dd_err *err)
{
	struct dd_digest digest;
	DD_TRY(dd_digest_of(DD_SHA256, dd_str_skip(db->file.bytes, DD_DBFILE_HEADER_BYTES), &digest, err));
	if (memcmp(digest.bytes, db->header.content, sizeof db->header.content) != 0)
		return dd_db_damaged("its content does not have the digest that the header promises", err);
	return DD_OK;
}

static enum dd_code check_texts(const struct dd_db *db, struct dd_err *err)
{
	struct dd_str last = { "", 0 }, at;
	uint64_t n = db->rows[DD_SECTION_STRINGS];
	if (n < 2 || n > UINT32_MAX)
		return dd_db_damaged("no texts", err);
	for (uint32_t i = 0; i < n - 1; i++) {
		if (!dd_db_text(db, i, &at) || (i == 0 ? at.n != 0 : dd_str_cmp(last, at) >= 0))
			return dd_db_damaged("its texts are out of order", err);
		last = at;
	}
	return DD_OK;
}

/* Columns that hold texts, as bits. */
static enum dd_code check_text_cells(const struct dd_db *db, struct dd_err *err)
{
#define BIT(column) (UINT32_C(1) << (column))
	static const uint32_t texts[DD_SECTION_COUNT] = {
		[DD_SECTION_SOURCES] =
			BIT(DD_SRC_KIND) | BIT(DD_SRC_NAME) | BIT(DD_SRC_URL) | BIT(DD_SRC_DIGEST) | BIT(DD_SRC_DATE),
		[DD_SECTION_ECOSYSTEMS] = BIT(0),
		[DD_SECTION_PACKAGES] = BIT(DD_PKG_ECOSYSTEM) | BIT(DD_PKG_NAME),
		[DD_SECTION_ENTRIES] = BIT(DD_ENT_NOTE) | BIT(DD_ENT_MODULE) | BIT(DD_ENT_ARCHES),
		[DD_SECTION_RECORDS] = BIT(DD_REC_ID),
		[DD_SECTION_VULNS] = BIT(DD_VUL_ID) | BIT(DD_VUL_TITLE) | BIT(DD_VUL_PUBLISHED) | BIT(DD_VUL_MODIFIED) |
				     BIT(DD_VUL_SEVERITY_SOURCE) | BIT(DD_VUL_KEV_DUE),
		[DD_SECTION_IDS] = BIT(DD_IDX_NAME),
		[DD_SECTION_EOL] = BIT(DD_EOL_PRODUCT) | BIT(DD_EOL_CYCLE) | BIT(DD_EOL_CODENAME) | BIT(DD_EOL_DATE) |
				   BIT(DD_EOL_EXTENDED) | BIT(DD_EOL_LATEST),
		[DD_SECTION_JARS] = BIT(DD_JAR_NAME) | BIT(DD_JAR_VERSION),
	};
#undef BIT
	struct dd_str text;
	for (enum dd_section s = 0; s < DD_SECTION_COUNT; s++)
		for (uint64_t row = 0; texts[s] && row < db->rows[s]; row++)
			for (unsigned column = 0; column < 32; column++)
				if ((texts[s] >> column & 1) && !dd_cell_text(db, s, row, column, &text))
					return dd_db_damaged("a row points to no text", err);
	return DD_OK;
}

/* Sorted by the first n_keys columns, at most KEYS_MAX; unique: each key once. */
enum { KEYS_MAX = 5 };
static enum dd_code check_order(const struct dd_db *db, enum dd_section s, unsigned n_keys, bool unique,
				struct dd_err *err)
{
	uint32_t last[KEYS_MAX] = { 0 }, now[KEYS_MAX] = { 0 };
	for (uint64_t row = 0; row < db->rows[s]; row++) {
		for (unsigned k = 0; k < n_keys; k++)
			if (!dd_cell(db, s, row, k, &now[k]))
				return dd_db_damaged("a row", err);
		unsigned k = 0;
		while (k < n_keys && last[k] == now[k])
			k++;
		if (row && (k == n_keys ? unique : last[k] > now[k]))
			return dd_db_damaged("an index is out of order", err);
		memcpy(last, now, sizeof last);
	}
	return DD_OK;
}

/* Everything that can be asked is asked: each offset is followed once. */
static enum dd_code follow_all(const struct dd_db *db, struct dd_err *err)
{
	for (uint32_t v = 0; v < db->rows[DD_SECTION_VULNS]; v++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_DB_MEMORY_BYTES_MAX);
		struct dd_vuln vuln;
		DD_TRY(dd_db_vuln(db, v, &a, &vuln, err));
	}
	for (uint64_t p = 0; p < db->rows[DD_SECTION_PACKAGES]; p++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_DB_MEMORY_BYTES_MAX);
		struct dd_str ecosystem, name;
		struct dd_advisory *found;
		size_t n;
		if (!dd_cell_text(db, DD_SECTION_PACKAGES, p, DD_PKG_ECOSYSTEM, &ecosystem) ||
		    !dd_cell_text(db, DD_SECTION_PACKAGES, p, DD_PKG_NAME, &name))
			return dd_db_damaged("a package", err);
		DD_TRY(dd_db_find(db, ecosystem, name, &a, &found, &n, err));
		if (!dd_db_covers(db, ecosystem))
			return dd_db_damaged("a package of an unknown ecosystem", err);
	}
	for (uint64_t i = 0; i < db->rows[DD_SECTION_IDS]; i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_DB_MEMORY_BYTES_MAX);
		struct dd_str id;
		uint32_t *list;
		size_t n;
		if (!dd_cell_text(db, DD_SECTION_IDS, i, DD_IDX_NAME, &id))
			return dd_db_damaged("an id", err);
		DD_TRY(dd_db_lookup_all(db, id, &a, &list, &n, err));
		if (n == 0)
			return dd_db_damaged("an id without a vulnerability", err);
	}
	return DD_OK;
}

/* record → entry → record, vulnerability → record, name → package. */
static enum dd_code check_rows(const struct dd_db *db, struct dd_err *err)
{
	for (uint32_t r = 0; r < db->rows[DD_SECTION_RECORDS]; r++) {
		uint32_t at, n, entry, back;
		if (!dd_cell(db, DD_SECTION_RECORDS, r, DD_REC_ENTRIES, &at) ||
		    !dd_cell(db, DD_SECTION_RECORDS, r, DD_REC_N_ENTRIES, &n) || !dd_db_list_ok(db, at, n))
			return dd_db_damaged("a record", err);
		for (uint32_t i = 0; i < n; i++)
			if (!dd_db_word(db, (uint64_t)at + i, &entry) ||
			    !dd_cell(db, DD_SECTION_ENTRIES, entry, DD_ENT_RECORD, &back) || back != r)
				return dd_db_damaged("a record's entries", err);
	}
	for (uint32_t v = 0; v < db->rows[DD_SECTION_VULNS]; v++) {
		uint32_t at, n, record;
		if (!dd_cell(db, DD_SECTION_VULNS, v, DD_VUL_RECORDS, &at) ||
		    !dd_cell(db, DD_SECTION_VULNS, v, DD_VUL_N_RECORDS, &n) || !dd_db_list_ok(db, at, n))
			return dd_db_damaged("a vulnerability", err);
		for (uint32_t i = 0; i < n; i++)
			if (!dd_db_word(db, (uint64_t)at + i, &record) || record >= db->rows[DD_SECTION_RECORDS])
				return dd_db_damaged("a vulnerability's records", err);
	}
	for (uint64_t i = 0; i < db->rows[DD_SECTION_NAMES]; i++) {
		uint32_t row;
		if (!dd_cell(db, DD_SECTION_NAMES, i, 0, &row) || row >= db->rows[DD_SECTION_PACKAGES])
			return dd_db_damaged("the index of names", err);
	}
	if (db->rows[DD_SECTION_NAMES] != db->rows[DD_SECTION_PACKAGES])
		return dd_db_damaged("the index of names", err);
	return DD_OK;
}

enum dd_code dd_db_check_structure(const struct dd_db *db, struct dd_err *err)
{
	DD_TRY(check_texts(db, err));
	DD_TRY(check_text_cells(db, err));
	DD_TRY(check_order(db, DD_SECTION_ECOSYSTEMS, 1, true, err));
	DD_TRY(check_order(db, DD_SECTION_PACKAGES, 2, true, err));
	DD_TRY(check_order(db, DD_SECTION_RECORDS, 1, false, err));
	DD_TRY(check_order(db, DD_SECTION_VULNS, 1, true, err));
	DD_TRY(check_order(db, DD_SECTION_IDS, 1, true, err));
	DD_TRY(check_order(db, DD_SECTION_EOL, 2, true, err));
	DD_TRY(check_order(db, DD_SECTION_JARS, 5, true, err));
	DD_TRY(check_rows(db, err));
	return follow_all(db, err);
}

enum dd_code dd_db_verify(const struct dd_db *db, struct dd_err *err)
{
	DD_TRY(check_content(db, err));
	return dd_db_check_structure(db, err);
}
