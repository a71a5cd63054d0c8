/* SPDX-License-Identifier: Apache-2.0 */
/* A database file with any bytes. The header is sealed again, so that what is behind the digests is reached. */
#include "base/limits.h"
#include "db/db_fixture.h"
#include "db/dbfile.h"
#include "db/dbread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_everything(const struct dd_db *db)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_database_info info;
	struct dd_advisory *found;
	struct dd_str ecosystem = { "", 0 }, name = { "", 0 };
	struct dd_eol eol;
	uint32_t vuln;
	size_t n;
	(void)dd_db_check_structure(db, NULL);
	(void)dd_db_info(db, &a, &info, NULL);
	for (uint32_t i = 0; i < 64; i++) {
		struct dd_vuln v;
		(void)dd_cell_text(db, DD_SECTION_PACKAGES, i, DD_PKG_ECOSYSTEM, &ecosystem);
		(void)dd_cell_text(db, DD_SECTION_PACKAGES, i, DD_PKG_NAME, &name);
		(void)dd_db_covers(db, ecosystem);
		(void)dd_db_find(db, ecosystem, name, &a, &found, &n, NULL);
		(void)dd_db_find_anywhere(db, name, &a, &found, &n, NULL);
		(void)dd_db_vuln(db, i, &a, &v, NULL);
		(void)dd_db_advisories_of(db, i, &a, &found, &n, NULL);
		(void)dd_cell_text(db, DD_SECTION_IDS, i, DD_IDX_NAME, &name);
		(void)dd_db_lookup(db, name, &vuln);
		(void)dd_cell_text(db, DD_SECTION_EOL, i, DD_EOL_PRODUCT, &ecosystem);
		(void)dd_cell_text(db, DD_SECTION_EOL, i, DD_EOL_CYCLE, &name);
		(void)dd_db_eol(db, ecosystem, name, &eol);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_dbfile_header h;
	struct dd_digest digest;
	if (dd_fixture_open_bytes((struct dd_str){ (const char *)data, size }, &db, NULL) == DD_OK)
		ask_everything(db);
	dd_db_closep(&db);
	if (size < sizeof h || size > DD_MIB)
		return 0;
	char *copy = dd_alloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	memcpy(&h, data, sizeof h);
	memcpy(h.magic, DD_DBFILE_MAGIC, sizeof h.magic);
	h.format = DD_DBFILE_FORMAT;
	h.file_bytes = size;
	memcpy(copy, &h, sizeof h);
	if (dd_digest_of(DD_SHA256, (struct dd_str){ copy, sizeof h - sizeof h.checksum }, &digest, NULL) == DD_OK)
		memcpy(copy + sizeof h - sizeof h.checksum, digest.bytes, sizeof h.checksum);
	if (dd_fixture_open_bytes((struct dd_str){ copy, size }, &db, NULL) == DD_OK)
		ask_everything(db);
	dd_free(copy);
	return 0;
}
