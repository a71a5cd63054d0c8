/* SPDX-License-Identifier: Apache-2.0 */
/* One parser for both kinds of text. Grammar (SPDX 2.3 annex D, 3.0.1 annex B), loosest operator first:
 *     or     = and  *( "OR" and )
 *     and    = with *( "AND" with )
 *     with   = simple [ "WITH" exception ]
 *     simple = licence-id [ "+" ] / [ "DocumentRef-" idstring ":" ] "LicenseRef-" idstring / "(" or ")"
 * Free text has the same shape, but an operand is a phrase: all words up to the next operator or parenthesis
 * ("ASL 2.0 and GPLv2+ with exceptions"). A phrase is looked up as a whole first, because names hold commas,
 * parentheses and "or" of their own ("BSD 3-Clause "New" or "Revised" License"); then it is cut.
 * Separators of free text, from the loosest: line ends and semicolons (and), commas (and), or, and, with. That a list
 * means "all of them" is the careful reading: whoever may choose loses nothing by it.
 * Deprecated identifiers of the GNU family are replaced by what the list says they mean: "GPL-2.0" → GPL-2.0-only,
 * "GPL-2.0+" → GPL-2.0-or-later, "GPL-2.0-with-classpath-exception" → GPL-2.0-only WITH Classpath-exception-2.0.
 * Limits: DD_FIELD_BYTES_MAX bytes, 64 parentheses deep. */
#include "model/licence.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/licence_table.h"

enum { DEPTH_MAX = 64, REF_NAME_MAX = 80, REFS_MAX = 4096 };

enum token { T_END, T_OPEN, T_CLOSE, T_AND, T_OR, T_WITH, T_TEXT };
/* How tightly the outermost operator of an operand binds. */
enum bind { BIND_OR, BIND_AND, BIND_WITH, BIND_ONE };

struct parser {
	struct dd_str text;
	size_t at; /* behind the current token */
	bool loose;
	enum token token;
	struct dd_str word; /* of T_TEXT */
	size_t word_at;
	unsigned depth;
	struct dd_arena *a;
	struct dd_err *err;
	DD_VEC(struct dd_licence_ref) refs;
	struct dd_map ref_ids;
};

struct operand {
	struct dd_str text;
	enum bind bind;
};

static const struct dd_str none = { "", 0 };

static enum dd_code parse_or(struct parser *p, struct operand *ret);

/* ---- words ---- */

static bool in_id(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '-' || c == '.';
}

static enum token operator_of(struct dd_str word, bool loose)
{
	static const struct {
		const char *upper, *lower, *sign, *signs;
		enum token token;
	} rows[] = { { "AND", "and", "&", "&&", T_AND },
		     { "OR", "or", "|", "||", T_OR },
		     { "WITH", "with", "w/", "", T_WITH } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if (dd_str_eq_c(word, rows[i].upper) || dd_str_eq_c(word, rows[i].lower))
			return rows[i].token;
		if (loose && (dd_str_eq_nocase(word, dd_str_from(rows[i].upper)) || dd_str_eq_c(word, rows[i].sign) ||
			      (rows[i].signs[0] && dd_str_eq_c(word, rows[i].signs))))
			return rows[i].token;
	}
	return loose && dd_str_eq_nocase(word, DD_STR("and/or")) ? T_OR : T_TEXT;
}

/* The next run of bytes that are neither blanks nor parentheses. */
static struct dd_str next_word(const struct parser *p, size_t at, size_t *ret_end)
{
	size_t start = at;
	while (at < p->text.n && !dd_is_blank(p->text.p[at]) && p->text.p[at] != '(' && p->text.p[at] != ')')
		at++;
	*ret_end = at;
	return (struct dd_str){ p->text.p + start, at - start };
}

static size_t skip_blanks(const struct parser *p, size_t at)
{
	while (at < p->text.n && dd_is_blank(p->text.p[at]))
		at++;
	return at;
}

static void advance(struct parser *p)
{
	size_t at = skip_blanks(p, p->at), end;
	p->word_at = at;
	if (at == p->text.n) {
		p->at = at;
		p->token = T_END;
		return;
	}
	if (p->text.p[at] == '(' || p->text.p[at] == ')') {
		p->token = p->text.p[at] == '(' ? T_OPEN : T_CLOSE;
		p->at = at + 1;
		return;
	}
	p->word = next_word(p, at, &end);
	p->token = operator_of(p->word, p->loose);
	p->at = end;
	/* A phrase goes on to the next operator. */
	while (p->loose && p->token == T_TEXT) {
		size_t next = skip_blanks(p, end), stop;
		struct dd_str word = next_word(p, next, &stop);
		if (word.n == 0 || operator_of(word, true) != T_TEXT)
			break;
		end = stop;
		p->word = (struct dd_str){ p->text.p + at, end - at };
		p->at = end;
	}
}

/* ---- operands ---- */

static enum dd_code fail_at(struct parser *p, size_t at, const char *what)
{
	return dd_fail(p->err, DD_EPARSE, at, "licence expression: %s at byte %zu", what, at);
}

/* Copies into the arena; the view is empty and DD_ENOMEM comes back when it is full. */
static enum dd_code keep(struct parser *p, struct dd_str s, struct dd_str *ret)
{
	struct dd_str copy = dd_arena_str(p->a, s);
	if (!copy.p)
		return dd_fail_nomem(p->err);
	*ret = copy;
	return DD_OK;
}

static bool cut_prefix(struct dd_str *s, const char *prefix)
{
	struct dd_str want = dd_str_from(prefix);
	if (!dd_str_eq_nocase(dd_str_take(*s, want.n), want))
		return false;
	*s = dd_str_skip(*s, want.n);
	return true;
}

static bool is_id(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!in_id(s.p[i]))
			return false;
	return s.n > 0;
}

/* [DocumentRef-x:]LicenseRef-y */
static bool is_reference(struct dd_str s, const char *word)
{
	if (cut_prefix(&s, "DocumentRef-")) {
		size_t colon = dd_str_find(s, ':');
		if (colon == s.n || !is_id(dd_str_take(s, colon)))
			return false;
		s = dd_str_skip(s, colon + 1);
	}
	return cut_prefix(&s, word) && is_id(s);
}

static const struct {
	const char *deprecated, *now;
} renamed[] = {
	{ "BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views" },
	{ "BSD-2-Clause-NetBSD", "BSD-2-Clause" },
	{ "bzip2-1.0.5", "bzip2-1.0.6" },
	{ "eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0" },
	{ "GPL-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0" },
	{ "GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2" },
	{ "GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0" },
	{ "GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0" },
	{ "GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0" },
	{ "GPL-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0" },
	{ "GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1" },
	{ "Nunit", "zlib-acknowledgement" },
	{ "StandardML-NJ", "SMLNJ" },
	{ "wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1" },
};

/* "GPL-2.0" and the like: the plus sign, or its absence, is part of the name now. */
static bool is_bare_gnu(const struct dd_licence_id *row)
{
	struct dd_str id = dd_str_from(row->id);
	return (row->flags & DD_LICENCE_DEPRECATED) &&
	       (cut_prefix(&id, "GPL-") || cut_prefix(&id, "LGPL-") || cut_prefix(&id, "AGPL-") ||
		cut_prefix(&id, "GFDL-")) &&
	       id.n == 3 && dd_is_digit(id.p[0]);
}

/* A licence of the list or a reference, "+" behind it taken off; *ret_found false: it is neither. */
static enum dd_code operand_of_id(struct parser *p, struct dd_str word, struct operand *ret, bool *ret_found)
{
	bool plus = dd_str_ends(word, DD_STR("+"));
	struct dd_str id = plus ? dd_str_take(word, word.n - 1) : word, out;
	const struct dd_licence_id *row = is_id(id) ? dd_licence_id_find(id) : NULL;
	*ret_found = true;
	ret->bind = BIND_ONE;
	if (!row && !plus && is_reference(word, "LicenseRef-"))
		return keep(p, word, &ret->text);
	if (!row) {
		*ret_found = false;
		return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(renamed); i++) {
		if (strcmp(row->id, renamed[i].deprecated) != 0)
			continue;
		ret->text = dd_str_from(renamed[i].now);
		ret->bind = dd_str_find(ret->text, ' ') < ret->text.n ? BIND_WITH : BIND_ONE;
		return DD_OK;
	}
	const char *tail = plus ? "+" : "";
	if (is_bare_gnu(row))
		tail = plus ? "-or-later" : "-only";
	else if (plus && dd_str_ends(dd_str_from(row->id), DD_STR("-or-later")))
		tail = "";
	out = dd_arena_printf(p->a, "%s%s", row->id, tail);
	if (!out.p)
		return dd_fail_nomem(p->err);
	ret->text = out;
	return DD_OK;
}

/* "License :: OSI Approved :: MIT License" → its last part. https://pypi.org/classifiers/ */
static struct dd_str cut_classifier(struct dd_str s)
{
	static const char mark[] = "::";
	if (!cut_prefix(&s, "License ::"))
		return s;
	for (size_t at; (at = dd_str_search(s, dd_str_from(mark))) < s.n;)
		s = dd_str_skip(s, at + 2);
	return dd_str_trim(s);
}

/* A LicenseRef- for a phrase that no table has. Phrases that differ only in what an identifier cannot hold get numbers
 * behind: "GPL (x)" and "GPL [x]". */
static enum dd_code operand_of_unknown(struct parser *p, struct dd_str phrase, struct operand *ret)
{
	char name[REF_NAME_MAX + 1];
	struct dd_str shown = cut_classifier(phrase);
	size_t n = 0;
	for (size_t i = 0; i < shown.n && n < REF_NAME_MAX; i++) {
		if (in_id(shown.p[i]))
			name[n++] = shown.p[i];
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	}
	while (n && name[n - 1] == '-')
		n--;
	if (n == 0)
		name[n++] = 'x';
	for (unsigned number = 1;; number++) {
		struct dd_str id = number == 1 ? dd_arena_printf(p->a, "LicenseRef-%.*s", (int)n, name)
					       : dd_arena_printf(p->a, "LicenseRef-%.*s-%u", (int)n, name, number);
		struct dd_licence_ref ref = { .id = id };
		uint32_t at;
		if (!id.p || !dd_map_add(&p->ref_ids, id, (uint32_t)p->refs.n, &at))
			return dd_fail_nomem(p->err);
		*ret = (struct operand){ id, BIND_ONE };
		if (at < p->refs.n) {
			if (dd_str_eq(p->refs.p[at].text, phrase))
				return DD_OK;
			if (number < 16)
				continue;
			return DD_OK;
		}
		DD_TRY(keep(p, phrase, &ref.text));
		if (p->refs.n >= REFS_MAX)
			return dd_fail(p->err, DD_ELIMIT, DD_NO_OFFSET, "more than %d names of licences", REFS_MAX);
		return dd_vec_push(&p->refs, ref, REFS_MAX) ? DD_OK : dd_fail_nomem(p->err);
	}
}

static struct operand operand_of_table(const char *expression)
{
	struct dd_str s = dd_str_from(expression);
	enum bind bind = dd_str_search(s, DD_STR(" OR ")) < s.n	    ? BIND_OR
			 : dd_str_search(s, DD_STR(" AND ")) < s.n  ? BIND_AND
			 : dd_str_search(s, DD_STR(" WITH ")) < s.n ? BIND_WITH
								    : BIND_ONE;
	return (struct operand){ s, bind };
}

/* A phrase that is one licence, by any of its names. */
static enum dd_code operand_of_phrase(struct parser *p, struct dd_str phrase, struct operand *ret, bool *ret_found)
{
	phrase = cut_classifier(phrase);
	DD_TRY(operand_of_id(p, phrase, ret, ret_found));
	if (*ret_found)
		return DD_OK;
	const char *expression = dd_licence_name_find(phrase);
	/* The name of an exception alone is no licence. */
	if (expression && !dd_licence_exception_find(dd_str_from(expression))) {
		*ret = operand_of_table(expression);
		*ret_found = true;
	}
	return DD_OK;
}

static enum dd_code parse_simple(struct parser *p, struct operand *ret)
{
	bool found;
	if (p->token == T_OPEN) {
		size_t open = p->word_at;
		if (++p->depth > DEPTH_MAX)
			return dd_fail(p->err, DD_ELIMIT, open, "licence expression: more than %d parentheses deep",
				       DEPTH_MAX);
		advance(p);
		DD_TRY(parse_or(p, ret));
		if (p->token != T_CLOSE)
			return fail_at(p, open, "a parenthesis that is not closed");
		p->depth--;
		advance(p);
		return DD_OK;
	}
	if (p->token != T_TEXT)
		return fail_at(p, p->word_at, "a licence is missing");
	struct dd_str word = p->word;
	size_t at = p->word_at;
	DD_TRY(p->loose ? operand_of_phrase(p, word, ret, &found) : operand_of_id(p, word, ret, &found));
	if (!found && !p->loose)
		return dd_fail(p->err, DD_EPARSE, at, "%s is not in the SPDX licence list", DD_QUOTE(word));
	if (!found)
		DD_TRY(operand_of_unknown(p, word, ret));
	advance(p);
	return DD_OK;
}

/* The exception behind WITH; empty: no table has it. */
static struct dd_str exception_of(const struct parser *p)
{
	const char *id = is_id(p->word) ? dd_licence_exception_find(p->word) : NULL;
	const char *name = !id && p->loose ? dd_licence_name_find(p->word) : NULL;
	if (name)
		id = dd_licence_exception_find(dd_str_from(name));
	if (id)
		return dd_str_from(id);
	return is_reference(p->word, "AdditionRef-") ? p->word : none;
}

static enum dd_code parse_with(struct parser *p, struct operand *ret)
{
	size_t from = p->word_at;
	DD_TRY(parse_simple(p, ret));
	if (p->token != T_WITH)
		return DD_OK;
	size_t with = p->word_at;
	advance(p);
	if (p->token != T_TEXT)
		return fail_at(p, p->word_at, "an exception is missing");
	struct dd_str exception = exception_of(p);
	struct dd_str whole = dd_str_trim((struct dd_str){ p->text.p + from, p->at - from });
	const char *named = p->loose ? dd_licence_name_find(whole) : NULL;
	if (!p->loose && exception.n == 0)
		return dd_fail(p->err, DD_EPARSE, p->word_at, "%s is not in the SPDX list of exceptions",
			       DD_QUOTE(p->word));
	if (!p->loose && ret->bind != BIND_ONE)
		return fail_at(p, with, "WITH behind something that is not one licence");
	if (named) {
		*ret = operand_of_table(named);
	} else if (exception.n && ret->bind == BIND_ONE) {
		struct dd_str out = dd_arena_printf(p->a, "%.*s WITH %.*s", DD_FMT(ret->text), DD_FMT(exception));
		if (!out.p)
			return dd_fail_nomem(p->err);
		*ret = (struct operand){ out, BIND_WITH };
	} else {
		DD_TRY(operand_of_unknown(p, whole, ret));
	}
	advance(p);
	return DD_OK;
}

/* ---- chains ---- */

struct chain {
	struct dd_buf text;
	struct dd_map seen;
	size_t n;
};

static void chain_done(struct chain *c)
{
	dd_buf_done(&c->text);
	dd_map_done(&c->seen);
}

static const char *const joints[] = { [BIND_OR] = " OR ", [BIND_AND] = " AND " };

static enum dd_code chain_add_one(struct parser *p, struct chain *c, const struct operand *o, enum bind bind)
{
	uint32_t at;
	if (!dd_map_add(&c->seen, o->text, (uint32_t)c->n, &at))
		return dd_fail_nomem(p->err);
	if (at < c->n)
		return DD_OK;
	if (c->n++)
		(void)dd_buf_add_c(&c->text, joints[bind]);
	bool inner = o->bind <= BIND_AND;
	(void)dd_buf_addf(&c->text, "%s%.*s%s", inner ? "(" : "", DD_FMT(o->text), inner ? ")" : "");
	return dd_buf_check(&c->text, "a licence expression", p->err);
}

/* A chain inside a chain of the same operator is taken apart: (a OR b) OR a is a OR b. */
static enum dd_code chain_add(struct parser *p, struct chain *c, const struct operand *o, enum bind bind)
{
	struct dd_str joint = dd_str_from(o->bind == bind ? joints[bind] : "");
	size_t start = 0, depth = 0;
	for (size_t i = 0; joint.n && i < o->text.n; i++) {
		depth += o->text.p[i] == '(';
		depth -= o->text.p[i] == ')';
		if (depth || !dd_str_starts(dd_str_skip(o->text, i), joint))
			continue;
		struct dd_str piece = { o->text.p + start, i - start };
		/* What has parentheses around it is a chain of the other operator; they come back with it. */
		DD_TRY(chain_add_one(p, c, &(struct operand){ piece, BIND_ONE }, bind));
		start = i + joint.n;
	}
	struct operand last = { dd_str_skip(o->text, start), joint.n ? BIND_ONE : o->bind };
	return chain_add_one(p, c, &last, bind);
}

/* A chain of one operator. The text of an operand stays where it is (arena or table), so that the map can refer to it.
 */
static enum dd_code parse_chain(struct parser *p, enum bind bind, struct operand *ret)
{
	enum token sign = bind == BIND_OR ? T_OR : T_AND;
	struct operand first, o;
	DD_TRY(bind == BIND_OR ? parse_chain(p, BIND_AND, &first) : parse_with(p, &first));
	if (p->token != sign) {
		*ret = first;
		return DD_OK;
	}
	DD_CLEANUP(chain_done) struct chain c = { .text = DD_BUF_INIT(16 * DD_FIELD_BYTES_MAX) };
	DD_TRY(chain_add(p, &c, &first, bind));
	while (p->token == sign) {
		advance(p);
		DD_TRY(bind == BIND_OR ? parse_chain(p, BIND_AND, &o) : parse_with(p, &o));
		DD_TRY(chain_add(p, &c, &o, bind));
	}
	if (c.n == 1) {
		*ret = first; /* all the others are the same */
		return DD_OK;
	}
	ret->bind = bind;
	return keep(p, dd_buf_str(&c.text), &ret->text);
}

static enum dd_code parse_or(struct parser *p, struct operand *ret)
{
	return parse_chain(p, BIND_OR, ret);
}

static enum dd_code parse_whole(struct parser *p, struct dd_str text, struct operand *ret)
{
	p->text = text;
	p->at = 0;
	p->depth = 0;
	advance(p);
	DD_TRY(parse_or(p, ret));
	if (p->token == T_CLOSE)
		return fail_at(p, p->word_at, "a parenthesis that was not opened");
	if (p->token != T_END)
		return fail_at(p, p->word_at, "an operator is missing");
	return DD_OK;
}

static void parser_done(struct parser *p)
{
	dd_vec_done(&p->refs);
	dd_map_done(&p->ref_ids);
}

enum dd_code dd_licence_parse(struct dd_str text, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	DD_CLEANUP(parser_done) struct parser p = { .a = a, .err = err };
	struct operand o;
	if (text.n > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "a licence expression of %zu bytes", text.n);
	DD_TRY(parse_whole(&p, text, &o));
	*ret = o.text;
	return DD_OK;
}

/* ---- free text ---- */

/* One piece of a list: a whole name, else an expression of names, else a name that nobody knows. */
static enum dd_code normalise_piece(struct parser *p, struct dd_str piece, struct operand *ret)
{
	bool found;
	DD_TRY(operand_of_phrase(p, piece, ret, &found));
	if (found)
		return DD_OK;
	size_t refs = p->refs.n;
	enum dd_code code = parse_whole(p, piece, ret);
	if (code == DD_OK || code == DD_ENOMEM)
		return code;
	/* No expression after all: what its parts left behind goes. */
	p->refs.n = refs;
	dd_map_done(&p->ref_ids);
	p->ref_ids = (struct dd_map){ 0 };
	for (size_t i = 0; i < p->refs.n; i++)
		if (!dd_map_set(&p->ref_ids, p->refs.p[i].id, (uint32_t)i))
			return dd_fail_nomem(p->err);
	return operand_of_unknown(p, piece, ret);
}

/* Cuts at separators outside parentheses; a piece that is a name of its own with commas inside is not cut. */
static enum dd_code normalise_list(struct parser *p, struct dd_str text, const char *separators, struct chain *c,
				   struct operand *last)
{
	size_t start = 0, depth = 0;
	for (size_t i = 0; i <= text.n; i++) {
		char ch = i < text.n ? text.p[i] : 0;
		depth += ch == '(';
		depth -= ch == ')' && depth;
		bool cut = i == text.n || (depth == 0 && strchr(separators, ch) && ch);
		if (!cut)
			continue;
		struct dd_str piece = dd_str_trim((struct dd_str){ text.p + start, i - start });
		start = i + 1;
		if (piece.n == 0)
			continue;
		bool found;
		DD_TRY(operand_of_phrase(p, piece, last, &found));
		if (!found && separators[0] != ',') {
			DD_TRY(normalise_list(p, piece, ",", c, last));
			continue;
		}
		if (!found)
			DD_TRY(normalise_piece(p, piece, last));
		DD_TRY(chain_add(p, c, last, BIND_AND));
	}
	return DD_OK;
}

static enum dd_code normalise(struct parser *p, struct dd_str declared, struct operand *ret)
{
	DD_CLEANUP(chain_done) struct chain c = { .text = DD_BUF_INIT(16 * DD_FIELD_BYTES_MAX) };
	struct operand last = { none, BIND_ONE };
	bool found;
	DD_TRY(operand_of_phrase(p, declared, ret, &found));
	if (found)
		return DD_OK;
	DD_TRY(normalise_list(p, declared, "\n;", &c, &last));
	if (c.n == 0) {
		*ret = (struct operand){ none, BIND_ONE };
		return DD_OK;
	}
	if (c.n == 1) {
		*ret = last;
		return DD_OK;
	}
	ret->bind = BIND_AND;
	return keep(p, dd_buf_str(&c.text), &ret->text);
}

enum dd_code dd_licence_normalise(struct dd_str declared, struct dd_arena *a, struct dd_licence *ret)
{
	DD_CLEANUP(parser_done) struct parser p = { .a = a, .loose = true };
	struct operand o = { none, BIND_ONE };
	struct dd_licence out = { .expression = none };
	declared = dd_str_trim(declared);
	if (declared.n > 0 && declared.n <= DD_FIELD_BYTES_MAX) {
		enum dd_code code = normalise(&p, declared, &o);
		if (code == DD_ENOMEM)
			return code;
		if (code == DD_OK)
			out.expression = o.text;
	}
	const struct dd_licence_id *row = o.bind == BIND_ONE ? dd_licence_id_find(out.expression) : NULL;
	out.single = row != NULL;
	out.late = row && (row->flags & DD_LICENCE_LATE);
	if (out.expression.n && p.refs.n) {
		out.refs = dd_arena_array(a, p.refs.n, sizeof *out.refs);
		if (!out.refs)
			return DD_ENOMEM;
		memcpy(out.refs, p.refs.p, p.refs.n * sizeof *out.refs);
		out.n_refs = p.refs.n;
	}
	*ret = out;
	return DD_OK;
}
