/* SPDX-License-Identifier: Apache-2.0 */
/* The rows are made texts, and samples that specifications print; tests/secret_checks_test.py holds the program to a
 * second implementation of the same checks and to keys that OpenSSL and OpenSSH made. */
#include "secret/checks.h"

#include "support/test.h"

static struct dd_secret_checked run(enum dd_secret_check check, struct dd_str secret, struct dd_str around,
				    struct dd_arena *a)
{
	struct dd_secret_checked got = { 0 };
	struct dd_err err;
	CHECK_INT(dd_secret_check_run(check, secret, around, a, &got, &err), DD_OK);
	return got;
}

TEST(secret_checks)
{
	static const struct {
		enum dd_secret_check check;
		const char *secret, *around;
		enum dd_secret_verdict want;
		const char *reason;
	} rows[] = {
		{ DD_CHECK_NONE, "anything", "", DD_CHECKED_NOT, "" },
		/* npm and GitHub: base62(crc32(30 letters a)) computed with zlib */
		{ DD_CHECK_GITHUB_CRC32,
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  "", DD_CHECKED_RIGHT, "its checksum is right" },
		{ DD_CHECK_GITHUB_CRC32,
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDC",
		  "", DD_CHECKED_WRONG, "its checksum is wrong: damaged or invented" },
		{ DD_CHECK_NPM_CRC32,
		  "npm_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  "", DD_CHECKED_RIGHT, "its checksum is right" },
		{ DD_CHECK_NPM_CRC32, "npm_", "", DD_CHECKED_WRONG, "its checksum is wrong: damaged or invented" },
		{ DD_CHECK_GRAFANA_CRC32, "nothing", "", DD_CHECKED_WRONG,
		  "its checksum is wrong: damaged or invented" },
		{ DD_CHECK_AWS_KEY_ID,
		  "AKIA"
		  "QYLPMN5HHHFPZAM2",
		  "", DD_CHECKED_RIGHT, "of account 052310077262" },
		{ DD_CHECK_AWS_KEY_ID,
		  "ASIA"
		  "QYLPMN5HHHFPZAM2",
		  "id = ASIA"
		  "QYLPMN5HHHFPZAM2\nkey = aB3dEfGhIjKlMnOpQrStUvWxYz0123456789+/Ab\n",
		  DD_CHECKED_RIGHT, "of account 052310077262; a secret access key stands beside it" },
		{ DD_CHECK_AWS_KEY_ID,
		  "AKIA"
		  "7777777777777777",
		  "", DD_CHECKED_WRONG, "no account has the number that is in it: invented" },
		{ DD_CHECK_AWS_KEY_ID,
		  "AKIA"
		  "IOSFODNN7ABCDEFG",
		  "", DD_CHECKED_NOT, "of before 2019: it names no account" },
		{ DD_CHECK_AWS_KEY_ID,
		  "AKIA"
		  "QYLPMN5HHHFPZAM1",
		  "", DD_CHECKED_WRONG, "it is no base 32: invented" },
		{ DD_CHECK_AWS_KEY_ID, "AKIA", "", DD_CHECKED_WRONG, "it has 4 characters, key ids have 20" },
		{ DD_CHECK_USERPASS, "Ym9iOmh1bnRlcjI=", "", DD_CHECKED_RIGHT, "user name and password of 'bob'" },
		{ DD_CHECK_USERPASS, "Ym9iOg==", "", DD_CHECKED_WRONG, "its password is empty" },
		{ DD_CHECK_USERPASS, "aHVudGVyMg==", "", DD_CHECKED_WRONG, "no user name and password are in it" },
		{ DD_CHECK_USERPASS, "Ym9iOmh1bnRlcjI!", "", DD_CHECKED_WRONG, "it is no base64" },
		/* RFC 7515 appendix A.1, and A.5 without signature */
		{ DD_CHECK_JWT,
		  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly"
		  "9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		  "", DD_CHECKED_RIGHT, "a token signed with 'HS256', issued by 'joe', valid until 2011-03-22" },
		{ DD_CHECK_JWT,
		  "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y"
		  "b290Ijp0cnVlfQ.",
		  "", DD_CHECKED_WRONG, "it is not signed" },
		/* RFC 7516 appendix A.2 */
		{ DD_CHECK_JWT,
		  "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPo"
		  "ltGRhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E"
		  "4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ"
		  "6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A."
		  "AxY8DC"
		  "tDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw",
		  "", DD_CHECKED_RIGHT, "an encrypted token ('A128CBC-HS256')" },
		{ DD_CHECK_JWT, "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2hvcnQ", "", DD_CHECKED_WRONG,
		  "its signature is not as long as those of 'HS256' are" },
		{ DD_CHECK_JWT, "eyJhbGciOiJIUzI1NiJ9.WzFd.c2hvcnQ", "", DD_CHECKED_WRONG,
		  "its claims are no JSON object" },
		{ DD_CHECK_JWT, "e30.e30.e30", "", DD_CHECKED_WRONG, "its header is no JSON object with an algorithm" },
		{ DD_CHECK_JWT, "a.b", "", DD_CHECKED_WRONG, "it has 2 parts, tokens have 3 or 5" },
		{ DD_CHECK_PYPI_MACAROON, "pypi-AgEIcHlwaS5vcmc", "", DD_CHECKED_WRONG,
		  "it is no whole macaroon: cut or invented" },
		{ DD_CHECK_PYPI_MACAROON, "pypi-AgEIcHlwaS5vcm", "", DD_CHECKED_WRONG,
		  "it is no base64: cut or invented" },
		{ DD_CHECK_PEM,
		  "-----BEGIN"
		  " PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
		  "", DD_CHECKED_WRONG, "it is no whole PKCS #8 key" },
		{ DD_CHECK_PEM,
		  "-----BEGIN"
		  " PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
		  "", DD_CHECKED_WRONG, "it is no whole base64: shortened or invented" },
		{ DD_CHECK_PEM,
		  "-----BEGIN"
		  " PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
		  "", DD_CHECKED_WRONG, "its first and last line do not belong together" },
		{ DD_CHECK_PEM, "", "", DD_CHECKED_NOT, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(1 << 20);
		struct dd_secret_checked got =
			run(rows[i].check, dd_str_from(rows[i].secret), dd_str_from(rows[i].around), &a);
		CHECK_INT_ROW(got.verdict, rows[i].want, rows[i].secret);
		CHECK_STR_ROW(got.reason, rows[i].reason, rows[i].secret);
	}
}
