/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_samples.h"

#include "base/err.h"
#include "base/limits.h"

#define S(text)                                                                                                        \
	{                                                                                                              \
		"" text, sizeof(text) - 1                                                                              \
	}
/* An array member and its count. */
#define LIST_OF(field, array) .field = (array), .n_##field = DD_COUNT(array)
enum { BUILT = 1792800000 /* 2026-10-24 */ };

static struct dd_db_source sources[] = {
	{ S("debian"), S("debian"), S("https://security-tracker.debian.org/tracker/data/json"), S("sha256:aa01"),
	  S("2026-10-24"), 48211 },
	{ S("osv"), S("osv:AlmaLinux"), S("https://osv-vulnerabilities.storage.googleapis.com/AlmaLinux/all.zip"),
	  S("sha256:aa02"), S("2026-10-23T08:00:00Z"), 5637 },
	{ S("osv"), S("osv:Go"), S(""), S("sha256:aa03"), S(""), 4291 },
	{ S("kev"), S("kev"), S(""), S("sha256:aa04"), S("2026-10-22"), 1290 },
	{ S("epss"), S("epss"), S(""), S("sha256:aa05"), S("2026-10-24"), 251000 },
};
#define DATABASE                                                                                                       \
	.present = true, .path = S("/var/cache/drydock/db"), .digest = S("sha256:db00"), .built = BUILT,               \
	.advisories = 58139, LIST_OF(sources, sources)

/* small: a Debian image with an application layer; one of each thing that a person meets every day. */
static struct dd_layer small_layers[] = {
	{ .digest = S("sha256:3e1c1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000a0"),
	  .media_type = S("application/vnd.oci.image.layer.v1.tar+gzip"),
	  .instruction = S("ADD file:bd04faa6b2e9ba9ab85e0ae5bc1ff8ee5bba5c6e6a3c4d2cd2e5bd53f30e8be2 in /"),
	  .stored_bytes = 29150479,
	  .bytes = 77824000,
	  .entries = 5200 },
	{ .digest = S("sha256:77aa1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000a1"),
	  .media_type = S("application/vnd.oci.image.layer.v1.tar+gzip"),
	  .instruction = S("RUN apt-get update && apt-get install -y --no-install-recommends openssl xz-utils"),
	  .stored_bytes = 8150479,
	  .bytes = 21824000,
	  .entries = 812,
	  .from_cache = true },
	{ .digest = S("sha256:99bb1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000a2"),
	  .instruction = S("COPY app /usr/local/bin/app"),
	  .stored_bytes = 450000,
	  .bytes = 1824000,
	  .entries = 3 },
};
#define DEB(pkg, ver, src, at)                                                                                         \
	{                                                                                                              \
		.package = { .name = S(pkg),                                                                           \
			     .version = S(ver),                                                                        \
			     .type = S("deb"),                                                                         \
			     .arch = S("amd64"),                                                                       \
			     .source_name = S(src),                                                                    \
			     .maintainer = S("Debian Maintainers <debian@example.org>"),                               \
			     .installed_bytes = 4096000 },                                                             \
		.purl = S("pkg:deb/debian/" pkg "@" ver "?arch=amd64&distro=debian-12"), .analyzer = S("dpkg"),        \
		.path = S("var/lib/dpkg/status"), .layer = (at), .files = 12, .system = true, .owner = -1              \
	}
static struct dd_installed small_packages[] = {
	DEB("apt", "2.6.1", "", 0),
	DEB("libc-bin", "2.36-9+deb12u1", "glibc", 0),
	DEB("libc6", "2.36-9+deb12u1", "glibc", 0),
	DEB("liblzma5", "5.4.1-0.2", "xz-utils", 0),
	DEB("libssl3", "3.0.9-1", "openssl", 1),
	DEB("openssl", "3.0.9-1", "", 1),
	DEB("perl-base", "5.36.0-7", "perl", 0),
};
static struct dd_inventory small_inventory = {
	.target = { .name = S("app.tar"),
		    .kind = S("docker-archive"),
		    .image = S("example/app:1.4"),
		    .digest = S("sha256:c0ff1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
		    .config_digest = S("sha256:c0ff1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
		    .platform = S("linux/amd64"),
		    .created = S("2023-08-01T10:00:00Z"),
		    .user = S("root"),
		    .layers = small_layers,
		    .n_layers = DD_COUNT(small_layers) },
	.os = { .id = S("debian"),
		.version = S("12"),
		.codename = S("bookworm"),
		.pretty_name = S("Debian GNU/Linux 12 (bookworm)") },
	.os_found = true,
	.package_database_found = true,
	.packages = small_packages,
	.n_packages = DD_COUNT(small_packages),
};
static struct dd_str tracker[] = { S("debian") };
static struct dd_str looney_aliases[] = { S("DSA-5514-1") };
static struct dd_cvss_score looney_cvss[] = {
	{ DD_CVSS_31, S("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), S("osv:AlmaLinux"), 7.8 },
};
#define LOONEY(pkg)                                                                                                    \
	{                                                                                                              \
		.id = S("CVE-2023-4911"), .title = S("buffer overflow in ld.so when it reads GLIBC_TUNABLES"),         \
		.severity = DD_SEV_CRITICAL, .severity_source = S("debian"), .package = (pkg),                         \
		.path = S("var/lib/dpkg/status"), .layer = 0, .fix = { DD_FIX_FIXED, S("2.36-9+deb12u3"), S("") },     \
		LIST_OF(aliases, looney_aliases), LIST_OF(cvss, looney_cvss), .epss = 0.64218,                         \
		.epss_percentile = 0.97911, .kev = true, .kev_due = S("2023-12-12"),                                   \
		.published = S("2023-10-03T18:15:10Z"), LIST_OF(sources, tracker),                                     \
		.url = S("https://security-tracker.debian.org/tracker/CVE-2023-4911"), .risk = -1                      \
	}
static struct dd_finding small_findings[] = {
	LOONEY(1),
	LOONEY(2),
	{ .id = S("CVE-2023-5363"),
	  .title = S("incorrect cipher key and IV length processing"),
	  .severity = DD_SEV_HIGH,
	  .severity_source = S("cvss"),
	  .package = 4,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 1,
	  .fix = { DD_FIX_FIXED, S("3.0.11-1~deb12u2"), S("") },
	  .epss = 0.0121,
	  .epss_percentile = 0.7,
	  .risk = -1,
	  LIST_OF(sources, tracker) },
	{ .id = S("CVE-2023-5363"),
	  .title = S("incorrect cipher key and IV length processing"),
	  .severity = DD_SEV_HIGH,
	  .severity_source = S("cvss"),
	  .package = 5,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 1,
	  .fix = { DD_FIX_FIXED, S("3.0.11-1~deb12u2"), S("") },
	  .epss = 0.0121,
	  .epss_percentile = 0.7,
	  .risk = -1,
	  LIST_OF(sources, tracker) },
	{ .id = S("CVE-2023-31484"),
	  .title = S("CPAN.pm does not verify TLS certificates"),
	  .severity = DD_SEV_MEDIUM,
	  .severity_source = S("debian"),
	  .package = 6,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 0,
	  .fix = { DD_FIX_WONT_FIX, S(""), S("") },
	  .epss = 0.00021,
	  .epss_percentile = 0.05,
	  .risk = -1,
	  .note = S("minor issue, no DSA"),
	  LIST_OF(sources, tracker) },
	{ .id = S("CVE-2011-3374"),
	  .title = S("apt-key net-update does not check keys"),
	  .severity = DD_SEV_NEGLIGIBLE,
	  .severity_source = S("debian"),
	  .package = 0,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 0,
	  .fix = { DD_FIX_NOT_FIXED, S(""), S("") },
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  LIST_OF(sources, tracker) },
	{ .id = S("CVE-2022-9999"),
	  .title = S("something in liblzma5"),
	  .severity = DD_SEV_LOW,
	  .severity_source = S("debian"),
	  .package = 3,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 0,
	  .fix = { DD_FIX_DEFERRED, S(""), S("") },
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  LIST_OF(sources, tracker),
	  .suppressed = true,
	  .suppression = { S("ignore.yaml:3"), S("not reachable: the decoder is never called"), S("2027-01-31") } },
};
static struct dd_str small_hidden[] = { S("--severity hides 2") };
static struct dd_str small_unused[] = { S(".drydock.yaml:9 CVE-2020-1971 (openssl)"),
					S("ignore.yaml:7 CVE-2019-0001") };

/* clean: an Alpine image in which everything is fixed. */
static struct dd_layer clean_layers[] = {
	{ .digest = S("sha256:4abcf20661432fb2d719aaf90656f55c287f8ca915dc1c92ec14ff61e67fbaf8"),
	  .diff_id = S("sha256:d4fc045c9e3a848011de66f34b81f052d4f2c15a17bb196d637e526349601820"),
	  .instruction = S("ADD alpine-minirootfs-3.19.1-x86_64.tar.gz / # buildkit"),
	  .stored_bytes = 3400000,
	  .bytes = 7660000,
	  .entries = 520 },
};
#define APK(pkg, ver)                                                                                                  \
	{                                                                                                              \
		.package = { .name = S(pkg),                                                                           \
			     .version = S(ver),                                                                        \
			     .type = S("apk"),                                                                         \
			     .arch = S("x86_64"),                                                                      \
			     .licences = S("MIT") },                                                                   \
		.purl = S("pkg:apk/alpine/" pkg "@" ver), .analyzer = S("apk"), .path = S("lib/apk/db/installed"),     \
		.layer = 0, .files = 3, .system = true, .owner = -1                                                    \
	}
static struct dd_installed clean_packages[] = { APK("busybox", "1.36.1-r15"), APK("musl", "1.2.4_git20230717-r4") };
static struct dd_inventory clean_inventory = {
	.target = { .name = S("alpine.tar"),
		    .kind = S("oci-archive"),
		    .platform = S("linux/amd64"),
		    .digest = S("sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b"),
		    .layers = clean_layers,
		    .n_layers = DD_COUNT(clean_layers) },
	.os = { .id = S("alpine"), .version = S("3.19.1"), .pretty_name = S("Alpine Linux v3.19") },
	.os_found = true,
	.package_database_found = true,
	.packages = clean_packages,
	.n_packages = DD_COUNT(clean_packages),
};

/* incomplete: a layer that cannot be read, no package database, no advisory database. */
static struct dd_layer broken_layers[] = {
	{ .diff_id = S("sha256:0000000000000000000000000000000000000000000000000000000000000001") },
	{ .diff_id = S("sha256:0000000000000000000000000000000000000000000000000000000000000002"),
	  .instruction = S("COPY . /srv") },
};
static struct dd_inventory broken_inventory = {
	.target = { .name = S("half.tar"),
		    .kind = S("docker-archive"),
		    .layers = broken_layers,
		    .n_layers = DD_COUNT(broken_layers) },
};
static struct dd_problem broken_problems[] = {
	{ 0, S(""), S("tar"), 10240, S("truncated: an entry of 4096 bytes ends after 512") },
	{ 1, S("var/lib/dpkg/status"), S("dpkg"), 512, S("paragraph without 'Version'") },
	{ DD_NO_LAYER, S(""), S("database"), DD_NO_OFFSET,
	  S("no advisory database: 'drydock db update' fetches one, '--db FILE' names one") },
};

/* eol: old Alpine with the starter set; the end of life is a finding. */
static struct dd_installed eol_packages[] = { APK("busybox", "1.26.2-r9"), APK("libressl2.5-libcrypto", "2.5.5-r0"),
					      APK("musl", "1.1.16-r14") };
static struct dd_inventory eol_inventory = {
	.target = { .name = S("alpine-3.6.tar"),
		    .kind = S("oci-archive"),
		    .platform = S("linux/amd64"),
		    .layers = clean_layers,
		    .n_layers = DD_COUNT(clean_layers) },
	.os = { .id = S("alpine"), .version = S("3.6.2") },
	.os_found = true,
	.package_database_found = true,
	.packages = eol_packages,
	.n_packages = DD_COUNT(eol_packages),
};
static struct dd_str alpine[] = { S("alpine:v3.6") }, eol_source[] = { S("eol") };
static struct dd_finding eol_findings[] = {
	{ .kind = DD_KIND_OUTDATED,
	  .id = S("os-end-of-life"),
	  .title = S("Alpine Linux 3.6 has ended its life"),
	  .severity = DD_SEV_HIGH,
	  .severity_source = S("eol"),
	  .package = -1,
	  .path = S("etc/os-release"),
	  .layer = 0,
	  .fix = { DD_FIX_END_OF_LIFE, S(""), S("build on Alpine Linux 3.21 or newer") },
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  LIST_OF(sources, eol_source) },
	{ .id = S("CVE-2019-14697"),
	  .title = S("musl libc: x87 stack imbalance in the math library"),
	  .severity = DD_SEV_UNKNOWN,
	  .package = 2,
	  .path = S("lib/apk/db/installed"),
	  .layer = 0,
	  .fix = { DD_FIX_FIXED, S("1.1.16-r15"), S("") },
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  LIST_OF(sources, alpine) },
};
static struct dd_str eol_warnings[] = {
	S("the database is only the starter set of 41 advisories: 'drydock db update' fetches all of them"),
	S("the database is 93 days old: 'drydock db update' fetches a newer one"),
};

/* app: a Node and Java application on a known base image, with VEX, a policy and a fix plan: every field of the model
 * that third-party packages have. */
static struct dd_layer app_layers[] = {
	{ .digest = S("sha256:3e1c1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000b0"),
	  .media_type = S("application/vnd.oci.image.layer.v1.tar+gzip"),
	  .instruction = S("ADD rootfs.tar.xz / # buildkit"),
	  .stored_bytes = 29150479,
	  .bytes = 77824000,
	  .entries = 5200,
	  .from_base = true },
	{ .digest = S("sha256:77aa1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000b1"),
	  .instruction = S("RUN npm ci --omit=dev"),
	  .stored_bytes = 8150479,
	  .bytes = 21824000,
	  .entries = 812 },
	{ .digest = S("sha256:99bb1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
	  .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000b2"),
	  .instruction = S("COPY shop.war /srv/shop.war"),
	  .stored_bytes = 450000,
	  .bytes = 1824000,
	  .entries = 3 },
};
static struct dd_location minimist_at[] = {
	{ S("app/node_modules/minimist/package.json"), S(""), 1 },
	{ S("app/node_modules/mkdirp/node_modules/minimist/package.json"), S(""), 1 },
	{ S("app/node_modules/rc/node_modules/minimist/package.json"), S(""), 1 },
	{ S("usr/lib/node_modules/npm/node_modules/minimist/package.json"), S(""), 0 },
};
static struct dd_location lodash_at[] = { { S("app/package-lock.json"), S(""), 1 } };
static struct dd_location log4j_at[] = { { S("srv/shop.war"), S("WEB-INF/lib/log4j-core-2.14.1.jar"), 2 } };
static struct dd_location urllib3_at[] = {
	{ S("usr/lib/python3/dist-packages/urllib3-1.26.12.dist-info/METADATA"), S(""), 0 },
};
static struct dd_installed app_packages[] = {
	DEB("openssl", "3.0.9-1", "", 0),
	DEB("python3-urllib3", "1.26.12-1", "python-urllib3", 0),
	{ .package = { .name = S("org.apache.logging.log4j:log4j-core"),
		       .version = S("2.14.1"),
		       .type = S("maven"),
		       .licences = S("Apache-2.0"),
		       .installed_bytes = 1745000,
		       .inner = S("WEB-INF/lib/log4j-core-2.14.1.jar"),
		       .digest = S("sha1:9141212b8507ab50a45525b545b39d224614528b"),
		       .depends = S("org.apache.logging.log4j:log4j-api@2.14.1") },
	  .purl = S("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
	  .analyzer = S("jar"),
	  .path = S("srv/shop.war"),
	  .layer = 2,
	  LIST_OF(locations, log4j_at),
	  .owner = -1,
	  .entrypoint = true },
	{ .package = { .name = S("lodash"),
		       .version = S("4.17.20"),
		       .type = S("npm"),
		       .evidence = DD_PACKAGE_DECLARED,
		       .dev = true,
		       .digest = S("sha512:34af"),
		       .url = S("https://registry.npmjs.org/lodash/-/lodash-4.17.20.tgz") },
	  .purl = S("pkg:npm/lodash@4.17.20"),
	  .analyzer = S("npm-lock"),
	  .path = S("app/package-lock.json"),
	  .layer = 1,
	  LIST_OF(locations, lodash_at),
	  .owner = -1 },
	{ .package = { .name = S("minimist"),
		       .version = S("1.2.0"),
		       .type = S("npm"),
		       .licences = S("MIT"),
		       .cpe = S("cpe:2.3:a:substack:minimist:1.2.0:*:*:*:*:node.js:*:*"),
		       .depends = S("a@1\nb@2"),
		       .qualifiers = S("vcs_url=git+https://example.org/minimist.git") },
	  .purl = S("pkg:npm/minimist@1.2.0"),
	  .analyzer = S("npm"),
	  .path = S("app/node_modules/minimist/package.json"),
	  .layer = 1,
	  LIST_OF(locations, minimist_at),
	  .owner = -1 },
	{ .package = { .name = S("urllib3"), .version = S("1.26.12"), .type = S("pypi") },
	  .purl = S("pkg:pypi/urllib3@1.26.12"),
	  .analyzer = S("dist-info"),
	  .path = S("usr/lib/python3/dist-packages/urllib3-1.26.12.dist-info/METADATA"),
	  .layer = 0,
	  LIST_OF(locations, urllib3_at),
	  .owner = 1 },
};
static struct dd_str app_command[] = { S("/usr/bin/java"), S("-jar"), S("/srv/shop.war") };
static struct dd_label app_labels[] = {
	{ S("org.opencontainers.image.base.name"), S("docker.io/library/debian:12") },
	{ S("org.opencontainers.image.source"), S("https://example.org/shop") },
};
static struct dd_inventory app_inventory = {
	.target = { .name = S("shop.oci"),
		    .kind = S("oci"),
		    .image = S("shop:2.0"),
		    .digest = S("sha256:5b0b1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
		    .config_digest = S("sha256:5b0c1f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
		    .platform = S("linux/arm64"),
		    .created = S("2026-08-01T10:00:00Z"),
		    LIST_OF(command, app_command),
		    .working_dir = S("/srv"),
		    .search_path = S("/usr/local/bin:/usr/bin"),
		    LIST_OF(labels, app_labels),
		    .base = { S("docker.io/library/debian:12"), S("sha256:ba5e"), 1,
			      S("label org.opencontainers.image.base.name") },
		    LIST_OF(layers, app_layers) },
	.os = { .id = S("debian"),
		.version = S("12"),
		.codename = S("bookworm"),
		.pretty_name = S("Debian GNU/Linux 12 (bookworm)") },
	.os_found = true,
	.package_database_found = true,
	LIST_OF(packages, app_packages),
};
static struct dd_str ghsa[] = { S("osv:Maven") }, npm_source[] = { S("osv:npm") },
		     nvd[] = { S("debian"), S("osv:Debian") };
static struct dd_str log4shell_aliases[] = { S("GHSA-jfh8-c2jp-5v3q") };
static struct dd_cvss_score log4shell_cvss[] = {
	{ DD_CVSS_31, S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), S("osv:Maven"), 10 },
};
static struct dd_finding app_findings[] = {
	{ .id = S("CVE-2021-44228"),
	  .title = S("Remote code injection in Log4j"),
	  .severity = DD_SEV_CRITICAL,
	  .severity_source = S("cvss"),
	  .package = 2,
	  .path = S("srv/shop.war"),
	  .layer = 2,
	  .fix = { DD_FIX_FIXED, S("2.15.0"), S("raise log4j-core to 2.17.1 at least") },
	  LIST_OF(aliases, log4shell_aliases),
	  LIST_OF(cvss, log4shell_cvss),
	  .epss = 0.97565,
	  .epss_percentile = 0.99998,
	  .kev = true,
	  .kev_ransomware = true,
	  .kev_due = S("2021-12-24"),
	  .published = S("2021-12-10T00:40:56Z"),
	  LIST_OF(sources, ghsa),
	  .url = S("https://osv.dev/vulnerability/GHSA-jfh8-c2jp-5v3q"),
	  .origin = DD_ORIGIN_APPLICATION,
	  .exposure = DD_EXPOSURE_ENTRYPOINT,
	  .risk = 99.4,
	  .fix_date = S("2021-12-10") },
	{ .id = S("CVE-2021-44906"),
	  .title = S("Prototype pollution in minimist"),
	  .severity = DD_SEV_CRITICAL,
	  .severity_source = S("cvss"),
	  .package = 4,
	  .path = S("app/node_modules/minimist/package.json"),
	  .layer = 1,
	  .fix = { DD_FIX_FIXED, S("1.2.6"), S("") },
	  .epss = 0.0091,
	  .epss_percentile = 0.7,
	  LIST_OF(sources, npm_source),
	  .origin = DD_ORIGIN_APPLICATION,
	  .exposure = DD_EXPOSURE_PRESENT,
	  .risk = 61.25,
	  .fix_date = S("2022-03-19") },
	{ .id = S("CVE-2023-5363"),
	  .title = S("incorrect cipher key and IV length processing"),
	  .severity = DD_SEV_HIGH,
	  .severity_source = S("cvss"),
	  .package = 0,
	  .path = S("var/lib/dpkg/status"),
	  .layer = 0,
	  .fix = { DD_FIX_FIXED, S("3.0.11-1~deb12u2"), S("") },
	  .epss = 0.0121,
	  .epss_percentile = 0.7,
	  LIST_OF(sources, nvd),
	  .origin = DD_ORIGIN_BASE,
	  .exposure = DD_EXPOSURE_PRESENT,
	  .risk = 40,
	  .vex_status = S("under_investigation") },
	{ .kind = DD_KIND_LICENCE,
	  .id = S("licence-denied"),
	  .title = S("log4j-core is licensed as Apache-2.0, which the policy denies"),
	  .severity = DD_SEV_MEDIUM,
	  .package = 2,
	  .path = S("srv/shop.war"),
	  .layer = 2,
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  .origin = DD_ORIGIN_APPLICATION },
	{ .id = S("CVE-2020-28500"),
	  .title = S("Regular expression denial of service in lodash"),
	  .severity = DD_SEV_MEDIUM,
	  .severity_source = S("cvss"),
	  .package = 3,
	  .path = S("app/package-lock.json"),
	  .layer = 1,
	  .fix = { DD_FIX_FIXED, S("4.17.21"), S("") },
	  .epss = 0.002,
	  .epss_percentile = 0.5,
	  LIST_OF(sources, npm_source),
	  .origin = DD_ORIGIN_APPLICATION,
	  .risk = 12.5,
	  .suppressed = true,
	  .suppression = { S("vex.json#1"), S("the trim functions are not called"), S(""), S("shop team"),
			   S("not_affected"), S("vulnerable_code_not_in_execute_path") } },
};
static struct dd_policy_result app_policy[] = {
	{ S(".drydock.yaml:4 no-kev"), S("1 finding that is known to be exploited"), true, 1 },
	{ S(".drydock.yaml:9 fix-age"), S("2 critical vulnerabilities with a fix older than 30 days"), true, 2 },
	{ S(".drydock.yaml:14 secrets"), S("no secrets"), false, 0 },
};
static struct dd_fix_step app_plan[] = {
	{ DD_STEP_DEPENDENCY,
	  S("raise log4j-core to 2.15.0"),
	  S(""),
	  2,
	  S("2.14.1"),
	  S("2.15.0"),
	  1,
	  { [DD_SEV_CRITICAL] = 1 },
	  99.4 },
	{ DD_STEP_DEPENDENCY,
	  S("raise minimist to 1.2.6"),
	  S("npm install minimist@1.2.6"),
	  4,
	  S("1.2.0"),
	  S("1.2.6"),
	  1,
	  { [DD_SEV_CRITICAL] = 1 },
	  61.25 },
	{ DD_STEP_OS_PACKAGES,
	  S("upgrade openssl"),
	  S("apt-get update && apt-get install --only-upgrade openssl"),
	  -1,
	  S(""),
	  S(""),
	  1,
	  { [DD_SEV_HIGH] = 1 },
	  40 },
};

/* hostile: every field has a value, and the values want to repaint the terminal, run commands or break the JSON. */
static struct dd_layer hostile_layers[] = {
	{ .digest = S(EVIL),
	  .diff_id = S(EVIL),
	  .media_type = S(EVIL),
	  .instruction = S("RUN " EVIL),
	  .stored_bytes = INT64_MAX,
	  .bytes = INT64_MAX,
	  .entries = INT64_MAX,
	  .from_base = true },
	{ .bytes = INT64_MAX },
	{ .bytes = INT64_MAX },
};
static struct dd_location hostile_locations[] = {
	{ S(EVIL), S(EVIL), 0 },
	{ S(EVIL), S(""), 99 },
	{ S("@everyone/pom.xml"), S("a|b"), DD_NO_LAYER },
	{ S(EVIL), S(EVIL), 1 },
	{ S("=cmd|'/c calc'!A1"), S("-1+1"), 1 },
};
static struct dd_installed hostile_packages[] = {
	{ .package = { S("$(reboot);" EVIL), S(EVIL), S("deb"), S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL),
		       UINT64_MAX, DD_PACKAGE_GUESSED, true, S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL) },
	  .purl = S(EVIL),
	  .analyzer = S(EVIL),
	  .path = S(EVIL),
	  .layer = 0,
	  .files = UINT64_MAX,
	  LIST_OF(locations, hostile_locations),
	  .owner = 1 },
	{ .package = { .name = S("--allow-unauthenticated"), .version = S("1"), .type = S("deb") },
	  .layer = 7,
	  .system = true,
	  .owner = -1 },
};
static struct dd_str hostile_command[] = { S(EVIL), S(""), S("printf '\\xff\\x5c\\x41'") };
static struct dd_label hostile_labels[] = { { S(EVIL), S(EVIL) }, { S(""), S("") } };
static struct dd_inventory hostile_inventory = {
	.target = { .name = S(EVIL),
		    .kind = S(EVIL),
		    .image = S(EVIL),
		    .digest = S(EVIL),
		    .config_digest = S(EVIL),
		    .platform = S(EVIL),
		    .created = S(EVIL),
		    .user = S(EVIL),
		    LIST_OF(command, hostile_command),
		    .working_dir = S(EVIL),
		    .search_path = S(EVIL),
		    LIST_OF(labels, hostile_labels),
		    .base = { S(EVIL), S(EVIL), 1, S(EVIL) },
		    LIST_OF(layers, hostile_layers) },
	.os = { S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), DD_OS_RELEASE },
	.os_found = true,
	.package_database_found = true,
	.packages = hostile_packages,
	.n_packages = DD_COUNT(hostile_packages),
};
static struct dd_str hostile_texts[] = { S(EVIL), S("") };
static struct dd_cvss_score hostile_cvss[] = {
	{ DD_CVSS_40, S(EVIL), S(EVIL), 10 },	 { DD_CVSS_31, S(EVIL), S(EVIL), 9.8 },
	{ DD_CVSS_30, S(EVIL), S(EVIL), 5.05 },	 { DD_CVSS_2, S(EVIL), S(EVIL), 0 },
	{ DD_CVSS_NONE, S(""), S(""), 1.0 / 3 },
};
#define HOSTILE(k, pkg, sec)                                                                                           \
	{                                                                                                              \
		.kind = (k), .id = S(EVIL), .title = S(EVIL), .severity = DD_SEV_CRITICAL, .severity_source = S(EVIL), \
		.package = (pkg), .path = S(EVIL), .layer = 0, .fix = { DD_FIX_FIXED, S(EVIL), S(EVIL) },              \
		LIST_OF(aliases, hostile_texts), LIST_OF(cvss, hostile_cvss), .epss = 1, .epss_percentile = 1,         \
		.kev = true, .kev_ransomware = true, .kev_due = S(EVIL), .published = S(EVIL),                         \
		LIST_OF(sources, hostile_texts), .url = S(EVIL), .note = S(EVIL), .origin = DD_ORIGIN_BASE,            \
		.exposure = DD_EXPOSURE_ENTRYPOINT, .risk = 100.0 / 3, .fix_date = S(EVIL), .vex_status = S(EVIL),     \
		.secret = (sec), .confidence = DD_CONFIDENCE_HIGH                                                      \
	}
static struct dd_finding hostile_findings[] = {
	HOSTILE(DD_KIND_VULNERABILITY, 0, NULL),
	HOSTILE(DD_KIND_SECRET, -1, &dd_sample_hostile_secret),
	HOSTILE(DD_KIND_SECRET, -1, NULL),
	HOSTILE(DD_KIND_VULNERABILITY, 1, NULL),
	{ .id = S(EVIL),
	  .package = 99,
	  .layer = 99,
	  .epss = -1,
	  .epss_percentile = -1,
	  .risk = -1,
	  .suppressed = true,
	  .suppression = { S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL) } },
};
static struct dd_policy_result hostile_policy[] = { { S(EVIL), S(EVIL), true, 3 }, { S(""), S(""), false, INT64_MAX } };
static struct dd_fix_step hostile_plan[] = {
	{ DD_STEP_DEPENDENCY, S(EVIL), S(EVIL "; rm -rf /"), 0, S(EVIL), S(EVIL), INT64_MAX, { INT64_MAX }, 1e308 },
	{ DD_STEP_BASE, S(""), S(""), 99, S(""), S(""), 0, { 0 }, 0 },
};
static struct dd_problem hostile_problems[] = { { 99, S(EVIL), S(EVIL), 0, S(EVIL) } };
static struct dd_db_source hostile_sources[] = { { S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), UINT64_MAX } };

const struct dd_report_sample dd_report_samples[] = {
	{ "small",
	  { .version = S("0.0.0"),
	    .created = BUILT,
	    .database = { DATABASE },
	    .inventory = &small_inventory,
	    .os_eol_date = S("2028-06-30"),
	    LIST_OF(findings, small_findings),
	    .verdict = DD_VERDICT_FAIL,
	    .reason = S("4 findings at or above high"),
	    .fail_on = DD_SEV_HIGH,
	    LIST_OF(hidden, small_hidden),
	    LIST_OF(unused_rules, small_unused) } },
	{ "clean",
	  { .version = S("0.0.0"),
	    .database = { DATABASE },
	    .inventory = &clean_inventory,
	    .os_eol_date = S("2025-11-01"),
	    .verdict = DD_VERDICT_PASS,
	    .reason = S("no findings at or above high"),
	    .fail_on = DD_SEV_HIGH } },
	{ "incomplete",
	  { .version = S("0.0.0"),
	    .inventory = &broken_inventory,
	    LIST_OF(problems, broken_problems),
	    .verdict = DD_VERDICT_INCOMPLETE,
	    .reason = S("incomplete: 3 problems; no findings"),
	    .fail_on = DD_SEV_HIGH } },
	{ "eol",
	  { .version = S("0.0.0"),
	    .database = { .present = true,
			  .path = S("data/starter"),
			  .digest = S("sha256:5aa5"),
			  .built = BUILT,
			  .advisories = 41,
			  .stale = true,
			  .age_days = 93,
			  .starter = true,
			  .sources = sources,
			  .n_sources = 1 },
	    .inventory = &eol_inventory,
	    .os_eol = true,
	    .os_eol_date = S("2019-05-01"),
	    LIST_OF(findings, eol_findings),
	    LIST_OF(warnings, eol_warnings),
	    .verdict = DD_VERDICT_FAIL,
	    .reason = S("1 finding at or above high"),
	    .fail_on = DD_SEV_HIGH } },
	{ "app",
	  { .version = S("0.0.0"),
	    .created = BUILT,
	    .database = { DATABASE },
	    .inventory = &app_inventory,
	    .os_eol_date = S("2028-06-30"),
	    LIST_OF(findings, app_findings),
	    .verdict = DD_VERDICT_FAIL,
	    .reason = S("2 of 3 rules failed: no-kev (1 finding), fix-age (2 findings)"),
	    .fail_on = DD_SEV_COUNT,
	    LIST_OF(policy, app_policy),
	    LIST_OF(fix_plan, app_plan) } },
	{ "secrets",
	  { .version = S("0.0.0"),
	    .created = BUILT,
	    .inventory = &dd_sample_secrets_inventory,
	    LIST_OF(findings, dd_sample_secrets_findings),
	    .verdict = DD_VERDICT_FAIL,
	    .reason = S("4 findings at or above medium confidence"),
	    .fail_on = DD_SEV_UNKNOWN,
	    .fail_confidence = DD_CONFIDENCE_MEDIUM,
	    LIST_OF(fix_plan, dd_sample_secrets_plan),
	    LIST_OF(hidden, dd_sample_secrets_hidden) } },
	{ "hostile",
	  { .version = S(EVIL),
	    .created = INT64_MAX,
	    .database = { true, S(EVIL), S(EVIL), INT64_MIN, INT64_MAX, true, 0, true, hostile_sources, 1 },
	    .inventory = &hostile_inventory,
	    .os_eol = true,
	    .os_eol_date = S(EVIL),
	    LIST_OF(findings, hostile_findings),
	    LIST_OF(warnings, hostile_texts),
	    LIST_OF(problems, hostile_problems),
	    .verdict = DD_VERDICT_FAIL,
	    .reason = S(EVIL),
	    .fail_on = DD_SEV_COUNT,
	    LIST_OF(policy, hostile_policy),
	    LIST_OF(fix_plan, hostile_plan),
	    LIST_OF(hidden, hostile_texts) } },
};
const size_t dd_n_report_samples = DD_COUNT(dd_report_samples);

enum { MANY_LAYERS = 40 };

/* A small mixer, so that neighbours differ without a random generator. */
static uint64_t scatter(uint64_t i)
{
	i = (i + 1) * 0x9e3779b97f4a7c15ULL;
	return i ^ i >> 29;
}

static bool fill(struct dd_report_many *m, size_t n_findings, size_t n_packages)
{
	struct dd_arena *a = &m->inventory.arena;
	for (size_t i = 0; i < MANY_LAYERS; i++)
		m->inventory.target.layers[i] = (struct dd_layer){
			.diff_id = dd_arena_printf(a, "sha256:%064zx", i),
			.bytes = 1000000 * i,
			.instruction = dd_arena_printf(a, "RUN apt-get install -y step-%zu", i),
		};
	for (size_t i = 0; i < n_packages; i++)
		m->inventory.packages[i] = (struct dd_installed){
			.package = { .name = dd_arena_printf(a, "package-%zu", i),
				     .type = S("deb"),
				     .version = S("1.0-1") },
			.purl = dd_arena_printf(a, "pkg:deb/debian/package-%zu@1.0-1", i),
			.analyzer = S("dpkg"),
			.layer = (int)(i % MANY_LAYERS),
			.path = S("var/lib/dpkg/status"),
			.system = true,
			.owner = -1,
		};
	for (size_t i = 0; i < n_findings; i++) {
		uint64_t x = scatter(i);
		/* In order: the severity falls with i. */
		m->report.findings[i] = (struct dd_finding){
			.id = dd_arena_printf(a, "CVE-%u-%05u", (unsigned)(2010 + x % 16), (unsigned)(x >> 8) % 99999),
			.title = S("heap buffer overflow when a crafted file is read"),
			.severity = (enum dd_severity)(DD_SEV_COUNT - 1 - (i * DD_SEV_COUNT) / n_findings),
			.severity_source = S("debian"),
			.package = (int)(x % n_packages),
			.layer = (int)(x % n_packages % MANY_LAYERS),
			.path = S("var/lib/dpkg/status"),
			.fix = { .state = (enum dd_fix_state)(x >> 20) % DD_FIX_COUNT },
			LIST_OF(sources, tracker),
			.epss = (double)(x >> 30 & 0xffff) / 65536,
			.epss_percentile = -1,
			.risk = -1,
			.kev = (x >> 50) % 50 == 0,
		};
		if (m->report.findings[i].fix.state == DD_FIX_FIXED)
			m->report.findings[i].fix.version = (struct dd_str)S("1.0-1+deb12u1");
	}
	return true;
}

bool dd_report_make_many(size_t n, struct dd_report_many *m)
{
	size_t n_packages = n / 4 + 1;
	*m = (struct dd_report_many){ .inventory = { .arena = DD_ARENA_INIT(DD_GIB), .n_packages = n_packages } };
	struct dd_inventory *inv = &m->inventory;
	inv->target = (struct dd_target){ .name = S("many.tar"), .kind = S("docker-archive"), .n_layers = MANY_LAYERS };
	inv->target.layers = dd_arena_array(&inv->arena, MANY_LAYERS, sizeof *inv->target.layers);
	inv->packages = dd_arena_array(&inv->arena, n_packages, sizeof *inv->packages);
	inv->os = (struct dd_os){ .id = S("debian"), .version = S("12") };
	inv->os_found = inv->package_database_found = true;
	m->report = (struct dd_report){
		.version = S("0.0.0"),
		.database = { DATABASE },
		.n_findings = n,
		.verdict = DD_VERDICT_FAIL,
		.findings = dd_arena_array(&inv->arena, n, sizeof *m->report.findings),
		.reason = S("many findings at or above high"),
		.fail_on = DD_SEV_HIGH,
	};
	return inv->target.layers && inv->packages && m->report.findings && fill(m, n, n_packages);
}

void dd_report_many_done(struct dd_report_many *m)
{
	dd_arena_done(&m->inventory.arena);
}
