/* SPDX-License-Identifier: Apache-2.0 */
/* pdm.lock, lock_version 2 to 4.5: TOML.
 *
 *   [[package]]
 *   name, version, groups = ["default", "dev", …], dependencies = ["requests>=2 ; marker", …]
 *   extras = ["socks"]                          the package once more, for its extra
 *   files = [{file or url, hash}, …]
 *   git / hg / svn / bzr = URL, revision        a repository; url = an archive; path, editable = the user's own code
 *
 * Groups are not marked as optional dependencies or development groups: those with the names of DEV_GROUPS, which are
 * in general use, are taken for the latter. A package with a path and no index is the user's own code, left out.
 * Source: pdm-project/pdm src/pdm/formats and src/pdm/project/lockfile, 2.x. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static const char *const dev_groups[] = { "dev", "develop", "development", "test",   "tests",	"testing", "lint",
					  "doc", "docs",    "typing",	   "mypy",   "style",	"ci",	   "types",
					  "tox", "nox",	    "pre-commit",  "checks", "quality", "coverage" };
static const char *const repositories[] = { "git", "hg", "svn", "bzr", "url" };

static bool is_dev_group(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(dev_groups); i++)
		if (dd_str_eq_nocase(name, dd_str_from(dev_groups[i])))
			return true;
	return false;
}

static bool is_dev(const struct dd_node *groups)
{
	for (const struct dd_node *g = dd_node_first(groups); g; g = g->next)
		if (!is_dev_group(dd_node_text(g)))
			return false;
	return dd_node_len(groups) > 0;
}

static struct dd_str depends_of(struct dd_found *out, const struct dd_node *table)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (const struct dd_node *d = dd_node_first(dd_node_array(table, "dependencies")); d; d = d->next) {
		struct dd_str text = dd_node_text(d), marker = dd_str_skip(text, dd_str_find(text, ';') + 1);
		if (marker.n == 0 || !dd_python_marker_excludes(marker))
			dd_depends_add(&list, dd_python_requirement_name(text), DD_STR(""));
	}
	return dd_lines_take(out, &list);
}

static void read_package(void *context, struct dd_str name, const struct dd_node *table, uint64_t at)
{
	struct dd_found *out = context;
	struct dd_str url = { "", 0 };
	(void)name;
	for (size_t i = 0; i < DD_COUNT(repositories) && url.n == 0; i++)
		url = dd_node_str(table, repositories[i]);
	/* The entry with extras repeats the one without. */
	bool own_code = url.n == 0 && dd_node_str(table, "path").n;
	if (own_code || dd_node_len(dd_node_array(table, "extras")))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "pypi", dd_node_str(table, "name"),
					      dd_node_str(table, "version"), at);
	if (!p)
		return;
	p->dev = is_dev(dd_node_array(table, "groups"));
	p->depends = depends_of(out, table);
	p->digest = dd_python_only_digest(out, dd_node_array(table, "files"));
	p->url = dd_third_party_url(out, url);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return dd_python_tables(in, out, "package", read_package, NULL, out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "pdm.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_pdm = {
	.id = "python-pdm",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "pdm.lock",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
