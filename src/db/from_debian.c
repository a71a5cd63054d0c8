/* SPDX-License-Identifier: Apache-2.0 */
/* The Debian security tracker's JSON (security-tracker.debian.org/tracker/data/json), one document of 70 MB:
 *
 *   { SOURCE-PACKAGE: { CVE-… or TEMP-…: { "description", "scope", "debianbug",
 *       "releases": { CODENAME: { "status": "resolved" | "open" | "undetermined",
 *                                 "repositories": { "bookworm": VERSION, "bookworm-security": VERSION },
 *                                 "fixed_version": VERSION, "urgency": WORD,
 *                                 "nodsa": TEXT, "nodsa_reason": "" | "ignored" | "postponed" } } } } }
 *
 * - resolved with fixed_version "0": the release never was affected.
 * - open: affected and not fixed. nodsa says that no advisory will be made for it: nodsa_reason "" (minor, may come
 *   with a point release), "ignored" (will not be fixed), "postponed" (with some later update).
 * - undetermined: the tracker's people have not looked into it; not a finding.
 * - urgency: unimportant (no security impact here), low, medium, high, each perhaps with asterisks; "end-of-life" (the
 *   release gets no more updates for this package); "not yet assigned".
 * - A release that is not named does not have the package.
 *
 * The document is cut by json_members at two levels, so that the kernel's 15,000 CVEs are parsed one at a time. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "format/json.h"
#include "format/json_members.h"

struct tracker {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	uint32_t source;
	uint32_t package;   /* text */
	struct dd_str name; /* of the package */
};

/* "bookworm" → "12"; a codename that is not here is its own name. Source: wiki.debian.org/DebianReleases */
static struct dd_str release_of(struct dd_str codename)
{
	static const char *const rows[][2] = {
		{ "etch", "4" },      { "lenny", "5" },	  { "squeeze", "6" }, { "wheezy", "7" },
		{ "jessie", "8" },    { "stretch", "9" }, { "buster", "10" }, { "bullseye", "11" },
		{ "bookworm", "12" }, { "trixie", "13" }, { "forky", "14" },  { "duke", "15" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(codename, rows[i][0]))
			return dd_str_from(rows[i][1]);
	return codename;
}

static uint32_t joined(struct dd_builder *b, struct dd_str prefix, struct dd_str s)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_FIELD_BYTES_MAX);
	(void)dd_buf_add_str(&out, prefix);
	(void)dd_buf_add_str(&out, s);
	return dd_build_text(b, dd_buf_str(&out));
}

/* How an open issue is told apart. */
static void open_state(struct dd_builder *b, const json_t *release, struct dd_build_entry *e)
{
	static const struct {
		const char *reason;
		enum dd_fix_state state;
		const char *prefix;
	} rows[] = {
		{ "", DD_FIX_NOT_FIXED, "no-dsa: " },
		{ "ignored", DD_FIX_WONT_FIX, "ignored: " },
		{ "postponed", DD_FIX_DEFERRED, "postponed: " },
	};
	struct dd_str nodsa = dd_json_str(release, "nodsa"), reason = dd_json_str(release, "nodsa_reason");
	e->status = DD_ADV_AFFECTED;
	e->fix_state = DD_FIX_NOT_FIXED;
	for (size_t i = 0; i < DD_COUNT(rows) && (nodsa.n || reason.n); i++) {
		if (!dd_str_eq_c(reason, rows[i].reason))
			continue;
		e->fix_state = (uint8_t)rows[i].state;
		e->note = joined(b, dd_str_from(rows[i].prefix), dd_build_cut(nodsa, DD_DB_NOTE_BYTES_MAX));
	}
	if (dd_str_eq_c(dd_json_str(release, "urgency"), "end-of-life"))
		e->fix_state = DD_FIX_END_OF_LIFE;
	e->affects = dd_build_affects_below(b, DD_STR(""));
}

/* False: not a statement that is understood. */
static bool read_state(struct dd_builder *b, const json_t *release, struct dd_build_entry *e)
{
	struct dd_str status = dd_json_str(release, "status"), fixed = dd_json_str(release, "fixed_version");
	if (dd_str_eq_c(status, "undetermined")) {
		e->status = DD_ADV_UNDETERMINED;
		e->affects = dd_build_affects_below(b, DD_STR(""));
		return true;
	}
	if (dd_str_eq_c(status, "open")) {
		open_state(b, release, e);
		return true;
	}
	if (!dd_str_eq_c(status, "resolved") || !fixed.n || fixed.n > DD_FIELD_BYTES_MAX)
		return false;
	e->status = dd_str_eq_c(fixed, "0") ? DD_ADV_NOT_AFFECTED : DD_ADV_AFFECTED;
	e->fix_state = e->status == DD_ADV_AFFECTED ? DD_FIX_FIXED : DD_FIX_UNKNOWN;
	e->affects = dd_build_affects_below(b, e->status == DD_ADV_AFFECTED ? fixed : DD_STR(""));
	return true;
}

/* The record of an id, shared by all packages that it is filed under. */
static uint32_t record_of(struct tracker *t, struct dd_str id, struct dd_str description)
{
	struct dd_build_record new = {
		.key = { DD_FAMILY_DEBIAN, dd_build_text(t->b, id) },
		.title = dd_build_title(t->b, description),
		.source = t->source,
		.bundle = true,
	};
	uint32_t number = dd_build_find(t->b, DD_FAMILY_DEBIAN, new.key[1]);
	if (number != DD_MAP_NONE) {
		struct dd_build_record *old = t->b->records.p[number];
		struct dd_str a = dd_intern_text(&t->b->strings, old->title),
			      b = dd_intern_text(&t->b->strings, new.title);
		if (!a.n || (b.n && dd_str_cmp(b, a) < 0))
			old->title = new.title;
		return number;
	}
	uint32_t mark = dd_build_mark(t->b);
	dd_build_push(t->b, new.key[1]);
	new.names = dd_build_list_since(t->b, mark);
	return dd_build_record(t->b, &new);
}

static enum dd_code read_issue(struct tracker *t, const struct dd_json_member *issue, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(issue->value, &j, err));
	const json_t *releases = dd_json_obj(j, "releases");
	if (!releases || !issue->name.n || issue->name.n > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'releases'");
	uint32_t record = record_of(t, issue->name, dd_json_str(j, "description"));
	for (void *it = dd_json_first(releases); it; it = dd_json_next(releases, it)) {
		const json_t *release = dd_json_value(it);
		struct dd_build_entry e = {
			.record = record,
			.ecosystem = joined(t->b, DD_STR("debian:"), release_of(dd_json_name(it))),
			.package = t->package,
			.source = (uint16_t)t->source,
			.severity = (uint8_t)dd_osv_severity(dd_json_str(release, "urgency")),
		};
		if (read_state(t->b, release, &e))
			dd_build_entry(t->b, &e);
		else
			dd_build_warn(t->b, "%s: %s, %s, %s: unknown status or no fixed version",
				      DD_QUOTE(dd_str_from(t->doc->name)), DD_QUOTE(t->name), DD_QUOTE(issue->name),
				      DD_QUOTE(dd_json_name(it)));
	}
	return DD_OK;
}

/* at: of the package's value in the document. */
static enum dd_code read_package(struct tracker *t, const struct dd_json_member *package, struct dd_err *err)
{
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	DD_TRY(dd_json_members_open(&m, package->value, err));
	if (m.array || !package->name.n || package->name.n > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, 0, "no package with its issues");
	t->name = package->name;
	t->package = dd_build_text(t->b, package->name);
	for (;;) {
		struct dd_json_member issue;
		struct dd_err local = { .at = DD_NO_OFFSET };
		bool more;
		DD_TRY(dd_json_members_next(&m, &scratch, &issue, &more, err));
		if (!more)
			return DD_OK;
		if (read_issue(t, &issue, &local) != DD_OK)
			dd_build_warn(t->b, "%s: %s, %s at byte %llu: %.200s", DD_QUOTE(dd_str_from(t->doc->name)),
				      DD_QUOTE(t->name), DD_QUOTE(issue.name),
				      (unsigned long long)(package->at + issue.at +
							   (local.at == DD_NO_OFFSET ? 0 : local.at)),
				      local.message);
		DD_TRY(dd_build_check(t->b, err));
	}
}

enum dd_code dd_from_debian(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct tracker t = { .b = b, .doc = doc };
	DD_TRY(dd_json_members_open(&m, doc->bytes, err));
	if (m.array)
		return dd_fail(err, DD_EPARSE, 0, "an array: not the Debian tracker's object of packages");
	t.source = dd_build_source(b, DD_STR("debian"), DD_STR("debian"), doc);
	for (;;) {
		struct dd_json_member package;
		struct dd_err local = { .at = DD_NO_OFFSET };
		bool more;
		DD_TRY(dd_json_members_next(&m, &scratch, &package, &more, err));
		if (!more)
			return DD_OK;
		if (read_package(&t, &package, &local) != DD_OK)
			dd_build_warn(b, "%s: %s at byte %llu: %.200s", DD_QUOTE(dd_str_from(doc->name)),
				      DD_QUOTE(package.name),
				      (unsigned long long)(package.at + (local.at == DD_NO_OFFSET ? 0 : local.at)),
				      local.message);
		DD_TRY(dd_build_check(b, err));
	}
}
