/* SPDX-License-Identifier: Apache-2.0 */
/* bun.lock, bun's text lock file since 1.2, lockfileVersion 0 to 2 (bun.sh/docs/install/lockfile; oven-sh/bun,
 * src/install/lockfile/bun.lock.zig): JSON with trailing commas.
 *
 *   workspaces   directory → { name, dependencies, devDependencies, optionalDependencies, peerDependencies }; "" is the
 *                project itself
 *   packages     path → [ name "@" version, registry or "", { dependencies, optionalDependencies, … }, integrity ]
 *                     / [ name "@workspace:" directory ] / [ name "@" origin, { dependencies … }, … ]
 *   path         name *( "/" name ): where it lies, as node_modules inside each other ("w/debug/ms")
 *
 * Packages of the registry are those with a version behind the "@"; git, github:, file:, link:, addresses and
 * workspaces are left out. What is for development follows from what the workspaces ask for. The binary form that came
 * before it is read by bun_binary.c. Limit: LOCK_BYTES_MAX, as a copy is made to blank the commas out. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/npm/npm_edges.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/jsonc.h"

#define LOCK_BYTES_MAX (128 * DD_MIB)
enum { PLACE_BYTES_MAX = 64 << 10 };

struct lock {
	struct dd_found *out;
	struct dd_npm_edges edges;
	struct dd_buf place, names; /* for one item */
};

static void lock_done(struct lock *l)
{
	dd_npm_edges_done(&l->edges);
	dd_buf_done(&l->place);
	dd_buf_done(&l->names);
}

/* "w/@s/a/ms" → "node_modules/w/node_modules/@s/a/node_modules/ms", into l->place. */
static bool set_place(struct lock *l, struct dd_str path)
{
	struct dd_str name;
	dd_buf_clear(&l->place);
	l->place.failed = false;
	while (dd_str_next(&path, '/', &name)) {
		(void)dd_buf_add_c(&l->place, l->place.n ? "/node_modules/" : "node_modules/");
		(void)dd_buf_add_str(&l->place, name);
		if (name.n && name.p[0] == '@' && dd_str_next(&path, '/', &name)) {
			(void)dd_buf_add_char(&l->place, '/');
			(void)dd_buf_add_str(&l->place, name);
		}
	}
	return !l->place.failed;
}

static void add_names(struct lock *l, const json_t *value, const char *list)
{
	const json_t *needs = dd_json_obj(value, list);
	for (void *it = dd_json_first(needs); it; it = dd_json_next(needs, it))
		dd_depends_add(&l->names, dd_json_name(it), DD_STR(""));
}

static void wish(struct lock *l, uint32_t entry, bool dev, struct dd_str place, const json_t *value,
		 const char *const *lists, size_t n)
{
	dd_buf_clear(&l->names);
	for (size_t i = 0; i < n; i++)
		add_names(l, value, lists[i]);
	dd_npm_edges_wish(&l->edges, entry, dev, place, dd_buf_str(&l->names));
}

static const char *const needed[] = { "dependencies", "optionalDependencies", "peerDependencies" };
static const char *const for_development[] = { "devDependencies" };

/* A workspace lies in the project's node_modules under its name; the project itself around them. */
static void take_workspace(void *context, struct dd_str directory, const json_t *value, uint64_t at)
{
	struct lock *l = context;
	(void)at;
	if (!set_place(l, directory.n ? dd_json_str(value, "name") : DD_STR("")))
		return;
	struct dd_str place = directory.n ? dd_buf_str(&l->place) : DD_STR("");
	wish(l, DD_NPM_GRAPH_NONE, false, place, value, needed, DD_COUNT(needed));
	wish(l, DD_NPM_GRAPH_NONE, true, place, value, for_development, DD_COUNT(for_development));
}

/* The object among the parts of a package: its dependencies. */
static const json_t *details(const json_t *package)
{
	for (size_t i = 1; i < dd_json_len(package); i++)
		if (json_is_object(dd_json_at(package, i)))
			return dd_json_at(package, i);
	return NULL;
}

static void take_package(void *context, struct dd_str path, const json_t *value, uint64_t at)
{
	struct lock *l = context;
	struct dd_str name, version;
	if (!dd_npm_split(dd_json_text(dd_json_at(value, 0)), &name, &version)) {
		dd_found_problem(l->out, at, "not a package of bun.lock: %s", DD_QUOTE(path));
		return;
	}
	if (!set_place(l, path)) {
		dd_found_problem(l->out, at, "packages are nested too deep: %s", DD_QUOTE(path));
		return;
	}
	struct dd_package *p = NULL;
	if (dd_npm_is_version(version))
		p = dd_third_party(l->out, DD_PACKAGE_DECLARED, "npm", name, version, at);
	if (p)
		dd_npm_set_source(l->out, p, dd_json_text(dd_json_at(value, 1)), dd_json_text(dd_json_at(value, 3)));
	uint32_t entry = dd_npm_edges_place(&l->edges, dd_buf_str(&l->place), p != NULL, l->out, at);
	wish(l, entry, false, dd_buf_str(&l->place), details(value), needed, DD_COUNT(needed));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "workspaces", "packages" };
	struct dd_json_section sections[DD_COUNT(names)];
	struct dd_buf json DD_CLEANUP_BUF = DD_BUF_INIT(LOCK_BYTES_MAX);
	struct lock l DD_CLEANUP(lock_done) = { .out = out,
						.edges.graph = DD_NPM_GRAPH_INIT,
						.place = DD_BUF_INIT(PLACE_BYTES_MAX),
						.names = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	if (dd_npm_in_modules(in->path))
		return DD_OK;
	DD_TRY(dd_jsonc_to_json(in->data, &json, err));
	DD_TRY(dd_json_sections(out, dd_buf_str(&json), names, DD_COUNT(names), sections, err));
	dd_json_each(out, sections[0], take_workspace, &l);
	dd_json_each(out, sections[1], take_package, &l);
	dd_npm_edges_finish(&l.edges, out, true);
	if (out->failed || l.names.failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "bun.lock", NULL, LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_bun = {
	.id = "bun-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "JavaScript packages of bun.lock",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
