/* SPDX-License-Identifier: Apache-2.0 */
/* The licences of a Debian package: usr/share/doc/PACKAGE/copyright.
 *
 * Machine-readable files are control data (format/deb822.h) whose first paragraph has a field Format (or the drafts'
 * Format-Specification):
 *     header paragraph       Format, …, License: of the package as a whole (optional)
 *     Files paragraph        Files, Copyright, License: short name, its text in the lines below
 *     License paragraph      License: short name and text that Files paragraphs refer to
 *   short name = name *( "or" / "and" name ) [ "with" exception ]; a comma binds more loosely than the words:
 *     "A or B, and C" is (A or B) and C
 * What counts are the short names of the header and of Files paragraphs; License paragraphs alone only where no other
 * has any, because "GPL-1+ or Artistic" has its two texts in two of them. A short name that is empty, with a text below
 * it, is read by that text.
 *
 * All other files are prose (copyright_text.c). So are files that say Format but name no licence.
 *
 * The result is one definition: each different short name on a line of its own, in the order of the file, not yet
 * normalised. Which package it belongs to is asked by scan/inventory_licences.c, because the package's directory may be
 * a link to another's. Lines that are no field (prose between the fields) are passed over: what people forget to indent
 * says nothing of what could not be read.
 *
 * Limits: COPYRIGHT_BYTES_MAX a file (the largest of Debian 12 has 6 MB), NAME_BYTES_MAX a short name,
 * NAMES_BYTES_MAX all of them, beyond which the rest is a problem. Source: Debian's machine-readable debian/copyright
 * file 1.0; Debian policy 4.5, 12.3 (linked directories), 12.5. */
#include "analyze/dpkg/dpkg_copyright.h"

#include "base/limits.h"
#include "format/deb822.h"

#define COPYRIGHT_BYTES_MAX (64 * DD_MIB)
#define DOC		    "usr/share/doc/"

enum { NAME_BYTES_MAX = 512, NAMES_BYTES_MAX = 16 * 1024 };

/* One paragraph. */
struct paragraph {
	bool started, format, files, has_name;
	uint64_t at; /* of the field License */
	struct dd_str name, text;
};

struct reader {
	struct dd_copyright *c;
	size_t paragraphs;
	bool machine;	 /* the first paragraph says so */
	bool standalone; /* pass over License paragraphs: count those only */
	size_t names;
};

static bool cut_word(struct dd_str *s, struct dd_str word)
{
	if (!dd_str_eq_nocase(dd_str_take(*s, word.n), word) || s->n == word.n || !dd_is_blank(s->p[word.n]))
		return false;
	*s = dd_str_trim(dd_str_skip(*s, word.n));
	return true;
}

/* A short name whose commas are made parentheses, which bind as they mean. */
static void add_grouped(struct dd_buf *out, struct dd_str name)
{
	struct dd_str part;
	for (bool first = true; dd_str_next(&name, ',', &part);) {
		part = dd_str_trim(part);
		bool or = cut_word(&part, DD_STR("or"));
		if (! or)
			(void)cut_word(&part, DD_STR("and"));
		if (part.n == 0)
			continue;
		if (!first)
			(void)dd_buf_add_c(out, or ? " or " : " and ");
		first = false;
		bool whole = dd_str_find(part, ' ') == part.n;
		(void)dd_buf_addf(out, "%s", whole ? "" : "(");
		(void)dd_buf_add_str(out, part);
		(void)dd_buf_addf(out, "%s", whole ? "" : ")");
	}
}

void dd_copyright_add(struct dd_copyright *c, struct dd_str name, uint64_t at)
{
	uint32_t there;
	name = dd_str_trim(name);
	if (name.n == 0 || c->full)
		return;
	if (name.n > NAME_BYTES_MAX) {
		dd_found_problem(c->out, at, "name of a licence of %zu bytes is too long", name.n);
		return;
	}
	if (!dd_map_add(&c->seen, name, (uint32_t)c->n, &there)) {
		c->out->failed = true;
		return;
	}
	if (there != c->n)
		return;
	/* Each comma costs five bytes more at most. */
	if (c->lines.n + 6 * name.n + 1 > NAMES_BYTES_MAX) {
		dd_found_problem(c->out, at, "the names of licences from here on are not listed: over %d bytes",
				 NAMES_BYTES_MAX);
		c->full = true;
		return;
	}
	if (c->n++)
		(void)dd_buf_add_char(&c->lines, '\n');
	if (dd_str_find(name, ',') < name.n)
		add_grouped(&c->lines, name);
	else
		(void)dd_buf_add_str(&c->lines, name);
	if (c->lines.failed)
		c->out->failed = true;
}

/* ---- machine-readable ---- */

static void end_paragraph(struct reader *r, struct paragraph *p)
{
	if (!p->started)
		return;
	bool header = r->paragraphs++ == 0;
	if (header)
		r->machine = p->format;
	if (p->has_name && r->machine && (r->standalone || header || p->files)) {
		r->names++;
		if (p->name.n)
			dd_copyright_add(r->c, p->name, p->at);
		else
			dd_copyright_text(r->c, p->text, p->at);
	}
	*p = (struct paragraph){ 0 };
}

static void take_field(struct paragraph *p, const struct dd_deb822_item *item)
{
	p->started = true;
	if (dd_str_eq_nocase(item->name, DD_STR("Format")) ||
	    dd_str_eq_nocase(item->name, DD_STR("Format-Specification")))
		p->format = true;
	else if (dd_str_eq_nocase(item->name, DD_STR("Files")))
		p->files = true;
	else if (dd_str_eq_nocase(item->name, DD_STR("License")) && !p->has_name) {
		p->has_name = true;
		p->at = item->at;
		p->text = p->name = item->value;
		/* The value is trimmed: is its first line the field's own? */
		const char *own = item->name.p + item->name.n;
		if (item->value.n == 0 || memchr(own, '\n', (size_t)(item->value.p - own)))
			p->name.n = 0;
		else
			p->name = dd_str_take(p->name, dd_str_find(p->name, '\n'));
	}
}

/* False: it is not machine-readable, or names nothing. */
static bool read_paragraphs(struct dd_copyright *c, struct dd_str data, bool standalone)
{
	struct reader r = { .c = c, .standalone = standalone };
	struct dd_deb822_reader items = DD_DEB822_READER(data);
	struct dd_deb822_item item;
	struct paragraph p = { 0 };
	while (!c->out->failed && dd_deb822_next(&items, &item)) {
		if (item.kind == DD_DEB822_FIELD)
			take_field(&p, &item);
		else if (item.kind == DD_DEB822_BREAK)
			end_paragraph(&r, &p);
		if (r.paragraphs && !r.machine)
			return false;
	}
	end_paragraph(&r, &p);
	return r.names > 0;
}

/* usr/share/doc/PACKAGE/copyright */
static bool is_place(struct dd_str path)
{
	struct dd_str rest = dd_str_skip(path, strlen(DOC));
	return dd_str_starts(path, DD_STR(DOC)) && dd_str_eq_c(dd_str_skip(rest, dd_str_find(rest, '/')), "/copyright");
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_copyright_done)
	struct dd_copyright c = { .out = out, .lines = DD_BUF_INIT(NAMES_BYTES_MAX) };
	if (!is_place(in->path))
		return DD_OK;
	if (!read_paragraphs(&c, in->data, false) && !read_paragraphs(&c, in->data, true))
		dd_copyright_text(&c, in->data, 0);
	if (c.lines.n && !out->failed)
		dd_found_define(out, DD_DEFINE_LICENCES, DD_STR(""), dd_buf_str(&c.lines));
	if (out->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "names of licences need more memory than there is");
	return DD_OK;
}

void dd_copyright_done(struct dd_copyright *c)
{
	dd_buf_done(&c->lines);
	dd_map_done(&c->seen);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "copyright", NULL, COPYRIGHT_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dpkg_copyright = {
	.id = "dpkg-copyright",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "licences of Debian packages",
	.match = match,
	.parse = parse,
};
