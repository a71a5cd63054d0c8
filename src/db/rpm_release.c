/* SPDX-License-Identifier: Apache-2.0 */
#include "db/rpm_release.h"

#include "base/cleanup.h"
#include "version/ecosystem.h"

/* The release is what follows the name: "8", "15.5", "15 SP5". os_id NULL: OSV's name for it, with the rest. */
static const struct {
	const char *name, *os_id, *osv;
} names[] = {
	{ "Red Hat Enterprise Linux ", "rhel", NULL },
	{ "Oracle Linux ", "ol", NULL },
	{ "AlmaLinux ", "almalinux", NULL },
	{ "Rocky Linux ", "rocky", NULL },
	{ "CentOS Linux ", "centos", NULL },
	{ "Fedora ", "fedora", NULL },
	{ "Amazon Linux ", "amzn", NULL },
	{ "CBL-Mariner ", "mariner", NULL },
	{ "Azure Linux ", "azurelinux", NULL },
	{ "AzureLinux ", "azurelinux", NULL },
	{ "VMware Photon OS ", "photon", NULL },
	{ "Photon OS ", "photon", NULL },
	{ "Debian GNU/Linux ", "debian", NULL },
	{ "Debian ", "debian", NULL },
	{ "Ubuntu ", "ubuntu", NULL },
	{ "openSUSE ", NULL, "openSUSE:" },
	{ "SUSE ", NULL, "SUSE:" },
};

/* A tag and its release; os_id NULL: by the erratum's prefix. digits: of the version that follows the tag. */
static const struct {
	const char *tag, *os_id, *release;
} tags[] = {
	{ ".amzn2023", "amzn", "2023" }, { ".amzn2", "amzn", "2" },    { ".amzn1", "amzn", "2018.03" },
	{ ".azl", "azurelinux", NULL },	 { ".cm", "mariner", NULL },   { ".ph", "photon", NULL },
	{ ".fc", "fedora", NULL },	 { ".module+el", NULL, NULL }, { ".module_el", NULL, NULL },
	{ ".el", NULL, NULL },
};

static const struct {
	const char *prefix, *os_id;
} prefixes[] = {
	{ "ALSA-", "almalinux" }, { "ALBA-", "almalinux" }, { "ALEA-", "almalinux" }, { "RLSA-", "rocky" },
	{ "RXSA-", "rocky" },	  { "RLBA-", "rocky" },	    { "RLEA-", "rocky" },     { "ELSA-", "ol" },
	{ "ELBA-", "ol" },	  { "ELEA-", "ol" },	    { "RHSA-", "rhel" },      { "RHBA-", "rhel" },
	{ "RHEA-", "rhel" },	  { "CESA-", "centos" },    { "FEDORA-", "fedora" },
};

enum dd_code dd_rpm_key_of_name(struct dd_str name, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	*ret = DD_STR("");
	name = dd_str_trim(name);
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		struct dd_str prefix = dd_str_from(names[i].name), rest = dd_str_skip(name, prefix.n);
		if (!dd_str_starts(name, prefix) || rest.n > 100)
			continue;
		if (names[i].os_id)
			return dd_ecosystem_from_os(dd_str_from(names[i].os_id),
						    dd_str_take(rest, dd_str_find(rest, ' ')), a, ret, err);
		struct dd_str osv = dd_arena_printf(a, "%s%.*s", names[i].osv, DD_FMT(rest));
		return osv.p ? dd_ecosystem_from_osv(osv, a, ret, err) : dd_fail_nomem(err);
	}
	return DD_OK;
}

static struct dd_str os_of(struct dd_str id)
{
	for (size_t i = 0; i < DD_COUNT(prefixes); i++)
		if (dd_str_starts(id, dd_str_from(prefixes[i].prefix)))
			return dd_str_from(prefixes[i].os_id);
	return DD_STR("");
}

/* ".fc39" → "39"; ".azl3" → "3.0": its releases and Photon's are written so. */
static struct dd_str digits_at(struct dd_str s, bool minor, struct dd_arena *a)
{
	size_t n = 0;
	while (n < s.n && n < 4 && dd_is_digit(s.p[n]))
		n++;
	return n == 0 ? DD_STR("") : minor ? dd_arena_printf(a, "%.*s.0", (int)n, s.p) : dd_str_take(s, n);
}

enum dd_code dd_rpm_key_of_build(struct dd_str id, struct dd_str version, struct dd_arena *a, struct dd_str *ret,
				 struct dd_err *err)
{
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(tags); i++) {
		struct dd_str tag = dd_str_from(tags[i].tag);
		size_t at = dd_str_search(version, tag);
		if (at == version.n)
			continue;
		struct dd_str os_id = tags[i].os_id ? dd_str_from(tags[i].os_id) : os_of(id);
		bool minor = tags[i].os_id && !dd_str_eq_c(os_id, "fedora");
		struct dd_str release = tags[i].release ? dd_str_from(tags[i].release)
							: digits_at(dd_str_skip(version, at + tag.n), minor, a);
		if (os_id.n && release.n)
			return dd_ecosystem_from_os(os_id, release, a, ret, err);
	}
	return DD_OK;
}
