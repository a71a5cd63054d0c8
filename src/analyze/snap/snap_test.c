/* SPDX-License-Identifier: Apache-2.0 */
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_snap, dd_analyzer_snap_list;

#define YAML	 "snap/hello/42/meta/snap.yaml"
#define MANIFEST "snap/hello/42/snap/manifest.yaml"
#define LIST	 "usr/share/snappy/dpkg.list"

#define SNAP(name, version, more) "package\tname=" name "\tversion=" version "\ttype=snap" more "\n"
#define DEB(name, version, more)  "package\tname=" name "\tversion=" version "\ttype=deb" more "\n"
#define PROBLEM(at, text)	  "problem\tat=" at "\ttext=" text "\n"
#define MANIFEST_HEAD                                                                                                  \
	"snapcraft-version: '7.5.2'\nsnapcraft-os-release-id: ubuntu\nsnapcraft-os-release-version-id: '22.04'\n"      \
	"name: hello\nparts:\n  hello:\n    installed-packages: [gcc=4:11.2.0-1ubuntu1]\n"
#define DPKG_L                                                                                                         \
	"Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf\n"                 \
	"|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ Name  Version  Architecture Description\n"    \
	"+++-=====-=======-============-===========\n"                                                                 \
	"ii  adduser      3.118ubuntu2      all    add and remove users\n"                                             \
	"hi  libc6:amd64  2.31-0ubuntu9.9   amd64  GNU C Library\n"                                                    \
	"rc  gone         1                 amd64  removed\nun  never <none> <none> (no description available)\n"      \
	"iHR half         2                 amd64\n"
#define DPKG_L_PACKAGES                                                                                                \
	DEB("adduser", "3.118ubuntu2", "\tarch=all")                                                                   \
	DEB("libc6", "2.31-0ubuntu9.9", "\tarch=amd64") DEB("half", "2", "\tarch=amd64")

static const struct row {
	const struct dd_analyzer *analyzer;
	const char *path;
	struct dd_str data;
	const char *want;
} rows[] = {
	{ &dd_analyzer_snap, YAML,
	  DD_STR("name: hello\nversion: 1.10\narchitectures: [amd64]\nbase: core22\nlicense: GPL-3.0\n"),
	  SNAP("hello", "1.10", "\tarch=amd64\tlicences=GPL-3.0\tdepends=core22") },
	{ &dd_analyzer_snap, YAML, DD_STR("name: hello\narchitectures: [amd64, arm64]\nversion: '2 x'\n"),
	  PROBLEM("0", "version of 'hello' is not valid: '2 x'") },
	{ &dd_analyzer_snap, YAML, DD_STR("name: hello\n"), SNAP("hello", "42", "") },
	{ &dd_analyzer_snap, "meta/snap.yaml", DD_STR("name: hello\n"),
	  PROBLEM("0", "package without a version: 'hello'") },
	{ &dd_analyzer_snap, YAML, DD_STR(""), PROBLEM("0", "package without a name") },
	{ &dd_analyzer_snap, YAML, DD_STR("- a\n- b\n"), PROBLEM("0", "package without a name") },
	{ &dd_analyzer_snap, "var/lib/snapd/snaps/core22_1033.snap", DD_STR(""), SNAP("core22", "1033", "") },
	{ &dd_analyzer_snap, "var/lib/snapd/snaps/my_app_x1.snap", DD_STR(""), SNAP("my_app", "x1", "") },
	{ &dd_analyzer_snap, "var/lib/snapd/snaps/odd.snap", DD_STR(""),
	  "problem\ttext=package without a version: 'odd'\n" },
	{ &dd_analyzer_snap, MANIFEST,
	  DD_STR(MANIFEST_HEAD "primed-stage-packages:\n- libc6=2.35-0ubuntu3.4\n- libssl3:amd64=3.0.2-0ubuntu1.10\n"),
	  DEB("libc6", "2.35-0ubuntu3.4", "\tqualifiers=distro=ubuntu-22.04")
		  DEB("libssl3", "3.0.2-0ubuntu1.10", "\tarch=amd64\tqualifiers=distro=ubuntu-22.04") },
	{ &dd_analyzer_snap, MANIFEST, DD_STR("primed-stage-packages: [a=1, broken, {b: 2}]\n"),
	  DEB("a", "1", "") PROBLEM("29", "package without a version: 'broken'")
		  PROBLEM("37", "package without a name") },
	{ &dd_analyzer_snap, MANIFEST, DD_STR(MANIFEST_HEAD), "" },
	{ &dd_analyzer_snap, MANIFEST, DD_STR("primed-stage-packages: 7\n"), "" },
	{ &dd_analyzer_snap_list, LIST, DD_STR(DPKG_L), DPKG_L_PACKAGES },
	{ &dd_analyzer_snap_list, LIST, DD_STR(""), "" },
	/* no header */
	{ &dd_analyzer_snap_list, LIST, DD_STR("ii a 1 all x\nnonsense\nii b\n"),
	  DEB("a", "1", "\tarch=all") PROBLEM("13", "not a line of a list of packages: 'nonsense'")
		  PROBLEM("22", "not a line of a list of packages: 'ii b'") },
};

TEST(snap_files)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&out);
		CHECK_ROW(dd_analyze_text(rows[i].analyzer, dd_str_from(rows[i].path), rows[i].data, 0, &out) == DD_OK,
			  DD_QUOTE(rows[i].data));
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(snap_any_cut_is_harmless)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		for (size_t cut = 0; cut < rows[i].data.n; cut++) {
			char *copy = malloc(cut ? cut : 1);
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			memcpy(copy, rows[i].data.p, cut);
			(void)dd_analyze_text(rows[i].analyzer, dd_str_from(rows[i].path), (struct dd_str){ copy, cut },
					      0, &out);
			free(copy);
		}
	}
}

TEST(snap_yaml_that_is_hostile)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	CHECK(dd_analyze_text(&dd_analyzer_snap, DD_STR(YAML), DD_STR("a: &a [*a]\n"), 0, &out) != DD_OK);
	for (int i = 0; i < 100000; i++)
		(void)dd_buf_add_char(&in, '[');
	CHECK(dd_analyze_text(&dd_analyzer_snap, DD_STR(YAML), dd_buf_str(&in), 0, &out) != DD_OK);
	dd_buf_clear(&in);
	(void)dd_buf_add_c(&in, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 12; i++)
		(void)dd_buf_addf(&in, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1, i - 1,
				  i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	CHECK(dd_analyze_text(&dd_analyzer_snap, DD_STR(MANIFEST), dd_buf_str(&in), 0, &out) != DD_OK);
}

TEST(snap_list_compressed)
{
	static const struct dd_str text = DD_STR(DPKG_L);
	unsigned char packed[4096];
	struct isal_zstream z;
	isal_deflate_stateless_init(&z);
	z.gzip_flag = IGZIP_GZIP;
	z.end_of_stream = 1;
	z.next_in = (unsigned char *)(uintptr_t)text.p;
	z.avail_in = (uint32_t)text.n;
	z.next_out = packed;
	z.avail_out = sizeof packed;
	CHECK(isal_deflate_stateless(&z) == COMP_OK);
	size_t n = sizeof packed - z.avail_out;
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(dd_analyze_text(&dd_analyzer_snap_list, DD_STR(LIST ".gz"), (struct dd_str){ (char *)packed, n }, 0,
			      &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), DPKG_L_PACKAGES);
	for (size_t cut = 1; cut < n; cut++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_snap_list, DD_STR(LIST ".gz"),
				      (struct dd_str){ (char *)packed, cut }, 0, &out);
	}
}
