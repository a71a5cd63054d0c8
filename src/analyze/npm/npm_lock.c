/* SPDX-License-Identifier: Apache-2.0 */
/* npm's lock files, versions 1 to 3, and the hidden one that npm leaves in node_modules.
 *
 * package-lock.json, npm-shrinkwrap.json (docs.npmjs.com/cli/configuring-npm/package-lock-json): a JSON object with
 *
 *   packages      (2, 3)  path → { name, version, resolved, integrity, dev, link, inBundle, license, dependencies … };
 *                         "" is the project, a path without node_modules one of its workspaces, "link" a link to one;
 *                         name only where it is not the path's last part (an alias)
 *   dependencies  (1, 2)  name → { version, resolved, integrity, dev, bundled, requires: {name: range},
 *                         dependencies: the same again }; version is "npm:name@version" for an alias, and a URL or path
 *                         for what comes from none of the registries
 *
 * 2 says everything twice: packages counts. What comes from git, a directory or a file is no package of the registry,
 * even if it has the name of one, and is left out. Unknown versions are read as 3.
 *
 * node_modules/.package-lock.json has the form of 3 and says what npm installed, so it is evidence of another kind.
 * Lock files inside of installed packages are their authors' and are left out.
 *
 * Limits: DD_LOCK_BYTES_MAX; entries of version 1 nest at most DEPTH_MAX deep. Packages are parsed one at a time. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/npm/npm_edges.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"

enum { DEPTH_MAX = 128, PATH_BYTES_MAX = 64 << 10 };

struct lock {
	struct dd_found *out;
	enum dd_package_evidence evidence;
	bool nested; /* version 1 */
	struct dd_npm_edges edges;
};

static void add_names(struct dd_buf *list, const json_t *needs)
{
	for (void *it = dd_json_first(needs); it; it = dd_json_next(needs, it))
		dd_depends_add(list, dd_json_name(it), DD_STR(""));
}

static void add(struct lock *l, const json_t *entry, struct dd_str place, struct dd_str name, struct dd_str version,
		uint64_t at)
{
	static const char *const needs[] = { "requires", "dependencies", "optionalDependencies" };
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_package *p = dd_third_party(l->out, l->evidence, "npm", name, version, at);
	if (!p)
		return;
	p->dev = dd_json_bool(entry, "dev");
	p->licences = dd_npm_licences(l->out, entry);
	dd_npm_set_source(l->out, p, dd_json_str(entry, "resolved"), dd_json_str(entry, "integrity"));
	/* In version 1 "dependencies" are packages of their own, and what is needed stands in "requires". */
	for (size_t i = l->nested ? 0 : 1; i < (l->nested ? 1 : DD_COUNT(needs)); i++)
		add_names(&list, dd_json_obj(entry, needs[i]));
	if (list.failed)
		l->out->failed = true;
	uint32_t here = dd_npm_edges_place(&l->edges, place, true, l->out, at);
	dd_npm_edges_wish(&l->edges, here, false, place, dd_buf_str(&list));
}

/* The name that a place gives: behind the last "node_modules/"; empty when it has none. */
static struct dd_str name_of_place(struct dd_str place)
{
	static const struct dd_str modules = { "node_modules/", 13 };
	for (size_t i = place.n; i-- > 0;) {
		struct dd_str tail = dd_str_skip(place, i);
		if (dd_str_starts(tail, modules) && (i == 0 || place.p[i - 1] == '/'))
			return dd_str_skip(tail, modules.n);
	}
	return DD_STR("");
}

/* A member of "packages". */
static void take_package(void *context, struct dd_str place, const json_t *entry, uint64_t at)
{
	struct lock *l = context;
	struct dd_str name = name_of_place(place), own = dd_json_str(entry, "name");
	if (!name.n || dd_json_bool(entry, "link") || !dd_npm_is_registry_url(dd_json_str(entry, "resolved")))
		return;
	if (!json_is_object(entry)) {
		dd_found_problem(l->out, at, "not a package of a lock file: %s", DD_QUOTE(place));
		return;
	}
	struct dd_str version = dd_json_str(entry, "version");
	/* A place that npm knows of and has not filled: an optional peer, or a package.json without a version. */
	if (!dd_json_get(entry, "version"))
		return;
	add(l, entry, place, own.n ? own : name, dd_npm_clean_version(version), at);
}

static void take_dependency(struct lock *l, struct dd_buf *place, struct dd_str name, const json_t *entry, uint64_t at,
			    unsigned depth)
{
	struct dd_str version = dd_json_str(entry, "version"), real = name, scheme = DD_STR("npm:");
	size_t before = place->n;
	if (!json_is_object(entry)) {
		dd_found_problem(l->out, at, "not a package of a lock file: %s", DD_QUOTE(name));
		return;
	}
	if (depth == DEPTH_MAX || name.n > PATH_BYTES_MAX || place->max - before < name.n + 16) {
		dd_found_problem(l->out, at, "packages are nested too deep: %s", DD_QUOTE(name));
		return;
	}
	(void)dd_buf_addf(place, "%snode_modules/", before ? "/" : "");
	(void)dd_buf_add_str(place, name);
	if (dd_str_starts(version, scheme) && !dd_npm_split(dd_str_skip(version, scheme.n), &real, &version))
		real = name;
	/* A URL or path: no version of a registry. Text that is neither is a damage, and add() says so. */
	bool foreign = dd_str_find(version, ':') < version.n || dd_str_find(version, '/') < version.n;
	if (!foreign && dd_npm_is_registry_url(dd_json_str(entry, "resolved")))
		add(l, entry, dd_buf_str(place), real, dd_npm_clean_version(version), at);
	const json_t *nested = dd_json_obj(entry, "dependencies");
	for (void *it = dd_json_first(nested); it && !l->out->failed; it = dd_json_next(nested, it))
		take_dependency(l, place, dd_json_name(it), dd_json_value(it), at, depth + 1);
	place->n = before;
}

/* A member of the outermost "dependencies". */
static void take_outer(void *context, struct dd_str name, const json_t *entry, uint64_t at)
{
	struct lock *l = context;
	DD_CLEANUP_BUF struct dd_buf place = DD_BUF_INIT(PATH_BYTES_MAX);
	take_dependency(l, &place, name, entry, at, 0);
	if (place.failed)
		l->out->failed = true;
}

static void lock_done(struct lock *l)
{
	dd_npm_edges_done(&l->edges);
}

static enum dd_code read_lock(const struct dd_input *in, enum dd_package_evidence evidence, struct dd_found *out,
			      struct dd_err *err)
{
	static const char *const names[] = { "packages", "dependencies" };
	struct dd_json_section sections[DD_COUNT(names)];
	struct lock l DD_CLEANUP(lock_done) = { .out = out, .evidence = evidence, .edges.graph = DD_NPM_GRAPH_INIT };
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	l.nested = !sections[0].value.n;
	dd_json_each(out, sections[l.nested], l.nested ? take_outer : take_package, &l);
	dd_npm_edges_finish(&l.edges, out, false);
	return dd_found_end(out, err);
}

static enum dd_code parse_lock(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return dd_npm_in_modules(in->path) ? DD_OK : read_lock(in, DD_PACKAGE_DECLARED, out, err);
}

static enum dd_code parse_hidden(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return read_lock(in, DD_PACKAGE_INSTALLED, out, err);
}

static const struct dd_match match_lock[] = {
	{ DD_MATCH_BASENAME, "package-lock.json", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_BASENAME, "npm-shrinkwrap.json", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

static const struct dd_match match_hidden[] = {
	{ DD_MATCH_BASENAME, ".package-lock.json", "node_modules", DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_npm_lock = {
	.id = "npm-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "JavaScript packages of npm's lock files",
	.purl_type = "npm",
	.match = match_lock,
	.parse = parse_lock,
};

const struct dd_analyzer dd_analyzer_npm_hidden_lock = {
	.id = "npm-hidden-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "JavaScript packages that npm installed (node_modules/.package-lock.json)",
	.purl_type = "npm",
	.match = match_hidden,
	.parse = parse_hidden,
};
