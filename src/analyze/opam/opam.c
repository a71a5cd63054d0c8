/* SPDX-License-Identifier: Apache-2.0 */
/* OCaml packages of opam: those of a switch, and what `opam lock` pinned.
 *
 *   SWITCH/.opam-switch/packages/NAME.VERSION/opam      installed; NAME and VERSION are those of the directory
 *   NAME.opam.locked                                     the user's own package, whose depends are exact
 *
 *   file  = *( name ":" value / name "{" … "}" )
 *   value = text / "[" *( text [ "{" filter "}" ] ) "]" / …       text: DQUOTE … DQUOTE, or between triple ones
 *   license: "MIT"        depends: [ "base" {= "v0.16.3" & with-test} "dune" {>= "3.0"} ]
 *
 * Comments: "#" to the end of the line, "(*" to "*)". In a lock file a dependency is a package when its filter starts
 * with "=" and a version; with-test, with-doc, with-dev-setup and dev make it one for development.
 * Source: opam.ocaml.org/doc/Manual.html "opam files"; opam 2.0 to 2.4. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define OPAM_BYTES_MAX (16 * DD_MIB)

struct opam {
	struct dd_str all;
	size_t at;
	unsigned lists, braces; /* open ones */
};

struct token {
	char kind; /* 's' text, 'n' word, or a byte of punctuation; '\0' the end */
	struct dd_str text;
	uint64_t at;
};

static void skip_space(struct opam *o)
{
	for (;;) {
		while (o->at < o->all.n && dd_is_blank(o->all.p[o->at]))
			o->at++;
		struct dd_str rest = dd_str_skip(o->all, o->at);
		if (dd_str_starts(rest, DD_STR("#")))
			o->at += dd_str_find(rest, '\n');
		else if (dd_str_starts(rest, DD_STR("(*")))
			o->at += dd_str_search(rest, DD_STR("*)")) + 2;
		else
			return;
	}
}

static struct dd_str take_text(struct opam *o)
{
	static const struct dd_str triple = { "\"\"\"", 3 };
	struct dd_str rest = dd_str_skip(o->all, o->at);
	if (dd_str_starts(rest, triple)) {
		rest = dd_str_skip(rest, 3);
		size_t n = dd_str_search(rest, triple);
		o->at += n + 6;
		return dd_str_take(rest, n);
	}
	size_t n = 1;
	while (n < rest.n && rest.p[n] != '"')
		n += rest.p[n] == '\\' ? 2 : 1;
	n = n < rest.n ? n : rest.n;
	o->at += n + 1;
	return dd_str_skip(dd_str_take(rest, n), 1);
}

static bool is_word_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '-' || c == '_' || c == '+';
}

static struct token next_token(struct opam *o)
{
	skip_space(o);
	if (o->at >= o->all.n)
		return (struct token){ '\0', { "", 0 }, o->all.n };
	uint64_t start = o->at;
	char c = o->all.p[o->at];
	if (c == '"')
		return (struct token){ 's', take_text(o), start };
	if (is_word_byte(c)) {
		while (o->at < o->all.n && is_word_byte(o->all.p[o->at]))
			o->at++;
		return (struct token){ 'n', { o->all.p + start, o->at - start }, start };
	}
	o->at++;
	o->lists += c == '[';
	o->lists -= c == ']' && o->lists;
	o->braces += c == '{';
	o->braces -= c == '}' && o->braces;
	return (struct token){ c ? c : ' ', { o->all.p + start, 1 }, start };
}

/* A dependency and what its filter says. */
struct dependency {
	struct dd_str name, version;
	bool exact, dev;
	uint64_t at;
};

struct reader {
	struct dd_found *out;
	bool lock;
	struct dd_str field; /* whose value is being read */
	struct dd_buf licences, depends;
	struct dependency d;
	char before; /* kind of the token before */
};

static void end_dependency(struct reader *r)
{
	const struct dependency *d = &r->d;
	if (d->name.n && !r->lock && !d->dev)
		dd_depends_add(&r->depends, d->name, DD_STR(""));
	if (d->name.n && r->lock && d->exact) {
		struct dd_package *p = dd_third_party(r->out, DD_PACKAGE_DECLARED, "opam", d->name, d->version, d->at);
		if (p)
			p->dev = d->dev;
	}
	r->d = (struct dependency){ 0 };
}

static void take_dependency(struct reader *r, const struct opam *o, const struct token *t)
{
	static const char *const dev[] = { "with-test", "with-doc", "with-dev-setup", "dev" };
	if (t->kind == 's' && o->braces == 0) {
		end_dependency(r);
		r->d.name = t->text;
		r->d.at = t->at;
	} else if (t->kind == 's' && o->braces == 1 && r->before == '=') {
		r->d.version = t->text;
		r->d.exact = true;
	} else if (t->kind == 'n' && o->braces == 1) {
		for (size_t i = 0; i < DD_COUNT(dev); i++)
			r->d.dev = r->d.dev || dd_str_eq_c(t->text, dev[i]);
	}
}

static void take_token(struct reader *r, const struct opam *o, const struct token *t)
{
	if (dd_str_eq_c(r->field, "depends")) {
		take_dependency(r, o, t);
	} else if (t->kind == 's' && dd_str_eq_c(r->field, "license")) {
		dd_licences_add(&r->licences, " AND ", t->text);
	}
	/* "!=", ">=", "<=" are no "=". */
	bool ordered = t->kind == '=' && (r->before == '!' || r->before == '<' || r->before == '>');
	r->before = ordered ? ' ' : t->kind;
}

static void read_fields(struct reader *r, struct dd_str data)
{
	struct opam o = { .all = data };
	struct dd_str last = { "", 0 };
	for (struct token t = next_token(&o); t.kind; t = next_token(&o)) {
		/* "url { src: … }" is a section: nothing in it is wanted. */
		bool field = t.kind == ':' && o.lists == 0 && o.braces == 0;
		bool section = t.kind == '{' && o.lists == 0 && o.braces == 1;
		if ((field || section) && last.n) {
			end_dependency(r);
			r->field = field ? last : DD_STR("");
		} else {
			take_token(r, &o, &t);
		}
		last = t.kind == 'n' ? t.text : DD_STR("");
	}
	end_dependency(r);
}

static void reader_done(struct reader *r)
{
	dd_buf_done(&r->licences);
	dd_buf_done(&r->depends);
}

static enum dd_code parse_installed(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out,
			    .licences = DD_BUF_INIT(DD_FIELD_BYTES_MAX),
			    .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	struct dd_str dir = dd_str_take(in->path, dd_str_rfind(in->path, '/'));
	size_t slash = dd_str_rfind(dir, '/');
	struct dd_str package = dd_str_skip(dir, slash + 1);
	if (slash == dir.n || !dd_str_ends(dd_str_take(dir, slash), DD_STR(".opam-switch/packages")))
		return DD_OK;
	size_t dot = dd_str_find(package, '.'); /* names hold no dots */
	read_fields(&r, in->data);
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "opam", dd_str_take(package, dot),
					      dd_str_skip(package, dot + 1), 0);
	if (p) {
		p->licences = dd_lines_take(out, &r.licences);
		p->depends = dd_lines_take(out, &r.depends);
	}
	return dd_third_party_end(out, err);
}

static enum dd_code parse_lock(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out, .lock = true, .licences = DD_BUF_INIT(DD_FIELD_BYTES_MAX) };
	read_fields(&r, in->data);
	return dd_third_party_end(out, err);
}

static const struct dd_match match_installed[] = {
	{ DD_MATCH_BASENAME, "opam", NULL, OPAM_BYTES_MAX },
	{ DD_MATCH_END },
};

static const struct dd_match match_lock[] = {
	{ DD_MATCH_SUFFIX, ".opam.locked", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_opam = {
	.id = "opam",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed opam packages",
	.purl_type = "opam",
	.match = match_installed,
	.parse = parse_installed,
};

const struct dd_analyzer dd_analyzer_opam_lock = {
	.id = "opam-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "*.opam.locked",
	.purl_type = "opam",
	.match = match_lock,
	.parse = parse_lock,
};
