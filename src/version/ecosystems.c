/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of ecosystems and the look-ups in it. To add one: a row here, and rows in ecosystems_test.c. */
#include "version/ecosystem.h"

#include "version/ecosystem_rules.h"

struct row {
	struct dd_ecosystem e;
	dd_release_fn *from_osv; /* NULL: OSV does not have it */
	dd_release_fn *from_os;	 /* NULL: not a distribution */
	dd_name_fn *fold;	 /* how names are compared; NULL: byte by byte */
	const char *judged_as;	 /* key's name when another distribution's advisories hold for it; NULL: its own */
};

/* clang-format off */
#define OS(NAME, OSV, ID, TYPE, SPACE, SCHEME, NAMES, EOL, TITLE) \
	.e = { NAME, OSV, ID, TYPE, SPACE, DD_SCHEME_##SCHEME, DD_NAMES_##NAMES, EOL, TITLE }
#define LANG(NAME, OSV, TYPE, SCHEME, TITLE) \
	.e = { NAME, OSV, NULL, TYPE, NULL, DD_SCHEME_##SCHEME, DD_NAMES_BINARY, NULL, TITLE }

static const struct row rows[] = {
	/* dpkg */
	{ OS("debian", "Debian", "debian", "deb", "debian", DEB, SOURCE, "debian", "Debian"),
	  .from_osv = dd_release_debian, .from_os = dd_release_debian },
	{ OS("ubuntu", "Ubuntu", "ubuntu", "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu"),
	  .from_osv = dd_release_ubuntu, .from_os = dd_release_ubuntu },
	/* Pockets with builds of their own; OSV has them under "Ubuntu:", see dd_release_ubuntu. */
	{ OS("ubuntu-pro", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Pro") },
	{ OS("ubuntu-pro-fips", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Pro FIPS") },
	{ OS("ubuntu-pro-fips-updates", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Pro FIPS updates") },
	{ OS("ubuntu-pro-fips-preview", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Pro FIPS preview") },
	{ OS("ubuntu-pro-realtime", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Pro Realtime") },
	{ OS("ubuntu-realtime", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu Realtime") },
	{ OS("ubuntu-nvidia-bluefield", NULL, NULL, "deb", "ubuntu", DEB, SOURCE, "ubuntu", "Ubuntu for NVIDIA BlueField") },
	/* The same, said of binary packages by who does not tell their sources: OVAL by USN. */
	{ OS("ubuntu-binary", NULL, NULL, "deb", "ubuntu", DEB, BINARY, "ubuntu", "Ubuntu") },
	{ OS("ubuntu-pro-binary", NULL, NULL, "deb", "ubuntu", DEB, BINARY, "ubuntu", "Ubuntu Pro") },
	/* The base snaps: made of Ubuntu's packages, with os-release's VERSION_ID "22" of 22.04. */
	{ OS("ubuntu-core", NULL, "ubuntu-core", "deb", "ubuntu", DEB, SOURCE, NULL, "Ubuntu Core"),
	  .from_os = dd_release_ubuntu_core, .judged_as = "ubuntu" },
	{ OS("echo", "Echo", "echo", "deb", "echo", DEB, SOURCE, NULL, "Echo"),
	  .from_osv = dd_release_ignored, .from_os = dd_release_ignored },

	/* apk */
	{ OS("alpine", "Alpine", "alpine", "apk", "alpine", APK, SOURCE, "alpine-linux", "Alpine Linux"),
	  .from_osv = dd_release_alpine, .from_os = dd_release_alpine },
	{ OS("wolfi", "Wolfi", "wolfi", "apk", "wolfi", APK, SOURCE, NULL, "Wolfi"),
	  .from_osv = dd_release_none, .from_os = dd_release_ignored },
	{ OS("chainguard", "Chainguard", "chainguard", "apk", "chainguard", APK, SOURCE, NULL, "Chainguard OS"),
	  .from_osv = dd_release_none, .from_os = dd_release_ignored },
	{ OS("minimos", "MinimOS", "minimos", "apk", "minimos", APK, SOURCE, NULL, "MinimOS"),
	  .from_osv = dd_release_none, .from_os = dd_release_ignored },
	{ OS("alpaquita", "Alpaquita", "alpaquita", "apk", "alpaquita", APK, SOURCE, NULL, "Alpaquita Linux"),
	  .from_osv = dd_release_whole, .from_os = dd_release_whole },
	{ OS("bellsoft-hardened-containers", "BellSoft Hardened Containers", "bellsoft-hardened-containers", "apk",
	     "bellsoft-hardened-containers", APK, SOURCE, NULL, "BellSoft Hardened Containers"),
	  .from_osv = dd_release_whole, .from_os = dd_release_whole },

	/* rpm */
	{ OS("almalinux", "AlmaLinux", "almalinux", "rpm", "almalinux", RPM, BINARY, "almalinux", "AlmaLinux"),
	  .from_osv = dd_release_major, .from_os = dd_release_major },
	{ OS("rocky", "Rocky Linux", "rocky", "rpm", "rocky", RPM, BOTH, "rocky-linux", "Rocky Linux"),
	  .from_osv = dd_release_major, .from_os = dd_release_major },
	{ OS("redhat", "Red Hat", "rhel", "rpm", "redhat", RPM, BINARY, "rhel", "Red Hat Enterprise Linux"),
	  .from_osv = dd_release_redhat, .from_os = dd_release_major },
	{ OS("redhat-eus", NULL, NULL, "rpm", "redhat", RPM, BINARY, "rhel", "RHEL Extended Update Support") },
	{ OS("redhat-e4s", NULL, NULL, "rpm", "redhat", RPM, BINARY, "rhel", "RHEL for SAP Solutions") },
	{ OS("redhat-aus", NULL, NULL, "rpm", "redhat", RPM, BINARY, "rhel", "RHEL Advanced Update Support") },
	{ OS("redhat-tus", NULL, NULL, "rpm", "redhat", RPM, BINARY, "rhel", "RHEL Telecommunications Update Service") },
	{ OS("redhat-els", NULL, NULL, "rpm", "redhat", RPM, BINARY, "rhel", "RHEL Extended Life-cycle Support") },
	{ OS("redhat-other", NULL, NULL, "rpm", "redhat", RPM, BINARY, NULL, "Red Hat, other products") },
	{ OS("centos", NULL, "centos", "rpm", "centos", RPM, BINARY, "centos", "CentOS"),
	  .from_os = dd_release_major, .judged_as = "redhat" },
	{ OS("oracle", NULL, "ol", "rpm", "oracle", RPM, BINARY, "oracle-linux", "Oracle Linux"),
	  .from_os = dd_release_major },
	{ OS("amazon", NULL, "amzn", "rpm", "amazon", RPM, BINARY, "amazon-linux", "Amazon Linux"),
	  .from_os = dd_release_amazon },
	{ OS("fedora", NULL, "fedora", "rpm", "fedora", RPM, BOTH, "fedora", "Fedora"), .from_os = dd_release_major },
	{ OS("sles", "SUSE", "sles", "rpm", "suse", RPM, BOTH, "sles", "SUSE Linux Enterprise"),
	  .from_osv = dd_release_suse, .from_os = dd_release_minor },
	{ OS("sle-micro", NULL, "sle-micro", "rpm", "suse", RPM, BOTH, "suse-linux-micro", "SUSE Linux Micro"),
	  .from_os = dd_release_minor },
	{ OS("opensuse-leap", "openSUSE", "opensuse-leap", "rpm", "opensuse", RPM, BOTH, "opensuse", "openSUSE Leap"),
	  .from_osv = dd_release_opensuse, .from_os = dd_release_minor },
	{ OS("opensuse-leap-micro", NULL, "opensuse-leap-micro", "rpm", "opensuse", RPM, BOTH, NULL, "openSUSE Leap Micro"),
	  .from_os = dd_release_minor },
	{ OS("opensuse-tumbleweed", NULL, "opensuse-tumbleweed", "rpm", "opensuse", RPM, BOTH, NULL, "openSUSE Tumbleweed"),
	  .from_os = dd_release_ignored },
	{ OS("mageia", "Mageia", "mageia", "rpm", "mageia", RPM, BOTH, "mageia", "Mageia"),
	  .from_osv = dd_release_major, .from_os = dd_release_major },
	{ OS("openeuler", "openEuler", "openEuler", "rpm", "openeuler", RPM, BOTH, NULL, "openEuler"),
	  .from_osv = dd_release_openeuler, .from_os = dd_release_openeuler },
	{ OS("photon", "Photon OS", "photon", "rpm", "photon", RPM, BOTH, "vmware-photon", "Photon OS"),
	  .from_osv = dd_release_minor, .from_os = dd_release_minor },
	{ OS("azurelinux", "Azure Linux", "azurelinux", "rpm", "azurelinux", RPM, BOTH, NULL, "Azure Linux"),
	  .from_osv = dd_release_major, .from_os = dd_release_major },

	/* others */
	{ OS("arch", NULL, "arch", "alpm", "arch", ALPM, BINARY, NULL, "Arch Linux"), .from_os = dd_release_ignored },

	/* Languages and applications. NONE: there is no one order. OSS-Fuzz has commits and tags of any project, Android
	 * dates and patch levels ("12L:2023-01-05"), and who rebuilds others' packages writes versions of many kinds. */
	{ LANG("npm", "npm", "npm", SEMVER, "npm"), .from_osv = dd_release_none },
	{ LANG("pypi", "PyPI", "pypi", PEP440, "PyPI"), .from_osv = dd_release_none, .fold = dd_name_pep503 },
	{ LANG("rubygems", "RubyGems", "gem", GEM, "RubyGems"), .from_osv = dd_release_none },
	{ LANG("crates.io", "crates.io", "cargo", SEMVER, "crates.io"), .from_osv = dd_release_none },
	{ LANG("go", "Go", "golang", GOLANG, "Go"), .from_osv = dd_release_none },
	{ LANG("packagist", "Packagist", "composer", COMPOSER, "Packagist"), .from_osv = dd_release_ignored,
	  .fold = dd_name_lower },
	{ LANG("maven", "Maven", "maven", MAVEN, "Maven"), .from_osv = dd_release_ignored },
	{ LANG("nuget", "NuGet", "nuget", NUGET, "NuGet"), .from_osv = dd_release_none, .fold = dd_name_lower },
	{ LANG("pub", "Pub", "pub", PUB, "Pub"), .from_osv = dd_release_none },
	{ LANG("hex", "Hex", "hex", SEMVER, "Hex"), .from_osv = dd_release_none },
	{ LANG("swift", "SwiftURL", "swift", SEMVER, "Swift"), .from_osv = dd_release_none, .fold = dd_name_lower },
	{ LANG("github-actions", "GitHub Actions", "github", SEMVER, "GitHub Actions"), .from_osv = dd_release_none,
	  .fold = dd_name_lower },
	{ LANG("bitnami", "Bitnami", "bitnami", SEMVER, "Bitnami"), .from_osv = dd_release_none },
	{ LANG("kubernetes", "Kubernetes", "generic", SEMVER, "Kubernetes"), .from_osv = dd_release_none },
	{ LANG("julia", "Julia", "julia", PUB, "Julia"), .from_osv = dd_release_none },
	{ LANG("vscode", "VSCode", "vscode-extension", SEMVER, "VS Code"), .from_osv = dd_release_ignored,
	  .fold = dd_name_lower },
	{ LANG("conan", "ConanCenter", "conan", CONAN, "ConanCenter"), .from_osv = dd_release_none },
	{ LANG("cran", "CRAN", "cran", CRAN, "CRAN"), .from_osv = dd_release_none },
	{ LANG("bioconductor", "Bioconductor", "bioconductor", CRAN, "Bioconductor"), .from_osv = dd_release_whole },
	{ LANG("hackage", "Hackage", "hackage", CRAN, "Hackage"), .from_osv = dd_release_none },
	{ LANG("ghc", "GHC", "generic", CRAN, "GHC"), .from_osv = dd_release_none },
	{ LANG("opam", "opam", "opam", OPAM, "opam"), .from_osv = dd_release_ignored },
	{ LANG("oss-fuzz", "OSS-Fuzz", "generic", NONE, "OSS-Fuzz"), .from_osv = dd_release_none },
	{ LANG("linux", "Linux", "generic", SEMVER, "Linux kernel"), .from_osv = dd_release_none },
	{ LANG("android", "Android", "generic", NONE, "Android"), .from_osv = dd_release_whole },
	{ LANG("freebsd", "FreeBSD", "generic", NONE, "FreeBSD"), .from_osv = dd_release_whole },
	/* NVD's products, "vendor/product": for programs that no package manager knows. */
	{ LANG("cpe", NULL, "generic", GENERIC, "NVD (CPE)") },
	/* Vendors' rebuilds of other ecosystems' packages, under the names of those. */
	{ LANG("root", "Root", "generic", NONE, "Root.io"), .from_osv = dd_release_whole },
	{ LANG("tuxcare", "TuxCare", "generic", NONE, "TuxCare"), .from_osv = dd_release_whole },
	{ LANG("cleanstart", "CleanStart", "generic", NONE, "CleanStart"), .from_osv = dd_release_ignored },
	{ LANG("docker-hardened-images", "Docker Hardened Images", "dhi", NONE, "Docker Hardened Images"),
	  .from_osv = dd_release_whole },
};
/* clang-format on */

/* Further os-release IDs of the distributions above. */
static const struct {
	const char *os_id, *name;
} os_aliases[] = {
	{ "redhat", "redhat" },
	{ "oracle", "oracle" },
	{ "amazon", "amazon" },
	{ "sled", "sles" },
	{ "sles_sap", "sles" },
	{ "sle_hpc", "sles" },
	{ "sle-hpc", "sles" },
	{ "suse", "sles" },
	{ "suse-microos", "sle-micro" },
	{ "sl-micro", "sle-micro" },
	{ "sle-micro-rancher", "sle-micro" },
	{ "opensuse", "opensuse-leap" },
	{ "mariner", "azurelinux" },
	/* They take Arch's packages as they are or rebuild them in the same versions, some weeks later. */
	{ "archarm", "arch" },
	{ "manjaro", "arch" },
	{ "manjaro-arm", "arch" },
	{ "endeavouros", "arch" },
	{ "arcolinux", "arch" },
	{ "garuda", "arch" },
	{ "cachyos", "arch" },
	{ "artix", "arch" },
};

static const struct row *row_by_name(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(name, rows[i].e.name))
			return &rows[i];
	return NULL;
}

static const struct row *row_by_os(struct dd_str os_id)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (rows[i].e.os_id && dd_str_eq_nocase(os_id, dd_str_from(rows[i].e.os_id)))
			return &rows[i];
	for (size_t i = 0; i < DD_COUNT(os_aliases); i++)
		if (dd_str_eq_nocase(os_id, dd_str_from(os_aliases[i].os_id)))
			return row_by_name(dd_str_from(os_aliases[i].name));
	return NULL;
}

const struct dd_ecosystem *dd_ecosystem_by_key(struct dd_str key)
{
	const struct row *r = row_by_name(dd_str_take(key, dd_str_find(key, ':')));
	return r ? &r->e : NULL;
}

const struct dd_ecosystem *dd_ecosystem_by_os(struct dd_str os_id)
{
	const struct row *r = row_by_os(os_id);
	return r ? &r->e : NULL;
}

const struct dd_ecosystem *dd_ecosystem_by_purl_type(struct dd_str type, struct dd_str namespace)
{
	/* Package URLs of this type say nothing of where the package is from. */
	if (dd_str_eq_nocase(type, DD_STR("generic")))
		return NULL;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_ecosystem *e = &rows[i].e;
		if (!dd_str_eq_nocase(type, dd_str_from(e->purl_type)))
			continue;
		if (!e->purl_namespace || dd_str_eq_nocase(namespace, dd_str_from(e->purl_namespace)))
			return e;
	}
	return NULL;
}

/* The key goes to the caller only when the table knows its name: a rule may have made one up ("ubuntu-x:22.04"). */
static enum dd_code give(bool known, const struct dd_key *k, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str key = { k->text, k->n };
	if (!known || k->bad || !dd_ecosystem_by_key(key)) {
		*ret = DD_STR("");
		return DD_OK;
	}
	struct dd_str copy = dd_arena_str(a, key);
	if (!copy.p)
		return dd_fail_nomem(err);
	*ret = copy;
	return DD_OK;
}

enum dd_code dd_ecosystem_from_osv(struct dd_str osv, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_key k = { .n = 0 };
	size_t colon = dd_str_find(osv, ':');
	struct dd_str name = dd_str_take(osv, colon), rest = dd_str_skip(osv, colon + 1);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if (!rows[i].from_osv || !dd_str_eq_nocase(name, dd_str_from(rows[i].e.osv)))
			continue;
		/* "Alpine" alone: said of all releases. */
		dd_release_fn *rule = colon == osv.n ? dd_release_none : rows[i].from_osv;
		return give((colon == osv.n || rest.n) && rule(rows[i].e.name, rest, &k), &k, a, ret, err);
	}
	return give(false, &k, a, ret, err);
}

enum dd_code dd_ecosystem_from_os(struct dd_str os_id, struct dd_str version, struct dd_arena *a, struct dd_str *ret,
				  struct dd_err *err)
{
	struct dd_key k = { .n = 0 };
	const struct row *r = row_by_os(os_id);
	bool known = r && r->from_os && r->from_os(r->judged_as ? r->judged_as : r->e.name, version, &k);
	return give(known, &k, a, ret, err);
}

enum dd_code dd_ecosystem_name(const struct dd_ecosystem *e, struct dd_str name, struct dd_arena *a, struct dd_str *ret,
			       struct dd_err *err)
{
	const struct row *r = row_by_name(dd_str_from(e->name));
	size_t n = name.n;
	char *out = dd_arena_alloc(a, n + 1); /* zeroed: there is a NUL behind the name */
	if (!out)
		return dd_fail_nomem(err);
	if (r && r->fold)
		r->fold(name, out, &n);
	else if (n)
		memcpy(out, name.p, n);
	*ret = (struct dd_str){ out, n };
	return DD_OK;
}
