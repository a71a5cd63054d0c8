/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_set.h"

#include <time.h>

#include "secret/builtin_rules.h"
#include "secret/rule_fields.h"
#include "support/test.h"

static const struct dd_secret_rule *find_rule(const struct dd_secret_rule_set *set, const char *id)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (dd_str_eq_c(set->rules[i].kind.id, id))
			return &set->rules[i];
	return NULL;
}

TEST(rule_set_own)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	struct dd_err err = { 0 };
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &set, &err), DD_OK);
	CHECK(set.n_rules >= 600 && set.n_allow >= 10);
	CHECK(!memcmp(set.digest, dd_builtin_rules_sha256, sizeof set.digest));
	CHECK_INT(set.warnings.n, 0);
	for (size_t i = 0; i < set.n_rules; i++) {
		const struct dd_secret_rule *r = &set.rules[i];
		CHECK(i == 0 || dd_str_cmp(set.rules[i - 1].kind.id, r->kind.id) < 0);
		CHECK(r->kind.title.n && r->kind.provider.n && r->kind.severity && r->kind.confidence && !r->kind.user);
		CHECK((r->regex.n || r->path.n) && !r->keyword_anywhere);
	}
	const struct dd_secret_rule *r = find_rule(&set, "github-personal-token");
	CHECK(r != NULL);
	if (!r)
		return;
	CHECK_STR(r->kind.provider, "GitHub");
	CHECK_STR(r->regex, "ghp_[0-9A-Za-z]{30}[0-9A-Za-z]{6}");
	CHECK_INT(r->kind.severity, DD_SEV_CRITICAL);
	CHECK_INT(r->kind.confidence, DD_CONFIDENCE_HIGH);
	CHECK_INT(r->check, DD_CHECK_GITHUB_CRC32);
	CHECK(r->binary && r->entropy > 3.49 && r->entropy < 3.51);
	CHECK_INT(r->keywords.n, 1);
	CHECK_STR(r->keywords.p[0], "ghp_");
}

/* No scan starts before: 0.5 ms at most on an idle machine, here with room for a busy one and for sanitizers. */
TEST(rule_set_is_made_quickly)
{
	struct timespec a, b;
	struct dd_err err = { 0 };
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	for (int i = 0; i < 20; i++) {
		DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
		CHECK_INT(dd_secret_rule_set_new(NULL, 0, &set, &err), DD_OK);
	}
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	const double ms = ((double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6) / 20;
	if (ms >= 5)
		CHECK_INT(ms * 1000, 5000);
}

TEST(rule_codec_refuses_damage)
{
	struct dd_str bytes = { (const char *)dd_builtin_rules, dd_builtin_rules_n };
	for (size_t cut = 0; cut < bytes.n; cut += 1 + cut / 3) {
		struct dd_secret_rule_set set = { .arena = DD_ARENA_INIT(64u << 20) };
		struct dd_err err = { 0 };
		CHECK_INT(dd_rules_decode(dd_str_take(bytes, cut), &set, &err), DD_EPARSE);
		dd_secret_rule_set_done(&set);
	}
}
