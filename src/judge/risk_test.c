/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/fix_plan.h"
#include "judge/risk.h"

#include "base/buf.h"
#include "support/test.h"

static struct dd_cvss_score score(double v)
{
	return (struct dd_cvss_score){ .version = DD_CVSS_31, .vector = DD_STR("v"), .score = v };
}

/* docs/risk.md, worked out by hand. */
TEST(risk_by_the_documented_formula)
{
	static const struct {
		const char *what;
		enum dd_severity severity;
		double cvss, epss; /* < 0: none */
		bool kev, fixed, entrypoint;
		double want;
	} rows[] = {
		{ "critical 9.8, EPSS 0.25, fix, present", DD_SEV_CRITICAL, 9.8, 0.25, false, true, false, 61.7 },
		{ "the same, in the entrypoint", DD_SEV_CRITICAL, 9.8, 0.25, false, true, true, 68.6 },
		{ "the same without a fix", DD_SEV_CRITICAL, 9.8, 0.25, false, false, true, 61.7 },
		{ "a distribution's low keeps 9.8 in the band of low", DD_SEV_LOW, 9.8, -1, false, true, true, 23.9 },
		{ "a distribution's high lifts 5.0 to the band of high", DD_SEV_HIGH, 5.0, -1, false, true, true, 42 },
		{ "no score: the middle of the band", DD_SEV_MEDIUM, -1, -1, false, true, true, 33 },
		{ "nothing known", DD_SEV_UNKNOWN, -1, -1, false, true, true, 30 },
		{ "unknown severity with a score", DD_SEV_UNKNOWN, 7.5, -1, false, true, true, 45 },
		{ "exploited and medium is not below 90", DD_SEV_MEDIUM, 5.0, 0.9, true, false, false, 90 },
		{ "exploited and critical", DD_SEV_CRITICAL, 10, 0.9, true, true, true, 100 },
		{ "EPSS 1", DD_SEV_HIGH, 8.0, 1, false, true, true, 80 },
		{ "EPSS 0", DD_SEV_HIGH, 8.0, 0, false, true, true, 32 },
	};
	struct dd_str command = DD_STR("/app");
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_installed package = { .package = { .name = DD_STR("x") }, .entrypoint = rows[i].entrypoint };
		struct dd_inventory inv = { .target = { .command = &command, .n_command = 1 },
					    .packages = &package,
					    .n_packages = 1 };
		struct dd_cvss_score cvss = score(rows[i].cvss);
		struct dd_findings all = { 0 };
		struct dd_finding *f = dd_findings_add(&all, DD_KIND_VULNERABILITY);
		f->severity = rows[i].severity;
		f->epss = rows[i].epss;
		f->kev = rows[i].kev;
		f->package = 0;
		f->fix.state = rows[i].fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
		f->cvss = &cvss;
		f->n_cvss = rows[i].cvss >= 0;
		dd_judge_risk(&inv, &all);
		CHECK_INT_ROW((int)(f->risk * 10 + 0.5), (int)(rows[i].want * 10 + 0.5), rows[i].what);
		dd_findings_done(&all);
	}
}

TEST(risk_origin_by_the_base_layers)
{
	static const struct {
		size_t base;
		int layer;
		enum dd_origin want;
	} rows[] = { { 2, 0, DD_ORIGIN_BASE },
		     { 2, 1, DD_ORIGIN_BASE },
		     { 2, 2, DD_ORIGIN_APPLICATION },
		     { 0, 0, DD_ORIGIN_UNKNOWN },
		     { 2, -1, DD_ORIGIN_UNKNOWN } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_inventory inv = { .target = { .base = { .n_layers = rows[i].base } } };
		struct dd_findings all = { 0 };
		struct dd_finding *f = dd_findings_add(&all, DD_KIND_CONFIG);
		f->layer = rows[i].layer;
		dd_judge_risk(&inv, &all);
		CHECK_INT(f->origin, rows[i].want);
		dd_findings_done(&all);
	}
}

static void add(struct dd_findings *all, int package, const char *fixed, enum dd_origin origin, const char *advice)
{
	struct dd_finding *f = dd_findings_add(all, DD_KIND_VULNERABILITY);
	f->package = package;
	f->severity = DD_SEV_HIGH;
	f->fix.state = fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
	f->fix.version = dd_str_from(fixed);
	f->fix.advice = dd_str_from(advice);
	f->origin = origin;
	f->risk = 10;
}

TEST(fix_plan_is_the_smallest_set_of_upgrades)
{
	static struct dd_installed packages[] = {
		{ .package = { .name = DD_STR("libc6"), .version = DD_STR("1"), .type = DD_STR("deb") },
		  .system = true },
		{ .package = { .name = DD_STR("curl"), .version = DD_STR("1"), .type = DD_STR("deb") },
		  .system = true },
		{ .package = { .name = DD_STR("zlib1g"), .version = DD_STR("1"), .type = DD_STR("deb") },
		  .system = true },
		{ .package = { .name = DD_STR("foo"), .version = DD_STR("1.0"), .type = DD_STR("pypi") } },
		{ .package = { .name = DD_STR("bar"), .version = DD_STR("1.0"), .type = DD_STR("npm") } },
	};
	struct dd_inventory inv = { .target = { .base = { .name = DD_STR("debian:12"), .n_layers = 1 } },
				    .os = { .id = DD_STR("debian") },
				    .packages = packages,
				    .n_packages = DD_COUNT(packages) };
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_findings all = { 0 };
	struct dd_fix_step *plan;
	struct dd_err err;
	size_t n;
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 16);
	add(&all, 0, "2", DD_ORIGIN_BASE, "");
	add(&all, 0, "3", DD_ORIGIN_BASE, "");
	add(&all, 0, "4", DD_ORIGIN_BASE, "");
	add(&all, 0, "5", DD_ORIGIN_BASE, "");
	add(&all, 1, "2", DD_ORIGIN_APPLICATION, "");
	add(&all, 2, "2", DD_ORIGIN_APPLICATION, "");
	add(&all, 2, NULL, DD_ORIGIN_APPLICATION, ""); /* no fix: no step removes it */
	/* 1.10 is above 1.9, and its command is the one to paste. */
	add(&all, 3, "1.9", DD_ORIGIN_APPLICATION, "pip install foo==1.9");
	add(&all, 3, "1.10", DD_ORIGIN_APPLICATION, "pip install foo==1.10");
	add(&all, 3, "1.2", DD_ORIGIN_APPLICATION, "pip install foo==1.2");
	add(&all, 4, "2.0.0", DD_ORIGIN_APPLICATION, "npm install bar@2.0.0");
	add(&all, 4, "9.0.0", DD_ORIGIN_APPLICATION, "npm install bar@9.0.0");
	all.list.p[all.list.n - 1].suppressed = true;
	CHECK_INT(dd_fix_plan_make(&inv, all.list.p, all.list.n, &a, &plan, &n, &err), DD_OK);
	for (size_t i = 0; i < n; i++)
		(void)dd_buf_addf(&out, "%zu %.*s | %.*s\n", plan[i].findings, DD_FMT(plan[i].title),
				  DD_FMT(plan[i].command));
	CHECK_STR(dd_buf_str(&out),
		  "4 rebuild on a newer base image than debian:12: libc6 | \n"
		  "3 raise foo from 1.0 to 1.10 | pip install foo==1.10\n"
		  "2 upgrade 2 packages of the system: curl, zlib1g | RUN apt-get update && apt-get install -y "
		  "--only-upgrade curl zlib1g && rm -rf /var/lib/apt/lists/*\n"
		  "1 raise bar from 1.0 to 2.0.0 | npm install bar@2.0.0\n");
	/* A name that a shell would read otherwise names nothing: everything is upgraded. */
	packages[2].package.name = DD_STR("x;reboot");
	CHECK_INT(dd_fix_plan_make(&inv, all.list.p + 4, 2, &a, &plan, &n, &err), DD_OK);
	CHECK_INT(n, 1);
	CHECK_STR(plan[0].command, "RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*");
	packages[2].package.name = DD_STR("zlib1g");
	dd_findings_done(&all);
	dd_arena_done(&a);
}
