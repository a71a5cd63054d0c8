/* SPDX-License-Identifier: Apache-2.0 */
/* Manifest.toml (JuliaManifest.toml, Manifest-v1.11.toml): what Julia's Pkg resolved. TOML.
 *
 *   format 1: [[NAME]]           uuid, version, git-tree-sha1, deps = [NAME, …] / {NAME = UUID}, repo-url, path
 *   format 2: manifest_format = "2.0" and [[deps.NAME]] with the same
 *
 * Entries without a version are parts of Julia itself, those with a path the user's own code: left out. An entry needs
 * a uuid to be one: other programs have a Manifest.toml, too. The uuid is the purl qualifier that tells packages of one
 * name apart. Limit: format 2 is one table for the reader, DD_TOML_NODES_MAX values.
 * Source: pkgdocs.julialang.org/v1/toml-files "Manifest.toml"; purl type julia. */
#include "analyze/analyzer.h"
#include "analyze/document_items.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static struct dd_str depends_of(struct dd_found *out, const struct dd_node *deps)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (const struct dd_node *d = dd_node_first(deps); d; d = d->next)
		dd_depends_add(&list, deps->kind == DD_NODE_TABLE ? d->name : dd_node_text(d), DD_STR(""));
	return dd_lines_take(out, &list);
}

static void read_entry(struct dd_found *out, struct dd_str name, const struct dd_node *entry, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf qualifiers = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_str uuid = dd_node_str(entry, "uuid"), version = dd_node_str(entry, "version");
	if (uuid.n == 0 || version.n == 0 || dd_node_get(entry, "path"))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "julia", name, version, at);
	if (!p)
		return;
	dd_qualifiers_add(&qualifiers, "uuid", uuid);
	p->qualifiers = dd_lines_take(out, &qualifiers);
	p->depends = depends_of(out, dd_node_get(entry, "deps"));
	p->url = dd_third_party_url(out, dd_node_str(entry, "repo-url"));
}

static void read_part(void *context, const struct dd_toml_part *part)
{
	struct dd_found *out = context;
	if (part->element) {
		read_entry(out, part->name, part->table, part->at);
		return;
	}
	if (!dd_str_eq_c(part->name, "deps"))
		return;
	for (const struct dd_node *name = dd_node_first(part->table); name; name = name->next)
		for (const struct dd_node *entry = dd_node_first(name); entry; entry = entry->next)
			read_entry(out, name->name, entry, entry->at);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_TRY(dd_toml_each(out, in->data, read_part, out, err));
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Manifest.toml", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_BASENAME, "JuliaManifest.toml", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_AFFIX, "Manifest-v", ".toml", DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_julia = {
	.id = "julia",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Julia manifests",
	.purl_type = "julia",
	.match = match,
	.parse = parse,
};
