/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of yarn 2 and later, from which Plug'n'Play loads packages without ever unpacking them: what is installed
 * is in these zip files (yarnpkg/berry, packages/yarnpkg-core/sources/Cache.ts and structUtils.slugifyLocator).
 *
 *   file   = ".yarn/cache/" / "yarn/berry/cache/" slug "-" checksum ".zip"
 *   slug   = name [ "-" scope ] "-" protocol "-" version or hash          protocol: npm, patch, file, https …
 *   member = "node_modules/" name "/" …, one package in each
 *
 * Only npm and patch are packages of the registry (patch: of a package of it, as the lock file says). */
#include "analyze/analyzer.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/zip.h"

/* The largest packages of the registry (aws-sdk, typescript) have 10 to 100 MB unpacked. */
#define ZIP_BYTES_MAX	  (512 * DD_MIB)
#define PACKAGE_BYTES_MAX (16 * DD_MIB)

static bool is_registry_slug(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	struct dd_str name = dd_str_skip(path, slash < path.n ? slash + 1 : 0);
	return dd_str_search(name, DD_STR("-npm-")) < name.n || dd_str_search(name, DD_STR("-patch-")) < name.n;
}

/* "node_modules/NAME/package.json" */
static bool is_package_json(struct dd_str member)
{
	static const struct dd_str end = { "/package.json", 13 };
	return dd_str_ends(member, end) && dd_npm_is_install_dir(dd_str_take(member, member.n - end.n));
}

static enum dd_code add_member(struct dd_zip *z, const struct dd_zip_member *m, struct dd_found *out,
			       struct dd_err *err)
{
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(PACKAGE_BYTES_MAX);
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_zip_read(z, m, PACKAGE_BYTES_MAX, &bytes, err));
	DD_TRY(dd_json_parse(dd_buf_str(&bytes), &j, err));
	if (!dd_json_str(j, "name").n || !dd_json_str(j, "version").n)
		return DD_OK;
	struct dd_package *p = dd_npm_add_installed(out, j);
	if (p)
		p->inner = dd_found_str(out, m->name);
	return DD_OK;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_zip *z DD_CLEANUP(dd_zip_closep) = NULL;
	struct dd_zip_member m;
	bool more = true;
	if (!is_registry_slug(in->path))
		return DD_OK;
	DD_TRY(dd_zip_open(in->data, &z, err));
	while (!out->failed) {
		DD_TRY(dd_zip_next(z, &m, &more, err));
		if (!more)
			break;
		struct dd_err why;
		if (is_package_json(m.name) && add_member(z, &m, out, &why) != DD_OK)
			dd_found_problem(out, m.at, "%s: %s", DD_QUOTE(m.name), why.message);
	}
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".zip", ".yarn/cache", ZIP_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".zip", "yarn/berry/cache", ZIP_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_yarn_cache = {
	.id = "yarn-cache",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "JavaScript packages in yarn's cache (Plug'n'Play)",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
