/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/secret/secret_baseline.h"

#include "base/limits.h"
#include "support/test.h"

#define ROOM (16 * DD_MIB)

static const struct dd_secret_finding secret = {
	.at = { .secret = { .fingerprint = DD_STR("00112233445566778899aabbccddeeff"),
			    .redacted = DD_STR("ghp_\xe2\x80\xa6 (40 characters)"),
			    .length = 40,
			    .line = 3 } }
};

#define DRYDOCK(print, id, path)                                                                                       \
	"{\"schemaVersion\":1,\"packages\":[],\"findings\":[{\"id\":\"CVE-1\",\"kind\":\"vulnerability\"},"            \
	"{\"id\":\"" id "\",\"kind\":\"secret\",\"location\":{\"path\":\"" path                                        \
	"\"},\"secret\":{\"fingerprint\":\"" print "\"}}],\"problems\":[]}"
#define GITLEAKS(rule, file, line, text)                                                                               \
	"[{\"RuleID\":\"" rule "\",\"File\":\"" file "\",\"StartLine\":" line ",\"Secret\":\"" text "\"}]"
#define FORTY "ghp_456789012345678901234567890123456789"

TEST(baseline_knows)
{
	static const struct {
		const char *bytes, *want; /* the reason, or the error; empty: not known */
	} rows[] = {
		{ DRYDOCK("00112233445566778899aabbccddeeff", "github-pat", "app/.env"), "known: in the baseline" },
		{ "\xef\xbb\xbf \n" DRYDOCK("00112233445566778899aabbccddeeff", "github-pat", "/app/.env"),
		  "known: in the baseline" },
		{ DRYDOCK("00112233445566778899aabbccddeeff", "github-pat", "old.env"),
		  "known: in the baseline, there at old.env" },
		{ DRYDOCK("00112233445566778899aabbccddeeff", "other", "app/.env"), "" },
		{ DRYDOCK("00112233445566778899aabbccddeef0", "github-pat", "app/.env"), "" },
		{ DRYDOCK("", "github-pat", "app/.env"), "" },
		{ "{\"schemaVersion\":1,\"findings\":[]}", "" },
		{ GITLEAKS("github-pat", "./app/.env", "3", ""), "known: in the baseline" },
		{ GITLEAKS("x", "/app/.env", "3", FORTY), "known: in the baseline" },
		{ GITLEAKS("x", "app/.env", "3", FORTY "0"), "" },
		{ GITLEAKS("x", "app/.env", "3", "gho_456789012345678901234567890123456789"), "" },
		{ GITLEAKS("github-pat", "app/.env", "4", FORTY), "" },
		{ GITLEAKS("github-pat", "app/env", "3", FORTY), "" },
		{ "[]", "" },
		{ "", "" },
		{ "# why\n\n app/.env:github-pat:3 \r\n", "known: in the baseline" },
		{ "8c1f0d7d0b4ee1bd7d9e3f6c9f1c8a9e0d1b2c3d:app/.env:github-pat:3", "known: in the baseline" },
		{ "app/.env:other:3", "" },
		{ "app/.env:github-pat:30", "" },
		{ "{}", "baseline 'b': it has no list 'findings', as a JSON report of drydock has" },
		{ "{\"findings\":{}}", "baseline 'b': not a list of findings" },
		{ "[{\"id\":1}]", "baseline 'b': neither a report of drydock nor one of gitleaks" },
		{ "[1]", "baseline 'b': neither a report of drydock nor one of gitleaks" },
		{ "app/.env",
		  "baseline 'b': line 1: neither a JSON report of drydock or gitleaks, nor a .gitleaksignore "
		  "(FILE:RULE:LINE)" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		struct dd_baseline b = { .entries = { NULL } };
		struct dd_findings f = { .problems_dropped = 0 };
		struct dd_err err = { .code = DD_OK };
		struct dd_finding *one = dd_findings_add(&f, DD_KIND_SECRET);
		one->id = DD_STR("github-pat");
		one->path = DD_STR("app/.env");
		one->secret = &secret;
		(void)dd_findings_add(&f, DD_KIND_VULNERABILITY);
		enum dd_code code = dd_baseline_add(&b, dd_str_from(rows[i].bytes), DD_STR("b"), &a, &err);
		if (code != DD_OK) {
			CHECK_INT_ROW(code, DD_EARG, rows[i].bytes);
			CHECK_STR_ROW(dd_str_from(err.message), rows[i].want, rows[i].bytes);
		} else {
			CHECK_INT(dd_baseline_apply(&b, &a, &f, &err), DD_OK);
			CHECK_STR_ROW(f.list.p[0].suppression.reason, rows[i].want, rows[i].bytes);
			CHECK_INT_ROW(f.list.p[0].suppressed, rows[i].want[0] != 0, rows[i].bytes);
			CHECK(!f.list.p[1].suppressed);
		}
		dd_findings_done(&f);
		dd_baseline_done(&b);
		dd_arena_done(&a);
	}
}

/* Cut off at any byte: an error or fewer entries, never more. */
TEST(baseline_cut_off)
{
	static const char *const whole[] = { DRYDOCK("00112233445566778899aabbccddeeff", "github-pat", "app/.env"),
					     GITLEAKS("github-pat", "app/.env", "3", FORTY),
					     "app/.env:github-pat:3\n\xff\xfe:\x00:9" };
	for (size_t i = 0; i < DD_COUNT(whole); i++) {
		for (size_t n = 0; n < strlen(whole[i]); n++) {
			struct dd_arena a = DD_ARENA_INIT(ROOM);
			struct dd_baseline b = { .entries = { NULL } };
			struct dd_err err = { .code = DD_OK };
			enum dd_code code =
				dd_baseline_add(&b, dd_str_take(dd_str_from(whole[i]), n), DD_STR("b"), &a, &err);
			CHECK(code == DD_OK || (code == DD_EARG && err.message[0]));
			CHECK(b.entries.n <= 2);
			dd_baseline_done(&b);
			dd_arena_done(&a);
		}
	}
}
