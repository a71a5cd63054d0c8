/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/advice.h"

bool dd_advice_is_plain(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		if (!dd_is_alpha(ch) && !dd_is_digit(ch) && ch != '.' && ch != '-' && ch != '_' && ch != '+' &&
		    ch != ':')
			return false;
	}
	return s.n > 0 && s.p[0] != '-';
}

static const struct {
	const char *ecosystem, *type; /* either may be NULL: any */
	const char *command;
} upgrades[] = {
	{ NULL, "deb", "apt-get install --only-upgrade " },
	{ NULL, "apk", "apk upgrade " },
	{ "sles", NULL, "zypper update " },
	{ "opensuse-leap", NULL, "zypper update " },
	{ "opensuse-tumbleweed", NULL, "zypper update " },
	{ "photon", NULL, "tdnf upgrade " },
	{ "azurelinux", NULL, "tdnf upgrade " },
	{ NULL, "rpm", "dnf upgrade " },
};

/* What to type for a third-party package: "%.*s" stands for its name, then for the fixed version. */
static const struct {
	const char *type;
	const char *before, *between, *after;
} raises[] = {
	{ "npm", "npm install ", "@", "" },
	{ "pypi", "pip install ", "==", "" },
	{ "gem", "gem install ", " -v ", "" },
	{ "cargo", "cargo update -p ", " --precise ", "" },
	{ "golang", "go get ", "@v", "" },
	{ "composer", "composer require ", ":", "" },
	{ "nuget", "dotnet add package ", " --version ", "" },
	{ "maven", "raise ", " to ", " in pom.xml or build.gradle" },
};

/* Names with a scope or path: "@types/node", "github.com/x/y". Neither character means anything to a shell. */
static bool is_plain_path(struct dd_str s)
{
	struct dd_str part, rest = dd_str_starts(s, DD_STR("@")) ? dd_str_skip(s, 1) : s;
	while (dd_str_next(&rest, '/', &part))
		if (!dd_advice_is_plain(part))
			return false;
	return s.n > 0;
}

enum dd_code dd_advice_raise(const struct dd_package *p, struct dd_str version, struct dd_arena *a, struct dd_str *ret)
{
	struct dd_str advice = DD_STR("");
	if (version.n == 0 || !is_plain_path(p->name) || !dd_advice_is_plain(version))
		return DD_OK;
	if (dd_str_eq_c(p->type, "golang") && dd_str_eq_c(p->name, "stdlib"))
		advice = dd_arena_printf(a, "rebuild with Go %.*s", DD_FMT(version));
	else if (dd_str_eq_c(p->type, "golang") && dd_str_starts(version, DD_STR("v")))
		version = dd_str_skip(version, 1);
	for (size_t i = 0; i < DD_COUNT(raises) && !advice.n; i++)
		if (dd_str_eq_c(p->type, raises[i].type))
			advice = dd_arena_printf(a, "%s%.*s%s%.*s%s", raises[i].before, DD_FMT(p->name),
						 raises[i].between, DD_FMT(version), raises[i].after);
	if (!advice.p)
		return DD_ENOMEM;
	if (advice.n)
		*ret = advice;
	return DD_OK;
}

enum dd_code dd_advice_upgrade(const char *ecosystem, const struct dd_package *p, struct dd_arena *a,
			       struct dd_str *ret)
{
	const char *command = NULL;
	for (size_t i = 0; i < DD_COUNT(upgrades) && !command; i++)
		if ((!upgrades[i].ecosystem || strcmp(ecosystem, upgrades[i].ecosystem) == 0) &&
		    (!upgrades[i].type || dd_str_eq_c(p->type, upgrades[i].type)))
			command = upgrades[i].command;
	if (!command || !dd_advice_is_plain(p->name))
		return DD_OK;
	*ret = dd_arena_printf(a, "%s%.*s", command, DD_FMT(p->name));
	return ret->p ? DD_OK : DD_ENOMEM;
}
