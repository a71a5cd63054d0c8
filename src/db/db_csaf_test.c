/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/csaf_*.json follow the documents that Red Hat and SUSE publish: both forms of module, of purl and NEVRA. */
#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/judge_rows.h"
#include "support/test.h"

static bool add(struct dd_db_fixture *f, const char *name, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/%s", dd_test_root(), name);
	return dd_map_file_open(&file, path, DD_MIB, err) == DD_OK &&
	       dd_fixture_add(f, "csaf", name, file.bytes, err) == DD_OK;
}

TEST(csaf_advisories)
{
	static const struct {
		const char *ecosystem, *package, *want;
	} rows[] = {
		{ "redhat:9", "openssl-libs",
		  "CVE-2024-10001 RHSA-2024:0001 csaf:redhat.com affected fixed high [aarch64 x86_64] "
		  "[0,1:3.0.7-28.el9_4)\n" },
		{ "redhat:9", "openssl", "" },
		{ "redhat:9", "npm",
		  "CVE-2024-10001 RHSA-2024:0002 csaf:redhat.com affected fixed medium {nodejs:18} [x86_64] "
		  "[0,1:8.19.4-1.18.16.1.1.module+el9.1.0.z+19210+5b3d6a3e)\n" },
		{ "redhat-eus:9.2", "libstdc++",
		  "CVE-2024-10001 RHSA-2024:0002 csaf:redhat.com affected fixed medium [x86_64] [0,11.4.1-3.el9)\n" },
		{ "redhat:8", "openssl", "CVE-2024-10001 CVE-2024-10001 csaf:redhat.com affected wont-fix low [0)\n" },
		{ "redhat:6", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 csaf:redhat.com affected end-of-life low [0)\n" },
		{ "redhat:8", "shim",
		  "CVE-2024-10001 CVE-2024-10001 csaf:redhat.com never unknown medium (vulnerable_code_not_present) "
		  "[0)\n" },
		{ "redhat:8", "java-1.8.0-openjdk",
		  "CVE-2024-10001 CVE-2024-10001 csaf:redhat.com undetermined unknown medium [0)\n" },
		{ "sles:15.5", "libopenssl1_1",
		  "CVE-2024-10001 SUSE-SU-2024:1001-1 csaf:suse.com affected fixed medium [x86_64] "
		  "[0,1.1.1l-150500.17.28.2)\n" },
		{ "opensuse-leap:15.5", "libopenssl1_1",
		  "CVE-2024-10001 SUSE-SU-2024:1001-1 csaf:suse.com affected fixed medium [x86_64] "
		  "[0,1.1.1l-150500.17.28.2)\n" },
		{ "opensuse-leap:15.5", "java-1_8_0-openjdk",
		  "CVE-2024-10002 SUSE-SU-2024:1001-1 csaf:suse.com affected fixed high "
		  "[0,1.8.0.392-150000.3.85.1)\n" },
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_err err = { 0 };
	CHECK(dd_fixture_new(&f) && add(&f, "csaf_redhat_vex.json", &err) && add(&f, "csaf_suse.json", &err));
	CHECK_INT(f.b->n_warnings, 2);
	CHECK(strstr(f.b->warnings[0].p,
		     "recommended: product 'nowhere:nothing' is not in the tree (1 such products)"));
	CHECK(strstr(f.b->warnings[1].p, "vulnerability 2: a vulnerability without a CVE or id"));
	CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
	for (size_t i = 0; f.db && i < DD_COUNT(rows); i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_advisories(f.db, rows[i].ecosystem, rows[i].package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].package);
	}
	struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	dd_fixture_vulns(f.db, "CVE-2024-10001", &got);
	CHECK_STR(dd_buf_str(&got), "CVE-2024-10001 | openssl: out-of-bounds read | 2024-03-01T00:00:00+00:00 | "
				    "2024-06-01T10:00:00+00:00 | medium csaf:redhat.com | 3.7 csaf:redhat.com | "
				    "CWE-125\n");
}

#define CSAF(tree, vulns)                                                                                              \
	"{\"document\":{\"category\":\"csaf_vex\",\"tracking\":{\"id\":\"X\"}},\"product_tree\":" tree                 \
	",\"vulnerabilities\":" vulns "}"
#define DEEP10 "{\"branches\":[{\"branches\":[{\"branches\":[{\"branches\":[{\"branches\":["
#define UP10   "]}]}]}]}]}"

TEST(csaf_bad_documents)
{
	static const struct {
		const char *document, *want; /* NULL: it is read */
		uint64_t warnings;
	} rows[] = {
		{ "", "json: 'unexpected token near end of file'", 0 },
		{ "{}", "no 'document' with a category and an id: not CSAF", 0 },
		{ "{\"document\":{\"category\":\"x\",\"tracking\":{\"id\":\"X\"}}}",
		  "no 'document' with a category and an id: not CSAF", 0 },
		{ CSAF("null", "null"), NULL, 0 },
		{ CSAF("{\"branches\":7,\"relationships\":\"x\"}", "[7,{}]"), NULL, 2 },
		{ CSAF("{\"full_product_names\":[{}]}", "[]"), "a product without a product_id", 0 },
		{ CSAF("{\"branches\":[" DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 DEEP10 UP10 UP10 UP10 UP10 UP10 UP10
			       UP10 "]}",
		       "[]"),
		  "branches more than 32 deep", 0 },
		/* a component of itself */
		{ CSAF("{\"relationships\":[{\"full_product_name\":{\"product_id\":\"a\"},\"product_reference\":\"a\","
		       "\"relates_to_product_reference\":\"a\"}]}",
		       "[{\"cve\":\"CVE-2024-1\",\"product_status\":{\"fixed\":[\"a\"]}}]"),
		  NULL, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		enum dd_code code = dd_fixture_add(&f, "csaf", "x", dd_str_from(rows[i].document), &err);
		CHECK_ROW((code == DD_OK) == !rows[i].want, rows[i].document);
		if (code != DD_OK)
			CHECK_STR_ROW(dd_str_from(err.message), rows[i].want, rows[i].document);
		else
			CHECK_INT_ROW(f.b->n_warnings, rows[i].warnings, rows[i].document);
		if (code == DD_OK)
			CHECK_ROW(dd_fixture_open(&f, &err) == DD_OK, rows[i].document);
	}
}

TEST(csaf_findings)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/csaf_redhat_vex.json", dd_test_root());
	const struct dd_judge_row rows[] = {
		{ "Red Hat: erratum, severity of the product, module",
		  "rhel",
		  "9.3",
		  "rpm|openssl-libs|1:3.0.7-24.el9|x86_64\nrpm|openssl-libs|1:3.0.7-24.el9|s390x\n"
		  "rpm|npm|1:8.19.2-1.18.12.1.1.module+el9.1.0|x86_64||||nodejs:18:9010:rhel9\n"
		  "rpm|npm|1:8.19.2-1.16.12.1.1.module+el9.1.0|x86_64||||nodejs:16:9010:rhel9\n",
		  { { "csaf", NULL, NULL, path } },
		  "openssl-libs CVE-2024-10001 fixed 1:3.0.7-28.el9_4 high/csaf:redhat.com by csaf:redhat.com "
		  "(RHSA-2024:0001)\n"
		  "npm CVE-2024-10001 fixed 1:8.19.4-1.18.16.1.1.module+el9.1.0.z+19210+5b3d6a3e "
		  "medium/csaf:redhat.com by "
		  "csaf:redhat.com (RHSA-2024:0002)\n" },
		{ "Red Hat: why there is no fix",
		  "rhel",
		  "8.9",
		  "rpm|openssl|1:1.1.1k-9.el8_7|x86_64\nrpm|shim|15-1|x86_64\nrpm|java-1.8.0-openjdk|1:1.8.0-1|x86_"
		  "64\n",
		  { { "csaf", NULL, NULL, path } },
		  "openssl CVE-2024-10001 wont-fix low/csaf:redhat.com by csaf:redhat.com\n" },
	};
	RUN(rows);
}
