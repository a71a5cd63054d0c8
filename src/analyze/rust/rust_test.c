/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

#include <isa-l/igzip_lib.h>

extern const struct dd_analyzer dd_analyzer_rust;

static bool open_file(const char *name, struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/analyze/rust/testdata/%s", dd_test_root(), name);
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK_ROW(ok, name);
	return ok;
}

static const char *const programs[] = { "elf64", "pe64", "macho64" };

/* "NAME VERSION" lines of what is in the program, as `cargo tree` names it. */
TEST(rust_programs)
{
	for (size_t i = 0; i < DD_COUNT(programs); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 }, want DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_buf found DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_found out = { .arena = &arena };
		struct dd_err err;
		if (!open_file(programs[i], &m) || !open_file("program.txt", &want))
			return;
		struct dd_input in = { DD_STR("app"), m.bytes };
		CHECK_ROW(dd_analyzer_rust.parse(&in, &out, &err) == DD_OK, programs[i]);
		CHECK_INT_ROW(out.packages.n, 9, programs[i]);
		for (size_t k = 0; k < out.packages.n; k++)
			if (!out.packages.p[k].dev)
				(void)dd_buf_addf(&found, "%.*s %.*s\n", DD_FMT(out.packages.p[k].name),
						  DD_FMT(out.packages.p[k].version));
			else
				CHECK_STR_ROW(out.packages.p[k].name, "cc", programs[i]);
		CHECK_ROW(dd_str_eq(dd_buf_str(&found), want.bytes), programs[i]);
		if (out.packages.n > 1)
			CHECK_STR_ROW(out.packages.p[1].depends,
				      "cc@1.0.79\nitoa@0.4.8\nlocal-part@0.1.0\nserde_json@1.0.100", programs[i]);
		dd_found_done(&out);
	}
}

TEST(rust_cut_and_damaged_anywhere)
{
	for (size_t i = 0; i < DD_COUNT(programs); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		if (!open_file(programs[i], &m))
			return;
		for (size_t n = 0; n < m.bytes.n; n++) {
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
			dd_buf_clear(&copy);
			(void)dd_buf_add_str(&copy, dd_str_take(m.bytes, n));
			(void)dd_analyze_text(&dd_analyzer_rust, DD_STR("x"), dd_buf_str(&copy), 0, &out);
			(void)dd_buf_add_str(&copy, dd_str_skip(m.bytes, n));
			copy.p[n] = (char)~copy.p[n];
			(void)dd_analyze_text(&dd_analyzer_rust, DD_STR("x"), dd_buf_str(&copy), 0, &out);
		}
	}
}

enum { HEADERS = 64 + 3 * 64 };

static void put64(char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (char)(v >> (8 * i));
}

/* A 64-bit ELF file of the sections .dep-v0 (text as zlib, `repeat` times) and the name table. */
static void make_program(struct dd_str text, size_t repeat, struct dd_buf *out)
{
	static const char names[] = "\0.dep-v0\0.shstrtab";
	struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT(64 * DD_MIB), packed DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct isal_zstream z;
	for (size_t i = 0; i < repeat; i++)
		(void)dd_buf_add_str(&plain, text);
	(void)dd_buf_reserve(&packed, DD_MIB);
	isal_deflate_stateless_init(&z);
	z.gzip_flag = IGZIP_ZLIB;
	z.next_in = (uint8_t *)plain.p;
	z.avail_in = (uint32_t)plain.n;
	z.next_out = (uint8_t *)packed.p;
	z.avail_out = (uint32_t)packed.cap;
	z.end_of_stream = 1;
	CHECK(isal_deflate_stateless(&z) == COMP_OK);
	packed.n = packed.cap - z.avail_out;
	char head[HEADERS] = "\177ELF\2\1\1";
	put64(head + 40, 64); /* e_shoff */
	head[58] = 64;	      /* e_shentsize, e_shnum, e_shstrndx */
	head[60] = 3;
	head[62] = 2;
	for (int i = 1; i < 3; i++) {
		char *s = head + 64 + 64 * i;
		s[0] = i == 1 ? 1 : 9;
		s[4] = i == 1 ? 1 : 3;
		put64(s + 24, HEADERS + (i == 1 ? sizeof names : 0));
		put64(s + 32, i == 1 ? packed.n : sizeof names);
	}
	put64(head + 64 + 64 + 24, HEADERS + sizeof names);
	put64(head + 64 + 128 + 24, HEADERS);
	dd_buf_clear(out);
	(void)dd_buf_add(out, head, sizeof head);
	(void)dd_buf_add(out, names, sizeof names);
	(void)dd_buf_add_str(out, dd_buf_str(&packed));
}

#define AT "problem\tat=275\ttext="

TEST(rust_lists)
{
	static const struct {
		struct dd_str text;
		const char *want;
	} rows[] = {
		{ DD_STR("{\"packages\":[]}"), "" },
		{ DD_STR("{\"packages\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"source\":\"git\",\"kind\":\"runtime\"}"
			 "]}"),
		  "package\tname=a\tversion=1.0.0\ttype=cargo\n" },
		{ DD_STR("{\"packages\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"dependencies\":[0,1,-1,2,4294967296,"
			 "\"x\"]},"
			 "{\"name\":\"b\",\"version\":\"2.0.0\"}]}"),
		  "package\tname=a\tversion=1.0.0\ttype=cargo\tdepends=b@2.0.0\n"
		  "package\tname=b\tversion=2.0.0\ttype=cargo\n" AT
		  "package 0 of the list depends on one that is not there\n" AT
		  "package 0 of the list depends on one that is not there\n" AT
		  "package 0 of the list depends on one that is not there\n" AT
		  "package 0 of the list depends on one that is not there\n" AT
		  "package 0 of the list depends on one that is not there\n" },
		{ DD_STR("{\"packages\":[{\"name\":\"a "
			 "b\",\"version\":\"1\"},{\"name\":\"a\"},7,{\"name\":\"c\",\"version\":\"3\"}]}"),
		  "package\tname=c\tversion=3\ttype=cargo\n" AT
		  "package 0 of the list has no name or version: 'a b'\n" AT
		  "package 1 of the list has no name or version: 'a'\n" AT
		  "package 2 of the list has no name or version: ''\n" },
		{ DD_STR("{}"), "error\tcode=-1\ttext=list of Rust packages (.dep-v0) without \"packages\"\n" },
		{ DD_STR("{\"packages\":"), "error\tcode=-1\ttext=list of Rust packages (.dep-v0): " },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		make_program(rows[i].text, 1, &program);
		(void)dd_analyze_text(&dd_analyzer_rust, DD_STR("x"), dd_buf_str(&program), 0, &out);
		struct dd_str got = dd_buf_str(&out);
		if (dd_str_ends(dd_str_from(rows[i].want), DD_STR(": ")))
			got = dd_str_take(got, strlen(rows[i].want));
		CHECK_STR_ROW(got, rows[i].want, rows[i].text.p);
	}
}

/* 40 KB that become 36 MB. */
TEST(rust_bomb)
{
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	make_program(DD_STR("                                    "), 1000000, &program);
	CHECK_INT(dd_analyze_text(&dd_analyzer_rust, DD_STR("x"), dd_buf_str(&program), 0, &out), DD_ELIMIT);
	CHECK_STR(dd_buf_str(&out),
		  "error\tcode=-2\ttext=list of Rust packages (.dep-v0): zlib: more than 8388608 bytes\n");
}
