/* SPDX-License-Identifier: Apache-2.0 */
/* R packages as they are installed: LIBRARY/NAME/DESCRIPTION, in the form of Debian's control files.
 *
 *   Package, Version, License, Depends, Imports, LinkingTo: "R (>= 4.0), a (>= 1), b"
 *   Built: "R 4.2.2; x86_64-pc-linux-gnu; 2022-11-10 …; unix"      written by R CMD INSTALL
 *   Repository: CRAN …   biocViews / git_url: of Bioconductor   RemoteType, RemoteHost, RemoteUsername, RemoteRepo
 *
 * Files of this name lie elsewhere, too: one without "Built" is no installed package and is passed over. The packages
 * that are part of R (Priority: base) have R's version. Packages of Bioconductor are an ecosystem of their own.
 * Source: "Writing R Extensions" 1.1.1 "The DESCRIPTION file"; R 4.5. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/deb822.h"

#define DESCRIPTION_BYTES_MAX (4 * DD_MIB)

struct description {
	struct dd_str name, version, licence, maintainer, built, bioconductor, repository;
	struct dd_str needs[3]; /* Depends, Imports, LinkingTo */
};

static const struct {
	const char *name;
	size_t at;
} fields[] = {
	{ "Package", offsetof(struct description, name) },
	{ "Version", offsetof(struct description, version) },
	{ "License", offsetof(struct description, licence) },
	{ "Maintainer", offsetof(struct description, maintainer) },
	{ "Built", offsetof(struct description, built) },
	{ "biocViews", offsetof(struct description, bioconductor) },
	{ "Repository", offsetof(struct description, repository) },
	{ "Depends", offsetof(struct description, needs[0]) },
	{ "Imports", offsetof(struct description, needs[1]) },
	{ "LinkingTo", offsetof(struct description, needs[2]) },
};

static void read_fields(struct dd_str text, struct description *d)
{
	struct dd_deb822_reader r = DD_DEB822_READER(text);
	struct dd_deb822_item item;
	while (dd_deb822_next(&r, &item) && item.kind != DD_DEB822_BREAK)
		for (size_t i = 0; i < DD_COUNT(fields) && item.kind == DD_DEB822_FIELD; i++)
			if (dd_str_eq_c(item.name, fields[i].name))
				*(struct dd_str *)((char *)d + fields[i].at) = item.value;
}

static struct dd_str depends_of(struct dd_found *out, const struct description *d)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t i = 0; i < DD_COUNT(d->needs); i++) {
		struct dd_str rest = d->needs[i], one;
		while (dd_str_next(&rest, ',', &one)) {
			one = dd_str_trim(dd_str_take(one, dd_str_find(one, '(')));
			if (!dd_str_eq_c(one, "R"))
				dd_depends_add(&list, one, DD_STR(""));
		}
	}
	return dd_lines_take(out, &list);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct description d = { 0 };
	read_fields(in->data, &d);
	if (d.built.n == 0)
		return DD_OK;
	/* Packages of CRAN may have biocViews, too: where they are from says more. */
	bool bioconductor = d.bioconductor.n && !dd_str_eq_c(d.repository, "CRAN");
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_INSTALLED, bioconductor ? "bioconductor" : "cran", d.name, d.version, 0);
	if (p) {
		p->licences = dd_third_party_text(out, d.licence);
		p->maintainer = dd_third_party_text(out, d.maintainer);
		p->depends = depends_of(out, &d);
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "DESCRIPTION", NULL, DESCRIPTION_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_cran = {
	.id = "cran",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed R packages",
	.purl_type = "cran",
	.match = match,
	.parse = parse,
};
