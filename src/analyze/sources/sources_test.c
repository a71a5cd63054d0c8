/* SPDX-License-Identifier: Apache-2.0 */
/* The files are those of official images, and what the manual pages show. */
#include "analyze/analyzer.h"

#include "base/buf.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_sources;

/* Definitions as text: fields with "|" between, one a line. */
static void run(const char *path, struct dd_str data, struct dd_buf *out)
{
	struct dd_arena a = DD_ARENA_INIT(1 << 22);
	struct dd_found found = { .arena = &a };
	const struct dd_input in = { .path = dd_str_from(path), .data = data };
	struct dd_err err;
	CHECK_INT_ROW(dd_analyzer_sources.parse(&in, &found, &err), DD_OK, path);
	CHECK_INT_ROW(found.problems.n, 0, path);
	for (size_t i = 0; i < found.definitions.n; i++) {
		struct dd_str v = found.definitions.p[i].value;
		(void)dd_buf_add_str(out, found.definitions.p[i].name);
		for (struct dd_str part; dd_str_next(&v, '\n', &part);) {
			(void)dd_buf_add_char(out, '|');
			(void)dd_buf_add_str(out, part);
		}
		(void)dd_buf_add_char(out, '\n');
	}
	dd_found_done(&found);
	dd_arena_done(&a);
}

static const struct {
	const char *path, *data, *want;
} rows[] = {
	{ "etc/apt/sources.list", "", "" },
	{ "etc/apt/sources.list",
	  "# deb http://no/ x main\ndeb http://deb.debian.org/debian buster main # c\n"
	  "deb-src http://deb.debian.org/debian buster main\n"
	  "deb [ arch=amd64,arm64 signed-by=/x ] https://h/ubuntu\tjammy-security  main universe\n"
	  "deb http://h/flat ./\ndeb\ndeb [\ndebx http://h/ a b\ndeb http://only\n",
	  "deb|http://deb.debian.org/debian|buster|main|\ndeb|https://h/ubuntu|jammy-security|main "
	  "universe|amd64,arm64\n"
	  "deb|http://h/flat|./||\ndeb|http://only|||\n" },
	{ "etc/apt/sources.list.d/debian.sources",
	  "Types: deb\n# http://snapshot.debian.org/archive/debian/20250520T000000Z\nURIs: "
	  "http://deb.debian.org/debian\n"
	  "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: "
	  "/usr/share/keyrings/debian-archive-keyring.gpg\n"
	  "\nTypes: deb deb-src\nURIs: http://a\n http://b\nSuites: x\nComponents: main\n contrib\nSigned-By:\n"
	  " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQIN\n\nTypes: deb\nEnabled: no\nURIs: http://c\nSuites: x\n\n"
	  "Types: deb-src\nURIs: http://d\nSuites: x\n",
	  "deb|http://deb.debian.org/debian|bookworm|main|\ndeb|http://deb.debian.org/debian|bookworm-updates|main|\n"
	  "deb|http://a|x|main contrib|\ndeb|http://b|x|main contrib|\n" },
	{ "etc/apk/repositories",
	  "https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n#https://x\n@edge https://y/edge/main\n /media/cdrom/apks "
	  "\n",
	  "apk|https://dl-cdn.alpinelinux.org/alpine/v3.18/main|||\napk|/media/cdrom/apks|||\n" },
	{ "etc/yum.repos.d/almalinux.repo",
	  "[main]\nx=1\n[baseos]\nname=AlmaLinux $releasever - "
	  "BaseOS\nmirrorlist=https://mirrors.almalinux.org/m/$releasever\n"
	  "# baseurl=https://no\nenabled=1\ngpgcheck=1\n[debug]\nbaseurl=https://d\nenabled=0\n"
	  "[two]\nmetalink = https://m?repo=x&arch=$basearch\nbaseurl = https://b1/\n "
	  "https://b2/\nmirrorlist=https://no\n",
	  "rpm|https://mirrors.almalinux.org/m/$releasever|mirrorlist|baseos|\nrpm|https://b1/|baseurl|two|\n" },
	{ "etc/yum.repos.d/held.repo",
	  "[a]\nbaseurl=https://a/\nexcludepkgs=kernel*, vim\n  nginx.x86_64 ,,bash\nenabled=1\n more\n[b]\n "
	  "exclude=x\n",
	  "rpm-held|kernel*|dnf's settings exclude it||\nrpm-held|vim|dnf's settings exclude it||\n"
	  "rpm-held|nginx.x86_64|dnf's settings exclude it||\nrpm-held|bash|dnf's settings exclude it||\n"
	  "rpm|https://a/|baseurl|a|\n" },
	{ "etc/dnf/dnf.conf", "[main]\ngpgcheck=1\n# exclude=no\nexclude = mysql-*\nskip_if_unavailable=True\n",
	  "rpm-held|mysql-*|dnf's settings exclude it||\n" },
	/* apt_preferences(5) */
	{ "etc/apt/preferences",
	  "Explanation: x\nPackage: perl libc6\nPin: version 5.36*\nPin-Priority: 1001\n\nPackage: *\nPin: origin "
	  "\"\"\nPin-Priority: 999\n\n\nPackage: none\n\nPin: release a=x\n",
	  "deb-held|perl|apt's preferences pin it (version 5.36*, priority 1001)||\n"
	  "deb-held|libc6|apt's preferences pin it (version 5.36*, priority 1001)||\n"
	  "deb-held|*|apt's preferences pin it (origin \"\", priority 999)||\n" },
	{ "etc/apt/preferences.d/no-snap.pref", "Package: snapd\nPin: release a=*\nPin-Priority: -10\n",
	  "deb-held|snapd|apt's preferences pin it (release a=*, priority -10)||\n" },
	{ "etc/apt/preferences.d/old.bak", "Package: snapd\nPin: release a=*\nPin-Priority: -10\n", "" },
	{ "etc/dnf/vars/ocidomain", "oracle.com\n", "rpm-var|ocidomain|oracle.com||\n" },
	{ "etc/yum/vars/ociregion", "", "rpm-var|ociregion|||\n" },
	{ "etc/zypp/repos.d/oss.repo", "[oss]\nenabled=1\nbaseurl=http://download.opensuse.org/x/\n",
	  "rpm|http://download.opensuse.org/x/|baseurl|oss|\n" },
};

TEST(sources_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 20);
		run(rows[i].path, dd_str_from(rows[i].data), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
		for (size_t n = 0; n < strlen(rows[i].data); n++) {
			DD_CLEANUP_BUF struct dd_buf cut = DD_BUF_INIT(1 << 20);
			run(rows[i].path, dd_str_take(dd_str_from(rows[i].data), n), &cut);
		}
	}
}

TEST(sources_hostile)
{
	DD_CLEANUP_BUF struct dd_buf many = DD_BUF_INIT(1 << 20), out = DD_BUF_INIT(1 << 20);
	static const char nul[] = "deb http://h\0x/ a\xff b\ndeb http://ok s c\n";
	for (size_t i = 0; i < 5000; i++)
		(void)dd_buf_addf(&many, "deb http://h%zu/ s c\n", i);
	run("etc/apt/sources.list", dd_buf_str(&many), &out);
	size_t lines = 0;
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	CHECK_INT(lines, 256);
	dd_buf_clear(&out);
	run("etc/apt/sources.list", (struct dd_str){ nul, sizeof nul - 1 }, &out);
	CHECK(dd_str_ends(dd_buf_str(&out), DD_STR("deb|http://ok|s|c|\n")));
	/* one word of a megabyte */
	dd_buf_clear(&many);
	dd_buf_clear(&out);
	(void)dd_buf_add_c(&many, "deb http://h/");
	for (size_t i = 0; i < 100000; i++)
		(void)dd_buf_add_char(&many, 'x');
	(void)dd_buf_add_c(&many, " s c\ndeb http://ok s c\n");
	run("etc/apt/sources.list", dd_buf_str(&many), &out);
	CHECK_STR(dd_buf_str(&out), "deb|http://ok|s|c|\n");
}
