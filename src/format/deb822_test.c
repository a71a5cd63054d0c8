/* SPDX-License-Identifier: Apache-2.0 */
#include "format/deb822.h"

#include <stdlib.h>

#include "base/buf.h"
#include "support/test.h"

/* "name=value;" a field, "/" a break, "!OFFSET(line)" a fault. */
static struct dd_str read_all(struct dd_str in, struct dd_buf *out)
{
	struct dd_deb822_reader r = DD_DEB822_READER(in);
	struct dd_deb822_item item;
	dd_buf_clear(out);
	while (dd_deb822_next(&r, &item)) {
		if (item.kind == DD_DEB822_BREAK)
			(void)dd_buf_add_c(out, "/");
		if (item.kind == DD_DEB822_FAULT)
			(void)dd_buf_addf(out, "!%llu(", (unsigned long long)item.at);
		(void)dd_buf_add_escaped(out, item.name);
		if (item.kind == DD_DEB822_FIELD) {
			(void)dd_buf_add_c(out, "=");
			(void)dd_buf_add_escaped(out, item.value);
			(void)dd_buf_add_c(out, ";");
		}
		if (item.kind == DD_DEB822_FAULT)
			(void)dd_buf_add_c(out, ")");
	}
	return dd_buf_str(out);
}

TEST(deb822_items)
{
	static const struct {
		struct dd_str in;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("\n\n"), "//" },
		{ DD_STR("A: 1"), "A=1;" },
		{ DD_STR("A: 1\nB:2\n\nC:  3  \n"), "A=1;B=2;/C=3;" },
		{ DD_STR("A: 1\r\nB: 2\r\n\r\nC: 3\r\n"), "A=1;B=2;/C=3;" },
		{ DD_STR("A : 1"), "A=1;" },
		{ DD_STR("A:\nB: :x:"), "A=;B=:x:;" },
		{ DD_STR("D: short\n long 1\n .\n\tlong 2\nE: 1"), "D=short\\n long 1\\n .\\n\\tlong 2;E=1;" },
		{ DD_STR("V:\n 1.0\nE: 1"), "V=1.0;E=1;" },
		/* blanks alone continue the field, as they do for dpkg */
		{ DD_STR("D: a\n \t\nE: 1"), "D=a;E=1;" },
		{ DD_STR("   \nE: 1"), "E=1;" },
		{ DD_STR("# comment\nA: 1\n#\nB: 2"), "A=1;B=2;" },
		{ DD_STR("A: 1\nbroken\nB: 2"), "A=1;!5(broken)B=2;" },
		{ DD_STR("bad 1\nbad 2\n bad 3\nB: 2"), "!0(bad 1)B=2;" },
		{ DD_STR(" starts in the air\nB: 2"), "!0( starts in the air)B=2;" },
		{ DD_STR(": x\nA: 1"), "!0(: x)A=1;" },
		{ DD_STR("-A: x\nA B: x"), "!0(-A: x)" },
		{ DD_STR("\xc3\xa4: x"), "!0(\xc3\xa4: x)" },
		{ DD_STR("A: 1\n\0\0\0\0"), "A=1;!5(\\x00\\x00\\x00\\x00)" },
		{ DD_STR("A\0B: 1"), "!0(A\\x00B: 1)" },
		{ DD_STR("A: \xff\0x"), "A=\\xff\\x00x;" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(read_all(rows[i].in, &out), rows[i].want, DD_QUOTE(rows[i].in));
}

TEST(deb822_any_cut_is_harmless)
{
	const struct dd_str all = DD_STR("A: 1\r\n b\nbad\n bad\n\n  \n#c\nB : x\n\ty\n\0");
	for (size_t n = 0; n <= all.n; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
		memcpy(copy, all.p, n);
		(void)read_all((struct dd_str){ copy, n }, &out);
		CHECK(!out.failed);
		free(copy);
	}
}
