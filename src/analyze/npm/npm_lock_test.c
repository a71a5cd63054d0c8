/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_npm_lock, dd_analyzer_npm_hidden_lock;

/* Lock files that npm itself made of one project say what `npm ls` says. */
TEST(npm_lock_files_of_npm)
{
	static const char *const files[] = { "npm-1.json", "npm-2.json", "npm-3.json" };
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_npm_list_file(&dd_analyzer_npm_lock, "app/package-lock.json", files[i], &out), files[i]);
		CHECK_STR_ROW(dd_buf_str(&out), dd_npm_project, files[i]);
	}
}

static void text(const struct dd_analyzer *a, const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	(void)dd_analyze_text(a, dd_str_from(path), data, 0, out);
}

#define PACKAGE(name, version, more) "package\tname=" name "\tversion=" version "\ttype=npm" more "\n"
#define DECLARED		     "\tevidence=declared"

TEST(npm_lock_entries)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "{\"lockfileVersion\":3,\"packages\":{}}", "" },
		{ "{\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"x\",\"version\":\"1.0.0\"}}}", "" },
		{ "{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\",\"dev\":true,\"license\":\"MIT\","
		  "\"resolved\":\"https://registry.npmjs.org/a/-/a-1.0.0.tgz\",\"integrity\":\"sha1-2jmj7l5rSw0yVb/"
		  "vlWAYkK/YBwk=\"}}}",
		  PACKAGE("a", "1.0.0",
			  "\tlicences=MIT" DECLARED "\tdev=yes\tdigest=sha1:"
			  "da39a3ee5e6b4b0d3255bfef95601890afd80709\turl=https://registry.npmjs.org/a/-/a-1.0.0.tgz") },
		/* the nearest node_modules upwards; workspaces look there too; what is not there is left out */
		{ "{\"packages\":{\"node_modules/"
		  "a\":{\"version\":\"1.0.0\",\"dependencies\":{\"b\":\"*\",\"none\":\"*\"},"
		  "\"optionalDependencies\":{\"c\":\"*\"}},\"node_modules/a/node_modules/b\":{\"version\":\"2.0.0\","
		  "\"dependencies\":{\"b\":\"1\",\"c\":\"1\"}},\"node_modules/"
		  "b\":{\"version\":\"3.0.0\"},\"node_modules/c\":"
		  "{\"name\":\"d\",\"version\":\"4.0.0\"},\"w/x\":{\"version\":\"9.0.0\"},\"w/x/node_modules/"
		  "e\":{\"version\":"
		  "\"5.0.0\",\"dependencies\":{\"b\":\"*\",\"e\":\"*\"}}}}",
		  PACKAGE("a", "1.0.0", DECLARED "\tdepends=b@2.0.0\\nd@4.0.0")
			  PACKAGE("b", "2.0.0", DECLARED "\tdepends=b@2.0.0\\nd@4.0.0") PACKAGE("b", "3.0.0", DECLARED)
				  PACKAGE("d", "4.0.0", DECLARED)
					  PACKAGE("e", "5.0.0", DECLARED "\tdepends=b@3.0.0\\ne@5.0.0") },
		/* not of a registry */
		{ "{\"packages\":{\"node_modules/a\":{\"resolved\":\"w/a\",\"link\":true},\"node_modules/"
		  "b\":{\"version\":"
		  "\"1.0.0\",\"resolved\":\"git+ssh://git@github.com/x/b.git#abc\"},\"node_modules/"
		  "c\":{\"version\":\"1.0.0\","
		  "\"resolved\":\"file:c.tgz\"},\"node_modules/d\":{\"optional\":true,\"peer\":true}}}",
		  "" },
		{ "{\"packages\":{\"node_modules/a\":{\"version\":\"\"},\"node_modules/b\":{\"version\":\"1 0\"},"
		  "\"node_modules/c\":7,\"node_modules/d\":{\"version\":\"1.0.0\"}}}",
		  PACKAGE("d", "1.0.0",
			  DECLARED) "problem\tat=30\ttext=package without a version: 'a'\n"
				    "problem\tat=62\ttext=version of 'b' is not valid: '1 0'\n"
				    "problem\tat=97\ttext=not a package of a lock file: 'node_modules/c'\n" },
		/* version 1 */
		{ "{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"1.0.0\",\"requires\":{\"b\":\"^2\"},"
		  "\"dependencies\":{\"b\":{\"version\":\"2.0.0\",\"dev\":true}}},\"b\":{\"version\":\"npm:@s/"
		  "c@3.0.0\"},"
		  "\"g\":{\"version\":\"git+ssh://git@github.com/x/"
		  "g.git#abc\"},\"f\":{\"version\":\"file:f\",\"dependencies\":"
		  "{\"h\":{\"version\":\"5.0.0\"}}},\"t\":{\"version\":\"https://x.example/t.tgz\"},\"u\":{\"version\":"
		  "\"github:x/u#abc\"}}}",
		  PACKAGE("a", "1.0.0", DECLARED "\tdepends=b@2.0.0") PACKAGE("b", "2.0.0", DECLARED "\tdev=yes")
			  PACKAGE("@s/c", "3.0.0", DECLARED) PACKAGE("h", "5.0.0", DECLARED) },
		{ "{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"},\"node_modules/"
		  "a\":{\"version\":\"2.0.0\"}}}",
		  PACKAGE("a", "1.0.0", DECLARED)
			  PACKAGE("a", "2.0.0", DECLARED) "problem\tat=67\ttext=comes twice: 'node_modules/a'\n" },
		/* damage: what is there before it is read */
		{ "{\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"},\"node_modules/b\":{\"ver",
		  PACKAGE("a", "1.0.0", DECLARED) "problem\tat=72\ttext=json: the document is cut off\n" },
		{ "{\"packages\":[]}", "" },
		{ "[]", "error\tcode=-1\ttext=not a JSON object\n" },
		{ "", "error\tcode=-1\ttext=json: the document is cut off\n" },
	};
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		text(&dd_analyzer_npm_lock, "app/package-lock.json", dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
	/* the lock file that an installed package's author used */
	text(&dd_analyzer_npm_lock, "app/node_modules/a/package-lock.json", dd_str_from(rows[2].in), &out);
	CHECK_STR(dd_buf_str(&out), "");
}

TEST(npm_hidden_lock_is_installed_evidence)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	static const char doc[] = "{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\"}}}";
	text(&dd_analyzer_npm_hidden_lock, "app/node_modules/.package-lock.json", dd_str_from(doc), &out);
	CHECK_STR(dd_buf_str(&out), PACKAGE("a", "1.0.0", ""));
	dd_buf_clear(&out);
	CHECK(dd_npm_list_file(&dd_analyzer_npm_hidden_lock, "app/node_modules/.package-lock.json", "npm-hidden.json",
			       &out));
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("lodash@4.17.20\n")) < out.n);
}

TEST(npm_lock_nesting_has_a_limit)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&doc, "{\"dependencies\":{");
	for (int i = 0; i < 500; i++)
		(void)dd_buf_add_c(&doc, "\"a\":{\"version\":\"1.0.0\",\"dependencies\":{");
	for (int i = 0; i < 500; i++)
		(void)dd_buf_add_c(&doc, "}}");
	(void)dd_buf_add_c(&doc, "}}");
	dd_npm_list(&dd_analyzer_npm_lock, DD_STR("package-lock.json"), dd_buf_str(&doc), &out);
	CHECK_STR(dd_buf_str(&out), "a@1.0.0\nproblem 21\n");
}

TEST(npm_lock_cut_anywhere_is_said)
{
	static const char doc[] =
		"{\"lockfileVersion\":2,\"packages\":{\"node_modules/a\":{\"version\":\"1.0.0\",\"dependencies\":"
		"{\"b\":\"^1\"}},\"node_modules/b\":{\"version\":\"2.0.0\"}}}";
	/* all but the last bracket: without that, nothing is missing */
	for (size_t n = 0; n + 2 < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_npm_list(&dd_analyzer_npm_lock, DD_STR("package-lock.json"), (struct dd_str){ doc, n }, &out);
		struct dd_str got = dd_buf_str(&out);
		CHECK(dd_str_search(got, DD_STR("problem")) < got.n || dd_str_ends(got, DD_STR("error\n")));
	}
}
