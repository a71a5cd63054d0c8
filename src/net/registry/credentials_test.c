/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "net/registry/credential_helper.h"
#include "net/registry/credentials_file.h"
#include "support/test.h"

TEST(credentials_keys_in_every_spelling)
{
	static const struct {
		const char *in, *host, *path;
	} rows[] = {
		{ "https://index.docker.io/v1/", "docker.io", "" },
		{ "index.docker.io/v1/", "docker.io", "" },
		{ "index.docker.io", "docker.io", "" },
		{ "docker.io", "docker.io", "" },
		{ "registry-1.docker.io", "docker.io", "" },
		{ "docker.io/library", "docker.io", "library" },
		{ "http://reg.test", "reg.test", "" },
		{ "https://reg.test:5000/v2/", "reg.test:5000", "" },
		{ "https://reg.test/anything", "reg.test", "" },
		{ "reg.test:5000/team/app", "reg.test:5000", "team/app" },
		{ "reg.test/v1", "reg.test", "v1" },
		{ "reg.test/", "reg.test", "" },
		{ "", "", "" },
		{ "https://", "", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_credentials_key k = dd_credentials_key(dd_str_from(rows[i].in));
		CHECK_STR_ROW(k.host, rows[i].host, rows[i].in);
		CHECK_STR_ROW(k.path, rows[i].path, rows[i].in);
	}
}

static const char document[] = "{\"auths\":{"
			       "\"https://index.docker.io/v1/\":{\"auth\":\"aHViOnNlY3JldA==\"}," /* hub:secret */
			       "\"reg.test\":{\"auth\":\"YWxsOnNlY3JldA==\"},"			  /* all:secret */
			       "\"reg.test/team\":{\"auth\":\"dGVhbTpzZWNyZXQ=\"},"		  /* team:secret */
			       "\"reg.test/team/app\":{\"auth\":\"YXBwOnNlOmNyZXQ=\"},"		  /* app:se:cret */
			       "\"nul.test\":{\"auth\":\"bnVsOnNlY3JldAAA\"},"			  /* nul:secret\\0\\0 */
			       "\"plain.test\":{\"username\":\"plain\",\"password\":\"secret\"},"
			       "\"az.test\":{\"auth\":\"MDAwMDo=\",\"identitytoken\":\"refresh\"}," /* 0000: */
			       "\"reg2.test\":{\"registrytoken\":\"bearer\"},"
			       "\"helped.test\":{},"
			       "\"odd.test\":\"text\","
			       "\"bad.test\":{\"auth\":\"????\"},"
			       "\"bad2.test\":{\"auth\":\"c2VjcmV0\"},"	       /* no colon */
			       "\"nul2.test\":{\"auth\":\"bgB1bDpzZWNyZXQ=\"}" /* n\\0ul:secret */
			       "},\"credHelpers\":{\"reg.test\":\"one\",\"reg.test/"
			       "team\":\"two\",\"gcr.io\":\"gcloud\"},\"credsStore\":\"store\"}";

TEST(credentials_of_a_file)
{
	static const struct {
		const char *registry, *repository;
		enum dd_code code;
		const char *username, *password, *identity, *token, *helper;
	} rows[] = {
		{ "docker.io", "library/debian", DD_OK, "hub", "secret", "", "", "store" },
		{ "reg.test", "other", DD_OK, "all", "secret", "", "", "one" },
		{ "reg.test", "team/x", DD_OK, "team", "secret", "", "", "two" },
		{ "reg.test", "team", DD_OK, "team", "secret", "", "", "two" },
		{ "reg.test", "teams", DD_OK, "all", "secret", "", "", "one" },
		{ "reg.test", "team/app", DD_OK, "app", "se:cret", "", "", "two" },
		{ "reg.test", "", DD_OK, "all", "secret", "", "", "one" },
		{ "nul.test", "x", DD_OK, "nul", "secret", "", "", "store" },
		{ "plain.test", "x", DD_OK, "plain", "secret", "", "", "store" },
		{ "az.test", "x", DD_OK, "0000", "", "refresh", "", "store" },
		{ "reg2.test", "x", DD_OK, "", "", "", "bearer", "store" },
		{ "REG.test", "x", DD_OK, "all", "secret", "", "", "one" },
		{ "helped.test", "x", DD_ENOTFOUND, "", "", "", "", "store" },
		{ "odd.test", "x", DD_ENOTFOUND, "", "", "", "", "store" },
		{ "reg.test:5000", "x", DD_ENOTFOUND, "", "", "", "", "store" },
		{ "gcr.io", "x", DD_ENOTFOUND, "", "", "", "", "gcloud" },
		{ "bad.test", "x", DD_EPARSE, "", "", "", "", "store" },
		{ "bad2.test", "x", DD_EPARSE, "", "", "", "", "store" },
		{ "nul2.test", "x", DD_EPARSE, "", "", "", "", "store" },
	};
	DD_CLEANUP_JSON json_t *doc = NULL;
	CHECK_INT(dd_json_parse(dd_str_from(document), &doc, NULL), DD_OK);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_str registry = dd_str_from(rows[i].registry), repository = dd_str_from(rows[i].repository);
		struct dd_credential c = { .username = DD_STR("") };
		struct dd_err err = { .message = "" };
		CHECK_INT_ROW(dd_credentials_file_auth(doc, registry, repository, &a, &c, &err), rows[i].code,
			      rows[i].registry);
		CHECK_STR_ROW(c.username, rows[i].username, rows[i].repository);
		CHECK_STR_ROW(c.password, rows[i].password, rows[i].repository);
		CHECK_STR_ROW(c.identity_token, rows[i].identity, rows[i].registry);
		CHECK_STR_ROW(c.registry_token, rows[i].token, rows[i].registry);
		CHECK_STR_ROW(dd_credentials_file_helper(doc, registry, repository), rows[i].helper, rows[i].registry);
		CHECK_ROW(!strstr(err.message, "secret") && !strstr(err.message, "c2Vj"), rows[i].registry);
	}
}

TEST(credential_helper_names)
{
	static const char *const good[] = { "osxkeychain", "ecr-login", "gcr", "a.b_c", "1password" };
	static const char *const bad[] = {
		"",    "-x",  ".x",   "../x", "a/b",
		"a b", "a;b", "a\nb", "ä",    "0123456789012345678901234567890123456789012345678901234567890123x"
	};
	for (size_t i = 0; i < DD_COUNT(good); i++)
		CHECK_ROW(dd_credential_helper_is_name(dd_str_from(good[i])), good[i]);
	for (size_t i = 0; i < DD_COUNT(bad); i++)
		CHECK_ROW(!dd_credential_helper_is_name(dd_str_from(bad[i])), bad[i]);
}
