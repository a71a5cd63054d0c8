/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vex/vex_write.h"

#include <stdio.h>

#include "base/text.h"
#include "support/test.h"

enum { ROOM = 64 << 20 };

/* Documents, short. */
#define OPENVEX(statements)                                                                                            \
	"{\"@context\":\"https://openvex.dev/ns/"                                                                      \
	"v0.2.0\",\"@id\":\"x\",\"author\":\"a\",\"timestamp\":\"2026-01-01T00:00:00Z\","                              \
	"\"version\":1,\"statements\":[" statements "]}"
#define STATEMENT(cve, products, status, more)                                                                         \
	"{\"vulnerability\":{\"name\":\"" cve "\",\"aliases\":[\"GHSA-1\"]},\"products\":[" products                   \
	"],\"status\":\"" status "\"" more "}"
#define ID(id)	      "{\"@id\":\"" id "\"}"
#define OF(id, parts) "{\"@id\":\"" id "\",\"subcomponents\":[" parts "]}"
#define WHY	      ",\"justification\":\"component_not_present\""
#define PURL	      "pkg:deb/debian/libssl3@3.0.9-1?arch=amd64&distro=debian-12&upstream=openssl"

static struct dd_str alias = { "GHSA-1", 6 };
static struct dd_installed packages[] = {
	{ .package = { .name = DD_STR("libssl3"),
		       .version = DD_STR("3.0.9-1"),
		       .type = DD_STR("deb"),
		       .source_name = DD_STR("openssl") },
	  .purl = DD_STR(PURL),
	  .system = true,
	  .owner = -1 },
	{ .package = { .name = DD_STR("left"), .version = DD_STR("1.0.0"), .type = DD_STR("npm") },
	  .purl = DD_STR("pkg:npm/left@1.0.0"),
	  .owner = -1 },
};

/* What becomes of CVE-2024-1 in both packages: "libssl3 not_affected why; left -". */
static void run(const char *os, const char *version, const char *document, struct dd_buf *out)
{
	struct dd_arena a = DD_ARENA_INIT(ROOM);
	struct dd_vex vex = { 0 };
	struct dd_findings f = { 0 };
	struct dd_err err = { 0 };
	struct dd_inventory inv = { .target = { .name = DD_STR("image.tar"),
						.image = DD_STR("docker.io/library/app:1.2"),
						.digest = DD_STR("sha256:aa"),
						.config_digest = DD_STR("sha256:bb") },
				    .os = { .id = dd_str_from(os), .version = dd_str_from(version) },
				    .packages = packages,
				    .n_packages = DD_COUNT(packages) };
	dd_buf_clear(out);
	for (int i = 0; i < 2; i++) {
		struct dd_finding *one = dd_findings_add(&f, DD_KIND_VULNERABILITY);
		one->id = DD_STR("CVE-2024-1");
		one->aliases = &alias;
		one->n_aliases = 1;
		one->package = i;
	}
	enum dd_code code = dd_vex_add(&vex, dd_str_from(document), DD_STR("v.json"), &a, &err);
	if (code == DD_OK)
		code = dd_vex_apply(&vex, &inv, &a, &f, &err);
	for (size_t i = 0; code == DD_OK && i < f.list.n; i++) {
		const struct dd_finding *one = &f.list.p[i];
		const struct dd_suppression *s = &one->suppression;
		(void)dd_buf_addf(out, "%s%.*s", i ? "; " : "", DD_FMT(packages[i].package.name));
		if (one->suppressed)
			(void)dd_buf_addf(out, " %.*s by %.*s: %.*s", DD_FMT(s->status), DD_FMT(s->rule),
					  DD_FMT(s->reason));
		else
			(void)dd_buf_addf(out, " %.*s", DD_FMT(one->vex_status.n ? one->vex_status : DD_STR("-")));
	}
	if (code != DD_OK)
		(void)dd_buf_addf(out, "error: %s", err.message);
	dd_findings_done(&f);
	dd_vex_done(&vex);
	dd_arena_done(&a);
}

struct row {
	const char *document, *want;
};

static void check_rows(const char *os, const char *version, const struct row *rows, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 16);
	for (size_t i = 0; i < n; i++) {
		run(os, version, rows[i].document, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].document);
	}
}

#define SSL_NOT "libssl3 not_affected by v.json#1: component_not_present; left -"
#define BOTH_NOT                                                                                                       \
	"libssl3 not_affected by v.json#1: component_not_present; left not_affected by v.json#1: "                     \
	"component_not_present"

TEST(vex_openvex)
{
	static const struct row rows[] = {
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "not_affected", WHY)), SSL_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:deb/debian/libssl3"), "not_affected", WHY)), SSL_NOT },
		{ OPENVEX(STATEMENT("ghsa-1", ID("pkg:deb/debian/libssl3@3.0.9-1"), "not_affected", WHY)), SSL_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:deb/debian/openssl?arch=source"), "not_affected", WHY)),
		  SSL_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:deb/debian/openssl"), "not_affected", WHY)),
		  "libssl3 -; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:deb/debian/libssl3@3.0.8"), "not_affected", WHY)),
		  "libssl3 -; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:deb/debian/libssl3?arch=arm64"), "not_affected", WHY)),
		  "libssl3 -; left -" },
		{ OPENVEX("{\"vulnerability\":\"CVE-2024-2\",\"products\":[\"" PURL "\"],\"status\":\"fixed\"}"),
		  "libssl3 -; left -" },
		{ OPENVEX("{\"vulnerability\":\"CVE-2024-1\",\"products\":[\"" PURL "\"],\"status\":\"fixed\"}"),
		  "libssl3 fixed by v.json#1: ; left -" },
		/* The image: by digest, by name and tag, by its reference. */
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:oci/app@sha256%3Aaa"), "not_affected", WHY)), BOTH_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:oci/app@sha256:bb"), "not_affected", WHY)), BOTH_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:docker/library/app@1.2"), "not_affected", WHY)), BOTH_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("docker.io/library/app:1.2"), "not_affected", WHY)), BOTH_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:oci/app@sha256:cc"), "not_affected", WHY)),
		  "libssl3 -; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID("pkg:oci/other"), "not_affected", WHY)), "libssl3 -; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", OF("pkg:oci/app", ID("pkg:deb/debian/libssl3")), "not_affected",
				    WHY)),
		  SSL_NOT },
		{ OPENVEX(STATEMENT("CVE-2024-1", OF("pkg:oci/other", ID("pkg:deb/debian/libssl3")), "not_affected",
				    WHY)),
		  "libssl3 -; left -" },
		/* Statuses. */
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "fixed", ",\"status_notes\":\"rebuilt\"")),
		  "libssl3 fixed by v.json#1: rebuilt; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "affected", "")), "libssl3 affected; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "under_investigation", "")),
		  "libssl3 under_investigation; left -" },
		/* The latest statement counts; of equal ones the last. */
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "not_affected", WHY) "," STATEMENT("CVE-2024-1", ID(PURL),
											       "affected", "")),
		  "libssl3 affected; left -" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "not_affected",
				    WHY ",\"timestamp\":\"2026-02-01T00:00:00Z\"") "," STATEMENT("CVE-2024-1", ID(PURL),
												 "affected", "")),
		  SSL_NOT },
		/* Errors. */
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "not_affected", "")),
		  "error: 'v.json': statement 1: not_affected needs a justification or an impact_statement" },
		{ OPENVEX(STATEMENT("CVE-2024-1", ID(PURL), "harmless", "")),
		  "error: 'v.json': statement 1: 'harmless' is no status; there are not_affected, affected, fixed and "
		  "under_investigation" },
		{ OPENVEX(STATEMENT("CVE-2024-1", "", "fixed", "")), "error: 'v.json': statement 1 names no product" },
		{ OPENVEX(STATEMENT("", ID(PURL), "fixed", "")),
		  "error: 'v.json': statement 1 names no vulnerability" },
		{ "{}",
		  "error: 'v.json': not a VEX document: neither OpenVEX (@context), CSAF 2 (document.csaf_version) nor "
		  "CycloneDX (bomFormat)" },
	};
	check_rows("debian", "12", rows, DD_COUNT(rows));
}

#define CDX(state, ref, more)                                                                                          \
	"{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"bom-ref\":\"top\",\"purl\":\"pkg:oci/"            \
	"app\"}},\"components\":[{"                                                                                    \
	"\"bom-ref\":\"r1\",\"purl\":\"" PURL                                                                          \
	"\",\"components\":[{\"bom-ref\":\"r2\",\"purl\":\"pkg:npm/left@1.0.0\"}]}],"                                  \
	"\"vulnerabilities\":[{\"id\":\"CVE-2024-1\",\"analysis\":{\"state\":\"" state "\"" more                       \
	"},\"affects\":[{\"ref\":\"" ref "\"}]}]}"

TEST(vex_cyclonedx)
{
	static const struct row rows[] = {
		{ CDX("not_affected", "r1", ",\"justification\":\"code_not_reachable\""),
		  "libssl3 not_affected by v.json#1: vulnerable_code_not_in_execute_path; left -" },
		{ CDX("resolved", "r2", ",\"detail\":\"patched\""), "libssl3 -; left fixed by v.json#1: patched" },
		{ CDX("false_positive", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#r2", ""),
		  "libssl3 -; left not_affected by v.json#1: " },
		{ CDX("exploitable", "pkg:npm/left@1.0.0", ""), "libssl3 -; left affected" },
		{ CDX("in_triage", "top", ""), "libssl3 under_investigation; left under_investigation" },
		{ CDX("whatever", "r1", ""),
		  "error: 'v.json': vulnerability 'CVE-2024-1': 'whatever' is no analysis.state" },
		{ "{\"bomFormat\":\"CycloneDX\"}", "error: 'v.json': the CycloneDX document has no vulnerabilities" },
	};
	check_rows("debian", "12", rows, DD_COUNT(rows));
}

#define CSAF(cpe, status)                                                                                              \
	"{\"document\":{\"csaf_version\":\"2.0\",\"tracking\":{\"current_release_date\":\"2026-01-01T00:00:00Z\"}},"   \
	"\"product_tree\":{\"branches\":[{\"branches\":[{\"product\":{\"product_id\":\"P\",\"product_identification_"  \
	"helper\":{"                                                                                                   \
	"\"cpe\":\"" cpe "\"}}},{\"product\":{\"product_id\":\"C\",\"product_identification_helper\":{\"purl\":"       \
	"\"pkg:npm/"                                                                                                   \
	"left@1.0.0\"}}}]}],\"relationships\":[{\"category\":\"default_component_of\",\"product_reference\":\"C\","    \
	"\"relates_to_product_reference\":\"P\",\"full_product_name\":{\"product_id\":\"P:C\",\"name\":\"x\"}}]},"     \
	"\"vulnerabilities\":[{\"cve\":\"CVE-2024-1\",\"flags\":[{\"label\":\"vulnerable_code_not_present\","          \
	"\"product_ids\":["                                                                                            \
	"\"P:C\"]}],\"threats\":[{\"category\":\"impact\",\"details\":\"not built "                                    \
	"in\"}],\"product_status\":{\"" status "\":[\"P:C\"]}}]}"

TEST(vex_csaf)
{
	static const struct row rows[] = {
		{ CSAF("cpe:/o:redhat:enterprise_linux:9", "known_not_affected"),
		  "libssl3 -; left not_affected by v.json#1: not built in" },
		{ CSAF("cpe:/a:redhat:enterprise_linux:9::appstream", "fixed"),
		  "libssl3 -; left fixed by v.json#1: not built in" },
		{ CSAF("cpe:2.3:o:redhat:enterprise_linux:9.2:*:*:*:*:*:*:*", "known_affected"),
		  "libssl3 -; left affected" },
		/* Another release, another product: nothing is said of this image. */
		{ CSAF("cpe:/o:redhat:enterprise_linux:8", "known_not_affected"), "libssl3 -; left -" },
		{ CSAF("cpe:/a:redhat:openshift:4", "known_not_affected"), "libssl3 -; left -" },
		{ "{\"document\":{\"csaf_version\":\"2.0\"}}",
		  "error: 'v.json': the CSAF document has no vulnerabilities" },
	};
	check_rows("rhel", "9.2", rows, DD_COUNT(rows));
}

/* What is written is read back, and means the same findings. */
TEST(vex_written_and_read_back)
{
	struct dd_str ids[] = { DD_STR("ghsa-1"), DD_STR("CVE-2024-1") };
	struct dd_finding found[] = {
		{ .kind = DD_KIND_VULNERABILITY,
		  .id = DD_STR("CVE-2024-1"),
		  .aliases = &alias,
		  .n_aliases = 1,
		  .package = 0 },
		{ .kind = DD_KIND_VULNERABILITY,
		  .id = DD_STR("CVE-2024-1"),
		  .aliases = &alias,
		  .n_aliases = 1,
		  .package = 1 },
		{ .kind = DD_KIND_VULNERABILITY, .id = DD_STR("CVE-2024-9"), .package = 1 },
	};
	struct dd_inventory inv = { .target = { .image = DD_STR("docker.io/library/app:1.2"),
						.digest = DD_STR("sha256:aa") },
				    .packages = packages,
				    .n_packages = DD_COUNT(packages) };
	struct dd_report r = { .inventory = &inv, .findings = found, .n_findings = DD_COUNT(found) };
	struct dd_vex_decision d = { .ids = ids,
				     .n_ids = 2,
				     .package = DD_STR("left"),
				     .status = DD_VEX_NOT_AFFECTED,
				     .justification = DD_STR("component_not_present"),
				     .text = DD_STR("\"quoted\"\nand more"),
				     .author = DD_STR("us"),
				     .now = 1767225600 };
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 16);
	DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1 << 16);
	struct dd_err err = { 0 };
	size_t n;
	CHECK_INT(dd_vex_write(&r, &d, &out, &n, &err), DD_OK);
	CHECK_INT(n, 1); /* both ids are one vulnerability */
	(void)dd_buf_add_char(&out, 0);
	run("debian", "12", out.p, &got);
	CHECK_STR(dd_buf_str(&got), "libssl3 -; left not_affected by v.json#1: \"quoted\"\nand more");
	dd_buf_clear(&out);
	ids[0] = DD_STR("CVE-2024-7");
	CHECK_INT(dd_vex_write(&r, &d, &out, &n, &err), DD_ENOTFOUND);
	CHECK_STR(dd_str_from(err.message), "the report has no vulnerability 'CVE-2024-7' in such a package");
}
