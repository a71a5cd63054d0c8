/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the OSV schema, of any ecosystem. Source: OSV schema 1.7 (ossf.github.io/osv-schema).
 *
 * Read: id, modified, published, withdrawn, aliases, upstream, related, summary, details (for a title), severity,
 * database_specific.severity, and of each affected[]: package, ranges, versions, severity,
 * {ecosystem,database}_specific. A document may also be an array of records, or YAML, as PyPA's advisory-database keeps
 * them (each document of the stream is a record).
 *
 * Met in the wild:
 * - AlmaLinux, older Ubuntu and Rocky records name the CVEs they fix in `related` only.
 * - ALBA-, ALEA-, RHBA- … are bug fix and enhancement updates: without a CVE they are no vulnerability and are left
 * out.
 * - "Important: nodejs:16 security update": Red Hat's clones state severity and module stream in the summary.
 * - `severity` has the types Ubuntu and others whose score is a word; Bitnami has it in affected[] only.
 * - introduced "0.0.0-0" (RustSec), last_affected without fixed, several events a range, events in any order.
 * - versions: null, ranges: null, aliases: null; an affected[] with only GIT ranges, or without a package.
 * - GHSA puts the end of a range without a fix into affected[].database_specific.last_known_affected_version_range.
 * - ecosystem_specific of Go and RustSec says which packages and functions it is: kept as a note (osv_evidence.c).
 * - withdrawn records stay in the exports; the same record lies in the export of each ecosystem that it names.
 *
 * Ignored: GIT ranges (no commits are known here), references, credits, affected[].package.purl.
 * Limits: DD_JSON_BYTES_MAX a record, DD_DB_ALIASES_MAX names, DD_FIELD_BYTES_MAX a name or version. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "db/builder.h"
#include "db/osv_evidence.h"
#include "db/osv_words.h"
#include "format/json.h"
#include "format/json_members.h"
#include "format/node_json.h"
#include "format/yaml.h"
#include "version/ecosystem.h"

enum { YAML_MEMORY_MAX = 512 << 20 };

struct record {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	const json_t *j;
	struct dd_build_record out;
	const struct dd_osv_prefix *prefix; /* NULL: no bundle by its name */
	struct dd_str id, title;
	uint32_t number; /* once it is added */
};

/* A list or null or nothing; anything else is broken. */
static enum dd_code list_of(const json_t *obj, const char *key, const json_t **ret, struct dd_err *err)
{
	const json_t *v = dd_json_get(obj, key);
	*ret = NULL;
	if (!v || json_is_null(v))
		return DD_OK;
	if (!json_is_array(v))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "'%s' is no list", key);
	*ret = v;
	return DD_OK;
}

/* --- names --- */

enum pick { PICK_ALL, PICK_CVE, PICK_GHSA };

/* Pushes the texts of a list of names; those that are not picked, empty, or no text are left out. */
static enum dd_code push_names(struct record *r, const char *key, enum pick pick, struct dd_err *err)
{
	static const struct dd_str prefixes[] = {
		[PICK_ALL] = { "", 0 }, [PICK_CVE] = { "CVE-", 4 }, [PICK_GHSA] = { "GHSA-", 5 }
	};
	const json_t *list;
	DD_TRY(list_of(r->j, key, &list, err));
	if (dd_json_len(list) > DD_DB_ALIASES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%zu names in '%s', at most %d are read",
			       dd_json_len(list), key, DD_DB_ALIASES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str name = dd_str_trim(dd_json_text(dd_json_at(list, i)));
		DD_TRY(dd_build_check_text(name, key, err));
		if (name.n && dd_str_starts(name, prefixes[pick]))
			dd_build_push(r->b, dd_build_text(r->b, name));
	}
	return DD_OK;
}

/* What a bundle speaks of: the CVEs of aliases and upstream, else (only some) of related, else GHSAs, else any upstream
 * name. Nothing: it stands for itself. */
static enum dd_code bundle_names(struct record *r, struct dd_build_list *ret, struct dd_err *err)
{
	static const struct {
		const char *keys[2];
		enum pick pick;
		bool by_prefix_only;
	} steps[] = {
		{ { "aliases", "upstream" }, PICK_CVE, false },
		{ { "related", NULL }, PICK_CVE, true },
		{ { "aliases", "upstream" }, PICK_GHSA, false },
		{ { "upstream", NULL }, PICK_ALL, false },
	};
	uint32_t mark = dd_build_mark(r->b);
	for (size_t i = 0; i < DD_COUNT(steps) && dd_build_mark(r->b) == mark; i++) {
		if (steps[i].by_prefix_only && !r->prefix)
			continue;
		for (size_t k = 0; k < DD_COUNT(steps[i].keys) && steps[i].keys[k]; k++)
			DD_TRY(push_names(r, steps[i].keys[k], steps[i].pick, err));
	}
	*ret = dd_build_list_since(r->b, mark);
	return DD_OK;
}

static enum dd_code read_names(struct record *r, struct dd_err *err)
{
	const json_t *upstream;
	DD_TRY(list_of(r->j, "upstream", &upstream, err));
	r->prefix = dd_osv_prefix(r->id);
	r->out.bundle = r->prefix || dd_json_len(upstream) > 0;
	if (r->out.bundle)
		return bundle_names(r, &r->out.names, err);
	uint32_t mark = dd_build_mark(r->b);
	dd_build_push(r->b, r->out.key[1]);
	DD_TRY(push_names(r, "aliases", PICK_ALL, err));
	r->out.names = dd_build_list_since(r->b, mark);
	return DD_OK;
}

/* --- severity --- */

static void read_severity_list(struct record *r, const json_t *list, enum dd_severity *word)
{
	size_t n = dd_json_len(list);
	for (size_t i = 0; i < n && i < DD_DB_CVSS_MAX; i++) {
		const json_t *s = dd_json_at(list, i);
		struct dd_str type = dd_json_str(s, "type"), score = dd_str_trim(dd_json_str(s, "score"));
		if (dd_str_starts(type, DD_STR("CVSS_V")) && score.n && score.n <= DD_DB_CVSS_BYTES_MAX)
			dd_build_cvss(r->b, score, 0);
		else if (*word == DD_SEV_UNKNOWN)
			*word = dd_osv_severity(score);
	}
}

/* GHSA's database_specific.cwe_ids, Rust's and others' database_specific.cwes. */
static struct dd_build_list read_cwes(struct record *r)
{
	const json_t *list = dd_json_arr(dd_json_get(r->j, "database_specific"), "cwe_ids");
	uint32_t mark = dd_build_mark(r->b);
	for (size_t i = 0; i < dd_json_len(list) && i < DD_DB_CWES_MAX; i++)
		dd_build_cwe(r->b, dd_json_text(dd_json_at(list, i)));
	return dd_build_list_since(r->b, mark);
}

static enum dd_code read_severity(struct record *r, const json_t *affected, struct dd_err *err)
{
	enum dd_severity word = dd_osv_severity(dd_json_str(dd_json_get(r->j, "database_specific"), "severity"));
	uint32_t mark = dd_build_mark(r->b);
	const json_t *list;
	DD_TRY(list_of(r->j, "severity", &list, err));
	read_severity_list(r, list, &word);
	for (size_t i = 0; i < dd_json_len(affected); i++) {
		enum dd_severity ignored = DD_SEV_UNKNOWN;
		read_severity_list(r, dd_json_arr(dd_json_at(affected, i), "severity"), &ignored);
	}
	if (word == DD_SEV_UNKNOWN && r->out.bundle)
		word = dd_osv_summary_severity(r->title);
	r->out.severity = (uint8_t)word;
	r->out.cvss = dd_build_list_since(r->b, mark);
	r->out.cwes = read_cwes(r);
	return DD_OK;
}

/* What affected[] says of its own package, else what the record says of all. */
static enum dd_severity entry_severity(const struct record *r, const json_t *affected)
{
	static const struct {
		const char *object, *key;
	} places[] = {
		{ "ecosystem_specific", "urgency" }, /* Debian */
		{ "ecosystem_specific", "ubuntu_priority" },
		{ "ecosystem_specific", "severity" },
		{ "database_specific", "severity" },
	};
	for (size_t i = 0; i < DD_COUNT(places); i++) {
		enum dd_severity s =
			dd_osv_severity(dd_json_str(dd_json_get(affected, places[i].object), places[i].key));
		if (s != DD_SEV_UNKNOWN)
			return s;
	}
	return (enum dd_severity)r->out.severity;
}

/* --- affected --- */

struct ranges {
	uint32_t n;  /* ranges that count */
	bool fixed;  /* one of them names a fixed version */
	bool module; /* one of the fixed versions was built in a module */
};

/* GHSA says "<= 1.2.3" or "< 1.2.3" beside a range that has no end. */
static enum dd_code push_last_known(struct record *r, const json_t *affected, struct dd_err *err)
{
	struct dd_str text =
		dd_json_str(dd_json_get(affected, "database_specific"), "last_known_affected_version_range");
	bool last = dd_str_starts(text, DD_STR("<=")), below = !last && dd_str_starts(text, DD_STR("<"));
	struct dd_str version = dd_str_trim(dd_str_skip(text, last ? 2 : 1));
	if ((!last && !below) || !dd_str_is_word(version))
		return DD_OK;
	DD_TRY(dd_build_check_text(version, "version", err));
	dd_build_push(r->b, last ? DD_EVENT_LAST_AFFECTED : DD_EVENT_LIMIT);
	dd_build_push(r->b, dd_build_text(r->b, version));
	return DD_OK;
}

static enum dd_code push_events(struct record *r, const json_t *affected, const json_t *range, struct ranges *ret,
				struct dd_err *err)
{
	static const char *const keys[] = {
		[DD_EVENT_INTRODUCED] = "introduced",
		[DD_EVENT_FIXED] = "fixed",
		[DD_EVENT_LAST_AFFECTED] = "last_affected",
		[DD_EVENT_LIMIT] = "limit",
	};
	const json_t *events = dd_json_arr(range, "events");
	struct dd_str type = dd_json_str(range, "type");
	dd_build_push(r->b, dd_str_eq_c(type, "SEMVER") ? DD_RANGE_SEMVER : DD_RANGE_ECOSYSTEM);
	uint32_t count = dd_build_mark(r->b);
	bool ends = false;
	dd_build_push(r->b, 0);
	for (size_t i = 0; i < dd_json_len(events); i++) {
		for (uint32_t k = 0; k < DD_COUNT(keys); k++) {
			struct dd_str version = dd_json_str(dd_json_at(events, i), keys[k]);
			if (!version.n)
				continue;
			DD_TRY(dd_build_check_text(version, "version", err));
			dd_build_push(r->b, k);
			dd_build_push(r->b, dd_build_text(r->b, version));
			ends |= k != DD_EVENT_INTRODUCED;
			ret->fixed |= k == DD_EVENT_FIXED;
			ret->module |= k == DD_EVENT_FIXED && dd_osv_is_module_version(version);
		}
	}
	if (!ends)
		DD_TRY(push_last_known(r, affected, err));
	if (r->b->failed == DD_OK)
		r->b->words.p[count] = (dd_build_mark(r->b) - count - 1) / 2;
	return DD_OK;
}

static enum dd_code push_ranges(struct record *r, const json_t *affected, struct ranges *ret, struct dd_err *err)
{
	const json_t *list;
	DD_TRY(list_of(affected, "ranges", &list, err));
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *range = dd_json_at(list, i);
		struct dd_str type = dd_json_str(range, "type");
		if (dd_str_eq_c(type, "GIT"))
			continue;
		if (!dd_str_eq_c(type, "SEMVER") && !dd_str_eq_c(type, "ECOSYSTEM"))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "range of the unknown type %s", DD_QUOTE(type));
		if (dd_json_len(dd_json_arr(range, "events")) == 0)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "range without events");
		DD_TRY(push_events(r, affected, range, ret, err));
		ret->n++;
	}
	return DD_OK;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static enum dd_code push_versions(struct record *r, const json_t *affected, uint32_t *ret_n, struct dd_err *err)
{
	const json_t *list;
	uint32_t mark = dd_build_mark(r->b);
	DD_TRY(list_of(affected, "versions", &list, err));
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str version = dd_json_text(dd_json_at(list, i));
		DD_TRY(dd_build_check_text(version, "version", err));
		if (version.n)
			dd_build_push(r->b, dd_build_text(r->b, version));
	}
	DD_TRY(dd_build_check(r->b, err));
	/* A set: sorted by number, so that equal sets become one list whatever their order was. */
	uint32_t *p = &r->b->words.p[mark], n = dd_build_list_since(r->b, mark).n, kept = 0;
	if (n)
		qsort(p, n, sizeof *p, by_number);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || p[i] != p[kept - 1])
			p[kept++] = p[i];
	r->b->words.n = mark + kept;
	*ret_n = kept;
	return DD_OK;
}

static enum dd_code package_key(struct record *r, const json_t *package, struct dd_build_entry *e, struct dd_err *err)
{
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_str name = dd_json_str(package, "name"), key;
	DD_TRY(dd_build_check_text(dd_json_str(package, "ecosystem"), "ecosystem", err));
	DD_TRY(dd_build_check_text(name, "package name", err));
	DD_TRY(dd_build_osv_key(dd_json_str(package, "ecosystem"), &scratch, &key, err));
	return dd_build_package(r->b, e, key, name, err);
}

static uint32_t source_of(struct record *r, struct dd_str ecosystem)
{
	char name[64];
	struct dd_str base = dd_str_take(ecosystem, dd_str_find(ecosystem, ':'));
	if (!dd_str_eq_c(r->doc->kind, "osv"))
		return dd_build_source(r->b, r->doc->kind, r->doc->kind, r->doc);
	if (base.n == 0 || base.n > sizeof name - 4)
		return dd_build_source(r->b, r->doc->kind, r->doc->kind, r->doc);
	memcpy(name, "osv:", 4);
	memcpy(name + 4, base.p, base.n);
	return dd_build_source(r->b, r->doc->kind, (struct dd_str){ name, base.n + 4 }, r->doc);
}

static uint32_t note_of(struct record *r, const json_t *affected)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_DB_NOTE_BYTES_MAX);
	/* RustSec: "unmaintained", "unsound", "notice": no vulnerability in the narrow sense. */
	struct dd_str informational = dd_json_str(dd_json_get(affected, "database_specific"), "informational");
	if (informational.n && informational.n <= 60)
		(void)dd_buf_addf(&text, "informational: %.*s", DD_FMT(informational));
	dd_osv_evidence(affected, &text);
	return dd_build_text(r->b, text.failed ? DD_STR("") : dd_buf_str(&text));
}

static enum dd_code read_affected(struct record *r, const json_t *affected, struct dd_err *err)
{
	const json_t *package = dd_json_obj(affected, "package");
	struct dd_build_entry e = { .record = r->number, .status = DD_ADV_AFFECTED };
	struct ranges ranges = { 0 };
	char module[DD_OSV_MODULE_BYTES];
	uint32_t n_versions;
	if (!dd_json_str(package, "name").n || !dd_json_str(package, "ecosystem").n)
		return DD_OK; /* a repository, told by GIT ranges */
	uint32_t mark = dd_build_mark(r->b);
	dd_build_push(r->b, 0);
	dd_build_push(r->b, 0);
	DD_TRY(push_ranges(r, affected, &ranges, err));
	DD_TRY(push_versions(r, affected, &n_versions, err));
	DD_TRY(dd_build_check(r->b, err));
	r->b->words.p[mark] = ranges.n;
	r->b->words.p[mark + 1] = n_versions;
	e.affects = dd_build_affects(r->b, mark);
	if (ranges.n == 0 && n_versions == 0)
		return DD_OK;
	DD_TRY(package_key(r, package, &e, err));
	e.source = (uint16_t)source_of(r, dd_json_str(package, "ecosystem"));
	e.severity = (uint8_t)entry_severity(r, affected);
	e.fix_state = ranges.fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
	e.note = note_of(r, affected);
	e.module = ranges.module ? dd_build_text(r->b, dd_osv_summary_module(r->title, module)) : 0;
	dd_build_entry(r->b, &e);
	return DD_OK;
}

/* --- the record --- */

static struct dd_str source_name(const struct dd_builder *b, uint32_t source)
{
	return dd_intern_text(&b->strings, b->sources.p[source].name);
}

static void note_sources(struct record *r, const json_t *affected)
{
	struct dd_str modified = dd_json_str(r->j, "modified"), published = dd_json_str(r->j, "published");
	uint32_t first = UINT32_MAX;
	for (size_t i = 0; i < dd_json_len(affected); i++) {
		struct dd_str ecosystem = dd_json_str(dd_json_obj(dd_json_at(affected, i), "package"), "ecosystem");
		uint32_t source = source_of(r, ecosystem);
		dd_build_date(r->b, source, modified);
		dd_build_date(r->b, source, published);
		/* Whoever comes first by name speaks for the record. */
		if (first == UINT32_MAX ||
		    (r->b->failed == DD_OK && dd_str_cmp(source_name(r->b, source), source_name(r->b, first)) < 0))
			first = source;
	}
	if (first == UINT32_MAX) {
		first = source_of(r, DD_STR(""));
		dd_build_date(r->b, first, modified);
		dd_build_date(r->b, first, published);
	}
	r->out.source = first;
}

static enum dd_code read_head(struct record *r, struct dd_str bytes, struct dd_err *err)
{
	struct dd_digest digest;
	struct dd_str details = dd_json_str(r->j, "details");
	r->id = dd_str_trim(dd_json_str(r->j, "id"));
	if (!r->id.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'id': not an OSV record");
	DD_TRY(dd_build_check_text(r->id, "id", err));
	DD_TRY(dd_digest_of(DD_SHA256, bytes, &digest, err));
	memcpy(r->out.content, digest.bytes, sizeof r->out.content);
	r->title = dd_str_trim(dd_json_str(r->j, "summary"));
	r->out.key[0] = DD_FAMILY_OSV;
	r->out.key[1] = dd_build_text(r->b, r->id);
	r->out.title = dd_build_title(r->b, r->title.n ? r->title : details);
	r->out.published = dd_build_text(r->b, dd_str_take(dd_json_str(r->j, "published"), DD_DB_DATE_BYTES_MAX));
	r->out.modified = dd_build_text(r->b, dd_str_take(dd_json_str(r->j, "modified"), DD_DB_DATE_BYTES_MAX));
	r->out.withdrawn = dd_json_str(r->j, "withdrawn").n > 0;
	return DD_OK;
}

static enum dd_code read_record(struct record *r, struct dd_str bytes, struct dd_err *err)
{
	const json_t *affected;
	DD_TRY(read_head(r, bytes, err));
	DD_TRY(list_of(r->j, "affected", &affected, err));
	DD_TRY(read_names(r, err));
	if (r->prefix && !r->prefix->security && r->out.names.n == 0)
		return DD_OK;
	note_sources(r, affected);
	DD_TRY(read_severity(r, affected, err));
	DD_TRY(dd_build_check(r->b, err));
	uint32_t old = dd_build_find(r->b, DD_FAMILY_OSV, r->out.key[1]);
	if (old != DD_MAP_NONE && !dd_build_supersedes(r->b, r->b->records.p[old], &r->out))
		return DD_OK;
	r->number = dd_build_record(r->b, &r->out);
	DD_TRY(dd_build_check(r->b, err));
	for (size_t i = 0; i < dd_json_len(affected); i++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		uint32_t mark = dd_build_mark(r->b);
		if (read_affected(r, dd_json_at(affected, i), &local) == DD_OK)
			continue;
		/* The other packages of the record still count. */
		r->b->words.n = mark;
		dd_build_warn(r->b, "%s: affected[%zu]: %.200s", DD_QUOTE(dd_str_from(r->doc->name)), i, local.message);
	}
	return dd_build_check(r->b, err);
}

static enum dd_code one_value(struct dd_builder *b, const struct dd_build_document *doc, const json_t *j,
			      struct dd_str bytes, struct dd_err *err)
{
	if (!json_is_object(j))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no object: not an OSV record");
	/* data/reports of golang.org/x/vulndb; what is made of them is OSV. */
	if (dd_json_arr(j, "modules") && !dd_json_get(j, "affected"))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "a report of the Go vulnerability database, which is not OSV: give its data/osv");
	struct record r = { .b = b, .doc = doc, .j = j, .number = DD_MAP_NONE };
	return read_record(&r, bytes, err);
}

static enum dd_code one(struct dd_builder *b, const struct dd_build_document *doc, struct dd_str bytes,
			struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(bytes, &j, err));
	return one_value(b, doc, j, bytes, err);
}

/* What is no JSON by its first character. */
static bool is_yaml(struct dd_str bytes)
{
	struct dd_str s = dd_str_trim(dd_str_starts(bytes, DD_STR("\xef\xbb\xbf")) ? dd_str_skip(bytes, 3) : bytes);
	return s.n && s.p[0] != '{' && s.p[0] != '[';
}

static enum dd_code yaml(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(YAML_MEMORY_MAX);
	const struct dd_node *stream;
	DD_TRY(dd_yaml_parse(doc->bytes, &a, &stream, err));
	for (const struct dd_node *d = dd_node_first(stream); d; d = d->next) {
		json_t *j DD_CLEANUP_JSON = NULL;
		DD_TRY(dd_node_to_json(d, &j, err));
		DD_TRY(one_value(b, doc, j, doc->bytes, err));
	}
	return DD_OK;
}

static enum dd_code array(struct dd_builder *b, const struct dd_build_document *doc, struct dd_json_members *m,
			  struct dd_err *err)
{
	for (uint64_t n = 0;; n++) {
		struct dd_json_member element;
		struct dd_err local = { .at = DD_NO_OFFSET };
		bool more;
		DD_TRY(dd_json_members_next(m, NULL, &element, &more, err));
		if (!more)
			return DD_OK;
		if (n % DD_BUILD_FORGET_EACH == 0)
			dd_build_forget(doc);
		if (one(b, doc, element.value, &local) != DD_OK)
			dd_build_warn(b, "%s: record %llu at byte %llu: %.200s", DD_QUOTE(dd_str_from(doc->name)),
				      (unsigned long long)n, (unsigned long long)element.at, local.message);
		DD_TRY(dd_build_check(b, err));
	}
}

enum dd_code dd_from_osv(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_json_members m;
	if (dd_json_members_open(&m, doc->bytes, NULL) == DD_OK && m.array)
		return array(b, doc, &m, err);
	if (is_yaml(doc->bytes))
		return yaml(b, doc, err);
	return one(b, doc, doc->bytes, err);
}
