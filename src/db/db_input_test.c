/* SPDX-License-Identifier: Apache-2.0 */
/* Sources on disk: files, zips, directories; what is wrong with them; and that their order does not matter. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/test.h"

struct place {
	char dir[64];
};

static bool place_new(struct place *p)
{
	(void)snprintf(p->dir, sizeof p->dir, "/tmp/drydock-test-XXXXXX");
	return mkdtemp(p->dir) != NULL;
}

static void empty_directory(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		char sub[600];
		(void)snprintf(sub, sizeof sub, "%s/%s", path, e->d_name);
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlink(sub) < 0)
			empty_directory(sub);
	}
	if (d)
		(void)closedir(d);
	(void)rmdir(path);
}

static void place_done(struct place *p)
{
	empty_directory(p->dir);
}

static const char *in_place(const struct place *p, const char *name, char out[200])
{
	(void)snprintf(out, 200, "%s/%s", p->dir, name);
	return out;
}

static void write_file(const struct place *p, const char *name, struct dd_str bytes)
{
	char path[200];
	FILE *f = fopen(in_place(p, name, path), "wb");
	CHECK_ROW(f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0, name);
}

static void make_directory(const struct place *p, const char *name)
{
	char path[200];
	CHECK_ROW(mkdir(in_place(p, name, path), 0700) == 0, name);
}

static void record(struct dd_buf *out, unsigned n, const char *ecosystem)
{
	dd_buf_clear(out);
	(void)dd_buf_addf(
		out,
		"{\"id\":\"X-%u\",\"modified\":\"2024-01-%02uT00:00:00Z\",\"aliases\":[\"CVE-2024-%05u\"],\"summary\":"
		"\"title %u\","
		"\"affected\":[{\"package\":{\"ecosystem\":\"%s\",\"name\":\"p%u\"},\"versions\":[\"%u\",\"1.%u\"]}]}",
		n, n % 28 + 1, 10000 + n / 2, n, ecosystem, n % 3, n, n);
}

/* n records X-0 … in a zip; `reverse` puts them in the other way round. */
static void write_zip(const struct place *p, const char *name, unsigned n, bool reverse, const char *extra)
{
	char path[200];
	struct archive *a = archive_write_new();
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(a && archive_write_set_format_zip(a) == ARCHIVE_OK &&
	      archive_write_open_filename(a, in_place(p, name, path)) == ARCHIVE_OK);
	for (unsigned i = 0; i < n + (extra != NULL); i++) {
		struct archive_entry *e = archive_entry_new();
		char member[32];
		unsigned k = reverse ? n - 1 - i : i;
		(void)snprintf(member, sizeof member, "X-%u.json", i < n ? k : 99999);
		if (i < n) {
			record(&doc, k, "npm");
		} else {
			dd_buf_clear(&doc);
			(void)dd_buf_add_c(&doc, extra);
		}
		archive_entry_set_pathname(e, member);
		archive_entry_set_size(e, (la_int64_t)doc.n);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		CHECK(archive_write_header(a, e) == ARCHIVE_OK &&
		      archive_write_data(a, doc.p, doc.n) == (la_ssize_t)doc.n);
		archive_entry_free(e);
	}
	CHECK(archive_write_close(a) == ARCHIVE_OK);
	(void)archive_write_free(a);
}

/* Builds from up to four "kind:name" and gives the file's bytes; NULL after an error, which is in err. */
static struct dd_str build(const struct place *p, const char *const sources[4], uint64_t *ret_warnings,
			   struct dd_err *err)
{
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_str none = { NULL, 0 };
	char out[200];
	size_t n;
	CHECK(dd_builder_new(&b, err) == DD_OK);
	for (size_t i = 0; i < 4 && sources[i]; i++) {
		char kind[16], path[200];
		struct dd_str s = dd_str_from(sources[i]);
		size_t colon = dd_str_find(s, ':');
		memcpy(kind, s.p, colon);
		kind[colon] = '\0';
		const struct dd_build_input in = { .kind = kind, .path = in_place(p, s.p + colon + 1, path) };
		if (dd_builder_add(b, &in, err) != DD_OK)
			return none;
	}
	(void)dd_builder_warnings(b, &n, ret_warnings);
	if (dd_builder_write(b, in_place(p, "out.db", out), err) != DD_OK ||
	    dd_map_file_open(&file, out, DD_GIB, err) != DD_OK)
		return none;
	char *copy = dd_alloc(file.bytes.n);
	CHECK(copy != NULL);
	if (copy)
		memcpy(copy, file.bytes.p, file.bytes.n);
	return (struct dd_str){ copy, file.bytes.n };
}

TEST(db_order_of_sources_and_files_does_not_matter)
{
	static const char *const orders[][4] = {
		{ "osv:tree", "debian:json", "alpine:secdb", "kev:kev.json" },
		{ "kev:kev.json", "alpine:secdb", "debian:json", "osv:tree" },
		{ "alpine:secdb", "osv:tree", "kev:kev.json", "debian:json" },
	};
	struct place p DD_CLEANUP(place_done);
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_str first = { NULL, 0 };
	CHECK(place_new(&p));
	make_directory(&p, "tree");
	make_directory(&p, "tree/npm");
	make_directory(&p, "tree/loose");
	make_directory(&p, "secdb");
	make_directory(&p, "secdb/v3.9");
	write_zip(&p, "tree/npm/all.zip", 40, false, NULL);
	for (unsigned i = 30; i < 60; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "tree/loose/X-%u.json", i);
		record(&doc, i, "PyPI");
		write_file(&p, name, dd_buf_str(&doc));
	}
	write_file(&p, "tree/README.md", DD_STR("not read"));
	write_file(&p, "tree/.hidden.json", DD_STR("not read"));
	write_file(&p, "json",
		   DD_STR("{\"a\":{\"CVE-2024-10001\":{\"description\":\"d\",\"releases\":{\"bookworm\":{\"status\":"
			  "\"open\"}}}}}"));
	write_file(&p, "secdb/v3.9/main.json",
		   DD_STR("{\"distroversion\":\"v3.9\",\"packages\":[{\"pkg\":{\"name\":\"a\",\"secfixes\":{\"1\":["
			  "\"CVE-2024-10002\"]}}}]}"));
	write_file(&p, "secdb/v3.9/community.json", DD_STR("{\"distroversion\":\"v3.9\",\"packages\":[]}"));
	write_file(&p, "kev.json", DD_STR("{\"vulnerabilities\":[{\"cveID\":\"CVE-2024-10003\"}]}"));
	for (size_t i = 0; i < DD_COUNT(orders); i++) {
		struct dd_err err = { 0 };
		uint64_t warnings = 1;
		struct dd_str bytes = build(&p, orders[i], &warnings, &err);
		CHECK_ROW(bytes.p != NULL, err.message);
		CHECK_INT(warnings, 0);
		CHECK(!first.p || dd_str_eq(first, bytes));
		dd_freep(&first.p);
		first = bytes;
	}
	dd_freep(&first.p);
}

TEST(db_order_inside_a_zip_changes_its_digest_only)
{
	static const char *const sources[4] = { "osv:a.zip" };
	struct place p DD_CLEANUP(place_done);
	struct dd_str bytes[2] = { { NULL, 0 }, { NULL, 0 } };
	CHECK(place_new(&p));
	for (int i = 0; i < 2; i++) {
		uint64_t warnings = 1;
		struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
		struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		write_zip(&p, "a.zip", 50, i, NULL);
		bytes[i] = build(&p, sources, &warnings, NULL);
		CHECK_INT(warnings, 0);
		CHECK(dd_fixture_open_bytes(bytes[i], &db, NULL) == DD_OK && dd_db_verify(db, NULL) == DD_OK);
		dd_fixture_advisories(db, "npm", "p1", &text);
		CHECK_INT(dd_str_search(dd_buf_str(&text),
					DD_STR("CVE-2024-10000 X-1 osv:npm affected not-fixed unknown =1 =1.1\n")),
			  0);
	}
	CHECK_INT(bytes[0].n, bytes[1].n);
	size_t differ = 0;
	for (size_t i = DD_KIB / 2; i < bytes[0].n && i < bytes[1].n; i++)
		differ += bytes[0].p[i] != bytes[1].p[i];
	CHECK(differ <= 64); /* the hex digits of the zip's own digest */
	dd_freep(&bytes[0].p);
	dd_freep(&bytes[1].p);
}

TEST(db_broken_sources)
{
	static const struct {
		const char *source;
		enum dd_code code; /* DD_OK: warnings instead */
		const char *want;  /* part of the message or of the first warning */
	} rows[] = {
		{ "what:good.json", DD_EARG,
		  "no kind of source is called 'what'; there are: osv, starter, rustsec, debian" },
		{ "osv:missing.json", DD_ENOTFOUND, "missing.json': no such file or directory" },
		{ "osv:cut.json", DD_EPARSE, "cut.json': byte 13: json: " },
		{ "osv:empty.json", DD_EPARSE, "empty.json': byte 0: json: " },
		{ "osv:noid.json", DD_EPARSE, "noid.json': no 'id'" },
		{ "debian:cut.json", DD_EPARSE, "cut.json': byte 13: json: the document is cut off" },
		{ "osv:nothing", DD_EARG, "no .json .yaml .yml or .zip file in this directory" },
		{ "osv:cut.zip", DD_EPARSE, "cut.zip': zip: " },
		{ "osv:badmember.zip", DD_OK, "badmember.zip: X-99999.json': byte 9: json: " },
		{ "osv:mixed", DD_OK, "cut.json': byte 13: json: " },
		{ "epss:cut.csv.gz", DD_EPARSE, "cut.csv.gz'" },
	};
	struct place p DD_CLEANUP(place_done);
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(place_new(&p));
	record(&doc, 1, "npm");
	make_directory(&p, "nothing");
	make_directory(&p, "mixed");
	write_file(&p, "good.json", dd_buf_str(&doc));
	write_file(&p, "mixed/good.json", dd_buf_str(&doc));
	write_file(&p, "mixed/cut.json", DD_STR("{\"id\":\"X-1\",\""));
	write_file(&p, "cut.json", DD_STR("{\"id\":\"X-1\",\""));
	write_file(&p, "empty.json", DD_STR(""));
	write_file(&p, "noid.json", DD_STR("{}"));
	write_file(&p, "cut.csv.gz", DD_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b"));
	write_zip(&p, "badmember.zip", 5, false, "{\"id\":7,}");
	write_zip(&p, "whole.zip", 5, false, NULL);
	struct dd_map_file zip DD_CLEANUP(dd_map_file_done) = { 0 };
	char path[200];
	CHECK(dd_map_file_open(&zip, in_place(&p, "whole.zip", path), DD_MIB, NULL) == DD_OK);
	write_file(&p, "cut.zip", dd_str_take(zip.bytes, zip.bytes.n - 30));
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
		struct dd_err err = { 0 };
		char kind[16];
		struct dd_str s = dd_str_from(rows[i].source);
		size_t colon = dd_str_find(s, ':'), n;
		uint64_t total;
		memcpy(kind, s.p, colon);
		kind[colon] = '\0';
		const struct dd_build_input in = { .kind = kind, .path = in_place(&p, s.p + colon + 1, path) };
		CHECK(dd_builder_new(&b, NULL) == DD_OK);
		CHECK_INT_ROW(dd_builder_add(b, &in, &err), rows[i].code, rows[i].source);
		const struct dd_str *w = dd_builder_warnings(b, &n, &total);
		if (rows[i].code == DD_OK)
			CHECK_INT_ROW(total, 1, rows[i].source);
		const char *got = rows[i].code == DD_OK && n ? w[0].p : err.message;
		CHECK_ROW(strstr(got, rows[i].want) != NULL, got);
	}
}

/* A zip cut at every byte: an error or what was whole, never a crash. */
TEST(db_zip_cut_anywhere)
{
	struct place p DD_CLEANUP(place_done);
	struct dd_map_file zip DD_CLEANUP(dd_map_file_done) = { 0 };
	char path[200];
	CHECK(place_new(&p));
	write_zip(&p, "whole.zip", 3, false, NULL);
	CHECK(dd_map_file_open(&zip, in_place(&p, "whole.zip", path), DD_MIB, NULL) == DD_OK);
	for (size_t n = 0; n < zip.bytes.n; n++) {
		struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
		struct dd_err err = { 0 };
		const struct dd_build_input in = { .kind = "osv", .path = in_place(&p, "cut.zip", path) };
		write_file(&p, "cut.zip", dd_str_take(zip.bytes, n));
		CHECK(dd_builder_new(&b, NULL) == DD_OK);
		CHECK(dd_builder_add(b, &in, &err) == DD_EPARSE);
	}
}

/* A failed build leaves the old database as it was, and no other file. */
TEST(db_write_replaces_as_a_whole)
{
	static const char *const sources[4] = { "osv:a.json" };
	struct place p DD_CLEANUP(place_done);
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	struct dd_err err = { 0 };
	uint64_t warnings;
	char path[200];
	CHECK(place_new(&p));
	record(&doc, 1, "npm");
	write_file(&p, "a.json", dd_buf_str(&doc));
	struct dd_str before = build(&p, sources, &warnings, &err);
	CHECK(before.p != NULL);
	CHECK(dd_builder_new(&b, NULL) == DD_OK);
	b->failed = DD_ELIMIT;
	CHECK(dd_builder_write(b, in_place(&p, "out.db", path), &err) == DD_ELIMIT);
	CHECK(strstr(err.message, "out.db") != NULL);
	struct dd_map_file after DD_CLEANUP(dd_map_file_done) = { 0 };
	CHECK(dd_map_file_open(&after, path, DD_MIB, NULL) == DD_OK && dd_str_eq(after.bytes, before));
	size_t files = 0;
	DIR *d = opendir(p.dir);
	while (d && readdir(d))
		files++;
	if (d)
		(void)closedir(d);
	CHECK_INT(files, 4); /* ".", "..", a.json, out.db */
	CHECK(dd_builder_write(b, in_place(&p, "missing/out.db", path), &err) != DD_OK);
	dd_freep(&before.p);
}

/* Every allocation of a build fails in turn: an error, no crash, no leak (the sanitizer build looks). */
TEST(db_build_survives_failing_allocations)
{
	struct place p DD_CLEANUP(place_done);
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	char path[200], out[200];
	CHECK(place_new(&p));
	record(&doc, 1, "npm");
	write_file(&p, "a.json", dd_buf_str(&doc));
	const struct dd_build_input in = { .kind = "osv", .path = in_place(&p, "a.json", path) };
	(void)in_place(&p, "out.db", out);
	bool done = false;
	for (uint64_t nth = 1; !done && nth < 2000; nth++) {
		struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
		struct dd_err err = { 0 };
		dd_alloc_fail_from(nth);
		done = dd_builder_new(&b, &err) == DD_OK && dd_builder_add(b, &in, &err) == DD_OK &&
		       dd_builder_write(b, out, &err) == DD_OK;
		dd_alloc_fail_from(0);
		CHECK(done || err.message[0]);
	}
	CHECK(done);
}
