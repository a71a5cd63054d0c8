/* SPDX-License-Identifier: Apache-2.0 */
/* OVAL 5 definitions of distributions (oval.mitre.org/language/version5.11): Oracle (com.oracle.elsa-all.xml), SUSE
 * (ftp.suse.com/pub/projects/security/oval), Red Hat's OVAL v2, Azure Linux and CBL-Mariner; Debian
 * (www.debian.org/security/oval), Ubuntu (security-metadata.canonical.com/oval, by CVE, by USN and by package).
 *
 *   oval_definitions / definitions / definition class="patch" | "vulnerability"
 *     metadata   title, affected / platform, reference ref_id source, description, severity,
 *                advisory { severity, cve impact="…", affected / resolution state="…" / component }
 *     criteria   operator AND | OR of criteria and of criterion { test_ref, comment }
 *   tests / {rpm,dpkg}info_test → objects / …_object name, states / …_state evr, arch (oval_tests.c)
 *
 * What a definition says is read off its criteria: a criterion whose test compares a version names what is affected;
 * others beside it under one AND say where, in their comments:
 *   "Oracle Linux 8 is installed", "SUSE Linux Enterprise Server 15 SP5 is installed" (several under an OR)
 *   "Module nodejs:18 is enabled" · "Oracle Linux arch is aarch64"
 * Without such a comment the release is told by the platforms of the metadata, else by the tag in the version.
 * - "greater than 0:0-0" is how SUSE says that every version is affected.
 * - Ubuntu's name the binary packages of a source. Those by CVE and by package say in the comment which source that is:
 *   "(CVE-2024-1) nginx package in jammy was vulnerable but has been fixed (note: '1.18.0-6ubuntu14.1').", the CVE only
 *   in the latter, whose definitions have many. What does not say it, as those by USN, is kept under the binary names
 * in ubuntu-binary. Builds for subscribers of Pro ("…+esm1", "esm-infra/…") are kept apart as everywhere.
 * - Debian's name source packages.
 * - Red Hat's definitions for what is not fixed name components in advisory/affected/resolution, whose state says why.
 *
 * Limit: criteria CRITERIA_DEPTH_MAX deep. Negated criteria say nothing that is kept. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/constraint.h"
#include "db/osv_words.h"
#include "db/oval_tests.h"
#include "db/rpm_release.h"
#include "db/sqlite_input.h"
#include "format/xml.h"
#include "version/ecosystem.h"

enum { CRITERIA_DEPTH_MAX = 16, DEFINITION_MEMORY_MAX = 256 << 20, PLATFORMS_MAX = 64, CVES_MAX = 4096 };

struct cve {
	uint32_t id; /* text */
	enum dd_severity severity;
};

/* What one criterion's comment says of its test. */
struct remark {
	struct dd_str cve, source; /* empty: all CVEs of the definition; not said */
	bool pro;		   /* Ubuntu Pro */
	enum dd_fix_state state;   /* of what is not fixed */
};

/* What holds below a node of the criteria. */
struct where {
	uint32_t keys[PLATFORMS_MAX]; /* texts */
	size_t n_keys;
	struct dd_str module, arch;
};

struct oval {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_oval_tests tests;
	struct dd_arena *arena; /* of the definition at hand */
	struct dd_str id;	/* erratum, may be empty */
	enum dd_severity severity;
	uint32_t date; /* text */
	DD_VEC(struct cve) cves;
	struct where metadata; /* its platforms */
};

/* --- metadata --- */

static enum dd_code add_key(struct where *w, struct oval *o, struct dd_str key, struct dd_err *err)
{
	uint32_t text = dd_build_text(o->b, key);
	size_t i = 0;
	while (i < w->n_keys && w->keys[i] != text)
		i++;
	if (i < w->n_keys || !key.n)
		return DD_OK;
	if (i == PLATFORMS_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "more than %d platforms", PLATFORMS_MAX);
	w->keys[w->n_keys++] = text;
	return DD_OK;
}

static enum dd_code add_cve(struct oval *o, struct dd_str id, enum dd_severity severity, struct dd_err *err)
{
	id = dd_str_trim(id);
	if (!id.n || dd_cve_len(id) != id.n || id.n > DD_DB_CVE_BYTES_MAX)
		return DD_OK;
	uint32_t text = dd_build_text(o->b, id);
	for (size_t i = 0; i < o->cves.n; i++)
		if (o->cves.p[i].id == text) {
			if (severity != DD_SEV_UNKNOWN)
				o->cves.p[i].severity = severity;
			return DD_OK;
		}
	if (!dd_vec_push(&o->cves, ((struct cve){ text, severity }), CVES_MAX))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "more than %d CVEs", CVES_MAX);
	return DD_OK;
}

static enum dd_code read_references(struct oval *o, const struct dd_xml_node *metadata, struct dd_err *err)
{
	const struct dd_xml_node *r = dd_xml_get(metadata, "reference");
	for (; r; r = dd_xml_again(r)) {
		struct dd_str id = dd_xml_attribute(r, "ref_id");
		/* SUSE: "Mitre CVE-2024-1", "SUSE CVE-2024-1". */
		size_t cve = dd_str_search(id, DD_STR("CVE-"));
		if (!o->id.n && dd_osv_prefix(id) && id.n <= 128)
			o->id = id;
		if (cve < id.n)
			DD_TRY(add_cve(o, dd_str_skip(id, cve), DD_SEV_UNKNOWN, err));
	}
	return DD_OK;
}

/* Oracle and Red Hat call it impact, Ubuntu priority. */
static enum dd_severity severity_of(const struct dd_xml_node *cve)
{
	struct dd_str impact = dd_xml_attribute(cve, "impact");
	return dd_osv_severity(impact.n ? impact : dd_xml_attribute(cve, "priority"));
}

static enum dd_code read_metadata(struct oval *o, const struct dd_xml_node *metadata, struct dd_err *err)
{
	const struct dd_xml_node *advisory = dd_xml_get(metadata, "advisory");
	const struct dd_xml_node *p = dd_xml_get(dd_xml_get(metadata, "affected"), "platform");
	struct dd_str severity = dd_xml_text_of(advisory, "severity"), date;
	o->id = DD_STR("");
	o->cves.n = 0;
	o->metadata.n_keys = 0;
	o->severity = dd_osv_severity(severity.n ? severity : dd_xml_text_of(metadata, "severity"));
	DD_TRY(read_references(o, metadata, err));
	for (const struct dd_xml_node *c = dd_xml_get(advisory, "cve"); c; c = dd_xml_again(c))
		DD_TRY(add_cve(o, dd_xml_text(c), severity_of(c), err));
	for (; p; p = dd_xml_again(p)) {
		struct dd_str key;
		DD_TRY(dd_rpm_key_of_name(dd_xml_text(p), o->arena, &key, err));
		DD_TRY(add_key(&o->metadata, o, key, err));
	}
	date = dd_xml_attribute(dd_xml_get(advisory, "updated"), "date");
	if (!date.n)
		date = dd_xml_attribute(dd_xml_get(advisory, "issued"), "date");
	o->date = dd_build_text(o->b, dd_str_take(date.n ? date : dd_xml_text_of(metadata, "advisory_date"), 10));
	return dd_build_check(o->b, err);
}

/* --- entries --- */

static uint32_t source_of(struct oval *o, struct dd_str key)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(128);
	(void)dd_buf_addf(&name, "oval:%.*s", DD_FMT(dd_str_take(key, dd_str_find(key, ':'))));
	uint32_t source = dd_build_source(o->b, DD_STR("oval"), dd_buf_str(&name), o->doc);
	dd_build_date(o->b, source, dd_intern_text(&o->b->strings, o->date));
	return source;
}

/* "ubuntu:22.04" → the pocket and the kind of names that are meant: "ubuntu-pro-binary:22.04". */
static struct dd_str variant_of(struct oval *o, struct dd_str key, const struct remark *r)
{
	static const struct dd_str ubuntu = { "ubuntu:", 7 };
	if (!r || !dd_str_starts(key, ubuntu) || (!r->pro && r->source.n))
		return key;
	return dd_arena_printf(o->arena, "ubuntu%s%s:%.*s", r->pro ? "-pro" : "", r->source.n ? "" : "-binary",
			       DD_FMT(dd_str_skip(key, ubuntu.n)));
}

/* One entry for each platform and CVE. r: what is said of the test; NULL: nothing. */
static enum dd_code add_entries(struct oval *o, const struct where *w, struct dd_str package,
				const struct dd_build_entry *said, const struct remark *r, struct dd_err *err)
{
	struct dd_build_entry e = *said;
	uint32_t only = r && r->cve.n ? dd_build_text(o->b, r->cve) : 0;
	uint32_t erratum = o->id.n ? dd_build_text(o->b, o->id) : 0;
	for (size_t k = 0; k < w->n_keys; k++) {
		struct dd_str key = dd_intern_text(&o->b->strings, w->keys[k]);
		struct dd_str variant = variant_of(o, key, r);
		if (!variant.p)
			return dd_fail_nomem(err);
		DD_TRY(dd_build_package(o->b, &e, variant, package, err));
		e.source = (uint16_t)source_of(o, key);
		for (size_t i = 0; i < (o->cves.n ? o->cves.n : 1); i++) {
			uint32_t cve = o->cves.n ? o->cves.p[i].id : erratum;
			enum dd_severity own = o->cves.n ? o->cves.p[i].severity : DD_SEV_UNKNOWN;
			if (!cve)
				return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "neither a CVE nor an erratum");
			if (only && cve != only)
				continue;
			e.severity = (uint8_t)(own ? own : o->severity);
			e.record = dd_build_pair(o->b, e.source, erratum ? erratum : cve, cve, false);
			DD_TRY(dd_build_check(o->b, err));
			dd_build_entry(o->b, &e);
		}
	}
	return dd_build_check(o->b, err);
}

static enum dd_code add_test(struct oval *o, const struct where *w, const struct dd_oval_test *t,
			     const struct remark *r, struct dd_err *err)
{
	struct dd_constraints c DD_CLEANUP(dd_constraints_done) = { .b = o->b };
	struct where place = w->n_keys ? *w : o->metadata;
	struct dd_build_entry e = { .status = DD_ADV_AFFECTED };
	struct dd_str key;
	place.module = w->module;
	place.arch = w->arch;
	if (!place.n_keys) {
		DD_TRY(dd_rpm_key_of_build(o->id, t->version, o->arena, &key, err));
		DD_TRY(add_key(&place, o, key, err));
	}
	if (!place.n_keys)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "which release %s belongs to cannot be told",
			       DD_QUOTE(t->packages[0]));
	static const char *const operators[] = {
		[DD_OVAL_BELOW] = "< ", [DD_OVAL_UP_TO] = "<= ", [DD_OVAL_EXACTLY] = "= ", [DD_OVAL_ANY] = "*"
	};
	struct dd_str version = t->op == DD_OVAL_ANY ? DD_STR("") : t->version;
	struct dd_str text = dd_arena_printf(o->arena, "%s%.*s", operators[t->op], DD_FMT(version));
	if (!text.p)
		return dd_fail_nomem(err);
	DD_TRY(dd_constraints_add(&c, text, DD_STR(""), err));
	e.fix_state = c.fixed ? DD_FIX_FIXED : (uint8_t)r->state;
	e.affects = dd_constraints_affects(&c);
	e.module = dd_build_text(o->b, place.module);
	e.arches = dd_build_text(o->b, place.arch.n ? place.arch : t->arches);
	if (r->source.n)
		return add_entries(o, &place, r->source, &e, r, err);
	for (size_t i = 0; i < t->n_packages; i++)
		DD_TRY(add_entries(o, &place, t->packages[i], &e, r, err));
	return DD_OK;
}

/* --- criteria --- */

static bool is_negated(const struct dd_xml_node *e)
{
	return dd_str_eq_c(dd_xml_attribute(e, "negate"), "true");
}

/* What one comment says of the place. */
static enum dd_code read_comment(struct oval *o, struct where *w, struct dd_str comment, struct dd_err *err)
{
	static const struct dd_str installed = { " is installed", 13 }, enabled = { " is enabled", 11 };
	size_t arch = dd_str_search(comment, DD_STR(" arch is "));
	struct dd_str key;
	if (arch < comment.n && dd_str_is_word(dd_str_skip(comment, arch + 9))) {
		w->arch = dd_str_skip(comment, arch + 9);
	} else if (dd_str_starts(comment, DD_STR("Module ")) && dd_str_ends(comment, enabled)) {
		struct dd_str module = dd_str_take(dd_str_skip(comment, 7), comment.n - 7 - enabled.n);
		if (dd_str_is_word(module) && module.n <= 200)
			w->module = module;
	} else if (dd_str_ends(comment, installed)) {
		DD_TRY(dd_rpm_key_of_name(dd_str_take(comment, comment.n - installed.n), o->arena, &key, err));
		DD_TRY(add_key(w, o, key, err));
	}
	return DD_OK;
}

/* What Ubuntu says of a test beside it; others' comments say none of this. */
static struct remark read_remark(struct dd_str comment, struct dd_str version)
{
	static const struct {
		const char *words;
		enum dd_fix_state state;
	} states[] = {
		{ "decision has been made to defer", DD_FIX_DEFERRED },
		{ "decision has been made to ignore", DD_FIX_WONT_FIX },
		{ "end of life", DD_FIX_END_OF_LIFE },
	};
	static const char *const pro[] = { "Ubuntu Pro", "esm-infra", "esm-apps" };
	static const struct dd_str package = { " package in ", 12 };
	struct remark r = { .state = DD_FIX_NOT_FIXED };
	size_t esm = dd_str_search(version, DD_STR("esm"));
	r.pro = esm < version.n && esm + 3 < version.n && dd_is_digit(version.p[esm + 3]);
	for (size_t i = 0; i < DD_COUNT(pro); i++)
		r.pro |= dd_str_search(comment, dd_str_from(pro[i])) < comment.n;
	for (size_t i = 0; i < DD_COUNT(states); i++)
		if (dd_str_search(comment, dd_str_from(states[i].words)) < comment.n)
			r.state = states[i].state;
	size_t close = dd_str_find(comment, ')');
	if (dd_str_starts(comment, DD_STR("(CVE-")) && close < comment.n) {
		r.cve = dd_str_take(dd_str_skip(comment, 1), close - 1);
		comment = dd_str_trim(dd_str_skip(comment, close + 1));
	}
	size_t at = dd_str_search(comment, package);
	struct dd_str source = dd_str_take(comment, at);
	if (at < comment.n && dd_str_is_word(source))
		r.source = source;
	return r;
}

static enum dd_code read_criterion(struct oval *o, const struct where *w, const struct dd_xml_node *c,
				   struct dd_err *err)
{
	struct dd_oval_test test;
	if (is_negated(c) || !dd_oval_test(&o->tests, dd_xml_attribute(c, "test_ref"), &test))
		return DD_OK;
	struct remark r = read_remark(dd_xml_attribute(c, "comment"), test.version);
	return add_test(o, w, &test, &r, err);
}

/* Comments of an AND's own criterions, and of the ORs in it that hold nothing but platforms. */
static enum dd_code read_place(struct oval *o, const struct dd_xml_node *criteria, struct where *w, struct dd_err *err)
{
	struct where here = { .module = w->module, .arch = w->arch };
	for (const struct dd_xml_node *c = dd_xml_first(criteria); c; c = c->next) {
		if (dd_str_eq_c(c->name, "criterion"))
			DD_TRY(read_comment(o, &here, dd_xml_attribute(c, "comment"), err));
		if (!dd_str_eq_c(c->name, "criteria") || !dd_str_eq_c(dd_xml_attribute(c, "operator"), "OR"))
			continue;
		for (const struct dd_xml_node *p = dd_xml_get(c, "criterion"); p; p = dd_xml_again(p))
			DD_TRY(read_comment(o, &here, dd_xml_attribute(p, "comment"), err));
	}
	if (!here.n_keys) {
		memcpy(here.keys, w->keys, sizeof here.keys);
		here.n_keys = w->n_keys;
	}
	*w = here;
	return DD_OK;
}

static enum dd_code read_criteria(struct oval *o, const struct dd_xml_node *criteria, const struct where *outer,
				  unsigned depth, struct dd_err *err)
{
	struct where w = *outer;
	if (depth > CRITERIA_DEPTH_MAX)
		return dd_fail(err, DD_EPARSE, criteria->at, "criteria more than %d deep", CRITERIA_DEPTH_MAX);
	if (is_negated(criteria))
		return DD_OK;
	if (!dd_str_eq_c(dd_xml_attribute(criteria, "operator"), "OR"))
		DD_TRY(read_place(o, criteria, &w, err));
	for (const struct dd_xml_node *c = dd_xml_first(criteria); c; c = c->next) {
		if (dd_str_eq_c(c->name, "criteria"))
			DD_TRY(read_criteria(o, c, &w, depth + 1, err));
		else if (dd_str_eq_c(c->name, "criterion"))
			DD_TRY(read_criterion(o, &w, c, err));
	}
	return DD_OK;
}

/* --- Red Hat's components without a fix --- */

static enum dd_code read_component(struct oval *o, struct dd_str component, const struct dd_build_entry *said,
				   struct dd_err *err)
{
	struct dd_build_entry e = *said;
	size_t slash = dd_str_find(component, '/');
	struct dd_str module = slash < component.n ? dd_str_take(component, slash) : DD_STR("");
	struct dd_str name = slash < component.n ? dd_str_skip(component, slash + 1) : component;
	DD_TRY(dd_build_check_text(module, "module", err));
	e.module = dd_build_text(o->b, module);
	return add_entries(o, &o->metadata, name, &e, NULL, err);
}

static enum dd_code read_resolutions(struct oval *o, const struct dd_xml_node *affected, struct dd_err *err)
{
	static const struct {
		const char *word;
		enum dd_advisory_status status;
		enum dd_fix_state state;
	} rows[] = {
		{ "Affected", DD_ADV_AFFECTED, DD_FIX_NOT_FIXED },
		{ "Will not fix", DD_ADV_AFFECTED, DD_FIX_WONT_FIX },
		{ "Fix deferred", DD_ADV_AFFECTED, DD_FIX_DEFERRED },
		{ "Out of support scope", DD_ADV_AFFECTED, DD_FIX_END_OF_LIFE },
		{ "Under investigation", DD_ADV_UNDETERMINED, DD_FIX_UNKNOWN },
		{ "Not affected", DD_ADV_NOT_AFFECTED, DD_FIX_UNKNOWN },
	};
	const struct dd_xml_node *r = dd_xml_get(affected, "resolution");
	for (; r; r = dd_xml_again(r))
		for (size_t i = 0; i < DD_COUNT(rows); i++) {
			struct dd_build_entry e = { .status = (uint8_t)rows[i].status,
						    .fix_state = (uint8_t)rows[i].state };
			if (!dd_str_eq_nocase(dd_xml_attribute(r, "state"), dd_str_from(rows[i].word)))
				continue;
			e.affects = dd_build_affects_below(o->b, DD_STR(""));
			const struct dd_xml_node *c = dd_xml_get(r, "component");
			for (; c; c = dd_xml_again(c))
				DD_TRY(read_component(o, dd_xml_text(c), &e, err));
		}
	return DD_OK;
}

/* --- the document --- */

static enum dd_code read_definition(struct oval *o, const struct dd_xml_node *d, struct dd_err *err)
{
	const struct dd_xml_node *metadata = dd_xml_get(d, "metadata"), *criteria = dd_xml_get(d, "criteria");
	const struct dd_xml_node *affected = dd_xml_get(dd_xml_get(metadata, "advisory"), "affected");
	const struct where everywhere = { .n_keys = 0 };
	if (dd_str_eq_c(dd_xml_attribute(d, "deprecated"), "true"))
		return DD_OK;
	DD_TRY(read_metadata(o, metadata, err));
	if (o->cves.n == 0 && !o->id.n)
		return DD_OK; /* an inventory definition: "is Oracle Linux 8 installed?" */
	DD_TRY(read_resolutions(o, affected, err));
	return criteria ? read_criteria(o, criteria, &everywhere, 0, err) : DD_OK;
}

static enum dd_code read_definitions(struct oval *o, struct dd_xml_walk *walk, struct dd_err *err)
{
	for (;;) {
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DEFINITION_MEMORY_MAX);
		struct dd_err local = { .at = DD_NO_OFFSET };
		struct dd_xml_item item;
		bool more;
		DD_TRY(dd_xml_walk_next(walk, &arena, &item, &more, err));
		if (!more)
			return DD_OK;
		o->arena = &arena;
		if (!dd_str_eq_c(item.element->name, "definition") || !dd_str_eq_c(item.parent, "definitions"))
			continue;
		enum dd_code code = read_definition(o, item.element, &local);
		if (code == DD_ENOMEM || code == DD_ELIMIT)
			return dd_fail(err, code, DD_NO_OFFSET, "%s", local.message);
		if (code != DD_OK) {
			if (local.at == DD_NO_OFFSET)
				local.at = item.element->at;
			(void)dd_wrap(&local, "%s", DD_QUOTE(dd_xml_attribute(item.element, "id")));
			dd_build_warn_of(o->b, o->doc, &local);
		}
		DD_TRY(dd_build_check(o->b, err));
	}
}

enum dd_code dd_from_oval(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_xml_walk *walk DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc->bytes, 3);
	struct oval o = { .b = b, .doc = doc, .tests = { .arena = DD_ARENA_INIT((size_t)DD_DB_MEMORY_BYTES_MAX) } };
	if (!walk)
		return dd_fail_nomem(err);
	struct dd_str head = dd_str_take(doc->bytes, 4096);
	if (dd_str_search(head, DD_STR("oval_definitions")) == head.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no <oval_definitions>: not an OVAL document");
	enum dd_code code = dd_oval_tests_read(&o.tests, doc->bytes, err);
	if (code == DD_OK)
		code = read_definitions(&o, walk, err);
	dd_oval_tests_done(&o.tests);
	dd_vec_done(&o.cves);
	return code;
}
