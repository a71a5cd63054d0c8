/* SPDX-License-Identifier: Apache-2.0 */
/* package.json of installed packages: what an image really holds, whichever manager put it there.
 *
 * package.json (docs.npmjs.com/cli/configuring-npm/package-json): a JSON object; read are name, version, license or
 * licenses, dependencies, optionalDependencies, and what npm up to 6 added: _resolved, _integrity.
 *
 * Most files with this name are no installed packages: samples of tests, and stubs such as {"type": "module"} that tell
 * node how to read a directory. An installed package is in a place for it (npm_places.c), or in a directory that is
 * named after it and its version, as unpacked archives are, or among the copies that another package carries; and it
 * has a name and a version. A package.json without either in such a place is a stub: packages cannot be published
 * without them. A name is what package.json says: under an alias (npm install a@npm:b) the directory has another one.
 * Limit: PACKAGE_BYTES_MAX; npm up to 6 wrote the whole readme into it. */
#include "analyze/analyzer.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define PACKAGE_BYTES_MAX (16 * DD_MIB)

static struct dd_str directory(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return dd_str_take(path, slash < path.n ? slash : 0);
}

/* Could the directory's name be NAME-VERSION? Asked before the file is parsed. */
static bool may_be_unpacked(struct dd_str dir)
{
	size_t slash = dd_str_rfind(dir, '/');
	struct dd_str name = dd_str_skip(dir, slash < dir.n ? slash + 1 : 0);
	for (size_t i = 0; i + 1 < name.n; i++)
		if (name.p[i] == '-' && (dd_is_digit(name.p[i + 1]) || name.p[i + 1] == 'v'))
			return !dd_npm_in_modules(dir);
	return false;
}

static bool is_unpacked(struct dd_str dir, struct dd_str name, struct dd_str version)
{
	if (!dd_str_ends(dir, version))
		return false;
	dir = dd_str_take(dir, dir.n - version.n);
	if (dd_str_ends(dir, DD_STR("v")))
		dir = dd_str_take(dir, dir.n - 1);
	if (!dd_str_ends(dir, DD_STR("-")))
		return false;
	dir = dd_str_take(dir, dir.n - 1);
	size_t slash = dd_str_rfind(name, '/');
	name = dd_str_skip(name, slash < name.n ? slash + 1 : 0);
	return dd_str_ends(dir, name) && (dir.n == name.n || dir.p[dir.n - name.n - 1] == '/');
}

/* A copy that another package carries: its directory has its name, scope and all. */
static bool is_copy(struct dd_str dir, struct dd_str name)
{
	return dd_npm_is_copy_dir(dir) && dd_str_ends(dir, name) && dir.n > name.n && dir.p[dir.n - name.n - 1] == '/';
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str dir = directory(in->path);
	json_t *j DD_CLEANUP_JSON = NULL;
	bool install = dd_npm_is_install_dir(dir);
	if (!install && !may_be_unpacked(dir) && !dd_npm_is_copy_dir(dir))
		return DD_OK;
	enum dd_code code = dd_json_parse(in->data, &j, err);
	if (code != DD_OK)
		return install ? code : DD_OK;
	struct dd_str name = dd_json_str(j, "name"), version = dd_npm_clean_version(dd_json_str(j, "version"));
	if (!name.n || !version.n || (!install && !is_unpacked(dir, name, version) && !is_copy(dir, name)))
		return DD_OK;
	(void)dd_npm_add_installed(out, j);
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "package.json", NULL, PACKAGE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_npm = {
	.id = "npm",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed JavaScript packages (package.json)",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
