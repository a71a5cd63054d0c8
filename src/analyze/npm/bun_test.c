/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_bun;

TEST(bun_lock_file_of_bun)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(dd_npm_list_file(&dd_analyzer_bun, "app/bun.lock", "bun.lock", &out));
	CHECK_STR(dd_buf_str(&out), dd_npm_project);
}

#define PACKAGE(name, version, more)                                                                                   \
	"package\tname=" name "\tversion=" version "\ttype=npm\tevidence=declared" more "\n"

TEST(bun_entries)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "{}", "" },
		{ "{\"packages\": {},}", "" },
		/* the nearest upwards, scopes, what is for development only */
		{ "{\"workspaces\": {\"\": {\"devDependencies\": {\"a\": \"1\",},}, \"w\": {\"name\": \"@w/w\", "
		  "\"dependencies\":"
		  " {\"c\": \"*\"}},}, // c\n\"packages\": {\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"@s/b\": "
		  "\"*\"}}, \"\"],"
		  "\"@s/b\": [\"@s/b@2.0.0\", \"\", {}, \"\"], \"a/@s/b\": [\"x@3.0.0\", \"\", {}, \"\"],"
		  "\"@w/w\": [\"@w/w@workspace:w\"], \"@w/w/c\": [\"c@4.0.0\", \"\", {\"dependencies\": {\"@s/b\": "
		  "\"*\"}}, \"\"],}}",
		  PACKAGE("a", "1.0.0", "\tdev=yes\tdepends=x@3.0.0") PACKAGE("@s/b", "2.0.0", "")
			  PACKAGE("x", "3.0.0", "\tdev=yes") PACKAGE("c", "4.0.0", "\tdepends=@s/b@2.0.0") },
		{ "{\"packages\":{\"a\":[\"a@1.0.0\",\"https://r.example/a.tgz\",{},\"sha1-2jmj7l5rSw0yVb/vlWAYkK/"
		  "YBwk=\"]}}",
		  PACKAGE("a", "1.0.0",
			  "\tdigest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709\turl=https://r.example/a.tgz") },
		{ "{\"packages\":{\"a\":[\"a@git+ssh://h/a.git#x\",{},\"x\"],\"b\":[\"b@github:u/b#x\",{},\"x\"],"
		  "\"c\":[\"c@file:c\",{}],\"d\":[\"d@https://x.example/"
		  "d.tgz\",{},\"\"],\"e\":[\"e@link:e\"],\"f\":[\"f@root:\"]}}",
		  "" },
		{ "{\"packages\":{\"a\":7,\"b\":[],\"c\":[\"c\"],\"d\":[\"d@1.0.0\"]}}",
		  PACKAGE("d", "1.0.0", "") "problem\tat=17\ttext=not a package of bun.lock: 'a'\n"
					    "problem\tat=23\ttext=not a package of bun.lock: 'b'\n"
					    "problem\tat=30\ttext=not a package of bun.lock: 'c'\n" },
		{ "{\"packages\":{\"d\":[\"d@1.0.0\"],\"e\":[\"e@1",
		  PACKAGE("d", "1.0.0", "") "problem\tat=38\ttext=json: the document is cut off\n" },
		{ "[]", "error\tcode=-1\ttext=not a JSON object\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		(void)dd_analyze_text(&dd_analyzer_bun, DD_STR("bun.lock"), dd_str_from(rows[i].in), 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}
