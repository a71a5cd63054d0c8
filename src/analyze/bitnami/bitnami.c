/* SPDX-License-Identifier: Apache-2.0 */
/* What Bitnami put into /opt/bitnami: each component brings an SPDX 2.3 document beside it,
 *
 *   opt/bitnami/nginx/.spdx-nginx.spdx
 *   { "packages": [ { "name": "nginx", "versionInfo": "1.25.3-1", "licenseDeclared": "BSD-2-Clause",
 *       "externalRefs": [ { "referenceType": "purl", "referenceLocator": "pkg:bitnami/nginx@1.25.3-1?arch=amd64&…" },
 *                         { "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:*:F5_Networks:nginx:1.25.3:…" }
 * ] }, … ] }
 *
 * A package is what its package URL says: those of type bitnami, and the modules that were linked into a program
 * (golang, maven …). Packages without one are remarks; those of distributions (deb, rpm, apk) are in the image's own
 * database and are passed over. The version ends in Bitnami's own revision ("-1").
 *
 * A component is spoken for by its document: classifiers need not tell its programs again (DD_DEFINE_HOLDS), under the
 * names that they have for it.
 *
 * Source: github.com/bitnami/containers (SPDX in images), spdx.github.io/spdx-spec/v2.3. Limit: SPDX_BYTES_MAX. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define SPDX_BYTES_MAX (32 * DD_MIB) /* real ones stay below 1 MiB */

/* Programs that classifiers call otherwise than Bitnami, or that come as part of something else. */
static const struct {
	const char *bitnami, *program;
} programs[] = {
	{ "golang", "go" },
	{ "java-min", "java" },
	{ "jre", "java" },
	{ "libphp", "php" },
	{ "libpython", "python" },
	{ "mariadb-galera", "mariadb" },
	{ "mariadb-min", "mariadb" },
	{ "mysql-client", "mysql" },
	{ "node-min", "node" },
	{ "openresty", "nginx" },
	{ "php-min", "php" },
	{ "python-min", "python" },
	{ "ruby-min", "ruby" },
	{ "wordpress-multisite", "wordpress" },
};

static struct dd_str reference(const json_t *package, const char *type)
{
	const json_t *list = dd_json_arr(package, "externalRefs");
	for (size_t i = 0; i < dd_json_len(list); i++)
		if (dd_str_eq_c(dd_json_str(dd_json_at(list, i), "referenceType"), type))
			return dd_str_trim(dd_json_str(dd_json_at(list, i), "referenceLocator"));
	return DD_STR("");
}

static void tell_programs(struct dd_found *out, struct dd_str name)
{
	dd_found_define(out, DD_DEFINE_HOLDS, name, DD_STR(""));
	for (size_t i = 0; i < DD_COUNT(programs); i++)
		if (dd_str_eq_c(name, programs[i].bitnami))
			dd_found_define(out, DD_DEFINE_HOLDS, dd_str_from(programs[i].program), DD_STR(""));
}

static void set_details(struct dd_found *out, struct dd_package *p, const struct dd_purl *purl, const json_t *j)
{
	struct dd_str licence = dd_json_str(j, "licenseDeclared"), cpe = reference(j, "cpe23Type");
	struct dd_buf more DD_CLEANUP_BUF = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	if (!dd_str_eq_c(licence, "NOASSERTION") && !dd_str_eq_c(licence, "NONE"))
		p->licences = dd_third_party_text(out, licence);
	if (dd_str_starts(cpe, DD_STR("cpe:2.3:")) && dd_str_is_word(cpe) && cpe.n <= DD_FIELD_BYTES_MAX)
		p->cpe = dd_found_str(out, cpe);
	for (size_t i = 0; i < purl->n_qualifiers; i++) {
		const struct dd_purl_qualifier *q = &purl->qualifiers[i];
		if (dd_str_eq_c(q->key, "arch"))
			p->arch = q->value;
		if (dd_str_eq_c(q->key, "arch") || dd_str_eq_c(q->key, "distro"))
			dd_qualifiers_add(&more, dd_str_eq_c(q->key, "arch") ? "arch" : "distro", q->value);
	}
	p->qualifiers = dd_lines_take(out, &more);
}

static void add_package(void *context, struct dd_str member, const json_t *j, uint64_t at)
{
	struct dd_found *out = context;
	struct dd_str text = reference(j, "purl");
	struct dd_purl purl;
	(void)member;
	if (text.n == 0)
		return;
	struct dd_package *p =
		dd_third_party_purl(out, DD_PACKAGE_INSTALLED, text, dd_json_str(j, "versionInfo"), at, &purl);
	if (!p)
		return;
	set_details(out, p, &purl, j);
	if (dd_str_eq_c(p->type, "bitnami"))
		tell_programs(out, p->name);
}

static bool in_bitnami(struct dd_str path)
{
	static const struct dd_str root = { "opt/bitnami/", 12 };
	size_t at = dd_str_search(path, root);
	return at < path.n && (at == 0 || path.p[at - 1] == '/');
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "packages" };
	struct dd_json_section packages;
	if (!in_bitnami(in->path))
		return DD_OK;
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), &packages, err));
	dd_json_each(out, packages, add_package, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_AFFIX, ".spdx-", ".spdx", SPDX_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_bitnami = {
	.id = "bitnami",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "components of Bitnami (SPDX)",
	.purl_type = "bitnami",
	.match = match,
	.parse = parse,
};
