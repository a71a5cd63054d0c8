/* SPDX-License-Identifier: Apache-2.0 */
/* Users' rule files: gitleaks' TOML and Trivy's YAML. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "secret/regex.h"
#include "secret/rule_files.h"
#include "secret/rule_set.h"
#include "support/test.h"

static enum dd_code read_one(const char *text, struct dd_secret_rule_set *set, struct dd_err *err)
{
	const struct dd_secret_rule_file file = { DD_STR("my.rules"), dd_str_from(text), false };
	return dd_secret_rule_set_new(&file, 1, set, err);
}

static const struct dd_secret_rule *find_rule(const struct dd_secret_rule_set *set, const char *id)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (dd_str_eq_c(set->rules[i].kind.id, id))
			return &set->rules[i];
	return NULL;
}

static const char gitleaks[] = "title = 'mine'\n"
			       "minVersion = 'v8.25.0'\n"
			       "[[allowlists]]\n"
			       "description = 'all'\n"
			       "paths = ['vendor/']\n"
			       "targetRules = ['one']\n"
			       "[[rules]]\n"
			       "id = 'one'\n"
			       "description = 'The first'\n"
			       "regex = '''one_(?P<n>[a-z]{8})\\s'''\n"
			       "path = '\\.txt$'\n"
			       "secretgroup = 1\n"
			       "entropy = 2\n"
			       "keywords = ['ONE_']\n"
			       "tags = ['a', 'b']\n"
			       "skipReport = true\n"
			       "[[rules.allowlists]]\n"
			       "condition = 'AND'\n"
			       "regexTarget = 'line'\n"
			       "regexes = ['x', 'y']\n"
			       "stopWords = ['StOp']\n"
			       "commits = ['ABCDEF']\n"
			       "[[rules.required]]\n"
			       "id = 'two'\n"
			       "withinLines = 0\n"
			       "[[rules]]\n"
			       "id = 'two'\n"
			       "path = '\\.p12$'\n"
			       "severity = 'Low'\n"
			       "confidence = 'high'\n"
			       "[rules.allowlist]\n"
			       "regexes = 'z'\n";

TEST(rules_gitleaks)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 }, own = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &own, &err), DD_OK);
	CHECK_INT(read_one(gitleaks, &set, &err), DD_OK);
	CHECK_STR(dd_str_from(err.message), "");
	const struct dd_secret_rule *one = find_rule(&set, "one"), *two = find_rule(&set, "two");
	CHECK(one && two);
	if (!one || !two)
		return;
	CHECK_INT(set.n_rules, own.n_rules + 2);
	CHECK_INT(set.n_allow, own.n_allow + 1);
	CHECK_INT(set.warnings.n, 0);
	CHECK(memcmp(set.digest, own.digest, sizeof set.digest) != 0);
	CHECK_STR(one->regex, "one_([a-z]{8})[\\x09\\x0a\\x0c\\x0d ]");
	CHECK_STR(one->path, "\\.txt$");
	CHECK_STR(one->kind.title, "The first");
	CHECK_STR(one->where, "my.rules:7");
	CHECK_STR(one->keywords.p[0], "one_");
	CHECK(one->keyword_anywhere && one->kind.user && one->skip_report && one->secret_group == 1);
	CHECK(one->entropy > 1.99 && one->entropy < 2.01 && one->tags.n == 2);
	CHECK_INT(one->kind.severity, DD_SEV_HIGH);
	CHECK_INT(one->kind.confidence, DD_CONFIDENCE_MEDIUM);
	CHECK_INT(one->n_allow, 1);
	CHECK(one->allow[0].all && one->allow[0].target == DD_ALLOW_LINE && one->allow[0].regexes.n == 2);
	CHECK_STR(one->allow[0].stopwords.p[0], "stop");
	CHECK_STR(one->allow[0].commits.p[0], "abcdef");
	CHECK(one->n_required == 1 && one->required[0].within_lines == 0);
	CHECK(one->required[0].within_columns == UINT64_MAX);
	CHECK(!two->regex.n && two->kind.severity == DD_SEV_LOW && two->kind.confidence == DD_CONFIDENCE_HIGH);
	CHECK(two->n_allow == 1 && two->allow[0].regexes.n == 1);
	CHECK_STR(two->kind.title, "two");
}

TEST(rules_change_drydocks)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 }, own = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &own, &err), DD_OK);
	CHECK_INT(read_one("[extend]\nuseDefault = true\ndisabledRules = ['gitlab-personal-access-token', 'nobody']\n"
			   "[[rules]]\nid = 'github-personal-token'\nentropy = 4.25\ntags = ['mine']\n"
			   "[[rules.allowlists]]\nregexes = ['x']\n"
			   "[[rules]]\nid = 'github-fine-grained-token'\nregex = 'abc'\n"
			   "[[rules]]\nid = 'unknown'\nentropy = 2.0\n",
			   &set, &err),
		  DD_OK);
	CHECK_STR(dd_str_from(err.message), "");
	CHECK_INT(set.n_rules, own.n_rules - 1);
	CHECK(!find_rule(&set, "gitlab-personal-access-token") && !find_rule(&set, "unknown"));
	const struct dd_secret_rule *r = find_rule(&set, "github-personal-token");
	CHECK(r && r->entropy > 4.2 && r->n_allow == 1 && r->kind.user && r->check == DD_CHECK_GITHUB_CRC32);
	CHECK(r && !r->keyword_anywhere && r->tags.n == 1);
	r = find_rule(&set, "github-fine-grained-token");
	CHECK(r && r->keyword_anywhere && r->keywords.n == 1);
	if (r)
		CHECK_STR(r->regex, "abc");
	CHECK_INT(set.warnings.n, 2);
	CHECK_STR(set.warnings.p[0], "my.rules: extend.disabledRules names 'nobody', and there is no such rule");
	CHECK_STR(set.warnings.p[1], "my.rules: rule 'unknown' changes a rule that is not there, and has neither regex "
				     "nor path itself");
}

/* gitleaks' and Trivy's own names. */
TEST(rules_known_by_other_names)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 }, few = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(read_one("[extend]\nuseDefault = true\ndisabledRules = ['gitlab-pat', 'private-key']\n"
			   "[[rules]]\nid = 'github-app-token'\nentropy = 4.25\n"
			   "[[allowlists]]\nregexes = ['x']\ntargetRules = ['github-pat', 'nobody']\n",
			   &set, &err),
		  DD_OK);
	CHECK(!find_rule(&set, "gitlab-personal-access-token") && !find_rule(&set, "pem-rsa-private-key"));
	const struct dd_secret_rule *r = find_rule(&set, "github-app-user-token");
	CHECK(r && r->entropy > 4.2 && !find_rule(&set, "github-app-token"));
	const struct dd_secret_allow *last = &set.allow[set.n_allow - 1];
	CHECK_INT(last->target_rules.n, 2);
	if (last->target_rules.n == 2) {
		CHECK_STR(last->target_rules.p[0], "github-personal-token");
		CHECK_STR(last->target_rules.p[1], "nobody");
	}
	CHECK_INT(set.warnings.n, 1);
	CHECK_INT(read_one("enable-builtin-rules: [gitlab-pat, slack-access-token]\n", &few, &err), DD_OK);
	CHECK(find_rule(&few, "gitlab-personal-access-token") && find_rule(&few, "slack-bot-token"));
	CHECK_INT(few.n_rules, 4);
}

TEST(rules_aliases_are_of_rules)
{
	static const char *const ours[] = {
#define DD_RULE_ALIAS(id, ours) ours,
#include "secret/rule_aliases.def"
#undef DD_RULE_ALIAS
	};
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &set, &err), DD_OK);
	for (size_t i = 0; i < DD_COUNT(ours); i++)
		CHECK_ROW(find_rule(&set, ours[i]) != NULL, ours[i]);
}

TEST(rules_replace_and_leave_out)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 }, only = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(read_one("[[rules]]\nid='github-personal-token'\nregex='abc'\n", &set, &err), DD_OK);
	const struct dd_secret_rule *r = find_rule(&set, "github-personal-token");
	CHECK(r && r->check == DD_CHECK_NONE && !r->keywords.n && !r->binary && r->kind.user);
	CHECK_INT(read_one("[extend]\nuseDefault=false\n[[rules]]\nid='b'\nregex='abc'\n[[rules]]\nid='b'\nregex='d'\n"
			   "[[rules]]\nid='generic-c'\nregex='e'\n",
			   &only, &err),
		  DD_OK);
	CHECK_INT(only.n_rules, 2);
	CHECK(only.n_rules == 2 && dd_str_eq_c(only.rules[0].regex, "d"));
	CHECK(only.n_rules == 2 && only.rules[1].kind.confidence == DD_CONFIDENCE_LOW);
	CHECK(only.warnings.n == 1);
	if (only.warnings.n)
		CHECK_STR(only.warnings.p[0],
			  "my.rules: rule 'b': the one at my.rules:6 counts, not that at my.rules:3");
}

TEST(rules_extend_files)
{
	const struct dd_secret_rule_file files[] = {
		{ DD_STR("dir/a"),
		  DD_STR("[extend]\npath='sub/b'\ndisabledRules=['gone']\n[[rules]]\nid='x'\nentropy=1.5\n"), false },
		{ DD_STR("dir/sub/b"),
		  DD_STR("[extend]\npath='c'\n[[rules]]\nid='x'\nregex='y'\nkeywords=['Y']\n[[rules]]\nid='gone'\npath="
			 "'z'\n"),
		  true },
		{ DD_STR("c"), DD_STR("[extend]\npath='../a'\n[[rules]]\nid='deep'\nregex='y'\n"), true },
	};
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	struct dd_err err = { 0 };
	/* The third file in a row may name a fourth: it is passed over, and cycles end. */
	CHECK_INT(dd_secret_rule_set_new(files, DD_COUNT(files), &set, &err), DD_OK);
	const struct dd_secret_rule *x = find_rule(&set, "x");
	CHECK(x && x->entropy > 1.4 && x->keywords.n == 1 && find_rule(&set, "deep") && !find_rule(&set, "gone"));
	CHECK_INT(set.warnings.n, 1);
	if (set.warnings.n)
		CHECK_STR(set.warnings.p[0], "c: extend.path '../a' is passed over: 3 files in a row at most");
}

static const char trivy[] = "enable-builtin-rules:\n"
			    "  - github-personal-token\n"
			    "  - aws-access-key-id\n"
			    "disable-rules: [gone]\n"
			    "disable-allow-rules: [markdown]\n"
			    "rules:\n"
			    "  - id: rule1\n"
			    "    category: general\n"
			    "    title: Generic Rule\n"
			    "    severity: HIGH\n"
			    "    regex: (?i)(?P<key>(secret))(=|:).{0,5}['\"](?P<secret>[0-9a-zA-Z\\-_=]{8,64})['\"]\n"
			    "    secret-group-name: secret\n"
			    "    keywords: [Secret]\n"
			    "    path: .*\\.txt\n"
			    "    allow-rules:\n"
			    "      - id: skip-line\n"
			    "        regex: line\n"
			    "    exclude-block:\n"
			    "      description: blocks\n"
			    "      regexes:\n"
			    "        - --- start ---(.|\\s)*--- stop ---\n"
			    "  - id: rule2\n"
			    "    regex: (a)(b)\n"
			    "allow-rules:\n"
			    "  - description: texts\n"
			    "    path: .*\\.md\n"
			    "exclude-block:\n"
			    "  regexes: [a.*b, c.*d]\n";

TEST(rules_trivy)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 }, own = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &own, &err), DD_OK);
	CHECK_INT(read_one(trivy, &set, &err), DD_OK);
	CHECK_STR(dd_str_from(err.message), "");
	const struct dd_secret_rule *r = find_rule(&set, "rule1"), *two = find_rule(&set, "rule2");
	CHECK(r && two && find_rule(&set, "github-personal-token") && !find_rule(&set, "jwt"));
	if (!r || !two)
		return;
	CHECK_STR(r->regex, "(?i)(?:(?:secret))(?:=|:).{0,5}[\"']([\\-0-9=A-Z_a-z]{8,64})[\"']");
	CHECK(r->secret_group == 0 && r->keyword_anywhere && r->n_allow == 1 && r->exclude_blocks.n == 1);
	CHECK_INT(r->allow[0].target, DD_ALLOW_MATCH);
	CHECK_STR(r->allow[0].description, "skip-line");
	CHECK_INT(r->kind.severity, DD_SEV_HIGH);
	CHECK_STR(r->where, "my.rules:7");
	CHECK_STR(r->keywords.p[0], "secret");
	CHECK_STR(two->regex, "(?:a)(?:b)");
	CHECK_INT(set.n_allow, own.n_allow + 1);
	CHECK_INT(set.exclude_blocks.n, 2);
	CHECK(set.warnings.n >= 1 && set.warnings.n <= 2); /* "gone"; and an id of Trivy's that drydock may not have */
}

static const struct {
	const char *text, *why;
} bad[] = {
	{ "[[rules]]\nid = 'a'\nregex = 'b('\n",
	  "my.rules:3: rule 'a': pattern 'b(', at its byte 1: missing closing )" },
	{ "[[rules]]\nregex = 'b'\n", "my.rules:1: a rule without id" },
	{ "[[rules]]\ndescription = 'd'\nregex = 'b'\n", "my.rules:1: a rule without id, its description: 'd'" },
	{ "[[rules]]\nid = 'a'\n", "my.rules:1: rule 'a': neither regex nor path: it would find nothing" },
	{ "[[rules]]\nid = 'a'\nregex = '(b)'\nsecretGroup = 2\n",
	  "my.rules:1: rule 'a': secretGroup is 2, the pattern has 1 groups" },
	{ "[[rules]]\nid = 'a'\nregex = '(b)'\nsecretGroup = -1\n",
	  "my.rules:4: rule 'a': 'secretGroup' is no number from 0 to 4294967295" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\nentropy = 'high'\n",
	  "my.rules:4: rule 'a': 'entropy' is no number that is not negative" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\nentropy = nan\n",
	  "my.rules:4: rule 'a': 'entropy' is no number that is not negative" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\nskipReport = 1\n",
	  "my.rules:4: rule 'a': 'skipReport' is neither true nor false" },
	{ "[[rules]]\nid = 'a'\nregex = ['b']\n", "my.rules:3: rule 'a': 'regex' is no text" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\nkeywords = [['c']]\n",
	  "my.rules:4: rule 'a': 'keywords' holds something that is no text" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.allowlists]]\ncondition = 'XOR'\n",
	  "my.rules:5: rule 'a': unknown condition 'XOR'; it may be AND, OR" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.allowlists]]\nregexTarget = 'mtach'\n",
	  "my.rules:5: rule 'a': regexTarget is 'mtach'; it may be secret, match, line" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.allowlists]]\ndescription = 'c'\n",
	  "my.rules:4: rule 'a': an allowlist needs at least one of commits, paths, regexes and stopwords" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.allowlists]]\nregexes = ['c(?=d)']\n",
	  "my.rules:5: rule 'a': pattern 'c(?=d)', at its byte 1: invalid or unsupported Perl syntax: '(?=' "
	  "(look-around is "
	  "not part of Go's syntax)" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.required]]\nid = 'c'\n",
	  "my.rules:1: rule 'a': it requires 'c', and there is no such rule" },
	{ "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules.required]]\nwithinLines = 1\n",
	  "my.rules:4: rule 'a': [[rules.required]] without id" },
	{ "[allowlist]\npaths = ['a']\n[[allowlists]]\npaths = ['b']\n",
	  "my.rules:3: [allowlist] is the old form of [[allowlists]]: only one of them may be there" },
	{ "[extend]\nurl = 'https://example.com/rules'\n",
	  "my.rules:2: extend.url is not followed: rules are read from files only; download it and name it with "
	  "extend.path" },
	{ "[extend]\npath = 'a'\nuseDefault = true\n",
	  "my.rules:1: extend.path and extend.useDefault exclude each other" },
	{ "[extend]\npath = 'a'\n", "my.rules: extend.path names 'a', which was not given" },
	{ "rules = 5\n", "my.rules:1: rules is no array of tables" },
	{ "rules = [5]\n", "my.rules:1: rules holds something that is no table" },
	{ "title = 'x\n", "my.rules:1: " }, /* the reader's own words */
	{ "rules:\n  - regex: b\n", "my.rules:2: a rule without id" },
	{ "rules:\n  - id: a\n    regex: b(\n",
	  "my.rules:3: rule 'a': pattern 'b(', at its byte 1: missing closing )" },
	{ "rules:\n  - id: a\n    regex: b\n    severity: none\n",
	  "my.rules:4: rule 'a': severity is 'none'; it may be CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN" },
	{ "rules:\n  - id: a\n    regex: (?P<m>b)\n    secret-group-name: n\n",
	  "my.rules:3: rule 'a': secret-group-name is 'n', the pattern has no such group" },
	{ "rules:\n  - id: a\n    title: b\n", "my.rules:2: rule 'a': neither regex nor path: it would find nothing" },
	{ "rules:\n  - id: a\n    regex: b\n    allow-rules:\n      - id: c\n",
	  "my.rules:5: rule 'a': an allow rule needs regex or path" },
	{ "rules: {a: b}\n", "my.rules:1: 'rules' is no list" },
	{ "- a\n", "my.rules:1: neither gitleaks' TOML nor Trivy's YAML: the document is no map" },
	{ "a: [\n", "my.rules:" },
};

TEST(rules_bad)
{
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		struct dd_secret_rule_set set = { .n_rules = 0 };
		struct dd_err err = { 0 };
		CHECK_INT_ROW(read_one(bad[i].text, &set, &err), DD_EPARSE, bad[i].text);
		struct dd_str why = dd_str_from(err.message), want = dd_str_from(bad[i].why);
		if (want.p[want.n - 1] == ' ' || want.p[want.n - 1] == ':')
			CHECK_ROW(dd_str_starts(why, want), bad[i].text);
		else
			CHECK_STR_ROW(why, bad[i].why, bad[i].text);
		dd_secret_rule_set_done(&set);
	}
}

TEST(rules_warn)
{
	static const struct {
		const char *text, *warning;
	} rows[] = {
		{ "", "my.rules: holds no rules" },
		{ "# nothing\n\n", "my.rules: holds no rules" },
		{ "titel = 'a'\n[[rules]]\nid='a'\nregex='b'\n",
		  "my.rules:1: unknown key 'titel' is passed over (did you mean title?)" },
		{ "[[rules]]\nid='a'\nregex='b'\nentrpy=3\n",
		  "my.rules:4: rule 'a': unknown key 'entrpy' is passed over (did you mean entropy?)" },
		{ "[[rules]]\nid='a'\nregex='b'\n[[rules.allowlists]]\nregexes=['c']\ntargetRules=['a']\n",
		  "my.rules:6: rule 'a': unknown key 'targetRules' is passed over" },
		{ "[[allowlists]]\nregexes=['c']\ntargetRules=['nobody']\n",
		  "my.rules: targetRules names 'nobody', and there is no such rule" },
		{ "rules:\n  - id: a\n    regex: b\n    keyword: [c]\n",
		  "my.rules:4: rule 'a': unknown key 'keyword' is passed over (did you mean keywords?)" },
		{ "rules:\n", "my.rules: holds no rules" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
		struct dd_err err = { 0 };
		CHECK_INT_ROW(read_one(rows[i].text, &set, &err), DD_OK, rows[i].text);
		CHECK_INT_ROW(set.warnings.n, 1, rows[i].text);
		if (set.warnings.n)
			CHECK_STR_ROW(set.warnings.p[0], rows[i].warning, rows[i].text);
	}
}

TEST(rules_cut_anywhere)
{
	const char *const texts[] = { gitleaks, trivy };
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		for (size_t n = 0; texts[i][n]; n++) {
			DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
			const struct dd_secret_rule_file f = { DD_STR("f"), { texts[i], n }, false };
			struct dd_err err = { 0 };
			enum dd_code code = dd_secret_rule_set_new(&f, 1, &set, &err);
			CHECK(code == DD_OK ||
			      (code == DD_EPARSE && dd_str_starts(dd_str_from(err.message), DD_STR("f:"))));
		}
}

static enum dd_code read_bytes(struct dd_str text, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	const struct dd_secret_rule_file f = { DD_STR("f"), text, false };
	return dd_secret_rule_set_new(&f, 1, &set, err);
}

TEST(rules_hostile)
{
	struct dd_err err = { 0 };
	const size_t n = 64u << 20;
	DD_CLEANUP(dd_freep) char *text = dd_alloc(n);
	memset(text, '#', n);
	CHECK_INT(read_bytes((struct dd_str){ text, n }, &err), DD_ELIMIT);
	CHECK_STR(dd_str_from(err.message), "'f': larger than 16 MiB");
	memset(text, '[', 4096);
	CHECK(read_bytes((struct dd_str){ text, 4096 }, &err) != DD_OK);
	memcpy(text, "a: ", 3);
	CHECK(read_bytes((struct dd_str){ text, 4096 }, &err) != DD_OK);
	CHECK(read_bytes(DD_STR("title = \"\xff\"\n"), &err) != DD_OK);
	CHECK(read_bytes(DD_STR("title = \"a\0b\"\n"), &err) != DD_OK);
	CHECK(read_bytes(DD_STR("rules: \xff\n"), &err) != DD_OK);
	/* 400,000 rules: too many, and said so before long. */
	size_t at = 0;
	for (unsigned i = 0; i < 100000; i++)
		at += (size_t)snprintf(text + at, n - at, "[[rules]]\nid='%u'\nregex='a'\n", i);
	CHECK(read_bytes((struct dd_str){ text, at }, &err) != DD_OK);
}

TEST(rules_without_memory)
{
	struct dd_err err = { 0 };
	const char *const texts[] = { gitleaks, trivy };
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		enum dd_code code = DD_ENOMEM;
		for (uint64_t n = 1; n < 3000 && code != DD_OK; n += 1 + n / 16) {
			dd_alloc_fail_from(n);
			code = read_bytes(dd_str_from(texts[i]), &err);
			dd_alloc_fail_from(0);
			CHECK(code != DD_EPARSE && code != DD_EIO);
		}
		CHECK_INT(code, DD_OK);
	}
}

/* gitleaks' own configuration, where Go's module cache has it: `go mod download github.com/zricethezav/gitleaks/v8`. */
static bool find_gitleaks(char *out, size_t cap)
{
	const char *cache = getenv("GOMODCACHE"), *home = getenv("HOME");
	char pattern[1024];
	glob_t found = { 0 };
	int n = cache ? snprintf(pattern, sizeof pattern, "%s", cache)
		      : snprintf(pattern, sizeof pattern, "%s/go/pkg/mod", home ? home : "");
	if (n < 0 || (size_t)n > sizeof pattern - 100)
		return false;
	(void)snprintf(pattern + n, sizeof pattern - (size_t)n,
		       "/github.com/zricethezav/gitleaks/v8@*/config/gitleaks.toml");
	bool there = glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0;
	if (there)
		(void)snprintf(out, cap, "%s", found.gl_pathv[found.gl_pathc - 1]);
	globfree(&found);
	return there;
}

TEST(rules_of_gitleaks_itself)
{
	char path[1024];
	struct dd_err err = { 0 };
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	if (!find_gitleaks(path, sizeof path) || dd_secret_engines_open(false, &engines, &err) != DD_OK) {
		dd_test_skip("gitleaks is not in Go's module cache, or no PCRE2");
		return;
	}
	const char *const paths[] = { path };
	DD_CLEANUP(dd_secret_rule_files_done) struct dd_secret_rule_files files = { .arena = DD_ARENA_INIT(0) };
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	CHECK_INT(dd_secret_rule_files_read(paths, 1, &files, &err), DD_OK);
	CHECK_INT(dd_secret_rule_set_new(files.list.p, files.list.n, &set, &err), DD_OK);
	CHECK_STR(dd_str_from(err.message), "");
	size_t user = 0;
	for (size_t i = 0; i < set.n_rules; i++) {
		DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
		user += set.rules[i].kind.user;
		CHECK_INT(dd_regex_new(engines, set.rules[i].regex, 0, &p, &err), DD_OK);
	}
	CHECK(user >= 200); /* 222 in 8.30.1 */
	CHECK_INT(set.warnings.n, 0);
}
