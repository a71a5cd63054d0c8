/* SPDX-License-Identifier: Apache-2.0 */
/* RustSec's advisory database as it is kept (github.com/rustsec/advisory-db): a Markdown file an advisory, whose TOML
 * stands in a fence in front of the text. Source: its README.md, EXAMPLE_ADVISORY.md.
 *
 *   ```toml
 *   [advisory]  id, package, date, aliases[], related[], cvss, informational, withdrawn, url …
 *   [affected]  arch[], os[], functions{}          not judged by: what an image calls is not known; functions are shown
 *   [versions]  patched[], unaffected[]            Cargo's requirements: ">= 1.2.3, < 2", "^0.1.2"
 *   ```
 *   # Title
 *   Description
 *
 * Affected is what is neither patched nor unaffected; without either, every version. The records are the same that OSV
 * exports for crates.io: of two forms of one, the newer counts.
 * Files without the fence (README.md) are no advisories, and EXAMPLE_ADVISORY.md (RUSTSEC-0000-0000) is none. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/constraint.h"
#include "db/osv_evidence.h"
#include "format/toml.h"

enum { DOCUMENT_MEMORY_MAX = 64 << 20, DOCUMENT_BYTES_MAX = 4 << 20 };

struct advisory {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_arena *a;
	const struct dd_node *head, *affected, *versions;
	uint32_t source;
	struct dd_str id, title;
};

/* Cuts the fence's text off the front; false: there is none. */
static bool cut_fence(struct dd_str *text, struct dd_str *ret_toml)
{
	static const struct dd_str open = { "```toml", 7 }, close = { "\n```", 4 };
	struct dd_str s = dd_str_starts(*text, DD_STR("\xef\xbb\xbf")) ? dd_str_skip(*text, 3) : *text;
	while (s.n && dd_is_blank(s.p[0]))
		s = dd_str_skip(s, 1);
	if (!dd_str_starts(s, open))
		return false;
	s = dd_str_skip(s, open.n);
	size_t end = dd_str_search(s, close);
	*ret_toml = dd_str_take(s, end);
	*text = dd_str_skip(s, end + close.n);
	return end < s.n;
}

/* The first heading: "# Title". */
static struct dd_str title_of(struct dd_str text)
{
	struct dd_str line;
	while (dd_str_next(&text, '\n', &line)) {
		line = dd_str_trim(line);
		if (dd_str_starts(line, DD_STR("# ")))
			return dd_str_trim(dd_str_skip(line, 2));
	}
	return DD_STR("");
}

static enum dd_code push_names(struct advisory *r, struct dd_build_record *out, struct dd_err *err)
{
	const struct dd_node *aliases = dd_node_array(r->head, "aliases");
	uint32_t mark = dd_build_mark(r->b);
	if (dd_node_len(aliases) > DD_DB_ALIASES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "more than %d aliases", DD_DB_ALIASES_MAX);
	dd_build_push(r->b, out->key[1]);
	for (const struct dd_node *one = dd_node_first(aliases); one; one = one->next) {
		struct dd_str name = dd_str_trim(dd_node_text(one));
		DD_TRY(dd_build_check_text(name, "alias", err));
		if (name.n)
			dd_build_push(r->b, dd_build_text(r->b, name));
	}
	out->names = dd_build_list_since(r->b, mark);
	return DD_OK;
}

static enum dd_code add_record(struct advisory *r, uint32_t *ret, struct dd_err *err)
{
	struct dd_str date = dd_str_take(dd_node_scalar_of(r->head, "date"), DD_DB_DATE_BYTES_MAX);
	struct dd_str withdrawn = dd_str_take(dd_node_scalar_of(r->head, "withdrawn"), DD_DB_DATE_BYTES_MAX);
	struct dd_digest digest;
	struct dd_build_record out = {
		.key = { DD_FAMILY_OSV, dd_build_text(r->b, r->id) },
		.title = dd_build_title(r->b, r->title),
		.published = dd_build_text(r->b, date),
		.modified = dd_build_text(r->b, withdrawn.n ? withdrawn : date),
		.source = r->source,
		.withdrawn = withdrawn.n > 0,
	};
	DD_TRY(dd_digest_of(DD_SHA256, r->doc->bytes, &digest, err));
	memcpy(out.content, digest.bytes, sizeof out.content);
	DD_TRY(push_names(r, &out, err));
	uint32_t mark = dd_build_mark(r->b);
	struct dd_str vector = dd_str_trim(dd_node_str(r->head, "cvss"));
	if (vector.n)
		dd_build_cvss(r->b, vector, 0);
	out.cvss = dd_build_list_since(r->b, mark);
	dd_build_date(r->b, r->source, date);
	DD_TRY(dd_build_check(r->b, err));
	uint32_t old = dd_build_find(r->b, DD_FAMILY_OSV, out.key[1]);
	*ret = DD_MAP_NONE;
	if (old == DD_MAP_NONE || dd_build_supersedes(r->b, r->b->records.p[old], &out))
		*ret = dd_build_record(r->b, &out);
	return dd_build_check(r->b, err);
}

/* Everything but what is patched or never was affected. */
static enum dd_code read_versions(struct advisory *r, struct dd_constraints *c, bool *ret_patched, struct dd_err *err)
{
	static const char *const keys[] = { "patched", "unaffected" };
	bool any = false;
	for (size_t k = 0; k < DD_COUNT(keys); k++) {
		const struct dd_node *list = dd_node_array(r->versions, keys[k]);
		for (const struct dd_node *one = dd_node_first(list); one; one = one->next) {
			struct dd_str text = dd_str_trim(dd_node_text(one));
			if (!text.n)
				return dd_fail(err, DD_EPARSE, one->at, "'%s' holds something that is no text",
					       keys[k]);
			DD_TRY(dd_build_check_text(text, keys[k], err));
			DD_TRY(dd_constraints_except(c, text, r->a, err));
			*ret_patched |= k == 0;
			any = true;
		}
	}
	if (!any)
		return dd_constraints_add(c, DD_STR("*"), DD_STR(""), err);
	dd_constraints_rest(c);
	return DD_OK;
}

/* Whether it is a vulnerability in the narrow sense, and where it lies. */
static uint32_t note_of(struct advisory *r)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_DB_NOTE_BYTES_MAX);
	const struct dd_node *functions = dd_node_table(r->affected, "functions");
	struct dd_str informational = dd_node_str(r->head, "informational");
	if (informational.n && informational.n <= 60)
		(void)dd_buf_addf(&text, "informational: %.*s", DD_FMT(informational));
	if (dd_node_len(functions))
		(void)dd_buf_addf(&text, "%sin functions ", text.n ? "; " : "");
	size_t start = text.n;
	for (const struct dd_node *f = dd_node_first(functions); f; f = f->next)
		if (!dd_osv_evidence_name(&text, start, f->name))
			break;
	return dd_build_text(r->b, text.failed ? DD_STR("") : dd_buf_str(&text));
}

static enum dd_code add_entry(struct advisory *r, struct dd_str package, uint32_t record, struct dd_err *err)
{
	struct dd_constraints c DD_CLEANUP(dd_constraints_done) = { .b = r->b, .scheme = DD_SCHEME_SEMVER };
	struct dd_build_entry e = { .record = record, .status = DD_ADV_AFFECTED, .source = (uint16_t)r->source };
	bool patched = false;
	DD_TRY(read_versions(r, &c, &patched, err));
	DD_TRY(dd_build_package(r->b, &e, DD_STR("crates.io"), package, err));
	if (!c.n_ranges && !c.versions.n) /* nothing is left: patched = [">= 0"] */
		return DD_OK;
	e.fix_state = patched && c.fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
	e.affects = dd_constraints_affects(&c);
	e.note = note_of(r);
	dd_build_entry(r->b, &e);
	return dd_build_check(r->b, err);
}

static enum dd_code read_document(struct advisory *r, struct dd_str toml, struct dd_err *err)
{
	const struct dd_node *root;
	uint32_t record;
	DD_TRY(dd_toml_parse(toml, r->a, &root, err));
	r->head = dd_node_table(root, "advisory");
	r->affected = dd_node_table(root, "affected");
	r->versions = dd_node_table(root, "versions");
	r->id = dd_str_trim(dd_node_str(r->head, "id"));
	struct dd_str package = dd_str_trim(dd_node_str(r->head, "package"));
	if (!r->id.n || !package.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no [advisory] with an id and a package");
	if (dd_str_eq_c(r->id, "RUSTSEC-0000-0000"))
		return DD_OK;
	DD_TRY(dd_build_check_text(r->id, "id", err));
	DD_TRY(dd_build_check_text(package, "package name", err));
	r->source = dd_build_source(r->b, r->doc->kind, DD_STR("rustsec"), r->doc);
	DD_TRY(add_record(r, &record, err));
	return record == DD_MAP_NONE ? DD_OK : add_entry(r, package, record, err);
}

enum dd_code dd_from_rustsec(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DOCUMENT_MEMORY_MAX);
	struct advisory r = { .b = b, .doc = doc, .a = &a };
	struct dd_str text = doc->bytes, toml;
	if (text.n > DOCUMENT_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d bytes", DOCUMENT_BYTES_MAX);
	if (!cut_fence(&text, &toml))
		return doc->whole ? dd_fail(err, DD_EPARSE, 0, "no ```toml fence in front: not an advisory of RustSec")
				  : DD_OK;
	r.title = title_of(text);
	return read_document(&r, toml, err);
}
