/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that portage (or another manager of ebuilds) has installed: a directory each in the VDB,
 * var/db/pkg/CATEGORY/PF, with one small file a variable. Four of them are read; what the package is called is said by
 * the directories, so that no file is needed to understand another. PF, LICENSE and SIZE make a record each, which the
 * inventory joins as it joins all records of one package; CONTENTS is its list of files.
 *
 *   PF       = the directory's name
 *   CONTENTS = *( entry LF )     in an order that portage does not promise
 *   entry    = "dir" SP path
 *            | "obj" SP path SP md5 SP mtime          32 hexadecimal digits, seconds
 *            | "sym" SP path SP "->" SP target SP mtime
 *            | ( "fif" / "dev" ) SP path
 *   LICENSE  = names, "||" "(" … ")" for a choice, all on one line; conditions of USE flags are resolved already
 *   SIZE     = installed bytes
 *
 *   PF       = PN "-" PV
 *   PV       = digits *( "." digits ) [ a-z ] *( "_" ( "alpha" / "beta" / "pre" / "rc" / "p" ) digits* ) [ "-r" digits
 * ]
 *
 * Package names may have hyphens, but none may end in one and something that looks like a version (PMS 3.1.2): the last
 * hyphen before a version, with its revision, is where PF is cut. A file of a path with blanks is told by its end, as
 * portage does. Directories beginning with "-MERGING-" belong to an installation that was broken off: portage does not
 * count them, and neither are they packages here.
 *
 * Problems, and the rest is read: a directory that is no PF, entries that are none, a LICENSE of more than one line's
 * length. Limits: CONTENTS_BYTES_MAX (kernel sources: 15 MB), SMALL_BYTES_MAX, DD_PATH_MAX.
 * Source: Gentoo's package manager specification (PMS) 8, sections 3.1 and 3.2; portage's versions.py (_pkgsplit) and
 * dbapi/vartree.py (_contents_re). */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/pathlist.h"

#define CONTENTS_BYTES_MAX (256 * DD_MIB)
#define SMALL_BYTES_MAX	   (1 * DD_MIB)

static const struct dd_str none = { "", 0 };

/* ---- the name ---- */

static struct dd_str skip_digits(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && dd_is_digit(s.p[n]))
		n++;
	return dd_str_skip(s, n);
}

/* Takes one suffix "_rc12" from the front of *s. */
static bool take_suffix(struct dd_str *s)
{
	static const char *const words[] = { "_alpha", "_beta", "_pre", "_rc", "_p" };
	for (size_t i = 0; i < DD_COUNT(words); i++) {
		struct dd_str word = dd_str_from(words[i]);
		if (!dd_str_starts(*s, word))
			continue;
		*s = skip_digits(dd_str_skip(*s, word.n));
		return true;
	}
	return false;
}

/* A version with or without revision. The words of take_suffix are tried in an order in which "_pre" comes before "_p".
 */
static bool is_version(struct dd_str s)
{
	if (s.n == 0 || !dd_is_digit(s.p[0]))
		return false;
	s = skip_digits(s);
	while (s.n > 1 && s.p[0] == '.' && dd_is_digit(s.p[1]))
		s = skip_digits(dd_str_skip(s, 1));
	if (s.n && s.p[0] >= 'a' && s.p[0] <= 'z')
		s = dd_str_skip(s, 1);
	while (s.n && take_suffix(&s))
		;
	if (s.n > 2 && dd_str_starts(s, DD_STR("-r")))
		s = skip_digits(dd_str_skip(s, 2));
	return s.n == 0;
}

static bool is_revision(struct dd_str s)
{
	return s.n > 1 && s.p[0] == 'r' && skip_digits(dd_str_skip(s, 1)).n == 0;
}

/* Where PF's version begins; pf.n: nowhere. */
static size_t version_at(struct dd_str pf)
{
	size_t dash = dd_str_rfind(pf, '-');
	if (dash < pf.n && is_revision(dd_str_skip(pf, dash + 1)))
		dash = dd_str_rfind(dd_str_take(pf, dash), '-') < dash ? dd_str_rfind(dd_str_take(pf, dash), '-')
								       : pf.n;
	return dash > 0 && dash < pf.n && is_version(dd_str_skip(pf, dash + 1)) ? dash + 1 : pf.n;
}

struct name {
	struct dd_str category, pf; /* as the directories are called */
	size_t version;		    /* where it begins in pf */
};

/* What the file's directories say. False: not the directory of a package, which is a problem now unless it is one of
 * an installation that was broken off. */
static bool read_name(const struct dd_input *in, struct dd_found *out, struct name *ret)
{
	struct dd_str dir = dd_str_take(in->path, dd_str_rfind(in->path, '/'));
	size_t slash = dd_str_rfind(dir, '/');
	struct dd_str category = dd_str_take(dir, slash);
	ret->pf = dd_str_skip(dir, slash + 1);
	ret->category = dd_str_skip(category, dd_str_rfind(category, '/') + 1);
	ret->version = version_at(ret->pf);
	if (dd_str_starts(ret->pf, DD_STR("-MERGING-")))
		return false;
	if (ret->category.n && ret->version < ret->pf.n)
		return true;
	dd_found_problem(out, DD_NO_OFFSET, "not the directory of a package and its version: %s", DD_QUOTE(ret->pf));
	return false;
}

/* CATEGORY/PN, with "@" PV when versioned. */
static struct dd_str full_name(struct dd_found *out, const struct name *n, bool versioned)
{
	struct dd_str version = versioned ? dd_str_skip(n->pf, n->version) : none;
	struct dd_str text =
		dd_arena_printf(out->arena, "%.*s/%.*s%s%.*s", DD_FMT(n->category),
				DD_FMT(dd_str_take(n->pf, n->version - 1)), versioned ? "@" : "", DD_FMT(version));
	if (!text.p)
		out->failed = true;
	return text.p ? text : none;
}

/* NULL: there is none, or memory is out. */
static struct dd_package *package_of(const struct dd_input *in, struct dd_found *out)
{
	struct name n;
	if (!read_name(in, out, &n))
		return NULL;
	struct dd_str name = full_name(out, &n, false);
	if (out->failed)
		return NULL;
	return dd_third_party(out, DD_PACKAGE_INSTALLED, "ebuild", name, dd_str_skip(n.pf, n.version), DD_NO_OFFSET);
}

/* ---- the files ---- */

/* Cuts the last word off, with the blank before it. False: there is none. */
static bool cut_word(struct dd_str *s, struct dd_str *ret_word)
{
	size_t blank = dd_str_rfind(*s, ' ');
	*ret_word = dd_str_skip(*s, blank + 1);
	if (blank >= s->n || ret_word->n == 0)
		return false;
	*s = dd_str_take(*s, blank);
	return true;
}

static bool is_number(struct dd_str s)
{
	return s.n > 0 && skip_digits(s).n == 0;
}

/* Path of an entry, with the leading slash; empty for a directory. False: no entry. */
static bool read_entry(struct dd_str line, struct dd_str *ret_path)
{
	struct dd_str kind = dd_str_take(line, dd_str_find(line, ' ')), rest = dd_str_skip(line, kind.n + 1), word;
	bool plain = dd_str_eq_c(kind, "fif") || dd_str_eq_c(kind, "dev");
	*ret_path = none;
	if (rest.n < 2 || rest.p[0] != '/')
		return false;
	if (dd_str_eq_c(kind, "dir"))
		return true;
	if (dd_str_eq_c(kind, "obj")) {
		if (!cut_word(&rest, &word) || !is_number(word) || !cut_word(&rest, &word) || word.n != 32)
			return false;
	} else if (dd_str_eq_c(kind, "sym")) {
		size_t arrow = dd_str_search(rest, DD_STR(" -> "));
		if (arrow >= rest.n || !cut_word(&rest, &word))
			return false;
		rest = dd_str_take(rest, arrow);
	} else if (!plain) {
		return false;
	}
	*ret_path = rest;
	return rest.n > 1;
}

static void read_contents(const struct dd_input *in, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf owned = DD_BUF_INIT(2 * CONTENTS_BYTES_MAX);
	DD_CLEANUP(dd_pathlist_writer_done) struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&owned);
	for (struct dd_str rest = in->data, line, path; rest.n && !out->failed;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		if (line.n == 0)
			continue;
		if (!read_entry(line, &path) || path.n > DD_PATH_MAX)
			dd_found_problem(out, at, "not an entry of CONTENTS: %s", DD_QUOTE(line));
		else if (path.n && dd_pathlist_add(&w, dd_str_skip(path, 1)) != DD_OK)
			out->failed = true;
	}
	struct name n;
	struct dd_ownership *o = read_name(in, out, &n) ? dd_found_ownership(out) : NULL;
	if (!o)
		return;
	o->package = full_name(out, &n, true);
	o->paths = dd_found_str(out, dd_buf_str(&owned));
}

static void read_pf(const struct dd_input *in, struct dd_found *out)
{
	struct dd_str pf = dd_str_trim(in->data), dir = dd_str_take(in->path, dd_str_rfind(in->path, '/'));
	const struct dd_package *p = package_of(in, out);
	if (p && !dd_str_eq(pf, dd_str_skip(dir, dd_str_rfind(dir, '/') + 1)))
		dd_found_problem(out, 0, "the record says %s, its directory another name", DD_QUOTE(pf));
}

/* ---- licences ---- */

enum { LICENCE_DEPTH_MAX = 16 };

/* "GPL-2 || ( MIT BSD ) X" → "GPL-2 AND (MIT OR BSD) AND X". False: brackets that do not match, or nest too deep. */
static bool licence_text(struct dd_str s, struct dd_buf *out)
{
	bool choice[LICENCE_DEPTH_MAX] = { false }, any = false, first = true;
	size_t depth = 0;
	struct dd_str word;
	while (dd_str_next(&s, ' ', &word)) {
		word = dd_str_trim(word);
		if (word.n == 0)
			continue;
		if (dd_str_eq_c(word, "||")) {
			any = true;
			continue;
		}
		if (dd_str_eq_c(word, ")")) {
			if (depth-- == 0)
				return false;
			(void)dd_buf_add_char(out, ')');
			first = false;
			continue;
		}
		if (!first)
			(void)dd_buf_add_c(out, choice[depth] ? " OR " : " AND ");
		first = false;
		if (!dd_str_eq_c(word, "(")) {
			(void)dd_buf_add_str(out, word);
			continue;
		}
		if (++depth == LICENCE_DEPTH_MAX)
			return false;
		choice[depth] = any;
		any = false;
		first = true;
		(void)dd_buf_add_char(out, '(');
	}
	return depth == 0;
}

static void read_licence(const struct dd_input *in, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct dd_str line = dd_str_trim(in->data);
	struct dd_package *p = package_of(in, out);
	if (!p || line.n == 0)
		return;
	if (line.n > DD_FIELD_BYTES_MAX || dd_str_find(line, '\n') < line.n || !licence_text(line, &text) ||
	    text.failed) {
		dd_found_problem(out, 0, "not the licences of a package: %s", DD_QUOTE(line));
		return;
	}
	p->licences = dd_found_str(out, dd_buf_str(&text));
}

static void read_size(const struct dd_input *in, struct dd_found *out)
{
	struct dd_package *p = package_of(in, out);
	if (p && !dd_str_u64(dd_str_trim(in->data), UINT64_MAX, &p->installed_bytes))
		dd_found_problem(out, 0, "not a size: %s", DD_QUOTE(in->data));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const struct {
		const char *file;
		void (*read)(const struct dd_input *in, struct dd_found *out);
	} files[] = {
		{ "CONTENTS", read_contents }, { "LICENSE", read_licence }, { "PF", read_pf }, { "SIZE", read_size }
	};
	struct dd_str file = dd_str_skip(in->path, dd_str_rfind(in->path, '/') + 1);
	for (size_t i = 0; i < DD_COUNT(files); i++)
		if (dd_str_eq_c(file, files[i].file))
			files[i].read(in, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_GLOB, "var/db/pkg/*/*/CONTENTS", NULL, CONTENTS_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/db/pkg/*/*/LICENSE", NULL, SMALL_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/db/pkg/*/*/PF", NULL, SMALL_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/db/pkg/*/*/SIZE", NULL, SMALL_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_portage = {
	.id = "portage",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "Gentoo packages (portage)",
	.purl_type = "ebuild",
	.match = match,
	.parse = parse,
};
