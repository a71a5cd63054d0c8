/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/regex.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/sandbox.h"
#include "secret/engine_functions.h"
#include "support/test.h"

struct tools {
	struct dd_secret_engines *engines;
	struct dd_regex_scratch *scratch;
};

static void tools_done(struct tools *t)
{
	dd_regex_scratch_freep(&t->scratch);
	dd_secret_engines_freep(&t->engines);
}

static bool tools_open(struct tools *t)
{
	struct dd_err err = { 0 };
	if (dd_secret_engines_open(false, &t->engines, &err) == DD_EUNSUPPORTED) {
		dd_test_skip(err.message);
		return false;
	}
	CHECK_INT(dd_regex_scratch_new(t->engines, &t->scratch, &err), DD_OK);
	return t->engines && t->scratch;
}

static const struct row {
	const char *regex, *text, *want; /* "group0|group1|…", "-": took no part, NULL: no match */
	size_t from;
	unsigned edges, flags;
} rows[] = {
	{ "a(b)?(c)", "xxac", "ac|-|c", 0, 0, 0 },
	{ "\\bkey\\b", "akey key", "key", 0, 0, 0 },
	{ "\\bkey\\b", "akey", NULL, 1, 0, 0 }, /* \b sees what stands before `from` */
	{ "^a", "a", "a", 0, 0, 0 },
	{ "^a", "a", NULL, 0, DD_REGEX_NOT_BOL, 0 },
	{ "^b", "ab", NULL, 1, 0, 0 },
	{ "(?m:^)b", "a\nb", "b", 0, DD_REGEX_NOT_BOL, 0 },
	{ "(?m)^", "a\n", "", 1, 0, 0 }, /* RE2: an empty line begins behind the last line feed */
	{ "a$", "a\n", NULL, 0, 0, 0 },
	{ "a$", "ba", "a", 0, 0, 0 },
	{ "a$", "ba", NULL, 0, DD_REGEX_NOT_EOL, 0 },
	{ "(?m)a$", "a\n", "a", 0, DD_REGEX_NOT_EOL, 0 },
	{ "(?m)a$", "a", NULL, 0, DD_REGEX_NOT_EOL, 0 },
	{ "a(?:[^b]|$)", "a", NULL, 0, DD_REGEX_NOT_EOL, 0 },
	{ ".", "\r", "\r", 0, 0, 0 },
	{ "a.b", "a\nb", NULL, 0, 0, 0 },
	{ "[^a]", "\xc3\xa9", "\xc3", 0, 0, 0 }, /* bytes */
	{ "KeY", "kEy", "kEy", 0, 0, DD_REGEX_CASELESS },
	{ "(?P<n>a)|(?<m>b)", "b", "b|-|b", 0, 0, 0 },
	{ "x{0}", "", "", 0, 0, 0 },
	{ "a", "a", NULL, 2, 0, 0 }, /* beyond the text */
};

static struct dd_str found_text(const struct dd_regex *p, struct dd_str text, const struct dd_span *g, char *out,
				size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < dd_regex_groups(p) && i < 4; i++) {
		struct dd_str part = DD_STR("-");
		if (g[i].start != DD_NO_SPAN)
			part = dd_str_take(dd_str_skip(text, g[i].start), g[i].end - g[i].start);
		n += (size_t)snprintf(out + n, cap - n, "%s%.*s", i ? "|" : "", DD_FMT(part));
	}
	return (struct dd_str){ out, n };
}

static void check_row(const struct tools *t, const struct row *r, unsigned jit)
{
	DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
	struct dd_err err = { 0 };
	CHECK_INT_ROW(dd_regex_new(t->engines, dd_str_from(r->regex), r->flags | jit, &p, &err), DD_OK, r->regex);
	if (!p)
		return;
	struct dd_span g[4];
	char text[64];
	struct dd_str in = dd_str_from(r->text);
	enum dd_regex_result found = dd_regex_find(p, t->scratch, in, r->from, r->edges, g, DD_COUNT(g));
	CHECK_INT_ROW(found, r->want ? DD_REGEX_FOUND : DD_REGEX_NONE, r->regex);
	if (found == DD_REGEX_FOUND && r->want)
		CHECK_STR_ROW(found_text(p, in, g, text, sizeof text), r->want, r->regex);
}

TEST(regex_finds)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		check_row(&t, &rows[i], 0);
		check_row(&t, &rows[i], DD_REGEX_JIT);
	}
}

TEST(regex_says_what_is_wrong)
{
	static const struct {
		const char *regex;
		uint64_t at;
		const char *why;
	} bad[] = {
		{ "a(b", 3, "missing closing parenthesis" },
		{ "a[b", 3, "missing terminating ] for character class" },
		{ "a(?:*b)", 4, "quantifier does not follow a repeatable item" },
		{ "(*UTF)a", 6, "using UTF is disabled by the application" },
		{ "(*UCP)a", 6, "using UCP is disabled by the application" },
		{ "a\\C", 3, "using \\C is disabled by the application" },
	};
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		struct dd_regex *p = NULL;
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_regex_new(t.engines, dd_str_from(bad[i].regex), 0, &p, &err), DD_EPARSE, bad[i].regex);
		CHECK_STR_ROW(dd_str_from(err.message), bad[i].why, bad[i].regex);
		CHECK_INT_ROW(err.at, bad[i].at, bad[i].regex);
		CHECK(!p);
	}
}

TEST(regex_limits)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	static char long_text[DD_REGEX_BYTES_MAX + 1];
	memset(long_text, 'a', sizeof long_text);
	struct dd_regex *p = NULL;
	struct dd_err err = { 0 };
	CHECK_INT(dd_regex_new(t.engines, (struct dd_str){ long_text, sizeof long_text }, 0, &p, &err), DD_EPARSE);
	memset(long_text, '(', 200);
	memset(long_text + 200, ')', 200);
	CHECK_INT(dd_regex_new(t.engines, (struct dd_str){ long_text, 400 }, 0, &p, &err), DD_EPARSE);
	for (size_t i = 0; i < DD_REGEX_GROUPS_MAX; i++)
		long_text[2 * i] = '(', long_text[2 * i + 1] = ')';
	CHECK_INT(dd_regex_new(t.engines, (struct dd_str){ long_text, 2 * DD_REGEX_GROUPS_MAX }, 0, &p, &err),
		  DD_ELIMIT);
	CHECK_INT(dd_regex_new(t.engines, (struct dd_str){ long_text, 2 * DD_REGEX_GROUPS_MAX - 2 }, 0, &p, &err),
		  DD_OK);
	dd_regex_freep(&p);
}

TEST(regex_gives_up)
{
	static const char *const regexes[] = { "(a+)+$", "(?:a|aa)+$", "(a*)*b", "(?:a?){40}a{40}b" };
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	char text[64];
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = 'c';
	for (size_t i = 0; i < 2 * DD_COUNT(regexes); i++) {
		const char *regex = regexes[i / 2];
		DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
		struct dd_err err = { 0 };
		struct dd_span g[1];
		CHECK_INT(dd_regex_new(t.engines, dd_str_from(regex), i & 1 ? DD_REGEX_JIT : 0, &p, &err), DD_OK);
		enum dd_regex_result found =
			dd_regex_find(p, t.scratch, (struct dd_str){ text, sizeof text }, 0, 0, g, 1);
		/* A required last byte that is not there answers some of them at once. */
		CHECK_ROW(found == DD_REGEX_GAVE_UP || found == DD_REGEX_NONE, regex);
		CHECK_ROW(i > 3 || found == DD_REGEX_GAVE_UP, regex);
	}
}

/* Deep in groups that repeat: more than the machine code's stack takes. */
TEST(regex_bounds_memory)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	const size_t n = 4u << 20;
	DD_CLEANUP(dd_freep) char *text = dd_alloc(n);
	memset(text, 'a', n);
	for (unsigned jit = 0; jit < 2; jit++) {
		DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
		struct dd_err err = { 0 };
		struct dd_span g[1];
		CHECK_INT(dd_regex_new(t.engines, DD_STR("(?:(a)|b)*c"), jit ? DD_REGEX_JIT : 0, &p, &err), DD_OK);
		text[n - 1] = 'c'; /* so that the missing last byte is no answer */
		CHECK_INT(dd_regex_find(p, t.scratch, (struct dd_str){ text, n }, 0, 0, g, 1), DD_REGEX_GAVE_UP);
	}
}

TEST(regex_names)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
	struct dd_err err = { 0 };
	CHECK_INT(dd_regex_new(t.engines, DD_STR("(a)(?P<secret>b)"), 0, &p, &err), DD_OK);
	CHECK_INT(dd_regex_groups(p), 3);
	CHECK_INT(dd_regex_group_named(p, DD_STR("secret")), 2);
	CHECK_INT(dd_regex_group_named(p, DD_STR("secre")), 0);
	CHECK_INT(dd_regex_group_named(p, DD_STR("")), 0);
	char name[100];
	memset(name, 'a', sizeof name);
	CHECK_INT(dd_regex_group_named(p, (struct dd_str){ name, sizeof name }), 0);
}

struct getter {
	struct dd_regex_slot *slot;
	const struct dd_secret_engines *engines;
	const struct dd_regex *got;
};

static void *get(void *data)
{
	struct getter *g = data;
	struct dd_err err;
	(void)dd_regex_get(g->slot, g->engines, DD_STR("a{1,3}b"), DD_REGEX_JIT, &g->got, &err);
	return NULL;
}

TEST(regex_is_made_once)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	for (int round = 0; round < 50; round++) {
		struct dd_regex_slot slot = { NULL };
		struct getter g[4];
		pthread_t threads[4];
		for (size_t i = 0; i < 4; i++) {
			g[i] = (struct getter){ &slot, t.engines, NULL };
			CHECK(pthread_create(&threads[i], NULL, get, &g[i]) == 0);
		}
		for (size_t i = 0; i < 4; i++)
			(void)pthread_join(threads[i], NULL);
		CHECK(g[0].got && g[0].got == g[1].got && g[0].got == g[2].got && g[0].got == g[3].got);
		dd_regex_slot_done(&slot);
	}
	struct dd_regex_slot slot = { NULL };
	const struct dd_regex *p = NULL;
	struct dd_err err = { 0 };
	CHECK_INT(dd_regex_get(&slot, t.engines, DD_STR("("), 0, &p, &err), DD_EPARSE);
	CHECK(!p);
	dd_regex_slot_done(&slot);
}

TEST(regex_without_memory)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	struct dd_err err = { 0 };
	enum dd_code code = DD_ENOMEM;
	for (uint64_t n = 1; n < 100 && code != DD_OK; n++) {
		DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
		dd_alloc_fail_from(n);
		code = dd_regex_new(t.engines, DD_STR("(a|b){1,30}c"), 0, &p, &err);
		dd_alloc_fail_from(0);
		CHECK(code == DD_OK || code == DD_ENOMEM);
		CHECK((code == DD_OK) == (p != NULL));
	}
	CHECK_INT(code, DD_OK);
	code = DD_ENOMEM;
	for (uint64_t n = 1; n < 100 && code != DD_OK; n++) {
		DD_CLEANUP(dd_regex_scratch_freep) struct dd_regex_scratch *s = NULL;
		dd_alloc_fail_from(n);
		code = dd_regex_scratch_new(t.engines, &s, &err);
		dd_alloc_fail_from(0);
		CHECK(code == DD_OK || code == DD_ENOMEM);
	}
	CHECK_INT(code, DD_OK);
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *data)
{
	(void)from, (void)flags;
	*(unsigned long long *)data += id + to;
	return 0;
}

/* What the compiler makes, the other library runs. */
TEST(engines_compile_and_search)
{
	struct dd_secret_engines *engines = NULL;
	struct dd_err err = { 0 };
	if (dd_secret_engines_open(true, &engines, &err) == DD_EUNSUPPORTED) {
		dd_test_skip(err.message);
		return;
	}
	const struct dd_hs *hs = dd_secret_hs(engines);
	const struct dd_hs_compiler *compiler = NULL, *again = NULL;
	CHECK_INT(dd_secret_hs_compiler(engines, &compiler, &err), DD_OK);
	CHECK_INT(dd_secret_hs_compiler(engines, &again, &err), DD_OK);
	CHECK(compiler && compiler == again);
	const char *const regexes[] = { "abc", "d[0-9]{3}" };
	const unsigned ids[] = { 100, 1000 };
	hs_database_t *made = NULL, *db = NULL;
	hs_compile_error_t *why = NULL;
	CHECK_INT(compiler->compile_multi(regexes, NULL, ids, 2, HS_MODE_BLOCK, NULL, &made, &why), HS_SUCCESS);
	char *bytes = NULL;
	size_t n = 0;
	CHECK_INT(hs->serialize_database(made, &bytes, &n), HS_SUCCESS);
	CHECK_INT(hs->deserialize_database(bytes, n, &db), HS_SUCCESS);
	hs_scratch_t *scratch = NULL;
	CHECK_INT(hs->alloc_scratch(db, &scratch), HS_SUCCESS);
	unsigned long long sum = 0;
	CHECK_INT(hs->scan(db, "abc d123", 8, 0, scratch, on_match, &sum), HS_SUCCESS);
	CHECK_INT(sum, 100 + 3 + 1000 + 8);
	(void)hs->free_scratch(scratch);
	(void)hs->free_database(made);
	(void)hs->free_database(db);
	dd_free(bytes);
	dd_secret_engines_freep(&engines);
}

static int find_behind_sandbox(const struct tools *t)
{
	static const char *const none[] = { NULL };
	const struct dd_sandbox s = { none, none };
	struct dd_sandbox_state state;
	struct dd_err err = { 0 };
	struct dd_regex *before = NULL, *behind = NULL;
	struct dd_span g[1];
	const struct dd_str text = DD_STR("xabbbbc");
	if (dd_regex_new(t->engines, DD_STR("ab{1,30}c"), DD_REGEX_JIT, &before, &err) != DD_OK)
		return 1;
	if (dd_sandbox_enter(&s, &state, &err) != DD_OK)
		return 2;
	if (dd_regex_new(t->engines, DD_STR("(a|b){1,30}c"), DD_REGEX_JIT, &behind, &err) != DD_OK)
		return 3;
	if (dd_regex_find(before, t->scratch, text, 0, 0, g, 1) != DD_REGEX_FOUND || g[0].start != 1)
		return 4;
	if (dd_regex_find(behind, t->scratch, text, 0, 0, g, 1) != DD_REGEX_FOUND || g[0].start != 1)
		return 5;
	return 0;
}

/* No new machine code there: what was compiled before stays quick, the rest is interpreted. */
TEST(regex_behind_the_sandbox)
{
	DD_CLEANUP(tools_done) struct tools t = { NULL, NULL };
	if (!tools_open(&t))
		return;
	int status = -1;
	pid_t child = fork();
	if (child == 0)
		_exit(find_behind_sandbox(&t));
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
}
