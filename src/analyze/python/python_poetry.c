/* SPDX-License-Identifier: Apache-2.0 */
/* poetry.lock, lock-version 1.0 (Poetry 1.0) to 2.1 (Poetry 2): TOML.
 *
 *   [[package]]
 *   name, version, optional
 *   category = "main" / "dev"                 1.x before Poetry 1.5
 *   groups = ["main", "dev", …]               2.1; groups other than main are for development (Poetry's manual)
 *   files = [{file, hash}, …]                 2.0; before in [metadata.files], which is not read
 *   [package.dependencies]  name = constraint / {version, markers, optional, extras} / [ … ]
 *   [package.source]        type = "legacy" (another index) "git" "url" "file" "directory"; url, resolved_reference
 *
 * Lock-version 2.0 does not say which packages are for development only. A directory is the user's own code: no package
 * of an index, left out. Optional dependencies are those of extras: left out of depends.
 * Source: python-poetry/poetry src/poetry/packages/locker.py, 1.0 to 2.2. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static bool is_dev(const struct dd_node *table)
{
	const struct dd_node *groups = dd_node_array(table, "groups");
	if (!groups)
		return dd_str_eq_c(dd_node_str(table, "category"), "dev");
	for (const struct dd_node *g = dd_node_first(groups); g; g = g->next)
		if (dd_str_eq_c(dd_node_text(g), "main"))
			return false;
	return groups->n > 0;
}

static struct dd_str depends_of(struct dd_found *out, const struct dd_node *table)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	const struct dd_node *dependencies = dd_node_table(table, "dependencies");
	for (const struct dd_node *d = dd_node_first(dependencies); d; d = d->next)
		if (!dd_node_bool(d, "optional") && !dd_python_marker_excludes(dd_node_str(d, "markers")))
			dd_depends_add(&list, d->name, DD_STR(""));
	return dd_lines_take(out, &list);
}

static void read_package(void *context, struct dd_str name, const struct dd_node *table, uint64_t at)
{
	struct dd_found *out = context;
	const struct dd_node *source = dd_node_table(table, "source");
	struct dd_str type = dd_node_str(source, "type");
	(void)name;
	if (dd_str_eq_c(type, "directory"))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "pypi", dd_node_str(table, "name"),
					      dd_node_str(table, "version"), at);
	if (!p)
		return;
	p->dev = is_dev(table);
	p->depends = depends_of(out, table);
	p->digest = dd_python_only_digest(out, dd_node_array(table, "files"));
	if (dd_str_eq_c(type, "git") || dd_str_eq_c(type, "url"))
		p->url = dd_third_party_url(out, dd_node_str(source, "url"));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return dd_python_tables(in, out, "package", read_package, NULL, out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "poetry.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_poetry = {
	.id = "python-poetry",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "poetry.lock",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
