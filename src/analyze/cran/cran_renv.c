/* SPDX-License-Identifier: Apache-2.0 */
/* renv.lock: what renv recorded of a project's library. JSON.
 *
 *   {"R": {"Version", "Repositories"}, "Packages": {NAME: {"Package", "Version", "Source": "Repository" /
 *    "Bioconductor" / "GitHub" …, "Repository": "CRAN", "Hash": MD5 of the DESCRIPTION, "Requirements": [NAME, …],
 *    "Imports": ["a (>= 1)", …], "RemoteHost", "RemoteUsername", "RemoteRepo"}}}
 *
 * "Hash" is not that of the archive and left out. renv before 1.1 wrote Requirements; later ones the fields of the
 * DESCRIPTION. Source: rstudio.github.io/renv "The lockfile"; renv 0.9 to 1.1. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static struct dd_str depends_of(struct dd_found *out, const json_t *package)
{
	static const char *const lists[] = { "Requirements", "Depends", "Imports", "LinkingTo" };
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t i = 0; i < DD_COUNT(lists); i++) {
		const json_t *needs = dd_json_arr(package, lists[i]);
		for (size_t k = 0; k < dd_json_len(needs); k++) {
			struct dd_str one = dd_json_text(dd_json_at(needs, k));
			one = dd_str_take(one, dd_str_find(one, ' '));
			if (!dd_str_eq_c(one, "R"))
				dd_depends_add(&list, one, DD_STR(""));
		}
	}
	return dd_lines_take(out, &list);
}

static void read_package(void *context, struct dd_str name, const json_t *package, uint64_t at)
{
	struct dd_found *out = context;
	bool bioconductor = dd_str_eq_c(dd_json_str(package, "Source"), "Bioconductor");
	struct dd_str written = dd_json_str(package, "Package");
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, bioconductor ? "bioconductor" : "cran",
					      written.n ? written : name, dd_json_str(package, "Version"), at);
	if (p)
		p->depends = depends_of(out, package);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "Packages" };
	struct dd_json_section packages;
	DD_TRY(dd_json_sections(out, in->data, names, 1, &packages, err));
	dd_json_each(out, packages, read_package, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "renv.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_cran_renv = {
	.id = "cran-renv",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "renv.lock",
	.purl_type = "cran",
	.match = match,
	.parse = parse,
};
