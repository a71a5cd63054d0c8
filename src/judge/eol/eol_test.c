/* SPDX-License-Identifier: Apache-2.0 */
/* Dates are those that the projects announced. */
#include "judge/eol/eol.h"

#include "base/text.h"
#include "support/small_db.h"
#include "support/test.h"

static const struct dd_document documents[] = {
	{ "eol",
	  "[{\"cycle\":\"12\",\"codename\":\"Bookworm\",\"eol\":\"2026-07-11\",\"extendedSupport\":\"2028-06-30\"},"
	  "{\"cycle\":\"9\",\"codename\":\"Stretch\",\"eol\":\"2020-07-18\",\"extendedSupport\":\"2022-06-30\"}]",
	  "debian.json" },
	{ "eol",
	  "[{\"cycle\":\"3.9\",\"eol\":\"2020-11-01\"},{\"cycle\":\"3.8\",\"eol\":true},{\"cycle\":\"3.22\",\"eol\":"
	  "false}]",
	  "alpine-linux.json" },
	{ "eol", "[{\"cycle\":\"18.04\",\"lts\":true,\"eol\":\"2023-05-31\",\"extendedSupport\":\"2028-04-30\"}]",
	  "ubuntu.json" },
	{ "eol", "[{\"cycle\":\"8\",\"eol\":\"2021-12-31\"}]", "centos.json" },
	{ "eol", "[{\"cycle\":\"8\",\"eol\":\"2024-05-31\"}]", "centos-stream.json" },
};

TEST(eol_judge)
{
	static const struct {
		const char *os, *version, *today, *id, *severity, *title, *note;
		bool known, eol, extended;
	} rows[] = {
		{ "debian", "12", "2026-07-10", "", "", "", "", true, false, false },
		/* the day that is named is the last one */
		{ "debian", "12", "2026-07-11", "", "", "", "", true, false, false },
		/* LTS goes on for everybody: less than high, and not the end */
		{ "debian", "12", "2026-07-12", "eol:debian:12", "medium",
		  "Debian 12 reached its end of life on 2026-07-11",
		  "Debian LTS still publishes fixes until 2028-06-30, not for every package", true, false, true },
		{ "debian", "12", "2028-07-01", "eol:debian:12", "high",
		  "Debian 12 reached its end of life on 2026-07-11", "Debian LTS ended on 2028-06-30", true, true,
		  false },
		{ "debian", "9.13", "2026-01-01", "eol:debian:9", "high",
		  "Debian 9 reached its end of life on 2020-07-18", "Debian LTS ended on 2022-06-30", true, true,
		  false },
		{ "alpine", "3.9.6", "2020-11-02", "eol:alpine:3.9", "high",
		  "Alpine Linux 3.9 reached its end of life on 2020-11-01", "", true, true, false },
		/* ended, without a date */
		{ "alpine", "3.8.5", "2020-11-02", "eol:alpine:3.8", "high",
		  "Alpine Linux 3.8 has reached its end of life", "", true, true, false },
		{ "alpine", "3.22.1", "2030-01-01", "", "", "", "", true, false, false },
		/* support that must be registered for does not count, but it is told */
		{ "ubuntu", "18.04", "2026-01-01", "eol:ubuntu:18.04", "high",
		  "Ubuntu 18.04 reached its end of life on 2023-05-31",
		  "extended support for subscribers until 2028-04-30", true, true, false },
		/* nothing is known: nothing is said */
		/* CentOS is judged by Red Hat's advisories, but its life is its own */
		{ "centos", "8", "2023-01-01", "eol:centos:8", "high", "CentOS 8 reached its end of life on 2021-12-31",
		  "", true, true, false },
		{ "centos", "8 Stream", "2023-01-01", "", "", "", "", true, false, false },
		{ "alpine", "edge", "2030-01-01", "", "", "", "", false, false, false },
		{ "debian", "", "2030-01-01", "", "", "", "", false, false, false },
		{ "debian", "99", "2030-01-01", "", "", "", "", false, false, false },
		{ "plan9", "4", "2030-01-01", "", "", "", "", false, false, false },
		{ "", "", "2030-01-01", "", "", "", "", false, false, false },
	};
	struct dd_small_db db;
	if (!dd_small_db_open(&db, documents, DD_COUNT(documents), NULL)) {
		dd_small_db_done(&db);
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_inventory inv = { .os = { .id = dd_str_from(rows[i].os),
						    .version = dd_str_from(rows[i].version),
						    .pretty_name = DD_STR("") } };
		/* "8 Stream": the name says it, not the version */
		if (strstr(rows[i].version, "Stream")) {
			inv.os.version = dd_str_take(inv.os.version, 1);
			inv.os.pretty_name = DD_STR("CentOS Stream 8");
		}
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_findings out = { 0 };
		struct dd_os_life life;
		struct dd_err err = { 0 };
		int64_t now;
		const char *row = rows[i].version;
		CHECK_ROW(dd_time_parse(dd_str_from(rows[i].today), &now), row);
		CHECK_INT_ROW(dd_judge_eol(&inv, db.db, now + 3600, &a, &out, &life, &err), DD_OK, row);
		CHECK_ROW(life.known == rows[i].known && life.eol == rows[i].eol && life.extended == rows[i].extended,
			  row);
		CHECK_INT_ROW(out.list.n, rows[i].id[0] != 0, row);
		if (out.list.n == 1) {
			const struct dd_finding *f = &out.list.p[0];
			CHECK_INT_ROW(f->kind, DD_KIND_OUTDATED, row);
			CHECK_STR_ROW(f->id, rows[i].id, row);
			CHECK_STR_ROW(dd_str_from(dd_severity_name(f->severity)), rows[i].severity, row);
			CHECK_STR_ROW(f->title, rows[i].title, row);
			CHECK_STR_ROW(f->note, rows[i].note, row);
			CHECK_INT_ROW(f->fix.state, DD_FIX_END_OF_LIFE, row);
			CHECK_INT_ROW(f->package, -1, row);
		}
		dd_findings_done(&out);
		dd_arena_done(&a);
	}
	dd_small_db_done(&db);
}

/* Until when every installation gets updates: Debian's LTS counts once regular support is over, Ubuntu Pro does not. */
TEST(eol_updates_until)
{
	static const struct {
		const char *os, *version, *today, *want;
	} rows[] = {
		{ "debian", "12", "2026-07-11", "2026-07-11" },
		{ "debian", "12", "2026-07-12", "2028-06-30" },
		{ "debian", "12", "2029-01-01", "2028-06-30" },
		{ "ubuntu", "18.04", "2026-01-01", "2023-05-31" },
		{ "alpine", "3.8.1", "2026-01-01", "" },
		{ "alpine", "3.9.1", "2026-01-01", "2020-11-01" },
		{ "gentoo", "1", "2026-01-01", "" },
	};
	struct dd_small_db db DD_CLEANUP(dd_small_db_done) = { 0 };
	CHECK(dd_small_db_open(&db, documents, DD_COUNT(documents), "eol"));
	for (size_t i = 0; db.db && i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(1 << 20);
		struct dd_inventory inv = { .os = { .id = dd_str_from(rows[i].os),
						    .version = dd_str_from(rows[i].version) } };
		struct dd_findings out = { 0 };
		struct dd_os_life life;
		struct dd_err err;
		int64_t now;
		CHECK(dd_time_parse(dd_str_from(rows[i].today), &now));
		CHECK_INT(dd_judge_eol(&inv, db.db, now + 3600, &a, &out, &life, &err), DD_OK);
		CHECK_STR_ROW(life.updates_until, rows[i].want, rows[i].today);
		if (dd_str_eq_c(inv.os.id, "ubuntu")) { /* who has Pro gets them longer */
			inv.os.subscription = DD_STR("esm-infra");
			CHECK_INT(dd_judge_eol(&inv, db.db, now, &a, &out, &life, &err), DD_OK);
			CHECK_STR(life.updates_until, "2028-04-30");
			CHECK(life.extended && !life.eol);
		}
		dd_findings_done(&out);
	}
}

/* An image known by its name and tag only. */
TEST(eol_by_name)
{
	static const struct {
		const char *repository, *tag, *today, *product, *cycle;
		bool eol, extended;
	} rows[] = {
		{ "library/debian", "12", "2026-01-01", "debian", "12", false, false },
		{ "library/debian", "12.8-slim", "2027-01-01", "debian", "12", false, true },
		{ "library/debian", "bookworm-20241111-slim", "2029-01-01", "debian", "12", true, false },
		{ "debian", "stretch-slim", "2023-01-01", "debian", "9", true, false },
		{ "library/alpine", "3.9.6", "2021-01-01", "alpine-linux", "3.9", true, false },
		{ "library/alpine", "3.22", "2026-01-01", "alpine-linux", "3.22", false, false },
		{ "library/ubuntu", "bionic", "2024-01-01", "ubuntu", "18.04", true, false },
		{ "library/ubuntu", "18.04", "2023-01-01", "ubuntu", "18.04", false, false },
		{ "library/debian", "latest", "2026-01-01", "", "", false, false },
		{ "library/debian", "1", "2026-01-01", "", "", false, false },
		{ "library/debian", "", "2026-01-01", "", "", false, false },
		{ "library/nobody", "12", "2026-01-01", "", "", false, false },
		{ "", "12", "2026-01-01", "", "", false, false },
		{ "library/nginx", "bookworm", "2026-01-01", "", "", false, false },
	};
	struct dd_small_db db;
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	if (!dd_small_db_open(&db, documents, DD_COUNT(documents), NULL)) {
		dd_small_db_done(&db);
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_image_life life = { .product = { "", 0 } };
		int64_t now;
		CHECK(dd_time_parse(dd_str_from(rows[i].today), &now));
		bool found = dd_judge_eol_image(db.db, dd_str_from(rows[i].repository), dd_str_from(rows[i].tag), now,
						&a, &life);
		CHECK_INT_ROW(found, rows[i].product[0] != 0, rows[i].tag);
		CHECK_STR_ROW(life.product, rows[i].product, rows[i].tag);
		CHECK_STR_ROW(life.cycle, rows[i].cycle, rows[i].tag);
		CHECK_INT_ROW(life.life.eol, rows[i].eol, rows[i].tag);
		CHECK_INT_ROW(life.life.extended, rows[i].extended, rows[i].tag);
	}
	dd_arena_done(&a);
	dd_small_db_done(&db);
}
