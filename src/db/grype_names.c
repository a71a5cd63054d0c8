/* SPDX-License-Identifier: Apache-2.0 */
/* Source: grype 0.90+ grype/db/v6/{models.go,data.go}, syft's package types; the table operating_systems names a
 * release by os-release's ID (release_id), by numbers, or by a label ("edge", "unstable"), and a channel beside the
 * main one
 * ("eus", "esm"). */
#include "db/grype_names.h"

#include "base/cleanup.h"
#include "version/ecosystem.h"

static const struct {
	const char *type, *key;
} languages[] = {
	{ "npm", "npm" },
	{ "python", "pypi" },
	{ "pypi", "pypi" },
	{ "gem", "rubygems" },
	{ "rubygems", "rubygems" },
	{ "go-module", "go" },
	{ "golang", "go" },
	{ "go", "go" },
	{ "rust-crate", "crates.io" },
	{ "cargo", "crates.io" },
	{ "java-archive", "maven" },
	{ "maven", "maven" },
	{ "jenkins-plugin", "maven" },
	{ "dotnet", "nuget" },
	{ "nuget", "nuget" },
	{ "php-composer", "packagist" },
	{ "composer", "packagist" },
	{ "dart-pub", "pub" },
	{ "pub", "pub" },
	{ "hex", "hex" },
	{ "erlang-otp", "hex" },
	{ "swift", "swift" },
	{ "github-action", "github-actions" },
	{ "github-action-workflow", "github-actions" },
	{ "conan", "conan" },
	{ "bitnami", "bitnami" },
	{ "R-package", "cran" },
	{ "pod", "cocoapods" },
};

/* Channels with a key of their own, in OSV's words. */
static const struct {
	const char *release_id, *channel, *osv; /* osv: with %s for the release */
} channels[] = {
	{ "rhel", "eus", "Red Hat:rhel_eus:" },
	{ "ubuntu", "esm", "Ubuntu:Pro:" },
	{ "ubuntu", "pro", "Ubuntu:Pro:" },
};

static const struct {
	const char *name, *release_id;
} names[] = {
	{ "rockylinux", "rocky" }, { "amazonlinux", "amzn" }, { "oraclelinux", "ol" },
	{ "redhat", "rhel" },	   { "archlinux", "arch" },   { "centos", "rhel" },
};

static enum dd_code lower(struct dd_str s, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	char *p = dd_arena_alloc(a, s.n + 1);
	if (!p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < s.n; i++)
		p[i] = dd_lower(s.p[i]);
	*ret = (struct dd_str){ p, s.n };
	return DD_OK;
}

static struct dd_str release_of(const struct dd_grype_system *s, struct dd_arena *a)
{
	if (s->major.n && s->minor.n)
		return dd_arena_printf(a, "%.*s.%.*s", DD_FMT(s->major), DD_FMT(s->minor));
	if (s->major.n)
		return s->major;
	/* Debian's "unstable" has the codename sid. */
	if (dd_str_eq_c(s->label, "unstable"))
		return s->codename.n ? s->codename : DD_STR("sid");
	return s->label.n ? s->label : s->codename;
}

static struct dd_str id_of(const struct dd_grype_system *s)
{
	struct dd_str id = s->release_id.n ? s->release_id : s->name;
	for (size_t i = 0; i < DD_COUNT(names); i++)
		if (dd_str_eq_nocase(id, dd_str_from(names[i].name)))
			return dd_str_from(names[i].release_id);
	return id;
}

enum dd_code dd_grype_system_key(const struct dd_grype_system *s, struct dd_arena *a, struct dd_str *ret,
				 struct dd_err *err)
{
	struct dd_str id = id_of(s), release = release_of(s, a);
	const struct dd_str parts[] = { s->name, s->release_id, s->major, s->minor, s->label, s->codename, s->channel };
	for (size_t i = 0; i < DD_COUNT(parts); i++)
		if (parts[i].n > 100)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a system's name of %zu bytes", parts[i].n);
	if (!id.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a system without a name");
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(channels) && s->channel.n; i++)
		if (dd_str_eq_nocase(id, dd_str_from(channels[i].release_id)) &&
		    dd_str_eq_nocase(s->channel, dd_str_from(channels[i].channel))) {
			const char *lts = dd_str_eq_c(id, "ubuntu") ? ":LTS" : "";
			struct dd_str osv = dd_arena_printf(a, "%s%.*s%s", channels[i].osv, DD_FMT(release), lts);
			DD_TRY(osv.p ? dd_ecosystem_from_osv(osv, a, ret, err) : dd_fail_nomem(err));
		}
	if (!s->channel.n)
		DD_TRY(dd_ecosystem_from_os(id, release, a, ret, err));
	if (ret->n)
		return DD_OK;
	struct dd_str text = dd_arena_printf(a, "%.*s:%.*s%s%.*s", DD_FMT(id), DD_FMT(release), s->channel.n ? "+" : "",
					     DD_FMT(s->channel));
	return text.p ? lower(text, a, ret, err) : dd_fail_nomem(err);
}

enum dd_code dd_grype_language_key(struct dd_str ecosystem, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(languages); i++)
		if (dd_str_eq_nocase(ecosystem, dd_str_from(languages[i].type))) {
			*ret = dd_str_from(languages[i].key);
			return DD_OK;
		}
	if (!ecosystem.n || ecosystem.n > 100)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no ecosystem: %s", DD_QUOTE(ecosystem));
	return lower(ecosystem, a, ret, err);
}
