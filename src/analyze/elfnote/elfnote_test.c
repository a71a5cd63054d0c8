/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_elfnote;

enum { HEADERS = 64 + 56 };

/* A 64-bit ELF file without sections whose only segment is the note. */
static void make_program(const char *owner, uint32_t type, struct dd_str text, struct dd_buf *out)
{
	char head[HEADERS] = "\177ELF\2\1\1";
	struct dd_buf note DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	size_t owner_n = strlen(owner) + 1;
	(void)dd_buf_add(&note, (uint32_t[]){ (uint32_t)owner_n, (uint32_t)text.n, type }, 12);
	(void)dd_buf_add(&note, owner, owner_n);
	while (note.n % 4)
		(void)dd_buf_add_char(&note, '\0');
	(void)dd_buf_add_str(&note, text);
	head[32] = 64; /* e_phoff */
	head[54] = 56; /* e_phentsize */
	head[56] = 1;  /* e_phnum */
	head[64] = 4;  /* PT_NOTE */
	head[72] = HEADERS;
	memcpy(head + 96, (char[]){ (char)note.n, (char)(note.n >> 8), (char)(note.n >> 16) }, 3);
	dd_buf_clear(out);
	(void)dd_buf_add(out, head, sizeof head);
	(void)dd_buf_add_str(out, dd_buf_str(&note));
}

TEST(elfnote_texts)
{
	static const struct {
		struct dd_str text;
		const char *want;
	} rows[] = {
		/* the examples of the specification */
		{ DD_STR("{\"type\":\"rpm\",\"name\":\"testpkg\",\"version\":\"1.2.3-1.fc36\",\"architecture\":\"x86_"
			 "64\","
			 "\"osCpe\":\"cpe:/o:fedoraproject:fedora:33\"}\0"),
		  "package\tname=testpkg\tversion=1.2.3-1.fc36\ttype=rpm\tarch=x86_64\tqualifiers=distro=fedora-33\n" },
		{ DD_STR("{\"type\":\"deb\",\"os\":\"Debian\",\"osVersion\":\"12\",\"name\":\"coreutils\","
			 "\"version\":\"4711.0815.fc13\",\"architecture\":\"arm32\",\"osCpe\":\"cpe:/o:x:y:1\","
			 "\"debugInfoUrl\": \"https://debuginfod.example/\"}\0\0\0\0"),
		  "package\tname=coreutils\tversion=4711.0815.fc13\ttype=deb\tarch=arm32\tqualifiers=distro=debian-"
		  "12\n" },
		{ DD_STR("{\"type\":\"alpm\",\"name\":\"a\",\"version\":\"1\",\"appCpe\":\"cpe:2.3:a:b:c:1:*:*:*:*:*:*:"
			 "*\"}"),
		  "package\tname=a\tversion=1\ttype=alpm\tcpe=cpe:2.3:a:b:c:1:*:*:*:*:*:*:*\n" },
		{ DD_STR("{\"type\":\"rpm\",\"name\":\"a b\",\"version\":\"1\"}"),
		  "problem\tat=136\ttext=package note without a type, name and version: 'rpm' 'a b' '1'\n" },
		{ DD_STR("{\"type\":\"RPM/x\",\"name\":\"a\",\"version\":\"1\"}"),
		  "problem\tat=136\ttext=package note without a type, name and version: 'RPM/x' 'a' '1'\n" },
		{ DD_STR("[]"), "problem\tat=136\ttext=package note without a type, name and version: '' '' ''\n" },
		{ DD_STR(""), "problem\tat=136\ttext=package note: " },
		{ DD_STR("{\"type\""), "problem\tat=136\ttext=package note: " },
	};
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		make_program("FDO", 0xcafe1a7e, rows[i].text, &program);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_elfnote, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK,
			  rows[i].text.p);
		struct dd_str got = dd_buf_str(&out);
		if (dd_str_ends(dd_str_from(rows[i].want), DD_STR(": ")))
			got = dd_str_take(got, strlen(rows[i].want));
		CHECK_STR_ROW(got, rows[i].want, rows[i].text.p);
		for (size_t n = 0; n < program.n; n++)
			(void)dd_analyze_text(&dd_analyzer_elfnote, DD_STR("x"), dd_str_take(dd_buf_str(&program), n),
					      0, &out);
	}
}

TEST(elfnote_others)
{
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	static const struct dd_str text = DD_STR("{\"type\":\"rpm\",\"name\":\"a\",\"version\":\"1\"}");
	make_program("GNU", 0xcafe1a7e, text, &program);
	CHECK(dd_analyze_text(&dd_analyzer_elfnote, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK);
	make_program("FDO", 3, text, &program);
	CHECK(dd_analyze_text(&dd_analyzer_elfnote, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK);
	CHECK(dd_analyze_text(&dd_analyzer_elfnote, DD_STR("x"), DD_STR("\177ELF"), 0, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
}
