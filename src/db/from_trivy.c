/* SPDX-License-Identifier: Apache-2.0 */
/* Trivy's database, schema 2 (trivy-db pkg/db, pkg/types; the artifact mirror.gcr.io/aquasec/trivy-db:2 holds trivy.db
 * and metadata.json). A bbolt file; values are JSON:
 *
 *   "vulnerability"  CVE → { Title, Description, CweIDs[], VendorSeverity{ vendor: 0..4 }, CVSS{ vendor: { V2Vector,
 *                    V3Vector, V40Vector } }, PublishedDate, LastModifiedDate }
 *   "data-source"    bucket → { ID, Name, URL }
 *   an OS's          package → CVE → { FixedVersion, AffectedVersion, Severity, Status, VendorIDs[], Arches[],
 *                    Entries[ the same ] }; modular packages are named "nodejs:12::npm"
 *   "Red Hat"        package → RHSA or CVE → { Entries[{ FixedVersion, Affected[ index of a CPE ], Arches, Status,
 *                    Cves[{ ID, Severity }] }] }
 *   "Red Hat CPE"    "cpe" → index → CPE
 *   "npm::GitHub…"   package → CVE, GHSA … → { VulnerableVersions[], PatchedVersions[], UnaffectedVersions[],
 *                    VendorIDs[] }
 *
 * - Severity 0..4: unknown, low, medium, high, critical. Status 0..7: see statuses below; it says nothing where there
 * is a FixedVersion.
 * - Without VulnerableVersions everything that is neither patched nor unaffected is vulnerable. An empty text among the
 *   versions means all.
 * - Patched versions are exact ("1.2.3", GHSA) or constraints (">= 1.2.3", RubySec): the first name the fix of the
 *   constraint in the same place of the other list, the second are believed where nothing else is said.
 * - VendorIDs are GHSA's names of a CVE, or the erratum that fixes it.
 * - The file has no date: metadata.json beside it has (UpdatedAt). */
#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/builder.h"
#include "db/constraint.h"
#include "db/osv_words.h"
#include "db/trivy_buckets.h"
#include "format/bbolt.h"
#include "format/json.h"
#include "version/ecosystem.h"

enum { VENDORS_MAX = 64, CPES_MAX = 1000000 };

/* A vendor's word for a vulnerability, of the details that were read. */
struct word {
	uint32_t vendor; /* text */
	uint8_t severity;
};
struct detail {
	uint32_t at, n; /* in words */
};

struct trivy {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_bbolt db;
	struct dd_bbolt_bucket sources; /* "data-source" */
	bool has_sources;
	uint32_t first_detail; /* number of the first record of details */
	DD_VEC(struct detail) details;
	DD_VEC(struct word) words;
	DD_VEC(uint32_t) cpes; /* index → text of the ecosystem's key, 0: none */
	/* The bucket and package at hand. */
	struct dd_str bucket;
	struct dd_str key; /* of its ecosystem */
	uint32_t source, vendor;
	uint64_t items; /* read so far */
	struct dd_str package, module;
};

static const enum dd_severity severities[] = { DD_SEV_UNKNOWN, DD_SEV_LOW, DD_SEV_MEDIUM, DD_SEV_HIGH,
					       DD_SEV_CRITICAL };

static enum dd_severity severity_of(const json_t *obj, const char *key)
{
	int64_t n;
	if (dd_json_int(obj, key, &n))
		return n >= 0 && n < (int64_t)DD_COUNT(severities) ? severities[n] : DD_SEV_UNKNOWN;
	return dd_osv_severity(dd_json_str(obj, key));
}

static void warn(struct trivy *t, struct dd_str key, const struct dd_err *err)
{
	char at[40] = "";
	if (err->at != DD_NO_OFFSET)
		(void)snprintf(at, sizeof at, " at byte %llu", (unsigned long long)err->at);
	dd_build_warn(t->b, "%s: %s, %s, %s%s: %.200s", DD_QUOTE(dd_str_from(t->doc->name)), DD_QUOTE(t->bucket),
		      DD_QUOTE(t->package), DD_QUOTE(key), at, err->message);
}

/* Calls read for each item of a bucket; what is broken becomes a warning. */
typedef enum dd_code item_fn(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err);

static enum dd_code each(struct trivy *t, struct dd_bbolt_bucket bucket, item_fn *read, struct dd_err *err)
{
	struct dd_bbolt_cursor c;
	bool more = true;
	dd_bbolt_walk(&t->db, bucket, &c);
	while (more) {
		struct dd_bbolt_item item = { .key = { "", 0 } };
		struct dd_err local = { .at = DD_NO_OFFSET };
		enum dd_code code = dd_bbolt_next(&c, &item, &more, &local);
		if (code == DD_OK && more) {
			if (t->items++ % DD_BUILD_FORGET_EACH == 0)
				dd_build_forget(t->doc);
			code = read(t, &item, &local);
			if (code != DD_OK && local.at == DD_NO_OFFSET)
				local.at = item.at;
		}
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK)
			warn(t, item.key, &local);
		DD_TRY(dd_build_check(t->b, err));
	}
	return DD_OK;
}

static enum dd_code parse(const struct dd_bbolt_item *item, json_t **ret, struct dd_err *err)
{
	if (item->is_bucket)
		return dd_fail(err, DD_EPARSE, item->at, "a bucket instead of a value");
	DD_TRY(dd_build_check_text(item->key, "key", err));
	if (!item->key.n)
		return dd_fail(err, DD_EPARSE, item->at, "an empty key");
	enum dd_code code = dd_json_parse(item->value, ret, err);
	if (err->at != DD_NO_OFFSET && code != DD_OK)
		err->at += item->at + item->key.n;
	return code;
}

/* --- details --- */

static void read_vectors(struct trivy *t, const json_t *cvss)
{
	static const char *const keys[] = { "V40Vector", "V3Vector", "V2Vector" };
	uint32_t n = 0;
	for (void *it = dd_json_first(cvss); it && n < VENDORS_MAX; it = dd_json_next(cvss, it), n++) {
		struct dd_str vendor = dd_build_cut(dd_json_name(it), 64);
		for (size_t k = 0; k < DD_COUNT(keys); k++) {
			struct dd_str vector = dd_json_str(dd_json_value(it), keys[k]);
			if (vector.n)
				dd_build_cvss(t->b, vector, dd_build_text(t->b, vendor));
		}
	}
}

/* Whose word counts for a vulnerability as a whole. */
static void choose_severity(const json_t *words, struct dd_build_record *r, struct dd_builder *b)
{
	static const char *const vendors[] = { "ghsa", "nvd", "redhat", "ubuntu", "debian" };
	for (size_t i = 0; i < DD_COUNT(vendors) && r->severity == DD_SEV_UNKNOWN; i++) {
		r->severity = (uint8_t)severity_of(words, vendors[i]);
		if (r->severity != DD_SEV_UNKNOWN)
			r->severity_by = dd_build_text(b, dd_str_from(vendors[i]));
	}
}

static enum dd_code keep_words(struct trivy *t, const json_t *words, struct dd_err *err)
{
	struct detail d = { .at = (uint32_t)t->words.n };
	for (void *it = dd_json_first(words); it && d.n < VENDORS_MAX; it = dd_json_next(words, it)) {
		struct dd_str vendor = dd_build_cut(dd_json_name(it), 64);
		char key[65];
		memcpy(key, vendor.p, vendor.n);
		key[vendor.n] = '\0';
		const struct word w = { dd_build_text(t->b, vendor), (uint8_t)severity_of(words, key) };
		if (!dd_vec_push(&t->words, w, DD_DB_WORDS_MAX))
			return dd_fail_nomem(err);
		d.n++;
	}
	return dd_vec_push(&t->details, d, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_detail(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_digest digest;
	DD_TRY(parse(item, &j, err));
	DD_TRY(dd_digest_of(DD_SHA256, item->value, &digest, err));
	struct dd_str title = dd_json_str(j, "Title"), published = dd_json_str(j, "PublishedDate");
	const json_t *words = dd_json_obj(j, "VendorSeverity"), *cwes = dd_json_arr(j, "CweIDs");
	struct dd_build_record r = {
		.key = { DD_FAMILY_DETAIL, dd_build_text(t->b, item->key) },
		.title = dd_build_title(t->b, title.n ? title : dd_json_str(j, "Description")),
		.published = dd_build_text(t->b, dd_str_take(published, DD_DB_DATE_BYTES_MAX)),
		.modified = dd_build_text(t->b, dd_str_take(dd_json_str(j, "LastModifiedDate"), DD_DB_DATE_BYTES_MAX)),
		.source = t->source,
	};
	memcpy(r.content, digest.bytes, sizeof r.content);
	choose_severity(words, &r, t->b);
	uint32_t mark = dd_build_mark(t->b);
	read_vectors(t, dd_json_obj(j, "CVSS"));
	r.cvss = dd_build_list_since(t->b, mark);
	mark = dd_build_mark(t->b);
	for (size_t i = 0; i < dd_json_len(cwes) && i < DD_DB_CWES_MAX; i++)
		dd_build_cwe(t->b, dd_json_text(dd_json_at(cwes, i)));
	r.cwes = dd_build_list_since(t->b, mark);
	uint32_t old = dd_build_find(t->b, DD_FAMILY_DETAIL, r.key[1]);
	if (old != DD_MAP_NONE && !dd_build_supersedes(t->b, t->b->records.p[old], &r))
		return DD_OK;
	/* Between the first and this one only details were added. */
	(void)dd_build_record(t->b, &r);
	return keep_words(t, words, err);
}

/* What the bucket's own vendor says of a vulnerability. */
static enum dd_severity vendor_severity(const struct trivy *t, uint32_t id)
{
	uint32_t number = dd_build_find(t->b, DD_FAMILY_DETAIL, id);
	if (number == DD_MAP_NONE || number < t->first_detail || number - t->first_detail >= t->details.n)
		return DD_SEV_UNKNOWN;
	const struct detail *d = &t->details.p[number - t->first_detail];
	for (uint32_t i = 0; i < d->n; i++)
		if (t->words.p[d->at + i].vendor == t->vendor)
			return (enum dd_severity)t->words.p[d->at + i].severity;
	return DD_SEV_UNKNOWN;
}

/* --- advisories --- */

/* "nodejs:12::npm" is npm of the module nodejs:12. */
static void split_module(struct trivy *t, struct dd_str key)
{
	size_t at = dd_str_search(key, DD_STR("::"));
	bool modular = at < key.n;
	t->module = modular ? dd_str_take(key, at) : DD_STR("");
	t->package = modular ? dd_str_skip(key, at + 2) : key;
}

static uint32_t arches_of(struct trivy *t, const json_t *obj)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_DB_NOTE_BYTES_MAX);
	const json_t *list = dd_json_arr(obj, "Arches");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str arch = dd_json_text(dd_json_at(list, i));
		if (!dd_str_is_word(arch))
			continue;
		(void)dd_buf_add_c(&out, out.n ? " " : "");
		(void)dd_buf_add_str(&out, arch);
	}
	return dd_build_text(t->b, out.failed ? DD_STR("") : dd_buf_str(&out));
}

/* Without a fixed version the status says why. */
static void read_status(const json_t *obj, struct dd_build_entry *e)
{
	static const struct {
		enum dd_advisory_status status;
		enum dd_fix_state state;
	} statuses[] = {
		{ DD_ADV_AFFECTED, DD_FIX_NOT_FIXED },	 /* unknown */
		{ DD_ADV_NOT_AFFECTED, DD_FIX_UNKNOWN }, /* not affected */
		{ DD_ADV_AFFECTED, DD_FIX_NOT_FIXED },	 /* affected */
		{ DD_ADV_AFFECTED, DD_FIX_NOT_FIXED },	 /* fixed, it is not said where */
		{ DD_ADV_UNDETERMINED, DD_FIX_UNKNOWN }, /* under investigation */
		{ DD_ADV_AFFECTED, DD_FIX_WONT_FIX },	 /* will not be fixed */
		{ DD_ADV_AFFECTED, DD_FIX_DEFERRED },	 /* deferred */
		{ DD_ADV_AFFECTED, DD_FIX_END_OF_LIFE }, /* end of life */
	};
	int64_t n = 0;
	if (!dd_json_int(obj, "Status", &n) || n < 0 || n >= (int64_t)DD_COUNT(statuses))
		n = 0;
	e->status = (uint8_t)statuses[n].status;
	e->fix_state = (uint8_t)statuses[n].state;
}

static enum dd_code read_range(struct trivy *t, const json_t *obj, struct dd_build_entry *e, struct dd_err *err)
{
	struct dd_str fixed = dd_str_trim(dd_json_str(obj, "FixedVersion"));
	struct dd_str from = dd_str_trim(dd_json_str(obj, "AffectedVersion"));
	DD_TRY(dd_build_check_text(fixed, "version", err));
	DD_TRY(dd_build_check_text(from, "version", err));
	read_status(obj, e);
	if (dd_str_eq_c(fixed, "0")) {
		e->status = DD_ADV_NOT_AFFECTED;
		e->fix_state = DD_FIX_UNKNOWN;
		fixed = DD_STR("");
	} else if (fixed.n) {
		e->status = DD_ADV_AFFECTED;
		e->fix_state = DD_FIX_FIXED;
	}
	e->affects = dd_build_affects_between(t->b, from, fixed);
	return DD_OK;
}

/* The first VendorID that is an erratum or a GHSA. */
static struct dd_str vendor_id(const json_t *obj)
{
	const json_t *list = dd_json_arr(obj, "VendorIDs");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str id = dd_str_trim(dd_json_text(dd_json_at(list, i)));
		if (id.n && id.n <= 128 && (dd_osv_prefix(id) || dd_str_starts(id, DD_STR("GHSA-"))))
			return id;
	}
	return DD_STR("");
}

static enum dd_code add_entry(struct trivy *t, const json_t *obj, struct dd_str cve, bool alias,
			      struct dd_build_entry *e, struct dd_err *err)
{
	struct dd_str id = vendor_id(obj);
	uint32_t name = dd_build_text(t->b, cve);
	DD_TRY(dd_build_package(t->b, e, t->key, t->package, err));
	e->module = dd_build_text(t->b, t->module);
	e->arches = arches_of(t, obj);
	e->source = (uint16_t)t->source;
	if (e->severity == DD_SEV_UNKNOWN)
		e->severity = (uint8_t)severity_of(obj, "Severity");
	if (e->severity == DD_SEV_UNKNOWN)
		e->severity = (uint8_t)vendor_severity(t, name);
	e->record = dd_build_pair(t->b, t->source, id.n ? dd_build_text(t->b, id) : name, name, alias);
	DD_TRY(dd_build_check(t->b, err));
	dd_build_entry(t->b, e);
	return DD_OK;
}

static enum dd_code read_os_advisory(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(parse(item, &j, err));
	const json_t *entries = dd_json_arr(j, "Entries");
	size_t n = dd_json_len(entries);
	if (!json_is_object(j))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no object: not an advisory");
	for (size_t i = 0; i < (n ? n : 1); i++) {
		const json_t *obj = n ? dd_json_at(entries, i) : j;
		struct dd_build_entry e = { .status = DD_ADV_AFFECTED };
		DD_TRY(read_range(t, obj, &e, err));
		DD_TRY(add_entry(t, obj, item->key, false, &e, err));
	}
	return DD_OK;
}

static enum dd_code read_os_package(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	t->package = t->module = DD_STR("");
	if (!item->is_bucket)
		return dd_fail(err, DD_EPARSE, item->at, "a value instead of a package");
	split_module(t, item->key);
	return each(t, item->bucket, read_os_advisory, err);
}

/* --- Red Hat --- */

static enum dd_code read_cpe(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_str key, cpe = item->value;
	uint64_t index;
	if (item->is_bucket || !dd_str_u64(item->key, CPES_MAX - 1, &index))
		return dd_fail(err, DD_EPARSE, item->at, "no number of a CPE");
	if (dd_json_parse(item->value, &j, NULL) == DD_OK)
		cpe = dd_json_text(j);
	DD_TRY(dd_redhat_cpe_key(cpe, &scratch, &key, err));
	while (t->cpes.n <= index)
		if (!dd_vec_push(&t->cpes, 0, CPES_MAX))
			return dd_fail_nomem(err);
	t->cpes.p[index] = key.n ? dd_build_text(t->b, key) : 0;
	return DD_OK;
}

/* The keys that an entry's CPEs stand for, each once; *ret_n of them. */
static void affected_keys(struct trivy *t, const json_t *entry, uint32_t *keys, size_t max, size_t *ret_n)
{
	const json_t *list = dd_json_arr(entry, "Affected");
	size_t n = 0;
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *v = dd_json_at(list, i);
		json_int_t index = json_is_integer(v) ? json_integer_value(v) : -1;
		uint32_t key = index >= 0 && (uint64_t)index < t->cpes.n ? t->cpes.p[index] : 0;
		size_t k = 0;
		while (k < n && keys[k] != key)
			k++;
		if (key && k == n && n < max)
			keys[n++] = key;
	}
	*ret_n = n;
}

static enum dd_code read_redhat_entry(struct trivy *t, const json_t *entry, struct dd_str id, struct dd_err *err)
{
	enum { KEYS_MAX = 256 };
	static const struct dd_str none = { "", 0 };
	uint32_t keys[KEYS_MAX], name = dd_build_text(t->b, id);
	const json_t *cves = dd_json_arr(entry, "Cves");
	size_t n_keys, n = dd_json_len(cves);
	affected_keys(t, entry, keys, KEYS_MAX, &n_keys);
	for (size_t i = 0; i < (n ? n : 1); i++) {
		const json_t *cve = dd_json_at(cves, i);
		struct dd_str cve_id = dd_str_trim(dd_json_str(cve, "ID"));
		struct dd_build_entry e = { .status = DD_ADV_AFFECTED };
		DD_TRY(dd_build_check_text(cve_id, "CVE", err));
		uint32_t vuln = cve_id.n ? dd_build_text(t->b, cve_id) : name;
		DD_TRY(read_range(t, entry, &e, err));
		e.severity = (uint8_t)severity_of(cve, "Severity");
		if (e.severity == DD_SEV_UNKNOWN)
			e.severity = (uint8_t)vendor_severity(t, vuln);
		e.record = dd_build_pair(t->b, t->source, name, vuln, false);
		e.arches = arches_of(t, entry);
		e.source = (uint16_t)t->source;
		e.module = dd_build_text(t->b, t->module);
		for (size_t k = 0; k < n_keys; k++) {
			t->key = dd_intern_text(&t->b->strings, keys[k]);
			DD_TRY(dd_build_package(t->b, &e, t->key, t->package, err));
			DD_TRY(dd_build_check(t->b, err));
			dd_build_entry(t->b, &e);
		}
	}
	t->key = none;
	return dd_build_check(t->b, err);
}

static enum dd_code read_redhat_advisory(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(parse(item, &j, err));
	const json_t *entries = dd_json_arr(j, "Entries");
	if (!entries)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'Entries'");
	for (size_t i = 0; i < dd_json_len(entries); i++)
		DD_TRY(read_redhat_entry(t, dd_json_at(entries, i), item->key, err));
	return DD_OK;
}

static enum dd_code read_redhat_package(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	t->package = t->module = DD_STR("");
	if (!item->is_bucket)
		return dd_fail(err, DD_EPARSE, item->at, "a value instead of a package");
	split_module(t, item->key);
	return each(t, item->bucket, read_redhat_advisory, err);
}

/* --- languages --- */

/* True: an empty text stands in the list, which means every version. */
static bool has_empty(const json_t *list)
{
	for (size_t i = 0; i < dd_json_len(list); i++)
		if (!dd_str_trim(dd_json_text(dd_json_at(list, i))).n)
			return true;
	return false;
}

/* The plain version that is said to fix the i-th of n constraints: lists of one length go together, and a single fix
 * with a single constraint. */
static struct dd_str fix_of(const json_t *patched, size_t i, size_t n)
{
	struct dd_str fix = dd_str_trim(dd_json_text(dd_json_at(patched, i)));
	if (dd_json_len(patched) != n || !dd_str_is_word(fix) || strchr("<>=~^!*", fix.p[0]))
		return DD_STR("");
	return fix.n <= DD_FIELD_BYTES_MAX ? fix : DD_STR("");
}

static enum dd_code read_versions(const json_t *j, struct dd_constraints *c, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(4 * DD_MIB);
	const json_t *vulnerable = dd_json_arr(j, "VulnerableVersions"), *patched = dd_json_arr(j, "PatchedVersions");
	const json_t *unaffected = dd_json_arr(j, "UnaffectedVersions");
	size_t n = dd_json_len(vulnerable);
	if (has_empty(vulnerable) || has_empty(patched) ||
	    (n == 0 && dd_json_len(patched) == 0 && dd_json_len(unaffected) == 0))
		return dd_constraints_add(c, DD_STR("*"), DD_STR(""), err);
	for (size_t i = 0; i < n; i++)
		DD_TRY(dd_constraints_add(c, dd_json_text(dd_json_at(vulnerable, i)), fix_of(patched, i, n), err));
	if (n)
		return DD_OK;
	for (size_t i = 0; i < dd_json_len(patched); i++)
		DD_TRY(dd_constraints_except(c, dd_json_text(dd_json_at(patched, i)), &a, err));
	for (size_t i = 0; i < dd_json_len(unaffected); i++)
		DD_TRY(dd_constraints_except(c, dd_json_text(dd_json_at(unaffected, i)), &a, err));
	dd_constraints_rest(c);
	return DD_OK;
}

static enum dd_code read_language_advisory(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	const struct dd_ecosystem *known = dd_ecosystem_by_key(t->key);
	struct dd_constraints c DD_CLEANUP(dd_constraints_done) = { .b = t->b };
	struct dd_build_entry e = { .status = DD_ADV_AFFECTED };
	c.scheme = known ? known->scheme : DD_SCHEME_NONE;
	DD_TRY(parse(item, &j, err));
	if (!json_is_object(j))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no object: not an advisory");
	DD_TRY(read_versions(j, &c, err));
	if (c.n_ranges == 0 && c.versions.n == 0)
		return DD_OK;
	e.affects = dd_constraints_affects(&c);
	e.fix_state = c.fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
	return add_entry(t, j, item->key, true, &e, err);
}

static enum dd_code read_language_package(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	t->package = t->module = DD_STR("");
	if (!item->is_bucket)
		return dd_fail(err, DD_EPARSE, item->at, "a value instead of a package");
	t->package = item->key;
	return each(t, item->bucket, read_language_advisory, err);
}

/* --- the whole --- */

/* Source and vendor of the bucket at hand: "data-source" says who, "trivy:<id>" is what we call it. */
static enum dd_code open_source(struct trivy *t, struct dd_str fallback, struct dd_err *err)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(256);
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_bbolt_item item;
	bool found = false;
	if (t->has_sources)
		DD_TRY(dd_bbolt_find(&t->db, t->sources, t->bucket, &item, &found, err));
	if (found && !item.is_bucket)
		(void)dd_json_parse(item.value, &j, NULL);
	struct dd_str id = dd_json_str(j, "ID");
	id = dd_str_is_word(id) && id.n <= 64 ? id : dd_str_take(fallback, dd_str_find(fallback, ':'));
	(void)dd_buf_add_c(&name, "trivy:");
	(void)dd_buf_add_str(&name, id);
	t->source = dd_build_source(t->b, DD_STR("trivy"), dd_buf_str(&name), t->doc);
	/* Red Hat's two sources speak with one voice in VendorSeverity. */
	t->vendor = dd_build_text(t->b, dd_str_starts(id, DD_STR("redhat")) ? DD_STR("redhat") : id);
	return dd_build_check(t->b, err);
}

static enum dd_code read_bucket(struct trivy *t, const struct dd_bbolt_item *item, struct dd_err *err)
{
	static item_fn *const readers[] = {
		[DD_TRIVY_OS] = read_os_package,
		[DD_TRIVY_REDHAT] = read_redhat_package,
		[DD_TRIVY_LANGUAGE] = read_language_package,
	};
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	enum dd_trivy_bucket kind;
	t->bucket = item->key;
	t->package = DD_STR("");
	DD_TRY(dd_trivy_bucket(item->key, &scratch, &kind, &t->key, err));
	if (kind == DD_TRIVY_ADMIN)
		return DD_OK;
	if (!item->is_bucket)
		return dd_fail(err, DD_EPARSE, item->at, "a value at the top");
	DD_TRY(open_source(t, kind == DD_TRIVY_REDHAT ? DD_STR("redhat") : t->key, err));
	return each(t, item->bucket, readers[kind], err);
}

/* A top-level bucket by its name; false: it is not there. */
static bool top_bucket(struct trivy *t, const char *name, struct dd_bbolt_bucket within, struct dd_bbolt_bucket *ret)
{
	struct dd_bbolt_item item;
	bool found = false;
	if (dd_bbolt_find(&t->db, within, dd_str_from(name), &item, &found, NULL) != DD_OK || !found || !item.is_bucket)
		return false;
	t->bucket = item.key;
	*ret = item.bucket;
	return true;
}

static enum dd_code read_database(struct trivy *t, struct dd_err *err)
{
	struct dd_bbolt_bucket top = dd_bbolt_top(&t->db), bucket;
	if (t->db.pages < t->db.pages_said)
		dd_build_warn(t->b, "%s: the file ends after %llu of %llu pages, the rest is missing",
			      DD_QUOTE(dd_str_from(t->doc->name)), (unsigned long long)t->db.pages,
			      (unsigned long long)t->db.pages_said);
	t->has_sources = top_bucket(t, "data-source", top, &t->sources);
	t->source = dd_build_source(t->b, DD_STR("trivy"), DD_STR("trivy"), t->doc);
	t->first_detail = (uint32_t)t->b->records.n;
	if (top_bucket(t, "vulnerability", top, &bucket))
		DD_TRY(each(t, bucket, read_detail, err));
	if (top_bucket(t, "Red Hat CPE", top, &bucket) && top_bucket(t, "cpe", bucket, &bucket))
		DD_TRY(each(t, bucket, read_cpe, err));
	t->bucket = DD_STR("");
	return each(t, top, read_bucket, err);
}

/* metadata.json: { Version, UpdatedAt, NextUpdate, DownloadedAt } */
static enum dd_code read_metadata(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	int64_t version;
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	if (!dd_json_int(j, "Version", &version) || !dd_json_str(j, "UpdatedAt").n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "neither a database of Trivy's nor its metadata.json");
	if (version != 2)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "Trivy's database has schema %lld, 2 is read",
			       (long long)version);
	dd_build_date(b, dd_build_source(b, DD_STR("trivy"), DD_STR("trivy"), doc),
		      dd_build_cut(dd_json_str(j, "UpdatedAt"), DD_DB_DATE_BYTES_MAX));
	return dd_build_check(b, err);
}

enum dd_code dd_from_trivy(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct trivy t = { .b = b, .doc = doc, .bucket = { "", 0 }, .package = { "", 0 } };
	if (dd_str_starts(dd_str_trim(dd_str_take(doc->bytes, 64)), DD_STR("{")))
		return read_metadata(b, doc, err);
	DD_TRY(dd_bbolt_open(doc->bytes, &t.db, err));
	enum dd_code code = read_database(&t, err);
	dd_vec_done(&t.details);
	dd_vec_done(&t.words);
	dd_vec_done(&t.cpes);
	return code;
}
