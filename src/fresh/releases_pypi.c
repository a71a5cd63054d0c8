/* SPDX-License-Identifier: Apache-2.0 */
/* Python's simple index of one project, in its three forms, told by the content:
 *
 *   PEP 691 JSON  { "files": [ { "filename": "x-1.0-py3-none-any.whl", "yanked": false | true | "why",
 *                   "upload-time": "…" } ], "versions": [ "1.0" ], "project-status": { "status", "reason" } }
 *   PEP 503 HTML  <a href="…" data-yanked="why">x-1.0.tar.gz</a>, <meta name="pypi:project-status" content="archived">
 *   PyPI's own    { "info": { "version", "yanked", "classifiers" }, "releases": { "1.0": [ { "yanked", … } ] } }
 *
 * A version is yanked when all of its files are (PEP 592). The status (PEP 792) is active, archived, quarantined or
 * deprecated. A file's version: PEP 427 for wheels (second part), PEP 625 and its forerunners for source archives (what
 * follows the project's name, whose "-", "_" and "." are one). Other files (.egg, .exe, .rpm) say nothing more. */
#include "format/json.h"
#include "fresh/releases.h"

static struct dd_str cut_end(struct dd_str s, const char *const *ends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_ends(s, dd_str_from(ends[i])))
			return dd_str_take(s, s.n - strlen(ends[i]));
	return DD_STR("");
}

static bool is_mark(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* What follows the project's name and a dash; empty when the file is named otherwise. */
static struct dd_str after_name(struct dd_str file, struct dd_str name)
{
	size_t i = 0, k = 0;
	while (k < name.n) {
		if (i >= file.n)
			return DD_STR("");
		if (is_mark(name.p[k])) {
			if (!is_mark(file.p[i]))
				return DD_STR("");
			while (k < name.n && is_mark(name.p[k]))
				k++;
			while (i < file.n && is_mark(file.p[i]))
				i++;
			continue;
		}
		if (dd_lower(file.p[i++]) != dd_lower(name.p[k++]))
			return DD_STR("");
	}
	return i < file.n && file.p[i] == '-' ? dd_str_skip(file, i + 1) : DD_STR("");
}

static struct dd_str version_of(struct dd_str file, struct dd_str name)
{
	static const char *const wheel[] = { ".whl" };
	static const char *const sdist[] = { ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz" };
	struct dd_str stem = cut_end(file, wheel, DD_COUNT(wheel));
	if (stem.n) {
		stem = dd_str_skip(stem, dd_str_find(stem, '-') + 1);
		return dd_str_take(stem, dd_str_find(stem, '-'));
	}
	return after_name(cut_end(file, sdist, DD_COUNT(sdist)), name);
}

/* One file of a version. Files of one version stand together in practice; where they do not, the version is there twice
 * and find() takes the first, so that the last one of the same text is looked for. */
static enum dd_code add_file(struct dd_releases *r, struct dd_str version, bool yanked, struct dd_str why,
			     struct dd_str when, struct dd_err *err)
{
	enum { LOOK_BACK = 64 };
	struct dd_release *one = NULL;
	if (!version.n)
		return DD_OK;
	for (size_t i = r->list.n; i-- > 0 && r->list.n - i <= LOOK_BACK && !one;)
		if (dd_str_eq(r->list.p[i].version, version))
			one = &r->list.p[i];
	bool fresh = !one;
	if (fresh && !(one = dd_releases_add(r, version)))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	if (fresh)
		one->marks = yanked ? DD_UPSTREAM_YANKED : 0;
	else if (!yanked)
		one->marks &= ~(unsigned)DD_UPSTREAM_YANKED;
	if (yanked && !one->words.n)
		one->words = dd_releases_words(r, why);
	if (when.n && !one->released.n)
		one->released = dd_releases_words(r, when);
	return DD_OK;
}

static void set_status(struct dd_releases *r, struct dd_str status, struct dd_str reason)
{
	static const struct {
		const char *status;
		unsigned mark;
	} rows[] = {
		{ "archived", DD_UPSTREAM_ARCHIVED },
		{ "deprecated", DD_UPSTREAM_DEPRECATED },
		{ "quarantined", DD_UPSTREAM_REMOVED },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_nocase(status, dd_str_from(rows[i].status))) {
			r->marks |= rows[i].mark;
			r->words = dd_releases_words(r, reason);
		}
}

/* ---- JSON ---- */

static bool is_yanked(const json_t *file, struct dd_str *ret_why)
{
	const json_t *y = dd_json_get(file, "yanked");
	*ret_why = dd_json_text(y);
	if (!ret_why->n)
		*ret_why = dd_json_str(file, "yanked_reason");
	return json_is_true(y) || json_is_string(y);
}

static enum dd_code simple(const json_t *doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	const json_t *files = dd_json_arr(doc, "files"), *status = dd_json_obj(doc, "project-status");
	struct dd_str why;
	for (size_t i = 0; i < dd_json_len(files); i++) {
		const json_t *f = dd_json_at(files, i);
		bool yanked = is_yanked(f, &why);
		DD_TRY(add_file(r, version_of(dd_json_str(f, "filename"), name), yanked, why,
				dd_json_str(f, "upload-time"), err));
	}
	set_status(r, dd_json_str(status, "status"), dd_json_str(status, "reason"));
	return DD_OK;
}

static enum dd_code warehouse(const json_t *doc, struct dd_releases *r, struct dd_err *err)
{
	const json_t *releases = dd_json_obj(doc, "releases"), *info = dd_json_obj(doc, "info");
	const json_t *classifiers = dd_json_arr(info, "classifiers"), *status = dd_json_obj(doc, "project-status");
	for (void *it = dd_json_first(releases); it; it = dd_json_next(releases, it)) {
		const json_t *files = dd_json_value(it);
		for (size_t i = 0; i < dd_json_len(files); i++) {
			struct dd_str why;
			const json_t *f = dd_json_at(files, i);
			bool yanked = is_yanked(f, &why);
			DD_TRY(add_file(r, dd_json_name(it), yanked, why, dd_json_str(f, "upload_time_iso_8601"), err));
		}
	}
	for (size_t i = 0; i < dd_json_len(classifiers); i++)
		if (dd_str_eq_c(dd_json_text(dd_json_at(classifiers, i)), "Development Status :: 7 - Inactive")) {
			r->marks |= DD_UPSTREAM_ARCHIVED;
			r->words = DD_STR("its authors call it inactive");
		}
	set_status(r, dd_json_str(status, "status"), dd_json_str(status, "reason"));
	return DD_OK;
}

/* ---- HTML ---- */

/* A text of HTML as it is meant: the five entities and decimal ones that PEP 503 pages use. */
static struct dd_str unescape(struct dd_releases *r, struct dd_str s)
{
	static const struct {
		const char *name;
		char c;
	} rows[] = { { "&amp;", '&' },	{ "&lt;", '<' },   { "&gt;", '>' },
		     { "&quot;", '"' }, { "&#39;", '\'' }, { "&#x27;", '\'' } };
	char *out = dd_arena_alloc(&r->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; out && i < s.n;) {
		size_t k = 0;
		while (k < DD_COUNT(rows) && !dd_str_starts(dd_str_skip(s, i), dd_str_from(rows[k].name)))
			k++;
		out[n++] = k < DD_COUNT(rows) ? rows[k].c : s.p[i];
		i += k < DD_COUNT(rows) ? strlen(rows[k].name) : 1;
	}
	return out ? (struct dd_str){ out, n } : DD_STR("");
}

/* The value of an attribute inside a tag; *ret_there tells an empty one from none. */
static struct dd_str attribute(struct dd_str tag, const char *name, bool *ret_there)
{
	struct dd_str wanted = dd_str_from(name);
	*ret_there = false;
	for (size_t i = 0; i + wanted.n < tag.n; i++) {
		if (!dd_is_blank(tag.p[i]))
			continue;
		struct dd_str rest = dd_str_trim(dd_str_skip(tag, i));
		if (!dd_str_eq_nocase(dd_str_take(rest, wanted.n), wanted))
			continue;
		rest = dd_str_skip(rest, wanted.n);
		if (rest.n && !dd_is_blank(rest.p[0]) && rest.p[0] != '=')
			continue;
		*ret_there = true;
		rest = dd_str_trim(rest);
		if (!rest.n || rest.p[0] != '=')
			return DD_STR("");
		rest = dd_str_trim(dd_str_skip(rest, 1));
		if (!rest.n || (rest.p[0] != '"' && rest.p[0] != '\''))
			return DD_STR("");
		char quote = rest.p[0];
		rest = dd_str_skip(rest, 1);
		return dd_str_take(rest, dd_str_find(rest, quote));
	}
	return DD_STR("");
}

static enum dd_code html_tag(struct dd_str tag, struct dd_str text, struct dd_str name, struct dd_releases *r,
			     struct dd_err *err)
{
	bool there;
	if (dd_str_eq_nocase(dd_str_take(tag, 5), DD_STR("meta "))) {
		struct dd_str what = attribute(tag, "name", &there);
		if (dd_str_eq_c(what, "pypi:project-status"))
			set_status(r, attribute(tag, "content", &there), DD_STR(""));
		if (dd_str_eq_c(what, "pypi:project-status-reason"))
			r->words = dd_releases_words(r, unescape(r, attribute(tag, "content", &there)));
		return DD_OK;
	}
	struct dd_str why = attribute(tag, "data-yanked", &there);
	return add_file(r, version_of(unescape(r, dd_str_trim(text)), name), there, unescape(r, why), DD_STR(""), err);
}

static enum dd_code html(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	enum { TAG_MAX = 4096 };
	size_t links = 0;
	bool list = false;
	for (struct dd_str rest = doc; rest.n;) {
		rest = dd_str_skip(rest, dd_str_find(rest, '<') + 1);
		struct dd_str tag = dd_str_take(rest, dd_str_find(rest, '>'));
		bool link = tag.n > 2 && (tag.p[0] | 32) == 'a' && dd_is_blank(tag.p[1]);
		bool meta = dd_str_eq_nocase(dd_str_take(tag, 5), DD_STR("meta "));
		if (tag.n > TAG_MAX || tag.n == rest.n)
			continue;
		rest = dd_str_skip(rest, tag.n + 1);
		struct dd_str text = dd_str_take(rest, dd_str_find(rest, '<'));
		list = list || dd_str_search(text, DD_STR("Links for")) < text.n;
		links += link;
		if (link || meta)
			DD_TRY(html_tag(tag, text, name, r, err));
	}
	/* A login page has links, too. */
	if (r->list.n == 0 && !(list && links == 0))
		return dd_fail(err, DD_EPARSE, 0, "an HTML page, but no index of a project");
	return DD_OK;
}

enum dd_code dd_releases_pypi(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	struct dd_str start = dd_str_trim(dd_str_take(doc, 512));
	json_t *j DD_CLEANUP_JSON = NULL;
	if (start.n && start.p[0] == '<')
		return html(doc, name, r, err);
	DD_TRY(dd_json_parse(doc, &j, err));
	if (dd_json_arr(j, "files"))
		return simple(j, name, r, err);
	if (dd_json_obj(j, "releases") && dd_json_obj(j, "info"))
		return warehouse(j, r, err);
	return dd_fail(err, DD_EPARSE, 0, "neither a simple index (PEP 691) nor PyPI's document of a project");
}
