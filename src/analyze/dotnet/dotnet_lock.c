/* SPDX-License-Identifier: Apache-2.0 */
/* packages.lock.json, versions 1 and 2: what a restore resolved.
 *
 *   { "version": 1 | 2, "dependencies": { framework: { Name: {
 *       "type": "Direct" | "Transitive" | "CentralTransitive" | "Project",
 *       "requested": range, "resolved": version, "contentHash": base64 of SHA-512, "dependencies": {name: range} }}}}
 *
 * Projects are the solution's own and left out. A package that several frameworks resolve to one version is one.
 * Source: NuGet.ProjectModel PackagesLockFileFormat; learn.microsoft.com/nuget, "Locking dependencies".
 * Limit: DD_LOCK_BYTES_MAX; packages are parsed one at a time. */
#include "analyze/dotnet/dotnet.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static void take_package(void *context, struct dd_str name, const json_t *value, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_found *out = context;
	if (dd_str_eq_nocase(dd_json_str(value, "type"), DD_STR("Project")))
		return;
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_DECLARED, "nuget", name, dd_json_str(value, "resolved"), at);
	if (!p)
		return;
	p->digest = dd_dotnet_digest(out, dd_json_str(value, "contentHash"));
	dd_dotnet_depends(out, dd_json_obj(value, "dependencies"), &list);
	p->depends = dd_lines_take(out, &list);
}

static void take_framework(void *context, struct dd_str name, struct dd_json_section section)
{
	(void)name;
	dd_json_each(context, section, take_package, context);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "dependencies" };
	struct dd_json_section dependencies;
	DD_TRY(dd_json_sections(out, in->data, names, 1, &dependencies, err));
	dd_dotnet_each_section(out, dependencies, take_framework, out);
	return dd_found_end(out, err);
}

static const struct dd_match matches[] = {
	{ DD_MATCH_BASENAME, "packages.lock.json", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dotnet_lock = {
	.id = "dotnet-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "NuGet lock files (packages.lock.json)",
	.purl_type = "nuget",
	.match = matches,
	.parse = parse,
};
