/* SPDX-License-Identifier: Apache-2.0 */
#include "format/elf.h"

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

static bool open_file(const char *name, struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/format/testdata/executables/%s", dd_test_root(), name);
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK_ROW(ok, name);
	return ok;
}

/* What elf.yaml says, in each class and byte order; with the section table and without. */
static void check_file(const char *row, struct dd_str bytes, bool is64, bool big, bool sections)
{
	struct dd_elf e;
	struct dd_elf_section s;
	struct dd_elf_note note;
	struct dd_err err;
	CHECK_ROW(dd_elf_open(bytes, &e, &err) == DD_OK, row);
	CHECK_ROW(e.is64 == is64 && e.big == big && e.type == DD_ELF_DYN, row);
	CHECK_INT_ROW(e.phnum, 2, row);
	CHECK_INT_ROW(e.shnum, sections ? 6 : 0, row);
	CHECK_ROW(dd_elf_section(&e, DD_STR(".data"), &s) == sections, row);
	if (sections) {
		CHECK_STR_ROW(s.data, "hello, world", row);
		CHECK_INT_ROW(s.addr, 0x2000, row);
		CHECK_ROW(dd_elf_section(&e, DD_STR(".bss"), &s) && s.size == 0x1000 && s.data.n == 0, row);
		CHECK_ROW(!dd_elf_section(&e, DD_STR(".dat"), &s) && !dd_elf_section(&e, DD_STR(".data2"), &s), row);
	}
	CHECK_STR_ROW(dd_elf_at_address(&e, 0x2007), "world", row);
	CHECK_INT_ROW(dd_elf_at_address(&e, 0x200c).n, 0, row);
	CHECK_INT_ROW(dd_elf_at_address(&e, 0x1fff).n, 0, row);
	struct dd_elf_notes n = DD_ELF_NOTES(&e);
	CHECK_ROW(dd_elf_notes_next(&n, &note), row);
	CHECK_STR_ROW(note.owner, "FDO", row);
	CHECK_ROW(dd_str_eq(note.desc, DD_STR("{}\0")) && note.type == 0xcafe1a7e, row);
	CHECK_ROW(dd_elf_notes_next(&n, &note), row);
	CHECK_STR_ROW(note.owner, "GNU", row);
	CHECK_STR_ROW(note.desc, "\1\2\3\4\5", row);
	CHECK_ROW(!dd_elf_notes_next(&n, &note), row);
}

static const struct {
	const char *name;
	bool is64, big;
	unsigned shoff; /* place and size of e_shoff */
	unsigned word;
} files[] = {
	{ "elf64le", true, false, 40, 8 },
	{ "elf64be", true, true, 40, 8 },
	{ "elf32be", false, true, 32, 4 },
};

TEST(elf_sections_segments_and_notes)
{
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
		char copy[1024];
		if (!open_file(files[i].name, &m) || m.bytes.n > sizeof copy)
			return;
		check_file(files[i].name, m.bytes, files[i].is64, files[i].big, true);
		memcpy(copy, m.bytes.p, m.bytes.n);
		memset(copy + files[i].shoff, 0, files[i].word);
		check_file(files[i].name, (struct dd_str){ copy, m.bytes.n }, files[i].is64, files[i].big, false);
	}
}

/* Everything that can be asked of a file; the bytes are on the heap, so that a sanitizer sees their end. */
static void visit(struct dd_str bytes)
{
	struct dd_elf e;
	struct dd_elf_section s;
	struct dd_elf_segment p;
	struct dd_elf_note note;
	struct dd_err err;
	char *copy = dd_alloc(bytes.n ? bytes.n : 1);
	if (!copy)
		return;
	if (bytes.n)
		memcpy(copy, bytes.p, bytes.n);
	if (dd_elf_open((struct dd_str){ copy, bytes.n }, &e, &err) == DD_OK) {
		for (uint32_t i = 0; dd_elf_section_at(&e, i, &s); i++)
			CHECK(s.data.n <= bytes.n && s.name.n <= bytes.n);
		for (uint32_t i = 0; dd_elf_segment_at(&e, i, &p); i++)
			CHECK(p.data.n <= bytes.n);
		(void)dd_elf_section(&e, DD_STR(".data"), &s);
		(void)dd_elf_at_address(&e, 0x2000);
		for (struct dd_elf_notes n = DD_ELF_NOTES(&e); dd_elf_notes_next(&n, &note);)
			CHECK(note.desc.n <= bytes.n);
	}
	dd_free(copy);
}

TEST(elf_cut_and_damaged_anywhere)
{
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
		char copy[1024];
		if (!open_file(files[i].name, &m) || m.bytes.n > sizeof copy)
			return;
		for (size_t n = 0; n <= m.bytes.n; n++)
			visit(dd_str_take(m.bytes, n));
		for (size_t n = 0; n < m.bytes.n; n++) {
			memcpy(copy, m.bytes.p, m.bytes.n);
			copy[n] = (char)0xff;
			visit((struct dd_str){ copy, m.bytes.n });
			copy[n] = (char)0x7f;
			visit((struct dd_str){ copy, m.bytes.n });
		}
	}
}

TEST(elf_not_elf)
{
	static const struct {
		struct dd_str bytes;
		const char *message;
	} rows[] = {
		{ DD_STR(""), "not an ELF file" },
		{ DD_STR("\177ELF"), "not an ELF file" },
		{ DD_STR("\177ELG\2\1\1\0\0\0\0\0\0\0\0\0"), "not an ELF file" },
		{ DD_STR("\177ELF\3\1\1\0\0\0\0\0\0\0\0\0"), "ELF file of unknown class 3 or byte order 1" },
		{ DD_STR("\177ELF\2\0\1\0\0\0\0\0\0\0\0\0"), "ELF file of unknown class 2 or byte order 0" },
		{ DD_STR("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0"), "ELF file ends inside its header" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_elf e;
		struct dd_err err = { 0 };
		CHECK_ROW(dd_elf_open(rows[i].bytes, &e, &err) == DD_EPARSE, rows[i].message);
		CHECK_STR_ROW(dd_str_from(err.message), rows[i].message, rows[i].message);
	}
}

/* 65,534 sections that all describe the same megabytes: names without an end, and notes. */
TEST(elf_sections_that_share_their_bytes)
{
	enum { SECTIONS = 0xfffe, BYTES = 64 + SECTIONS * 64 };
	struct dd_elf e;
	struct dd_elf_section s;
	struct dd_elf_note note;
	struct dd_err err;
	struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
	char *p = dd_alloc(BYTES);
	if (!p || !open_file("elf64le", &m))
		return;
	memset(p, 1, BYTES);
	memcpy(p, m.bytes.p, 64);
	memcpy(p + 40, "\100\0\0\0\0\0\0\0", 8); /* e_shoff 64 */
	memcpy(p + 60, "\xfe\xff\0\0", 4);	 /* e_shnum, e_shstrndx 0 */
	for (size_t i = 0; i < SECTIONS; i++) {
		memcpy(p + 64 + i * 64, "\0\0\0\0\7\0\0\0", 8);					      /* a note */
		memcpy(p + 64 + i * 64 + 24, "\0\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377", 16); /* all */
	}
	CHECK(dd_elf_open((struct dd_str){ p, BYTES }, &e, &err) == DD_OK);
	CHECK_INT(e.shnum, SECTIONS);
	CHECK(!dd_elf_section(&e, DD_STR(".absent"), &s));
	size_t notes = 0;
	for (uint32_t i = 0; dd_elf_section_at(&e, i, &s); i++)
		notes += s.type == DD_ELF_SHT_NOTE;
	CHECK_INT(notes, SECTIONS);
	notes = 0;
	for (struct dd_elf_notes n = DD_ELF_NOTES(&e); dd_elf_notes_next(&n, &note);)
		notes++;
	CHECK(notes < 20000000);
	dd_free(p);
}
