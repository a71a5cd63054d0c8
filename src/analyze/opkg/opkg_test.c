/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_opkg;

#define STATUS "usr/lib/opkg/status"
#define INFO   "usr/lib/opkg/info/"

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_opkg, dd_str_from(path), data, DD_FOUND_TEXT_FILES, out);
}

/* Records as OpenWrt 22.03 and Yocto write them. */
#define OPENWRT                                                                                                        \
	"Package: libc\nVersion: 1.2.3-4\nDepends: libgcc1, kernel (= 5.10.176-1-abc)\n"                               \
	"Status: install user installed\nArchitecture: x86_64\nInstalled-Time: 1681257600\n\n"                         \
	"Package: old\nVersion: 1\nStatus: deinstall user not-installed\nArchitecture: x86_64\n\n"                     \
	"Package: base-files\nVersion: 1495-r19803-9a599fee93\nStatus: install hold installed\n"                       \
	"Architecture: x86_64\nEssential: yes\nConffiles:\n /etc/config/network 0123\n /etc/fstab abcd\n\n"
#define CONTROL                                                                                                        \
	"Package: libc\nVersion: 1.2.3-4\nDepends: libgcc1\nSource: package/libs/toolchain\nSourceName: toolchain\n"   \
	"License: GPL-2.0 \nSection: libs\nMaintainer: Felix Fietkau <nbd@nbd.name>\nArchitecture: x86_64\n"           \
	"Installed-Size: 620544\nDescription:  C library\n"
#define YOCTO                                                                                                          \
	"Package: libz1\nVersion: 1.3.1-r0\nDepends: libc6 (>= 2.39)\nProvides: zlib\nStatus: install ok installed\n"  \
	"Section: libs\nArchitecture: core2-64\nMaintainer: Poky <poky@lists.yoctoproject.org>\n"                      \
	"License: Zlib\nSource: zlib_1.3.1.bb\nInstalled-Time: 1\n"
#define LIBC			 "package\tname=libc\tversion=1.2.3-4\ttype=opkg\tarch=x86_64"
#define PKG(name, version, more) "package\tname=" name "\tversion=" version "\ttype=opkg" more "\n"
#define PROBLEM(at, text)	 "problem\tat=" at "\ttext=" text "\n"

TEST(opkg_records)
{
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ STATUS, DD_STR(""), "" },
		{ STATUS, DD_STR(OPENWRT),
		  LIBC "\tdepends=libgcc1\\nkernel\n" PKG("base-files", "1495-r19803-9a599fee93", "\tarch=x86_64") },
		{ INFO "libc.control", DD_STR(CONTROL),
		  LIBC "\tsource=toolchain\tlicences=GPL-2.0\tmaintainer=Felix Fietkau <nbd@nbd.name>\tdepends=libgcc1"
		       "\tbytes=620544\n" },
		{ "var/lib/opkg/status", DD_STR(YOCTO),
		  PKG("libz1", "1.3.1-r0",
		      "\tarch=core2-64\tsource=zlib\tlicences=Zlib\tmaintainer=Poky <poky@lists.yoctoproject.org>"
		      "\tdepends=libc6") },
		{ STATUS, DD_STR("Package: a\nVersion: 1\nSource: http://x/y.bb\n"), PKG("a", "1", "") },
		{ STATUS, DD_STR("Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2"),
		  PKG("a", "1", "") PKG("b", "2", "") },
		/* no empty line between two records */
		{ STATUS, DD_STR("Package: a\nVersion: 1\nPackage: b\nVersion: 2\n"),
		  PKG("a", "1", "") PKG("b", "2", "") },
		{ STATUS, DD_STR("Package: a\nVersion: 1\nVersion: 2\n"),
		  PKG("a", "1", "") PROBLEM("22", "field Version of 'a' is given twice") },
		{ STATUS, DD_STR("Package: a\n\nVersion: 1\n\nPackage: b c\nVersion: 2\n\nPackage: d\nVersion: 1\0\n"),
		  PROBLEM("0", "package without a version: 'a'") PROBLEM("12", "package without a name")
			  PROBLEM("24", "package name is not valid: 'b c'")
				  PROBLEM("49", "version of 'd' is not valid: '1\\x00'") },
		{ STATUS, DD_STR("nonsense\nPackage: a\nVersion: 1\n"),
		  PKG("a", "1", "") PROBLEM("0", "not a field of a package record: 'nonsense'") },
		{ INFO "libc.list", DD_STR("/lib/libc.so\t0755\n/lib/ld.so.1\t0777\tlibc.so\n/etc/x\r\n\n/.\n"),
		  "owner\tpackage=libc\tpath=lib/libc.so\nowner\tpackage=libc\tpath=lib/ld.so.1\n"
		  "owner\tpackage=libc\tpath=etc/x\n" },
		{ INFO "a.b.list", DD_STR("rel\n/\n"),
		  "owner\tpackage=a.b\n" PROBLEM("0", "not a line of a file list: 'rel'")
			  PROBLEM("4", "not a line of a file list: '/'") },
		{ INFO ".list", DD_STR("/a"), "owner\tpath=a\n" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(opkg_any_cut_is_harmless)
{
	static const struct dd_str all = DD_STR(OPENWRT CONTROL YOCTO "\n/x\ty\n");
	static const char *const paths[] = { STATUS, INFO "a.list" };
	for (size_t n = 0; n <= all.n * 2; n++) {
		size_t cut = n / 2;
		char *copy = malloc(cut ? cut : 1);
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		memcpy(copy, all.p, cut);
		CHECK(analyze(paths[n % 2], (struct dd_str){ copy, cut }, &out) == DD_OK);
		free(copy);
	}
}

TEST(opkg_memory_runs_out)
{
	static const struct dd_input inputs[] = { { DD_STR(STATUS), DD_STR(YOCTO) },
						  { DD_STR(INFO "a.list"), DD_STR("/a\n/b\n") } };
	for (uint64_t nth = 1; nth < 40; nth++) {
		for (size_t i = 0; i < DD_COUNT(inputs); i++) {
			struct dd_err err = { 0 };
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			dd_alloc_fail_from(nth);
			enum dd_code code = dd_analyzer_opkg.parse(&inputs[i], &f, &err);
			dd_alloc_fail_from(0);
			CHECK(code != DD_OK || f.packages.n + f.ownerships.n == 1);
		}
	}
}
