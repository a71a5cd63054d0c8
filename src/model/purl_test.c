/* SPDX-License-Identifier: Apache-2.0 */
#include "model/purl.h"

#include "base/limits.h"
#include "support/test.h"

#define S(lit) DD_STR(lit)

/* The first rows of each type are the examples of the specification's type definitions, with this code's qualifiers. */
TEST(purl_for)
{
	static const struct {
		const char *want;
		struct dd_package p;
		struct dd_os os;
	} rows[] = {
		{ "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-8",
		  { .type = S("deb"), .name = S("curl"), .version = S("7.50.3-1"), .arch = S("i386") },
		  { .id = S("debian"), .version = S("8") } },
		{ "pkg:deb/ubuntu/dpkg@1.19.0.4?arch=amd64&distro=ubuntu-22.04",
		  { .type = S("deb"), .name = S("dpkg"), .version = S("1.19.0.4"), .arch = S("amd64") },
		  { .id = S("ubuntu"), .version = S("22.04") } },
		{ "pkg:apk/alpine/curl@7.83.0-r0?arch=x86&distro=alpine-3.16.0",
		  { .type = S("apk"), .name = S("curl"), .version = S("7.83.0-r0"), .arch = S("x86") },
		  { .id = S("alpine"), .version = S("3.16.0") } },
		{ "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
		  { .type = S("rpm"), .name = S("curl"), .version = S("7.50.3-1.fc25"), .arch = S("i386") },
		  { .id = S("fedora"), .version = S("25") } },
		{ "pkg:rpm/fedora/virt-what@1.25-4.fc38?arch=x86_64&distro=fedora-38",
		  { .type = S("rpm"), .name = S("virt-what"), .version = S("1.25-4.fc38"), .arch = S("x86_64") },
		  { .id = S("fedora"), .version = S("38") } },
		/* a deb epoch stays in the version, + is encoded, ~ is not */
		{ "pkg:deb/debian/"
		  "login@1:4.13%2Bdfsg1-1~x%2Bb1?arch=amd64&distro=debian-12&upstream=shadow%401:4.13%2Bdfsg1-1~x",
		  { .type = S("deb"),
		    .name = S("login"),
		    .version = S("1:4.13+dfsg1-1~x+b1"),
		    .arch = S("amd64"),
		    .source_name = S("shadow"),
		    .source_version = S("1:4.13+dfsg1-1~x") },
		  { .id = S("debian"), .version = S("12") } },
		/* a binNMU: same source name, another source version */
		{ "pkg:deb/debian/zlib1g@1.2-1%2Bb1?distro=debian-12&upstream=zlib1g%401.2-1",
		  { .type = S("deb"), .name = S("zlib1g"), .version = S("1.2-1+b1"), .source_version = S("1.2-1") },
		  { .id = S("debian"), .version = S("12") } },
		/* the source is the package itself */
		{ "pkg:deb/debian/dash@0.5?distro=debian-12",
		  { .type = S("deb"), .name = S("dash"), .version = S("0.5"), .source_name = S("dash") },
		  { .id = S("debian"), .version = S("12") } },
		/* an rpm epoch moves to a qualifier; the source rpm's version has none */
		{ "pkg:rpm/almalinux/"
		  "openssl-libs@3.0.1-41.el9?arch=aarch64&distro=almalinux-9.0&epoch=1&upstream=openssl",
		  { .type = S("rpm"),
		    .name = S("openssl-libs"),
		    .version = S("1:3.0.1-41.el9"),
		    .arch = S("aarch64"),
		    .source_name = S("openssl"),
		    .source_version = S("3.0.1-41.el9") },
		  { .id = S("almalinux"), .version = S("9.0") } },
		/* rpm names keep their case, deb names do not; RHEL is called redhat */
		{ "pkg:rpm/redhat/GConf2@3.2.6-8.el7?distro=rhel-7.9",
		  { .type = S("rpm"), .name = S("GConf2"), .version = S("3.2.6-8.el7") },
		  { .id = S("rhel"), .version = S("7.9") } },
		{ "pkg:deb/debian/odd@1?distro=debian",
		  { .type = S("deb"), .name = S("ODD"), .version = S("1") },
		  { .id = S("debian") } },
		{ "pkg:rpm/almalinux/nodejs@12.21.0-1.module_el8?distro=almalinux-8&epoch=1&rpmmod=nodejs:12:8030:9f2f",
		  { .type = S("rpm"),
		    .name = S("nodejs"),
		    .version = S("1:12.21.0-1.module_el8"),
		    .module = S("nodejs:12:8030:9f2f") },
		  { .id = S("almalinux"), .version = S("8") } },
		/* of another distribution than the system's */
		{ "pkg:deb/ubuntu/libc6@2.35?distro=ubuntu-22.04",
		  { .type = S("deb"),
		    .name = S("libc6"),
		    .version = S("2.35"),
		    .qualifiers = S("distro=ubuntu-22.04") },
		  { .id = S("debian"), .version = S("12") } },
		/* unknown system, no version */
		{ "pkg:apk/musl", { .type = S("apk"), .name = S("musl") }, { .id = S("") } },
		/* hostile bytes cannot leave their component */
		{ "pkg:apk/alpine/a%2Fb%3Fc%23d%40e%25%00%FF@1%262?distro=alpine-3%2F%26x%3D1",
		  { .type = S("apk"), .name = S("a/b?c#d@e%\0\xff"), .version = S("1&2") },
		  { .id = S("alpine"), .version = S("3/&x=1") } },
		/* a colon that ends no number is no epoch */
		{ "pkg:rpm/x/n@:1?distro=x",
		  { .type = S("rpm"), .name = S("n"), .version = S(":1") },
		  { .id = S("x") } },
		{ "pkg:rpm/x/n@a:1?distro=x",
		  { .type = S("rpm"), .name = S("n"), .version = S("a:1") },
		  { .id = S("x") } },
		{ "", { .type = S("deb") }, { .id = S("debian") } },
		{ "", { .name = S("x") }, { .id = S("debian") } },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_str got = { "unset", 5 };
		CHECK_INT_ROW(dd_purl_for(&rows[i].p, &rows[i].os, &a, &got), DD_OK, rows[i].want);
		CHECK_STR_ROW(got, rows[i].want, rows[i].want);
		dd_arena_done(&a);
	}
}

/* Names as struct dd_package has them; the operating system plays no part. */
TEST(purl_for_third_party_packages)
{
	static const struct {
		const char *want;
		struct dd_package p;
	} rows[] = {
		{ "pkg:npm/%40babel/core@7.24.0",
		  { .type = S("npm"), .name = S("@babel/core"), .version = S("7.24.0") } },
		{ "pkg:npm/lodash@4.17.21", { .type = S("npm"), .name = S("lodash"), .version = S("4.17.21") } },
		{ "pkg:npm/JSONStream@1.3.5", { .type = S("npm"), .name = S("JSONStream"), .version = S("1.3.5") } },
		{ "pkg:pypi/zope.interface@6.0",
		  { .type = S("pypi"), .name = S("zope.interface"), .version = S("6.0") } },
		{ "pkg:pypi/typing-extensions@4.0",
		  { .type = S("pypi"), .name = S("Typing_Extensions"), .version = S("4.0") } },
		{ "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1",
		  { .type = S("maven"), .name = S("org.apache.logging.log4j:log4j-core"), .version = S("2.17.1") } },
		{ "pkg:maven/HTTPClient/HTTPClient@0.3-3?type=pom",
		  { .type = S("maven"),
		    .name = S("HTTPClient:HTTPClient"),
		    .version = S("0.3-3"),
		    .qualifiers = S("type=pom") } },
		{ "pkg:maven/alone@1", { .type = S("maven"), .name = S("alone"), .version = S("1") } },
		{ "pkg:golang/github.com/BurntSushi/toml@v1.3.2",
		  { .type = S("golang"), .name = S("github.com/BurntSushi/toml"), .version = S("v1.3.2") } },
		{ "pkg:golang/stdlib@1.21.3", { .type = S("golang"), .name = S("stdlib"), .version = S("1.21.3") } },
		{ "pkg:golang/github.com/docker/docker@v24.0.0%2Bincompatible",
		  { .type = S("golang"),
		    .name = S("github.com/docker/docker"),
		    .version = S("v24.0.0+incompatible") } },
		{ "pkg:composer/symfony/http-kernel@v6.0.0",
		  { .type = S("composer"), .name = S("Symfony/HTTP-Kernel"), .version = S("v6.0.0") } },
		{ "pkg:gem/nokogiri@1.13.0?platform=x86_64-linux",
		  { .type = S("gem"),
		    .name = S("nokogiri"),
		    .version = S("1.13.0"),
		    .qualifiers = S("platform=x86_64-linux\n") } },
		{ "pkg:cargo/serde@1.0.152", { .type = S("cargo"), .name = S("serde"), .version = S("1.0.152") } },
		{ "pkg:nuget/Newtonsoft.Json@13.0.1",
		  { .type = S("nuget"), .name = S("Newtonsoft.Json"), .version = S("13.0.1") } },
		{ "pkg:swift/github.com/apple/swift-nio@2.0.0",
		  { .type = S("swift"), .name = S("github.com/apple/swift-nio"), .version = S("2.0.0") } },
		{ "pkg:github/actions/checkout@v4",
		  { .type = S("github"), .name = S("actions/checkout"), .version = S("v4") } },
		{ "pkg:github/github/codeql-action@v2#init",
		  { .type = S("github"), .name = S("github/codeql-action/init"), .version = S("v2") } },
		{ "pkg:cocoapods/GoogleUtilities@7.5.2#NSData%2Bzlib",
		  { .type = S("cocoapods"), .name = S("GoogleUtilities/NSData+zlib"), .version = S("7.5.2") } },
		{ "pkg:hex/phoenix@1.7.0", { .type = S("hex"), .name = S("phoenix"), .version = S("1.7.0") } },
		{ "pkg:pub/characters@1.2.0", { .type = S("pub"), .name = S("characters"), .version = S("1.2.0") } },
		{ "pkg:ebuild/sys-apps/portage@3.0.61",
		  { .type = S("ebuild"), .name = S("sys-apps/portage"), .version = S("3.0.61") } },
		{ "pkg:conan/openssl@3.0.3?channel=stable&user=bincrafters",
		  { .type = S("conan"),
		    .name = S("openssl"),
		    .version = S("3.0.3"),
		    .qualifiers = S("user=bincrafters\nchannel=stable\n1bad=x\nUSER=y\nempty=\nno value\nb d=z") } },
		{ "pkg:generic/openssl@3.0.3?download_url=https:%2F%2Fexample.org%2Fa%3Fb%3D1%26c",
		  { .type = S("generic"),
		    .name = S("openssl"),
		    .version = S("3.0.3"),
		    .qualifiers = S("download_url=https://example.org/a?b=1&c") } },
		{ "pkg:npm/%40scope%2F@1", { .type = S("npm"), .name = S("@scope/"), .version = S("1") } },
		{ "", { .type = S("not a type"), .name = S("x") } },
	};
	static const struct dd_os os = { .id = S("debian"), .version = S("12") };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_str got = { "unset", 5 };
		CHECK_INT_ROW(dd_purl_for(&rows[i].p, &os, &a, &got), DD_OK, rows[i].want);
		CHECK_STR_ROW(got, rows[i].want, rows[i].want);
		dd_arena_done(&a);
	}
}

/* What was written is read back as the same package. */
TEST(purl_package_names)
{
	static const struct {
		const char *purl, *name;
	} rows[] = {
		{ "pkg:npm/%40babel/core@7", "@babel/core" },
		{ "pkg:npm/@babel/core@7", "@babel/core" },
		{ "pkg:maven/org.apache/x@1", "org.apache:x" },
		{ "pkg:golang/github.com/BurntSushi/toml@v1#sub", "github.com/BurntSushi/toml" },
		{ "pkg:golang/stdlib@1.21", "stdlib" },
		{ "pkg:composer/a/b@1", "a/b" },
		{ "pkg:deb/debian/libc6@2.36", "libc6" },
		{ "pkg:rpm/redhat/GConf2@3", "GConf2" },
		{ "pkg:cocoapods/A@1#B/C", "A/B/C" },
		{ "pkg:pypi/Foo_bar@1", "Foo_bar" },
		{ "pkg:conan/user/zlib@1", "zlib" },
		{ "pkg:unheard/a/b/c@1", "a/b/c" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_purl p;
		struct dd_str got = { "unset", 5 };
		CHECK_INT_ROW(dd_purl_parse(dd_str_from(rows[i].purl), &a, &p, NULL), DD_OK, rows[i].purl);
		CHECK_INT_ROW(dd_purl_package_name(&p, &a, &got, NULL), DD_OK, rows[i].purl);
		CHECK_STR_ROW(got, rows[i].name, rows[i].purl);
		dd_arena_done(&a);
	}
}

TEST(purl_for_limits)
{
	static char longest[2 << 20];
	memset(longest, '+', sizeof longest);
	struct dd_package p = { .type = S("deb"), .name = { longest, sizeof longest } };
	struct dd_os os = { .id = S("debian") };
	struct dd_arena a = DD_ARENA_INIT(1 << 20), tiny = DD_ARENA_INIT(16);
	struct dd_str got = { "unset", 5 };
	CHECK_INT(dd_purl_for(&p, &os, &a, &got), DD_ELIMIT);
	p.name = S("libc6");
	CHECK_INT(dd_purl_for(&p, &os, &tiny, &got), DD_ENOMEM);
	CHECK_STR(got, "unset");
	dd_arena_done(&a);
	dd_arena_done(&tiny);
}
