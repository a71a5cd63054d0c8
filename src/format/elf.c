/* SPDX-License-Identifier: Apache-2.0 */
/* ELF headers.
 *
 *   file    = ident (16 bytes: 7F "ELF" class order …) header *( segment / section / other )
 *   class   = 1 (32 bits) / 2 (64 bits);  order = 1 (little) / 2 (big)
 *   header  = e_type e_machine e_version e_entry e_phoff e_shoff e_flags e_ehsize e_phentsize e_phnum e_shentsize
 *             e_shnum e_shstrndx
 *   note    = n_namesz n_descsz n_type name desc, the last two padded to 4 bytes (8 where the section says so)
 *
 * Oddities met in the wild: stripped files without a section table (sstrip, UPX: e_shoff 0) have segments only; files
 * of more than 65,279 sections keep the number in sh_size of section 0 (e_shnum 0) and the name table's in its sh_link
 * (e_shstrndx 0xffff), and those of 65,535 segments in its sh_info; sections that lie behind the end of a cut file.
 *
 * Limits: a table holds what fits between its offset and the end of the file, so every walk is linear in the file. An
 * entry smaller than the class's own is no table. Many sections may describe the same bytes, so names and notes, whose
 * length only their bytes tell, are cut at NAME_MAX_BYTES, NOTES_PARTS_MAX and NOTES_PART_BYTES. */
#include "format/elf.h"

#include "base/bytes.h"

enum {
	IDENT_BYTES = 16,
	HEADER32 = 52,
	HEADER64 = 64,
	SECTION32 = 40,
	SECTION64 = 64,
	SEGMENT32 = 32,
	SEGMENT64 = 56,
	NOTE_HEADER = 12,
	PN_XNUM = 0xffff,
	SHN_XINDEX = 0xffff,
	NAME_MAX_BYTES = 4096,	    /* of a section; linkers have no limit, real ones stay below 300 (C++ templates) */
	NOTES_PARTS_MAX = 256,	    /* sections or segments with notes; real files have up to 10 */
	NOTES_PART_BYTES = 1 << 20, /* of one of them; core files apart, real ones stay below 64 KiB */
};

static uint16_t u16(const struct dd_elf *e, const char *p)
{
	return e->big ? dd_be16(p) : dd_le16(p);
}

uint32_t dd_elf_u32(const struct dd_elf *e, const char *p)
{
	return e->big ? dd_be32(p) : dd_le32(p);
}

uint64_t dd_elf_word(const struct dd_elf *e, const char *p)
{
	if (!e->is64)
		return dd_elf_u32(e, p);
	return e->big ? dd_be64(p) : dd_le64(p);
}

static struct dd_str part(struct dd_str bytes, uint64_t offset, uint64_t size)
{
	if (offset >= bytes.n)
		return DD_STR("");
	return dd_str_take(dd_str_skip(bytes, (size_t)offset), size < bytes.n ? (size_t)size : bytes.n);
}

/* How many entries of the table lie in the file. */
static uint32_t fitting(const struct dd_elf *e, uint64_t offset, uint32_t entry, uint32_t least, uint64_t asked)
{
	if (offset == 0 || offset >= e->bytes.n || entry < least)
		return 0;
	uint64_t room = (e->bytes.n - offset) / entry;
	if (room > UINT32_MAX)
		room = UINT32_MAX;
	return (uint32_t)(asked < room ? asked : room);
}

static const char *raw_section(const struct dd_elf *e, uint32_t i)
{
	return e->bytes.p + e->shoff + (uint64_t)i * e->shentsize;
}

/* Counts that do not fit the header's 16 bits are in section 0. */
static void read_tables(struct dd_elf *e, const char *counts)
{
	uint32_t phnum = u16(e, counts + 2), shnum = u16(e, counts + 6), names = u16(e, counts + 8);
	e->phentsize = u16(e, counts);
	e->shentsize = u16(e, counts + 4);
	uint32_t least = e->is64 ? SECTION64 : SECTION32;
	if (fitting(e, e->shoff, e->shentsize, least, 1) == 1) {
		const char *first = raw_section(e, 0);
		uint64_t size = dd_elf_word(e, first + (e->is64 ? 32 : 20));
		if (names == SHN_XINDEX)
			names = dd_elf_u32(e, first + (e->is64 ? 40 : 24));
		if (phnum == PN_XNUM)
			phnum = dd_elf_u32(e, first + (e->is64 ? 44 : 28));
		e->shnum = fitting(e, e->shoff, e->shentsize, least, shnum ? shnum : size);
	}
	e->phnum = fitting(e, e->phoff, e->phentsize, e->is64 ? SEGMENT64 : SEGMENT32, phnum);
	struct dd_elf_section s;
	if (dd_elf_section_at(e, names, &s))
		e->names = s.data;
}

enum dd_code dd_elf_open(struct dd_str bytes, struct dd_elf *ret, struct dd_err *err)
{
	struct dd_elf e = { .bytes = bytes, .names = DD_STR("") };
	if (bytes.n < IDENT_BYTES || memcmp(bytes.p, "\177ELF", 4) != 0)
		return dd_fail(err, DD_EPARSE, 0, "not an ELF file");
	unsigned char class = (unsigned char)bytes.p[4], order = (unsigned char)bytes.p[5];
	if ((class != 1 && class != 2) || (order != 1 && order != 2))
		return dd_fail(err, DD_EPARSE, 4, "ELF file of unknown class %u or byte order %u", class, order);
	e.is64 = class == 2;
	e.big = order == 2;
	if (bytes.n < (e.is64 ? HEADER64 : HEADER32))
		return dd_fail(err, DD_EPARSE, bytes.n, "ELF file ends inside its header");
	e.type = u16(&e, bytes.p + 16);
	e.machine = u16(&e, bytes.p + 18);
	e.phoff = dd_elf_word(&e, bytes.p + (e.is64 ? 32 : 28));
	e.shoff = dd_elf_word(&e, bytes.p + (e.is64 ? 40 : 32));
	read_tables(&e, bytes.p + (e.is64 ? 54 : 42));
	*ret = e;
	return DD_OK;
}

bool dd_elf_section_at(const struct dd_elf *e, uint32_t i, struct dd_elf_section *ret)
{
	if (i >= e->shnum)
		return false;
	const char *p = raw_section(e, i);
	size_t word = e->is64 ? 8 : 4;
	struct dd_str name = part(e->names, dd_elf_u32(e, p), NAME_MAX_BYTES);
	const char *fields = p + 8; /* flags addr offset size */
	*ret = (struct dd_elf_section){ .name = dd_str_take(name, dd_str_find(name, '\0')),
					.data = DD_STR(""),
					.type = dd_elf_u32(e, p + 4),
					.flags = dd_elf_word(e, fields),
					.addr = dd_elf_word(e, fields + word),
					.offset = dd_elf_word(e, fields + 2 * word),
					.size = dd_elf_word(e, fields + 3 * word) };
	if (ret->type != DD_ELF_SHT_NOBITS)
		ret->data = part(e->bytes, ret->offset, ret->size);
	return true;
}

bool dd_elf_segment_at(const struct dd_elf *e, uint32_t i, struct dd_elf_segment *ret)
{
	if (i >= e->phnum)
		return false;
	const char *p = e->bytes.p + e->phoff + (uint64_t)i * e->phentsize;
	size_t word = e->is64 ? 8 : 4;
	const char *fields = p + word; /* offset vaddr paddr filesz memsz; 64-bit flags are in front, 32-bit behind */
	*ret = (struct dd_elf_segment){ .type = dd_elf_u32(e, p),
					.flags = dd_elf_u32(e, p + (e->is64 ? 4 : 24)),
					.offset = dd_elf_word(e, fields),
					.vaddr = dd_elf_word(e, fields + word),
					.filesz = dd_elf_word(e, fields + 3 * word),
					.memsz = dd_elf_word(e, fields + 4 * word) };
	ret->data = part(e->bytes, ret->offset, ret->filesz);
	return true;
}

/* Compared in place: a name table without a NUL must not cost its length for each section. */
static bool is_named(const struct dd_elf *e, const char *section, struct dd_str name)
{
	struct dd_str at = part(e->names, dd_elf_u32(e, section), name.n + 1);
	return at.n == name.n + 1 && at.p[name.n] == '\0' && dd_str_starts(at, name);
}

bool dd_elf_section(const struct dd_elf *e, struct dd_str name, struct dd_elf_section *ret)
{
	for (uint32_t i = 0; i < e->shnum; i++)
		if (is_named(e, raw_section(e, i), name))
			return dd_elf_section_at(e, i, ret);
	return false;
}

struct dd_str dd_elf_at_address(const struct dd_elf *e, uint64_t addr)
{
	struct dd_elf_segment s;
	for (uint32_t i = 0; dd_elf_segment_at(e, i, &s); i++)
		if (s.type == DD_ELF_PT_LOAD && addr >= s.vaddr && addr - s.vaddr < s.data.n)
			return dd_str_skip(s.data, (size_t)(addr - s.vaddr));
	return DD_STR("");
}

/* The next part that holds notes; false: no more. Only the fixed fields are looked at, not the names. */
static bool next_part(struct dd_elf_notes *n)
{
	const struct dd_elf *e = n->elf;
	size_t word = e->is64 ? 8 : 4;
	for (; e->shnum && n->next < e->shnum; n->next++) {
		const char *p = raw_section(e, n->next);
		if (dd_elf_u32(e, p + 4) != DD_ELF_SHT_NOTE)
			continue;
		n->rest = part(e->bytes, dd_elf_word(e, p + 8 + 2 * word), dd_elf_word(e, p + 8 + 3 * word));
		n->align = dd_elf_word(e, p + (e->is64 ? 48 : 32)) == 8 ? 8 : 4;
		n->next++;
		return true;
	}
	struct dd_elf_segment s;
	for (; !e->shnum && dd_elf_segment_at(e, n->next, &s); n->next++) {
		if (s.type != DD_ELF_PT_NOTE)
			continue;
		n->rest = s.data;
		const char *p = e->bytes.p + e->phoff + (uint64_t)n->next * e->phentsize;
		n->align = dd_elf_word(e, p + (e->is64 ? 48 : 28)) == 8 ? 8 : 4;
		n->next++;
		return true;
	}
	return false;
}

static struct dd_str skip_padded(struct dd_str s, uint64_t n, uint32_t align)
{
	uint64_t whole = (n + align - 1) / align * align;
	return dd_str_skip(s, whole < s.n ? (size_t)whole : s.n);
}

bool dd_elf_notes_next(struct dd_elf_notes *n, struct dd_elf_note *ret)
{
	for (;;) {
		if (n->rest.n < NOTE_HEADER) {
			if (n->parts++ == NOTES_PARTS_MAX || !next_part(n))
				return false;
			n->rest = dd_str_take(n->rest, NOTES_PART_BYTES);
			continue;
		}
		uint32_t name = dd_elf_u32(n->elf, n->rest.p), desc = dd_elf_u32(n->elf, n->rest.p + 4);
		uint32_t type = dd_elf_u32(n->elf, n->rest.p + 8);
		struct dd_str body = dd_str_skip(n->rest, NOTE_HEADER);
		/* The name's padding is counted from the note's start, whose 12 bytes are no multiple of 8. */
		struct dd_str behind = skip_padded(n->rest, (uint64_t)NOTE_HEADER + name, n->align);
		if (name > body.n || desc > behind.n) {
			n->rest = DD_STR("");
			continue;
		}
		struct dd_str owner = dd_str_take(body, name);
		*ret = (struct dd_elf_note){ .owner = dd_str_take(owner, dd_str_find(owner, '\0')),
					     .desc = dd_str_take(behind, desc),
					     .type = type };
		n->rest = skip_padded(behind, desc, n->align);
		return true;
	}
}

bool dd_elf_symbols_open(const struct dd_elf *e, struct dd_str table, struct dd_str names, struct dd_elf_symbols *ret)
{
	struct dd_elf_section t, n;
	if (!dd_elf_section(e, table, &t) || !dd_elf_section(e, names, &n))
		return false;
	*ret = (struct dd_elf_symbols){ .elf = e, .table = t.data, .names = n.data };
	return true;
}

/* Elf64_Sym: name, info, other, shndx, value, size; Elf32_Sym: name, value, size, info … */
bool dd_elf_symbols_next(struct dd_elf_symbols *s, struct dd_elf_symbol *ret)
{
	const struct dd_elf *e = s->elf;
	size_t size = e->is64 ? 24 : 16;
	if (s->next >= s->table.n / size || s->next >= DD_ELF_SYMBOLS_MAX)
		return false;
	const char *p = s->table.p + s->next++ * size;
	struct dd_str name = part(s->names, dd_elf_u32(e, p), DD_ELF_SYMBOL_NAME_MAX);
	*ret = (struct dd_elf_symbol){ .name = dd_str_take(name, dd_str_find(name, '\0')),
				       .value = dd_elf_word(e, p + (e->is64 ? 8 : 4)),
				       .size = dd_elf_word(e, p + (e->is64 ? 16 : 8)) };
	return true;
}
