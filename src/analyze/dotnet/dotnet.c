/* SPDX-License-Identifier: Apache-2.0 */
/* What a .NET application or a shared framework was published with, and what a restore resolved.
 *
 * *.deps.json (runtime configuration), project.assets.json (obj/, written by restore):
 *   runtimeTarget  { name } or the name itself: which member of targets runs
 *   targets        name → { "Name/1.2.3" → { dependencies: {name: version}, runtime, native, runtimeTargets, resources,
 *                  compile, compileOnly … } }
 *   libraries      "Name/1.2.3" → { type, sha512, path … }
 *   project        (assets) frameworks → … → dependencies → Name → { suppressParent: "All" }: needed to build only
 *
 * Types of libraries: "package" is one of NuGet's; "project" is the application and what was built with it; a
 * "runtimepack" is what a self-contained application brings of the runtime, under the name "runtimepack.Microsoft…",
 * which advisories know without the first word; "reference" is a loose assembly of a project. A library that is in the
 * running target with nothing that runs (a metapackage, a compile-time facade) is not in the application. The folders
 * of shared frameworks have deps.json files, too, so the installed runtime is found the same way. Source: dotnet/sdk
 * documentation/specs/runtime-configuration-file.md; NuGet.ProjectModel LockFileFormat. Limit: DD_LOCK_BYTES_MAX;
 * libraries are parsed one at a time, what is kept of each is its key. */
#include "analyze/dotnet/dotnet.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

enum { TARGETS, LIBRARIES, RUNTIME_TARGET, PROJECT, SECTIONS };

struct target {
	bool runs;
	struct dd_str depends;
};

struct deps {
	struct dd_found *out;
	bool installed;	      /* deps.json */
	struct dd_str target; /* empty: every one */
	struct dd_map keys;   /* of libraries in the target, in lower case as NuGet compares them */
	struct dd_map build;  /* names that are needed to build only */
	DD_VEC(struct target) targets;
	struct dd_arena scratch;
};

static struct dd_str lower(struct deps *d, struct dd_str s)
{
	struct dd_str copy = dd_arena_str(&d->scratch, s);
	char *p = (char *)(uintptr_t)copy.p; /* our own copy */
	for (size_t i = 0; p && i < s.n; i++)
		p[i] = dd_lower(p[i]);
	if (!p)
		d->out->failed = true;
	return p ? copy : DD_STR("");
}

/* ---- targets ---- */

static void take_target_library(void *context, struct dd_str key, const json_t *value, uint64_t at)
{
	static const char *const what_runs[] = { "runtime", "runtimeTargets", "native", "resources" };
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct deps *d = context;
	struct target t = { .runs = false };
	(void)at;
	for (size_t i = 0; i < DD_COUNT(what_runs); i++)
		t.runs = t.runs || dd_json_first(dd_json_obj(value, what_runs[i]));
	dd_dotnet_depends(d->out, dd_json_obj(value, "dependencies"), &list);
	t.depends = dd_lines_take(d->out, &list);
	if (!dd_vec_push(&d->targets, t, DD_PACKAGES_MAX) ||
	    !dd_map_set(&d->keys, lower(d, key), (uint32_t)d->targets.n - 1))
		d->out->failed = true;
}

static void take_target(void *context, struct dd_str name, struct dd_json_section section)
{
	struct deps *d = context;
	if (d->target.n == 0 || dd_str_eq(name, d->target))
		dd_json_each(d->out, section, take_target_library, d);
}

static void read_runtime_target(struct deps *d, struct dd_json_section section)
{
	json_t *value DD_CLEANUP_JSON = NULL;
	struct dd_err why;
	if (section.value.n == 0)
		return;
	if (dd_json_parse(section.value, &value, &why) != DD_OK) {
		dd_found_problem(d->out, section.at, "runtimeTarget: %s", why.message);
		return;
	}
	struct dd_str name = dd_json_text(value);
	d->target = dd_arena_str(&d->scratch, name.n ? name : dd_json_str(value, "name"));
	if (!d->target.p)
		d->out->failed = true;
}

/* ---- what only builds ---- */

static void read_project(struct deps *d, struct dd_json_section section)
{
	json_t *value DD_CLEANUP_JSON = NULL;
	struct dd_err why;
	if (section.value.n == 0)
		return;
	if (dd_json_parse(section.value, &value, &why) != DD_OK) {
		dd_found_problem(d->out, section.at, "project: %s", why.message);
		return;
	}
	const json_t *frameworks = dd_json_obj(value, "frameworks");
	for (void *f = dd_json_first(frameworks); f; f = dd_json_next(frameworks, f)) {
		const json_t *needs = dd_json_obj(dd_json_value(f), "dependencies");
		for (void *n = dd_json_first(needs); n; n = dd_json_next(needs, n))
			if (dd_str_eq_nocase(dd_json_str(dd_json_value(n), "suppressParent"), DD_STR("All")) &&
			    !dd_map_set(&d->build, lower(d, dd_json_name(n)), 1))
				d->out->failed = true;
	}
}

/* ---- libraries ---- */

static void take_library(void *context, struct dd_str key, const json_t *value, uint64_t at)
{
	struct deps *d = context;
	struct dd_str name, version, type = dd_json_str(value, "type");
	bool package = dd_str_eq_nocase(type, DD_STR("package"));
	bool pack = dd_str_eq_nocase(type, DD_STR("runtimepack"));
	bool project = dd_str_eq_nocase(type, DD_STR("project"));
	if (!package && !(d->installed && (pack || project)))
		return;
	if (!dd_dotnet_key(key, &name, &version)) {
		dd_found_problem(d->out, at, "not a name and a version: %s", DD_QUOTE(key));
		return;
	}
	uint32_t i = dd_map_get(&d->keys, lower(d, key));
	if (package && d->installed && i != DD_MAP_NONE && !d->targets.p[i].runs)
		return;
	if (pack && dd_str_starts(name, DD_STR("runtimepack.")))
		name = dd_str_skip(name, sizeof "runtimepack." - 1);
	struct dd_package *p = dd_third_party(d->out, d->installed ? DD_PACKAGE_INSTALLED : DD_PACKAGE_DECLARED,
					      "nuget", name, version, at);
	if (!p)
		return;
	struct dd_str digest = dd_json_str(value, "sha512");
	digest = dd_str_starts(digest, DD_STR("sha512-")) ? dd_str_skip(digest, 7) : digest;
	p->digest = dd_dotnet_digest(d->out, digest);
	p->dev = dd_map_get(&d->build, lower(d, name)) != DD_MAP_NONE;
	if (i != DD_MAP_NONE)
		p->depends = d->targets.p[i].depends;
}

static enum dd_code read_deps(const struct dd_input *in, bool installed, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { [TARGETS] = "targets",
					     [LIBRARIES] = "libraries",
					     [RUNTIME_TARGET] = "runtimeTarget",
					     [PROJECT] = "project" };
	struct dd_json_section sections[SECTIONS];
	struct deps d = { .out = out, .installed = installed, .scratch = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	DD_TRY(dd_json_sections(out, in->data, names, SECTIONS, sections, err));
	if (installed)
		read_runtime_target(&d, sections[RUNTIME_TARGET]);
	else
		read_project(&d, sections[PROJECT]);
	dd_dotnet_each_section(out, sections[TARGETS], take_target, &d);
	dd_json_each(out, sections[LIBRARIES], take_library, &d);
	dd_map_done(&d.keys);
	dd_map_done(&d.build);
	dd_vec_done(&d.targets);
	dd_arena_done(&d.scratch);
	return dd_found_end(out, err);
}

static enum dd_code parse_deps(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return read_deps(in, true, out, err);
}

static enum dd_code parse_assets(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return read_deps(in, false, out, err);
}

static const struct dd_match deps_matches[] = {
	{ DD_MATCH_SUFFIX, ".deps.json", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};
static const struct dd_match assets_matches[] = {
	{ DD_MATCH_BASENAME, "project.assets.json", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dotnet = {
	.id = "dotnet-deps",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = ".NET applications and runtimes (*.deps.json)",
	.purl_type = "nuget",
	.match = deps_matches,
	.parse = parse_deps,
};
const struct dd_analyzer dd_analyzer_dotnet_assets = {
	.id = "dotnet-assets",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "NuGet restores (project.assets.json)",
	.purl_type = "nuget",
	.match = assets_matches,
	.parse = parse_assets,
};
