/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of source in one database: whatever order they come in, the file is the same; and archives of them. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "format/rpm_fixture.h"
#include "support/test.h"

static const struct {
	const char *kind, *file; /* below src/db/testdata */
	const char *text;	 /* or the document itself */
} sources[] = {
	{ "trivy", "trivy.db", NULL },
	{ "trivy", "trivy_broken.db", NULL },
	{ "grype", "grype.sql", NULL },
	{ "csaf", "csaf_redhat_vex.json", NULL },
	{ "csaf", "csaf_suse.json", NULL },
	{ "oval", "oval.xml", NULL },
	{ "updateinfo", "updateinfo.xml", NULL },
	{ "arch", NULL,
	  "[{\"name\":\"AVG-1\",\"packages\":[\"curl\"],\"status\":\"Fixed\",\"severity\":\"High\",\"fixed\":\"8-1\","
	  "\"issues\":[\"CVE-2024-10001\"]}]" },
	{ "osv", NULL,
	  "{\"id\":\"GHSA-aaaa-bbbb-cccc\",\"aliases\":[\"CVE-2024-10002\"],\"modified\":\"2024-01-01T00:00:00Z\","
	  "\"database_specific\":{\"severity\":\"LOW\",\"cwe_ids\":[\"CWE-1\"]},\"affected\":[{\"package\":{"
	  "\"ecosystem\":\"npm\",\"name\":\"lodash\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":"
	  "\"0\"},{\"fixed\":\"4.17.21\"}]}]}]}" },
};

static void add(struct dd_db_fixture *f, size_t i)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_buf made DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), sql DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_str bytes = dd_str_from(sources[i].text);
	char path[512];
	if (sources[i].file) {
		(void)snprintf(path, sizeof path, "%s/src/db/testdata/%s", dd_test_root(), sources[i].file);
		CHECK_ROW(dd_map_file_open(&file, path, DD_MIB, NULL) == DD_OK, path);
		bytes = file.bytes;
	}
	if (strcmp(sources[i].kind, "grype") == 0) {
		(void)dd_buf_add_str(&sql, bytes);
		dd_fix_sqlite_from(dd_buf_c(&sql), &made);
		bytes = dd_buf_str(&made);
	}
	CHECK_ROW(dd_fixture_add(f, sources[i].kind, "x", bytes, NULL) == DD_OK, sources[i].kind);
}

TEST(db_kinds_in_any_order)
{
	struct dd_str first = { NULL, 0 };
	const size_t n = DD_COUNT(sources);
	for (size_t turn = 0; turn < 2 * n; turn++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		/* Rotated, and the same backwards. */
		for (size_t i = 0; i < n; i++)
			add(&f, turn < n ? (i + turn) % n : (2 * n - 1 - i + turn) % n);
		CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
		struct dd_str bytes = dd_fixture_bytes(&f);
		CHECK(bytes.n > 0 && (turn == 0 || dd_str_eq(bytes, first)));
		if (turn == 0)
			first = bytes;
		else
			dd_free((void *)(uintptr_t)bytes.p);
	}
	dd_free((void *)(uintptr_t)first.p);
}

static bool pack(const char *path, int (*filter)(struct archive *), struct dd_str bytes)
{
	static const char metadata[] = "{\"Version\":2,\"UpdatedAt\":\"2024-05-06T00:00:00Z\"}";
	const struct {
		const char *name;
		struct dd_str bytes;
	} members[] = { { "./README", DD_STR("no document") },
			{ "./metadata.json", dd_str_from(metadata) },
			{ "./.hidden.db", DD_STR("x") },
			{ "./db/trivy.db", bytes } };
	struct archive *a = archive_write_new();
	bool ok = a && archive_write_set_format_pax_restricted(a) == ARCHIVE_OK &&
		  (!filter || filter(a) == ARCHIVE_OK) && archive_write_open_filename(a, path) == ARCHIVE_OK;
	for (size_t i = 0; ok && i < DD_COUNT(members); i++) {
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname(e, members[i].name);
		archive_entry_set_size(e, (la_int64_t)members[i].bytes.n);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		ok = archive_write_header(a, e) == ARCHIVE_OK &&
		     archive_write_data(a, members[i].bytes.p, members[i].bytes.n) == (la_ssize_t)members[i].bytes.n;
		archive_entry_free(e);
	}
	return (!a || archive_write_free(a) == ARCHIVE_OK) && ok;
}

/* As Trivy's database is served: a layer of trivy.db and metadata.json. */
TEST(db_archives_of_databases)
{
	static const struct {
		const char *name;
		int (*filter)(struct archive *);
	} rows[] = { { "tar", NULL },
		     { "tar.gz", archive_write_add_filter_gzip },
		     { "tar.zst", archive_write_add_filter_zstd },
		     { "tar.xz", archive_write_add_filter_xz },
		     { "tar.bz2", archive_write_add_filter_bzip2 } };
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/trivy.db", dd_test_root());
	CHECK(dd_map_file_open(&file, path, DD_MIB, NULL) == DD_OK);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char packed[64] = "/tmp/drydock-archive-XXXXXX";
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		int fd DD_CLEANUP(dd_closep) = mkstemp(packed);
		const struct dd_build_input in = { .kind = "trivy", .path = packed };
		struct dd_err err = { 0 };
		struct stat st;
		CHECK_ROW(fd >= 0 && pack(packed, rows[i].filter, file.bytes) && dd_fixture_new(&f), rows[i].name);
		CHECK_ROW(dd_builder_add(f.b, &in, &err) == DD_OK, err.message);
		CHECK_INT_ROW(f.b->n_warnings, 0, rows[i].name);
		CHECK_ROW(f.b->sources.p[0].time == 1714953600, rows[i].name);
		CHECK_ROW(dd_fixture_open(&f, &err) == DD_OK, rows[i].name);
		dd_fixture_advisories(f.db, "alpine:3.19", "openssl", &got);
		CHECK_ROW(dd_str_search(dd_buf_str(&got), DD_STR("[0,3.1.4-r5)")) < got.n, rows[i].name);
		(void)unlink(packed);
		/* Cut: an error with the archive's name, never half of it in silence. */
		CHECK(pack(packed, rows[i].filter, file.bytes));
		CHECK(stat(packed, &st) == 0 && truncate(packed, st.st_size * 3 / 4) == 0);
		struct dd_db_fixture g DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		CHECK(dd_fixture_new(&g));
		CHECK_ROW(dd_builder_add(g.b, &in, &err) != DD_OK && strstr(err.message, packed) != NULL, rows[i].name);
		(void)unlink(packed);
	}
}
