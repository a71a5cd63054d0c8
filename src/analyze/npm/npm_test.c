/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"
#include "analyze/npm/npm_names.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_npm;

static void installed(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	(void)dd_analyze_text(&dd_analyzer_npm, dd_str_from(path), data, 0, out);
}

TEST(npm_install_places)
{
	static const struct {
		const char *dir;
		bool want;
	} rows[] = {
		{ "node_modules/ms", true },
		{ "usr/lib/node_modules/npm", true },
		{ "usr/local/lib/node_modules/@scope/a", true },
		{ "app/node_modules/a/node_modules/b", true },
		{ "app/node_modules/@s/a/node_modules/@t/b", true },
		{ "app/test/fixtures/x/node_modules/b", true },
		{ "app/node_modules/test", true },
		{ "app/node_modules/a/dist/node_modules/b", true },
		{ "app/node_modules/.pnpm/ms@2.1.3/node_modules/ms", true },
		{ "app/node_modules/.pnpm/@s+a@1.0.0_b@2.0.0/node_modules/@s/a", true },
		{ "app/node_modules/.pnpm/@file+a@1.0.0/node_modules/@file/a", true },
		{ "app/node_modules/.pnpm/registry.npmjs.org/ms/2.1.3/node_modules/ms", true },
		{ "app/node_modules/.bun/ms@2.1.3/node_modules/ms", true },
		{ "app/node_modules/.store/ms@2.1.3-Zw/node_modules/ms", true },
		{ "app/node_modules/.store/ms-npm-2.1.3-81ff3cfac1/package", true },
		{ "app/.yarn/unplugged/fsevents-patch-19706e7e35/node_modules/fsevents", true },
		{ "usr/share/nodejs/ms", true },
		{ "usr/share/nodejs/@types/node", true },
		{ "usr/share/nodejs/a/node_modules/b", true },
		{ "usr/lib/x86_64-linux-gnu/nodejs/a", true },
		{ "", false },
		{ "app", false },
		{ "node_modules", false },
		{ "app/node_modules/@scope", false },
		{ "app/node_modules/a/dist", false },
		{ "app/node_modules/a/esm/cjs", false },
		{ "app/node_modules/@s/a/dist", false },
		{ "app/node_modules/a/test/node_modules/b", false },
		{ "app/node_modules/a/test/fixtures/x/node_modules/@s/b", false },
		{ "app/node_modules/a/examples/node_modules/b", false },
		{ "app/node_modules/.bin", false },
		{ "app/node_modules/.cache/babel", false },
		{ "app/node_modules/.pnpm/file+local/node_modules/local", false },
		{ "app/node_modules/.bun/local@file+local/node_modules/local", false },
		{ "app/node_modules/.pnpm/a@git+ssh+++x/node_modules/a", false },
		{ "app/bower_components/jquery", false },
		{ "usr/share/nodejs", false },
		{ "usr/share/nodejs/a/lib", false },
		{ "usr/share/doc/a", false },
		{ "app/my_node_modules/a", false },
		{ "app//node_modules//a", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_npm_is_install_dir(dd_str_from(rows[i].dir)) == rows[i].want, rows[i].dir);
}

#define MS "package\tname=ms\tversion=2.1.3\ttype=npm"
#define AT "node_modules/ms/package.json"

TEST(npm_package_json)
{
	static const struct {
		const char *path, *in, *want;
	} rows[] = {
		{ AT, "{\"name\":\"ms\",\"version\":\"2.1.3\"}", MS "\n" },
		{ AT, "\xef\xbb\xbf{\"name\":\"ms\",\"version\":\" v2.1.3\"}", MS "\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"=2.1.3\",\"license\":\"MIT\"}", MS "\tlicences=MIT\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"2.1.3\",\"license\":{\"type\":\"MIT\",\"url\":\"x\"}}",
		  MS "\tlicences=MIT\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"2.1.3\",\"licenses\":[{\"type\":\"MIT\"},\"Apache-2.0\",{}]}",
		  MS "\tlicences=MIT OR Apache-2.0\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"2.1.3\",\"license\":[\"MIT\"],\"licenses\":\"ISC\"}",
		  MS "\tlicences=MIT\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"2.1.3\",\"license\":\"SEE\\n LICENSE\\u0000\"}",
		  MS "\tlicences=SEE LICENSE\\x00\n" },
		{ AT,
		  "{\"name\":\"ms\",\"version\":\"2.1.3\",\"dependencies\":{\"b\":\"^1\",\"@s/a\":\"2\"},"
		  "\"optionalDependencies\":{\"c\":\"*\"},\"devDependencies\":{\"d\":\"1\"}}",
		  MS "\tdepends=b\\n@s/a\\nc\n" },
		{ AT,
		  "{\"name\":\"ms\",\"version\":\"2.1.3\",\"_resolved\":\"https://u:p@r.example/ms.tgz\","
		  "\"_integrity\":\"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\"}",
		  MS "\tdigest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709\turl=https://r.example/ms.tgz\n" },
		{ "node_modules/alias/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", MS "\n" },
		/* stubs and files that are no installs say nothing */
		{ AT, "{\"type\":\"module\"}", "" },
		{ AT, "{\"name\":\"ms\"}", "" },
		{ AT, "{\"version\":\"1.0.0\"}", "" },
		{ AT, "[]", "" },
		{ "node_modules/ms/dist/package.json", "{\"name\":\"x\",\"version\":\"1.0.0\"}", "" },
		{ "app/package.json", "{\"name\":\"app\",\"version\":\"1.0.0\"}", "" },
		{ "app/package.json", "not JSON", "" },
		/* unpacked archives */
		{ "opt/ms-2.1.3/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", MS "\n" },
		{ "opt/ms-v2.1.3/package.json", "{\"name\":\"@s/ms\",\"version\":\"2.1.3\"}",
		  "package\tname=@s/ms\tversion=2.1.3\ttype=npm\n" },
		{ "opt/ms-2.1.4/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "opt/xms-2.1.3/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "opt/ms-2.1.3/package.json", "{", "" },
		/* copies that a package carries of others */
		{ "node_modules/next/dist/compiled/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}",
		  MS "\n" },
		{ "node_modules/next/dist/compiled/@s/a/package.json", "{\"name\":\"@s/a\",\"version\":\"1.0.0\"}",
		  "package\tname=@s/a\tversion=1.0.0\ttype=npm\n" },
		{ "node_modules/next/dist/compiled/xms/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "node_modules/next/dist/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "node_modules/next/test/vendor/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "vendor/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.1.3\"}", "" },
		{ "node_modules/next/compiled/package.json", "{\"name\":\"compiled\",\"version\":\"2.1.3\"}", "" },
		{ "node_modules/next/compiled/ms/package.json", "{", "" },
		/* damage is said */
		{ AT, "{\"name\":\"ms\",",
		  "error\tcode=-1\ttext=json: 'string or \\x27}\\x27 expected near end of file'\n" },
		{ AT, "{\"name\":\"m s\",\"version\":\"1\"}",
		  "problem\tat=0\ttext=package name is not valid: 'm s'\n" },
		{ AT, "{\"name\":\"ms\",\"version\":\"1 2\"}",
		  "problem\tat=0\ttext=version of 'ms' is not valid: '1 2'\n" },
	};
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		installed(rows[i].path, dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(npm_package_json_cut_anywhere_is_an_error)
{
	static const char doc[] = "{\"name\":\"ms\",\"version\":\"2.1.3\",\"licenses\":[{\"type\":\"MIT\"}]}";
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t n = 0; n + 1 < sizeof doc; n++) {
		installed(AT, (struct dd_str){ doc, n }, &out);
		CHECK(dd_str_starts(dd_buf_str(&out), DD_STR("error\t")));
	}
}

TEST(npm_origins)
{
	static const struct {
		const char *resolved;
		bool want;
	} rows[] = {
		{ "", true },
		{ "https://registry.npmjs.org/ms/-/ms-2.1.3.tgz", true },
		{ "http://nexus.example:8081/repository/npm/ms/-/ms-2.1.3.tgz#abc", true },
		{ "https://npm.pkg.github.com/download/@s/a/1.0.0/abc", true },
		{ "ms-2.1.3.tgz#abc", true },
		{ "git+ssh://git@github.com/a/b.git#c", false },
		{ "git://github.com/a/b.git", false },
		{ "git+https://github.com/a/b.git#c", false },
		{ "https://codeload.github.com/a/b/tar.gz/c", false },
		{ "https://user@CodeLoad.GitHub.com/a/b/tar.gz/c", false },
		{ "https://gitlab.example/a/b/-/archive/v1/b-v1.tar.gz", false },
		{ "https://git.example/a/b.git", false },
		{ "file:../x", false },
		{ "link:../x", false },
		{ "github:a/b", false },
		{ "https:x", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_npm_is_registry_url(dd_str_from(rows[i].resolved)) == rows[i].want, rows[i].resolved);
}

TEST(npm_identifiers)
{
	static const struct {
		const char *in, *name, *rest; /* NULL: refused */
	} rows[] = {
		{ "ms@2.1.3", "ms", "2.1.3" },
		{ "@s/a@npm:@t/b@1", "@s/a", "npm:@t/b@1" },
		{ "a@", "a", "" },
		{ "@a@1", NULL, NULL },
		{ "ms", NULL, NULL },
		{ "@s/a", NULL, NULL },
		{ "@", NULL, NULL },
		{ "", NULL, NULL },
		{ "@@1", NULL, NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str name = DD_STR(""), rest = DD_STR("");
		bool ok = dd_npm_split(dd_str_from(rows[i].in), &name, &rest);
		CHECK_ROW(ok == (rows[i].name != NULL), rows[i].in);
		if (ok && rows[i].name) {
			CHECK_STR_ROW(name, rows[i].name, rows[i].in);
			CHECK_STR_ROW(rest, rows[i].rest, rows[i].in);
		}
	}
}
