/* SPDX-License-Identifier: Apache-2.0 */
/* pylock.toml and pylock.<name>.toml: the lock file of PEP 751, written by pip, uv and PDM.
 *
 *   lock-version = "1.0"
 *   [[packages]]
 *   name, version (optional), marker, dependencies = [{name, version}, …]
 *   vcs = {type, url, commit-id} / archive = {url, hashes} / directory = {path} / sdist = {…}, wheels = [{…}]
 *
 * A directory is the user's own code, and what comes without a version (a repository, mostly) cannot be judged: both
 * are left out. Digests: of the only file. Source: packaging.python.org/specifications/pylock-toml. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static struct dd_str digest_in(struct dd_found *out, const struct dd_node *file)
{
	const struct dd_node *hash = dd_node_first(dd_node_table(file, "hashes"));
	return hash ? dd_third_party_digest(out, hash->name, dd_node_text(hash)) : DD_STR("");
}

static void read_package(void *context, struct dd_str name, const struct dd_node *table, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_found *out = context;
	const struct dd_node *vcs = dd_node_table(table, "vcs"), *archive = dd_node_table(table, "archive");
	const struct dd_node *sdist = dd_node_table(table, "sdist"), *wheels = dd_node_array(table, "wheels");
	struct dd_str version = dd_node_str(table, "version");
	(void)name;
	if (dd_node_table(table, "directory") || (version.n == 0 && dd_node_str(table, "name").n))
		return;
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_DECLARED, "pypi", dd_node_str(table, "name"), version, at);
	if (!p)
		return;
	for (const struct dd_node *d = dd_node_first(dd_node_array(table, "dependencies")); d; d = d->next)
		dd_depends_add(&list, dd_node_str(d, "name"), dd_node_str(d, "version"));
	p->depends = dd_lines_take(out, &list);
	p->url = dd_third_party_url(out, dd_node_str(vcs ? vcs : archive, "url"));
	if (archive || (sdist && !wheels))
		p->digest = digest_in(out, archive ? archive : sdist);
	else if (!sdist && dd_node_len(wheels) == 1)
		p->digest = digest_in(out, dd_node_first(wheels));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return dd_python_tables(in, out, "packages", read_package, NULL, out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "pylock.toml", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_AFFIX, "pylock.", ".toml", DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_pylock = {
	.id = "python-pylock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "pylock.toml",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
