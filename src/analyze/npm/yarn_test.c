/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_yarn;

/* dd_npm_project without the marks: yarn.lock does not say what is for development. */
static void without_dev(struct dd_buf *out)
{
	struct dd_str rest = dd_str_from(dd_npm_project), line;
	while (dd_str_line(&rest, &line)) {
		(void)dd_buf_add_str(out, dd_str_take(line, dd_str_find(line, ' ')));
		(void)dd_buf_add_char(out, '\n');
	}
}

TEST(yarn_lock_files_of_yarn)
{
	/* yarn 3 and 4 lock what would compile fsevents, too */
	static const char *const files[] = { "yarn-1.lock", "yarn-berry-3.lock", "yarn-berry-4.lock" };
	struct dd_buf want DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	without_dev(&want);
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_npm_list_file(&dd_analyzer_yarn, "app/yarn.lock", files[i], &out), files[i]);
		struct dd_str rest = dd_buf_str(&want), line, got = dd_buf_str(&out);
		if (i == 0)
			CHECK_STR_ROW(got, dd_buf_c(&want), files[i]);
		while (dd_str_line(&rest, &line))
			CHECK_ROW(dd_str_search(got, line) < got.n, files[i]);
		CHECK_ROW(dd_str_search(got, DD_STR("problem")) == got.n, files[i]);
		/* workspaces and the directory are no packages of the registry */
		CHECK_ROW(dd_str_search(got, DD_STR("local")) == got.n, files[i]);
		CHECK_ROW(dd_str_search(got, DD_STR("project")) == got.n, files[i]);
		CHECK_ROW(dd_str_search(got, DD_STR("\nw@")) == got.n, files[i]);
	}
}

#define PACKAGE(name, version, more)                                                                                   \
	"package\tname=" name "\tversion=" version "\ttype=npm\tevidence=declared" more "\n"

struct row {
	const char *in, *want;
};

static void check_rows(const struct row *rows, size_t n)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < n; i++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_yarn, DD_STR("app/yarn.lock"), dd_str_from(rows[i].in), 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(yarn_classic_entries)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "# yarn lockfile v1\n\n\n", "" },
		{ "a@^1.0.0, a@^1.1.0:\n  version \"1.2.0\"\n", PACKAGE("a", "1.2.0", "") },
		{ "\"@s/a@^1\", \"@s/a@1 || 2\":\r\n  version \"1.2.0\"\r\n  dependencies:\r\n    b \"^2\"\r\n"
		  "    \"@s/c\" \"3\"\r\n  optionalDependencies:\r\n    none \"1\"\r\n\r\n\"@s/c@3\":\r\n  version "
		  "\"3.0.0\"\r\n\r\n"
		  "b@^2:\r\n  version \"2.0.0\"\r\n  dependencies:\r\n    \"@s/a\" \"1 || 2\"\r\n",
		  PACKAGE("@s/a", "1.2.0", "\tdepends=@s/c@3.0.0\\nb@2.0.0") PACKAGE("@s/c", "3.0.0", "")
			  PACKAGE("b", "2.0.0", "\tdepends=@s/a@1.2.0") },
		{ "a@^1:\n  version \"1.0.0\"\n  resolved "
		  "\"https://u:p@r.example/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709\"\n",
		  PACKAGE("a", "1.0.0",
			  "\tdigest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709\turl=https://r.example/"
			  "a-1.0.0.tgz") },
		{ "a@^1:\n  version \"1.0.0\"\n  resolved a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709\n",
		  PACKAGE("a", "1.0.0", "\tdigest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709") },
		{ "x@npm:@s/b@^1:\n  version \"1.0.0\"\ny@npm:c:\n  version \"2.0.0\"\n",
		  PACKAGE("@s/b", "1.0.0", "") PACKAGE("c", "2.0.0", "") },
		{ "\"a\\u0040^1\":\n  version \"1.0.0\"\n", PACKAGE("a", "1.0.0", "") },
		/* in no registry */
		{ "a@file:../a:\n  version \"1.0.0\"\nb@link:x:\n  version \"0.0.0\"\n"
		  "\"c@git+ssh://git@h/c.git#v1\":\n  version \"1.0.0\"\n  resolved \"git+ssh://git@h/c.git#abc\"\n"
		  "d@user/d:\n  version \"1.0.0\"\n  resolved \"https://codeload.github.com/user/d/tar.gz/abc\"\n"
		  "\"e@https://x.example/e.tgz\":\n  version \"1.0.0\"\n  resolved \"https://x.example/e.tgz\"\n",
		  "" },
		{ "a@1:\n  version \"1.0.0\"\na@1:\n  version \"1.0.1\"\n",
		  PACKAGE("a", "1.0.0", "") PACKAGE("a", "1.0.1", "") "problem\tat=23\ttext=comes twice: 'a@1'\n" },
		/* damage */
		{ "a@1:\n  version \"1.0.0\"\nb@1\n  version \"1.0.0\"\nc@1:\n  version \"1.0.0\"\n",
		  PACKAGE("a", "1.0.0", "")
			  PACKAGE("c", "1.0.0", "") "problem\tat=23\ttext=not a line of yarn.lock: 'b@1'\n" },
		{ "<<<<<<< HEAD\na@1:\n  version \"1.0.0\"\n",
		  PACKAGE("a", "1.0.0", "") "problem\tat=0\ttext=not a line of yarn.lock: '<<<<<<< HEAD'\n" },
		{ "a@1:\n  vers", "problem\tat=5\ttext=not a line of yarn.lock: '  vers'\n"
				  "problem\tat=0\ttext=package without a version: 'a'\n" },
		{ "  version \"1\"\n", "problem\tat=0\ttext=not a line of yarn.lock: '  version \"1\"'\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

#define META "__metadata:\n  version: 8\n\n"

TEST(yarn_berry_entries)
{
	static const struct row rows[] = {
		{ META, "" },
		{ META
		  "\"a@npm:^1, a@npm:^1.1\":\n  version: 1.2.0\n  resolution: \"a@npm:1.2.0\"\n  dependencies:\n    b: "
		  "^2\n"
		  "\"b@npm:^2\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0::__archiveUrl=x\"\n  dependencies:\n"
		  "    a: \"npm:^1.1\"\n",
		  PACKAGE("a", "1.2.0", "\tdepends=b@2.0.0") PACKAGE("b", "2.0.0", "\tdepends=a@1.2.0") },
		{ META "\"x@npm:@s/b@1\":\n  version: 1.0.0\n  resolution: \"@s/b@npm:1.0.0\"\n",
		  PACKAGE("@s/b", "1.0.0", "") },
		{ META "\"a@patch:a@npm%3A1.0.0#x.patch\":\n  version: 1.0.0\n  resolution: "
		       "\"a@patch:a@npm%3A1.0.0#x.patch::version=1.0.0\"\n",
		  PACKAGE("a", "1.0.0", "") },
		{ META
		  "\"a@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"a@workspace:.\"\n\"b@link:x\":\n"
		  "  version: 0.0.0\n  resolution: \"b@link:x\"\n\"c@https://github.com/u/c.git\":\n  version: 1.0.0\n"
		  "  resolution: \"c@https://github.com/u/c.git#commit=abc\"\n\"d@patch:d@file:x#y\":\n  version: "
		  "1.0.0\n"
		  "  resolution: \"d@patch:d@file%3Ax#y\"\n\"e@https://x.example/e.tgz\":\n  version: 1.0.0\n"
		  "  resolution: \"e@https://x.example/e.tgz\"\n",
		  "" },
		{ META "\"a@npm:1\":\n  version: 1.0.0\n\"b@npm:1\":\n  resolution: \"b@npm:1.0.0\"\n\"c@npm:1\": x\n",
		  "problem\tat=26\ttext=entry of yarn.lock without a resolution: 'a@npm:1'\n"
		  "problem\tat=54\ttext=package without a version: 'b'\n"
		  "problem\tat=93\ttext=entry of yarn.lock without a resolution: 'c@npm:1'\n" },
		{ META "\"a@npm:1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n\"b@npm:1\":\n  version: [",
		  PACKAGE("a", "1.0.0", "") "problem\tat=105\ttext=yaml: did not find expected node content\n" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(yarn_lock_in_an_installed_package_is_its_authors)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	(void)dd_analyze_text(&dd_analyzer_yarn, DD_STR("app/node_modules/a/yarn.lock"),
			      DD_STR("a@1:\n  version \"1.0.0\"\n"), 0, &out);
	CHECK_STR(dd_buf_str(&out), "");
}

TEST(yarn_lock_cut_anywhere)
{
	static const char *const docs[] = {
		"# yarn lockfile v1\n\"a@^1, x\":\n  version \"1.0.0\"\n  integrity "
		"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n  dependencies:\n    b \"1\"\n",
		META
		"\"a@npm:^1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:1\"\n",
	};
	for (size_t i = 0; i < DD_COUNT(docs); i++)
		for (size_t n = 0; n < strlen(docs[i]); n++) {
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
			dd_npm_list(&dd_analyzer_yarn, DD_STR("yarn.lock"), (struct dd_str){ docs[i], n }, &out);
		}
}
