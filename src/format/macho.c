/* SPDX-License-Identifier: Apache-2.0 */
/* Mach-O headers.
 *
 *   universal = CAFEBABE (CAFEBABF: 64 bit) n *( cpu subcpu offset size align [reserved] )    always big-endian
 *   program   = FEEDFACE (FEEDFACF: 64 bit) cpu subcpu type n_commands sizeof_commands flags [reserved] *command
 *   command   = cmd cmdsize …                                                     in the byte order of the magic
 *   segment   = cmd (1; 64 bit: 19) cmdsize name (16) vmaddr vmsize fileoff filesize maxprot initprot n_sections flags
 *               *section
 *   section   = name (16) segment (16) addr size offset align relocations n_relocations flags reserved…
 *
 * Oddities: a Java class file starts with CAFEBABE too, with its version (45 and up) where the number of programs is;
 * the offsets of a program inside a universal file count from the program's own start. Limits: DD_MACHO_SLICES_MAX;
 * commands are those in the bytes that sizeof_commands spans, each at least 8 long. */
#include "format/macho.h"

#include "base/bytes.h"

enum {
	HEADER32 = 28,
	HEADER64 = 32,
	LC_SEGMENT = 1,
	LC_SEGMENT_64 = 0x19,
	SEGMENT32 = 56,
	SEGMENT64 = 72,
	SECTION32 = 68,
	SECTION64 = 80,
	FAT_HEADER = 8,
	FAT_ARCH32 = 20,
	FAT_ARCH64 = 32,
};

static struct dd_str part(struct dd_str bytes, uint64_t offset, uint64_t size)
{
	if (offset >= bytes.n)
		return DD_STR("");
	return dd_str_take(dd_str_skip(bytes, (size_t)offset), size < bytes.n ? (size_t)size : bytes.n);
}

static uint32_t u32(const struct dd_macho *m, const char *p)
{
	return m->big ? dd_be32(p) : dd_le32(p);
}

static uint64_t word(const struct dd_macho *m, const char *p)
{
	if (!m->is64)
		return u32(m, p);
	return m->big ? dd_be64(p) : dd_le64(p);
}

/* A name field of 16 bytes. */
static struct dd_str name_at(const char *p)
{
	struct dd_str s = { p, 16 };
	return dd_str_take(s, dd_str_find(s, '\0'));
}

/* Is it a universal file, and of which size? */
static bool is_universal(struct dd_str bytes, bool *ret_is64)
{
	if (bytes.n < FAT_HEADER || memcmp(bytes.p, "\xca\xfe\xba", 3) != 0)
		return false;
	*ret_is64 = bytes.p[3] == '\xbf';
	uint32_t n = dd_be32(bytes.p + 4);
	return (bytes.p[3] == '\xbe' || *ret_is64) && n > 0 && n <= DD_MACHO_SLICES_MAX;
}

static bool is_program(struct dd_str bytes, struct dd_macho *ret)
{
	if (bytes.n < 4)
		return false;
	uint32_t magic = dd_be32(bytes.p);
	ret->big = magic == 0xfeedface || magic == 0xfeedfacf;
	if (!ret->big)
		magic = dd_le32(bytes.p);
	ret->is64 = magic == 0xfeedfacf;
	return ret->is64 || magic == 0xfeedface;
}

enum dd_code dd_macho_slices(struct dd_str bytes, uint32_t *ret_n, struct dd_err *err)
{
	struct dd_macho m;
	bool is64;
	if (is_program(bytes, &m)) {
		*ret_n = 1;
		return DD_OK;
	}
	if (!is_universal(bytes, &is64))
		return dd_fail(err, DD_EPARSE, 0, "not a Mach-O file");
	size_t room = (bytes.n - FAT_HEADER) / (is64 ? FAT_ARCH64 : FAT_ARCH32);
	uint32_t n = dd_be32(bytes.p + 4);
	*ret_n = n < room ? n : (uint32_t)room;
	return DD_OK;
}

/* Program i of a universal file, or the file itself. */
static struct dd_str slice(struct dd_str bytes, uint32_t i)
{
	bool is64;
	if (!is_universal(bytes, &is64))
		return i == 0 ? bytes : DD_STR("");
	size_t entry = is64 ? FAT_ARCH64 : FAT_ARCH32;
	struct dd_str arch = part(bytes, FAT_HEADER + (uint64_t)i * entry, entry);
	if (arch.n < entry)
		return DD_STR("");
	if (is64)
		return part(bytes, dd_be64(arch.p + 8), dd_be64(arch.p + 16));
	return part(bytes, dd_be32(arch.p + 8), dd_be32(arch.p + 12));
}

enum dd_code dd_macho_open(struct dd_str bytes, uint32_t i, struct dd_macho *ret, struct dd_err *err)
{
	struct dd_str program = slice(bytes, i);
	struct dd_macho m = { .bytes = program };
	uint64_t at = program.n ? (uint64_t)(program.p - bytes.p) : 0;
	if (!is_program(program, &m))
		return dd_fail(err, DD_EPARSE, at, "program %u of a universal Mach-O file is none", i);
	size_t header = m.is64 ? HEADER64 : HEADER32;
	if (program.n < header)
		return dd_fail(err, DD_EPARSE, at + program.n, "Mach-O file ends inside its header");
	m.cpu = u32(&m, program.p + 4);
	m.n_commands = u32(&m, program.p + 16);
	m.commands = part(program, header, u32(&m, program.p + 20));
	*ret = m;
	return DD_OK;
}

bool dd_macho_segment_next(const struct dd_macho *m, struct dd_str *commands, struct dd_macho_segment *ret)
{
	const uint32_t wanted = m->is64 ? LC_SEGMENT_64 : LC_SEGMENT;
	const size_t fixed = m->is64 ? SEGMENT64 : SEGMENT32, w = m->is64 ? 8 : 4;
	while (commands->n >= 8) {
		struct dd_str c = *commands;
		uint32_t cmd = u32(m, c.p), size = u32(m, c.p + 4);
		if (size < 8 || size > c.n)
			return false;
		*commands = dd_str_skip(c, size);
		c = dd_str_take(c, size);
		if (cmd != wanted || c.n < fixed)
			continue;
		const char *p = c.p + 24; /* vmaddr vmsize fileoff filesize maxprot initprot n_sections flags */
		uint64_t n = u32(m, p + 4 * w + 8), each = m->is64 ? SECTION64 : SECTION32;
		*ret = (struct dd_macho_segment){ .name = name_at(c.p + 8),
						  .data = part(m->bytes, word(m, p + 2 * w), word(m, p + 3 * w)),
						  .vmaddr = word(m, p),
						  .maxprot = u32(m, p + 4 * w),
						  .initprot = u32(m, p + 4 * w + 4),
						  .sections = part(c, fixed, n * each) };
		return true;
	}
	return false;
}

bool dd_macho_section_at(const struct dd_macho *m, const struct dd_macho_segment *s, uint32_t i,
			 struct dd_macho_section *ret)
{
	size_t each = m->is64 ? SECTION64 : SECTION32, w = m->is64 ? 8 : 4;
	struct dd_str raw = part(s->sections, (uint64_t)i * each, each);
	if (raw.n < each)
		return false;
	uint64_t addr = word(m, raw.p + 32), size = word(m, raw.p + 32 + w);
	uint32_t type = u32(m, raw.p + 32 + 2 * w + 16) & 0xff;
	bool zero_fill = type == 1 || type == 12 || type == 18; /* S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL */
	*ret = (struct dd_macho_section){ .segment = name_at(raw.p + 16),
					  .name = name_at(raw.p),
					  .data = zero_fill ? DD_STR("")
							    : part(m->bytes, u32(m, raw.p + 32 + 2 * w), size),
					  .addr = addr };
	return true;
}

bool dd_macho_section(const struct dd_macho *m, struct dd_str name, struct dd_macho_section *ret)
{
	struct dd_macho_segment s;
	struct dd_macho_section found;
	for (struct dd_str c = m->commands; dd_macho_segment_next(m, &c, &s);)
		for (uint32_t i = 0; dd_macho_section_at(m, &s, i, &found); i++)
			if (dd_str_eq(found.name, name)) {
				*ret = found;
				return true;
			}
	return false;
}

struct dd_str dd_macho_at_address(const struct dd_macho *m, uint64_t addr)
{
	struct dd_macho_segment s;
	for (struct dd_str c = m->commands; dd_macho_segment_next(m, &c, &s);)
		if (addr >= s.vmaddr && addr - s.vmaddr < s.data.n)
			return dd_str_skip(s.data, (size_t)(addr - s.vmaddr));
	return DD_STR("");
}
