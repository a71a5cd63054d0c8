/* SPDX-License-Identifier: Apache-2.0 */
/* Arch Linux' security tracker, security.archlinux.org/all.json (arch-security-tracker: groups of issues):
 *
 *   [ { "name": "AVG-2843", "packages": [ NAME ], "status": "Fixed" | "Vulnerable" | "Testing" | "Not affected" |
 *       "Unknown", "severity": WORD, "affected": VERSION, "fixed": VERSION | null, "issues": [ CVE ],
 *       "advisories": [ "ASA-…" ] } ]
 *
 * - "affected" is the version in which somebody saw it, not the first one: everything before "fixed" is taken as
 *   affected, as Arch's own arch-audit does.
 * - "Testing" has its fix in a repository that is not enabled: affected, with the fix named.
 * - Package names are those of binary packages. */
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "format/json.h"

struct tracker {
	struct dd_builder *b;
	uint32_t source;
};

/* What status and fixed make of it. False: an unknown status. */
static bool read_status(const json_t *group, struct dd_builder *b, struct dd_build_entry *e)
{
	struct dd_str status = dd_json_str(group, "status"), fixed = dd_str_trim(dd_json_str(group, "fixed"));
	static const struct {
		const char *word;
		enum dd_advisory_status status;
	} rows[] = {
		{ "Fixed", DD_ADV_AFFECTED },	    { "Vulnerable", DD_ADV_AFFECTED },
		{ "Testing", DD_ADV_AFFECTED },	    { "Not affected", DD_ADV_NOT_AFFECTED },
		{ "Unknown", DD_ADV_UNDETERMINED },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if (!dd_str_eq_nocase(status, dd_str_from(rows[i].word)))
			continue;
		bool affected = rows[i].status == DD_ADV_AFFECTED;
		e->status = (uint8_t)rows[i].status;
		e->fix_state = (uint8_t)(!affected ? DD_FIX_UNKNOWN : fixed.n ? DD_FIX_FIXED : DD_FIX_NOT_FIXED);
		e->affects = dd_build_affects_below(b, affected ? fixed : DD_STR(""));
		return true;
	}
	return false;
}

static enum dd_code read_package(struct tracker *t, const json_t *group, struct dd_str name, uint32_t id,
				 struct dd_build_entry *e, struct dd_err *err)
{
	const json_t *issues = dd_json_arr(group, "issues");
	size_t n = dd_json_len(issues);
	DD_TRY(dd_build_package(t->b, e, DD_STR("arch"), name, err));
	for (size_t i = 0; i < (n ? n : 1); i++) {
		struct dd_str issue = dd_str_trim(dd_json_text(dd_json_at(issues, i)));
		DD_TRY(dd_build_check_text(issue, "issue", err));
		e->record = dd_build_pair(t->b, t->source, id, issue.n ? dd_build_text(t->b, issue) : id, false);
		DD_TRY(dd_build_check(t->b, err));
		dd_build_entry(t->b, e);
	}
	return DD_OK;
}

static enum dd_code read_group(struct tracker *t, struct dd_str bytes, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(bytes, &j, err));
	const json_t *packages = dd_json_arr(j, "packages");
	struct dd_str name = dd_json_str(j, "name");
	struct dd_build_entry e = { .source = (uint16_t)t->source,
				    .severity = (uint8_t)dd_osv_severity(dd_json_str(j, "severity")) };
	if (!dd_str_is_word(name) || name.n > 64 || !packages)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'name' and 'packages': not a group of the tracker");
	DD_TRY(dd_build_check_text(dd_json_str(j, "fixed"), "version", err));
	if (!read_status(j, t->b, &e))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: unknown status %s", DD_QUOTE(name),
			       DD_QUOTE(dd_json_str(j, "status")));
	for (size_t i = 0; i < dd_json_len(packages); i++)
		DD_TRY(read_package(t, j, dd_json_text(dd_json_at(packages, i)), dd_build_text(t->b, name), &e, err));
	return dd_build_check(t->b, err);
}

static enum dd_code read_element(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	return read_group(ctx, bytes, err);
}

enum dd_code dd_from_arch(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct tracker t = { .b = b };
	return dd_build_elements(b, doc, DD_STR("arch"), &t.source, read_element, &t, err);
}
