/* SPDX-License-Identifier: Apache-2.0 */
/* Go's module proxy, three documents one after the other: @v/list, a version a line (no pseudo-versions); where it is
 * empty @latest, { "Version", "Time" }; then the go.mod of the newest version, which alone speaks for all of them:
 *
 *   // Deprecated: use example.com/new instead.            a paragraph of the comment before, or behind, `module`
 *   module example.com/old
 *   retract v1.0.5 // why                                  a version, or [low, high]
 *   retract ( … )                                          the same, one a line; a comment before is the reason, too
 *
 * Source: golang.org/ref/mod (#goproxy-protocol, #go-mod-file-module-deprecation, #go-mod-file-retract). */
#include "base/buf.h"
#include "format/json.h"
#include "fresh/releases.h"

static void ask_mod(struct dd_releases *r)
{
	const struct dd_release *newest = dd_releases_newest(r, DD_SCHEME_GOLANG);
	r->next = newest ? DD_FRESH_GO_MOD : DD_FRESH_GO_LATEST;
	r->parts[0] = newest ? newest->version : DD_STR("");
	r->n_parts = 1;
}

enum dd_code dd_releases_go_list(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	(void)name;
	for (struct dd_str rest = doc, line; dd_str_line(&rest, &line);) {
		line = dd_str_trim(line);
		if (!line.n)
			continue;
		if (!dd_str_is_word(line) || line.p[0] != 'v')
			return dd_fail(err, DD_EPARSE, (uint64_t)(line.p - doc.p), "no list of versions");
		if (!dd_releases_add(r, line))
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	}
	ask_mod(r);
	return DD_OK;
}

enum dd_code dd_releases_go_latest(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	(void)name;
	DD_TRY(dd_json_parse(doc, &j, err));
	struct dd_str version = dd_json_str(j, "Version");
	if (!dd_str_is_word(version))
		return dd_fail(err, DD_EPARSE, 0, "no version");
	struct dd_release *one = dd_releases_add(r, version);
	if (!one)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	one->released = dd_releases_words(r, dd_json_str(j, "Time"));
	ask_mod(r);
	if (r->next != DD_FRESH_GO_MOD)
		return dd_fail(err, DD_EPARSE, 0, "%s is no version", DD_QUOTE(version));
	return DD_OK;
}

/* ---- go.mod ---- */

struct mod {
	struct dd_releases *r;
	struct dd_str before; /* comment lines directly above, from the first */
	bool in_retract, any;
};

/* "Deprecated: …" of a comment, to the end of its paragraph. */
static void deprecation(struct mod *m, struct dd_str comment)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(4096);
	bool in = false;
	for (struct dd_str rest = comment, line; dd_str_line(&rest, &line);) {
		line = dd_str_trim(line);
		while (line.n && line.p[0] == '/')
			line = dd_str_skip(line, 1);
		line = dd_str_trim(line);
		if (!in && dd_str_starts(line, DD_STR("Deprecated:"))) {
			in = true;
			line = dd_str_trim(dd_str_skip(line, sizeof "Deprecated:" - 1));
			m->r->marks |= DD_UPSTREAM_DEPRECATED;
		} else if (in && !line.n) {
			break;
		}
		if (!in)
			continue;
		if (text.n)
			(void)dd_buf_add_char(&text, ' ');
		(void)dd_buf_add_str(&text, line);
	}
	if (in)
		m->r->words = dd_releases_words(m->r, dd_buf_str(&text));
}

static struct dd_str unquote(struct dd_str s)
{
	s = dd_str_trim(s);
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '`') && s.p[s.n - 1] == s.p[0])
		return dd_str_take(dd_str_skip(s, 1), s.n - 2);
	return s;
}

static void retract(struct mod *m, struct dd_str range, struct dd_str why)
{
	struct dd_str low = dd_str_trim(range), high;
	if (low.n > 2 && low.p[0] == '[' && low.p[low.n - 1] == ']') {
		low = dd_str_take(dd_str_skip(low, 1), low.n - 2);
		size_t comma = dd_str_find(low, ',');
		high = unquote(dd_str_skip(low, comma + 1));
		low = unquote(dd_str_take(low, comma));
	} else {
		high = low = unquote(low);
	}
	why = dd_releases_words(m->r, why);
	for (size_t i = 0; i < m->r->list.n; i++) {
		struct dd_release *one = &m->r->list.p[i];
		int a, b;
		if (!dd_vercmp(DD_SCHEME_GOLANG, one->version, low, &a) ||
		    !dd_vercmp(DD_SCHEME_GOLANG, one->version, high, &b) || a < 0 || b > 0)
			continue;
		one->marks |= DD_UPSTREAM_YANKED;
		one->words = why;
	}
}

static struct dd_str comment_text(struct dd_str c)
{
	c = dd_str_trim(c);
	c = dd_str_take(c, dd_str_find(c, '\n'));
	while (c.n && c.p[0] == '/')
		c = dd_str_skip(c, 1);
	return dd_str_trim(c);
}

static void mod_line(struct mod *m, struct dd_str line)
{
	size_t at = dd_str_search(line, DD_STR("//"));
	struct dd_str comment = dd_str_skip(line, at), code = dd_str_trim(dd_str_take(line, at));
	struct dd_str why = comment_text(comment.n ? comment : m->before);
	if (m->in_retract) {
		if (dd_str_eq_c(code, ")"))
			m->in_retract = false;
		else if (code.n)
			retract(m, code, why);
		return;
	}
	struct dd_str word = dd_str_take(code, dd_str_find(code, ' ')), rest = dd_str_skip(code, word.n);
	if (dd_str_eq_c(word, "module")) {
		m->any = true;
		deprecation(m, m->before);
		deprecation(m, comment);
	} else if (dd_str_eq_c(word, "retract") || dd_str_starts(code, DD_STR("retract("))) {
		rest = dd_str_trim(dd_str_skip(code, sizeof "retract" - 1));
		m->in_retract = dd_str_eq_c(rest, "(");
		if (!m->in_retract)
			retract(m, rest, why);
	}
}

enum dd_code dd_releases_go_mod(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	enum { RETRACTIONS_WORK = 200000 };
	struct mod m = { .r = r, .before = DD_STR("") };
	size_t lines = 0;
	(void)name;
	for (struct dd_str rest = doc, line; dd_str_line(&rest, &line);) {
		struct dd_str t = dd_str_trim(line);
		/* every retraction looks at every version */
		if (m.in_retract && ++lines * (r->list.n + 1) > RETRACTIONS_WORK * (size_t)100)
			return dd_fail(err, DD_ELIMIT, (uint64_t)(line.p - doc.p), "too many retractions");
		if (dd_str_starts(t, DD_STR("//"))) {
			if (!m.before.n)
				m.before = t;
			m.before.n = (size_t)(t.p + t.n - m.before.p);
			continue;
		}
		mod_line(&m, t);
		m.before = DD_STR("");
	}
	return m.any ? DD_OK : dd_fail(err, DD_EPARSE, 0, "no go.mod");
}
