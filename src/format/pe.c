/* SPDX-License-Identifier: Apache-2.0 */
/* PE headers. All numbers are little-endian.
 *
 *   file     = DOS header ("MZ" … e_lfanew at 0x3C) … "PE\0\0" COFF header, optional header, section table, sections
 *   COFF     = machine n_sections timestamp symbols n_symbols size_of_optional_header characteristics   (20 bytes)
 *   optional = magic (10B: PE32, 20B: PE32+) … image base … n_directories *( rva size )
 *   section  = name (8) virtual_size rva raw_size raw_offset relocations lines counts characteristics   (40 bytes)
 *
 * Oddities: programs that overlay the DOS header with the PE header (e_lfanew 4); a raw size larger than the virtual
 * one (padding) and the other way round (zeros at run time); fewer directories than 16; sections that overlap. Limits:
 * the section table holds what lies in the file, at most 65,535 (the field's width). */
#include "format/pe.h"

#include "base/bytes.h"

enum { DOS_LFANEW = 0x3c, COFF_BYTES = 24, SECTION_BYTES = 40, MAGIC_PE32 = 0x10b, MAGIC_PE32_PLUS = 0x20b };

static struct dd_str part(struct dd_str bytes, uint64_t offset, uint64_t size)
{
	if (offset >= bytes.n)
		return DD_STR("");
	return dd_str_take(dd_str_skip(bytes, (size_t)offset), size < bytes.n ? (size_t)size : bytes.n);
}

static enum dd_code read_optional(struct dd_pe *pe, struct dd_str optional, uint64_t at, struct dd_err *err)
{
	uint16_t magic = optional.n >= 2 ? dd_le16(optional.p) : 0;
	if (magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
		return dd_fail(err, DD_EPARSE, at, "PE file without an optional header");
	pe->is64 = magic == MAGIC_PE32_PLUS;
	size_t fixed = pe->is64 ? 112 : 96; /* up to the directories; their number is in the last 4 bytes */
	if (optional.n < fixed)
		return dd_fail(err, DD_EPARSE, at, "PE file ends inside its optional header");
	pe->image_base = pe->is64 ? dd_le64(optional.p + 24) : dd_le32(optional.p + 28);
	uint32_t n = dd_le32(optional.p + fixed - 4);
	struct dd_str rest = dd_str_skip(optional, fixed);
	for (uint32_t i = 0; i < n && i < DD_PE_DIRECTORIES && rest.n >= 8; i++, rest = dd_str_skip(rest, 8)) {
		pe->directories[i].rva = dd_le32(rest.p);
		pe->directories[i].size = dd_le32(rest.p + 4);
	}
	return DD_OK;
}

enum dd_code dd_pe_open(struct dd_str bytes, struct dd_pe *ret, struct dd_err *err)
{
	struct dd_pe pe = { .bytes = bytes };
	if (bytes.n < DOS_LFANEW + 4 || memcmp(bytes.p, "MZ", 2) != 0)
		return dd_fail(err, DD_EPARSE, 0, "not a PE file");
	uint64_t at = dd_le32(bytes.p + DOS_LFANEW);
	struct dd_str head = part(bytes, at, UINT64_MAX);
	if (head.n < COFF_BYTES || memcmp(head.p, "PE\0\0", 4) != 0)
		return dd_fail(err, DD_EPARSE, at, "not a PE file: no PE header");
	pe.machine = dd_le16(head.p + 4);
	uint32_t n = dd_le16(head.p + 6), optional = dd_le16(head.p + 20);
	pe.timestamp = dd_le32(head.p + 8);
	pe.characteristics = dd_le16(head.p + 22);
	DD_TRY(read_optional(&pe, part(head, COFF_BYTES, optional), at + COFF_BYTES, err));
	pe.sections = at + COFF_BYTES + optional;
	uint64_t room = pe.sections < bytes.n ? (bytes.n - pe.sections) / SECTION_BYTES : 0;
	pe.n_sections = n < room ? n : (uint32_t)room;
	*ret = pe;
	return DD_OK;
}

bool dd_pe_section_at(const struct dd_pe *pe, uint32_t i, struct dd_pe_section *ret)
{
	if (i >= pe->n_sections)
		return false;
	const char *p = pe->bytes.p + pe->sections + (uint64_t)i * SECTION_BYTES;
	struct dd_str name = { p, 8 };
	*ret = (struct dd_pe_section){ .name = dd_str_take(name, dd_str_find(name, '\0')),
				       .data = part(pe->bytes, dd_le32(p + 20), dd_le32(p + 16)),
				       .virtual_size = dd_le32(p + 8),
				       .rva = dd_le32(p + 12),
				       .characteristics = dd_le32(p + 36) };
	return true;
}

bool dd_pe_section(const struct dd_pe *pe, struct dd_str name, struct dd_pe_section *ret)
{
	struct dd_pe_section s;
	for (uint32_t i = 0; dd_pe_section_at(pe, i, &s); i++)
		if (dd_str_eq(s.name, name)) {
			*ret = s;
			return true;
		}
	return false;
}

struct dd_str dd_pe_at_rva(const struct dd_pe *pe, uint32_t rva)
{
	struct dd_pe_section s;
	for (uint32_t i = 0; dd_pe_section_at(pe, i, &s); i++)
		if (rva >= s.rva && rva - s.rva < s.data.n)
			return dd_str_skip(s.data, rva - s.rva);
	return DD_STR("");
}

struct dd_str dd_pe_directory(const struct dd_pe *pe, unsigned directory)
{
	dd_assert(directory < DD_PE_DIRECTORIES);
	if (pe->directories[directory].size == 0)
		return DD_STR("");
	return dd_str_take(dd_pe_at_rva(pe, pe->directories[directory].rva), pe->directories[directory].size);
}
