/* SPDX-License-Identifier: Apache-2.0 */
/* CSAF 2.0 documents of distributions: VEX documents (one a CVE) and security advisories (one an erratum), as Red Hat
 * (security.access.redhat.com/data/csaf/v2/{vex,advisories}) and SUSE (ftp.suse.com/pub/projects/security/csaf) publish
 * them. Source: docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html.
 *
 *   document         { category, publisher{ namespace }, tracking{ id, current_release_date }, aggregate_severity{ text
 * } } product_tree     csaf_products.c vulnerabilities  [{ cve, title, cwe{ id }, notes[], release_date,
 * product_status{ fixed[], first_fixed[], recommended[], known_affected[], last_affected[], known_not_affected[],
 * under_investigation[] }, flags[{ label, product_ids }], threats[{ category, details, product_ids }], remediations[{
 * category, details, url, product_ids }], scores[{ cvss_v3{ vectorString }, products }] }]
 *
 * - A package that is fixed belongs to the erratum that its remediation "vendor_fix" names (the end of the URL), in an
 *   advisory to the document's own id. SUSE says "recommended" for what Red Hat calls "fixed".
 * - Why something known_affected is not fixed stands in the remediations "none_available" and "no_fix_planned".
 * - Severity: threats of the category "impact"; else the document's aggregate_severity.
 * - Source packages of a fix ("arch=src") say nothing that the binary ones do not.
 * - Products that are no packages (images), and platforms that are not known, are left out.
 * A newer form of a document does not take back what an older one said: give one form of each. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/csaf_products.h"
#include "db/osv_words.h"
#include "db/sqlite_input.h"
#include "version/ecosystem.h"

enum { DOCUMENT_MEMORY_MAX = 1 << 30 };

/* What the remediations, threats and flags say of a product. */
struct said {
	struct dd_str erratum, note;
	enum dd_severity severity;
	enum dd_fix_state state;
};

/* An entry before the architectures of one fix are put together. */
struct row {
	struct dd_build_entry e;
	uint32_t arch; /* text */
};

struct csaf {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_arena arena;
	struct dd_csaf_products products;
	uint32_t source;
	struct dd_str id;	   /* of the document */
	bool advisory;		   /* not a VEX document: its id is the erratum */
	enum dd_severity severity; /* of all of it */
	struct said *said;	   /* by product, of the vulnerability at hand */
	struct said everybody;	   /* … for products that none is said of in particular */
	DD_VEC(struct row) rows;
};

/* --- what is said of products --- */

/* Calls set for each product of a list of ids; without a list for all. */
static void each_product(struct csaf *c, const json_t *ids, void (*set)(struct said *said, const void *value),
			 const void *value)
{
	if (!ids)
		set(&c->everybody, value);
	for (size_t i = 0; i < dd_json_len(ids); i++) {
		uint32_t number = dd_map_get(&c->products.by_id, dd_json_text(dd_json_at(ids, i)));
		if (number != DD_MAP_NONE)
			set(&c->said[number], value);
	}
}

static void set_severity(struct said *said, const void *value)
{
	said->severity = *(const enum dd_severity *)value;
}

static void set_erratum(struct said *said, const void *value)
{
	/* Several: the first in byte order, whatever the order of the document is. */
	const struct dd_str *id = value;
	if (!said->erratum.n || dd_str_cmp(*id, said->erratum) < 0)
		said->erratum = *id;
}

static void set_state(struct said *said, const void *value)
{
	said->state = *(const enum dd_fix_state *)value;
}

static void set_note(struct said *said, const void *value)
{
	said->note = *(const struct dd_str *)value;
}

static void read_threats(struct csaf *c, const json_t *list)
{
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *t = dd_json_at(list, i);
		enum dd_severity severity = dd_osv_severity(dd_json_str(t, "details"));
		if (dd_str_eq_c(dd_json_str(t, "category"), "impact") && severity != DD_SEV_UNKNOWN)
			each_product(c, dd_json_arr(t, "product_ids"), set_severity, &severity);
	}
}

/* "https://access.redhat.com/errata/RHSA-2024:0001" → "RHSA-2024:0001"; SUSE's end in a slash. Empty: no erratum. */
static struct dd_str erratum_of(struct dd_str url)
{
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	size_t slash = dd_str_rfind(url, '/');
	struct dd_str id = slash < url.n ? dd_str_skip(url, slash + 1) : url;
	return id.n <= 64 && dd_str_is_word(id) && dd_osv_prefix(id) ? id : DD_STR("");
}

static enum dd_fix_state state_of(struct dd_str category, struct dd_str details)
{
	static const struct {
		const char *details;
		enum dd_fix_state state;
	} rows[] = {
		{ "Will not fix", DD_FIX_WONT_FIX },
		{ "Out of support scope", DD_FIX_END_OF_LIFE },
		{ "Fix deferred", DD_FIX_DEFERRED },
		{ "Affected", DD_FIX_NOT_FIXED },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_nocase(dd_str_take(details, strlen(rows[i].details)), dd_str_from(rows[i].details)))
			return rows[i].state;
	return dd_str_eq_c(category, "no_fix_planned") ? DD_FIX_WONT_FIX : DD_FIX_NOT_FIXED;
}

static void read_remediations(struct csaf *c, const json_t *list)
{
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *r = dd_json_at(list, i), *ids = dd_json_arr(r, "product_ids");
		struct dd_str category = dd_json_str(r, "category"), details = dd_json_str(r, "details");
		struct dd_str erratum = erratum_of(dd_json_str(r, "url"));
		if (dd_str_eq_c(category, "vendor_fix") && erratum.n)
			each_product(c, ids, set_erratum, &erratum);
		if (!dd_str_eq_c(category, "none_available") && !dd_str_eq_c(category, "no_fix_planned"))
			continue;
		enum dd_fix_state state = state_of(category, details);
		each_product(c, ids, set_state, &state);
	}
}

static void read_flags(struct csaf *c, const json_t *list)
{
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *f = dd_json_at(list, i);
		struct dd_str label = dd_build_cut(dd_json_str(f, "label"), DD_DB_NOTE_BYTES_MAX);
		if (label.n)
			each_product(c, dd_json_arr(f, "product_ids"), set_note, &label);
	}
}

static enum dd_code collect_said(struct csaf *c, const json_t *vuln, struct dd_err *err)
{
	size_t n = c->products.list.n;
	if (!c->said && n) {
		c->said = dd_arena_array(&c->arena, n, sizeof *c->said);
		if (!c->said)
			return dd_fail_nomem(err);
	}
	if (n)
		memset(c->said, 0, n * sizeof *c->said);
	c->everybody = (struct said){ .severity = c->severity };
	read_threats(c, dd_json_arr(vuln, "threats"));
	read_remediations(c, dd_json_arr(vuln, "remediations"));
	read_flags(c, dd_json_arr(vuln, "flags"));
	return DD_OK;
}

/* --- status --- */

enum kind { KIND_FIXED, KIND_AFFECTED, KIND_LAST, KIND_NOT, KIND_OPEN };

/* The statement about one product; *ret_kept false: it says nothing that is kept. */
static enum dd_code make_entry(struct csaf *c, uint32_t cve, enum kind kind, const struct dd_csaf_package *p,
			       const struct said *said, struct dd_build_entry *e, struct dd_err *err)
{
	static const enum dd_advisory_status statuses[] = {
		[KIND_FIXED] = DD_ADV_AFFECTED,	  [KIND_AFFECTED] = DD_ADV_AFFECTED, [KIND_LAST] = DD_ADV_AFFECTED,
		[KIND_NOT] = DD_ADV_NOT_AFFECTED, [KIND_OPEN] = DD_ADV_UNDETERMINED,
	};
	uint32_t id = cve;
	*e = (struct dd_build_entry){ .status = (uint8_t)statuses[kind], .source = (uint16_t)c->source };
	DD_TRY(dd_build_check_text(p->version, "version", err));
	DD_TRY(dd_build_check_text(p->module, "module", err));
	DD_TRY(dd_build_package(c->b, e, p->platform, p->name, err));
	if (kind == KIND_FIXED) {
		struct dd_str erratum = said->erratum.n ? said->erratum : c->advisory ? c->id : DD_STR("");
		if (erratum.n)
			id = dd_build_text(c->b, erratum);
		e->fix_state = DD_FIX_FIXED;
	} else if (kind == KIND_AFFECTED || kind == KIND_LAST) {
		e->fix_state = (uint8_t)(said->state ? said->state : DD_FIX_NOT_FIXED);
	} else {
		e->note = dd_build_text(c->b, said->note);
	}
	e->severity = (uint8_t)(said->severity ? said->severity : c->everybody.severity);
	e->affects = dd_build_affects_below(c->b, kind == KIND_FIXED ? p->version : DD_STR(""));
	e->module = dd_build_text(c->b, p->module);
	e->record = dd_build_pair(c->b, c->source, id, cve, false);
	return dd_build_check(c->b, err);
}

static enum dd_code read_product(struct csaf *c, uint32_t cve, enum kind kind, struct dd_str id, struct dd_err *err)
{
	uint32_t number = dd_map_get(&c->products.by_id, id);
	struct dd_csaf_package p;
	struct row row = { .arch = 0 };
	if (number == DD_MAP_NONE)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "product %s is not in the tree", DD_QUOTE(id));
	DD_TRY(dd_csaf_package(c->products.list.p[number], &c->arena, &p, err));
	if (!p.name.n || !p.platform.n)
		return DD_OK;
	bool source = dd_str_eq_c(p.arch, "src") || dd_str_eq_c(p.arch, "nosrc");
	if ((kind == KIND_FIXED || kind == KIND_LAST) && (source || !p.version.n))
		return DD_OK;
	/* Of a build that is known to be affected only the name counts: which versions came before is not said. */
	struct said said = c->said[number];
	if (!said.erratum.n)
		said.erratum = c->everybody.erratum;
	if (!said.state)
		said.state = c->everybody.state;
	DD_TRY(make_entry(c, cve, kind, &p, &said, &row.e, err));
	row.arch = dd_build_text(c->b, source || dd_str_eq_c(p.arch, "noarch") ? DD_STR("") : p.arch);
	return dd_vec_push(&c->rows, row, DD_DB_ENTRIES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_status(struct csaf *c, const json_t *vuln, uint32_t cve, struct dd_err *err)
{
	static const struct {
		const char *key;
		enum kind kind;
	} lists[] = {
		{ "fixed", KIND_FIXED },
		{ "first_fixed", KIND_FIXED },
		{ "recommended", KIND_FIXED },
		{ "known_affected", KIND_AFFECTED },
		{ "last_affected", KIND_LAST },
		{ "known_not_affected", KIND_NOT },
		{ "under_investigation", KIND_OPEN },
	};
	const json_t *status = dd_json_obj(vuln, "product_status");
	for (size_t k = 0; k < DD_COUNT(lists); k++) {
		const json_t *ids = dd_json_arr(status, lists[k].key);
		uint64_t missing = 0;
		struct dd_err first = { .at = DD_NO_OFFSET };
		for (size_t i = 0; i < dd_json_len(ids); i++) {
			struct dd_err local = { .at = DD_NO_OFFSET };
			enum dd_code code =
				read_product(c, cve, lists[k].kind, dd_json_text(dd_json_at(ids, i)), &local);
			if (code == DD_EPARSE) {
				if (missing++ == 0)
					first = local;
				continue;
			}
			if (code != DD_OK)
				return dd_fail(err, code, DD_NO_OFFSET, "%s", local.message);
		}
		if (missing)
			dd_build_warn(c->b, "%s: %s: %s: %.200s (%llu such products)",
				      DD_QUOTE(dd_str_from(c->doc->name)), DD_QUOTE(c->id), lists[k].key, first.message,
				      (unsigned long long)missing);
	}
	return DD_OK;
}

/* --- architectures --- */

static int by_entry(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	const uint32_t pairs[][2] = {
		{ a->e.record, b->e.record },	  { a->e.ecosystem, b->e.ecosystem }, { a->e.package, b->e.package },
		{ a->e.affects, b->e.affects },	  { a->e.module, b->e.module },	      { a->e.status, b->e.status },
		{ a->e.severity, b->e.severity }, { a->e.fix_state, b->e.fix_state }, { a->e.note, b->e.note },
	};
	for (size_t i = 0; i < DD_COUNT(pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

struct texts {
	const struct dd_intern *in;
};

static int by_entry_and_arch(const void *x, const void *y, void *ctx)
{
	const struct row *a = x, *b = y;
	const struct texts *t = ctx;
	int order = by_entry(x, y);
	return order ? order : dd_str_cmp(dd_intern_text(t->in, a->arch), dd_intern_text(t->in, b->arch));
}

/* One entry for all builds of one fix. A build for every architecture makes the list empty. */
static enum dd_code join_arches(struct csaf *c, struct dd_err *err)
{
	struct texts t = { &c->b->strings };
	if (c->rows.n)
		qsort_r(c->rows.p, c->rows.n, sizeof *c->rows.p, by_entry_and_arch, &t);
	for (size_t i = 0, end; i < c->rows.n; i = end) {
		struct dd_buf arches DD_CLEANUP_BUF = DD_BUF_INIT(1024);
		bool any = false;
		for (end = i; end < c->rows.n && by_entry(&c->rows.p[i], &c->rows.p[end]) == 0; end++) {
			struct dd_str arch = dd_intern_text(&c->b->strings, c->rows.p[end].arch);
			any |= arch.n == 0;
			if (end > i && c->rows.p[end].arch == c->rows.p[end - 1].arch)
				continue;
			(void)dd_buf_add_c(&arches, arches.n ? " " : "");
			(void)dd_buf_add_str(&arches, arch);
		}
		struct dd_build_entry e = c->rows.p[i].e;
		e.arches = dd_build_text(c->b, any || arches.failed ? DD_STR("") : dd_buf_str(&arches));
		dd_build_entry(c->b, &e);
	}
	c->rows.n = 0;
	return dd_build_check(c->b, err);
}

/* --- the vulnerability itself --- */

static void read_vectors(struct csaf *c, const json_t *scores)
{
	static const char *const keys[] = { "cvss_v4", "cvss_v3", "cvss_v2" };
	uint32_t mark = dd_build_mark(c->b);
	for (size_t i = 0; i < dd_json_len(scores) && dd_build_mark(c->b) - mark < 2 * DD_DB_CVSS_MAX; i++)
		for (size_t k = 0; k < DD_COUNT(keys); k++) {
			struct dd_str v = dd_json_str(dd_json_obj(dd_json_at(scores, i), keys[k]), "vectorString");
			if (v.n)
				dd_build_cvss(c->b, v, 0);
		}
}

static struct dd_str title_of(const json_t *vuln)
{
	const json_t *notes = dd_json_arr(vuln, "notes");
	struct dd_str title = dd_json_str(vuln, "title");
	for (size_t i = 0; i < dd_json_len(notes) && !title.n; i++)
		if (dd_str_eq_c(dd_json_str(dd_json_at(notes, i), "category"), "description") ||
		    dd_str_eq_c(dd_json_str(dd_json_at(notes, i), "category"), "general"))
			title = dd_json_str(dd_json_at(notes, i), "text");
	return title;
}

static enum dd_code add_detail(struct csaf *c, const json_t *vuln, struct dd_str modified, uint32_t cve,
			       struct dd_err *err)
{
	struct dd_digest digest;
	struct dd_build_record r = {
		.key = { DD_FAMILY_CSAF, cve },
		.title = dd_build_title(c->b, title_of(vuln)),
		.published = dd_build_text(c->b, dd_str_take(dd_json_str(vuln, "release_date"), DD_DB_DATE_BYTES_MAX)),
		.modified = dd_build_text(c->b, dd_str_take(modified, DD_DB_DATE_BYTES_MAX)),
		.source = c->source,
		.severity = (uint8_t)c->everybody.severity,
	};
	DD_TRY(dd_digest_of(DD_SHA256, c->doc->bytes, &digest, err));
	memcpy(r.content, digest.bytes, sizeof r.content);
	uint32_t mark = dd_build_mark(c->b);
	read_vectors(c, dd_json_arr(vuln, "scores"));
	r.cvss = dd_build_list_since(c->b, mark);
	mark = dd_build_mark(c->b);
	dd_build_cwe(c->b, dd_json_str(dd_json_obj(vuln, "cwe"), "id"));
	r.cwes = dd_build_list_since(c->b, mark);
	uint32_t old = dd_build_find(c->b, DD_FAMILY_CSAF, cve);
	if (old == DD_MAP_NONE || dd_build_supersedes(c->b, c->b->records.p[old], &r))
		(void)dd_build_record(c->b, &r);
	return dd_build_check(c->b, err);
}

static struct dd_str vuln_id(const json_t *vuln)
{
	const json_t *ids = dd_json_arr(vuln, "ids");
	struct dd_str id = dd_str_trim(dd_json_str(vuln, "cve"));
	for (size_t i = 0; i < dd_json_len(ids) && !id.n; i++)
		id = dd_str_trim(dd_json_str(dd_json_at(ids, i), "text"));
	return id;
}

static enum dd_code read_vuln(struct csaf *c, const json_t *vuln, struct dd_str modified, struct dd_err *err)
{
	struct dd_str id = vuln_id(vuln);
	DD_TRY(dd_build_check_text(id, "id", err));
	if (!dd_str_is_word(id))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a vulnerability without a CVE or id");
	DD_TRY(collect_said(c, vuln, err));
	uint32_t cve = dd_build_text(c->b, id);
	DD_TRY(add_detail(c, vuln, modified, cve, err));
	DD_TRY(read_status(c, vuln, cve, err));
	return join_arches(c, err);
}

/* --- the document --- */

/* "https://www.redhat.com" → "csaf:redhat.com". */
static uint32_t source_of(struct csaf *c, const json_t *publisher)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(128);
	struct dd_str host = dd_json_str(publisher, "namespace");
	size_t scheme = dd_str_search(host, DD_STR("://"));
	host = scheme < host.n ? dd_str_skip(host, scheme + 3) : host;
	host = dd_str_take(host, dd_str_find(host, '/'));
	if (dd_str_starts(host, DD_STR("www.")))
		host = dd_str_skip(host, 4);
	(void)dd_buf_add_c(&name, "csaf");
	if (dd_str_is_word(host) && host.n <= 64)
		(void)dd_buf_addf(&name, ":%.*s", DD_FMT(host));
	return dd_build_source(c->b, DD_STR("csaf"), dd_buf_str(&name), c->doc);
}

static enum dd_code read_document(struct csaf *c, const json_t *j, struct dd_err *err)
{
	const json_t *document = dd_json_obj(j, "document"), *tracking = dd_json_obj(document, "tracking");
	const json_t *vulns = dd_json_arr(j, "vulnerabilities");
	struct dd_str category = dd_json_str(document, "category"),
		      modified = dd_json_str(tracking, "current_release_date");
	c->id = dd_json_str(tracking, "id");
	if (!dd_str_starts(category, DD_STR("csaf_")) || !dd_str_is_word(c->id) || c->id.n > 128)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'document' with a category and an id: not CSAF");
	c->advisory = dd_osv_prefix(c->id) != NULL;
	c->severity = dd_osv_severity(dd_json_str(dd_json_obj(document, "aggregate_severity"), "text"));
	c->source = source_of(c, dd_json_obj(document, "publisher"));
	dd_build_date(c->b, c->source, modified);
	c->products.a = &c->arena;
	DD_TRY(dd_csaf_products_read(&c->products, dd_json_obj(j, "product_tree"), err));
	for (size_t i = 0; i < dd_json_len(vulns); i++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		enum dd_code code = read_vuln(c, dd_json_at(vulns, i), modified, &local);
		if (code == DD_ENOMEM || code == DD_ELIMIT)
			return dd_fail(err, code, DD_NO_OFFSET, "%s", local.message);
		if (code != DD_OK)
			dd_build_warn(c->b, "%s: vulnerability %zu: %.200s", DD_QUOTE(dd_str_from(c->doc->name)), i,
				      local.message);
		DD_TRY(dd_build_check(c->b, err));
	}
	return DD_OK;
}

enum dd_code dd_from_csaf(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct csaf c = { .b = b, .doc = doc, .arena = DD_ARENA_INIT(DOCUMENT_MEMORY_MAX) };
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	enum dd_code code = read_document(&c, j, err);
	dd_csaf_products_done(&c.products);
	dd_vec_done(&c.rows);
	dd_arena_done(&c.arena);
	return code;
}
