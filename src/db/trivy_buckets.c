/* SPDX-License-Identifier: Apache-2.0 */
/* Source: trivy-db pkg/vulnsrc (the platform names and "<ecosystem>::<data source>" of each source), pkg/ecosystem. */
#include "db/trivy_buckets.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "version/ecosystem.h"

/* "<prefix><release>"; the longer prefix first. */
static const struct {
	const char *prefix, *os_id;
} systems[] = {
	{ "alpine ", "alpine" },
	{ "debian ", "debian" },
	{ "ubuntu ", "ubuntu" },
	{ "alma ", "almalinux" },
	{ "rocky ", "rocky" },
	{ "amazon linux ", "amzn" },
	{ "Oracle Linux ", "ol" },
	{ "Photon OS ", "photon" },
	{ "Azure Linux ", "azurelinux" },
	{ "CBL-Mariner ", "mariner" },
	{ "fedora ", "fedora" },
	{ "openEuler ", "openEuler" },
	{ "openSUSE Leap Micro ", "opensuse-leap-micro" },
	{ "openSUSE Leap ", "opensuse-leap" },
	{ "openSUSE Tumbleweed", "opensuse-tumbleweed" },
	{ "openSUSE.tumbleweed", "opensuse-tumbleweed" },
	{ "SUSE Linux Enterprise Micro ", "sle-micro" },
	{ "SUSE Linux Enterprise ", "sles" },
	{ "wolfi", "wolfi" },
	{ "chainguard", "chainguard" },
	{ "minimos", "minimos" },
	{ "echo", "echo" },
	{ "archlinux", "arch" },
	{ "arch linux", "arch" },
};

static const struct {
	const char *name, *key;
} languages[] = {
	{ "npm", "npm" },
	{ "pip", "pypi" },
	{ "go", "go" },
	{ "cargo", "crates.io" },
	{ "rubygems", "rubygems" },
	{ "maven", "maven" },
	{ "nuget", "nuget" },
	{ "composer", "packagist" },
	{ "conan", "conan" },
	{ "erlang", "hex" },
	{ "hex", "hex" },
	{ "pub", "pub" },
	{ "swift", "swift" },
	{ "cocoapods", "cocoapods" },
	{ "bitnami", "bitnami" },
	{ "k8s", "kubernetes" },
	{ "kubernetes", "kubernetes" },
	{ "julia", "julia" },
};

static const char *const admin[] = { "vulnerability", "vulnerability-detail", "vulnerability-id",
				     "data-source",   "Red Hat CPE",	      "trivy",
				     "severity",      "advisory-detail" };

/* "18.04-ESM" → the key of Ubuntu Pro's pocket. */
static enum dd_code esm_key(struct dd_str release, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str osv = dd_arena_printf(a, "Ubuntu:Pro:%.*s:LTS", DD_FMT(dd_str_take(release, release.n - 4)));
	return osv.p ? dd_ecosystem_from_osv(osv, a, ret, err) : dd_fail_nomem(err);
}

static enum dd_code system_key(struct dd_str name, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(systems); i++) {
		struct dd_str prefix = dd_str_from(systems[i].prefix), release = dd_str_skip(name, prefix.n);
		if (!dd_str_starts(name, prefix) || release.n > 64)
			continue;
		if (dd_str_ends(release, DD_STR("-ESM")))
			return esm_key(release, a, ret, err);
		return dd_ecosystem_from_os(dd_str_from(systems[i].os_id), release, a, ret, err);
	}
	return DD_OK;
}

static enum dd_code lower(struct dd_str s, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	char *p = s.n <= 256 ? dd_arena_alloc(a, s.n + 1) : NULL;
	if (!p)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a bucket's name of %zu bytes", s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = dd_lower(s.p[i]);
	*ret = (struct dd_str){ p, s.n };
	return DD_OK;
}

static struct dd_str language_key(struct dd_str name)
{
	struct dd_str ecosystem = dd_str_take(name, dd_str_search(name, DD_STR("::")));
	for (size_t i = 0; i < DD_COUNT(languages); i++)
		if (dd_str_eq_c(ecosystem, languages[i].name))
			return dd_str_from(languages[i].key);
	return DD_STR("");
}

enum dd_code dd_trivy_bucket(struct dd_str name, struct dd_arena *a, enum dd_trivy_bucket *ret, struct dd_str *ret_key,
			     struct dd_err *err)
{
	*ret_key = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(admin); i++)
		if (dd_str_eq_c(name, admin[i])) {
			*ret = DD_TRIVY_ADMIN;
			return DD_OK;
		}
	if (dd_str_eq_c(name, "Red Hat")) {
		*ret = DD_TRIVY_REDHAT;
		return DD_OK;
	}
	if (dd_str_search(name, DD_STR("::")) < name.n) {
		*ret_key = language_key(name);
		*ret = DD_TRIVY_LANGUAGE;
		return ret_key->n ? DD_OK : lower(dd_str_take(name, dd_str_find(name, ':')), a, ret_key, err);
	}
	DD_TRY(system_key(name, a, ret_key, err));
	*ret = DD_TRIVY_OS;
	return ret_key->n ? DD_OK : lower(name, a, ret_key, err);
}

enum dd_code dd_redhat_cpe_key(struct dd_str cpe, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	static const char *const prefixes[] = { "cpe:/o:redhat:", "cpe:/a:redhat:", "cpe:2.3:o:redhat:",
						"cpe:2.3:a:redhat:" };
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(prefixes); i++) {
		struct dd_str prefix = dd_str_from(prefixes[i]);
		if (!dd_str_starts(cpe, prefix) || cpe.n > 300)
			continue;
		struct dd_str osv = dd_arena_printf(a, "Red Hat:%.*s", DD_FMT(dd_str_skip(cpe, prefix.n)));
		return osv.p ? dd_ecosystem_from_osv(osv, a, ret, err) : dd_fail_nomem(err);
	}
	return DD_OK;
}
