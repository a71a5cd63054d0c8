/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_bitnami;

#define NGINX                                                                                                          \
	"{\"SPDXID\":\"SPDXRef-nginx\",\"name\":\"nginx\",\"versionInfo\":\"1.25.3-1\",\"downloadLocation\":\"https:/" \
	"/"                                                                                                            \
	"nginx.org\",\"licenseConcluded\":\"BSD-2-Clause\",\"licenseDeclared\":\"BSD-2-Clause\",\"filesAnalyzed\":"    \
	"false,"                                                                                                       \
	"\"externalRefs\":[{\"referenceCategory\":\"SECURITY\",\"referenceType\":\"cpe23Type\",\"referenceLocator\":"  \
	"\"cpe:2.3:*:F5_Networks:nginx:1.25.3:*:*:*:*:*:*:*\"},{\"referenceCategory\":\"PACKAGE-MANAGER\","            \
	"\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:bitnami/"                                               \
	"nginx@1.25.3-1?arch=amd64&distro=debian-12\"}],"                                                              \
	"\"copyrightText\":\"NOASSERTION\"}"
#define NGINX_FOUND                                                                                                    \
	"package\tname=nginx\tversion=1.25.3-1\ttype=bitnami\tarch=amd64\tlicences=BSD-2-Clause\tcpe=cpe:2.3:*:F5_"    \
	"Networks:nginx:1.25.3:*:*:*:*:*:*:*\tqualifiers=arch=amd64\\ndistro=debian-12\n"
#define PURL(text, more) "{\"externalRefs\":[{\"referenceType\":\"purl\",\"referenceLocator\":\"" text "\"}]" more "}"
#define DOCUMENT(packages)                                                                                             \
	"{\"SPDXID\":\"SPDXRef-DOCUMENT\",\"spdxVersion\":\"SPDX-2.3\",\"packages\":[" packages "],\"files\":[],"      \
	"\"relationships\":[]}"

static const struct {
	struct dd_str text;
	const char *want;
} rows[] = {
	{ DD_STR(DOCUMENT(NGINX)), NGINX_FOUND },
	{ DD_STR("{}"), "" },
	{ DD_STR(DOCUMENT("")), "" },
	{ DD_STR(DOCUMENT("{\"name\":\"a remark\"},null,3," NGINX)), NGINX_FOUND },
	{ DD_STR(DOCUMENT(PURL("pkg:golang/golang.org/x/net@v0.1.0", ",\"licenseDeclared\":\"NOASSERTION\"") "," PURL(
		  "pkg:maven/g/a@1", "") "," PURL("pkg:deb/debian/libc6@2.36", ""))),
	  "package\tname=golang.org/x/net\tversion=v0.1.0\ttype=golang\npackage\tname=g:a\tversion=1\ttype=maven\n" },
	{ DD_STR(DOCUMENT(PURL("pkg:bitnami/a", ",\"versionInfo\":\"2-3\""))),
	  "package\tname=a\tversion=2-3\ttype=bitnami\n" },
	{ DD_STR(DOCUMENT(PURL("nginx", ""))), "problem\tat=66\ttext=not a package URL: 'nginx'\n" },
	{ DD_STR(DOCUMENT(PURL("pkg:bitnami/a", ""))), "problem\tat=66\ttext=package without a version: 'a'\n" },
	{ DD_STR(DOCUMENT(PURL("pkg:bitnami/a@1%202", ""))),
	  "problem\tat=66\ttext=version of 'a' is not valid: '1 2'\n" },
	{ DD_STR("{\"packages\":{}}"), "" },
};

TEST(bitnami_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_str path = DD_STR("opt/bitnami/nginx/.spdx-nginx.spdx");
		CHECK_ROW(dd_analyze_text(&dd_analyzer_bitnami, path, rows[i].text, 0, &out) == DD_OK, rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
		for (size_t n = 0; n < rows[i].text.n; n++)
			(void)dd_analyze_text(&dd_analyzer_bitnami, path, dd_str_take(rows[i].text, n), 0, &out);
	}
}

TEST(bitnami_elsewhere)
{
	static const char *const paths[] = { "srv/.spdx-a.spdx", "xopt/bitnami/a/.spdx-a.spdx" };
	for (size_t i = 0; i < DD_COUNT(paths); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_bitnami, dd_str_from(paths[i]), DD_STR(DOCUMENT(NGINX)), 0,
					  &out) == DD_OK,
			  paths[i]);
		CHECK_STR_ROW(dd_buf_str(&out), "", paths[i]);
	}
}

TEST(bitnami_no_json)
{
	static const struct dd_str texts[] = { DD_STR(""), DD_STR("[]"), DD_STR("\xff{"),
					       DD_STR("SPDXVersion: SPDX-2.3\n") };
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_analyze_text(&dd_analyzer_bitnami, DD_STR("opt/bitnami/a/.spdx-a.spdx"), texts[i], 0, &out) ==
		      DD_EPARSE);
	}
}

/* Classifiers need not tell again what is listed here, under their own names. */
TEST(bitnami_programs)
{
	struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
	struct dd_found found = { .arena = &arena };
	struct dd_input in = { .path = DD_STR("opt/bitnami/python/.spdx-python.spdx"),
			       .data = DD_STR(DOCUMENT(PURL("pkg:bitnami/python-min@3.12.1-0", ""))) };
	CHECK_INT(dd_analyzer_bitnami.parse(&in, &found, NULL), DD_OK);
	CHECK_INT(found.definitions.n, 2);
	if (found.definitions.n == 2) {
		CHECK_STR(found.definitions.p[0].name, "python-min");
		CHECK_STR(found.definitions.p[1].name, "python");
		CHECK_INT(found.definitions.p[1].kind, DD_DEFINE_HOLDS);
	}
	dd_found_done(&found);
	dd_arena_done(&arena);
}
