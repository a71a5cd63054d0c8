/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "support/test.h"
#include "version/ecosystem.h"

static struct dd_str from_osv(struct dd_arena *a, struct dd_str osv)
{
	struct dd_err err;
	struct dd_str key = DD_STR("unset");
	CHECK_ROW(dd_ecosystem_from_osv(osv, a, &key, &err) == DD_OK, DD_QUOTE(osv));
	return key;
}

TEST(ecosystem_from_osv)
{
	static const struct {
		const char *osv, *want;
	} rows[] = {
		{ "Debian:12", "debian:12" },
		{ "Debian:3.0", "debian:3.0" },
		{ "Debian:3.1", "debian:3.1" },
		{ "Debian:7", "debian:7" },
		{ "Debian", "debian" },
		{ "Debian:", "" },
		{ "Debian:nonsense", "" },
		{ "Ubuntu:22.04:LTS", "ubuntu:22.04" },
		{ "Ubuntu:23.10", "ubuntu:23.10" },
		{ "Ubuntu:Pro:18.04:LTS", "ubuntu-pro:18.04" },
		{ "Ubuntu:Pro:FIPS:20.04:LTS", "ubuntu-pro-fips:20.04" },
		{ "Ubuntu:Pro:FIPS-updates:20.04:LTS", "ubuntu-pro-fips-updates:20.04" },
		{ "Ubuntu:Pro:FIPS-preview:22.04:LTS", "ubuntu-pro-fips-preview:22.04" },
		{ "Ubuntu:Pro:Realtime:22.04:LTS", "ubuntu-pro-realtime:22.04" },
		{ "Ubuntu:22.04:LTS:for:NVIDIA:BlueField", "ubuntu-nvidia-bluefield:22.04" },
		{ "Ubuntu:Pro:22.04:LTS:Realtime:Kernel", "ubuntu-pro-realtime:22.04" },
		{ "Ubuntu:Pro:Unheard:22.04:LTS", "" },
		{ "Ubuntu:LTS", "" },
		{ "Ubuntu:22", "" },
		{ "Ubuntu:22.04:LTS:24.04", "" },
		{ "Alpine:v3.19", "alpine:3.19" },
		{ "Alpine:v3.2", "alpine:3.2" },
		{ "Alpine:edge", "alpine:edge" },
		{ "Alpine", "alpine" },
		{ "Alpine:v3", "" },
		{ "Alpine:v", "" },
		{ "Wolfi", "wolfi" },
		{ "Chainguard", "chainguard" },
		{ "MinimOS", "minimos" },
		{ "Echo", "echo" },
		{ "Alpaquita:23", "alpaquita:23" },
		{ "Alpaquita:stream", "alpaquita:stream" },
		{ "BellSoft Hardened Containers:25", "bellsoft-hardened-containers:25" },
		{ "AlmaLinux:8", "almalinux:8" },
		{ "AlmaLinux:10", "almalinux:10" },
		{ "AlmaLinux:x", "" },
		{ "Rocky Linux:9", "rocky:9" },
		{ "Red Hat:enterprise_linux:9::appstream", "redhat:9" },
		{ "Red Hat:enterprise_linux:9::baseos", "redhat:9" },
		{ "Red Hat:enterprise_linux:10.0", "redhat:10" },
		{ "Red Hat:enterprise_linux:7::server", "redhat:7" },
		{ "Red Hat:rhel_eus:9.2::baseos", "redhat-eus:9.2" },
		{ "Red Hat:enterprise_linux_eus:10.0", "redhat-eus:10.0" },
		{ "Red Hat:rhel_aus:8.2::baseos", "redhat-aus:8.2" },
		{ "Red Hat:rhel_tus:8.4::appstream", "redhat-tus:8.4" },
		{ "Red Hat:rhel_e4s:8.6::sap", "redhat-e4s:8.6" },
		{ "Red Hat:rhel_els:7", "redhat-els:7" },
		{ "Red Hat:rhel_software_collections:3::el7", "redhat-other:rhel_software_collections:3::el7" },
		{ "Red Hat:openshift:4.12::el8", "redhat-other:openshift:4.12::el8" },
		{ "Red Hat:enterprise_linux", "" },
		{ "Red Hat:enterprise_linux:x", "" },
		{ "Red Hat:rhel_eus:", "" },
		{ "SUSE:Linux Enterprise Server 15 SP5", "sles:15.5" },
		{ "SUSE:Linux Enterprise Server 15 SP4-LTSS", "sles:15.4" },
		{ "SUSE:Linux Enterprise Server for SAP Applications 15 SP4", "sles:15.4" },
		{ "SUSE:Linux Enterprise High Performance Computing 15 SP4-ESPOS", "sles:15.4" },
		{ "SUSE:Linux Enterprise Module for Basesystem 15 SP6", "sles:15.6" },
		{ "SUSE:Linux Enterprise Module for Python 3 15 SP6", "sles:15.6" },
		{ "SUSE:Linux Enterprise Server 12", "sles:12.0" },
		{ "SUSE:Linux Enterprise Server 16.0", "sles:16.0" },
		{ "SUSE:Package Hub 15 SP5", "sles:15.5" },
		{ "SUSE:Linux Enterprise Micro 5.5", "sle-micro:5.5" },
		{ "SUSE:Linux Micro 6.0", "sle-micro:6.0" },
		{ "SUSE:Manager Server Module 4.3", "" },
		{ "SUSE:Linux Enterprise Server", "" },
		{ "openSUSE:Leap 15.5", "opensuse-leap:15.5" },
		{ "openSUSE:Leap Micro 5.5", "opensuse-leap-micro:5.5" },
		{ "openSUSE:Tumbleweed", "opensuse-tumbleweed" },
		{ "Mageia:9", "mageia:9" },
		{ "openEuler:22.03-LTS-SP3", "openeuler:22.03-lts-sp3" },
		{ "openEuler:24.03-LTS", "openeuler:24.03-lts" },
		{ "Photon OS:5.0", "photon:5.0" },
		{ "Azure Linux:3", "azurelinux:3" },
		{ "Bitnami", "bitnami" },
		{ "npm", "npm" },
		{ "npm:x", "" },
		{ "PyPI", "pypi" },
		{ "RubyGems", "rubygems" },
		{ "crates.io", "crates.io" },
		{ "Go", "go" },
		{ "Packagist", "packagist" },
		{ "Packagist:https://packages.drupal.org/8", "packagist" },
		{ "Maven", "maven" },
		{ "Maven:https://repo1.maven.org/maven2", "maven" },
		{ "NuGet", "nuget" },
		{ "Pub", "pub" },
		{ "Hex", "hex" },
		{ "Android:14", "android:14" },
		{ "Root:Alpine:3.18", "root:alpine:3.18" },
		{ "GIT", "" },
		{ "", "" },
		{ ":", "" },
		{ ":12", "" },
		{ "Debian 12", "" },
		{ "Debia", "" },
		{ "Debian:12\xff", "" },
		{ "Root:a b", "" },
	};
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str key = from_osv(&a, dd_str_from(rows[i].osv));
		CHECK_STR_ROW(key, rows[i].want, rows[i].osv);
		CHECK_ROW(key.n == 0 || dd_ecosystem_by_key(key), rows[i].osv);
	}
	CHECK_INT(from_osv(&a, DD_STR("Debian\0:12")).n, 0);
	CHECK_INT(from_osv(&a, DD_STR("Alpaquita:2\0"
				      "3"))
			  .n,
		  0);
	char longest[1000] = "Android:";
	memset(longest + 8, 'x', sizeof longest - 8);
	CHECK_INT(from_osv(&a, (struct dd_str){ longest, sizeof longest }).n, 0);
}

TEST(ecosystem_from_osv_truncated_at_every_byte)
{
	static const char *const whole[] = { "Ubuntu:Pro:FIPS-updates:20.04:LTS", "Red Hat:rhel_eus:9.2::baseos",
					     "SUSE:Linux Enterprise Server 15 SP4-LTSS", "openEuler:22.03-LTS-SP3" };
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (size_t n = 0; n <= strlen(whole[i]); n++) {
			struct dd_str key = from_osv(&a, (struct dd_str){ whole[i], n });
			CHECK_ROW(key.n == 0 || dd_ecosystem_by_key(key), whole[i]);
		}
}

TEST(ecosystem_from_os)
{
	static const struct {
		const char *id, *version, *want;
	} rows[] = {
		{ "debian", "12", "debian:12" },
		{ "debian", "12.5", "debian:12" },
		{ "debian", "7.11", "debian:7" },
		{ "debian", "3.1", "debian:3.1" },
		{ "debian", "bookworm", "debian:12" },
		{ "debian", "wheezy", "debian:7" },
		{ "debian", "trixie/sid", "debian:sid" },
		{ "debian", "testing", "debian:sid" },
		{ "debian", "", "debian:sid" },
		{ "debian", "banana", "" },
		{ "ubuntu", "22.04", "ubuntu:22.04" },
		{ "ubuntu-core", "22", "ubuntu:22.04" },
		{ "ubuntu-core", "22.04", "" },
		{ "ubuntu-core", "", "" },
		{ "ubuntu", "24.10", "ubuntu:24.10" },
		{ "ubuntu", "", "" },
		{ "alpine", "3.19.1", "alpine:3.19" },
		{ "alpine", "3.19", "alpine:3.19" },
		{ "alpine", "3.19.0_rc2", "alpine:3.19" },
		{ "alpine", "3.20_alpha20231219", "alpine:edge" },
		{ "alpine", "edge", "alpine:edge" },
		{ "alpine", "v3.9", "alpine:3.9" },
		{ "alpine", "", "" },
		{ "wolfi", "20230201", "wolfi" },
		{ "chainguard", "20230214", "chainguard" },
		{ "minimos", "20241031", "minimos" },
		{ "echo", "1", "echo" },
		{ "almalinux", "9.3", "almalinux:9" },
		{ "almalinux", "10.0", "almalinux:10" },
		{ "almalinux", "", "" },
		{ "rocky", "8.9", "rocky:8" },
		{ "rhel", "9.2", "redhat:9" },
		{ "redhat", "6.10", "redhat:6" },
		{ "centos", "7", "redhat:7" },
		{ "ol", "8.9", "oracle:8" },
		{ "amzn", "2", "amazon:2" },
		{ "amzn", "2023", "amazon:2023" },
		{ "amzn", "2023.6.20241212", "amazon:2023" },
		{ "amzn", "2018.03", "amazon:2018.03" },
		{ "fedora", "41", "fedora:41" },
		{ "sles", "15.5", "sles:15.5" },
		{ "sles", "15", "sles:15.0" },
		{ "sles_sap", "12.5", "sles:12.5" },
		{ "sled", "15.4", "sles:15.4" },
		{ "sle-micro", "5.5", "sle-micro:5.5" },
		{ "sl-micro", "6.0", "sle-micro:6.0" },
		{ "opensuse-leap", "15.6", "opensuse-leap:15.6" },
		{ "opensuse", "42.3", "opensuse-leap:42.3" },
		{ "opensuse-tumbleweed", "20240101", "opensuse-tumbleweed" },
		{ "mageia", "9", "mageia:9" },
		{ "openEuler", "22.03", "openeuler:22.03" },
		{ "openeuler", "22.03 (LTS-SP3)", "openeuler:22.03-lts-sp3" },
		{ "photon", "5.0", "photon:5.0" },
		{ "azurelinux", "3.0", "azurelinux:3" },
		{ "mariner", "2.0", "azurelinux:2" },
		{ "alpaquita", "23", "alpaquita:23" },
		{ "npm", "", "" },
		{ "arch", "", "arch" },
		{ "archarm", "", "arch" },
		{ "manjaro", "24.1.0", "arch" },
		{ "Artix", "", "arch" },
		{ "", "", "" },
		{ "debian:12", "12", "" },
		{ "rhel", "9\x1b[31m", "" },
	};
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		struct dd_str key = DD_STR("unset");
		char row[100];
		(void)snprintf(row, sizeof row, "%s %s", rows[i].id, rows[i].version);
		CHECK_ROW(dd_ecosystem_from_os(dd_str_from(rows[i].id), dd_str_from(rows[i].version), &a, &key, &err) ==
				  DD_OK,
			  row);
		CHECK_STR_ROW(key, rows[i].want, row);
	}
}

/* The two ways to a key have to meet, or nothing is ever found. */
TEST(ecosystem_os_and_osv_meet)
{
	static const struct {
		const char *id, *version, *osv;
	} rows[] = {
		{ "debian", "12", "Debian:12" },
		{ "ubuntu", "22.04", "Ubuntu:22.04:LTS" },
		{ "alpine", "3.18.12", "Alpine:v3.18" },
		{ "alpine", "3.23_alpha20250707", "Alpine:edge" },
		{ "almalinux", "8.10", "AlmaLinux:8" },
		{ "rocky", "9.5", "Rocky Linux:9" },
		{ "rhel", "9.4", "Red Hat:enterprise_linux:9::baseos" },
		{ "sles", "15.6", "SUSE:Linux Enterprise Module for Basesystem 15 SP6" },
		{ "sles", "15", "SUSE:Linux Enterprise Server 15" },
		{ "opensuse-leap", "15.6", "openSUSE:Leap 15.6" },
		{ "opensuse-tumbleweed", "20250101", "openSUSE:Tumbleweed" },
		{ "mageia", "9", "Mageia:9" },
		{ "openEuler", "22.03 (LTS-SP3)", "openEuler:22.03-LTS-SP3" },
		{ "azurelinux", "3.0", "Azure Linux:3" },
		{ "wolfi", "20230201", "Wolfi" },
		{ "chainguard", "20230214", "Chainguard" },
	};
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		struct dd_str key = DD_STR("");
		CHECK(dd_ecosystem_from_os(dd_str_from(rows[i].id), dd_str_from(rows[i].version), &a, &key, &err) ==
		      DD_OK);
		struct dd_str osv = from_osv(&a, dd_str_from(rows[i].osv));
		CHECK_ROW(key.n > 0 && dd_str_eq(key, osv), rows[i].osv);
	}
}

TEST(ecosystem_rows)
{
	static const struct {
		const char *key;
		enum dd_scheme scheme;
		enum dd_advisory_names names;
		const char *purl;
	} rows[] = {
		{ "debian:12", DD_SCHEME_DEB, DD_NAMES_SOURCE, "deb" },
		{ "ubuntu-pro:18.04", DD_SCHEME_DEB, DD_NAMES_SOURCE, "deb" },
		{ "alpine:3.19", DD_SCHEME_APK, DD_NAMES_SOURCE, "apk" },
		{ "wolfi", DD_SCHEME_APK, DD_NAMES_SOURCE, "apk" },
		{ "almalinux:9", DD_SCHEME_RPM, DD_NAMES_BINARY, "rpm" },
		{ "redhat:9", DD_SCHEME_RPM, DD_NAMES_BINARY, "rpm" },
		{ "rocky:9", DD_SCHEME_RPM, DD_NAMES_BOTH, "rpm" },
		{ "sles:15.5", DD_SCHEME_RPM, DD_NAMES_BOTH, "rpm" },
		{ "npm", DD_SCHEME_SEMVER, DD_NAMES_BINARY, "npm" },
		{ "go", DD_SCHEME_GOLANG, DD_NAMES_BINARY, "golang" },
		{ "crates.io", DD_SCHEME_SEMVER, DD_NAMES_BINARY, "cargo" },
		{ "pypi", DD_SCHEME_PEP440, DD_NAMES_BINARY, "pypi" },
		{ "bitnami", DD_SCHEME_SEMVER, DD_NAMES_BINARY, "bitnami" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_ecosystem *e = dd_ecosystem_by_key(dd_str_from(rows[i].key));
		CHECK_ROW(e != NULL, rows[i].key);
		if (!e)
			continue;
		CHECK_INT_ROW(e->scheme, rows[i].scheme, rows[i].key);
		CHECK_INT_ROW(e->names, rows[i].names, rows[i].key);
		CHECK_STR_ROW(dd_str_from(e->purl_type), rows[i].purl, rows[i].key);
	}
	CHECK(!dd_ecosystem_by_key(DD_STR("")));
	CHECK(!dd_ecosystem_by_key(DD_STR("debia")));
	CHECK(!dd_ecosystem_by_key(DD_STR("Debian")));
	CHECK(!dd_ecosystem_by_os(DD_STR("")));
	CHECK(dd_ecosystem_by_os(DD_STR("debian")) == dd_ecosystem_by_key(DD_STR("debian")));
	const struct dd_ecosystem *centos = dd_ecosystem_by_os(DD_STR("centos"));
	CHECK(centos && dd_str_eq_c(dd_str_from(centos->eol_product), "centos"));
}

TEST(ecosystem_by_purl_type)
{
	static const struct {
		const char *type, *namespace, *want;
	} rows[] = {
		{ "npm", "@babel", "npm" },
		{ "pypi", "", "pypi" },
		{ "PyPI", "", "pypi" },
		{ "gem", "", "rubygems" },
		{ "cargo", "", "crates.io" },
		{ "golang", "github.com/a", "go" },
		{ "composer", "symfony", "packagist" },
		{ "maven", "org.apache", "maven" },
		{ "nuget", "", "nuget" },
		{ "pub", "", "pub" },
		{ "hex", "", "hex" },
		{ "swift", "github.com/a", "swift" },
		{ "conan", "", "conan" },
		{ "cran", "", "cran" },
		{ "hackage", "", "hackage" },
		{ "opam", "", "opam" },
		{ "julia", "", "julia" },
		{ "bitnami", "", "bitnami" },
		{ "github", "actions", "github-actions" },
		{ "deb", "debian", "debian" },
		{ "deb", "ubuntu", "ubuntu" },
		{ "rpm", "redhat", "redhat" },
		{ "apk", "wolfi", "wolfi" },
		{ "deb", "", NULL },
		{ "rpm", "nobody", NULL },
		{ "generic", "", NULL },
		{ "cocoapods", "", NULL },
		{ "", "", NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_ecosystem *e =
			dd_ecosystem_by_purl_type(dd_str_from(rows[i].type), dd_str_from(rows[i].namespace));
		CHECK_STR_ROW(dd_str_from(e ? e->name : NULL), rows[i].want, rows[i].type);
	}
}

/* Every ecosystem that the OSV schema of the shared data names, but GIT, is known. */
TEST(ecosystem_knows_all_of_osv)
{
	static const char *const osv[] = {
		"AlmaLinux",
		"Alpaquita",
		"Alpine",
		"Android",
		"Azure Linux",
		"BellSoft Hardened Containers",
		"Bioconductor",
		"Bitnami",
		"Chainguard",
		"CleanStart",
		"ConanCenter",
		"CRAN",
		"crates.io",
		"Debian",
		"Docker Hardened Images",
		"Echo",
		"FreeBSD",
		"GHC",
		"GitHub Actions",
		"Go",
		"Hackage",
		"Hex",
		"Julia",
		"Kubernetes",
		"Linux",
		"Mageia",
		"Maven",
		"MinimOS",
		"npm",
		"NuGet",
		"opam",
		"openEuler",
		"openSUSE",
		"OSS-Fuzz",
		"Packagist",
		"Photon OS",
		"Pub",
		"PyPI",
		"Red Hat",
		"Rocky Linux",
		"Root",
		"RubyGems",
		"SUSE",
		"SwiftURL",
		"TuxCare",
		"Ubuntu",
		"VSCode",
		"Wolfi",
	};
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(osv); i++) {
		struct dd_str key = from_osv(&a, dd_str_from(osv[i]));
		CHECK_ROW(key.n && dd_ecosystem_by_key(key), osv[i]);
	}
}

TEST(ecosystem_eol_products_exist)
{
	static const char *const ids[] = { "debian",	    "ubuntu", "alpine", "almalinux", "rocky", "rhel",
					   "centos",	    "ol",     "amzn",	"fedora",    "sles",  "sle-micro",
					   "opensuse-leap", "mageia", "photon" };
	if (!dd_test_shared()) {
		dd_test_skip("no shared data");
		return;
	}
	for (size_t i = 0; i < DD_COUNT(ids); i++) {
		char path[4300];
		const struct dd_ecosystem *e = dd_ecosystem_by_os(dd_str_from(ids[i]));
		CHECK_ROW(e && e->eol_product, ids[i]);
		if (!e || !e->eol_product)
			continue;
		(void)snprintf(path, sizeof path, "%s/advisories/eol/%s.json", dd_test_shared(), e->eol_product);
		CHECK_ROW(access(path, R_OK) == 0, path);
	}
}

TEST(ecosystem_names)
{
	static const struct {
		const char *key, *in, *want;
	} rows[] = {
		{ "pypi", "Foo.Bar__baz", "foo-bar-baz" },
		{ "pypi", "zope.interface", "zope-interface" },
		{ "pypi", "-._", "-" },
		{ "pypi", "", "" },
		{ "nuget", "Newtonsoft.Json", "newtonsoft.json" },
		{ "packagist", "Symfony/HTTP-Kernel", "symfony/http-kernel" },
		{ "npm", "JSONStream", "JSONStream" },
		{ "npm", "@babel/core", "@babel/core" },
		{ "debian:12", "libstdc++6", "libstdc++6" },
		{ "go", "github.com/Masterminds/goutils", "github.com/Masterminds/goutils" },
	};
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		struct dd_str got = DD_STR("unset");
		const struct dd_ecosystem *e = dd_ecosystem_by_key(dd_str_from(rows[i].key));
		CHECK(dd_ecosystem_name(e, dd_str_from(rows[i].in), &a, &got, &err) == DD_OK);
		CHECK_STR_ROW(got, rows[i].want, rows[i].in);
		CHECK_ROW(got.p[got.n] == '\0', rows[i].in);
	}
}

TEST(ecosystem_without_memory)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1);
	struct dd_err err;
	struct dd_str ret = DD_STR("unset");
	CHECK_INT(dd_ecosystem_from_osv(DD_STR("Debian:12"), &a, &ret, &err), DD_ENOMEM);
	CHECK_INT(dd_ecosystem_from_os(DD_STR("debian"), DD_STR("12"), &a, &ret, &err), DD_ENOMEM);
	CHECK_INT(dd_ecosystem_name(dd_ecosystem_by_key(DD_STR("npm")), DD_STR("abc"), &a, &ret, &err), DD_ENOMEM);
	CHECK_STR(ret, "unset");
}
