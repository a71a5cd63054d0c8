/* SPDX-License-Identifier: Apache-2.0 */
/* Lua rocks that LuaRocks installed: TREE/lib/luarocks/rocks[-5.x]/NAME/VERSION/NAME-VERSION.rockspec. A rockspec is a
 * Lua program of assignments:
 *
 *   package = "luasocket"
 *   version = "3.0rc1-2"                              with the rockspec's revision
 *   description = { license = "MIT", … }
 *   dependencies = { "lua >= 5.1", "luasec ~> 1", … }
 *
 * Nothing is evaluated: texts ("…" '…' [[…]] [=[…]=]), names, "=" and braces are read, comments passed over. Rockspecs
 * elsewhere are sources. What is not assigned as a literal is missing, and that is a problem.
 * Source: github.com/luarocks/luarocks/wiki "Rockspec format" (1.0 to 3.1). */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define ROCKSPEC_BYTES_MAX (4 * DD_MIB)

struct lua {
	struct dd_str all;
	size_t at;
	unsigned depth;
};

struct token {
	char kind; /* 's' text, 'n' name, or a byte of punctuation; '\0' the end */
	struct dd_str text;
};

/* Length of an opening long bracket "[[", "[==[" at the cursor, 0: none. */
static size_t long_bracket(const struct lua *l)
{
	struct dd_str rest = dd_str_skip(l->all, l->at);
	size_t n = 1;
	if (rest.n == 0 || rest.p[0] != '[')
		return 0;
	while (n < rest.n && rest.p[n] == '=')
		n++;
	return n < rest.n && rest.p[n] == '[' ? n + 1 : 0;
}

static struct dd_str take_long(struct lua *l, size_t opening)
{
	size_t start = l->at + opening, equals = opening - 2;
	for (size_t at = start; at < l->all.n; at++) {
		if (l->all.p[at] != ']')
			continue;
		size_t n = 1;
		while (n <= equals && at + n < l->all.n && l->all.p[at + n] == '=')
			n++;
		if (n == equals + 1 && at + n < l->all.n && l->all.p[at + n] == ']') {
			l->at = at + n + 1;
			return (struct dd_str){ l->all.p + start, at - start };
		}
		at += n - 1; /* what was "=" is no bracket */
	}
	l->at = l->all.n;
	return DD_STR("");
}

static void skip_space(struct lua *l)
{
	for (;;) {
		while (l->at < l->all.n && dd_is_blank(l->all.p[l->at]))
			l->at++;
		if (!dd_str_starts(dd_str_skip(l->all, l->at), DD_STR("--")))
			return;
		l->at += 2;
		size_t opening = long_bracket(l);
		if (opening)
			(void)take_long(l, opening);
		else
			l->at += dd_str_find(dd_str_skip(l->all, l->at), '\n');
	}
}

static struct dd_str take_quoted(struct lua *l, char quote)
{
	size_t start = ++l->at;
	while (l->at < l->all.n && l->all.p[l->at] != quote && l->all.p[l->at] != '\n')
		l->at += l->all.p[l->at] == '\\' ? 2 : 1;
	size_t end = l->at < l->all.n ? l->at : l->all.n;
	l->at = end < l->all.n ? end + 1 : end;
	return (struct dd_str){ l->all.p + start, end > start ? end - start : 0 };
}

static bool is_name_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_';
}

static struct token next_token(struct lua *l)
{
	skip_space(l);
	if (l->at >= l->all.n)
		return (struct token){ '\0', { "", 0 } };
	char c = l->all.p[l->at];
	size_t opening = long_bracket(l), start = l->at;
	if (opening)
		return (struct token){ 's', take_long(l, opening) };
	if (c == '"' || c == '\'')
		return (struct token){ 's', take_quoted(l, c) };
	if (is_name_byte(c)) {
		while (l->at < l->all.n && is_name_byte(l->all.p[l->at]))
			l->at++;
		return (struct token){ 'n', { l->all.p + start, l->at - start } };
	}
	l->at++;
	l->depth += c == '{';
	l->depth -= c == '}' && l->depth;
	/* A NUL in the file is not its end. */
	return (struct token){ c ? c : ' ', { l->all.p + start, 1 } };
}

struct rockspec {
	struct dd_str package, version, licence;
	struct dd_buf depends;
};

static void take_text(struct rockspec *r, unsigned depth, struct dd_str outer, struct dd_str name, struct dd_str text)
{
	if (depth == 0 && dd_str_eq_c(name, "package"))
		r->package = text;
	else if (depth == 0 && dd_str_eq_c(name, "version"))
		r->version = text;
	else if (depth == 1 && dd_str_eq_c(outer, "description") && dd_str_eq_c(name, "license"))
		r->licence = text;
	else if (depth == 1 && dd_str_eq_c(outer, "dependencies") && name.n == 0) {
		struct dd_str rock = dd_str_trim(text);
		size_t n = 0;
		while (n < rock.n && !dd_is_blank(rock.p[n]) && !strchr("<>=~", rock.p[n]))
			n++;
		if (!dd_str_eq_c(dd_str_take(rock, n), "lua"))
			dd_depends_add(&r->depends, dd_str_take(rock, n), DD_STR(""));
	}
}

static void read_rockspec(struct dd_str data, struct rockspec *r)
{
	struct lua l = { .all = data };
	struct dd_str last = { "", 0 }, outer = { "", 0 }, name = { "", 0 }; /* name: what "=" gives a value to */
	for (struct token t = next_token(&l); t.kind; t = next_token(&l)) {
		if (t.kind == 's') {
			take_text(r, l.depth, outer, name, t.text);
		} else if (t.kind == '=') {
			name = last;
			if (l.depth == 0)
				outer = last;
			continue;
		}
		last = t.kind == 'n' ? t.text : DD_STR("");
		if (t.kind != 'n')
			name = DD_STR("");
	}
}

/* …, rocks-5.1, NAME, VERSION, FILE */
static bool is_installed(struct dd_str path)
{
	struct dd_str parts[4] = { { "", 0 } };
	for (size_t i = 0; i < 4; i++) {
		size_t slash = dd_str_rfind(path, '/');
		bool none = slash == path.n;
		parts[i] = none ? path : dd_str_skip(path, slash + 1);
		path = none ? DD_STR("") : dd_str_take(path, slash);
	}
	return dd_str_starts(parts[3], DD_STR("rocks"));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct rockspec r = { .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	if (!is_installed(in->path))
		return DD_OK;
	read_rockspec(in->data, &r);
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "luarocks", r.package, r.version, 0);
	if (p) {
		p->licences = dd_third_party_text(out, r.licence);
		p->depends = dd_lines_take(out, &r.depends);
	}
	dd_buf_done(&r.depends);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".rockspec", NULL, ROCKSPEC_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_lua = {
	.id = "lua",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed Lua rocks",
	.purl_type = "luarocks",
	.match = match,
	.parse = parse,
};
