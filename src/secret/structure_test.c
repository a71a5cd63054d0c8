/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/structure.h"

#include "support/test.h"

TEST(secret_structure)
{
	static const struct {
		const char *path, *in, *want;
	} rows[] = {
		{ "a.txt", "password = hunter2", "" },
		{ "a.json", "", "" },
		{ "a.json", "{\"db\": {\"password\": \"hunter2\"}}", "db.password = \"hunter2\"\n" },
		{ "a.json", "{\"password\": \"hun\\u0074er2\", \"n\": 1}", "password = \"hunter2\"\n" },
		{ "a.json",
		  "{\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"hunter2\"}, {\"value\": \"abcdef\", \"name\": "
		  "\"API_TOKEN\"}]}",
		  "DB_PASSWORD = \"hunter2\"\nAPI_TOKEN = \"abcdef\"\n" },
		{ "a.json", "{\"tokens\": [\"abcdef\", \"ghijkl\"], \"x\": [\"zzzzz\"]}",
		  "tokens = \"abcdef\"\ntokens = \"ghijkl\"\n" },
		{ "a.json", "// c\n{\"token\": {\"value\": \"abcdef\"}, /* \"secret\": \"no\" */ }",
		  "token.value = \"abcdef\"\n" },
		{ "a.json", "{\"password\": \"say \\\"hi\\\"\"}", "password = 'say \"hi\"'\n" },
		{ "a.json", "{\"password\": \"cut", "" },
		{ "x", "{\"password\": \"hunter2\"}", "password = \"hunter2\"\n" },
		{ "a.yml", "a:\n  env:\n  - name: DB_PASSWORD\n    value: 'hunter2'\n  - name: X\n    value: y\n",
		  "DB_PASSWORD = \"hunter2\"\n" },
		{ "a.yml", "password: pa$$w(rd;x\n", "password = \"pa$$w(rd;x\"\n" },
		{ "a.yml", "password: >-\n  hunter2\nother: z\n", "password = \"hunter2\"\n" },
		{ "a.yml", "---\napi_key: abcdef\n---\nkind: Secret\ndata:\n  password: aHVudGVyMg==\n  x: eA==\n",
		  "api_key = \"abcdef\"\npassword = \"hunter2\"\n" },
		{ "a.yml", "a: {{ template }}\npassword: x", "" },
		{ "a.toml", "[db]\npassword = 'hunter2'\n[[r]]\nname='token'\nvalue='abcdef'\n",
		  "db.password = \"hunter2\"\ntoken = \"abcdef\"\n" },
		{ "a.xml", "<s><server><password>hunter2</password></server></s>", "password = \"hunter2\"\n" },
		{ "web.config", "<c><add key=\"ApiKey\" value=\"abc&amp;def\"/></c>", "ApiKey = \"abc&def\"\n" },
		{ "a.xml", "<r><string name=\"api_key\">abcdef</string></r>", "api_key = \"abcdef\"\n" },
		{ "a.plist", "<dict><key>password</key><string>hunter2</string><key>x</key><string>y</string></dict>",
		  "password = \"hunter2\"\n" },
		{ "a.xml", "<!DOCTYPE a [<!ENTITY x \"y\">]><a><password>hunter2</password></a>", "" },
		{ "Dockerfile", "FROM x\nENV DB_PASSWORD hunter2\nENV A_TOKEN=abc\nENV X \"y\"\n",
		  "DB_PASSWORD = \"hunter2\"\n" },
	};
	struct dd_secret_structure s DD_CLEANUP(dd_secret_structure_done) = { 0 };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		struct dd_str in = dd_str_from(rows[i].in);
		CHECK_INT(dd_secret_structure_read(dd_str_from(rows[i].path), in, &s, &err), DD_OK);
		CHECK_STR_ROW(dd_buf_str(&s.text), rows[i].want, rows[i].in);
		for (size_t k = 0; k < s.values.n; k++) {
			size_t at, n;
			const char *coding;
			CHECK(dd_secret_structure_where(&s, s.values.p[k].at, s.values.p[k].n, &at, &n, &coding));
			CHECK_ROW(at + n <= in.n, rows[i].in);
		}
	}
}

TEST(secret_structure_where)
{
	static const struct {
		const char *path, *in, *what, *want;
	} rows[] = {
		{ "a.json", "{\"a\": \"hunter2\", \"password\": \"hunter2\"}", "unter", "unter" },
		{ "a.json", "{\"password\": \"hun\\u0074er2\"}", "hunter2", "hun\\u0074er2" },
		{ "a.yml", "kind: Secret\ndata:\n  password: aHVudGVyMg==\n", "hunter2", "aHVudGVyMg==" },
		{ "a.yml", "password: \"hunter2\"\n", "hunter2", "hunter2" },
		{ "a.xml", "<a><password>hunter2</password></a>", "hunter2", "hunter2" },
		{ "Dockerfile", "ENV PASSWORD 'hunter2'", "hunter2", "hunter2" },
	};
	struct dd_secret_structure s DD_CLEANUP(dd_secret_structure_done) = { 0 };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		struct dd_str in = dd_str_from(rows[i].in), what = dd_str_from(rows[i].what);
		CHECK_INT(dd_secret_structure_read(dd_str_from(rows[i].path), in, &s, &err), DD_OK);
		size_t at = dd_str_search(dd_buf_str(&s.text), what), n;
		const char *coding;
		CHECK_ROW(dd_secret_structure_where(&s, at, what.n, &at, &n, &coding), rows[i].in);
		CHECK_STR_ROW(dd_str_take(dd_str_skip(in, at), n), rows[i].want, rows[i].in);
		CHECK(!dd_secret_structure_where(&s, 0, 1, &at, &n, &coding));
	}
}
