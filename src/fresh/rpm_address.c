/* SPDX-License-Identifier: Apache-2.0 */
/* Variables of the addresses of rpm's repositories: $name or ${name}, letters, digits and "_".
 *
 *   arch, basearch   of most packages: x86_64, and i386 for i686 (dnf.conf(5) "VARIABLES"; libdnf's table)
 *   releasever       the version of the package that provides system-release, which for most is VERSION_ID or, in the
 *                    family of Enterprise Linux, its part before the dot
 *   others           files of etc/dnf/vars and etc/yum/vars
 *
 * tdnf (Photon) puts values in the place of "$releasever" wherever it stands, in "$releasever_$basearch", too: a name
 * that is not known is tried by its beginning. */
#include "fresh/rpm_address.h"

#include "base/buf.h"

enum { ADDRESS_MAX = 1024 };

struct dd_str dd_rpm_basearch(const struct dd_inventory *inv)
{
	static const struct {
		const char *arch, *base;
	} known[] = {
		{ "x86_64", "x86_64" },	  { "aarch64", "aarch64" }, { "ppc64le", "ppc64le" }, { "s390x", "s390x" },
		{ "riscv64", "riscv64" }, { "armv7hl", "armhfp" },  { "i686", "i386" },	      { "i586", "i386" },
	};
	size_t n[DD_COUNT(known)] = { 0 }, best = 0;
	for (size_t i = 0; i < inv->n_packages; i++)
		for (size_t k = 0; inv->packages[i].system && k < DD_COUNT(known); k++)
			n[k] += dd_str_eq_c(inv->packages[i].package.arch, known[k].arch);
	for (size_t k = 1; k < DD_COUNT(known); k++)
		if (n[k] > n[best])
			best = k;
	return dd_str_from(n[best] ? known[best].base : "");
}

static struct dd_str release_version(const struct dd_inventory *inv)
{
	static const char *const major[] = { "almalinux", "rocky", "centos", "rhel", "ol", "redhat" };
	const struct dd_os *os = &inv->os;
	for (size_t i = 0; dd_str_eq_c(os->id, "amzn") && i < inv->n_packages; i++) {
		struct dd_str v = inv->packages[i].package.version;
		if (inv->packages[i].system && dd_str_eq_c(inv->packages[i].package.name, "system-release"))
			return dd_str_take(v, dd_str_find(v, '-'));
	}
	for (size_t i = 0; i < DD_COUNT(major); i++)
		if (dd_str_eq_c(os->id, major[i]))
			return dd_str_take(os->version, dd_str_find(os->version, '.'));
	return os->version;
}

static bool lookup(const struct dd_inventory *inv, struct dd_str name, struct dd_str *ret)
{
	for (size_t i = 0; i < inv->n_repositories; i++) {
		const struct dd_repository *r = &inv->repositories[i];
		if (!dd_str_eq_c(r->type, "rpm-var") || !dd_str_eq(r->url, name))
			continue;
		*ret = r->suite;
		return true;
	}
	if (dd_str_eq_c(name, "releasever"))
		*ret = release_version(inv);
	else if (dd_str_eq_c(name, "basearch") || dd_str_eq_c(name, "arch"))
		*ret = dd_rpm_basearch(inv);
	else
		return false;
	return ret->n > 0;
}

static bool is_name_char(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_';
}

/* The variable at the "$" that s begins with; gives how much of s it takes. */
static size_t substitute(const struct dd_inventory *inv, struct dd_str s, struct dd_str *ret)
{
	bool brace = s.n > 1 && s.p[1] == '{';
	struct dd_str name = dd_str_skip(s, brace ? 2 : 1);
	size_t n = 0;
	while (n < name.n && n < 64 && is_name_char(name.p[n]))
		n++;
	if (brace)
		return n && n < name.n && name.p[n] == '}' && lookup(inv, dd_str_take(name, n), ret) ? n + 3 : 0;
	for (; n; n--)
		if (lookup(inv, dd_str_take(name, n), ret))
			return n + 1;
	return 0;
}

enum dd_code dd_rpm_address(const struct dd_inventory *inv, struct dd_str s, struct dd_arena *a, struct dd_str *ret,
			    struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(ADDRESS_MAX);
	struct dd_str all = s;
	while (s.n) {
		size_t plain = dd_str_find(s, '$'), n;
		struct dd_str value;
		(void)dd_buf_add_str(&out, dd_str_take(s, plain));
		s = dd_str_skip(s, plain);
		if (!s.n)
			break;
		n = substitute(inv, s, &value);
		if (!n)
			return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "what %s stands for is not known",
				       DD_QUOTE(dd_str_take(s, 32)));
		(void)dd_buf_add_str(&out, value);
		s = dd_str_skip(s, n);
	}
	if (out.failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the address %s is too long",
			       DD_QUOTE(dd_str_take(all, 100)));
	struct dd_str url = dd_buf_str(&out);
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	/* The host vouches for what nobody signed: no plain http. */
	struct dd_str http = DD_STR("http://");
	bool plain = dd_str_starts(url, http);
	*ret = dd_arena_printf(a, "%s%.*s", plain ? "https://" : "", DD_FMT(plain ? dd_str_skip(url, http.n) : url));
	return ret->p ? DD_OK : dd_fail_nomem(err);
}
