/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/ignore.h"

#include "base/glob.h"
#include "base/limits.h"
#include "model/secret.h"
#include "support/test.h"

#define S(lit) DD_STR(lit)

enum { FINDINGS = 4, LONG_PATTERN = DD_GLOB_BYTES_MAX + 1 };

/* 2026-06-15T12:00:00Z */
static const int64_t now = 1781524800;

struct world {
	struct dd_arena arena;
	struct dd_ignore ignore;
	struct dd_inventory inv;
	struct dd_findings findings;
	struct dd_err err;
};

static struct dd_installed packages[] = {
	{ .package = { .name = S("libssl3"), .version = S("3.0.2-0ubuntu1.10"), .source_name = S("openssl") } },
	{ .package = { .name = S("linux-libc-dev"), .version = S("6.1.55-1"), .source_name = S("linux") } },
};
static struct dd_str aliases[] = { S("GHSA-aaaa-bbbb-cccc"), S("DSA-5417-1") };

static void world_init(struct world *w)
{
	static const struct {
		const char *id, *path;
		int package;
	} rows[FINDINGS] = {
		{ "CVE-2023-0286", "var/lib/dpkg/status", 0 },
		{ "CVE-2023-0286", "var/lib/dpkg/status", 1 },
		{ "CVE-2023-9999", "usr/lib/node_modules/npm/package.json", -1 },
		{ "eol:ubuntu:22.04", "", -1 },
	};
	*w = (struct world){
		.arena = DD_ARENA_INIT(64 << 20),
		.inv = { .packages = packages, .n_packages = DD_COUNT(packages) },
	};
	for (int i = 0; i < FINDINGS; i++) {
		struct dd_finding *f = dd_findings_add(&w->findings, DD_KIND_VULNERABILITY);
		f->id = dd_str_from(rows[i].id);
		f->path = dd_str_from(rows[i].path);
		f->package = rows[i].package;
		f->aliases = i == 0 ? aliases : NULL;
		f->n_aliases = i == 0 ? DD_COUNT(aliases) : 0;
	}
}

static void world_done(struct world *w)
{
	dd_ignore_done(&w->ignore);
	dd_findings_done(&w->findings);
	dd_arena_done(&w->arena);
}

static enum dd_code read_rules(struct world *w, struct dd_str text)
{
	return dd_ignore_add(&w->ignore, text, S("my.ignore"), &w->arena, &w->err);
}

/* want: one letter a finding, S suppressed, - not. */
TEST(ignore_what_a_rule_matches)
{
	static const struct {
		const char *rules, *want;
	} rows[] = {
		{ "", "----" },
		{ "# CVE-2023-0286\n\n   \t\n", "----" },
		{ "CVE-2023-0286", "SS--" },
		{ "cve-2023-0286", "SS--" },
		{ "CVE-2023-0286 # why", "SS--" },
		{ "\xef\xbb\xbf"
		  "CVE-2023-0286\r\nCVE-2023-9999\r\n",
		  "SSS-" },
		/* ids are whole */
		{ "CVE-2023-028", "----" },
		{ "CVE-2023-02861", "----" },
		/* an alias is as good as the id */
		{ "GHSA-AAAA-bbbb-cccc", "S---" },
		{ "DSA-5417-1", "S---" },
		{ "eol:ubuntu:22.04", "---S" },
		/* binary and source names, globs */
		{ "CVE-2023-0286 package=libssl3", "S---" },
		{ "CVE-2023-0286 package=openssl", "S---" },
		{ "CVE-2023-0286 package=linux*", "-S--" },
		{ "CVE-2023-0286 package=ssl", "----" },
		{ "CVE-2023-9999 package=*", "----" }, /* this finding has no package */
		{ "CVE-2023-0286 version=3.0.2-0ubuntu1.10", "S---" },
		{ "CVE-2023-0286 version=3.0.2-0ubuntu1", "----" },
		{ "CVE-2023-9999 path=usr/lib/node_modules/**", "--S-" },
		{ "CVE-2023-9999 path=/usr/lib/node_modules/**", "--S-" },
		{ "CVE-2023-9999 path=usr/lib/*", "----" },
		{ "CVE-2023-0286 package=libssl3 path=var/lib/dpkg/*", "S---" },
		{ "CVE-2023-0286 package=libssl3 path=opt/**", "----" },
		{ "* package=linux-libc-dev", "-S--" },
		{ "* path=**/package.json", "--S-" },
		/* the last day still counts; then it is over */
		{ "CVE-2023-0286 until=2026-06-15", "SS--" },
		{ "CVE-2023-0286 until=2026-06-14", "----" },
		{ "CVE-2023-0286 until=2026-06-14\nCVE-2023-0286 package=libssl3", "S---" },
		/* quotes */
		{ "CVE-2023-0286 reason=\"a # b \\\" c \\\\ d = e\" package=\"lib*\"", "S---" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct world w;
		char got[FINDINGS + 1] = "";
		world_init(&w);
		CHECK_INT_ROW(read_rules(&w, dd_str_from(rows[i].rules)), DD_OK, rows[i].rules);
		CHECK_INT_ROW(dd_ignore_apply(&w.ignore, &w.inv, now, &w.arena, &w.findings, &w.err), DD_OK,
			      rows[i].rules);
		for (int k = 0; k < FINDINGS; k++)
			got[k] = w.findings.list.p[k].suppressed ? 'S' : '-';
		CHECK_STR_ROW(dd_str_from(got), rows[i].want, rows[i].rules);
		world_done(&w);
	}
}

TEST(ignore_errors_name_file_and_line)
{
	static const struct {
		const char *rules, *want;
	} rows[] = {
		{ "CVE-1 pakage=x", "ignore file 'my.ignore':1: unknown key 'pakage'; there are package, version, "
				    "path, fingerprint, until, "
				    "reason and owner" },
		{ "\n\nCVE-1 package", "ignore file 'my.ignore':3: 'package' is not of the form key=value" },
		{ "CVE-1 package=", "ignore file 'my.ignore':1: 'package' has no value" },
		{ "CVE-1 reason=\"\"", "ignore file 'my.ignore':1: 'reason' has no value" },
		{ "CVE-1 package=a package=b", "ignore file 'my.ignore':1: 'package' is given twice" },
		{ "CVE-1 until=2026-02-30",
		  "ignore file 'my.ignore':1: until='2026-02-30' is not a date like 2026-12-31" },
		{ "CVE-1 until=31.12.2026",
		  "ignore file 'my.ignore':1: until='31.12.2026' is not a date like 2026-12-31" },
		{ "CVE-1 until=2026-12-31T00:00:00Z",
		  "ignore file 'my.ignore':1: until='2026-12-31T00:00:00Z' is not a date like 2026-12-31" },
		{ "CVE-1 reason=\"open", "ignore file 'my.ignore':1: the closing quote is missing" },
		{ "CVE-1 reason=\"a\\n\"",
		  "ignore file 'my.ignore':1: only \\\" and \\\\ may follow a backslash inside quotes" },
		{ "CVE-1 reason=\"a\"b", "ignore file 'my.ignore':1: a blank must follow the closing quote" },
		{ "CVE-1 reason=it\"s", "ignore file 'my.ignore':1: the value of 'reason' needs quotes around it" },
		{ "CVE-1 reason=a#b", "ignore file 'my.ignore':1: the value of 'reason' needs quotes around it" },
		{ "package=x", "ignore file 'my.ignore':1: a rule begins with the id of a finding, or with *" },
		{ "CVE-2022-*",
		  "ignore file 'my.ignore':1: 'CVE-2022-*': an id is written whole; only * alone stands for all" },
		{ "*",
		  "ignore file 'my.ignore':1: * without package=, path= or fingerprint= would hide every finding" },
		{ "* version=1 reason=x",
		  "ignore file 'my.ignore':1: * without package=, path= or fingerprint= would hide every finding" },
		{ "CVE-1\nCVE-\xff", "ignore file 'my.ignore':2: the line is not UTF-8 text" },
		{ "CVE-1 CVE-2", "ignore file 'my.ignore':1: 'CVE-2' is not of the form key=value" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct world w;
		world_init(&w);
		CHECK_INT_ROW(read_rules(&w, dd_str_from(rows[i].rules)), DD_EARG, rows[i].rules);
		CHECK_STR_ROW(dd_str_from(w.err.message), rows[i].want, rows[i].rules);
		world_done(&w);
	}
	struct world w;
	world_init(&w);
	CHECK_INT(read_rules(&w, S("CVE-1\nCVE-\0-2")), DD_EARG);
	CHECK_STR(dd_str_from(w.err.message), "ignore file 'my.ignore':2: the line is not UTF-8 text");
	world_done(&w);
}

TEST(ignore_limits)
{
	static char big[DD_IGNORE_BYTES_MAX + 1];
	struct world w;
	world_init(&w);
	memset(big, '\n', sizeof big);
	CHECK_INT(read_rules(&w, (struct dd_str){ big, sizeof big }), DD_ELIMIT);
	CHECK_INT(read_rules(&w, (struct dd_str){ big, sizeof big - 1 }), DD_OK);
	memset(big, 'a', DD_IGNORE_LINE_MAX + 1);
	CHECK_INT(read_rules(&w, (struct dd_str){ big, DD_IGNORE_LINE_MAX + 1 }), DD_ELIMIT);
	for (size_t i = 0; i + 1 < 2 * (DD_IGNORE_RULES_MAX + 1); i += 2)
		memcpy(big + i, "a\n", 2);
	world_done(&w);
	world_init(&w);
	CHECK_INT(read_rules(&w, (struct dd_str){ big, (size_t)2 * DD_IGNORE_RULES_MAX }), DD_OK);
	CHECK_INT(read_rules(&w, S("one-more")), DD_ELIMIT);
	world_done(&w);
	char line[2000] = "a package=";
	memset(line + 10, 'x', LONG_PATTERN);
	world_init(&w);
	CHECK_INT(read_rules(&w, (struct dd_str){ line, 10 + LONG_PATTERN }), DD_EARG);
	CHECK_INT(read_rules(&w, (struct dd_str){ line, 10 + LONG_PATTERN - 1 }), DD_OK);
	world_done(&w);
}

/* Cut anywhere, a file is either read or refused; it never hides more than the whole file does. */
TEST(ignore_truncated_at_every_byte)
{
	static const struct dd_str whole =
		S("CVE-2023-0286 package=libssl3 until=2026-12-31 reason=\"not \\\"reachable\\\"\" # note\n"
		  "* path=usr/lib/node_modules/** reason=x\n");
	for (size_t n = 0; n <= whole.n; n++) {
		struct world w;
		world_init(&w);
		enum dd_code code = read_rules(&w, dd_str_take(whole, n));
		CHECK(code == DD_OK || (code == DD_EARG && w.err.message[0]));
		if (code == DD_OK) {
			CHECK_INT(dd_ignore_apply(&w.ignore, &w.inv, now, &w.arena, &w.findings, &w.err), DD_OK);
			CHECK(!w.findings.list.p[3].suppressed);
		}
		world_done(&w);
	}
}

TEST(ignore_says_who_and_why)
{
	struct world w;
	world_init(&w);
	CHECK_INT(
		read_rules(&w, S("# accepted\nCVE-2023-0286 package=libssl3 until=2026-12-31 reason=\"not reachable\"\n"
				 "CVE-2023-0286 reason=second\nCVE-2020-1\nCVE-2023-9999 until=2025-01-31\n")),
		DD_OK);
	w.findings.list.p[1].suppressed = true;
	w.findings.list.p[1].suppression.rule = S("kernel-headers");
	CHECK_INT(dd_ignore_apply(&w.ignore, &w.inv, now, &w.arena, &w.findings, &w.err), DD_OK);
	/* the first rule wins */
	CHECK_STR(w.findings.list.p[0].suppression.rule, "my.ignore:2");
	CHECK_STR(w.findings.list.p[0].suppression.reason, "not reachable");
	CHECK_STR(w.findings.list.p[0].suppression.expires, "2026-12-31");
	/* what was suppressed already keeps its reason, but the rule has its use */
	CHECK_STR(w.findings.list.p[1].suppression.rule, "kernel-headers");
	CHECK_INT(w.ignore.rules.p[0].hits, 1);
	CHECK_INT(w.ignore.rules.p[1].hits, 2);
	CHECK_INT(w.findings.warnings.n, 1);
	CHECK_STR(w.findings.warnings.p[0], "'my.ignore:5': the rule for 'CVE-2023-9999' ended on 2025-01-31 and hides "
					    "nothing; it matches 1 finding");
	size_t at = 0;
	const struct dd_ignore_rule *unused = dd_ignore_unused(&w.ignore, &at);
	CHECK(unused != NULL);
	if (unused)
		CHECK_STR(unused->where, "my.ignore:4");
	CHECK(dd_ignore_unused(&w.ignore, &at) == NULL);
	world_done(&w);
}

/* One secret by its fingerprint, wherever it lies. */
TEST(ignore_by_fingerprint)
{
	static const char *const rules[] = { "* fingerprint=00112233445566778899aabbccddeeff",
					     "eol:ubuntu:22.04 fingerprint=00112233445566778899aabbccddeeff",
					     "* fingerprint=00112233445566778899aabbccddeef0",
					     "other fingerprint=00112233445566778899aabbccddeeff" };
	for (size_t i = 0; i < DD_COUNT(rules); i++) {
		const struct dd_secret_finding secret = {
			.at = { .secret = { .fingerprint = S("00112233445566778899aabbccddeeff") } }
		};
		struct world w;
		world_init(&w);
		w.findings.list.p[3].secret = &secret;
		CHECK_INT(read_rules(&w, dd_str_from(rules[i])), DD_OK);
		CHECK_INT(dd_ignore_apply(&w.ignore, &w.inv, now, &w.arena, &w.findings, &w.err), DD_OK);
		for (int k = 0; k < FINDINGS; k++)
			CHECK_INT_ROW(w.findings.list.p[k].suppressed, k == 3 && i < 2, rules[i]);
		world_done(&w);
	}
}
