/* SPDX-License-Identifier: Apache-2.0 */
/* Releases: from what OSV and os-release write to the part of the key behind the colon.
 *
 * Two releases must never share a key when their packages differ: an update for RHEL 9.2 EUS is not one for RHEL 9, a
 * fix for Ubuntu Pro subscribers none for Ubuntu. Where OSV splits what installs as one thing (SUSE's modules of one
 * service pack), the key joins it.
 *
 * Source: OSV schema 1.7, "Defined ecosystems"; os-release(5); each distribution's own os-release files. */
#include "version/ecosystem_rules.h"

static void key_add(struct dd_key *k, struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = dd_lower(s.p[i]);
		bool fits = k->n + 1 < sizeof k->text;
		if (!fits || (!dd_is_digit(c) && !(c >= 'a' && c <= 'z') && !(c && strchr("._+/:-", c)))) {
			k->bad = true;
			return;
		}
		k->text[k->n++] = c;
	}
}

static bool key_release(struct dd_key *k, struct dd_str name, struct dd_str release)
{
	key_add(k, name);
	key_add(k, DD_STR(":"));
	key_add(k, release);
	return release.n > 0 && !k->bad;
}

static bool starts_nocase(struct dd_str s, const char *prefix, struct dd_str *ret_rest)
{
	size_t n = strlen(prefix);
	if (s.n < n || !dd_str_eq_nocase(dd_str_take(s, n), dd_str_from(prefix)))
		return false;
	*ret_rest = dd_str_skip(s, n);
	return true;
}

static size_t digits_at(struct dd_str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && dd_is_digit(s.p[at + n]))
		n++;
	return n;
}

/* The first one or two numbers of "15.5.1"; what follows must be the end or start with a dot, hyphen, underscore. */
static bool split_release(struct dd_str s, struct dd_str *ret_major, struct dd_str *ret_minor)
{
	size_t major = digits_at(s, 0), end = major, minor = 0;
	if (major == 0)
		return false;
	if (end < s.n && s.p[end] == '.') {
		minor = digits_at(s, end + 1);
		end += minor ? 1 + minor : 0;
	}
	if (end < s.n && !strchr(".-_", s.p[end] ? s.p[end] : 'x'))
		return false;
	*ret_major = dd_str_take(s, major);
	*ret_minor = minor ? (struct dd_str){ s.p + major + 1, minor } : DD_STR("");
	return true;
}

static bool add_numbers(struct dd_key *k, struct dd_str name, struct dd_str major, struct dd_str minor)
{
	(void)key_release(k, name, major);
	key_add(k, DD_STR("."));
	key_add(k, minor.n ? minor : DD_STR("0"));
	return !k->bad;
}

bool dd_release_none(const char *name, struct dd_str text, struct dd_key *k)
{
	key_add(k, dd_str_from(name));
	return text.n == 0 && !k->bad;
}

bool dd_release_ignored(const char *name, struct dd_str text, struct dd_key *k)
{
	(void)text;
	key_add(k, dd_str_from(name));
	return !k->bad;
}

bool dd_release_whole(const char *name, struct dd_str text, struct dd_key *k)
{
	return key_release(k, dd_str_from(name), text);
}

bool dd_release_major(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str major, minor;
	return split_release(text, &major, &minor) && key_release(k, dd_str_from(name), major);
}

bool dd_release_minor(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str major, minor;
	return split_release(text, &major, &minor) && add_numbers(k, dd_str_from(name), major, minor);
}

bool dd_release_alpine(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str major, minor;
	if (dd_str_eq_c(text, "edge") || dd_str_search(text, DD_STR("_alpha")) < text.n)
		return key_release(k, dd_str_from(name), DD_STR("edge"));
	if (text.n && text.p[0] == 'v')
		text = dd_str_skip(text, 1);
	return split_release(text, &major, &minor) && minor.n && add_numbers(k, dd_str_from(name), major, minor);
}

/* Up to sarge a release had two numbers. Testing and unstable have no number, images of theirs no VERSION_ID but
 * "trixie/sid" in debian_version; both are judged by what unstable has. */
static const struct {
	const char *codename, *release;
} debian_codenames[] = {
	{ "hamm", "2.0" },  { "slink", "2.1" }, { "potato", "2.2" },  { "woody", "3.0" },    { "sarge", "3.1" },
	{ "etch", "4" },    { "lenny", "5" },	{ "squeeze", "6" },   { "wheezy", "7" },     { "jessie", "8" },
	{ "stretch", "9" }, { "buster", "10" }, { "bullseye", "11" }, { "bookworm", "12" },  { "trixie", "13" },
	{ "forky", "14" },  { "duke", "15" },	{ "sid", "sid" },     { "unstable", "sid" }, { "testing", "sid" },
	{ "", "sid" },
};

bool dd_release_debian(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str major, minor;
	uint64_t number;
	if (dd_str_ends(text, DD_STR("/sid")))
		text = DD_STR("sid");
	for (size_t i = 0; i < DD_COUNT(debian_codenames); i++)
		if (dd_str_eq_c(text, debian_codenames[i].codename))
			return key_release(k, dd_str_from(name), dd_str_from(debian_codenames[i].release));
	if (!split_release(text, &major, &minor) || !dd_str_u64(major, UINT32_MAX, &number))
		return false;
	return number <= 3 ? add_numbers(k, dd_str_from(name), major, minor) : key_release(k, dd_str_from(name), major);
}

/* "22.04:LTS", "23.10", "Pro:18.04:LTS", "Pro:FIPS-updates:20.04:LTS", "Pro:22.04:LTS:Realtime:Kernel",
 * "22.04:LTS:for:NVIDIA:BlueField": the words other than LTS, "for" and "Kernel" say what kind of Ubuntu, and go into
 * the name. */
bool dd_release_ubuntu(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str part, number = DD_STR(""), major, minor;
	key_add(k, dd_str_from(name));
	while (dd_str_next(&text, ':', &part)) {
		if (part.n && dd_is_digit(part.p[0]) && number.n == 0) {
			number = part;
		} else if (!dd_str_eq_c(part, "LTS") && !dd_str_eq_c(part, "for") && !dd_str_eq_c(part, "Kernel")) {
			key_add(k, DD_STR("-"));
			key_add(k, part);
		}
	}
	if (!split_release(number, &major, &minor) || minor.n == 0)
		return false;
	key_add(k, DD_STR(":"));
	key_add(k, major);
	key_add(k, DD_STR("."));
	key_add(k, minor);
	return !k->bad;
}

bool dd_release_ubuntu_core(const char *name, struct dd_str text, struct dd_key *k)
{
	uint64_t year;
	key_add(k, dd_str_from(name));
	if (!dd_str_u64(text, 99, &year) || text.n != 2)
		return false;
	key_add(k, DD_STR(":"));
	key_add(k, text);
	key_add(k, DD_STR(".04"));
	return !k->bad;
}

/* The text is a CPE's product, version, update and edition: "enterprise_linux:9::appstream". The streams with longer
 * support have the minor release in the version and builds of their own. Everything else (OpenShift, software
 * collections, extras …) is kept apart whole, as an installed package does not tell which of them it came from. */
static const struct {
	const char *product, *name;
	bool minor;
} redhat_products[] = {
	{ "enterprise_linux", "redhat", false },
	{ "rhel_eus", "redhat-eus", true },
	{ "enterprise_linux_eus", "redhat-eus", true },
	{ "rhel_eus_long_life", "redhat-e4s", true },
	{ "rhel_e4s", "redhat-e4s", true },
	{ "rhel_aus", "redhat-aus", true },
	{ "rhel_tus", "redhat-tus", true },
	{ "rhel_els", "redhat-els", false },
};

bool dd_release_redhat(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str rest = text, product, version = DD_STR(""), major, minor;
	(void)name;
	if (!dd_str_next(&rest, ':', &product))
		return false;
	(void)dd_str_next(&rest, ':', &version);
	for (size_t i = 0; i < DD_COUNT(redhat_products); i++) {
		if (!dd_str_eq_c(product, redhat_products[i].product))
			continue;
		struct dd_str to = dd_str_from(redhat_products[i].name);
		if (!split_release(version, &major, &minor))
			return false;
		return redhat_products[i].minor ? add_numbers(k, to, major, minor) : key_release(k, to, major);
	}
	return key_release(k, DD_STR("redhat-other"), text);
}

/* "Linux Enterprise Server 15 SP5-LTSS", "Linux Enterprise Module for Basesystem 15 SP5", "Package Hub 15 SP5": all
 * that carries a service pack is built for it, so products and modules join. The number is the last one that stands
 * alone, " SP5" behind it its service pack. */
static bool suse_numbers(struct dd_str text, struct dd_str *ret_major, struct dd_str *ret_minor)
{
	struct dd_str word, major, minor;
	bool found = false;
	for (struct dd_str rest = text; dd_str_next(&rest, ' ', &word);) {
		struct dd_str pack;
		if (split_release(word, &major, &minor)) {
			*ret_major = major;
			*ret_minor = minor;
			found = true;
		} else if (found && starts_nocase(word, "SP", &pack) && digits_at(pack, 0)) {
			*ret_minor = dd_str_take(pack, digits_at(pack, 0));
		}
	}
	return found;
}

static const struct {
	const char *product, *name;
} suse_products[] = {
	{ "Linux Enterprise Micro ", "sle-micro" },
	{ "Linux Micro ", "sle-micro" },
	{ "Linux Enterprise ", "sles" },
	{ "Package Hub ", "sles" },
	{ "Leap Micro ", "opensuse-leap-micro" },
	{ "Leap ", "opensuse-leap" },
};

static bool suse_key(struct dd_str text, struct dd_key *k)
{
	struct dd_str rest, major, minor;
	for (size_t i = 0; i < DD_COUNT(suse_products); i++)
		if (starts_nocase(text, suse_products[i].product, &rest))
			return suse_numbers(rest, &major, &minor) &&
			       add_numbers(k, dd_str_from(suse_products[i].name), major, minor);
	return false;
}

bool dd_release_suse(const char *name, struct dd_str text, struct dd_key *k)
{
	(void)name;
	return suse_key(text, k);
}

bool dd_release_opensuse(const char *name, struct dd_str text, struct dd_key *k)
{
	(void)name;
	if (!dd_str_eq_nocase(text, DD_STR("Tumbleweed")))
		return suse_key(text, k);
	key_add(k, DD_STR("opensuse-tumbleweed"));
	return !k->bad;
}

bool dd_release_amazon(const char *name, struct dd_str text, struct dd_key *k)
{
	struct dd_str major, minor;
	uint64_t year;
	if (!split_release(text, &major, &minor) || !dd_str_u64(major, 9999, &year))
		return false;
	/* Amazon Linux 1 was released as 2010.11 to 2018.03; from 2022 on the year alone is the release. */
	bool first = year >= 2010 && year <= 2018 && minor.n;
	return first ? add_numbers(k, dd_str_from(name), major, minor) : key_release(k, dd_str_from(name), major);
}

/* VERSION_ID is "22.03" for all service packs, VERSION "22.03 (LTS-SP3)". */
bool dd_release_openeuler(const char *name, struct dd_str text, struct dd_key *k)
{
	size_t open = dd_str_find(text, '(');
	if (open == text.n)
		return key_release(k, dd_str_from(name), text);
	struct dd_str pack = dd_str_skip(text, open + 1);
	if (!key_release(k, dd_str_from(name), dd_str_trim(dd_str_take(text, open))) || !dd_str_ends(pack, DD_STR(")")))
		return false;
	key_add(k, DD_STR("-"));
	key_add(k, dd_str_take(pack, pack.n - 1));
	return !k->bad;
}
