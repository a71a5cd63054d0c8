/* SPDX-License-Identifier: Apache-2.0 */
/* Which records are one vulnerability: the rules of dbfile.h. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/test.h"

/* A record: id, aliases, then upstream or related by "key:"; "!" before the id: withdrawn. */
struct record {
	const char *id, *aliases, *others;
};

static void add_list(struct dd_buf *doc, const char *key, const char *words)
{
	struct dd_str rest = dd_str_from(words), word;
	(void)dd_buf_addf(doc, ",\"%s\":[", key);
	for (size_t n = 0; words[0] && dd_str_next(&rest, ' ', &word); n++)
		(void)dd_buf_addf(doc, "%s\"%.*s\"", n ? "," : "", DD_FMT(word));
	(void)dd_buf_add_c(doc, "]");
}

static void add_record(struct dd_db_fixture *f, const struct record *r)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_str others = dd_str_from(r->others), key;
	bool withdrawn = r->id[0] == '!';
	(void)dd_buf_addf(&doc, "{\"id\":\"%s\"", r->id + withdrawn);
	add_list(&doc, "aliases", r->aliases);
	if (dd_str_next(&others, ':', &key) && others.p) {
		char name[32];
		memcpy(name, key.p, key.n);
		name[key.n] = '\0';
		add_list(&doc, name, others.p);
	}
	if (withdrawn)
		(void)dd_buf_add_c(&doc, ",\"withdrawn\":\"2024-01-01T00:00:00Z\"");
	(void)dd_buf_add_c(
		&doc, ",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"p\"},\"versions\":[\"1\"]}]}");
	CHECK_ROW(dd_fixture_add(f, "osv", "x", dd_buf_str(&doc), NULL) == DD_OK, r->id);
}

/* "vuln record" of every advisory, then "id: vuln…" of what is asked. */
static void describe(const struct dd_db *db, const char *ids, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_advisory *found;
	struct dd_str rest = dd_str_from(ids), id;
	size_t n = 0;
	CHECK(dd_db_find(db, DD_STR("npm"), DD_STR("p"), &a, &found, &n, NULL) == DD_OK);
	for (size_t i = 0; i < n; i++) {
		struct dd_vuln v;
		CHECK(dd_db_vuln(db, found[i].vuln, &a, &v, NULL) == DD_OK);
		(void)dd_buf_addf(out, "%s%.*s<%.*s", i ? " " : "", DD_FMT(v.id), DD_FMT(found[i].id));
	}
	while (ids[0] && dd_str_next(&rest, ' ', &id)) {
		uint32_t *list;
		CHECK(dd_db_lookup_all(db, id, &a, &list, &n, NULL) == DD_OK);
		(void)dd_buf_addf(out, "; %.*s", DD_FMT(id));
		for (size_t i = 0; i < n; i++) {
			struct dd_vuln v;
			CHECK(dd_db_vuln(db, list[i], &a, &v, NULL) == DD_OK);
			(void)dd_buf_addf(out, " = %.*s", DD_FMT(v.id));
			for (size_t k = 0; k < v.n_aliases; k++)
				(void)dd_buf_addf(out, "%s%.*s", k ? "," : " (", DD_FMT(v.aliases[k]));
			(void)dd_buf_addf(out, "%s%s", v.n_aliases ? ")" : "", v.withdrawn ? " withdrawn" : "");
		}
	}
}

TEST(db_aliases_join_records)
{
	static const struct {
		const char *name;
		struct record records[4];
		const char *ask, *want;
	} rows[] = {
		{ "symmetric and transitive",
		  { { "GHSA-a", "CVE-2020-10001", "" }, { "PYSEC-1", "GHSA-a", "" }, { "GO-1", "PYSEC-1", "" } },
		  "GO-1",
		  "CVE-2020-10001<GHSA-a CVE-2020-10001<GO-1 CVE-2020-10001<PYSEC-1; GO-1 = CVE-2020-10001 "
		  "(GHSA-a,GO-1,PYSEC-1)" },
		{ "related and upstream do not join",
		  { { "GHSA-a", "", "related:GHSA-b" }, { "GHSA-b", "", "" } },
		  "GHSA-b",
		  "GHSA-a<GHSA-a GHSA-b<GHSA-b; GHSA-b = GHSA-b" },
		{ "no CVE: the first GHSA",
		  { { "PYSEC-1", "GHSA-b GHSA-a", "" } },
		  "PYSEC-1",
		  "GHSA-a<PYSEC-1; PYSEC-1 = GHSA-a (GHSA-b,PYSEC-1)" },
		{ "neither: the first name",
		  { { "PYSEC-1", "OSVDB-1", "" } },
		  "PYSEC-1",
		  "OSVDB-1<PYSEC-1; PYSEC-1 = OSVDB-1 (PYSEC-1)" },
		{ "several CVEs: one vulnerability for who says so",
		  { { "GO-1", "CVE-2020-10001 CVE-2020-10002 GHSA-a", "" } },
		  "CVE-2020-10002",
		  "GHSA-a<GO-1; CVE-2020-10002 = GHSA-a (CVE-2020-10001,CVE-2020-10002,GO-1)" },
		{ "… but a bundle means the CVE that it names",
		  { { "GO-1", "CVE-2020-10001 CVE-2020-10002 GHSA-a", "" },
		    { "ALSA-1", "", "related:CVE-2020-10002" } },
		  "CVE-2020-10002 CVE-2020-10001",
		  "CVE-2020-10002<ALSA-1 GHSA-a<GO-1; CVE-2020-10002 = CVE-2020-10002 = GHSA-a "
		  "(CVE-2020-10001,CVE-2020-10002,GO-1); "
		  "CVE-2020-10001 = GHSA-a (CVE-2020-10001,CVE-2020-10002,GO-1)" },
		{ "several CVEs and no GHSA: the first CVE is the group",
		  { { "GO-1", "CVE-2020-10001 CVE-2020-10002", "" },
		    { "ALSA-1", "", "related:CVE-2020-10001 CVE-2020-10002" } },
		  "ALSA-1",
		  "CVE-2020-10001<ALSA-1 CVE-2020-10002<ALSA-1 CVE-2020-10001<GO-1; ALSA-1 = CVE-2020-10001 "
		  "(CVE-2020-10002,GO-1) = "
		  "CVE-2020-10002" },
		{ "a bundle joins nothing",
		  { { "ALSA-1", "", "related:CVE-2020-10001 CVE-2020-10002" }, { "GHSA-a", "CVE-2020-10001", "" } },
		  "ALSA-1",
		  "CVE-2020-10001<ALSA-1 CVE-2020-10002<ALSA-1 CVE-2020-10001<GHSA-a; ALSA-1 = CVE-2020-10001 (GHSA-a) "
		  "= CVE-2020-10002" },
		{ "a bundle by its upstream",
		  { { "ROOT-1", "", "upstream:CVE-2020-10001" } },
		  "ROOT-1 CVE-2020-10001",
		  "CVE-2020-10001<ROOT-1; ROOT-1 = CVE-2020-10001; CVE-2020-10001 = CVE-2020-10001" },
		{ "an upstream GHSA",
		  { { "ROOT-1", "", "upstream:GHSA-a" } },
		  "ROOT-1",
		  "GHSA-a<ROOT-1; ROOT-1 = GHSA-a" },
		{ "a bundle names a CVE twice",
		  { { "ALSA-1", "CVE-2020-10001", "upstream:CVE-2020-10001" } },
		  "",
		  "CVE-2020-10001<ALSA-1" },
		{ "a bundle of nothing", { { "ALSA-1", "", "" } }, "ALSA-1", "ALSA-1<ALSA-1; ALSA-1 = ALSA-1" },
		{ "an alias of itself",
		  { { "GHSA-a", "GHSA-a GHSA-a", "" } },
		  "GHSA-a",
		  "GHSA-a<GHSA-a; GHSA-a = GHSA-a" },
		{ "withdrawn, alone",
		  { { "!GHSA-a", "CVE-2020-10001", "" } },
		  "CVE-2020-10001",
		  "; CVE-2020-10001 = CVE-2020-10001 (GHSA-a) withdrawn" },
		{ "withdrawn beside living ones",
		  { { "!GHSA-a", "CVE-2020-10001", "" }, { "PYSEC-1", "CVE-2020-10001", "" } },
		  "GHSA-a",
		  "CVE-2020-10001<PYSEC-1; GHSA-a = CVE-2020-10001 (GHSA-a,PYSEC-1)" },
		{ "a withdrawn record joins no living ones",
		  { { "!GHSA-a", "CVE-2020-10001 CVE-2020-10002", "" },
		    { "PYSEC-1", "CVE-2020-10001", "" },
		    { "PYSEC-2", "CVE-2020-10002", "" } },
		  "PYSEC-2",
		  "CVE-2020-10001<PYSEC-1 CVE-2020-10002<PYSEC-2; PYSEC-2 = CVE-2020-10002 (PYSEC-2)" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str first = { NULL, 0 };
		/* In both orders: the same bytes. */
		for (int turn = 0; turn < 2; turn++) {
			struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
			struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
			CHECK(dd_fixture_new(&f));
			for (size_t k = 0; k < DD_COUNT(rows[i].records); k++) {
				const struct record *r = &rows[i].records[turn ? DD_COUNT(rows[i].records) - 1 - k : k];
				if (r->id)
					add_record(&f, r);
			}
			CHECK_ROW(dd_fixture_open(&f, NULL) == DD_OK && dd_db_verify(f.db, NULL) == DD_OK,
				  rows[i].name);
			describe(f.db, rows[i].ask, &got);
			CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].name);
			struct dd_str bytes = dd_fixture_bytes(&f);
			CHECK_ROW(!first.p || dd_str_eq(first, bytes), rows[i].name);
			dd_freep(&first.p);
			first = bytes;
		}
		dd_freep(&first.p);
	}
}

TEST(db_of_two_forms_of_a_record_the_newer_counts)
{
	static const char *const forms[] = {
		"{\"id\":\"X-1\",\"modified\":\"2024-01-02T00:00:00Z\",\"summary\":\"new\",\"affected\":[{\"package\":{"
		"\"ecosystem\":\"npm\",\"name\":"
		"\"p\"},\"versions\":[\"2\"]}]}",
		"{\"id\":\"X-1\",\"modified\":\"2024-01-01T23:00:00-02:00\",\"summary\":\"newest\",\"affected\":[{"
		"\"package\":{\"ecosystem\":"
		"\"npm\",\"name\":\"p\"},\"versions\":[\"3\"]}]}",
		"{\"id\":\"X-1\",\"modified\":\"2024-01-01T00:00:00Z\",\"summary\":\"old\",\"aliases\":[\"CVE-2020-"
		"10001\"],\"affected\":[{"
		"\"package\":{\"ecosystem\":\"npm\",\"name\":\"gone\"},\"versions\":[\"zzz\"]}]}",
	};
	static const size_t orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 }, { 2, 0, 1 } };
	struct dd_str first = { NULL, 0 };
	for (size_t o = 0; o < DD_COUNT(orders); o++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_fixture_new(&f));
		for (size_t i = 0; i < 3; i++)
			CHECK(dd_fixture_add(&f, "osv", "x", dd_str_from(forms[orders[o][i]]), NULL) == DD_OK);
		CHECK(dd_fixture_open(&f, NULL) == DD_OK && dd_db_verify(f.db, NULL) == DD_OK);
		dd_fixture_advisories(f.db, "npm", "p", &got);
		dd_fixture_advisories(f.db, "npm", "gone", &got);
		dd_fixture_vulns(f.db, "CVE-2020-10001", &got);
		CHECK_STR(dd_buf_str(&got), "X-1 X-1 osv:npm affected not-fixed unknown =3\n");
		struct dd_str bytes = dd_fixture_bytes(&f);
		CHECK(!first.p || dd_str_eq(first, bytes));
		dd_freep(&first.p);
		first = bytes;
	}
	dd_freep(&first.p);
}

TEST(db_covers_and_info)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_database_info info = { .n_sources = 0 };
	static const struct record bundle = { "ALSA-1", "", "related:CVE-2020-10001 CVE-2020-10002" };
	CHECK(dd_fixture_new(&f));
	add_record(&f, &bundle);
	CHECK(dd_fixture_add(&f, "debian", "x",
			     DD_STR("{\"p\":{\"CVE-2020-10001\":{\"releases\":{\"bookworm\":{\"status\":\"open\"}}}}}"),
			     NULL) == DD_OK);
	CHECK(dd_fixture_open(&f, NULL) == DD_OK);
	CHECK(dd_db_covers(f.db, DD_STR("npm")) && dd_db_covers(f.db, DD_STR("debian:12")));
	CHECK(!dd_db_covers(f.db, DD_STR("debian:1")) && !dd_db_covers(f.db, DD_STR("")) &&
	      !dd_db_covers(f.db, DD_STR("p")));
	CHECK(dd_db_info(f.db, &a, &info, NULL) == DD_OK);
	CHECK_INT(info.advisories, 3);
	CHECK_INT(info.n_sources, 2);
	CHECK_INT(info.built, 0);
	CHECK(!info.starter && info.present);
	if (info.n_sources == 2) {
		CHECK_STR(info.sources[0].name, "debian");
		CHECK_STR(info.sources[1].name, "osv:npm");
		CHECK_INT(info.sources[1].records, 1);
		CHECK_INT(info.sources[0].digest.n, 71);
	}
	uint32_t vuln;
	struct dd_advisory *found;
	size_t n;
	CHECK(dd_db_lookup(f.db, DD_STR("CVE-2020-10001"), &vuln));
	CHECK(dd_db_advisories_of(f.db, vuln, &a, &found, &n, NULL) == DD_OK && n == 2);
	CHECK(dd_db_find_anywhere(f.db, DD_STR("p"), &a, &found, &n, NULL) == DD_OK && n == 3);
	CHECK(!dd_db_lookup(f.db, DD_STR("CVE-2020-1000"), &vuln) && !dd_db_lookup(f.db, DD_STR(""), &vuln));
	CHECK(dd_db_find_anywhere(f.db, DD_STR(""), &a, &found, &n, NULL) == DD_OK && n == 0);
}

TEST(db_starter_is_told)
{
	for (int both = 0; both < 2; both++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_database_info info = { .n_sources = 0 };
		CHECK(dd_fixture_new(&f));
		CHECK(dd_fixture_add(&f, "starter", "x",
				     DD_STR("{\"id\":\"X-1\",\"modified\":\"2024-01-01T00:00:00Z\"}"), NULL) == DD_OK);
		CHECK(dd_fixture_add(&f, "kev", "x", DD_STR("{\"dateReleased\":\"2025-01-01\",\"vulnerabilities\":[]}"),
				     NULL) == DD_OK);
		if (both)
			CHECK(dd_fixture_add(&f, "osv", "x", DD_STR("{\"id\":\"X-2\"}"), NULL) == DD_OK);
		CHECK(dd_fixture_open(&f, NULL) == DD_OK && dd_db_info(f.db, &a, &info, NULL) == DD_OK);
		CHECK(info.starter == !both);
		CHECK_INT(info.built, 1704067200); /* of the advisories, not of the newer KEV list */
	}
}
