/* SPDX-License-Identifier: Apache-2.0 */
/* ELF, PE and Mach-O: everything that can be asked of a file. */
#include "base/limits.h"
#include "format/elf.h"
#include "format/macho.h"
#include "format/pe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visit_elf(struct dd_str in)
{
	struct dd_elf e;
	struct dd_elf_section s;
	struct dd_elf_segment p;
	struct dd_elf_note note;
	if (dd_elf_open(in, &e, NULL) != DD_OK)
		return;
	for (uint32_t i = 0; dd_elf_section_at(&e, i, &s); i++)
		dd_assert(s.data.n <= in.n && s.name.n <= in.n);
	for (uint32_t i = 0; dd_elf_segment_at(&e, i, &p); i++) {
		dd_assert(p.data.n <= in.n);
		(void)dd_elf_at_address(&e, p.vaddr);
	}
	(void)dd_elf_section(&e, DD_STR(".data"), &s);
	for (struct dd_elf_notes n = DD_ELF_NOTES(&e); dd_elf_notes_next(&n, &note);)
		dd_assert(note.desc.n <= in.n && note.owner.n <= in.n);
}

static void visit_pe(struct dd_str in)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_pe pe;
	struct dd_pe_version v;
	bool found;
	if (dd_pe_open(in, &pe, NULL) != DD_OK)
		return;
	for (unsigned i = 0; i < DD_PE_DIRECTORIES; i++)
		dd_assert(dd_pe_directory(&pe, i).n <= in.n);
	if (dd_pe_version(&pe, &a, &v, &found, NULL) == DD_OK && found)
		for (size_t i = 0; i < v.n; i++)
			dd_assert(dd_str_valid_utf8(v.strings[i].name) && dd_str_valid_utf8(v.strings[i].value));
}

static void visit_macho(struct dd_str in)
{
	struct dd_macho m;
	struct dd_macho_section s;
	uint32_t n;
	if (dd_macho_slices(in, &n, NULL) != DD_OK)
		return;
	for (uint32_t i = 0; i < n; i++)
		if (dd_macho_open(in, i, &m, NULL) == DD_OK) {
			(void)dd_macho_section(&m, DD_STR("__none"), &s);
			(void)dd_macho_at_address(&m, 0x100001000);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str in = { (const char *)data, size };
	visit_elf(in);
	visit_pe(in);
	visit_macho(in);
	return 0;
}
