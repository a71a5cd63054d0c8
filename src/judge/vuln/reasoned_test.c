/* SPDX-License-Identifier: Apache-2.0 */
/* Real packages of real images against the real advisories of the shared data directory. Each row is one claim that was
 * checked by hand, with its reasoning: which advisory speaks, of which version, and why the comparison comes out so.
 * Packages and versions are those that the distributions' own tools print for the images (apk info -v, rpm -qa in the
 * image's root; for Debian those of the release as it was published). Negative claims carry the same weight: a scanner
 * that reports everything passes none of them. */
#include <stdio.h>

#include "judge/vuln/vuln.h"

#include "support/small_db.h"
#include "support/test.h"

struct claim {
	const char *package; /* one of the image's */
	const char *id;
	const char *fixed; /* "": affected without a fix; NULL: not a finding */
	const char *why;
};

enum { CLAIMS = 12, IMAGE_PACKAGES = 12 };

struct image {
	const char *os, *version;
	struct dd_package packages[IMAGE_PACKAGES];
	struct claim claims[CLAIMS];
};

#define P(type_, name_, version_, source_)                                                                             \
	{                                                                                                              \
		.type = DD_STR(type_), .name = DD_STR(name_), .version = DD_STR(version_),                             \
		.source_name = DD_STR(source_)                                                                         \
	}
#define APK(name, version, origin) P("apk", name, version, origin)
#define DEB(name, version, source) P("deb", name, version, source)
#define RPM(name, version)	   P("rpm", name, version, "")
#define MODULAR(name_, version_, label)                                                                                \
	{                                                                                                              \
		.type = DD_STR("rpm"), .name = DD_STR(name_), .version = DD_STR(version_), .module = DD_STR(label)     \
	}

static const struct image images[] = {
	{ /* alpine-3.4.oci.tar */
	  "alpine",
	  "3.4.6",
	  { APK("libcrypto1.0", "1.0.2n-r0", "openssl"), APK("libssl1.0", "1.0.2n-r0", "openssl"),
	    APK("musl", "1.1.14-r16", "musl"), APK("busybox", "1.24.2-r14", "busybox"),
	    APK("zlib", "1.2.11-r0", "zlib") },
	  { { "libcrypto1.0", "CVE-2018-0739", "1.0.2o-r0",
	      "secdb 3.4 main: openssl fixed in 1.0.2o-r0; the letter n sorts before o: 1.0.2n-r0 is older" },
	    { "libssl1.0", "CVE-2018-0737", "1.0.2o-r2",
	      "both libraries come from origin openssl, whose fix is 1.0.2o-r2: n before o again" },
	    { "libssl1.0", "CVE-2018-5407", "1.0.2q-r0", "openssl fixed in 1.0.2q-r0, n before q" },
	    { "libcrypto1.0", "CVE-2017-3738", "1.0.2o-r0",
	      "secdb names it for 1.0.2n-r0 and once more for 1.0.2o-r0: the later fix counts, and n is before o" },
	    { "libcrypto1.0", "CVE-2017-3737", NULL, "fixed in 1.0.2n-r0, exactly what is installed" },
	    { "libcrypto1.0", "CVE-2016-2107", NULL, "fixed in 1.0.2h-r0, h is before n" },
	    { "musl", "CVE-2017-15650", NULL, "fixed in 1.1.14-r16, exactly what is installed" },
	    { "busybox", "CVE-2017-16544", NULL, "fixed in 1.24.2-r13; r14 is newer than r13" },
	    { "zlib", "CVE-2016-9840", NULL, "fixed in 1.2.11-r0, exactly what is installed" } } },
	{ /* alpine-3.8.oci.tar */
	  "alpine",
	  "3.8.2",
	  { APK("musl", "1.1.19-r10", "musl"), APK("musl-utils", "1.1.19-r10", "musl"),
	    APK("libressl2.7-libssl", "2.7.5-r0", "libressl"), APK("busybox", "1.28.4-r3", "busybox") },
	  { { "musl", "CVE-2019-14697", "1.1.19-r11",
	      "secdb 3.8 main: musl fixed in 1.1.19-r11; r10 is older than r11" },
	    { "musl-utils", "CVE-2019-14697", "1.1.19-r11", "another package of the same origin musl" },
	    { "musl", "CVE-2016-8859", NULL, "fixed in 1.1.15-r4, older than 1.1.19" },
	    { "libressl2.7-libssl", "CVE-2018-0732", NULL, "origin libressl fixed in 2.7.4-r0, older than 2.7.5-r0" },
	    { "libressl2.7-libssl", "CVE-2018-0734", NULL, "an OpenSSL issue: secdb has it for origin openssl only" },
	    { "busybox", "CVE-2017-15873", NULL, "fixed in 1.27.2-r4, older than 1.28.4" } } },
	{ /* alpine-3.9.oci.tar */
	  "alpine",
	  "3.9.0",
	  { APK("libssl1.1", "1.1.1a-r1", "openssl"), APK("musl", "1.1.20-r3", "musl"),
	    APK("busybox", "1.29.3-r10", "busybox") },
	  { { "libssl1.1", "CVE-2019-1543", "1.1.1b-r1", "secdb 3.9 main: openssl fixed in 1.1.1b-r1; a is before b" },
	    { "libssl1.1", "CVE-2019-1549", "1.1.1d-r0", "openssl fixed in 1.1.1d-r0; a is before d" },
	    { "libssl1.1", "CVE-2018-0734", NULL, "fixed in 1.1.1a-r0; same letter, r1 is newer than r0" },
	    { "musl", "CVE-2019-14697", "1.1.20-r5", "fixed in 1.1.20-r5; r3 is older" },
	    { "busybox", "CVE-2019-5747", NULL, "fixed in 1.29.3-r10, exactly what is installed" } } },
	{ /* almalinux-8-micro-s390x.docker.tar.gz: Berkeley DB */
	  "almalinux",
	  "8.9",
	  { RPM("glibc", "2.28-236.el8.7"), RPM("libsepol", "2.9-3.el8"), RPM("libcap", "2.48-5.el8_8"),
	    RPM("libgcc", "8.5.0-20.el8.alma"), RPM("ncurses-libs", "6.1-10.20180224.el8"),
	    RPM("pcre2", "10.32-3.el8_6") },
	  { { "glibc", "CVE-2024-2961", "2.28-251.el8_10.1",
	      "ALSA-2024:2722 fixed 2.28-236.el8_9.13 and ALSA-2024:3269 2.28-251.el8_10.1. 236 equals 236, then el8.7 "
	      "against "
	      "el8_9.13: 7 is below 9, so even the first is newer; the higher one is named" },
	    { "glibc", "CVE-2024-33599", "2.28-251.el8_10.2",
	      "ALSA-2024:3344 fixed 2.28-251.el8_10.2; 236 is below 251" },
	    { "glibc", "CVE-2023-4911", NULL, "ALSA-2023:5455 fixed 2.28-225.el8_8.6; 236 is above 225" },
	    { "libsepol", "CVE-2021-36084", NULL, "ALSA-2021:4513 fixed 2.9-3.el8, exactly what is installed" },
	    { "libcap", "CVE-2023-2602", NULL, "ALSA-2023:4524 fixed 2.48-5.el8_8, exactly what is installed" },
	    { "libgcc", "CVE-2020-11023", "8.5.0-23.el8_10.alma.1",
	      "ALSA-2025:1301 (jQuery in gcc's documentation) fixed 8.5.0-23.el8_10.alma.1; 20 is below 23" },
	    { "ncurses-libs", "CVE-2023-29491", NULL,
	      "ALSA-2023:5249 fixed 6.1-9.20180224.el8_8.1; release 10 is above 9, whatever follows" } } },
	{ /* almalinux-9-micro-arm64.docker.tar.gz: SQLite */
	  "almalinux",
	  "9.3",
	  { RPM("glibc", "2.34-83.el9_3.7"), RPM("libcap", "2.48-9.el9_2"), RPM("bash", "5.1.8-6.el9_1"),
	    RPM("ncurses-libs", "6.2-10.20210508.el9"), RPM("coreutils-single", "8.32-34.el9") },
	  { { "glibc", "CVE-2024-2961", "2.34-100.el9_4.2", "ALSA-2024:3339 fixed 2.34-100.el9_4.2; 83 is below 100" },
	    { "glibc", "CVE-2023-4911", NULL, "ALSA-2023:5453 fixed 2.34-60.el9_2.7; 83 is above 60" },
	    { "libcap", "CVE-2023-2602", NULL, "ALSA-2023:5071 fixed 2.48-9.el9_2, exactly what is installed" },
	    { "bash", "CVE-2022-3715", NULL, "ALSA-2023:0340 fixed 5.1.8-6.el9_1, exactly what is installed" },
	    { "ncurses-libs", "CVE-2023-29491", NULL,
	      "ALSA-2023:6698 fixed 6.2-10.20210508.el9 for AlmaLinux 9, exactly what is installed" },
	    { "coreutils-single", "CVE-2025-5278", "8.32-41.el9_8",
	      "ALSA-2026:28911 fixed 8.32-41.el9_8; 34 is below 41" } } },
	{ /* AlmaLinux 8 with the module stream nodejs:16 as it was in August 2023 */
	  "almalinux",
	  "8.8",
	  { MODULAR("nodejs", "1:16.20.2-2.module_el8.8.0+3614+204d6f43", "nodejs:16:8080020230906091121:63b34585"),
	    RPM("platform-python", "3.6.8-51.el8_8.1") },
	  { { "nodejs", "CVE-2023-44487", "1:16.20.2-4.module_el8.9.0+3747+ead8229c",
	      "nodejs:16 got fixes in ALSA-2023:5850 (16.20.2-3) and ALSA-2024:1444 (16.20.2-4): the higher of its own "
	      "stream; "
	      "nodejs:18's 18.18.2 and nodejs:20's 20.8.1 are other streams" },
	    { "nodejs", "CVE-2023-38552", NULL,
	      "only ALSA-2023:5869 of nodejs:18 (and nodejs:20's) names it: 16.20.2 sorts below 18.18.2, but the "
	      "stream differs" },
	    { "nodejs", "CVE-2023-32002", NULL, "ALSA-2023:5360 of nodejs:16 fixed exactly what is installed" },
	    { "nodejs", "CVE-2021-22883", NULL, "ALSA-2021:0735 is nodejs:10's" } } },
	{ /* Debian 11 as published in August 2021 (11.0) */
	  "debian",
	  "11",
	  { DEB("libssl1.1", "1.1.1k-1", "openssl"), DEB("zlib1g", "1:1.2.11.dfsg-2", "zlib"),
	    DEB("dpkg", "1.20.9", "dpkg"), DEB("gzip", "1.10-4", "gzip"), DEB("libc6", "2.31-13", "glibc"),
	    DEB("libexpat1", "2.2.10-2", "expat") },
	  { { "libssl1.1", "CVE-2021-3711", "1.1.1k-1+deb11u1",
	      "DSA-4963-1 fixed source openssl in 1.1.1k-1+deb11u1; 1.1.1k-1 ends where + goes on, and the end sorts "
	      "before +" },
	    { "libssl1.1", "CVE-2022-0778", "1.1.1k-1+deb11u2", "DSA-5103-1, the same reasoning" },
	    { "zlib1g", "CVE-2018-25032", "1:1.2.11.dfsg-2+deb11u1",
	      "DSA-5111-1 for source zlib; the epochs are equal" },
	    { "dpkg", "CVE-2022-1664", "1.20.10", "DSA-5147-1; 9 is below 10 as a number" },
	    { "gzip", "CVE-2022-1271", "1.10-4+deb11u1", "DSA-5122-1" },
	    { "libexpat1", "CVE-2022-40674", "2.2.10-2+deb11u4", "DSA-5236-1 for source expat" },
	    { "libc6", "CVE-2021-3999", NULL,
	      "the tracker's data here has a statement for buster only (2.28-10+deb10u2)" } } },
	{ /* Debian 11 with the updates of January 2023 (11.6) */
	  "debian",
	  "11",
	  { DEB("libssl1.1", "1.1.1n-0+deb11u3", "openssl"), DEB("zlib1g", "1:1.2.11.dfsg-2+deb11u2", "zlib"),
	    DEB("dpkg", "1.20.12", "dpkg"), DEB("gzip", "1.10-4+deb11u1", "gzip") },
	  { { "libssl1.1", "CVE-2023-0286", "1.1.1n-0+deb11u4", "DSA-5343-1 fixed 1.1.1n-0+deb11u4; u3 is below u4" },
	    { "libssl1.1", "CVE-2021-3711", NULL, "fixed in 1.1.1k-1+deb11u1; k is before n" },
	    { "libssl1.1", "CVE-2022-0778", NULL, "fixed in 1.1.1k-1+deb11u2; k is before n" },
	    { "zlib1g", "CVE-2022-37434", NULL, "fixed in 1:1.2.11.dfsg-2+deb11u2, exactly what is installed" },
	    { "dpkg", "CVE-2022-1664", NULL, "fixed in 1.20.10; 12 is above 10" },
	    { "gzip", "CVE-2022-1271", NULL, "fixed in 1.10-4+deb11u1, exactly what is installed" } } },
};

static const struct dd_finding *find(const struct dd_findings *f, const struct dd_inventory *inv, const struct claim *c)
{
	for (size_t i = 0; i < f->list.n; i++)
		if (dd_str_eq_c(f->list.p[i].id, c->id) &&
		    dd_str_eq_c(inv->packages[f->list.p[i].package].package.name, c->package))
			return &f->list.p[i];
	return NULL;
}

static void check_image(const struct image *image, const struct dd_db *db)
{
	struct dd_installed packages[IMAGE_PACKAGES] = { { .layer = 0 } };
	struct dd_inventory inv = { .os = { .id = dd_str_from(image->os), .version = dd_str_from(image->version) },
				    .os_found = true,
				    .package_database_found = true,
				    .packages = packages };
	struct dd_arena a = DD_ARENA_INIT(64 << 20);
	struct dd_findings out = { 0 };
	struct dd_err err = { 0 };
	for (; inv.n_packages < IMAGE_PACKAGES && image->packages[inv.n_packages].name.n; inv.n_packages++)
		packages[inv.n_packages] =
			(struct dd_installed){ .package = image->packages[inv.n_packages], .system = true };
	CHECK_INT(dd_judge_vuln(&inv, db, &a, &out, &err), DD_OK);
	CHECK_INT_ROW(out.problems.n, 0, image->version);
	for (size_t i = 0; i < CLAIMS && image->claims[i].id; i++) {
		const struct claim *c = &image->claims[i];
		const struct dd_finding *f = find(&out, &inv, c);
		CHECK_ROW((f != NULL) == (c->fixed != NULL), c->why);
		if (f && c->fixed)
			CHECK_STR_ROW(f->fix.version, c->fixed, c->why);
	}
	dd_findings_done(&out);
	dd_arena_done(&a);
}

TEST(reasoned_findings_of_real_images)
{
	const char *shared = dd_test_shared();
	char alma[4200], alpine[4200], debian[4200];
	struct dd_small_db db;
	if (!shared) {
		dd_test_skip("no shared data");
		return;
	}
	(void)snprintf(alma, sizeof alma, "%s/advisories/osv/AlmaLinux/all.zip", shared);
	(void)snprintf(alpine, sizeof alpine, "%s/advisories/alpine-secdb", shared);
	(void)snprintf(debian, sizeof debian, "%s/advisories/debian/json", shared);
	const struct dd_document documents[] = {
		{ .kind = "osv", .path = alma },
		{ .kind = "alpine", .path = alpine },
		{ .kind = "debian", .path = debian },
	};
	if (dd_small_db_open(&db, documents, DD_COUNT(documents), NULL))
		for (size_t i = 0; i < DD_COUNT(images); i++)
			check_image(&images[i], db.db);
	dd_small_db_done(&db);
}
