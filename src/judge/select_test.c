/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select.h"

#include "judge/verdict.h"
#include "support/test.h"

#define S(lit) DD_STR(lit)

static struct dd_installed packages[] = {
	{ .package = { .name = S("zlib1g") } },
	{ .package = { .name = S("bash") } },
};
static const struct dd_inventory inv = { .packages = packages, .n_packages = DD_COUNT(packages) };

struct row {
	const char *id;
	enum dd_severity severity;
	double epss;
	int package;
	bool fixed, suppressed;
};
static const struct row rows[] = {
	{ "CVE-A", DD_SEV_HIGH, 0.1, 0, true, false },	  { "CVE-B", DD_SEV_CRITICAL, 0.2, 1, false, false },
	{ "CVE-C", DD_SEV_LOW, 0.9, 0, true, false },	  { "CVE-D", DD_SEV_UNKNOWN, -1, 1, false, false },
	{ "CVE-E", DD_SEV_CRITICAL, 0.5, 0, true, true },
};

static void fill(struct dd_findings *f)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_finding *one = dd_findings_add(f, DD_KIND_VULNERABILITY);
		one->id = dd_str_from(rows[i].id);
		one->severity = rows[i].severity;
		one->epss = rows[i].epss;
		one->package = rows[i].package;
		one->fix.state = rows[i].fixed ? DD_FIX_FIXED : DD_FIX_NOT_FIXED;
		one->suppressed = rows[i].suppressed;
	}
	struct dd_finding *eol = dd_findings_add(f, DD_KIND_OUTDATED);
	eol->id = S("eol:x:1");
	eol->severity = DD_SEV_HIGH;
	eol->fix.state = DD_FIX_END_OF_LIFE;
}

/* The last letters of the ids in order, a bar where the shown ones end. */
static struct dd_str letters(const struct dd_findings *f, size_t shown, char out[16])
{
	size_t n = 0;
	for (size_t i = 0; i < f->list.n; i++) {
		if (i == shown)
			out[n++] = '|';
		out[n++] = f->list.p[i].id.p[f->list.p[i].id.n - 1];
	}
	return (struct dd_str){ out, n };
}

TEST(select_shows_and_sorts)
{
	static const struct {
		const char *severities;
		bool only_fixed;
		enum dd_sort sort;
		const char *want;
		size_t hidden;
	} cases[] = {
		{ NULL, false, DD_SORT_RISK, "BA1CDE", 0 },
		{ NULL, false, DD_SORT_SEVERITY, "BA1CDE", 0 },
		{ NULL, false, DD_SORT_EPSS, "CBA1DE", 0 },
		/* the one without a package first, then bash, then zlib1g; suppressed ones last */
		{ NULL, false, DD_SORT_PACKAGE, "1BDACE", 0 },
		/* a release without fixes has no fix, but it is no unfixed vulnerability */
		{ NULL, true, DD_SORT_RISK, "A1CE", 1 },
		{ "critical", false, DD_SORT_RISK, "BE|A1CD", 1 },
		{ "high+", false, DD_SORT_RISK, "BA1E|CD", 1 },
		{ "unknown,low", false, DD_SORT_RISK, "CD|BA1E", 1 },
		{ " High , LOW ", true, DD_SORT_RISK, "A1C|E", 2 },
		{ "unknown+", false, DD_SORT_RISK, "BA1CDE", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(cases); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_findings f = { 0 };
		struct dd_select sel = { .only_fixed = cases[i].only_fixed, .sort = cases[i].sort };
		struct dd_str *hidden;
		size_t shown, n_hidden;
		char out[16];
		fill(&f);
		if (cases[i].severities)
			CHECK_INT(dd_select_severities(&sel, dd_str_from(cases[i].severities), NULL), DD_OK);
		CHECK_INT(dd_select_apply(&sel, &inv, &a, &f, &shown, &hidden, &n_hidden, NULL), DD_OK);
		CHECK_STR_ROW(letters(&f, shown, out), cases[i].want, cases[i].want);
		CHECK_INT_ROW(n_hidden, cases[i].hidden, cases[i].want);
		dd_findings_done(&f);
		dd_arena_done(&a);
	}
}

TEST(select_severities_refuses_what_it_does_not_know)
{
	static const char *const bad[] = { "", "hgh", "high,", ",high", "high critical", "+", "high++", "7" };
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		struct dd_select sel = { .by_severity = false };
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_select_severities(&sel, dd_str_from(bad[i]), &err), DD_EARG, bad[i]);
		CHECK_ROW(!sel.by_severity && err.message[0], bad[i]);
	}
}

TEST(verdict_decide)
{
	static const struct {
		enum dd_severity fail_on;
		size_t problems, shown, findings;
		enum dd_verdict want;
		const char *reason;
	} cases[] = {
		{ DD_SEV_HIGH, 0, 6, 6, DD_VERDICT_FAIL, "3 findings at or above high" },
		{ DD_SEV_CRITICAL, 0, 6, 6, DD_VERDICT_FAIL, "1 finding at or above critical" },
		/* problems do not soften a failure, and a failure does not hide them */
		{ DD_SEV_HIGH, 2, 6, 6, DD_VERDICT_FAIL, "3 findings at or above high; incomplete: 2 problems" },
		/* hidden by --severity: still there */
		{ DD_SEV_HIGH, 0, 1, 6, DD_VERDICT_FAIL, "3 findings at or above high (2 not shown)" },
		/* no limit */
		{ DD_SEV_COUNT, 0, 6, 6, DD_VERDICT_PASS, "5 findings, no limit asked for" },
		{ DD_SEV_COUNT, 1, 6, 6, DD_VERDICT_INCOMPLETE,
		  "incomplete: 1 problem; 5 findings, no limit asked for" },
		/* unknown is the lowest limit: every finding counts */
		{ DD_SEV_UNKNOWN, 0, 6, 6, DD_VERDICT_FAIL, "5 findings at or above unknown" },
		{ DD_SEV_HIGH, 0, 0, 0, DD_VERDICT_PASS, "no findings" },
		{ DD_SEV_HIGH, 1, 0, 0, DD_VERDICT_INCOMPLETE, "incomplete: 1 problem; no findings" },
	};
	struct dd_findings f = { 0 };
	fill(&f);
	for (size_t i = 0; i < DD_COUNT(cases); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_report r = { .n_problems = cases[i].problems, .n_findings = cases[i].shown };
		r.fail_on = cases[i].fail_on;
		CHECK_INT(dd_verdict_decide(&r, f.list.p, cases[i].findings, &a, NULL), DD_OK);
		CHECK_INT_ROW(r.verdict, cases[i].want, cases[i].reason);
		CHECK_STR_ROW(r.reason, cases[i].reason, cases[i].reason);
		dd_arena_done(&a);
	}
	/* a suppressed finding never fails */
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_report r = { .n_findings = 1, .fail_on = DD_SEV_LOW };
	CHECK_INT(dd_verdict_decide(&r, &f.list.p[4], 1, &a, NULL), DD_OK);
	CHECK_INT(r.verdict, DD_VERDICT_PASS);
	CHECK_STR(r.reason, "no findings, 1 suppressed");
	dd_arena_done(&a);
	dd_findings_done(&f);
}

TEST(findings_close_sorts_and_counts)
{
	struct dd_arena a = DD_ARENA_INIT(64 << 20);
	struct dd_findings f = { 0 };
	enum { PROBLEMS = 10003 };
	fill(&f);
	for (int i = 0; i < PROBLEMS; i++)
		CHECK_INT(dd_findings_problem(&f, &a, "x", DD_NO_LAYER, (struct dd_str){ "", 0 }, "p %d", i), DD_OK);
	CHECK_INT(dd_findings_close(&f, &a), DD_OK);
	CHECK_STR(f.list.p[0].id, "CVE-B");
	CHECK(f.list.p[f.list.n - 1].suppressed);
	CHECK_INT(f.problems.n, 10001);
	CHECK_STR(f.problems.p[10000].text, "3 more problems are not listed");
	dd_findings_done(&f);
	dd_arena_done(&a);
}

/* Doubtful secrets are counted, not shown; a secret below the confidence that fails does not, whatever its severity. */
TEST(select_secrets_by_confidence)
{
	static const struct {
		enum dd_confidence min;
		size_t shown;
		const char *hidden;
		enum dd_verdict verdict;
		const char *reason;
	} cases[] = {
		{ DD_CONFIDENCE_UNKNOWN, 4, "", DD_VERDICT_FAIL, "2 findings at or above medium confidence" },
		{ DD_CONFIDENCE_LOW, 4, "", DD_VERDICT_FAIL, "2 findings at or above medium confidence" },
		{ DD_CONFIDENCE_MEDIUM, 2, "1 low-confidence secret is hidden: --min-confidence low shows it",
		  DD_VERDICT_FAIL, "2 findings at or above medium confidence" },
		{ DD_CONFIDENCE_HIGH, 1,
		  "2 low- and medium-confidence secrets are hidden: --min-confidence low shows them", DD_VERDICT_FAIL,
		  "1 finding at or above medium confidence" },
	};
	for (size_t i = 0; i < DD_COUNT(cases); i++) {
		static const enum dd_confidence confidences[] = { DD_CONFIDENCE_LOW, DD_CONFIDENCE_HIGH,
								  DD_CONFIDENCE_MEDIUM, DD_CONFIDENCE_LOW };
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_findings f = { .problems_dropped = 0 };
		struct dd_str *hidden;
		size_t shown, n_hidden;
		for (size_t k = 0; k < DD_COUNT(confidences); k++) {
			struct dd_finding *one = dd_findings_add(&f, DD_KIND_SECRET);
			one->id = dd_arena_printf(&a, "rule-%zu", k);
			one->severity = DD_SEV_LOW;
			one->confidence = confidences[k];
			one->suppressed = k == 3; /* is not counted as hidden */
		}
		const struct dd_select sel = { .min_confidence = cases[i].min };
		CHECK_INT(dd_select_apply(&sel, &inv, &a, &f, &shown, &hidden, &n_hidden, NULL), DD_OK);
		CHECK_INT(shown, cases[i].shown);
		CHECK_STR(n_hidden ? hidden[0] : DD_STR(""), cases[i].hidden);
		struct dd_report r = { .n_findings = shown,
				       .fail_on = DD_SEV_UNKNOWN,
				       .fail_confidence = DD_CONFIDENCE_MEDIUM };
		CHECK_INT(dd_verdict_decide(&r, f.list.p, f.list.n, &a, NULL), DD_OK);
		CHECK_INT(r.verdict, cases[i].verdict);
		CHECK_STR(r.reason, cases[i].reason);
		dd_findings_done(&f);
		dd_arena_done(&a);
	}
}
