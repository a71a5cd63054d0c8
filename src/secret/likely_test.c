/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/likely.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "secret/place.h"
#include "support/test.h"

TEST(secret_likely)
{
	static const struct {
		const char *value;
		bool quoted;
		enum dd_likely_kind want;
		const char *why;
	} rows[] = {
		{ "", true, DD_LIKELY_NOT, "nothing" },
		{ "${DB_PASSWORD}", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "$DB_PASSWORD", false, DD_LIKELY_NOT, "it stands for a value" },
		{ "prefix-${VALUE}", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "{{ .Values.password }}", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "<your-password-here>", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "%(password)s", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "$(cat /run/secrets/db)", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "https://example.test/oauth/token", true, DD_LIKELY_NOT, "an address" },
		{ "self.client.db_password", false, DD_LIKELY_NOT, "a name in a program, not a value" },
		{ "com.example.auth.TokenProvider", true, DD_LIKELY_NOT, "a name in a program, not a value" },
		{ "obj->password", false, DD_LIKELY_NOT, "a name in a program, not a value" },
		{ "getPassword()", false, DD_LIKELY_NOT, "an expression of a program" },
		{ "database_password", false, DD_LIKELY_NOT, "a name in a program, not a value" },
		{ "/run/secrets/db_password", true, DD_LIKELY_NOT, "a path" },
		{ "config/credentials.json", true, DD_LIKELY_NOT, "a path" },
		{ "Enter your password again", true, DD_LIKELY_NOT, "a sentence" },
		{ "2024-05-06T07:08:09", true, DD_LIKELY_NOT, "a number, a date or a version" },
		{ "1.2.3", true, DD_LIKELY_NOT, "a number, a date or a version" },
		{ "urn:oasis:names:tc:SAML:1.0:assertion", true, DD_LIKELY_NOT, "an address" },
		{ "e}},s=i?{scopes:n(i)}:{x:n(r)};return", true, DD_LIKELY_NOT, "an expression of a program" },
		{ "[^a-z]+\\d{3}", true, DD_LIKELY_NOT, "a pattern" },
		{ "bob@mail.server.org", true, DD_LIKELY_NOT, "an address of mail" },
		{ "aaaaaaaaaaaa", true, DD_LIKELY_SAMPLE, "the same few characters again and again" },
		{ "abcabcabcabc", true, DD_LIKELY_SAMPLE, "the same few characters again and again" },
		{ "deadbeefdeadbeefdeadbeefdeadbeef", true, DD_LIKELY_SAMPLE,
		  "the same few characters again and again" },
		{ "abcdefgh1234", true, DD_LIKELY_SAMPLE, "a row of characters" },
		{ "qwertyuiop1", true, DD_LIKELY_SAMPLE, "a walk over the keyboard" },
		{ "changeme", true, DD_LIKELY_SAMPLE, "a word that says that this is no real value" },
		{ "your-token-42a", true, DD_LIKELY_SAMPLE, "a word that says that this is no real value" },
		{ "blueHorseCarriage", true, DD_LIKELY_WORDS, "" },
		{ "hunter2horse", true, DD_LIKELY_WORDS, "" },
		{ "123e4567-e89b-12d3-a456-426614174000", true, DD_LIKELY_WORDS, "a UUID" },
		{ "eyJ2IjoiMSIsInMiOjEsImMiOi...", true, DD_LIKELY_NOT, "it stands for a value" },
		{ "90210837465", true, DD_LIKELY_WORDS, "" },
		{ "s3cr3tP@ss", true, DD_LIKELY_PASSWORD, "" },
		{ "Tr0ub4dor&3", true, DD_LIKELY_PASSWORD, "" },
		{ "k8Jx0qLw", true, DD_LIKELY_PASSWORD, "" },
		{ "pa$$w0rd!X", true, DD_LIKELY_PASSWORD, "" },
		{ "9f86d081884c7d659a2feaa0c55ad015", true, DD_LIKELY_RANDOM, "" },
		{ "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzQw93LkTb", true, DD_LIKELY_RANDOM, "" },
		{ "Xk3$9fjqL0pz!vM7", true, DD_LIKELY_RANDOM, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_likely got = dd_secret_likely(dd_str_from(rows[i].value), rows[i].quoted);
		CHECK_INT_ROW(got.kind, rows[i].want, rows[i].value);
		CHECK_STR_ROW(dd_str_from(got.why), rows[i].why, rows[i].value);
	}
}

/* Any byte, cut anywhere: no question is asked of bytes that are not there. */
TEST(secret_likely_any_bytes)
{
	char bytes[512];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t n = 1; n <= sizeof bytes; n++) {
		char *copy = dd_alloc(n);
		memcpy(copy, bytes + sizeof bytes - n, n);
		struct dd_str s = { copy, n };
		CHECK(dd_secret_likely(s, n & 1).why != NULL);
		CHECK(dd_secret_words(s) <= 100);
		(void)dd_secret_name_is_about(s);
		(void)dd_secret_place_of(s);
		dd_free(copy);
	}
}

TEST(secret_names_about_secrets)
{
	static const struct {
		const char *name;
		bool want;
	} rows[] = {
		{ "password", false },
		{ "DB_PASSWORD", false },
		{ "password_file", true },
		{ "PASSWORD_FILE", true },
		{ "tokenType", true },
		{ "secretName", true },
		{ "clientSecret", false },
		{ "token_expires", true },
		{ "api_key", false },
		{ "access_key_id", true },
		{ "passwordMinLength", true },
		{ "type", false },
		{ "id", false },
		{ "", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_secret_name_is_about(dd_str_from(rows[i].name)) == rows[i].want, rows[i].name);
}

TEST(secret_places)
{
	static const struct {
		const char *path;
		enum dd_place_kind want;
		const char *what;
	} rows[] = {
		{ "", DD_PLACE_CONFIG, "" },
		{ "app/.env", DD_PLACE_CONFIG, "" },
		{ "app/.env.production", DD_PLACE_CONFIG, "" },
		{ "app/.env.example", DD_PLACE_SAMPLE, "an example" },
		{ "app/settings.example.json", DD_PLACE_SAMPLE, "an example" },
		{ "app/settings-sample.php", DD_PLACE_SAMPLE, "an example" },
		{ "app/config.yml", DD_PLACE_CONFIG, "" },
		{ "app/main.go", DD_PLACE_CODE, "" },
		{ "app/main_test.go", DD_PLACE_SAMPLE, "a test" },
		{ "usr/lib/python3/test/keycert.pem", DD_PLACE_SAMPLE, "a test" },
		{ "usr/share/doc/x/config.ini", DD_PLACE_SAMPLE, "documentation" },
		{ "x/README", DD_PLACE_SAMPLE, "documentation" },
		{ "x/readme.md", DD_PLACE_SAMPLE, "documentation" },
		{ "node_modules/a/package-lock.json", DD_PLACE_LIST, "a lock file" },
		{ "yarn.lock", DD_PLACE_LIST, "a lock file" },
		{ "a/app.min.js", DD_PLACE_GENERATED, "a minified file" },
		{ "a/docs/app.js.map", DD_PLACE_GENERATED, "a source map" },
		{ "a/locale/de/messages.json", DD_PLACE_TRANSLATION, "a translation" },
		{ "lib/app.jar!test/x.properties", DD_PLACE_SAMPLE, "a test" },
		{ "lib/app.jar!BOOT-INF/application.yml", DD_PLACE_CONFIG, "" },
		{ "srv/data", DD_PLACE_PLAIN, "" },
		{ "///", DD_PLACE_PLAIN, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_place got = dd_secret_place_of(dd_str_from(rows[i].path));
		CHECK_INT_ROW(got.kind, rows[i].want, rows[i].path);
		CHECK_STR_ROW(dd_str_from(got.what), rows[i].what, rows[i].path);
	}
}
