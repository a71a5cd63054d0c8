/* SPDX-License-Identifier: Apache-2.0 */
/* yarn.lock of yarn 1 (yarnpkg/yarn, src/lockfile/parse.js and stringify.js).
 *
 *   file    = *( comment / blank / entry )
 *   entry   = pattern *( ", " pattern ) ":" newline *( field / list )
 *   field   = 2 blanks key blank value newline             version, resolved, integrity, registry, uid
 *   list    = 2 blanks ( "dependencies:" / "optionalDependencies:" ) newline
 *             *( 4 blanks name blank range newline )
 *   pattern = name "@" range          also name "@npm:" name "@" range: an alias
 *
 * Texts are bare words or JSON strings. What a pattern takes from git, a directory, a link or an address is no package
 * of the registry. Without "resolved" (an older yarn, an offline install) the pattern alone says so.
 * A line that fits nowhere is a problem, and the entries around it are read. Development is not told apart. */
#include "analyze/npm/npm_graph.h"
#include "analyze/npm/npm_names.h"
#include "analyze/npm/yarn.h"
#include "analyze/third_party.h"
#include "base/limits.h"

enum { ENTRY_BYTES_MAX = 16 << 20 }; /* patterns and dependencies of one entry */

struct entry {
	uint64_t at;
	bool open, in_list;
	uint32_t number;	   /* in the graph */
	struct dd_str name, range; /* of the first pattern */
	struct dd_str version, resolved, integrity;
};

struct lock {
	struct dd_found *out;
	struct dd_npm_graph graph;
	struct dd_arena texts; /* of the entry: decoded strings */
	struct entry entry;
	bool any; /* an entry was there */
};

static void lock_done(struct lock *l)
{
	dd_npm_graph_done(&l->graph);
	dd_arena_done(&l->texts);
}

/* A string with escapes is JSON. */
static bool decode(struct lock *l, struct dd_str quoted, struct dd_str *ret)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	if (dd_json_parse(quoted, &j, NULL) != DD_OK)
		return false;
	*ret = dd_arena_str(&l->texts, dd_json_text(j));
	return ret->p != NULL;
}

/* The next word or string of a line; *rest is what is behind it. */
static bool take_text(struct lock *l, struct dd_str *rest, struct dd_str *ret)
{
	struct dd_str s = *rest;
	size_t n = 0;
	if (!s.n || s.p[0] != '"') {
		while (n < s.n && s.p[n] != ' ' && s.p[n] != ',' && !(s.p[n] == ':' && n + 1 == s.n))
			n++;
		*ret = dd_str_take(s, n);
		*rest = dd_str_skip(s, n);
		return n > 0;
	}
	bool escapes = false;
	for (n = 1; n < s.n && s.p[n] != '"'; n++)
		if (s.p[n] == '\\') {
			escapes = true;
			n++;
		}
	if (n >= s.n)
		return false;
	*ret = dd_str_take(dd_str_skip(s, 1), n - 1);
	*rest = dd_str_skip(s, n + 1);
	return !escapes || decode(l, dd_str_take(s, n + 1), ret);
}

/* Does the pattern's range name a place that is no registry? "file:x", "git+ssh://…", "user/repository". */
static bool is_foreign_range(struct dd_str range)
{
	size_t colon = dd_str_find(range, ':');
	if (dd_str_starts(range, DD_STR("npm:")))
		return false;
	return colon < range.n || dd_str_find(range, '/') < range.n;
}

static void finish_entry(struct lock *l)
{
	struct entry *e = &l->entry;
	struct dd_str name = e->name, rest;
	if (!e->open)
		return;
	e->open = false;
	if (is_foreign_range(e->range) || !dd_npm_is_registry_url(e->resolved))
		return;
	if (dd_str_starts(e->range, DD_STR("npm:"))) {
		name = dd_str_skip(e->range, 4);
		(void)dd_npm_split(name, &name, &rest);
	}
	struct dd_package *p = dd_third_party(l->out, DD_PACKAGE_DECLARED, "npm", name, e->version, e->at);
	if (!p)
		return;
	dd_npm_set_source(l->out, p, e->resolved, e->integrity);
	dd_npm_graph_package(&l->graph, e->number, l->out);
}

/* The line with the patterns of an entry. */
static bool start_entry(struct lock *l, struct dd_str line, uint64_t at)
{
	struct dd_str pattern;
	l->any = true;
	dd_arena_done(&l->texts);
	l->entry = (struct entry){ .at = at, .number = dd_npm_graph_entry(&l->graph) };
	for (bool first = true;; first = false) {
		if (!take_text(l, &line, &pattern))
			return false;
		if (first && !dd_npm_split(pattern, &l->entry.name, &l->entry.range))
			return false;
		if (!dd_npm_graph_bind(&l->graph, dd_npm_graph_key(&l->graph, pattern), l->entry.number))
			dd_found_problem(l->out, at, "comes twice: %s", DD_QUOTE(pattern));
		if (dd_str_eq_c(line, ":"))
			break;
		if (!dd_str_starts(line, DD_STR(",")))
			return false;
		line = dd_str_skip(line, 1);
		while (line.n && line.p[0] == ' ')
			line = dd_str_skip(line, 1);
	}
	l->entry.open = true;
	return true;
}

static bool take_field(struct lock *l, struct dd_str line)
{
	static const char *const lists[] = { "dependencies:", "optionalDependencies:" };
	struct dd_str key, value;
	for (size_t i = 0; i < DD_COUNT(lists); i++)
		if (dd_str_eq_c(line, lists[i]))
			return l->entry.in_list = true;
	l->entry.in_list = false;
	if (dd_str_ends(line, DD_STR(":"))) /* a list that we do not know */
		return true;
	if (!take_text(l, &line, &key) || !dd_str_starts(line, DD_STR(" ")))
		return false;
	line = dd_str_trim(line);
	if (!take_text(l, &line, &value))
		return false;
	if (dd_str_eq_c(key, "version"))
		l->entry.version = value;
	else if (dd_str_eq_c(key, "resolved"))
		l->entry.resolved = value;
	else if (dd_str_eq_c(key, "integrity"))
		l->entry.integrity = dd_str_starts(line, DD_STR(" ")) ? (struct dd_str){ value.p, value.n + line.n }
								      : /* several digests */
					     value;
	return true;
}

static bool take_need(struct lock *l, struct dd_str line)
{
	struct dd_str name, range;
	if (!l->entry.in_list)
		return true;
	if (!take_text(l, &line, &name))
		return false;
	line = dd_str_trim(line);
	if (!take_text(l, &line, &range))
		return false;
	struct dd_str pattern = dd_arena_printf(&l->texts, "%.*s@%.*s", DD_FMT(name), DD_FMT(range));
	if (pattern.p)
		dd_npm_graph_need(&l->graph, l->entry.number, dd_npm_graph_key(&l->graph, pattern));
	return true;
}

static void take_line(struct lock *l, struct dd_str line, uint64_t at)
{
	size_t indent = 0;
	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	struct dd_str text = dd_str_skip(line, indent);
	bool ok = true;
	if (!text.n || text.p[0] == '#')
		return;
	if (indent == 0) {
		finish_entry(l);
		ok = start_entry(l, text, at);
	} else if (l->entry.open) {
		ok = indent == 2 ? take_field(l, text) : indent == 4 && take_need(l, text);
	} else {
		ok = l->any; /* of an entry whose first line is a problem already */
	}
	if (!ok)
		dd_found_problem(l->out, at, "not a line of yarn.lock: %s", DD_QUOTE(line));
}

enum dd_code dd_yarn_classic(struct dd_str lock, struct dd_found *out, struct dd_err *err)
{
	struct lock l DD_CLEANUP(
		lock_done) = { .out = out, .graph = DD_NPM_GRAPH_INIT, .texts = DD_ARENA_INIT(ENTRY_BYTES_MAX) };
	struct dd_str rest = lock, line;
	(void)err;
	if (dd_str_starts(rest, DD_STR("\xef\xbb\xbf")))
		rest = dd_str_skip(rest, 3);
	while (!out->failed) {
		uint64_t at = (uint64_t)(lock.n - rest.n);
		if (!dd_str_line(&rest, &line))
			break;
		take_line(&l, line, at);
	}
	finish_entry(&l);
	dd_npm_graph_finish(&l.graph, out, false);
	return DD_OK;
}
