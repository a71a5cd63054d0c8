/* SPDX-License-Identifier: Apache-2.0 */
/* go.mod: what a module asks for.
 *
 *   file      = *( line LF );  line = [ directive ] [ "//" comment ]
 *   directive = word *( blank token ) / word "(" LF *( token … LF ) ")"
 *   token     = "text" with Go's escapes / `text` / one of ()[]{}, / other bytes without blanks, ending before "//"
 *
 *   module PATH, go VERSION, toolchain NAME, require PATH VERSION ["// indirect"], exclude PATH VERSION,
 *   replace PATH [VERSION] => PATH [VERSION], retract, godebug, tool, ignore
 *
 * What becomes what: each requirement a package (from Go 1.17 on the file lists indirect ones, too, so it is the whole
 * build list), after exclude and replace: of two replacements the one that names the version wins; one by a directory
 * leaves the name and no version. The module itself is a package without a version that depends on its direct
 * requirements. The go and toolchain lines say what is asked for at least, not what is there, so they give nothing.
 * A go.sum beside it is told what it need not say again: everything, or before Go 1.17 the modules that are named here.
 *
 * Not read: modules of the module cache (…/pkg/mod/PATH@VERSION/go.mod: nothing of what they ask for is selected by
 * that) and of Go's own source (module std and cmd: judged as the package stdlib).
 *
 * Source: go.dev/ref/mod#go-mod-file; golang.org/x/mod/modfile. Limits: GO_MOD_BYTES_MAX, LINES_MAX requirements,
 * exclusions and replacements; tokens behind TOKENS_MAX of a line are not looked at. */
#include "analyze/go/go.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"

enum { TOKENS_MAX = 6, LINES_MAX = 200000, WHOLE_SINCE = 17 /* go 1.17 */ };
#define GO_MOD_BYTES_MAX (16 * DD_MIB) /* real ones stay below 100 KiB */

struct requirement {
	struct dd_go_module module;
	uint64_t at;
	bool indirect;
};

struct replacement {
	struct dd_go_module with; /* the path of a directory: an empty version */
};

struct gomod {
	struct dd_found *out;
	uint64_t at; /* of the line being read */
	struct dd_str module;
	DD_VEC(struct requirement) required;
	DD_VEC(struct replacement) replaced;
	struct dd_map replacements; /* "PATH" or "PATH VERSION" → index */
	struct dd_map excluded;	    /* "PATH VERSION" → 1 */
	bool limit_told;
	bool whole; /* lists indirect requirements, too */
};

struct line {
	struct dd_str token[TOKENS_MAX];
	size_t n;
	bool indirect;
	bool odd; /* a quote that does not end */
};

/* Cuts a token off *rest, which does not start with a blank. Escapes inside quotes are left as they are: no path or
 * version has a byte that needs one. */
static struct dd_str take_token(struct dd_str *rest, bool *odd)
{
	char quote = rest->p[0];
	size_t n = 0;
	if (quote == '"' || quote == '`') {
		struct dd_str text = dd_str_skip(*rest, 1);
		n = dd_str_find(text, quote);
		*odd = *odd || n == text.n;
		*rest = dd_str_skip(text, n + 1);
		return dd_str_take(text, n);
	}
	while (n < rest->n && !dd_is_blank(rest->p[n]) && !memchr("\"`()[]{},", rest->p[n], 9) &&
	       !dd_str_starts(dd_str_skip(*rest, n), DD_STR("//")))
		n++;
	if (n == 0) /* a bracket or a comma */
		n = 1;
	struct dd_str token = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	return token;
}

static struct line cut_line(struct dd_str text)
{
	struct line l = { .n = 0 };
	for (struct dd_str rest = dd_str_trim(text); rest.n; rest = dd_str_trim(rest)) {
		if (dd_str_starts(rest, DD_STR("//"))) {
			struct dd_str comment = dd_str_trim(dd_str_skip(rest, 2));
			l.indirect = dd_str_eq(dd_str_take(comment, dd_str_find(comment, ';')), DD_STR("indirect"));
			break;
		}
		struct dd_str token = take_token(&rest, &l.odd);
		if (l.n < TOKENS_MAX)
			l.token[l.n++] = token;
	}
	return l;
}

static void complain(struct gomod *g, const char *what, struct dd_str word)
{
	dd_found_problem(g->out, g->at, "%s: %s", what, DD_QUOTE(word));
}

/* False once the limit is passed or memory is out. */
static bool room(struct gomod *g, size_t n)
{
	if (n < LINES_MAX)
		return true;
	if (!g->limit_told)
		dd_found_problem(g->out, g->at, "more than %d lines of one kind: the rest is not read", LINES_MAX);
	g->limit_told = true;
	return false;
}

static struct dd_str pair(struct gomod *g, struct dd_str path, struct dd_str version)
{
	struct dd_str key = dd_arena_printf(g->out->arena, "%.*s %.*s", DD_FMT(path), DD_FMT(version));
	if (!key.p)
		g->out->failed = true;
	return key;
}

static void read_module(struct gomod *g, const struct line *l)
{
	if (l->n == 1)
		g->module = l->token[0];
	else
		complain(g, "not a module's path", l->n ? l->token[0] : DD_STR(""));
}

static void read_require(struct gomod *g, const struct line *l)
{
	if (l->n != 2) {
		complain(g, "not a module and a version", l->n ? l->token[0] : DD_STR(""));
		return;
	}
	struct requirement r = { { l->token[0], l->token[1] }, g->at, l->indirect };
	if (room(g, g->required.n) && !dd_vec_push(&g->required, r, LINES_MAX))
		g->out->failed = true;
}

static void read_exclude(struct gomod *g, const struct line *l)
{
	if (l->n != 2) {
		complain(g, "not a module and a version", l->n ? l->token[0] : DD_STR(""));
		return;
	}
	if (!room(g, g->excluded.n))
		return;
	struct dd_str key = pair(g, l->token[0], l->token[1]);
	if (key.p && !dd_map_set(&g->excluded, key, 1))
		g->out->failed = true;
}

/* PATH [VERSION] => PATH [VERSION] */
static void read_replace(struct gomod *g, const struct line *l)
{
	size_t arrow = 0;
	while (arrow < l->n && !dd_str_eq_c(l->token[arrow], "=>"))
		arrow++;
	if (arrow < 1 || arrow > 2 || l->n < arrow + 2 || l->n > arrow + 3) {
		complain(g, "not a replacement", l->n ? l->token[0] : DD_STR(""));
		return;
	}
	struct replacement r = { { l->token[arrow + 1], l->n == arrow + 3 ? l->token[arrow + 2] : DD_STR("") } };
	if (!room(g, g->replaced.n))
		return;
	struct dd_str key = arrow == 2 ? pair(g, l->token[0], l->token[1]) : l->token[0];
	if (key.p &&
	    (!dd_map_set(&g->replacements, key, (uint32_t)g->replaced.n) || !dd_vec_push(&g->replaced, r, LINES_MAX)))
		g->out->failed = true;
}

/* "1.17", "1.21.3", "1.22rc1": the second number decides. */
static void read_go(struct gomod *g, const struct line *l)
{
	struct dd_str version = l->n ? l->token[0] : DD_STR(""), major;
	uint64_t minor = 0;
	size_t n = 0;
	if (!dd_str_next(&version, '.', &major))
		return;
	while (n < version.n && dd_is_digit(version.p[n]))
		n++;
	(void)dd_str_u64(dd_str_take(version, n), 1000000, &minor);
	g->whole = !dd_str_eq_c(major, "1") || minor >= WHOLE_SINCE;
}

static void read_nothing(struct gomod *g, const struct line *l)
{
	(void)g;
	(void)l;
}

static const struct {
	const char *word;
	void (*read)(struct gomod *g, const struct line *l);
} directives[] = {
	{ "module", read_module },   { "require", read_require }, { "exclude", read_exclude },
	{ "replace", read_replace }, { "go", read_go },		  { "toolchain", read_nothing },
	{ "retract", read_nothing }, { "godebug", read_nothing }, { "tool", read_nothing },
	{ "ignore", read_nothing },
};

static struct line without_first(struct line l)
{
	memmove(&l.token[0], &l.token[1], (l.n - 1) * sizeof l.token[0]);
	l.n--;
	return l;
}

static size_t directive_of(struct gomod *g, struct dd_str word)
{
	for (size_t i = 0; i < DD_COUNT(directives); i++)
		if (dd_str_eq_c(word, directives[i].word))
			return i;
	complain(g, "not a directive of go.mod", word);
	return DD_COUNT(directives);
}

static void read_lines(struct gomod *g, struct dd_str data)
{
	enum { OUTSIDE = 1000 };
	size_t block = OUTSIDE; /* the directive whose block is open; DD_COUNT: an unknown one */
	for (struct dd_str rest = data, text; !g->out->failed && rest.n;) {
		g->at = data.n - rest.n;
		(void)dd_str_line(&rest, &text);
		struct line l = cut_line(text);
		if (l.odd)
			complain(g, "a quote that does not end", text);
		if (l.n == 0 || l.odd)
			continue;
		if (block != OUTSIDE && dd_str_eq_c(l.token[0], ")")) {
			block = OUTSIDE;
			continue;
		}
		size_t directive = block == OUTSIDE ? directive_of(g, l.token[0]) : block;
		struct line arguments = block == OUTSIDE ? without_first(l) : l;
		if (block == OUTSIDE && arguments.n && dd_str_eq_c(arguments.token[0], "(")) {
			bool closed = dd_str_eq_c(arguments.token[arguments.n - 1], ")");
			block = closed ? (size_t)OUTSIDE : directive;
		} else if (directive < DD_COUNT(directives)) {
			directives[directive].read(g, &arguments);
		}
	}
	if (block != OUTSIDE)
		dd_found_problem(g->out, data.n, "the file ends inside a block");
}

/* What is built in the place of a requirement; false: it is excluded. */
static bool selected(struct gomod *g, struct dd_go_module *m)
{
	struct dd_str key = pair(g, m->path, m->version);
	if (!key.p || dd_map_get(&g->excluded, key) != DD_MAP_NONE)
		return false;
	uint32_t i = dd_map_get(&g->replacements, key);
	if (i == DD_MAP_NONE)
		i = dd_map_get(&g->replacements, m->path);
	if (i == DD_MAP_NONE)
		return true;
	const struct dd_go_module *with = &g->replaced.p[i].with;
	if (with->version.n)
		*m = *with;
	else
		m->version = DD_STR("");
	return true;
}

static void cover_sums(struct gomod *g)
{
	if (g->whole)
		dd_found_define(g->out, DD_DEFINE_COVERS, DD_STR("go.sum"), DD_STR(""));
	for (size_t i = 0; i < g->required.n && !g->whole && !g->out->failed; i++) {
		struct dd_go_module m = g->required.p[i].module;
		dd_found_define(g->out, DD_DEFINE_COVERS, DD_STR("go.sum"), m.path);
		if (selected(g, &m) && !dd_str_eq(m.path, g->required.p[i].module.path))
			dd_found_define(g->out, DD_DEFINE_COVERS, DD_STR("go.sum"), m.path);
	}
}

static void add_all(struct gomod *g)
{
	struct dd_buf depends DD_CLEANUP_BUF = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	for (size_t i = 0; i < g->required.n && !g->out->failed; i++) {
		struct requirement *r = &g->required.p[i];
		if (!selected(g, &r->module))
			continue;
		struct dd_package *p = dd_go_add(g->out, &r->module, r->at);
		if (!p)
			continue;
		p->evidence = DD_PACKAGE_DECLARED;
		if (!r->indirect && depends.n + p->name.n + p->version.n + 2 <= DD_FIELD_BYTES_MAX)
			(void)dd_buf_addf(&depends, "%.*s%s%.*s\n", DD_FMT(p->name), p->version.n ? "@" : "",
					  DD_FMT(p->version));
	}
	if (g->module.n == 0 || g->out->failed)
		return;
	struct dd_package *p = dd_go_add(g->out, &(struct dd_go_module){ g->module, DD_STR("") }, 0);
	if (!p)
		return;
	p->evidence = DD_PACKAGE_DECLARED;
	p->depends = dd_found_str(g->out, dd_str_trim(dd_buf_str(&depends)));
}

bool dd_go_in_module_cache(struct dd_str path)
{
	size_t at = dd_str_search(path, DD_STR("pkg/mod/"));
	struct dd_str rest = dd_str_skip(path, at);
	return at < path.n && dd_str_find(rest, '@') < rest.n;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct gomod g = { .out = out };
	if (dd_go_in_module_cache(in->path))
		return DD_OK;
	read_lines(&g, in->data);
	cover_sums(&g);
	if (!dd_str_eq_c(g.module, "std") && !dd_str_eq_c(g.module, "cmd"))
		add_all(&g);
	dd_vec_done(&g.required);
	dd_vec_done(&g.replaced);
	dd_map_done(&g.replacements);
	dd_map_done(&g.excluded);
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "go.mod", NULL, GO_MOD_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_gomod = {
	.id = "go-mod",
	.version = 2,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Go modules asked for (go.mod)",
	.purl_type = "golang",
	.match = match,
	.parse = parse,
};
