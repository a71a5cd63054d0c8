/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/sbom.h"

#include <stdarg.h>
#include <stdio.h>

#include "format/json_members.h"
#include "sbom/sbom_parts.h"

enum { PROBLEM_TEXT_MAX = 400 };

static const struct {
	const char *name;
	dd_sbom_reader_fn *read;
} kinds[DD_SBOM_KINDS] = {
	[DD_SBOM_NONE] = { "no bill of materials", NULL },
	[DD_SBOM_CYCLONEDX] = { "CycloneDX JSON", dd_sbom_read_cyclonedx },
	[DD_SBOM_CYCLONEDX_XML] = { "CycloneDX XML", dd_sbom_read_cyclonedx_xml },
	[DD_SBOM_SPDX] = { "SPDX 2 JSON", dd_sbom_read_spdx },
	[DD_SBOM_SPDX_TV] = { "SPDX 2 tag-value", dd_sbom_read_spdx_tv },
	[DD_SBOM_SPDX3] = { "SPDX 3 JSON-LD", dd_sbom_read_spdx3 },
	[DD_SBOM_SYFT] = { "Syft JSON", dd_sbom_read_syft },
	[DD_SBOM_TRIVY] = { "Trivy JSON", dd_sbom_read_trivy },
	[DD_SBOM_PURLS] = { "list of package URLs", dd_sbom_read_purls },
};

const char *dd_sbom_kind_name(enum dd_sbom_kind kind)
{
	return kinds[kind].name;
}

/* ---- which kind ---- */

static struct dd_str without_mark(struct dd_str s)
{
	s = dd_str_starts(s, DD_STR("\xef\xbb\xbf")) ? dd_str_skip(s, 3) : s;
	while (s.n && dd_is_blank(s.p[0]))
		s = dd_str_skip(s, 1);
	return s;
}

/* The first line that is neither empty nor a comment. */
static struct dd_str first_line(struct dd_str s)
{
	struct dd_str line;
	while (dd_str_line(&s, &line)) {
		line = dd_str_trim(line);
		if (line.n && line.p[0] != '#')
			return line;
	}
	return DD_STR("");
}

static enum dd_sbom_kind kind_of_lines(struct dd_str s)
{
	struct dd_str line = first_line(s);
	if (dd_str_starts(line, DD_STR("SPDXVersion:")))
		return DD_SBOM_SPDX_TV;
	return dd_str_eq_nocase(dd_str_take(line, 4), DD_STR("pkg:")) ? DD_SBOM_PURLS : DD_SBOM_NONE;
}

bool dd_sbom_maybe(struct dd_str head)
{
	struct dd_str s = without_mark(head);
	return (s.n && (s.p[0] == '{' || s.p[0] == '<')) || kind_of_lines(s) != DD_SBOM_NONE;
}

/* The member names that decide. Trivy's and Syft's "schema…" alone would not: drydock's own report has one, too. */
static enum dd_sbom_kind kind_of_json(struct dd_str doc)
{
	static const struct {
		const char *member;
		enum dd_sbom_kind kind;
	} rows[] = { { "bomFormat", DD_SBOM_CYCLONEDX }, { "spdxVersion", DD_SBOM_SPDX },
		     { "@context", DD_SBOM_SPDX3 },	 { "@graph", DD_SBOM_SPDX3 },
		     { "artifacts", DD_SBOM_SYFT },	 { "artifactRelationships", DD_SBOM_SYFT },
		     { "SchemaVersion", DD_SBOM_TRIVY }, { "ArtifactName", DD_SBOM_TRIVY } };
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_json_member member;
	struct dd_err ignored;
	enum dd_sbom_kind kind = DD_SBOM_NONE;
	bool more = true;
	if (dd_json_members_open(&m, doc, &ignored) != DD_OK || m.array)
		return DD_SBOM_NONE;
	while (kind == DD_SBOM_NONE && dd_json_members_next(&m, &a, &member, &more, &ignored) == DD_OK && more) {
		for (size_t i = 0; i < DD_COUNT(rows); i++)
			if (dd_str_eq_c(member.name, rows[i].member))
				kind = rows[i].kind;
		/* JSON-LD of something else has a context, too. */
		if (kind == DD_SBOM_SPDX3 && dd_str_eq_c(member.name, "@context") &&
		    dd_str_search(member.value, DD_STR("spdx")) == member.value.n)
			kind = DD_SBOM_NONE;
	}
	dd_arena_done(&a);
	return kind;
}

enum dd_sbom_kind dd_sbom_sniff(struct dd_str doc)
{
	struct dd_str s = without_mark(doc);
	if (s.n && s.p[0] == '{')
		return kind_of_json(doc);
	if (s.n && s.p[0] == '<')
		return dd_str_search(dd_str_take(s, DD_SBOM_HEAD_BYTES), DD_STR("cyclonedx.org/schema/bom")) <
				       dd_str_take(s, DD_SBOM_HEAD_BYTES).n
			       ? DD_SBOM_CYCLONEDX_XML
			       : DD_SBOM_NONE;
	return kind_of_lines(s);
}

/* ---- collecting ---- */

enum dd_code dd_sbom_copy(struct dd_sbom_reading *r, struct dd_str s, struct dd_str *ret)
{
	if (s.n == 0) {
		*ret = DD_STR("");
		return DD_OK;
	}
	struct dd_str copy = dd_arena_str(&r->inv->arena, s);
	if (!copy.p)
		return dd_fail(r->err, DD_ELIMIT, DD_NO_OFFSET, "the document does not fit into memory");
	*ret = copy;
	return DD_OK;
}

static enum dd_code full(struct dd_sbom_reading *r, size_t n, size_t max, const char *what)
{
	return n >= max ? dd_fail(r->err, DD_ELIMIT, DD_NO_OFFSET, "more than %zu %s", max, what)
			: dd_fail_nomem(r->err);
}

enum dd_code dd_sbom_add_entry(struct dd_sbom_reading *r, const struct dd_sbom_entry *e)
{
	struct dd_sbom_entry own = *e;
	/* Properties were added for it since the entry before. */
	const struct dd_sbom_entry *last = r->entries.n ? &r->entries.p[r->entries.n - 1] : NULL;
	own.first_property = last ? last->first_property + last->n_properties : 0;
	own.n_properties = r->properties.n - own.first_property;
	return dd_vec_push(&r->entries, own, DD_SBOM_ENTRIES_MAX)
		       ? DD_OK
		       : full(r, r->entries.n, DD_SBOM_ENTRIES_MAX, "components");
}

enum dd_code dd_sbom_add_property(struct dd_sbom_reading *r, struct dd_str name, struct dd_str value)
{
	struct dd_sbom_property p;
	DD_TRY(dd_sbom_copy(r, name, &p.name));
	DD_TRY(dd_sbom_copy(r, value, &p.value));
	return dd_vec_push(&r->properties, p, DD_SBOM_PROPERTIES_MAX)
		       ? DD_OK
		       : full(r, r->properties.n, DD_SBOM_PROPERTIES_MAX, "properties");
}

enum dd_code dd_sbom_add_edge(struct dd_sbom_reading *r, enum dd_sbom_edge_kind kind, struct dd_str from,
			      struct dd_str to, uint64_t at)
{
	struct dd_sbom_edge e = { .kind = kind, .at = at };
	const struct dd_sbom_edge *last = r->edges.n ? &r->edges.p[r->edges.n - 1] : NULL;
	/* Most edges come in groups of one package. */
	if (last && dd_str_eq(last->from, from))
		e.from = last->from;
	else
		DD_TRY(dd_sbom_copy(r, from, &e.from));
	DD_TRY(dd_sbom_copy(r, to, &e.to));
	return dd_vec_push(&r->edges, e, DD_SBOM_EDGES_MAX) ? DD_OK
							    : full(r, r->edges.n, DD_SBOM_EDGES_MAX, "relationships");
}

/* What dd_escape_one made safe, back. */
static enum dd_code unescape(struct dd_sbom_reading *r, struct dd_str s, struct dd_str *ret)
{
	static const char letters[] = "n\nt\tr\r";
	char *out = dd_arena_alloc(&r->inv->arena, s.n + 1);
	size_t n = 0;
	if (!out)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c != '\\' || i + 1 == s.n) {
			out[n++] = c;
			continue;
		}
		c = s.p[++i];
		const char *at = c ? strchr(letters, c) : NULL;
		if (c == 'x' && i + 2 < s.n) {
			unsigned byte = 0;
			for (size_t k = 1; k <= 2; k++) {
				char d = dd_lower(s.p[i + k]);
				byte = byte << 4 | (unsigned)(dd_is_digit(d) ? d - '0' : (d - 'a' + 10) & 15);
			}
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = at && (at - letters) % 2 == 0 ? at[1] : c;
		}
	}
	*ret = (struct dd_str){ out, n };
	return DD_OK;
}

enum dd_code dd_sbom_add_notes(struct dd_sbom_reading *r, struct dd_str ref, struct dd_str lines)
{
	struct dd_str line, own = DD_STR("");
	while (dd_str_line(&lines, &line)) {
		struct dd_sbom_note note = { 0 };
		size_t equals = dd_str_find(line, '=');
		if (!dd_str_starts(line, DD_STR("drydock:")) || equals == line.n)
			continue;
		if (own.n == 0)
			DD_TRY(dd_sbom_copy(r, ref, &own));
		note.ref = own;
		DD_TRY(dd_sbom_copy(r, dd_str_take(line, equals), &note.name));
		DD_TRY(unescape(r, dd_str_skip(line, equals + 1), &note.value));
		if (!dd_vec_push(&r->notes, note, DD_SBOM_PROPERTIES_MAX))
			return full(r, r->notes.n, DD_SBOM_PROPERTIES_MAX, "annotations");
	}
	return DD_OK;
}

__attribute__((format(printf, 3, 0))) static enum dd_code add_problem(struct dd_sbom_reading *r, uint64_t at,
								      const char *fmt, va_list ap)
{
	struct dd_problem p = {
		.layer = DD_NO_LAYER, .path = r->inv->target.name, .analyzer = DD_STR("sbom"), .offset = at
	};
	char text[PROBLEM_TEXT_MAX];
	(void)vsnprintf(text, sizeof text, fmt, ap);
	if (r->problems.n >= DD_PROBLEMS_MAX) {
		r->problems_dropped++;
		return DD_OK;
	}
	DD_TRY(dd_sbom_copy(r, dd_str_from(text), &p.text));
	return dd_vec_push(&r->problems, p, DD_PROBLEMS_MAX) ? DD_OK : dd_fail_nomem(r->err);
}

enum dd_code dd_sbom_problem(struct dd_sbom_reading *r, uint64_t at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	enum dd_code code = add_problem(r, at, fmt, ap);
	va_end(ap);
	return code;
}

enum dd_code dd_sbom_fault(struct dd_sbom_reading *r, uint64_t at, const char *fmt, ...)
{
	va_list ap;
	if (!r->strict)
		return DD_OK;
	va_start(ap, fmt);
	enum dd_code code = add_problem(r, at, fmt, ap);
	va_end(ap);
	return code;
}

/* ---- JSON documents, one element in memory at a time ---- */

/* A failure of the document is a problem; one of memory or of a limit on the whole ends the reading. */
static enum dd_code tell(struct dd_sbom_reading *r, const struct dd_err *why, uint64_t base, const char *what)
{
	uint64_t at = why->at == DD_NO_OFFSET ? base : base + why->at;
	if (why->code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	return dd_sbom_problem(r, at, "%s: %s", what, why->message);
}

static enum dd_code parse_element(struct dd_sbom_reading *r, struct dd_str value, uint64_t at, const char *what,
				  dd_sbom_element_fn *fn)
{
	DD_CLEANUP_JSON json_t *j = NULL;
	struct dd_err why;
	if (dd_json_parse(value, &j, &why) != DD_OK)
		return tell(r, &why, at, what);
	return fn(r, j, at);
}

enum dd_code dd_sbom_each(struct dd_sbom_reading *r, struct dd_str array, uint64_t at, const char *what,
			  dd_sbom_element_fn *fn)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_json_member e;
	struct dd_err why;
	enum dd_code code = DD_OK;
	bool more = true;
	if (dd_json_members_open(&m, array, &why) != DD_OK || !m.array)
		return dd_sbom_problem(r, at, "%s is not a list", what);
	while (code == DD_OK) {
		if (dd_json_members_next(&m, &a, &e, &more, &why) != DD_OK) {
			code = tell(r, &why, at, what);
			break;
		}
		if (!more)
			break;
		code = parse_element(r, e.value, at + e.at, what, fn);
	}
	dd_arena_done(&a);
	return code;
}

enum { ROWS_MAX = 32 };

/* The document breaks off, or breaks, inside a member: the elements of a list that stand before that are read. */
static enum dd_code read_cut(struct dd_sbom_reading *r, const struct dd_json_members *m, const struct dd_err *why,
			     const struct dd_sbom_member *rows, size_t n)
{
	size_t before = r->problems.n + r->problems_dropped;
	for (size_t i = 0; i < n && m->in_value; i++)
		if (rows[i].each && dd_str_eq_c(m->value_name, rows[i].name))
			DD_TRY(dd_sbom_each(r, dd_str_skip(r->doc, m->value_at), m->value_at, rows[i].name,
					    rows[i].each));
	if (r->problems.n + r->problems_dropped > before)
		return DD_OK;
	/* The list was whole: it is the document that is not. */
	return tell(r, why, 0, "the document");
}

enum dd_code dd_sbom_members(struct dd_sbom_reading *r, const struct dd_sbom_member *rows, size_t n)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_json_member e;
	struct dd_err why;
	bool seen[ROWS_MAX] = { false }, more = true;
	enum dd_code code = DD_OK;
	dd_assert(n <= ROWS_MAX);
	DD_TRY(dd_json_members_open(&m, r->doc, r->err));
	while (code == DD_OK) {
		if (dd_json_members_next(&m, &a, &e, &more, &why) != DD_OK) {
			code = read_cut(r, &m, &why, rows, n);
			break;
		}
		if (!more)
			break;
		for (size_t i = 0; i < n && code == DD_OK; i++) {
			if (!dd_str_eq_c(e.name, rows[i].name))
				continue;
			if (seen[i])
				code = dd_sbom_problem(r, e.at, "member '%s' is there twice", rows[i].name);
			seen[i] = true;
			if (code == DD_OK && rows[i].each && !dd_str_eq_c(e.value, "null"))
				code = dd_sbom_each(r, e.value, e.at, rows[i].name, rows[i].each);
			else if (code == DD_OK && rows[i].whole)
				code = parse_element(r, e.value, e.at, rows[i].name, rows[i].whole);
		}
	}
	for (size_t i = 0; i < n && code == DD_OK; i++)
		if (rows[i].required && !seen[i])
			code = dd_sbom_fault(r, 0, "the document has no '%s'", rows[i].name);
	dd_arena_done(&a);
	return code;
}

/* ---- the whole ---- */

static void reading_done(struct dd_sbom_reading *r)
{
	dd_vec_done(&r->entries);
	dd_vec_done(&r->properties);
	dd_vec_done(&r->edges);
	dd_vec_done(&r->notes);
	dd_vec_done(&r->problems);
	dd_vec_done(&r->own_licences);
}

static enum dd_code read_all(struct dd_sbom_reading *r, enum dd_sbom_kind kind, struct dd_str target)
{
	DD_TRY(dd_sbom_copy(r, target, &r->inv->target.name));
	r->inv->target.kind = DD_STR("sbom");
	DD_TRY(kinds[kind].read(r));
	return dd_sbom_finish(r);
}

static enum dd_code read_as(struct dd_str doc, struct dd_str target, bool strict, enum dd_sbom_kind kind,
			    struct dd_inventory *ret, struct dd_err *err)
{
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(DD_SBOM_MEMORY_MAX) };
	DD_CLEANUP(reading_done) struct dd_sbom_reading r = { .inv = &inv, .doc = doc, .strict = strict, .err = err };
	if (kind == DD_SBOM_NONE)
		return dd_fail(
			err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			"%s is no bill of materials that drydock reads: CycloneDX, SPDX, Syft or Trivy JSON, or a "
			"list of package URLs",
			DD_QUOTE(target));
	enum dd_code code = read_all(&r, kind, target);
	if (code == DD_OK)
		*ret = inv;
	else
		dd_arena_done(&inv.arena);
	return code;
}

enum dd_code dd_sbom_read(struct dd_str doc, struct dd_str target, struct dd_inventory *ret, struct dd_err *err)
{
	return read_as(doc, target, false, dd_sbom_sniff(doc), ret, err);
}

enum dd_code dd_sbom_validate(struct dd_str doc, struct dd_str target, struct dd_inventory *ret,
			      enum dd_sbom_kind *ret_kind, struct dd_err *err)
{
	enum dd_sbom_kind kind = dd_sbom_sniff(doc);
	DD_TRY(read_as(doc, target, true, kind, ret, err));
	*ret_kind = kind;
	return DD_OK;
}
