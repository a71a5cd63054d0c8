/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "net/registry/challenge.h"
#include "support/test.h"

static void show(const struct dd_challenges *c, struct dd_arena *a, struct dd_str *ret)
{
	static const char *const schemes[] = { "basic", "bearer", "other" };
	*ret = DD_STR("");
	for (size_t i = 0; i < c->n; i++)
		*ret = dd_arena_printf(a, "%.*s%s[%.*s|%.*s|%.*s]", DD_FMT(*ret), schemes[c->at[i].scheme],
				       DD_FMT(c->at[i].realm), DD_FMT(c->at[i].service), DD_FMT(c->at[i].scope));
}

TEST(challenges_are_read)
{
	static const struct {
		const char *in, *want; /* NULL: broken */
	} rows[] = {
		/* what registries send */
		{ "Bearer "
		  "realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/"
		  "a:pull\"",
		  "bearer[https://auth.docker.io/token|registry.docker.io|repository:library/a:pull]" },
		{ "Bearer realm=\"https://ghcr.io/token\",service=\"ghcr.io\",scope=\"repository:a/b:pull,push\"",
		  "bearer[https://ghcr.io/token|ghcr.io|repository:a/b:pull,push]" },
		{ "Bearer realm=\"https://x/t\",service=\"s\",error=\"invalid_token\"", "bearer[https://x/t|s|]" },
		{ "Basic realm=\"Registry Realm\"", "basic[Registry Realm||]" },
		{ "basic", "basic[||]" },
		{ "BASIC realm=\"x\", BEARER realm=\"y\"", "basic[x||]bearer[y||]" },
		{ "Bearer realm=\"y\" , service = \"z\"", "bearer[y|z|]" },
		{ "Bearer realm=y,service=z", "bearer[y|z|]" },
		/* the examples of RFC 9110 §11.6.1 */
		{ "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"",
		  "basic[simple||]other[apps||]" },
		{ "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
		  "other[apps||]basic[simple||]" },
		{ "Negotiate a87421000492aa874209af8bc028==, Basic realm=\"x\"", "other[||]basic[x||]" },
		{ "Negotiate, Basic", "other[||]basic[||]" },
		{ ", ,Basic ,, Bearer realm=\"a,b=c\"", "basic[||]bearer[a,b=c||]" },
		{ "Bearer realm=\"a\\\\b\\\"c\"", "bearer[a\\b\"c||]" },
		{ "Bearer realm=\"\"", "bearer[||]" },
		{ "", "" },
		{ " , ", "" },
		/* broken */
		{ "Bearer realm=\"a", NULL },
		{ "Bearer realm=\"a\\", NULL },
		{ "Bearer realm=", NULL },
		{ "Bearer realm=https://x", NULL },
		{ "Bearer realm=\"a\" service=\"b\"", NULL },
		{ "Bearer realm=\"a\",realm=\"b\"", NULL },
		{ "Bearer realm=\"a\", REALM=\"b\"", NULL },
		{ "Basic Bearer", NULL },
		{ "=x", NULL },
		{ "\"x\"", NULL },
		{ "Bearer realm=\"a\nb\"", NULL },
		{ "Bearer realm=\"a\"x", NULL },
		{ "a,b,c,d,e,f,g,h,i", NULL }, /* more than DD_CHALLENGES_MAX */
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_challenges c = { .n = 0 };
		struct dd_str got;
		enum dd_code code = dd_challenges_add(&c, dd_str_from(rows[i].in), &a, NULL);
		CHECK_INT_ROW(code, rows[i].want ? DD_OK : DD_EPARSE, rows[i].in);
		show(&c, &a, &got);
		CHECK_STR_ROW(got, rows[i].want ? rows[i].want : "", rows[i].in);
	}
}

TEST(challenges_cut_at_every_byte)
{
	struct dd_str whole =
		DD_STR("Basic realm=\"x\", Bearer realm=\"https://y/t\" , service=z,scope=\"a b\", N abc==");
	for (size_t n = 0; n <= whole.n; n++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_challenges c = { .n = 0 };
		if (dd_challenges_add(&c, dd_str_take(whole, n), &a, NULL) != DD_OK)
			CHECK(c.n == 0);
	}
}

TEST(challenge_limits)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_challenges c = { .n = 0 };
	static char long_one[DD_CHALLENGE_BYTES_MAX + 1];
	memset(long_one, 'a', sizeof long_one);
	CHECK_INT(dd_challenges_add(&c, (struct dd_str){ long_one, sizeof long_one }, &a, NULL), DD_EPARSE);
	CHECK_INT(dd_challenges_add(&c, (struct dd_str){ long_one, sizeof long_one - 1 }, &a, NULL), DD_OK);
	CHECK_INT(dd_challenges_add(&c, (struct dd_str){ "Basic realm=\"a\0b\"", 17 }, &a, NULL), DD_EPARSE);
	CHECK_INT(c.n, 1);
}
