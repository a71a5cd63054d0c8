/* SPDX-License-Identifier: Apache-2.0 */
/* Photon OS' CVE metadata, packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon5.0.json, a file a release:
 *
 *   [ { "cve_id": CVE, "pkg": NAME, "cve_score": 7.5, "aff_ver": "all versions before 3.0.8-1.ph5 are vulnerable",
 *       "res_ver": "3.0.8-1.ph5" | "NA" | "" } ]
 *
 * - The release stands in the file's name and in the tag of the versions (".ph5"); the tag counts where there is one.
 * - The score is CVSS 3's (2's for old CVEs); its words are taken as the severity. 0 means that nobody scored it.
 * - Without res_ver the package is affected and not fixed. */
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "db/rpm_release.h"
#include "format/json.h"

struct feed {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	uint32_t source;
};

static enum dd_severity severity_of(const json_t *row)
{
	const json_t *v = dd_json_get(row, "cve_score");
	double score = json_is_number(v) ? json_number_value(v) : 0;
	return score >= 9   ? DD_SEV_CRITICAL
	       : score >= 7 ? DD_SEV_HIGH
	       : score >= 4 ? DD_SEV_MEDIUM
	       : score > 0  ? DD_SEV_LOW
			    : DD_SEV_UNKNOWN;
}

/* "…/cve_data_photon5.0.json" → "photon:5.0". */
static enum dd_code key_of(const struct feed *f, struct dd_str version, struct dd_arena *a, struct dd_str *ret,
			   struct dd_err *err)
{
	struct dd_str name = dd_str_from(f->doc->name);
	DD_TRY(dd_rpm_key_of_build(DD_STR(""), version, a, ret, err));
	if (ret->n)
		return DD_OK;
	size_t at = dd_str_search(name, DD_STR("photon")), n = 0;
	struct dd_str release = dd_str_skip(name, at + 6);
	while (n < release.n && (dd_is_digit(release.p[n]) ||
				 (release.p[n] == '.' && n + 1 < release.n && dd_is_digit(release.p[n + 1]))))
		n++;
	struct dd_str product = dd_arena_printf(a, "Photon OS %.*s", (int)(n < 16 ? n : 0), release.p ? release.p : "");
	DD_TRY(product.p ? dd_rpm_key_of_name(product, a, ret, err) : dd_fail_nomem(err));
	return ret->n ? DD_OK
		      : dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
				"neither the version %s nor the file's name tells the release", DD_QUOTE(version));
}

static enum dd_code read_row(struct feed *f, struct dd_str bytes, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_str key;
	DD_TRY(dd_json_parse(bytes, &j, err));
	struct dd_str cve = dd_str_trim(dd_json_str(j, "cve_id")), fixed = dd_str_trim(dd_json_str(j, "res_ver"));
	struct dd_build_entry e = { .status = DD_ADV_AFFECTED,
				    .severity = (uint8_t)severity_of(j),
				    .source = (uint16_t)f->source };
	if (!cve.n || dd_cve_len(cve) != cve.n || cve.n > DD_DB_CVE_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is no CVE", DD_QUOTE(cve));
	DD_TRY(dd_build_check_text(fixed, "version", err));
	if (dd_str_eq_nocase(fixed, DD_STR("NA")))
		fixed = DD_STR("");
	DD_TRY(key_of(f, fixed, &a, &key, err));
	DD_TRY(dd_build_package(f->b, &e, key, dd_json_str(j, "pkg"), err));
	e.fix_state = fixed.n ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
	e.affects = dd_build_affects_below(f->b, fixed);
	uint32_t id = dd_build_text(f->b, cve);
	e.record = dd_build_pair(f->b, f->source, id, id, false);
	DD_TRY(dd_build_check(f->b, err));
	dd_build_entry(f->b, &e);
	return dd_build_check(f->b, err);
}

static enum dd_code read_element(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	return read_row(ctx, bytes, err);
}

enum dd_code dd_from_photon(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct feed f = { .b = b, .doc = doc };
	return dd_build_elements(b, doc, DD_STR("photon"), &f.source, read_element, &f, err);
}
