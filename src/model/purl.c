/* SPDX-License-Identifier: Apache-2.0 */
/* Grammar (ECMA-427):
 *     pkg:TYPE/NAMESPACE/NAME@VERSION?KEY=VALUE&KEY=VALUE
 * Every component is percent-encoded alone: letters, digits and . - _ ~ stay, the colon stays too (the specification's
 * own exception, so that a deb epoch reads 1:2.36), every other byte is %XX with capital digits: + is %2B, @ is %40.
 * Keys are sorted. A type's own rules:
 *   deb  namespace is the vendor, name lower case, the epoch belongs to the version
 *   apk  namespace is the vendor, name lower case
 *   rpm  namespace is the vendor, name keeps its case, the epoch is a qualifier and not in the version
 * Qualifiers written: arch, distro ("debian-12"), epoch (rpm), rpmmod (modularity label), upstream (the source package,
 * "NAME" or "NAME@VERSION", where it differs); upstream and rpmmod are the names that SBOM tools agree on. */
#include "model/purl.h"

#include "base/buf.h"
#include "base/limits.h"

/* os-release IDs whose vendor is called otherwise in package URLs; all the others are called by their ID. */
static const struct {
	const char *os_id, *namespace;
} vendors[] = {
	{ "rhel", "redhat" },
	{ "ol", "oracle" },
	{ "amzn", "amazon" },
	{ "sles", "suse" },
	{ "sled", "suse" },
	{ "sle-micro", "suse" },
	{ "sle_hpc", "suse" },
	{ "opensuse-leap", "opensuse" },
	{ "opensuse-tumbleweed", "opensuse" },
};

static struct dd_str vendor_of(struct dd_str os_id)
{
	for (size_t i = 0; i < DD_COUNT(vendors); i++)
		if (dd_str_eq_c(os_id, vendors[i].os_id))
			return dd_str_from(vendors[i].namespace);
	return os_id;
}

static bool stays(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':';
}

static void add_encoded(struct dd_buf *b, struct dd_str s, bool lower)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		char c = lower ? dd_lower(s.p[i]) : s.p[i];
		if (stays(c)) {
			(void)dd_buf_add_char(b, c);
			continue;
		}
		unsigned char byte = (unsigned char)c;
		char out[3] = { '%', hex[byte >> 4], hex[byte & 15] };
		(void)dd_buf_add(b, out, sizeof out);
	}
}

/* "2:1.0-3" → epoch "2", version "1.0-3"; no digits before a colon: no epoch. */
static struct dd_str cut_epoch(struct dd_str version, struct dd_str *ret_epoch)
{
	size_t colon = dd_str_find(version, ':');
	for (size_t i = 0; i < colon; i++)
		if (!dd_is_digit(version.p[i]))
			colon = version.n;
	if (colon == 0 || colon >= version.n)
		return version;
	*ret_epoch = dd_str_take(version, colon);
	return dd_str_skip(version, colon + 1);
}

/* The value is `a`, or "a<sep>b" where b is not empty. */
static void add_qualifier(struct dd_buf *b, bool *first, const char *key, struct dd_str a, char sep, struct dd_str more)
{
	if (a.n == 0)
		return;
	(void)dd_buf_add_char(b, *first ? '?' : '&');
	*first = false;
	(void)dd_buf_add_c(b, key);
	(void)dd_buf_add_char(b, '=');
	add_encoded(b, a, false);
	if (more.n == 0)
		return;
	add_encoded(b, (struct dd_str){ &sep, 1 }, false);
	add_encoded(b, more, false);
}

enum dd_code dd_purl_for(const struct dd_package *p, const struct dd_os *os, struct dd_arena *a, struct dd_str *ret)
{
	static const struct dd_str none = { "", 0 };
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(16 * DD_FIELD_BYTES_MAX);
	bool rpm = dd_str_eq_c(p->type, "rpm"), first = true;
	struct dd_str epoch = none, version = rpm ? cut_epoch(p->version, &epoch) : p->version;
	struct dd_str upstream = p->source_name, upstream_version = p->source_version;

	if (p->type.n == 0 || p->name.n == 0) {
		*ret = none;
		return DD_OK;
	}
	(void)dd_buf_add_c(&b, "pkg:");
	add_encoded(&b, p->type, true);
	(void)dd_buf_add_char(&b, '/');
	if (os->id.n) {
		add_encoded(&b, vendor_of(os->id), true);
		(void)dd_buf_add_char(&b, '/');
	}
	add_encoded(&b, p->name, !rpm);
	if (version.n) {
		(void)dd_buf_add_char(&b, '@');
		add_encoded(&b, version, false);
	}
	if (dd_str_eq(upstream_version, p->version) || dd_str_eq(upstream_version, version))
		upstream_version = none;
	if (upstream_version.n && upstream.n == 0)
		upstream = p->name;
	if (upstream_version.n == 0 && dd_str_eq(upstream, p->name))
		upstream = none;
	add_qualifier(&b, &first, "arch", p->arch, 0, none);
	add_qualifier(&b, &first, "distro", os->id, '-', os->version);
	add_qualifier(&b, &first, "epoch", epoch, 0, none);
	add_qualifier(&b, &first, "rpmmod", p->module, 0, none);
	add_qualifier(&b, &first, "upstream", upstream, '@', upstream_version);
	DD_TRY(dd_buf_check(&b, "package URL", NULL));
	struct dd_str copy = dd_arena_str(a, dd_buf_str(&b));
	if (!copy.p)
		return DD_ENOMEM;
	*ret = copy;
	return DD_OK;
}
