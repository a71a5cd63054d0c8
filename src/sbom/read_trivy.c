/* SPDX-License-Identifier: Apache-2.0 */
/* Trivy's JSON report, schema version 2 (https://github.com/aquasecurity/trivy, pkg/types/report.go).
 * Read are Results[].Packages (there with --list-all-pkgs, since 0.57 always), Metadata.OS, the image's digests and
 * layers. A report that lists only vulnerabilities says nothing of the packages without any: that is a problem.
 * Epoch, release and version are apart: "Epoch":1,"Version":"2.36","Release":"9" is 1:2.36-9. Without an Identifier
 * (before 0.49) the package URL is made of the result's type. */
#include <stdio.h>

#include "model/purl.h"
#include "sbom/sbom_parts.h"

struct result {
	struct dd_str type, class, target;
};

static enum dd_code joined_version(struct dd_sbom_reading *r, const json_t *j, const char *epoch_key,
				   const char *version_key, const char *release_key, struct dd_str *ret)
{
	struct dd_str version = dd_json_str(j, version_key), release = dd_json_str(j, release_key);
	char epoch[24] = "";
	int64_t number;
	*ret = DD_STR("");
	if (dd_json_int(j, epoch_key, &number) && number > 0)
		(void)snprintf(epoch, sizeof epoch, "%lld:", (long long)number);
	if (version.n == 0)
		return DD_OK;
	*ret = dd_arena_printf(&r->inv->arena, "%s%.*s%s%.*s", epoch, DD_FMT(version), release.n ? "-" : "",
			       DD_FMT(release));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

/* The result's type → purl type, for reports without package URLs. Systems are told by Class os-pkgs. */
static const struct {
	const char *type, *purl;
} purl_types[] = {
	{ "debian", "deb" },
	{ "ubuntu", "deb" },
	{ "alpine", "apk" },
	{ "wolfi", "apk" },
	{ "chainguard", "apk" },
	{ "redhat", "rpm" },
	{ "centos", "rpm" },
	{ "alma", "rpm" },
	{ "rocky", "rpm" },
	{ "oracle", "rpm" },
	{ "amazon", "rpm" },
	{ "fedora", "rpm" },
	{ "photon", "rpm" },
	{ "suse linux enterprise server", "rpm" },
	{ "opensuse.leap", "rpm" },
	{ "opensuse-leap", "rpm" },
	{ "cbl-mariner", "rpm" },
	{ "azurelinux", "rpm" },
	{ "npm", "npm" },
	{ "node-pkg", "npm" },
	{ "yarn", "npm" },
	{ "pnpm", "npm" },
	{ "bun", "npm" },
	{ "python-pkg", "pypi" },
	{ "pip", "pypi" },
	{ "pipenv", "pypi" },
	{ "poetry", "pypi" },
	{ "uv", "pypi" },
	{ "gemspec", "gem" },
	{ "bundler", "gem" },
	{ "jar", "maven" },
	{ "pom", "maven" },
	{ "gradle", "maven" },
	{ "gobinary", "golang" },
	{ "gomod", "golang" },
	{ "cargo", "cargo" },
	{ "rustbinary", "cargo" },
	{ "composer", "composer" },
	{ "composer-vendor", "composer" },
	{ "nuget", "nuget" },
	{ "dotnet-core", "nuget" },
};

static enum dd_code make_purl(struct dd_sbom_reading *r, const struct result *in, const struct dd_sbom_entry *e,
			      struct dd_str *ret)
{
	for (size_t i = 0; i < DD_COUNT(purl_types); i++) {
		if (!dd_str_eq_c(in->type, purl_types[i].type))
			continue;
		struct dd_package p = {
			.type = dd_str_from(purl_types[i].purl), .name = e->name, .version = e->version, .arch = e->arch
		};
		struct dd_os os = { .id = in->type };
		enum dd_code code = dd_purl_for(&p, &os, &r->inv->arena, ret);
		return code == DD_OK || code == DD_ELIMIT ? DD_OK : dd_fail_nomem(r->err);
	}
	return DD_OK;
}

static enum dd_code licences(struct dd_sbom_reading *r, const json_t *j, struct dd_str *ret)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	const json_t *list = dd_json_arr(j, "Licenses");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str text = dd_json_text(dd_json_at(list, i));
		if (text.n && b.n + text.n < DD_FIELD_BYTES_MAX)
			(void)dd_buf_addf(&b, "%s%.*s", b.n ? "\n" : "", DD_FMT(text));
	}
	DD_TRY(dd_buf_check(&b, "licences", r->err));
	return dd_sbom_copy(r, dd_buf_str(&b), ret);
}

static enum dd_code property(struct dd_sbom_reading *r, const char *name, struct dd_str value)
{
	return value.n ? dd_sbom_add_property(r, dd_str_from(name), value) : DD_OK;
}

static enum dd_code places(struct dd_sbom_reading *r, const struct result *in, const json_t *j)
{
	const json_t *layer = dd_json_obj(j, "Layer");
	struct dd_str path = dd_json_str(j, "FilePath"), diff_id = dd_json_str(layer, "DiffID");
	bool file = !dd_str_eq_c(in->class, "os-pkgs");
	DD_TRY(property(r, "aquasecurity:trivy:FilePath", path.n || !file ? path : in->target));
	DD_TRY(property(r, "aquasecurity:trivy:LayerDiffID", diff_id));
	return diff_id.n ? DD_OK : property(r, "aquasecurity:trivy:LayerDigest", dd_json_str(layer, "Digest"));
}

/* References are unique by result only ("lodash@4.17.4" of two lock files): the result's number is put before them. */
static enum dd_code package_ref(struct dd_sbom_reading *r, size_t result, struct dd_str id, struct dd_str *ret)
{
	*ret = dd_arena_printf(&r->inv->arena, "%zu/%.*s", result, DD_FMT(id));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static enum dd_code package(struct dd_sbom_reading *r, const struct result *in, size_t result, const json_t *j,
			    uint64_t at)
{
	struct dd_sbom_entry e = { .role = DD_SBOM_PACKAGE, .at = at };
	struct dd_str id = dd_json_str(j, "ID"), purl = dd_json_str(dd_json_obj(j, "Identifier"), "PURL");
	if (!json_is_object(j))
		return dd_sbom_problem(r, at, "a package is not an object");
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "Name"), &e.name));
	DD_TRY(joined_version(r, j, "Epoch", "Version", "Release", &e.version));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "Arch"), &e.arch));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "SrcName"), &e.source_name));
	DD_TRY(joined_version(r, j, "SrcEpoch", "SrcVersion", "SrcRelease", &e.source_version));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "Modularitylabel"), &e.module));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "Maintainer"), &e.maintainer));
	DD_TRY(licences(r, j, &e.licences));
	DD_TRY(dd_sbom_copy(r, purl, &e.purl));
	if (e.purl.n == 0)
		DD_TRY(make_purl(r, in, &e, &e.purl));
	if (e.name.n == 0)
		DD_TRY(dd_sbom_fault(r, at, "a package has no name"));
	e.optional = dd_json_bool(j, "Dev");
	if (id.n)
		DD_TRY(package_ref(r, result, id, &e.ref));
	DD_TRY(places(r, in, j));
	DD_TRY(dd_sbom_add_entry(r, &e));
	const json_t *needs = dd_json_arr(j, "DependsOn");
	for (size_t i = 0; i < dd_json_len(needs) && e.ref.n; i++) {
		struct dd_str to;
		DD_TRY(package_ref(r, result, dd_json_text(dd_json_at(needs, i)), &to));
		DD_TRY(dd_sbom_add_edge(r, DD_SBOM_DEPENDS, e.ref, to, at));
	}
	return DD_OK;
}

static enum dd_code on_result(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct result in = { dd_json_str(j, "Type"), dd_json_str(j, "Class"), dd_json_str(j, "Target") };
	const json_t *list = dd_json_arr(j, "Packages");
	bool packages = dd_str_eq_c(in.class, "os-pkgs") || dd_str_eq_c(in.class, "lang-pkgs");
	if (packages && !list && dd_json_len(dd_json_arr(j, "Vulnerabilities")))
		return dd_sbom_problem(
			r, at, "result %s lists vulnerabilities but no packages: run trivy with --list-all-pkgs",
			DD_QUOTE(in.target));
	if (dd_str_eq_c(in.class, "os-pkgs"))
		r->inv->package_database_found = true;
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(package(r, &in, (size_t)at, dd_json_at(list, i), at));
	return DD_OK;
}

static enum dd_code layers(struct dd_sbom_reading *r, const json_t *j)
{
	const json_t *list = dd_json_arr(j, "DiffIDs");
	struct dd_target *t = &r->inv->target;
	size_t n = dd_json_len(list) < DD_LAYERS_MAX ? dd_json_len(list) : DD_LAYERS_MAX;
	t->layers = dd_arena_array(&r->inv->arena, n, sizeof *t->layers);
	if (!t->layers)
		return dd_fail_nomem(r->err);
	t->n_layers = n;
	for (size_t i = 0; i < n; i++)
		DD_TRY(dd_sbom_copy(r, dd_json_text(dd_json_at(list, i)), &t->layers[i].diff_id));
	return DD_OK;
}

static enum dd_code on_metadata(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_target *t = &r->inv->target;
	const json_t *os = dd_json_obj(j, "OS"), *config = dd_json_obj(j, "ImageConfig");
	struct dd_str digest = dd_json_text(dd_json_at(dd_json_arr(j, "RepoDigests"), 0));
	struct dd_str arch = dd_json_str(config, "architecture");
	DD_TRY(dd_sbom_copy(r, dd_json_text(dd_json_at(dd_json_arr(j, "RepoTags"), 0)), &t->image));
	DD_TRY(dd_sbom_copy(r, dd_str_skip(digest, dd_str_find(digest, '@') + 1), &t->digest));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "ImageID"), &t->config_digest));
	DD_TRY(dd_sbom_copy(r, dd_json_str(config, "created"), &t->created));
	if (arch.n) {
		t->platform =
			dd_arena_printf(&r->inv->arena, "%.*s/%.*s", DD_FMT(dd_json_str(config, "os")), DD_FMT(arch));
		if (!t->platform.p)
			return dd_fail_nomem(r->err);
	}
	DD_TRY(layers(r, j));
	if (!os)
		return DD_OK;
	struct dd_sbom_entry e = { .role = DD_SBOM_SYSTEM, .at = at };
	DD_TRY(dd_sbom_copy(r, dd_json_str(os, "Family"), &e.name));
	DD_TRY(dd_sbom_copy(r, dd_json_str(os, "Name"), &e.version));
	return dd_sbom_add_entry(r, &e);
}

enum dd_code dd_sbom_read_trivy(struct dd_sbom_reading *r)
{
	static const struct dd_sbom_member rows[] = {
		{ "Metadata", NULL, on_metadata, false },
		{ "Results", on_result, NULL, false },
	};
	return dd_sbom_members(r, rows, DD_COUNT(rows));
}
