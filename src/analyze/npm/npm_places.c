/* SPDX-License-Identifier: Apache-2.0 */
/* Where package managers put packages.
 *
 *   install   = prefix "node_modules/" package *( [ inside ] "/node_modules/" package )
 *   package   = name / "@" scope "/" name
 *             / "." store "/" slot "/node_modules/" package     .pnpm, .bun, .deno, npm's linked .store
 *             / ".store/" slot "/package"                        yarn 4, nodeLinker: pnpm
 *
 * and where the system or an archive puts them:
 *
 *   ( "usr/share" / "usr/lib" [ "/" multiarch ] ) "/nodejs/" name      Debian
 *   prefix name "-" [ "v" ] version                                   unpacked (opt/yarn-v1.22.22 of the node images);
 *                                                                     the caller compares it with package.json
 *
 *
 * Packages also carry copies of others that no manager knows of (next/dist/compiled/@babel/runtime). A copy is in a
 * directory for such things, vendor_dirs, and its own directory has its name; the caller compares that.
 *
 * `inside`, directories of a package between it and a node_modules of its own, is where tests of resolvers keep their
 * samples: with a name that says so it is not an install. bower_components and jspm_packages are other managers'. */
#include "analyze/npm/npm_names.h"

#include "base/cleanup.h"

static const char *const sample_dirs[] = {
	"test",	      "tests",	  "__tests__", "__test__", "__mocks__", "__fixtures__", "fixture",	 "fixtures",
	"_fixtures",  "spec",	  "specs",     "testing",  "testdata",	"test-data",	"test-fixtures", "testcases",
	"example",    "examples", "sample",    "samples",  "demo",	"demos",	"bench",	 "benchmark",
	"benchmarks", "mock",	  "mocks",     "e2e",	   "_test",
};

static bool is_sample_dir(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(sample_dirs); i++)
		if (dd_str_eq_c(name, sample_dirs[i]))
			return true;
	return false;
}

/* Takes the components of one package behind "node_modules"; false when the path ends in the middle of them. */
static bool take_package(struct dd_str *rest, struct dd_str *ret_name)
{
	struct dd_str name, part;
	if (!dd_str_next(rest, '/', &name) || !name.n)
		return false;
	*ret_name = name;
	if (name.p[0] == '@')
		return dd_str_next(rest, '/', &part) && part.n;
	return true;
}

/* Slots of what came from a directory or a repository: "file+local", "local@file+local", "foo@git+ssh…". */
static bool is_foreign_slot(struct dd_str slot)
{
	static const char *const origins[] = { "file+",	      "link+",	     "git+",	       "git@",
					       "github.com+", "gitlab.com+", "bitbucket.org+", "codeload.github.com+",
					       "http+",	      "https+" };
	for (size_t i = 0; i < DD_COUNT(origins); i++)
		for (size_t k = 0; k < slot.n; k++)
			if ((k == 0 || (k > 1 && slot.p[k - 1] == '@')) &&
			    dd_str_starts(dd_str_skip(slot, k), dd_str_from(origins[i])))
				return true;
	return false;
}

/* Behind "node_modules/.store": a slot, then "node_modules" (*ret_again) or yarn's "package". pnpm up to 4 has slots of
 * several directories. */
static bool take_slot(struct dd_str *rest, bool *ret_again)
{
	struct dd_str slot, next;
	if (!dd_str_next(rest, '/', &slot) || is_foreign_slot(slot))
		return false;
	while (dd_str_next(rest, '/', &next)) {
		*ret_again = dd_str_eq_c(next, "node_modules");
		if (*ret_again || (dd_str_eq_c(next, "package") && !rest->p))
			return true;
	}
	return false;
}

static bool skip_to_modules(struct dd_str *rest, bool inside)
{
	struct dd_str part;
	while (dd_str_next(rest, '/', &part)) {
		if (dd_str_eq_c(part, "node_modules"))
			return true;
		if (inside && is_sample_dir(part))
			return false;
	}
	return false;
}

static bool in_node_modules(struct dd_str dir)
{
	struct dd_str rest = dir, name;
	if (!skip_to_modules(&rest, false))
		return false;
	for (;;) {
		bool again = true;
		if (!take_package(&rest, &name))
			return false;
		while (name.p[0] == '.' && again)
			if (!take_slot(&rest, &again) || (again && !take_package(&rest, &name)))
				return false;
		if (!rest.p)
			return true;
		if (!skip_to_modules(&rest, true))
			return false;
	}
}

/* usr/share/nodejs/NAME, usr/lib/nodejs/NAME, usr/lib/x86_64-linux-gnu/nodejs/@scope/NAME */
static bool in_debian(struct dd_str dir)
{
	struct dd_str rest = dir, part, name;
	if (!dd_str_next(&rest, '/', &part) || !dd_str_eq_c(part, "usr") || !dd_str_next(&rest, '/', &part))
		return false;
	bool lib = dd_str_eq_c(part, "lib");
	if ((!lib && !dd_str_eq_c(part, "share")) || !dd_str_next(&rest, '/', &part))
		return false;
	if (lib && dd_str_search(part, DD_STR("-linux-")) < part.n && !dd_str_next(&rest, '/', &part))
		return false;
	return dd_str_eq_c(part, "nodejs") && take_package(&rest, &name) && name.p[0] != '.' && !rest.p;
}

bool dd_npm_is_install_dir(struct dd_str dir)
{
	return in_node_modules(dir) || in_debian(dir);
}

static const char *const vendor_dirs[] = { "compiled",	  "vendor",	 "vendors",    "vendored",
					   "third_party", "third-party", "thirdparty", "bundled" };

bool dd_npm_is_copy_dir(struct dd_str dir)
{
	struct dd_str rest = dir, part;
	bool vendor = false;
	if (!skip_to_modules(&rest, false))
		return false;
	while (dd_str_next(&rest, '/', &part)) {
		if (is_sample_dir(part))
			return false;
		for (size_t i = 0; i < DD_COUNT(vendor_dirs) && rest.p; i++)
			vendor = vendor || dd_str_eq_c(part, vendor_dirs[i]);
	}
	return vendor;
}

bool dd_npm_in_modules(struct dd_str path)
{
	struct dd_str rest = path;
	return skip_to_modules(&rest, false);
}
