/* SPDX-License-Identifier: Apache-2.0 */
#include "version/version.h"

#include "version/vercmp.h"

/* DD_SCHEME_NONE: without an order only equal texts compare. */
static bool vercmp_none(struct dd_str a, struct dd_str b, int *ret)
{
	if (!dd_str_eq(a, b))
		return false;
	*ret = 0;
	return true;
}

static const struct {
	const char *name;
	dd_vercmp_fn *cmp;
} schemes[DD_SCHEME_COUNT] = {
	[DD_SCHEME_NONE] = { "none", vercmp_none },
#define DD_SCHEME(NAME, name) [DD_SCHEME_##NAME] = { #name, dd_vercmp_##name },
#include "version/schemes.def"
#undef DD_SCHEME
};

/* The same orders under the names of ecosystems, package URL types and VERS. */
static const struct {
	const char *name;
	enum dd_scheme scheme;
} aliases[] = {
	/* clang-format off */
	{ "debian", DD_SCHEME_DEB }, { "dpkg", DD_SCHEME_DEB }, { "redhat", DD_SCHEME_RPM }, { "alpine", DD_SCHEME_APK },
	{ "npm", DD_SCHEME_SEMVER }, { "cargo", DD_SCHEME_SEMVER }, { "hex", DD_SCHEME_SEMVER },
	{ "swift", DD_SCHEME_SEMVER }, { "github", DD_SCHEME_SEMVER }, { "bitnami", DD_SCHEME_SEMVER },
	{ "nginx", DD_SCHEME_SEMVER }, { "mattermost", DD_SCHEME_SEMVER }, { "mozilla", DD_SCHEME_SEMVER },
	{ "intdot", DD_SCHEME_SEMVER }, { "apache", DD_SCHEME_GENERIC }, { "openssl", DD_SCHEME_GENERIC },
	{ "pypi", DD_SCHEME_PEP440 }, { "python", DD_SCHEME_PEP440 }, { "rubygems", DD_SCHEME_GEM },
	{ "packagist", DD_SCHEME_COMPOSER }, { "go", DD_SCHEME_GOLANG }, { "julia", DD_SCHEME_PUB },
	{ "arch", DD_SCHEME_ALPM }, { "pacman", DD_SCHEME_ALPM }, { "ebuild", DD_SCHEME_GENTOO },
	{ "hackage", DD_SCHEME_CRAN }, { "bioconductor", DD_SCHEME_CRAN }, { "datetime", DD_SCHEME_LEXICOGRAPHIC },
	/* clang-format on */
};

bool dd_vercmp(enum dd_scheme scheme, struct dd_str a, struct dd_str b, int *ret)
{
	if ((unsigned)scheme >= DD_SCHEME_COUNT)
		return false;
	return schemes[scheme].cmp(a, b, ret);
}

const char *dd_scheme_name(enum dd_scheme scheme)
{
	return (unsigned)scheme < DD_SCHEME_COUNT ? schemes[scheme].name : "none";
}

bool dd_scheme_parse(struct dd_str name, enum dd_scheme *ret)
{
	for (size_t i = 0; i < DD_COUNT(schemes); i++) {
		if (dd_str_eq_c(name, schemes[i].name)) {
			*ret = (enum dd_scheme)i;
			return true;
		}
	}
	for (size_t i = 0; i < DD_COUNT(aliases); i++) {
		if (dd_str_eq_c(name, aliases[i].name)) {
			*ret = aliases[i].scheme;
			return true;
		}
	}
	return false;
}
