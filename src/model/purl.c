/* SPDX-License-Identifier: Apache-2.0 */
/* A package's own package URL. The namespace of a distribution's package is its vendor; of others it is what stands in
 * front of the name: npm "@scope/name", maven "group:artifact", golang "host/path/name", composer "vendor/name", github
 * "owner/repository/subpath"; of a pod "Name/Subspec" the rest is the subpath.
 * deb and apk keep the epoch in the version, rpm has it as a qualifier.
 * Qualifiers written for packages of distributions: arch, distro ("debian-12"), epoch (rpm), rpmmod (modularity label),
 * upstream (the source package, "NAME" or "NAME@VERSION", where it differs); upstream and rpmmod are the names that
 * SBOM tools agree on. All others are the package's own. */
#include "model/purl.h"

#include "base/limits.h"
#include "model/purl_parts.h"
#include "model/purl_types.h"

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

/* A purl in the making; its qualifiers may be more than fit. */
struct making {
	struct dd_purl purl;
	struct dd_purl_qualifier qualifiers[DD_PURL_QUALIFIERS_MAX];
	struct dd_arena *a;
	bool failed;
};

static struct dd_str vendor_of(struct dd_str os_id)
{
	for (size_t i = 0; i < DD_COUNT(vendors); i++)
		if (dd_str_eq_c(os_id, vendors[i].os_id))
			return dd_str_from(vendors[i].namespace);
	return os_id;
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

/* The first one of a name counts: what drydock says itself stands in front of the package's own. */
static void add_qualifier(struct making *m, struct dd_str key, struct dd_str value)
{
	size_t n = m->purl.n_qualifiers;
	if (value.n == 0 || !dd_purl_is_key(key) || n == DD_PURL_QUALIFIERS_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq_nocase(m->qualifiers[i].key, key))
			return;
	m->qualifiers[n] = (struct dd_purl_qualifier){ key, value };
	m->purl.n_qualifiers++;
}

/* "a" or "a<sep>b". */
static struct dd_str joined(struct making *m, struct dd_str a, char sep, struct dd_str b)
{
	if (a.n == 0 || b.n == 0)
		return a;
	char *out = dd_arena_alloc(m->a, a.n + b.n + 2);
	if (!out) {
		m->failed = true;
		return a;
	}
	memcpy(out, a.p, a.n);
	out[a.n] = sep;
	memcpy(out + a.n + 1, b.p, b.n);
	return (struct dd_str){ out, a.n + b.n + 1 };
}

/* The package is of another distribution than the image and says so itself: what a snap was made from. */
static struct dd_str own_distro(struct dd_str qualifiers)
{
	static const struct dd_str key = { "distro=", 7 };
	struct dd_str line;
	while (dd_str_line(&qualifiers, &line))
		if (dd_str_starts(line, key))
			return dd_str_skip(line, key.n);
	return (struct dd_str){ "", 0 };
}

static void describe_system(struct making *m, const struct dd_package *p, const struct dd_os *os)
{
	static const struct dd_str none = { "", 0 };
	bool rpm = dd_str_eq_c(p->type, "rpm");
	struct dd_str epoch = none, version = rpm ? cut_epoch(p->version, &epoch) : p->version;
	struct dd_str upstream = p->source_name, upstream_version = p->source_version;

	struct dd_str distro = own_distro(p->qualifiers);
	m->purl.namespace = vendor_of(distro.n ? dd_str_take(distro, dd_str_rfind(distro, '-')) : os->id);
	m->purl.version = version;
	if (dd_str_eq(upstream_version, p->version) || dd_str_eq(upstream_version, version))
		upstream_version = none;
	if (upstream_version.n && upstream.n == 0)
		upstream = p->name;
	if (upstream_version.n == 0 && dd_str_eq(upstream, p->name))
		upstream = none;
	add_qualifier(m, DD_STR("arch"), p->arch);
	add_qualifier(m, DD_STR("distro"), distro.n ? distro : joined(m, os->id, '-', os->version));
	add_qualifier(m, DD_STR("epoch"), epoch);
	add_qualifier(m, DD_STR("rpmmod"), p->module);
	add_qualifier(m, DD_STR("upstream"), joined(m, upstream, '@', upstream_version));
}

static void split_name(struct making *m, const struct dd_package *p, const struct dd_purl_type *t)
{
	struct dd_str name = p->name;
	size_t first = dd_str_find(name, '/'), last = t->separator ? dd_str_rfind(name, t->separator) : name.n;
	if (dd_str_eq_c(p->type, "github") && first < name.n) {
		struct dd_str rest = dd_str_skip(name, first + 1);
		size_t end = dd_str_find(rest, '/');
		m->purl.namespace = dd_str_take(name, first);
		m->purl.name = dd_str_take(rest, end);
		m->purl.subpath = dd_str_skip(rest, end + 1);
	} else if (dd_str_eq_c(p->type, "cocoapods")) {
		m->purl.name = dd_str_take(name, first);
		m->purl.subpath = dd_str_skip(name, first + 1);
	} else if (last + 1 < name.n) {
		m->purl.namespace = dd_str_take(name, last);
		m->purl.name = dd_str_skip(name, last + 1);
	}
}

static enum dd_code finish(struct making *m, const struct dd_purl_type *t, struct dd_str *ret)
{
	if (m->failed)
		return DD_ENOMEM;
	enum dd_code code =
		t->keep_case ? dd_purl_clean(&m->purl, m->a, NULL) : dd_purl_canonical(&m->purl, m->a, NULL);
	if (code == DD_OK)
		return dd_purl_build(&m->purl, m->a, ret, NULL);
	if (code == DD_EPARSE) /* the type is no word */
		*ret = (struct dd_str){ "", 0 };
	return code == DD_EPARSE ? DD_OK : code;
}

enum dd_code dd_purl_for(const struct dd_package *p, const struct dd_os *os, struct dd_arena *a, struct dd_str *ret)
{
	struct making m = { .a = a };
	const struct dd_purl_type *t = dd_purl_type(p->type);
	struct dd_str rest = p->qualifiers, line;
	if (p->type.n == 0 || p->name.n == 0) {
		*ret = (struct dd_str){ "", 0 };
		return DD_OK;
	}
	m.purl = (struct dd_purl){ .type = p->type, .name = p->name, .version = p->version };
	m.purl.qualifiers = m.qualifiers;
	if (t->system)
		describe_system(&m, p, os);
	else
		split_name(&m, p, t);
	while (dd_str_line(&rest, &line)) {
		size_t equals = dd_str_find(line, '=');
		add_qualifier(&m, dd_str_take(line, equals), dd_str_skip(line, equals + 1));
	}
	return finish(&m, t, ret);
}
