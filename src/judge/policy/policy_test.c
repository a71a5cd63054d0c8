/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/policy/policy.h"

#include "base/buf.h"
#include "base/text.h"
#include "judge/verdict.h"
#include "support/test.h"

enum { ROOM = 64 << 20 };
#define NOW "2026-11-22"

static struct dd_installed packages[] = {
	{ .package = { .name = DD_STR("libssl3"),
		       .version = DD_STR("3.0.9-1"),
		       .type = DD_STR("deb"),
		       .source_name = DD_STR("openssl"),
		       .licences = DD_STR("Apache-2.0") },
	  .path = DD_STR("var/lib/dpkg/status"),
	  .system = true,
	  .owner = -1 },
	{ .package = { .name = DD_STR("event-stream"),
		       .version = DD_STR("3.3.6"),
		       .type = DD_STR("npm"),
		       .licences = DD_STR("MIT OR GPL-3.0-only") },
	  .path = DD_STR("app/package.json"),
	  .layer = 1,
	  .owner = -1 },
	{ .package = { .name = DD_STR("@scope/left"),
		       .version = DD_STR("1.0.0"),
		       .type = DD_STR("npm"),
		       .licences = DD_STR("MIT AND AGPL-3.0-only") },
	  .path = DD_STR("app/node_modules/@scope/left/package.json"),
	  .layer = 1,
	  .owner = -1 },
	{ .package = { .name = DD_STR("nolicence"), .version = DD_STR("1"), .type = DD_STR("npm") },
	  .path = DD_STR("app/node_modules/nolicence/package.json"),
	  .layer = 1,
	  .owner = -1 },
};

static struct dd_str alias = { "GHSA-aaaa-bbbb-cccc", 19 };
static struct dd_finding findings[] = {
	{ .kind = DD_KIND_VULNERABILITY,
	  .id = DD_STR("CVE-2024-0001"),
	  .severity = DD_SEV_CRITICAL,
	  .package = 0,
	  .fix = { .state = DD_FIX_FIXED, .version = DD_STR("3.0.15") },
	  .published = DD_STR("2024-05-01T00:00:00Z"),
	  .epss = 0.7,
	  .kev = true,
	  .origin = DD_ORIGIN_BASE,
	  .exposure = DD_EXPOSURE_PRESENT,
	  .risk = 95 },
	{ .kind = DD_KIND_VULNERABILITY,
	  .id = DD_STR("CVE-2024-0002"),
	  .aliases = &alias,
	  .n_aliases = 1,
	  .severity = DD_SEV_HIGH,
	  .package = 1,
	  .path = DD_STR("app/package.json"),
	  .fix = { .state = DD_FIX_FIXED, .version = DD_STR("4") },
	  .fix_date = DD_STR("2026-11-20"),
	  .published = DD_STR("2020-05-01T00:00:00Z"),
	  .epss = -1,
	  .origin = DD_ORIGIN_APPLICATION,
	  .exposure = DD_EXPOSURE_ENTRYPOINT,
	  .risk = 60 },
	{ .kind = DD_KIND_VULNERABILITY,
	  .id = DD_STR("CVE-2024-0003"),
	  .severity = DD_SEV_MEDIUM,
	  .package = 2,
	  .fix = { .state = DD_FIX_NOT_FIXED },
	  .epss = 0.01,
	  .risk = 30 },
	{ .kind = DD_KIND_VULNERABILITY,
	  .id = DD_STR("CVE-2024-0004"),
	  .severity = DD_SEV_CRITICAL,
	  .package = 2,
	  .epss = -1,
	  .risk = 80,
	  .suppressed = true },
	{ .kind = DD_KIND_OUTDATED,
	  .id = DD_STR("eol:debian:9"),
	  .severity = DD_SEV_HIGH,
	  .package = -1,
	  .epss = -1,
	  .risk = 50 },
};

#define POLICY_HEAD "version: 1\npolicy:\n  rules:\n  - name: r\n"

static struct dd_str run(const char *text, struct dd_arena *a, struct dd_buf *out)
{
	struct dd_policy policy = { 0 };
	struct dd_ignore exceptions = { 0 };
	struct dd_findings made = { 0 };
	struct dd_err err = { 0 };
	struct dd_inventory inv = {
		.packages = packages, .n_packages = DD_COUNT(packages), .package_database_found = true, .os_found = true
	};
	struct dd_report r = { .inventory = &inv, .n_problems = 0 };
	int64_t now;
	dd_buf_clear(out);
	CHECK(dd_time_parse(DD_STR(NOW), &now));
	enum dd_code code = dd_policy_read(&policy, &exceptions, dd_str_from(text), DD_STR("p.yaml"), a, &err);
	if (code == DD_OK)
		code = dd_policy_findings(&policy, &inv, a, &made, &err);
	if (code == DD_OK)
		code = dd_ignore_apply(&exceptions, &inv, now, a, &made, &err);
	for (size_t i = 0; code == DD_OK && i < made.list.n; i++) {
		const struct dd_finding *f = &made.list.p[i];
		(void)dd_buf_addf(out, "%s %.*s%s%.*s\n", dd_kind_name(f->kind), DD_FMT(f->id),
				  f->suppressed ? " suppressed by " : "", DD_FMT(f->suppression.owner));
	}
	if (code == DD_OK && dd_policy_any(&policy)) {
		const struct dd_finding *list = made.list.n ? made.list.p : findings;
		code = dd_policy_apply(&policy, &r, list, made.list.n ? made.list.n : DD_COUNT(findings), now, a, &err);
	}
	for (size_t i = 0; code == DD_OK && i < r.n_policy; i++)
		(void)dd_buf_addf(out, "%s %.*s: %.*s\n", r.policy[i].failed ? "FAIL" : "ok", DD_FMT(r.policy[i].rule),
				  DD_FMT(r.policy[i].text));
	if (code != DD_OK)
		(void)dd_buf_addf(out, "error: %s\n", err.message);
	dd_findings_done(&made);
	dd_ignore_done(&exceptions);
	dd_policy_done(&policy);
	return dd_buf_str(out);
}

static void check_rows(const char *const (*rows)[2], size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 20);
	for (size_t i = 0; i < n; i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		CHECK_STR_ROW(run(rows[i][0], &a, &out), rows[i][1], rows[i][0]);
		dd_arena_done(&a);
	}
}

TEST(policy_rules)
{
	static const char *const rows[][2] = {
		{ POLICY_HEAD "    severity: critical\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0001 (libssl3)\n" },
		{ POLICY_HEAD "    severity: high\n    max: 3\n",
		  "ok r (p.yaml:4): 3 findings, 3 allowed: CVE-2024-0001 "
		  "(libssl3), CVE-2024-0002 (event-stream), eol:debian:9\n" },
		{ POLICY_HEAD "    kind: [outdated, secret]\n", "FAIL r (p.yaml:4): 1 finding: eol:debian:9\n" },
		{ POLICY_HEAD "    fixed: false\n    kind: vulnerability\n",
		  "FAIL r (p.yaml:4): 1 finding: CVE-2024-0003 (@scope/left)\n" },
		{ POLICY_HEAD "    kev: true\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0001 (libssl3)\n" },
		{ POLICY_HEAD "    epss: 0.02\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0001 (libssl3)\n" },
		{ POLICY_HEAD "    risk: 60\n",
		  "FAIL r (p.yaml:4): 2 findings: CVE-2024-0001 (libssl3), CVE-2024-0002 (event-stream)\n" },
		{ POLICY_HEAD "    origin: application\n",
		  "FAIL r (p.yaml:4): 1 finding: CVE-2024-0002 (event-stream)\n" },
		{ POLICY_HEAD "    exposure: entrypoint\n",
		  "FAIL r (p.yaml:4): 1 finding: CVE-2024-0002 (event-stream)\n" },
		/* The fix of the second one is two days old, that of the first at most as old as its publication. */
		{ POLICY_HEAD "    fix-older-than: 30d\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0001 (libssl3)\n" },
		{ POLICY_HEAD "    fix-older-than: 1 day\n",
		  "FAIL r (p.yaml:4): 2 findings: CVE-2024-0001 (libssl3), CVE-2024-0002 (event-stream)\n" },
		{ POLICY_HEAD "    package: openssl\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0001 (libssl3)\n" },
		{ POLICY_HEAD "    type: npm\n    action: warn\n",
		  "ok r (p.yaml:4) [warn]: 2 findings: CVE-2024-0002 (event-stream), CVE-2024-0003 (@scope/left)\n" },
		{ POLICY_HEAD "    id: [\"GHSA-*\"]\n",
		  "FAIL r (p.yaml:4): 1 finding: CVE-2024-0002 (event-stream)\n" },
		{ POLICY_HEAD "    path: app/*\n", "FAIL r (p.yaml:4): 1 finding: CVE-2024-0002 (event-stream)\n" },
		{ "policy: { require: [complete, package-database, supported-os, fresh-database, non-root, known-base] "
		  "}\n",
		  "ok require complete (p.yaml): holds\nok require package-database (p.yaml): holds\n"
		  "ok require supported-os (p.yaml): holds\n"
		  "FAIL require fresh-database (p.yaml): the advisory database is too old\n"
		  "FAIL require non-root (p.yaml): the image runs as root\n"
		  "FAIL require known-base (p.yaml): the image does not name its base (label "
		  "org.opencontainers.image.base.name)\n" },
		{ "", "" },
		{ "version: 1\n", "" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(policy_lists)
{
	static const char *const rows[][2] = {
		{ "policy: { packages: { deny: [\"npm:event-stream@3.3.6\", openssl] } }\n",
		  "config package-not-allowed:libssl3\nconfig package-not-allowed:event-stream\n"
		  "FAIL packages (p.yaml): 2 not allowed\n" },
		{ "policy: { packages: { deny: [\"npm:event-stream@4*\", \"@scope/left@1.0.0\", deb:event-stream] } "
		  "}\n",
		  "config package-not-allowed:@scope/left\nFAIL packages (p.yaml): 1 not allowed\n" },
		{ "policy: { packages: { allow: [\"lib*\", \"npm:*\", \"npm:**\"] } }\n",
		  "ok packages (p.yaml): 0 not allowed\n" },
		/* Who may choose takes MIT; who must take both cannot. */
		{ "policy: { licences: { deny: [\"GPL-*\", \"AGPL-*\"] } }\n",
		  "licence licence-not-allowed:MIT AND AGPL-3.0-only\nFAIL licences (p.yaml): 1 not allowed\n" },
		{ "policy: { licences: { allow: [MIT, Apache-2.0], deny-unknown: true } }\n"
		  "exceptions:\n- {id: \"licence-not-allowed:unknown\", reason: asked, owner: team-a, expires: "
		  "2026-12-31}\n"
		  "- {id: \"licence-not-allowed:MIT AND AGPL-3.0-only\", reason: asked, owner: b, expires: "
		  "2026-01-31}\n",
		  "licence licence-not-allowed:MIT AND AGPL-3.0-only\n"
		  "licence licence-not-allowed:unknown suppressed by team-a\nFAIL licences (p.yaml): 1 not allowed\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(policy_errors)
{
	static const char *const rows[][2] = {
		{ POLICY_HEAD "    severty: high\n",
		  "error: policy 'p.yaml':5: unknown key 'severty'; did you mean 'severity'?\n" },
		{ POLICY_HEAD "    severity: hihg\n",
		  "error: policy 'p.yaml':5: 'hihg' is no severity; there are critical, high, "
		  "medium, low, negligible and unknown\n" },
		{ POLICY_HEAD "    max: -1\n", "error: policy 'p.yaml':5: 'max' needs a number, 0 or more\n" },
		{ POLICY_HEAD "    epss: 1.5\n", "error: policy 'p.yaml':5: 'epss' needs a number from 0 to 1\n" },
		{ POLICY_HEAD "    fixed: maybe\n", "error: policy 'p.yaml':5: 'fixed' needs true or false\n" },
		{ POLICY_HEAD "    fix-older-than: a month\n",
		  "error: policy 'p.yaml':5: 'fix-older-than' needs a number of days, as in 30d\n" },
		{ POLICY_HEAD "    action: explode\n",
		  "error: policy 'p.yaml':5: action is fail or warn, not 'explode'\n" },
		{ POLICY_HEAD "    package: {a: b}\n",
		  "error: policy 'p.yaml':5: 'package' needs a list of 1 to 10000 texts\n" },
		{ "policy:\n  rules:\n  - severity: high\n", "error: policy 'p.yaml':3: the rule has no name\n" },
		{ "policy: []\n", "error: policy 'p.yaml':1: a map of keys is needed here\n" },
		{ "policy: {require: [non-rot]}\n",
		  "error: policy 'p.yaml':1: there is no check 'non-rot'; did you mean 'non-root'?\n" },
		{ "version: 2\n", "error: policy 'p.yaml':1: version 1 is the only one that this drydock reads\n" },
		{ "exceptions:\n- id: CVE-1\n", "error: policy 'p.yaml':2: the exception for 'CVE-1' has no reason\n" },
		{ "exceptions:\n- {id: \"*\", reason: x}\n",
		  "error: policy 'p.yaml':2: * without package, path or fingerprint would hide every finding\n" },
		{ "exceptions:\n- {id: CVE-1, reason: x, expires: soon}\n",
		  "error: policy 'p.yaml':2: expires: 'soon' is not a date like 2026-12-31\n" },
		{ "---\na: 1\n---\nb: 1\n", "error: policy 'p.yaml': it has more than one document\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(policy_verdict)
{
	struct dd_arena a = DD_ARENA_INIT(ROOM);
	struct dd_policy_result results[] = {
		{ DD_STR("a (p:1)"), DD_STR("2 findings"), true, 2 },
		{ DD_STR("b (p:2)"), DD_STR("0 findings"), false, 0 },
	};
	struct dd_report r = { .policy = results, .n_policy = 2, .n_findings = 1, .fail_on = DD_SEV_COUNT };
	struct dd_err err;
	CHECK_INT(dd_verdict_decide(&r, findings, 1, &a, &err), DD_OK);
	CHECK_INT(r.verdict, DD_VERDICT_FAIL);
	CHECK_STR(r.reason, "policy failed: a (p:1): 2 findings");
	r.policy[0].failed = false;
	CHECK_INT(dd_verdict_decide(&r, findings, 1, &a, &err), DD_OK);
	CHECK_INT(r.verdict, DD_VERDICT_PASS);
	CHECK_STR(r.reason, "1 finding, the policy holds");
	dd_arena_done(&a);
}
