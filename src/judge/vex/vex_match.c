/* SPDX-License-Identifier: Apache-2.0 */
/* Does a product of a VEX document mean this package of this image?
 *
 * - A package's purl matches when type, namespace and name are equal, the version is if the product has one, and every
 *   qualifier of the product is the package's, too: a product that says less means more. "arch=source" (Ubuntu's
 *   documents) means the source package, whose name and version are compared then.
 * - An image is named by pkg:oci/NAME@sha256:… (or pkg:docker), by its digest, or by its reference as text. Without
 * parts a statement about it holds for everything in it, else for its parts.
 * - CSAF's relationships put a component into a product that is called by its CPE: a distribution release. Such a
 *   statement holds for that release only; a product that is no distribution says nothing about this image.
 * Sources: OpenVEX specification "Product identification"; CSAF 2.0 §3.2.3; PURL-SPECIFICATION; purl types oci, docker.
 */
#include "judge/vex/vex_read.h"

static bool qualifier_is(const struct dd_purl *p, struct dd_str key, struct dd_str value)
{
	for (size_t i = 0; i < p->n_qualifiers; i++)
		if (dd_str_eq(p->qualifiers[i].key, key))
			return dd_str_eq(p->qualifiers[i].value, value);
	return false;
}

static bool qualifiers_fit(const struct dd_purl *product, const struct dd_purl *package, bool source)
{
	for (size_t i = 0; i < product->n_qualifiers; i++) {
		struct dd_str key = product->qualifiers[i].key, value = product->qualifiers[i].value;
		if (source && dd_str_eq_c(key, "arch"))
			continue;
		if (!qualifier_is(package, key, value))
			return false;
	}
	return true;
}

/* The version of a purl leaves an rpm's epoch out, which is a qualifier there. */
static bool version_fits(struct dd_str wanted, const struct dd_package *p, const struct dd_purl *purl, bool source)
{
	if (wanted.n == 0)
		return true;
	if (!source)
		return dd_str_eq(wanted, purl->version);
	return dd_str_eq(wanted, p->source_version.n ? p->source_version : p->version);
}

static bool is_package(const struct dd_vex_component *c, const struct dd_installed *in, const struct dd_purl *purl)
{
	const struct dd_package *p = &in->package;
	if (!c->has_purl)
		return dd_str_eq(c->id, in->purl);
	bool source = qualifier_is(&c->purl, DD_STR("arch"), DD_STR("source"));
	struct dd_str name = source && p->source_name.n ? p->source_name : purl->name;
	return dd_str_eq(c->purl.type, purl->type) && dd_str_eq(c->purl.namespace, purl->namespace) &&
	       dd_str_eq(c->purl.name, name) && version_fits(c->purl.version, p, purl, source) &&
	       qualifiers_fit(&c->purl, purl, source);
}

/* "docker.io/library/nginx:1.27" → "nginx" */
static struct dd_str short_name(struct dd_str image)
{
	size_t at = dd_str_find(image, '@');
	struct dd_str s = dd_str_take(image, at);
	size_t slash = dd_str_rfind(s, '/');
	if (slash < s.n)
		s = dd_str_skip(s, slash + 1);
	return dd_str_take(s, dd_str_find(s, ':'));
}

static bool is_image(const struct dd_vex_component *c, const struct dd_target *t)
{
	const struct dd_purl *p = &c->purl;
	if (!c->has_purl)
		return c->id.n &&
		       (dd_str_eq(c->id, t->image) || dd_str_eq(c->id, t->digest) || dd_str_eq(c->id, t->name));
	if (!dd_str_eq_c(p->type, "oci") && !dd_str_eq_c(p->type, "docker"))
		return false;
	if (dd_str_starts(p->version, DD_STR("sha256:")))
		return dd_str_eq(p->version, t->digest) || dd_str_eq(p->version, t->config_digest);
	struct dd_str image = t->image, tag = dd_str_skip(image, dd_str_rfind(image, ':') + 1);
	return image.n && dd_str_eq(p->name, short_name(image)) && (p->version.n == 0 || dd_str_eq(p->version, tag));
}

/* CPEs of distributions: vendor and product. The version's parts that are given must be the image's. */
static const struct {
	const char *os_id, *vendor, *product;
} platforms[] = {
	{ "rhel", "redhat", "enterprise_linux" },
	{ "centos", "redhat", "enterprise_linux" },
	{ "rhel", "redhat", "rhel_eus" },
	{ "sles", "suse", "sles" },
	{ "sles", "suse", "suse_linux_enterprise_server" },
	{ "sles", "suse", "sle-module-basesystem" },
	{ "opensuse-leap", "opensuse", "leap" },
	{ "ubuntu", "canonical", "ubuntu_linux" },
	{ "debian", "debian", "debian_linux" },
	{ "ol", "oracle", "linux" },
	{ "almalinux", "almalinux", "almalinux" },
	{ "rocky", "rocky", "rocky" },
	{ "amzn", "amazon", "linux_2" },
	{ "alpine", "alpinelinux", "alpine_linux" },
	{ "fedora", "fedoraproject", "fedora" },
};

/* "cpe:/o:redhat:enterprise_linux:9::baseos" and "cpe:2.3:o:redhat:enterprise_linux:9:…" */
static bool platform_fits(struct dd_str cpe, const struct dd_os *os)
{
	struct dd_str rest = cpe, part, vendor = DD_STR(""), product = DD_STR(""), version = DD_STR("");
	size_t at = dd_str_starts(cpe, DD_STR("cpe:2.3:")) ? 3 : 2;
	for (size_t i = 0; dd_str_next(&rest, ':', &part); i++) {
		if (i == at)
			vendor = part;
		else if (i == at + 1)
			product = part;
		else if (i == at + 2)
			version = part;
	}
	for (size_t i = 0; i < DD_COUNT(platforms); i++) {
		if (!dd_str_eq_c(os->id, platforms[i].os_id) || !dd_str_eq_c(vendor, platforms[i].vendor) ||
		    !dd_str_eq_c(product, platforms[i].product))
			continue;
		if (version.n == 0 || dd_str_eq_c(version, "*") || dd_str_eq_c(version, "-"))
			return true;
		return dd_str_starts(os->version, version) &&
		       (os->version.n == version.n || os->version.p[version.n] == '.');
	}
	return false;
}

static bool product_fits(const struct dd_vex_product *p, const struct dd_inventory *inv, const struct dd_installed *in,
			 const struct dd_purl *purl)
{
	if (p->platform.n && !platform_fits(p->platform, &inv->os))
		return false;
	if (p->n_parts == 0)
		return is_package(&p->whole, in, purl) || is_image(&p->whole, &inv->target);
	if (!is_image(&p->whole, &inv->target))
		return false;
	for (size_t i = 0; i < p->n_parts; i++)
		if (is_package(&p->parts[i], in, purl))
			return true;
	return false;
}

bool dd_vex_speaks_of(const struct dd_vex_statement *s, const struct dd_inventory *inv, const struct dd_installed *in,
		      const struct dd_purl *purl)
{
	for (size_t i = 0; i < s->n_products; i++)
		if (product_fits(&s->products[i], inv, in, purl))
			return true;
	return false;
}
