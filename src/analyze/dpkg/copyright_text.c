/* SPDX-License-Identifier: Apache-2.0 */
/* Licences that a copyright file of prose names beyond doubt. A guess would be worse than nothing: whoever denies
 * licences by policy must be able to believe what is listed. What counts:
 *   License: NAME              at the start of a line: pieces of machine-readable files without their head. NAME is
 *                              one word, or several that model/licence.h knows
 *   the GNU notices            "… under the terms of the GNU General Public License …; either version 2 of the License,
 *                              or (at your option) any later version" → GPL-2+; a grant that names a version and does
 *                              not speak of later ones → GPL-2. Lesser, Library, Affero, Free Documentation as well
 *   the words of a licence     MIT, ISC, zlib and the BSD family, whatever holder they name; standard notices of others
 *   /usr/share/common-licenses/NAME   what base-files ships under that name. The GNU family's say which text it is, not
 *                              whether later versions may be chosen: where no notice of the same family and version
 *                              does, the name is "common-licenses/GPL-2", which becomes a LicenseRef-
 * Exceptions, and licences that none of these names, are not seen: the list may be short, but not wrong.
 *
 * Text is compared as words: letters in lower case, digits, dots inside of a word; all else, such as line ends, quotes
 * and the leaders of comments, parts words. A licence's own words may have GAP_BYTES between two of their pieces, where
 * names of holders stand. Each licence is looked for until it is found once: time is linear in the text.
 * Limit: TEXT_BYTES_MAX; what is behind is a problem. */
#include "analyze/dpkg/dpkg_copyright.h"

#include "base/limits.h"
#include "model/licence.h"

#define TEXT_BYTES_MAX (4 * DD_MIB)

enum { GAP_BYTES = 800, GRANT_BYTES = 160, LATER_BYTES = 80, BEFORE_BYTES = 80, PIECES_MAX = 5, NAME_LINE_MAX = 80 };

struct words {
	const char *name;
	const char *pieces[PIECES_MAX]; /* in this order; the first starts at a word */
	const char *spoilt; /* not this licence when these words come between the first piece and GAP_BYTES after
			       the last */
};

static const struct words texts[] = {
	{ "MIT",
	  { "permission is hereby granted free of charge to any person obtaining a copy of this software and "
	    "associated documentation files the software to deal in the software without restriction including "
	    "without limitation ",
	    "the rights to use copy modify merge publish distribute ",
	    "the above copyright notice and this permission notice ",
	    "shall be included in all copies "
	    "or substantial portions of the software",
	    "the software is provided as is without warranty of any kind express or implied" },
	  "except as contained in this notice" },
	{ "X11",
	  { "permission is hereby granted free of charge to any person obtaining a copy of this software and "
	    "associated documentation files the software to deal in the software without restriction including "
	    "without limitation ",
	    "the above copyright notice and this permission notice ", "except as contained in this notice the name ",
	    " shall not be used in advertising or otherwise to promote the sale use or other dealings in this software "
	    "without prior written authorization" },
	  NULL },
	{ "HPND-sell-variant",
	  { "permission to use copy modify distribute and sell this software and its documentation for any purpose "
	    "is hereby granted without fee provided that the above copyright notice appear in all copies and that "
	    "both that copyright notice and this permission notice appear in supporting documentation",
	    " not be used in advertising or publicity pertaining to distribution of the software without specific "
	    "written prior permission" },
	  NULL },
	{ "ISC",
	  { "permission to use copy modify and or distribute this software for any purpose with or without fee is "
	    "hereby granted provided that the above copyright notice and this permission notice appear in all copies",
	    "the software is provided as is and ", "disclaims all warranties with regard to this software" },
	  NULL },
	{ "ISC",
	  { "permission to use copy modify and distribute this software for any purpose with or without fee is "
	    "hereby granted provided that the above copyright notice and this permission notice appear in all copies",
	    "the software is provided as is and ", "disclaims all warranties with regard to this software" },
	  NULL },
	{ "Zlib",
	  { "permission is granted to anyone to use this software for any purpose including commercial applications "
	    "and to alter it and redistribute it freely subject to the following restrictions",
	    "the origin of this software must not be misrepresented",
	    "altered source versions must be plainly marked as such",
	    "this notice may not be removed or altered from any source distribution" },
	  NULL },
	{ "Apache-2.0", { "licensed under the apache license version 2.0" }, NULL },
	{ "MPL-2.0", { "subject to the terms of the mozilla public license v. 2.0" }, NULL },
	{ "MPL-1.1", { "subject to the mozilla public license version 1.1" }, NULL },
	{ "BSL-1.0", { "distributed under the boost software license version 1.0" }, NULL },
	{ "BSL-1.0",
	  { "boost software license version 1.0 august 17th 2003",
	    "permission is hereby granted free of charge to any person or organization obtaining a copy" },
	  NULL },
	{ "CC0-1.0", { "usr share common licenses cc0 1.0" }, NULL },
	{ "Apache-2.0", { "usr share common licenses apache 2.0" }, NULL },
	{ "Artistic", { "usr share common licenses artistic" }, NULL },
	{ "BSD-3-clause", { "usr share common licenses bsd" }, NULL },
	{ "MPL-1.1", { "usr share common licenses mpl 1.1" }, NULL },
	{ "MPL-2.0", { "usr share common licenses mpl 2.0" }, NULL },
};

/* The GNU family: the words behind "gnu", and the versions that there are. */
enum { VERSIONS_MAX = 4 };
static const struct family {
	const char *name, *words[3];
	const char *versions[VERSIONS_MAX];
} families[] = {
	{ "GPL", { "gnu general public license", "gnu gpl" }, { "1", "2", "3" } },
	{ "LGPL",
	  { "gnu lesser general public license", "gnu library general public license", "gnu lgpl" },
	  { "2", "2.1", "3" } },
	{ "AGPL", { "gnu affero general public license", "gnu agpl" }, { "3" } },
	{ "GFDL", { "gnu free documentation license", "gnu fdl" }, { "1.1", "1.2", "1.3" } },
};

struct reading {
	struct dd_copyright *c;
	struct dd_str words; /* all of the text, a blank before and after each word */
	uint64_t at;
	bool found[DD_COUNT(texts)];
	bool bsd_known[5];
	bool granted[DD_COUNT(families)][VERSIONS_MAX]; /* a notice tells about later versions */
	bool named[DD_COUNT(families)][VERSIONS_MAX];	/* common-licenses/… */
	bool named_bare[DD_COUNT(families)];
};

static bool has(struct dd_str s, const char *words)
{
	return dd_str_search(s, dd_str_from(words)) < s.n;
}

/* s begins with the words, and the last of them ends there. */
static bool begins(struct dd_str s, const char *words)
{
	struct dd_str want = dd_str_from(words);
	return dd_str_starts(s, want) && (want.p[want.n - 1] == ' ' || s.n == want.n || s.p[want.n] == ' ');
}

static void add(struct reading *r, const char *name)
{
	dd_copyright_add(r->c, dd_str_from(name), r->at);
}

/* ---- words of licences ---- */

static void try_text(struct reading *r, size_t i, struct dd_str here)
{
	const struct words *t = &texts[i];
	struct dd_str rest = here;
	if (r->found[i] || !begins(here, t->pieces[0]))
		return;
	rest = dd_str_skip(rest, strlen(t->pieces[0]));
	for (size_t k = 1; k < PIECES_MAX && t->pieces[k]; k++) {
		struct dd_str near = dd_str_take(rest, GAP_BYTES + strlen(t->pieces[k]));
		size_t at = dd_str_search(near, dd_str_from(t->pieces[k]));
		if (at == near.n)
			return;
		rest = dd_str_skip(rest, at + strlen(t->pieces[k]));
	}
	if (t->spoilt && has(dd_str_take(here, here.n - rest.n + GAP_BYTES), t->spoilt))
		return;
	r->found[i] = true;
	add(r, t->name);
}

/* Cuts here to what is behind the words, which must come within a gap. */
static bool pass(struct dd_str *here, const char *words)
{
	struct dd_str near = dd_str_take(*here, GAP_BYTES + strlen(words));
	size_t at = dd_str_search(near, dd_str_from(words));
	if (at == near.n)
		return false;
	*here = dd_str_skip(*here, at + strlen(words));
	return true;
}

/* How many clauses there are shows between the second one and the disclaimer. */
static void try_bsd(struct reading *r, struct dd_str here)
{
	static const char disclaimer[] = "this software is provided by ";
	enum { CLAUSES_BYTES = 1200, TWO_CLAUSES_BYTES = 150 };
	if (!pass(&here, "redistributions of source code must retain the above copyright notice") ||
	    !pass(&here, "redistributions in binary form must reproduce the above copyright notice"))
		return;
	struct dd_str clauses = dd_str_take(here, CLAUSES_BYTES);
	size_t end = dd_str_search(clauses, dd_str_from(disclaimer));
	if (end == clauses.n || has(dd_str_take(clauses, end), " alternatively "))
		return;
	clauses = dd_str_take(clauses, end);
	bool endorse = has(clauses, " endorse or promote products derived from this software ");
	bool advertise = has(clauses, " all advertising materials mentioning features or use of this software must ");
	bool uc = advertise && has(clauses, " university of california ");
	size_t kind = endorse && uc ? 4 : endorse && advertise ? 3 : endorse ? 2 : 1;
	static const char *const names[] = { "", "BSD-2-clause", "BSD-3-clause", "BSD-4-clause", "BSD-4-clause-UC" };
	if (!endorse && (advertise || clauses.n > TWO_CLAUSES_BYTES))
		return;
	if (!r->bsd_known[kind])
		add(r, names[kind]);
	r->bsd_known[kind] = true;
}

/* ---- the GNU family ---- */

/* The number at the front of s ("2", "2.0", "2.1") as an index of the family's versions; VERSIONS_MAX: none. */
static size_t version_of(const struct family *f, struct dd_str s, struct dd_str *ret_rest)
{
	struct dd_str word = dd_str_take(s, dd_str_find(s, ' '));
	*ret_rest = dd_str_skip(s, word.n);
	if (dd_str_ends(word, DD_STR(".0")))
		word.n -= 2;
	for (size_t i = 0; i < VERSIONS_MAX && f->versions[i]; i++)
		if (dd_str_eq_c(word, f->versions[i]))
			return i;
	return VERSIONS_MAX;
}

static void add_gnu(struct reading *r, const char *before, size_t family, size_t version, const char *behind)
{
	const struct family *f = &families[family];
	struct dd_str name =
		dd_arena_printf(r->c->out->arena, "%s%s%s%s%s", before, f->name, version < VERSIONS_MAX ? "-" : "",
				version < VERSIONS_MAX ? f->versions[version] : "", behind);
	if (name.p)
		dd_copyright_add(r->c, name, r->at);
	else
		r->c->out->failed = true;
}

static bool is_grant(struct dd_str before)
{
	static const char *const verbs[] = { " under the terms of the ", " under the terms and conditions of the ",
					     " under the " };
	for (size_t i = 0; i < DD_COUNT(verbs); i++)
		if (dd_str_ends(before, dd_str_from(verbs[i])))
			return true;
	return false;
}

/* "… version N" behind the licence's name, and what is said of later versions. */
static void read_grant(struct reading *r, size_t family, struct dd_str before, struct dd_str behind)
{
	struct dd_str near = dd_str_take(behind, GRANT_BYTES), rest;
	size_t at = dd_str_search(near, DD_STR(" version "));
	size_t other = dd_str_search(near, DD_STR(" gnu "));
	if (at == near.n || other < at || !is_grant(before))
		return;
	size_t version = version_of(&families[family], dd_str_skip(behind, at + strlen(" version ")), &rest);
	if (version == VERSIONS_MAX)
		return;
	struct dd_str tail = dd_str_take(rest, LATER_BYTES);
	size_t later = dd_str_search(tail, DD_STR(" later "));
	bool not_later = has(dd_str_take(tail, later), " not ") || has(dd_str_take(tail, later), " no ");
	struct dd_str of = tail;
	if (dd_str_starts(of, DD_STR(" of the license")))
		of = dd_str_skip(of, strlen(" of the license"));
	if (later < tail.n && !not_later && (begins(of, " or") || has(dd_str_take(tail, later), " or ")))
		add_gnu(r, "", family, version, "+");
	else if ((later < tail.n && !not_later) || begins(of, " or") || begins(of, " and version"))
		return; /* "version 2 or version 3" */
	else
		add_gnu(r, "", family, version, "");
	r->granted[family][version] = true;
}

/* GPL-2 of /usr/share/common-licenses/GPL-2 */
static void read_common(struct reading *r, struct dd_str name)
{
	struct dd_str word = dd_str_take(name, dd_str_find(name, ' ')), rest;
	for (size_t i = 0; i < DD_COUNT(families); i++) {
		if (!dd_str_eq_nocase(word, dd_str_from(families[i].name)))
			continue;
		size_t version = version_of(&families[i], dd_str_skip(name, word.n + 1), &rest);
		if (version < VERSIONS_MAX)
			r->named[i][version] = true;
		else
			r->named_bare[i] = true;
	}
}

static void add_common(struct reading *r)
{
	for (size_t i = 0; i < DD_COUNT(families); i++) {
		bool any = false;
		for (size_t v = 0; v < VERSIONS_MAX; v++) {
			if (r->named[i][v] && !r->granted[i][v])
				add_gnu(r, "common-licenses/", i, v, "");
			any = any || r->named[i][v] || r->granted[i][v];
		}
		if (r->named_bare[i] && !any)
			add_gnu(r, "common-licenses/", i, VERSIONS_MAX, "");
	}
}

/* ---- the whole ---- */

static void read_word(struct reading *r, struct dd_str here)
{
	if (here.p[0] == 'g' && begins(here, "gnu")) {
		struct dd_str before = dd_str_take(r->words, (size_t)(here.p - r->words.p));
		before = dd_str_skip(before, before.n > BEFORE_BYTES ? before.n - BEFORE_BYTES : 0);
		for (size_t i = 0; i < DD_COUNT(families); i++)
			for (size_t k = 0; k < DD_COUNT(families[i].words) && families[i].words[k]; k++)
				if (begins(here, families[i].words[k]))
					read_grant(r, i, before, dd_str_skip(here, strlen(families[i].words[k])));
	}
	if (here.p[0] == 'r' && begins(here, "redistribution and use in source and binary forms"))
		try_bsd(r, here);
	if (here.p[0] == 'u' && begins(here, "usr share common licenses"))
		read_common(r, dd_str_skip(here, strlen("usr share common licenses ")));
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		if (texts[i].pieces[0][0] == here.p[0])
			try_text(r, i, here);
}

static bool in_word(struct dd_str s, size_t i)
{
	char c = s.p[i];
	bool inner = c == '.' && i + 1 < s.n && i > 0 && dd_is_digit(s.p[i + 1]) && dd_is_digit(s.p[i - 1]);
	return dd_is_alpha(c) || dd_is_digit(c) || inner;
}

static void make_words(struct dd_str text, struct dd_buf *out)
{
	(void)dd_buf_add_char(out, ' ');
	for (size_t i = 0; i < text.n; i++) {
		if (in_word(text, i))
			(void)dd_buf_add_char(out, dd_lower(text.p[i]));
		else if (out->n && out->p[out->n - 1] != ' ')
			(void)dd_buf_add_char(out, ' ');
	}
	if (out->n && out->p[out->n - 1] != ' ')
		(void)dd_buf_add_char(out, ' ');
}

/* A name that the tables know, or one word. What else stands behind "License:" may be the first line of a text. */
static bool is_name(struct dd_copyright *c, struct dd_str s)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(DD_MIB);
	struct dd_licence licence;
	if (s.n == 0 || s.n > NAME_LINE_MAX)
		return false;
	if (dd_str_is_word(s))
		return !strchr(".:,;", s.p[s.n - 1]);
	if (dd_licence_normalise(s, &scratch, &licence) != DD_OK) {
		c->out->failed = true;
		return false;
	}
	return licence.expression.n && licence.n_refs == 0;
}

/* "License: NAME" lines. */
static void read_lines(struct dd_copyright *c, struct dd_str text, uint64_t at)
{
	static const char field[] = "License: ";
	struct dd_str all = text, line;
	while (dd_str_line(&text, &line)) {
		uint64_t here = at + (uint64_t)(line.p - all.p);
		if (!dd_str_starts(line, dd_str_from(field)))
			continue;
		struct dd_str name = dd_str_trim(dd_str_skip(line, strlen(field)));
		if (is_name(c, name))
			dd_copyright_add(c, name, here);
	}
}

void dd_copyright_text(struct dd_copyright *c, struct dd_str text, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf words = DD_BUF_INIT(TEXT_BYTES_MAX + 2);
	struct reading r = { .c = c, .at = at };
	if (text.n > TEXT_BYTES_MAX) {
		dd_found_problem(c->out, at + TEXT_BYTES_MAX, "prose is read up to here only, of %zu bytes", text.n);
		text = dd_str_take(text, TEXT_BYTES_MAX);
	}
	read_lines(c, text, at);
	make_words(text, &words);
	if (words.failed) {
		c->out->failed = true;
		return;
	}
	r.words = dd_buf_str(&words);
	for (size_t i = 0; i + 1 < r.words.n && !c->out->failed; i++)
		if (r.words.p[i] == ' ')
			read_word(&r, dd_str_skip(r.words, i + 1));
	add_common(&r);
}
