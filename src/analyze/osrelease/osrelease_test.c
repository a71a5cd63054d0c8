/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_osrelease, dd_analyzer_osrelease_pro;

struct row {
	const char *path;
	struct dd_str data;
	const char *want;
};

static void check_rows(const struct row *rows, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < n; i++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_osrelease, dd_str_from(rows[i].path), rows[i].data, 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

/* The texts are those of the distributions' own packages (base-files, fedora-release, centos-release …). */
TEST(osrelease_assignments)
{
	static const struct row rows[] = {
		{ "etc/os-release",
		  DD_STR("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian "
			 "GNU/Linux\"\nVERSION_ID=\"12\"\n"
			 "VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n"
			 "HOME_URL=\"https://www.debian.org/\"\n"),
		  "os\trank=release\tid=debian\tversion=12\tcodename=bookworm\tpretty=Debian GNU/Linux 12 "
		  "(bookworm)\n" },
		{ "usr/lib/os-release",
		  DD_STR("NAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=39\nVERSION_CODENAME=\"\"\n"),
		  "os\trank=release\tid=fedora\tversion=39\n" },
		{ "usr/lib/os-release",
		  DD_STR("NAME=\"AlmaLinux\"\nVERSION=\"9.3 (Shamrock Pampas Cat)\"\nID=\"almalinux\"\n"
			 "ID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\nPLATFORM_ID=\"platform:el9\"\n"),
		  "os\trank=release\tid=almalinux\tversion=9.3\tlike=rhel centos fedora\n" },
		{ "etc/os-release",
		  DD_STR("PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nVERSION_CODENAME=trixie\nID=debian\n"),
		  "os\trank=release\tid=debian\tcodename=trixie\tpretty=Debian GNU/Linux trixie/sid\n" },
		{ "etc/os-release", DD_STR("ID='Wolfi'\nID=wolfi\nVERSION_ID=\"20230201\"\n"),
		  "os\trank=release\tid=wolfi\tversion=20230201\n" },
		{ "etc/os-release", DD_STR(""), "" },
		{ "etc/os-release", DD_STR("\n#\n"), "" },
		{ "etc/os-release", DD_STR("ID=debian\nbroken\nVERSION_ID=\"12\n"),
		  "os\trank=release\tid=debian\tversion=12\n"
		  "problem\tat=10\ttext=line is no assignment: 'broken'\n"
		  "problem\tat=17\ttext=quote is not closed: 'VERSION_ID'\n" },
		{ "etc/os-release", DD_STR("ID=a\xff\0b\n"), "os\trank=release\tid=a\\xff\\x00b\n" },
		{ "etc/lsb-release",
		  DD_STR("DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\n"
			 "DISTRIB_DESCRIPTION=\"Ubuntu 22.04.3 LTS\"\n"),
		  "os\trank=lsb\tid=ubuntu\tversion=22.04\tcodename=jammy\tpretty=Ubuntu 22.04.3 LTS\n" },
		{ "etc/lsb-release", DD_STR("LSB_VERSION=base-4.0-amd64:base-4.0-noarch\n"), "" },
		{ "etc/lsb-release", DD_STR("DISTRIB_ID=RedHatEnterpriseServer\nDISTRIB_RELEASE=7.9\n"),
		  "os\trank=lsb\tid=rhel\tversion=7.9\n" },
		{ "etc/openwrt_release", DD_STR("DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='22.03.5'\n"),
		  "os\trank=lsb\tid=openwrt\tversion=22.03.5\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

#define FAMILY(id, version, codename, pretty)                                                                          \
	"os\trank=family\tid=" id "\tversion=" version "\tcodename=" codename "\tpretty=" pretty "\n"

TEST(osrelease_one_line_files)
{
	static const struct row rows[] = {
		{ "etc/alpine-release", DD_STR("3.19.1\n"), "os\trank=distro\tid=alpine\tversion=3.19.1\n" },
		{ "etc/alpine-release", DD_STR("3.20_alpha20240329\n"),
		  "os\trank=distro\tid=alpine\tversion=3.20_alpha20240329\n" },
		{ "etc/alpine-release", DD_STR("\n"), "" },
		{ "etc/alpine-release", DD_STR("x\x1b[2J\n"),
		  "problem\tat=0\ttext=not a version of Alpine Linux: 'x\\x1b[2J'\n" },
		{ "etc/arch-release", DD_STR(""), "os\trank=family\tid=arch\n" },
		{ "etc/gentoo-release", DD_STR("Gentoo Base System release 2.14\n"), "os\trank=family\tid=gentoo\n" },
		{ "etc/gentoo-release", DD_STR(""), "" },
		{ "etc/debian_version", DD_STR("12.5\n"), "os\trank=family\tid=debian\tversion=12.5\n" },
		{ "etc/debian_version", DD_STR("trixie/sid\n"), "os\trank=family\tid=debian\tcodename=trixie\n" },
		{ "etc/debian_version", DD_STR("sid"), "os\trank=family\tid=debian\tcodename=sid\n" },
		{ "etc/debian_version", DD_STR(""), "" },
		{ "etc/redhat-release", DD_STR("Red Hat Enterprise Linux release 8.4 (Ootpa)\n"),
		  FAMILY("rhel", "8.4", "Ootpa", "Red Hat Enterprise Linux release 8.4 (Ootpa)") },
		{ "etc/redhat-release", DD_STR("Red Hat Enterprise Linux Server release 7.9 (Maipo)\r\n"),
		  FAMILY("rhel", "7.9", "Maipo", "Red Hat Enterprise Linux Server release 7.9 (Maipo)") },
		{ "etc/redhat-release", DD_STR("CentOS Linux release 7.9.2009 (Core)\n"),
		  FAMILY("centos", "7.9.2009", "Core", "CentOS Linux release 7.9.2009 (Core)") },
		{ "etc/redhat-release", DD_STR("Fedora release 39 (Thirty Nine)\n"),
		  FAMILY("fedora", "39", "Thirty Nine", "Fedora release 39 (Thirty Nine)") },
		{ "etc/redhat-release", DD_STR("Rocky Linux release 9.3 (Blue Onyx)\n"),
		  FAMILY("rocky", "9.3", "Blue Onyx", "Rocky Linux release 9.3 (Blue Onyx)") },
		{ "etc/redhat-release", DD_STR("AlmaLinux release 9.3 (Shamrock Pampas Cat)\n"),
		  FAMILY("almalinux", "9.3", "Shamrock Pampas Cat", "AlmaLinux release 9.3 (Shamrock Pampas Cat)") },
		{ "etc/oracle-release", DD_STR("Oracle Linux Server release 8.9\n"),
		  "os\trank=distro\tid=ol\tversion=8.9\tpretty=Oracle Linux Server release 8.9\n" },
		{ "etc/system-release", DD_STR("Amazon Linux release 2 (Karoo)\n"),
		  FAMILY("amzn", "2", "Karoo", "Amazon Linux release 2 (Karoo)") },
		{ "etc/system-release", DD_STR("Amazon Linux AMI release 2018.03\n"),
		  "os\trank=family\tid=amzn\tversion=2018.03\tpretty=Amazon Linux AMI release 2018.03\n" },
		{ "etc/centos-release", DD_STR("CentOS Stream release 9\n"),
		  "os\trank=distro\tid=centos\tversion=9\tpretty=CentOS Stream release 9\n" },
		{ "etc/mariner-release", DD_STR("CBL-Mariner 2.0.20240123\nMARINER_BUILD_NUMBER=2d5c1d2\n"),
		  "os\trank=distro\tid=mariner\tversion=2.0.20240123\tpretty=CBL-Mariner 2.0.20240123\n" },
		{ "etc/azurelinux-release", DD_STR("Microsoft Azure Linux 3.0.20240727\nAZURELINUX_BUILD_NUMBER=1\n"),
		  "os\trank=distro\tid=azurelinux\tversion=3.0.20240727\tpretty=Microsoft Azure Linux 3.0.20240727\n" },
		{ "etc/openEuler-release", DD_STR("openEuler release 22.03 (LTS)\n"),
		  "os\trank=distro\tid=openeuler\tversion=22.03\tcodename=LTS\tpretty=openEuler release 22.03 "
		  "(LTS)\n" },
		{ "etc/photon-release", DD_STR("VMware Photon OS 4.0\nPHOTON_BUILD_NUMBER=1526e30ba\n"),
		  "os\trank=distro\tid=photon\tversion=4.0\tpretty=VMware Photon OS 4.0\n" },
		{ "etc/redhat-release", DD_STR("Unheard-of Linux release 1 (X)\n"),
		  "os\trank=family\tversion=1\tcodename=X\tpretty=Unheard-of Linux release 1 (X)\n" },
		{ "etc/redhat-release", DD_STR("\n"), "" },
		{ "etc/redhat-release", DD_STR("release )("), "os\trank=family\tpretty=release )(\n" },
		{ "etc/SuSE-release",
		  DD_STR("SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n"),
		  "os\trank=distro\tid=sles\tversion=11.4\tpretty=SUSE Linux Enterprise Server 11 (x86_64)\n" },
		{ "etc/SuSE-release",
		  DD_STR("SUSE Linux Enterprise Server 12 (x86_64)\nVERSION = 12\nPATCHLEVEL = 0\n"),
		  "os\trank=distro\tid=sles\tversion=12\tpretty=SUSE Linux Enterprise Server 12 (x86_64)\n" },
		{ "etc/SuSE-release", DD_STR("openSUSE 13.2 (x86_64)\nVERSION = 13.2\nCODENAME = Harlequin\n# c\n"),
		  "os\trank=distro\tid=opensuse\tversion=13.2\tcodename=Harlequin\tpretty=openSUSE 13.2 (x86_64)\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(osrelease_alpine_branch)
{
#define REPO(branch) "https://dl-cdn.alpinelinux.org/alpine/" branch "/main\n"
#define BRANCH(text) "os\trank=repositories\tid=alpine\tversion=" text "\n"
	static const struct row rows[] = {
		{ "etc/apk/repositories", DD_STR(REPO("v3.18")), BRANCH("3.18") },
		{ "etc/apk/repositories.d/a.list", DD_STR(REPO("v3.18")), BRANCH("3.18") },
		{ "lib/apk/repositories.d/alpine.list",
		  DD_STR("v2 https://dl-cdn.alpinelinux.org/alpine/v3.22 main community\n"), BRANCH("3.22") },
		{ "usr/lib/apk/repositories.d/a.list",
		  DD_STR("ndx  http://x/alpine/v3.21/main/x86_64/APKINDEX.tar.gz\n"), BRANCH("3.21") },
		{ "etc/apk/repositories.d/a.list", DD_STR("v3\nv3.20\nv2 \n"), BRANCH("3.20") },
		{ "etc/apk/repositories", DD_STR(REPO("v3.9") REPO("v3.10") REPO("v3.8")), BRANCH("3.10") },
		{ "etc/apk/repositories", DD_STR(REPO("v3.18") REPO("edge")), BRANCH("edge") },
		{ "etc/apk/repositories", DD_STR(REPO("edge") REPO("v3.18")), BRANCH("edge") },
		{ "etc/apk/repositories", DD_STR(REPO("v3.18") "#" REPO("edge") "@testing " REPO("edge")),
		  BRANCH("3.18") },
		{ "etc/apk/repositories", DD_STR("  /media/cdrom/apks\n\n\thttp://mirror/v3.4/community  \r\n"),
		  BRANCH("3.4") },
		{ "etc/apk/repositories", DD_STR("https://packages.wolfi.dev/os\n"), "" },
		{ "etc/apk/repositories", DD_STR(REPO("latest-stable")), "" },
		{ "etc/apk/repositories",
		  DD_STR("http://m/v3.99999999999999999999/main\nhttp://m/v3./x\nhttp://m/v.1/x"), "" },
		{ "etc/apk/repositories", DD_STR("http://m/a v3.18/main"), "" },
		{ "etc/apk/repositories", DD_STR("\xff\0/v3.5/\0"), BRANCH("3.5") },
		{ "etc/apk/repositories", DD_STR(""), "" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(osrelease_busybox_banner)
{
	static const struct row rows[] = {
		{ "bin/busybox", DD_STR("\177ELF\0syslogd started: BusyBox v1.36.1\0BusyBox v1.36.1 (2023-11-07)\0"),
		  "os\trank=binary\tid=busybox\tversion=1.36.1\tpretty=BusyBox 1.36.1\n" },
		{ "bin/[", DD_STR("BusyBox v1.35.0 (Debian 1:1.35.0-4+b3)"),
		  "os\trank=binary\tid=busybox\tversion=1.35.0\tpretty=BusyBox 1.35.0\n" },
		{ "bin/sh", DD_STR("\177ELF dash"), "" },
		{ "bin/sh", DD_STR("BusyBox v"), "" },
		{ "bin/sh", DD_STR("BusyBox v1.2"), "" },
		{ "bin/sh", DD_STR("BusyBox v (x)"), "" },
		{ "bin/sh", DD_STR("BusyBox vBusyBox v1.2 (x)"),
		  "os\trank=binary\tid=busybox\tversion=1.2\tpretty=BusyBox 1.2\n" },
		{ "bin/sh", DD_STR(""), "" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(osrelease_every_file_has_a_reader)
{
	for (const struct dd_match *m = dd_analyzer_osrelease.match; m->kind != DD_MATCH_END; m++) {
		static const struct dd_str data =
			DD_STR("Gentoo\nID=x\nDISTRIB_ID=x\nhttp://m/edge/main\nBusyBox v1 (");
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		char path[200];
		(void)snprintf(path, sizeof path, "%s%s%s", m->a, m->b ? "/x" : "", m->b ? m->b : "");
		(void)dd_analyze_text(&dd_analyzer_osrelease, dd_str_from(path), data, 0, &out);
		CHECK_ROW(out.n > 0, path);
	}
}

TEST(osrelease_cuts_and_long_values)
{
	const struct dd_str all = DD_STR("ID=\"x\"\nVERSION = 1\nhttp://m/v3.1/x\nA release 1 (b)\nBusyBox v1.2 (3)");
	for (const struct dd_match *m = dd_analyzer_osrelease.match; m->kind != DD_MATCH_END; m++) {
		for (size_t n = 0; n <= all.n; n++) {
			char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			memcpy(copy, all.p, n);
			enum dd_code code = dd_analyze_text(&dd_analyzer_osrelease, dd_str_from(m->a),
							    (struct dd_str){ copy, n }, 0, &out);
			CHECK_ROW(code == DD_OK, m->a);
			free(copy);
		}
		DD_CLEANUP_BUF struct dd_buf big = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
		while (big.n < 3 * DD_FIELD_BYTES_MAX)
			(void)dd_buf_add_c(&big, "12345678");
		CHECK(dd_analyze_text(&dd_analyzer_osrelease, dd_str_from(m->a), dd_buf_str(&big), 0, &out) == DD_OK);
	}
}

/* Lines as pro attach writes them, and what is left of them when a service is switched off. */
TEST(osrelease_ubuntu_pro)
{
	static const struct row rows[] = {
		{ "etc/apt/sources.list.d/ubuntu-esm-infra.list",
		  DD_STR("# Written by ubuntu-advantage-tools\n\ndeb https://esm.ubuntu.com/infra/ubuntu "
			 "bionic-infra-security "
			 "main\n# deb-src https://esm.ubuntu.com/infra/ubuntu bionic-infra-security main\n"),
		  "os\trank=subscription\tid=ubuntu\tsubscription=esm-infra\n" },
		{ "etc/apt/sources.list.d/ubuntu-esm-apps.list",
		  DD_STR("deb [signed-by=/x arch=amd64] https://esm.ubuntu.com/apps/ubuntu jammy-apps-updates main # "
			 "why\n"),
		  "os\trank=subscription\tid=ubuntu\tsubscription=esm-apps\n" },
		{ "etc/apt/sources.list",
		  DD_STR("#deb https://esm.ubuntu.com/infra/ubuntu x main\ndeb-src https://esm.ubuntu.com/infra/ubuntu "
			 "x main\n"
			 "deb http://archive.ubuntu.com/ubuntu jammy main\ndeb https://esm.ubuntu.com/fips/ubuntu x "
			 "main\n"
			 "deb https://mirror.example/esm.ubuntu.com/infra x main\n"),
		  "" },
		{ "etc/apt/sources.list.d/ubuntu-esm-infra.sources",
		  DD_STR("Types: deb\nURIs: https://esm.ubuntu.com/infra/ubuntu\nSuites: noble-infra-security\n"
			 "Components: main\nSigned-By: /usr/share/keyrings/ubuntu-pro-esm-infra.gpg\n"),
		  "os\trank=subscription\tid=ubuntu\tsubscription=esm-infra\n" },
		{ "etc/apt/sources.list.d/x.sources",
		  DD_STR("Types: deb\nURIs: https://esm.ubuntu.com/infra/ubuntu\nEnabled: no\n\nURIs: "
			 "http://a/\n https://esm.ubuntu.com/apps/ubuntu\nEnabled: yes\n"),
		  "os\trank=subscription\tid=ubuntu\tsubscription=esm-apps\n" },
		{ "var/lib/ubuntu-advantage/status.json",
		  DD_STR("{\"attached\": true, \"services\": [{\"name\": \"esm-infra\", \"status\": \"enabled\"}, "
			 "{\"name\": "
			 "\"esm-apps\", \"status\": \"disabled\"}, {\"name\": \"fips\", \"status\": \"enabled\"}]}"),
		  "os\trank=subscription\tid=ubuntu\tsubscription=esm-infra\n" },
		{ "var/lib/ubuntu-advantage/status.json",
		  DD_STR("{\"attached\": false, \"services\": [{\"name\": \"esm-infra\", \"status\": \"enabled\"}]}"),
		  "" },
		{ "var/lib/ubuntu-advantage/status.json", DD_STR("{\"attached\": true"), "" },
		{ "etc/apt/sources.list", DD_STR(""), "" },
		{ "etc/apt/sources.list", DD_STR("deb \xff\0https://esm.ubuntu.com/infra/ubuntu"), "" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_osrelease_pro, dd_str_from(rows[i].path), rows[i].data, 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
	}
}
