/* SPDX-License-Identifier: Apache-2.0 */
/* ELF files in memory, both classes and byte orders: sections and segments by name, number or address, and notes.
 * Nothing is copied and nothing is kept: a struct dd_elf is a view of the bytes, which must stay. Offsets and sizes
 * that lead out of the file are cut to what is there, so that a damaged or hostile header costs only what it describes.
 * Source: System V ABI, chapters 4 and 5 (gabi 4.1); elf(5). */
#ifndef DD_ELF_H
#define DD_ELF_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/* What analyzers ask of programs and libraries as their largest file. Those of machine learning (libtorch_cuda.so) pass
 * 1 GiB; the code models that compilers use by default end at 2 GiB, debugging data comes on top. */
#define DD_PROGRAM_BYTES_MAX (4 * DD_GIB)

enum {
	DD_ELF_REL = 1, /* e_type: object files and kernel modules */
	DD_ELF_EXEC = 2,
	DD_ELF_DYN = 3,
	DD_ELF_CORE = 4,
	DD_ELF_SHT_NOTE = 7, /* sh_type */
	DD_ELF_SHT_NOBITS = 8,
	DD_ELF_PT_LOAD = 1, /* p_type */
	DD_ELF_PT_NOTE = 4,
	DD_ELF_PF_X = 1, /* p_flags */
	DD_ELF_PF_W = 2,
	DD_ELF_PF_R = 4,
	DD_ELF_SHF_COMPRESSED = 0x800,
};

struct dd_elf {
	struct dd_str bytes;
	bool is64, big;
	uint16_t type, machine;
	uint64_t phoff, shoff; /* of the tables in the file */
	uint32_t phnum, shnum; /* entries that lie in the file whole; 0 where the file has no such table */
	uint32_t phentsize, shentsize;
	struct dd_str names; /* the section name table; empty when the file has none */
};

struct dd_elf_section {
	struct dd_str name; /* up to its NUL; empty when there is none */
	struct dd_str data; /* what of it lies in the file; empty for SHT_NOBITS */
	uint32_t type;
	uint64_t flags, addr, offset, size; /* as the header says */
};

struct dd_elf_segment {
	struct dd_str data; /* what of it lies in the file */
	uint32_t type, flags;
	uint64_t vaddr, offset, filesz, memsz; /* as the header says */
};

/* DD_EPARSE: no ELF file, or cut inside its first header. Tables that lead out of the file are no error. */
enum dd_code dd_elf_open(struct dd_str bytes, struct dd_elf *ret, struct dd_err *err);

/* False: i >= shnum / phnum. */
bool dd_elf_section_at(const struct dd_elf *e, uint32_t i, struct dd_elf_section *ret);
bool dd_elf_segment_at(const struct dd_elf *e, uint32_t i, struct dd_elf_segment *ret);
/* The first section of that name; false: none. */
bool dd_elf_section(const struct dd_elf *e, struct dd_str name, struct dd_elf_section *ret);
/* The file's bytes that are loaded at a virtual address, up to the end of their PT_LOAD segment; empty: none. */
struct dd_str dd_elf_at_address(const struct dd_elf *e, uint64_t addr);

/* Notes, of all SHT_NOTE sections, or of the PT_NOTE segments of a file without sections:
 * `for (struct dd_elf_notes n = DD_ELF_NOTES(&elf); dd_elf_notes_next(&n, &note);)`. Damage ends the part it is in. */
struct dd_elf_notes {
	const struct dd_elf *elf;
	struct dd_str rest; /* of the part that is being read */
	uint32_t next;	    /* section or segment to look at */
	uint32_t parts;	    /* looked into so far */
	uint32_t align;
};
#define DD_ELF_NOTES(e) ((struct dd_elf_notes){ (e), { "", 0 }, 0, 0, 4 })
struct dd_elf_note {
	struct dd_str owner; /* without its NUL: "GNU", "FDO", "Go" */
	struct dd_str desc;
	uint32_t type;
};
bool dd_elf_notes_next(struct dd_elf_notes *n, struct dd_elf_note *ret);

/* Symbols of a table, at most DD_ELF_SYMBOLS_MAX: DD_STR(".symtab") with DD_STR(".strtab"), ".dynsym" with ".dynstr".
 * `if (dd_elf_symbols_open(&elf, table, names, &s)) while (dd_elf_symbols_next(&s, &symbol))`. */
enum { DD_ELF_SYMBOLS_MAX = 4 << 20, DD_ELF_SYMBOL_NAME_MAX = 512 };
struct dd_elf_symbols {
	const struct dd_elf *elf;
	struct dd_str table, names;
	size_t next;
};
struct dd_elf_symbol {
	struct dd_str name; /* cut at DD_ELF_SYMBOL_NAME_MAX bytes */
	uint64_t value, size;
};
bool dd_elf_symbols_open(const struct dd_elf *e, struct dd_str table, struct dd_str names, struct dd_elf_symbols *ret);
bool dd_elf_symbols_next(struct dd_elf_symbols *s, struct dd_elf_symbol *ret);

/* For readers of what lies in sections: numbers in the file's byte order. The caller has checked that they are there.
 */
uint32_t dd_elf_u32(const struct dd_elf *e, const char *p);
uint64_t dd_elf_word(const struct dd_elf *e, const char *p); /* 4 or 8 bytes by class */

#endif
