/* SPDX-License-Identifier: Apache-2.0 */
/* CISA's known exploited vulnerabilities, known_exploited_vulnerabilities.json:
 *   { "catalogVersion", "dateReleased", "vulnerabilities": [ { "cveID", "dateAdded", "dueDate", "vulnerabilityName",
 *     "knownRansomwareCampaignUse": "Known" | "Unknown" … } ] }
 * Source: cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json */
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "format/json.h"

enum dd_code dd_from_kev(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	const json_t *list = dd_json_arr(j, "vulnerabilities");
	if (!list)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'vulnerabilities': not CISA's catalogue");
	uint32_t source = dd_build_source(b, DD_STR("kev"), DD_STR("kev"), doc);
	dd_build_date(b, source, dd_build_cut(dd_json_str(j, "dateReleased"), DD_DB_DATE_BYTES_MAX));
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *row = dd_json_at(list, i);
		struct dd_str cve = dd_str_trim(dd_json_str(row, "cveID"));
		if (!cve.n || dd_cve_len(cve) != cve.n || cve.n > DD_DB_CVE_BYTES_MAX) {
			dd_build_warn(b, "%s: row %zu: %s is no CVE", DD_QUOTE(dd_str_from(doc->name)), i,
				      DD_QUOTE(cve));
			continue;
		}
		const struct dd_build_kev k = {
			.cve = dd_build_text(b, cve),
			.added = dd_build_text(b, dd_build_cut(dd_json_str(row, "dateAdded"), DD_DB_DATE_BYTES_MAX)),
			.due = dd_build_text(b, dd_build_cut(dd_json_str(row, "dueDate"), DD_DB_DATE_BYTES_MAX)),
			.title = dd_build_title(b, dd_json_str(row, "vulnerabilityName")),
			.ransomware = dd_str_eq_nocase(dd_json_str(row, "knownRansomwareCampaignUse"), DD_STR("known")),
		};
		DD_TRY(dd_build_check(b, err));
		if (!dd_vec_push(&b->kev, k, DD_DB_ROWS_MAX))
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d rows", DD_DB_ROWS_MAX);
		b->sources.p[source].rows++;
	}
	return dd_build_check(b, err);
}
