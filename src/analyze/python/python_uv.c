/* SPDX-License-Identifier: Apache-2.0 */
/* uv.lock, version 1: TOML.
 *
 *   [[package]]
 *   name, version (none for a project with a dynamic one)
 *   source = {registry} / {git} / {url} / {path} / {directory} / {editable} / {virtual}
 *   dependencies = [{name, version, marker, extra}, …]
 *   optional-dependencies = {extra = [ … ]}     those of the extras that are in use
 *   dev-dependencies = {group = [ … ]}          of projects only (PEP 735)
 *   sdist = {url, hash}, wheels = [{url, hash}, …]
 *
 * The user's own code (editable, virtual, directory) gives no package. It is where the graph starts: what is reached
 * from its dev-dependencies alone is for development only. A file without such a project marks nothing.
 * Source: docs.astral.sh/uv/concepts/projects/layout "The lockfile"; crates/uv-resolver/src/lock. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

enum { REACHED_DEV = 1, REACHED = 2 };

struct reader {
	struct dd_found *out;
	struct dd_buf list;		 /* dependencies of the package being read */
	DD_VEC(struct dd_str) roots;	 /* names that the user's own code needs */
	DD_VEC(struct dd_str) dev_roots; /* for development */
	struct dd_map first;		 /* name → its first package */
	DD_VEC(uint32_t) next;		 /* package → the next one with the same name, DD_MAP_NONE */
	DD_VEC(uint8_t) reached;
	DD_VEC(uint32_t) todo;
};

static void reader_done(struct reader *r)
{
	dd_buf_done(&r->list);
	dd_vec_done(&r->roots);
	dd_vec_done(&r->dev_roots);
	dd_map_done(&r->first);
	dd_vec_done(&r->next);
	dd_vec_done(&r->reached);
	dd_vec_done(&r->todo);
}

static void add_list(struct reader *r, const struct dd_node *array)
{
	for (const struct dd_node *d = dd_node_first(array); d; d = d->next)
		if (!dd_python_marker_excludes(dd_node_str(d, "marker")))
			dd_depends_add(&r->list, dd_node_str(d, "name"), dd_node_str(d, "version"));
}

static void add_lists(struct reader *r, const struct dd_node *table)
{
	for (const struct dd_node *list = dd_node_first(table); list; list = list->next)
		add_list(r, list);
}

/* Where the graph starts; names without versions are enough. */
static void read_project(struct reader *r, const struct dd_node *table)
{
	struct dd_str line;
	add_list(r, dd_node_array(table, "dependencies"));
	add_lists(r, dd_node_table(table, "optional-dependencies"));
	for (struct dd_str rest = dd_lines_take(r->out, &r->list); dd_str_line(&rest, &line);)
		r->out->failed |= !dd_vec_push(&r->roots, line, DD_PACKAGES_MAX);
	add_lists(r, dd_node_table(table, "dev-dependencies"));
	for (struct dd_str rest = dd_lines_take(r->out, &r->list); dd_str_line(&rest, &line);)
		r->out->failed |= !dd_vec_push(&r->dev_roots, line, DD_PACKAGES_MAX);
}

static void read_package(void *context, struct dd_str name, const struct dd_node *table, uint64_t at)
{
	struct reader *r = context;
	const struct dd_node *source = dd_node_table(table, "source");
	struct dd_str git = dd_node_str(source, "git"), url = dd_node_str(source, "url");
	(void)name;
	if (dd_node_get(source, "editable") || dd_node_get(source, "virtual") || dd_node_get(source, "directory")) {
		read_project(r, table);
		return;
	}
	struct dd_package *p = dd_third_party(r->out, DD_PACKAGE_DECLARED, "pypi", dd_node_str(table, "name"),
					      dd_node_str(table, "version"), at);
	if (!p)
		return;
	const struct dd_node *sdist = dd_node_table(table, "sdist"), *wheels = dd_node_array(table, "wheels");
	add_list(r, dd_node_array(table, "dependencies"));
	add_lists(r, dd_node_table(table, "optional-dependencies"));
	p->depends = dd_lines_take(r->out, &r->list);
	p->url = dd_third_party_url(r->out, git.n ? git : url);
	p->digest = sdist && !wheels ? dd_third_party_digest_of(r->out, dd_node_str(sdist, "hash"))
				     : dd_python_only_digest(r->out, sdist ? NULL : wheels);
}

static bool index_names(struct reader *r)
{
	const struct dd_found *out = r->out;
	for (uint32_t i = 0; i < out->packages.n; i++) {
		uint32_t before = dd_map_get(&r->first, out->packages.p[i].name);
		if (!dd_vec_push(&r->next, before, DD_PACKAGES_MAX) || !dd_vec_push(&r->reached, 0, DD_PACKAGES_MAX) ||
		    !dd_map_set(&r->first, out->packages.p[i].name, i))
			return false;
	}
	return true;
}

/* All versions of the name: markers decide between them, which is not known here. They are reached together, so the
 * first one tells of all. */
static bool reach(struct reader *r, struct dd_str line, uint8_t how)
{
	uint32_t first = dd_map_get(&r->first, dd_str_take(line, dd_str_find(line, '@')));
	if (first == DD_MAP_NONE || (r->reached.p[first] & how))
		return true;
	for (uint32_t i = first; i != DD_MAP_NONE; i = r->next.p[i]) {
		r->reached.p[i] |= how;
		if (!dd_vec_push(&r->todo, i, DD_PACKAGES_MAX))
			return false;
	}
	return true;
}

static bool spread(struct reader *r, const struct dd_str *roots, size_t n, uint8_t how)
{
	struct dd_str line;
	for (size_t i = 0; i < n; i++)
		if (!reach(r, roots[i], how))
			return false;
	while (r->todo.n) {
		uint32_t i = r->todo.p[--r->todo.n];
		for (struct dd_str rest = r->out->packages.p[i].depends; dd_str_line(&rest, &line);)
			if (!reach(r, line, how))
				return false;
	}
	return true;
}

static enum dd_code mark_dev(struct reader *r, struct dd_err *err)
{
	if (r->dev_roots.n == 0)
		return DD_OK;
	if (!index_names(r) || !spread(r, r->roots.p, r->roots.n, REACHED) ||
	    !spread(r, r->dev_roots.p, r->dev_roots.n, REACHED_DEV))
		return dd_fail_nomem(err);
	for (size_t i = 0; i < r->out->packages.n; i++)
		r->out->packages.p[i].dev = r->reached.p[i] == REACHED_DEV;
	return DD_OK;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done) struct reader r = { .out = out, .list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	DD_TRY(dd_python_tables(in, out, "package", read_package, NULL, &r, err));
	return mark_dev(&r, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "uv.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_uv = {
	.id = "python-uv",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "uv.lock",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
