/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_graalvm;

#define MAVEN(name, version) "package\tname=" name "\tversion=" version "\ttype=maven\n"

static bool read_file(struct dd_buf *ret)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/src/analyze/graalvm/testdata/native", dd_test_root());
	return dd_map_file_open(&f, path, DD_MIB, NULL) == DD_OK && dd_buf_add_str(ret, f.bytes) == DD_OK;
}

static enum dd_code analyze(struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_graalvm, DD_STR("app/native"), data, 0, out);
}

TEST(graalvm_program)
{
	DD_CLEANUP_BUF struct dd_buf f = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	CHECK(read_file(&f));
	CHECK(analyze(dd_buf_str(&f), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), MAVEN("io.netty:netty-codec-http2", "4.1.76.Final") MAVEN("org.x:inner", "1.0")
					    MAVEN("org.graalvm.sdk:collections", "21.0.1"));
	CHECK(analyze(DD_STR("\177ELF"), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
	CHECK(analyze(DD_STR(""), &out) == DD_OK);
}

/* Every cut, and every byte turned over. */
TEST(graalvm_damage)
{
	DD_CLEANUP_BUF struct dd_buf f = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	CHECK(read_file(&f));
	for (size_t n = 0; n < f.n; n++)
		(void)analyze(dd_str_take(dd_buf_str(&f), n), &out);
	for (size_t i = 0; i < f.n; i++) {
		f.p[i] ^= (char)0xff;
		(void)analyze(dd_buf_str(&f), &out);
		f.p[i] ^= (char)0xff;
	}
	/* Inside the packed bytes: told, with its place. */
	size_t at = dd_str_search(dd_buf_str(&f), DD_STR("\x1f\x8b"));
	CHECK(at < f.n);
	memset(f.p + at + 40, 0xff, 20);
	CHECK(analyze(dd_buf_str(&f), &out) == DD_EPARSE);
}
