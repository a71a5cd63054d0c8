/* SPDX-License-Identifier: Apache-2.0 */
#include "format/keyvalue.h"

#include <stdlib.h>

#include "base/limits.h"
#include "support/test.h"

/* "KEY=value|" for each line, faults as "KEY=value!fault|". */
static struct dd_str read_all(struct dd_str in, struct dd_buf *out)
{
	DD_CLEANUP(dd_keyvalue_done) struct dd_keyvalue_reader r = DD_KEYVALUE_READER(in);
	struct dd_keyvalue kv;
	dd_buf_clear(out);
	while (dd_keyvalue_next(&r, &kv)) {
		(void)dd_buf_add_str(out, kv.key);
		(void)dd_buf_add_char(out, '=');
		(void)dd_buf_add_str(out, kv.value);
		if (kv.fault)
			(void)dd_buf_addf(out, "!%s", kv.fault);
		(void)dd_buf_add_char(out, '|');
	}
	return dd_buf_str(out);
}

TEST(keyvalue_reads_as_a_shell_does)
{
	static const struct {
		struct dd_str in;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("ID=debian"), "ID=debian|" },
		{ DD_STR("ID=debian\nVERSION_ID=\"12\"\n"), "ID=debian|VERSION_ID=12|" },
		{ DD_STR("ID='debian'\r\nX=1\r\n"), "ID=debian|X=1|" },
		{ DD_STR("\xef\xbb\xbfID=a\n"), "ID=a|" },
		{ DD_STR("# ID=no\n\n   \n  ID=yes\n"), "ID=yes|" },
		{ DD_STR("export ID=a"), "ID=a|" },
		{ DD_STR("ID=a # not the value"), "ID=a|" },
		{ DD_STR("ID=a#b"), "ID=a#b|" },
		{ DD_STR("ID="), "ID=|" },
		{ DD_STR("ID=\"\""), "ID=|" },
		{ DD_STR("P=\"a \\\"b\\\" \\$c \\\\ \\`d\\` \\n\""), "P=a \"b\" $c \\ `d` \\n|" },
		{ DD_STR("P='a \\ \"b\" $c'"), "P=a \\ \"b\" $c|" },
		{ DD_STR("P=a\\ b\\\"c"), "P=a b\"c|" },
		{ DD_STR("P=\"a\"'b'c"), "P=abc|" },
		{ DD_STR("U=https://x/?a=b&c"), "U=https://x/?a=b&c|" },
		{ DD_STR("P=\"open\nID=x"), "P=open!quote is not closed|ID=x|" },
		{ DD_STR("P='open"), "P=open!quote is not closed|" },
		{ DD_STR("P=\"end\\"), "P=end\\!quote is not closed|" },
		{ DD_STR("P=end\\"), "P=end\\|" },
		{ DD_STR("nonsense\nID=x"), "nonsense=!line is no assignment|ID=x|" },
		{ DD_STR("=x"), "=x!line is no assignment|" },
		{ DD_STR("1A=x"), "1A=x!line is no assignment|" },
		{ DD_STR("A B=x"), "A B=x!line is no assignment|" },
		{ DD_STR("A=1\nA=2"), "A=1|A=2|" },
		{ DD_STR("A=\"\xff\xfe\""), "A=\xff\xfe|" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(read_all(rows[i].in, &out), rows[i].want, DD_QUOTE(rows[i].in));
	CHECK(dd_str_eq(read_all(DD_STR("A=x\0y\nB=1"), &out), DD_STR("A=x\0y|B=1|")));
}

TEST(keyvalue_offsets_and_long_values)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&in, "# c\nA=");
	for (size_t i = 0; i < DD_FIELD_BYTES_MAX + 5; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\nB=2\n");
	DD_CLEANUP(dd_keyvalue_done) struct dd_keyvalue_reader r = DD_KEYVALUE_READER(dd_buf_str(&in));
	struct dd_keyvalue kv = { 0 };
	CHECK(dd_keyvalue_next(&r, &kv));
	CHECK_INT(kv.at, 4);
	CHECK(kv.fault && kv.value.n == DD_FIELD_BYTES_MAX);
	CHECK(dd_keyvalue_next(&r, &kv));
	CHECK(!kv.fault);
	CHECK_STR(kv.value, "2");
	CHECK(!dd_keyvalue_next(&r, &kv));
	CHECK(!r.value.failed);
}

TEST(keyvalue_any_cut_is_harmless)
{
	const struct dd_str all = DD_STR("A=\"x \\\" y\"\nB='z'\\ w\n# c\nC=1");
	for (size_t n = 0; n <= all.n; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
		memcpy(copy, all.p, n);
		(void)read_all((struct dd_str){ copy, n }, &out);
		CHECK(!out.failed);
		free(copy);
	}
}
