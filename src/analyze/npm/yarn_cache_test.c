/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "analyze/analyzer.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_yarn_cache;

#define SLUG ".yarn/cache/@scope-is-odd-npm-3.0.1-93c3c3f41b-89ee2e3532.zip"
#define WANT                                                                                                           \
	"package\tname=is-odd\tversion=3.0.1\ttype=npm\tlicences=MIT\tinner=node_modules/is-odd/package.json"          \
	"\tdepends=is-number\n"

/* A file of yarn 4's cache. */
TEST(yarn_cache_holds_packages)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/src/analyze/npm/testdata/yarn-cache.zip", dd_test_root());
	CHECK(dd_map_file_open(&f, path, DD_MIB, NULL) == DD_OK);
	(void)dd_analyze_text(&dd_analyzer_yarn_cache, DD_STR(SLUG), f.bytes, 0, &out);
	CHECK_STR(dd_buf_str(&out), WANT);
	dd_buf_clear(&out);
	(void)dd_analyze_text(&dd_analyzer_yarn_cache, DD_STR(".yarn/cache/is-odd-file-0123456789-89ee2e3532.zip"),
			      f.bytes, 0, &out);
	CHECK_STR(dd_buf_str(&out), "");
	/* cut and changed anywhere: the package or a problem, never nothing */
	struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t n = 0; n < f.bytes.n; n += 13) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_yarn_cache, DD_STR(SLUG), dd_str_take(f.bytes, n), 0, &out);
		CHECK(out.n > 0);
		dd_buf_clear(&copy);
		(void)dd_buf_add_str(&copy, f.bytes);
		copy.p[n] = (char)(copy.p[n] ^ 0x55);
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_yarn_cache, DD_STR(SLUG), dd_buf_str(&copy), 0, &out);
	}
}
