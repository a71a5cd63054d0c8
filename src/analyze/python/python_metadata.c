/* SPDX-License-Identifier: Apache-2.0 */
/* Core metadata: METADATA of a wheel or installation, PKG-INFO of an egg.
 *
 *   file   = *field LF body
 *   field  = name ":" value LF *( blank value LF )      as in a mail (RFC 822); names in any case
 *
 * Read: Name, Version (the first of each counts: texts of old files were not indented and may hold lines that look like
 * fields), License-Expression, License, Classifier, Requires-Dist, Author and Author-email, Home-page is not.
 * Licence: the expression (an SPDX one, PEP 639); else License where it is a name and not the text itself; else the
 * classifiers "License :: …", several joined by AND as it is not said how they relate.
 * Requires-Dist under an extra is no dependency of the package alone and left out.
 * Real files: "License: UNKNOWN" and "UNKNOWN" elsewhere stand for nothing (setuptools before 60); CR LF; a byte order
 * mark; Latin-1 in authors' names.
 * Source: packaging.python.org/specifications/core-metadata (2.4); PEP 566, PEP 639. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/deb822.h"

/* Longer "names" of a licence are its text; the longest names in use have some 60 bytes. */
enum { LICENCE_NAME_MAX = 120 };

struct metadata {
	struct dd_str name, version, expression, licence, author, author_email;
	struct dd_buf classifiers;
	struct dd_buf depends;
};

static void metadata_done(struct metadata *m)
{
	dd_buf_done(&m->classifiers);
	dd_buf_done(&m->depends);
}

static const struct {
	const char *name;
	size_t at;
} fields[] = {
	{ "name", offsetof(struct metadata, name) },
	{ "version", offsetof(struct metadata, version) },
	{ "license-expression", offsetof(struct metadata, expression) },
	{ "license", offsetof(struct metadata, licence) },
	{ "author", offsetof(struct metadata, author) },
	{ "author-email", offsetof(struct metadata, author_email) },
};

static bool says_nothing(struct dd_str value)
{
	return value.n == 0 || dd_str_eq_nocase(value, DD_STR("UNKNOWN"));
}

/* "License :: OSI Approved :: MIT License": the last part, unless it is only the heading. */
static void take_classifier(struct metadata *m, struct dd_str value)
{
	if (!dd_str_starts(value, DD_STR("License ::")))
		return;
	size_t last = dd_str_rfind(value, ':');
	struct dd_str name = dd_str_trim(dd_str_skip(value, last + 1));
	if (!says_nothing(name) && !dd_str_eq_c(name, "OSI Approved"))
		dd_licences_add(&m->classifiers, " AND ", name);
}

struct dd_str dd_python_requirement_name(struct dd_str r)
{
	size_t n = 0;
	r = dd_str_trim(r);
	while (n < r.n &&
	       (dd_is_alpha(r.p[n]) || dd_is_digit(r.p[n]) || r.p[n] == '-' || r.p[n] == '_' || r.p[n] == '.'))
		n++;
	return dd_str_take(r, n);
}

static void take_requirement(struct metadata *m, struct dd_str value)
{
	struct dd_str marker = dd_str_skip(value, dd_str_find(value, ';'));
	if (dd_str_search(marker, DD_STR("extra ==")) < marker.n ||
	    dd_str_search(marker, DD_STR("extra==")) < marker.n || dd_python_marker_excludes(dd_str_skip(marker, 1)))
		return;
	dd_depends_add(&m->depends, dd_python_requirement_name(value), DD_STR(""));
}

static void take_field(struct metadata *m, struct dd_str name, struct dd_str value)
{
	if (dd_str_eq_nocase(name, DD_STR("classifier")))
		take_classifier(m, value);
	else if (dd_str_eq_nocase(name, DD_STR("requires-dist")))
		take_requirement(m, value);
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)m + fields[i].at);
		if (dd_str_eq_nocase(name, dd_str_from(fields[i].name)) && field->n == 0 && !says_nothing(value))
			*field = value;
	}
}

static struct dd_str licence_of(struct dd_found *out, struct metadata *m)
{
	bool is_text = m->licence.n > LICENCE_NAME_MAX || dd_str_find(m->licence, '\n') < m->licence.n;
	if (m->expression.n == 0 && (m->licence.n == 0 || is_text))
		return dd_lines_take(out, &m->classifiers);
	return dd_third_party_text(out, m->expression.n ? m->expression : m->licence);
}

struct dd_package *dd_python_metadata(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str text)
{
	static const struct dd_str bom = { "\xef\xbb\xbf", 3 };
	DD_CLEANUP(metadata_done)
	struct metadata m = { .classifiers = DD_BUF_INIT(DD_FIELD_BYTES_MAX),
			      .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	struct dd_deb822_reader r = DD_DEB822_READER(dd_str_skip(text, dd_str_starts(text, bom) ? bom.n : 0));
	struct dd_deb822_item item;
	while (dd_deb822_next(&r, &item) && item.kind != DD_DEB822_BREAK)
		if (item.kind == DD_DEB822_FIELD)
			take_field(&m, item.name, item.value);
	struct dd_package *p = dd_third_party(out, evidence, "pypi", m.name, m.version, 0);
	if (!p)
		return NULL;
	p->licences = licence_of(out, &m);
	p->maintainer = dd_third_party_text(out, m.author.n ? m.author : m.author_email);
	p->depends = dd_lines_take(out, &m.depends);
	return p;
}
