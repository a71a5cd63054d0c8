/* SPDX-License-Identifier: Apache-2.0 */
/* Build information of Go programs.
 *
 *   information = FF " Go buildinf:" pointer_size flags …      at an address that is a multiple of 16; 32 bytes
 *   Go ≥ 1.18     flags & 2: behind the 32 bytes  version modules,  each  varint_length bytes
 *   Go < 1.18     flags & 1: big-endian; at byte 16 two pointers, each to a string header (pointer to bytes, length)
 *   modules     = 16 bytes of framing, text ending with a line feed, 16 bytes of framing
 *   text        = *( word TAB fields LF ):  path PACKAGE / mod PATH VERSION [SUM] / dep PATH VERSION [SUM] /
 *                 => PATH [VERSION [SUM]] (replaces the line before) / build KEY=VALUE
 *
 * Where: ELF: section .go.buildinfo, else the first writable PT_LOAD segment. PE: the first section that is
 * initialised, readable and writable data. Mach-O: section __go_buildinfo, else the first segment with protection rw-.
 * Stripping (-s -w, strip) leaves it; UPX does not.
 *
 * Limits: strings lie inside the segment they start in. A varint has at most 10 bytes. The data is searched once, and a
 * header is read only at the first place that has the magic at the right alignment; nothing is followed in circles, as
 * the old form has two steps. */
#include "format/go_buildinfo.h"

#include "base/bytes.h"
#include "format/elf.h"
#include "format/macho.h"
#include "format/pe.h"

enum { ALIGN = 16, HEADER_BYTES = 32, FRAME_BYTES = 16, AT_POINTER_SIZE = 14, AT_FLAGS = 15, AT_POINTERS = 16 };
enum { FLAG_BIG_ENDIAN = 1, FLAG_INLINE = 2 };
enum { PE_DATA = 0xc0000040, PE_ALIGN_MASK = 0x00f00000 }; /* initialised data, read, write */

static const struct dd_str magic = { "\377 Go buildinf:", 14 };

/* A program of any format, as far as it matters here. */
struct program {
	struct dd_elf elf;
	struct dd_pe pe;
	struct dd_macho macho;
	struct dd_str (*at)(const struct program *p, uint64_t addr);
	struct dd_str data; /* where the information is searched */
	uint64_t addr;	    /* of data */
};

static struct dd_str elf_at(const struct program *p, uint64_t addr)
{
	return dd_elf_at_address(&p->elf, addr);
}

static struct dd_str pe_at(const struct program *p, uint64_t addr)
{
	uint64_t rva = addr - p->pe.image_base;
	return addr < p->pe.image_base || rva > UINT32_MAX ? DD_STR("") : dd_pe_at_rva(&p->pe, (uint32_t)rva);
}

static struct dd_str macho_at(const struct program *p, uint64_t addr)
{
	return dd_macho_at_address(&p->macho, addr);
}

static void find_elf_data(struct program *p)
{
	struct dd_elf_section s;
	struct dd_elf_segment g;
	p->at = elf_at;
	if (dd_elf_section(&p->elf, DD_STR(".go.buildinfo"), &s)) {
		p->data = s.data;
		p->addr = s.addr;
		return;
	}
	for (uint32_t i = 0; dd_elf_segment_at(&p->elf, i, &g); i++)
		if (g.type == DD_ELF_PT_LOAD && (g.flags & (DD_ELF_PF_X | DD_ELF_PF_W)) == DD_ELF_PF_W) {
			p->data = g.data;
			p->addr = g.vaddr;
			return;
		}
}

static void find_pe_data(struct program *p)
{
	struct dd_pe_section s;
	p->at = pe_at;
	for (uint32_t i = 0; dd_pe_section_at(&p->pe, i, &s); i++)
		if (s.rva && s.data.n && (s.characteristics & ~(uint32_t)PE_ALIGN_MASK) == (uint32_t)PE_DATA) {
			p->data = s.data;
			p->addr = p->pe.image_base + s.rva;
			return;
		}
}

static void find_macho_data(struct program *p)
{
	struct dd_macho_section s;
	struct dd_macho_segment g;
	p->at = macho_at;
	if (dd_macho_section(&p->macho, DD_STR("__go_buildinfo"), &s)) {
		p->data = s.data;
		p->addr = s.addr;
		return;
	}
	for (struct dd_str c = p->macho.commands; dd_macho_segment_next(&p->macho, &c, &g);)
		if (g.vmaddr && g.data.n && g.initprot == 3 && g.maxprot == 3) {
			p->data = g.data;
			p->addr = g.vmaddr;
			return;
		}
}

/* The information, from its header to the end of the data; empty: none. */
static struct dd_str find_header(const struct program *p)
{
	for (struct dd_str rest = p->data; rest.n >= HEADER_BYTES;) {
		size_t at = dd_str_search(rest, magic);
		rest = dd_str_skip(rest, at);
		if (rest.n < HEADER_BYTES)
			break;
		if ((p->addr + (uint64_t)(rest.p - p->data.p)) % ALIGN == 0)
			return rest;
		rest = dd_str_skip(rest, 1);
	}
	return DD_STR("");
}

/* A length as varint and its bytes, cut off *rest. */
static bool inline_string(struct dd_str *rest, struct dd_str *ret)
{
	uint64_t n = 0;
	size_t i = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (i == rest->n)
			return false;
		unsigned char c = (unsigned char)rest->p[i++];
		n |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			break;
	}
	*rest = dd_str_skip(*rest, i);
	if (n > rest->n)
		return false;
	*ret = dd_str_take(*rest, (size_t)n);
	*rest = dd_str_skip(*rest, (size_t)n);
	return true;
}

struct pointers {
	bool big;
	size_t size; /* 4 or 8 */
};

static uint64_t pointer(const struct pointers *how, const char *p)
{
	if (how->size == 4)
		return how->big ? dd_be32(p) : dd_le32(p);
	return how->big ? dd_be64(p) : dd_le64(p);
}

/* The string whose header is at addr. */
static bool string_at(const struct program *p, const struct pointers *how, uint64_t addr, struct dd_str *ret)
{
	struct dd_str header = p->at(p, addr);
	if (header.n < 2 * how->size)
		return false;
	uint64_t n = pointer(how, header.p + how->size);
	struct dd_str s = p->at(p, pointer(how, header.p));
	if (n > s.n)
		return false;
	*ret = dd_str_take(s, (size_t)n);
	return true;
}

static bool read_strings(const struct program *p, struct dd_str header, struct dd_str *version, struct dd_str *modules)
{
	unsigned char flags = (unsigned char)header.p[AT_FLAGS];
	if (flags & FLAG_INLINE) {
		struct dd_str rest = dd_str_skip(header, HEADER_BYTES);
		return inline_string(&rest, version) && inline_string(&rest, modules);
	}
	struct pointers how = { (flags & FLAG_BIG_ENDIAN) != 0, (unsigned char)header.p[AT_POINTER_SIZE] };
	if (how.size != 4 && how.size != 8)
		return false;
	if (!string_at(p, &how, pointer(&how, header.p + AT_POINTERS), version))
		return false;
	/* A program without modules has a null pointer or an empty string there. */
	if (!string_at(p, &how, pointer(&how, header.p + AT_POINTERS + how.size), modules))
		*modules = DD_STR("");
	return true;
}

static enum dd_code read_program(struct dd_str bytes, const struct program *p, struct dd_go_buildinfo *ret,
				 bool *ret_found, struct dd_err *err)
{
	struct dd_str version, modules, header = find_header(p);
	if (header.n == 0) {
		*ret_found = false;
		return DD_OK;
	}
	if (!read_strings(p, header, &version, &modules))
		return dd_fail(err, DD_EPARSE, (uint64_t)(header.p - bytes.p), "damaged Go build information");
	/* debug/buildinfo: what does not end in a line feed before its framing is none. */
	if (modules.n > 2 * FRAME_BYTES && modules.p[modules.n - FRAME_BYTES - 1] == '\n')
		modules = dd_str_take(dd_str_skip(modules, FRAME_BYTES), modules.n - 2 * (size_t)FRAME_BYTES);
	else
		modules = DD_STR("");
	*ret_found = version.n > 0;
	if (*ret_found)
		*ret = (struct dd_go_buildinfo){ .version = version,
						 .modules = modules,
						 .at = modules.n ? (uint64_t)(modules.p - bytes.p) : DD_NO_OFFSET };
	return DD_OK;
}

static enum dd_code read_macho(struct dd_str bytes, struct program *p, struct dd_go_buildinfo *ret, bool *ret_found,
			       struct dd_err *err)
{
	uint32_t n;
	bool found = false;
	if (dd_macho_slices(bytes, &n, NULL) != DD_OK)
		n = 0; /* a Java class file */
	for (uint32_t i = 0; i < n && !found; i++) {
		p->data = DD_STR("");
		if (dd_macho_open(bytes, i, &p->macho, NULL) != DD_OK)
			continue;
		find_macho_data(p);
		DD_TRY(read_program(bytes, p, ret, &found, err));
	}
	*ret_found = found;
	return DD_OK;
}

enum dd_code dd_go_buildinfo_read(struct dd_str bytes, struct dd_go_buildinfo *ret, bool *ret_found, struct dd_err *err)
{
	struct program p = { .data = DD_STR("") };
	if (dd_elf_open(bytes, &p.elf, NULL) == DD_OK)
		find_elf_data(&p);
	else if (dd_pe_open(bytes, &p.pe, NULL) == DD_OK)
		find_pe_data(&p);
	else
		return read_macho(bytes, &p, ret, ret_found, err);
	return read_program(bytes, &p, ret, ret_found, err);
}

bool dd_go_buildinfo_line(struct dd_str *rest, struct dd_go_line *ret)
{
	struct dd_str line, part;
	if (!dd_str_line(rest, &line))
		return false;
	struct dd_go_line l = { .n = 0 };
	size_t tab = dd_str_find(line, '\t');
	l.word = dd_str_take(line, tab);
	line = tab < line.n ? dd_str_skip(line, tab + 1) : (struct dd_str){ NULL, 0 };
	if (dd_str_eq(l.word, DD_STR("build"))) { /* a quoted value has no tab, but a plain one may */
		l.field[0] = line;
		l.n = line.p != NULL;
	} else {
		while (l.n < DD_COUNT(l.field) && dd_str_next(&line, '\t', &part))
			l.field[l.n++] = part;
	}
	*ret = l;
	return true;
}

/* The byte or character of an escape of Go's strconv.Quote behind the backslash; 0 consumed: damaged. */
static size_t unescape(struct dd_str s, char *to, size_t *n)
{
	static const char plain[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"''";
	size_t digits = 0;
	uint32_t v = 0;
	if (s.n == 0)
		return 0;
	for (size_t i = 0; plain[i]; i += 2)
		if (s.p[0] == plain[i]) {
			to[(*n)++] = plain[i + 1];
			return 1;
		}
	digits = s.p[0] == 'x' ? 2 : s.p[0] == 'u' ? 4 : s.p[0] == 'U' ? 8 : 0;
	if (digits == 0 || s.n < 1 + digits)
		return 0;
	for (size_t i = 1; i <= digits; i++) {
		char c = dd_lower(s.p[i]);
		if (!dd_is_digit(c) && !(c >= 'a' && c <= 'f'))
			return 0;
		v = v << 4 | (uint32_t)(dd_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	/* Characters that need an escape are no part of any version: outside ASCII they become one mark. */
	to[(*n)++] = (char)(digits == 2 || v < 0x80 ? v : '?');
	return 1 + digits;
}

/* Cuts a quoted or (up to `end`, which is cut too) a plain text off *s. */
static bool take_text(struct dd_str *s, bool plain_to_equals, char *space, struct dd_str *ret)
{
	char quote = s->n ? s->p[0] : '\0';
	size_t n = 0;
	if (quote != '"' && quote != '`') {
		size_t end = plain_to_equals ? dd_str_find(*s, '=') : s->n;
		*ret = dd_str_take(*s, end);
		*s = dd_str_skip(*s, end);
		return true;
	}
	for (struct dd_str rest = dd_str_skip(*s, 1); rest.n;) {
		char c = rest.p[0];
		rest = dd_str_skip(rest, 1);
		if (c == quote) {
			*ret = (struct dd_str){ space, n };
			*s = rest;
			return true;
		}
		if (c != '\\' || quote == '`') {
			space[n++] = c;
			continue;
		}
		size_t used = unescape(rest, space, &n);
		if (used == 0)
			return false;
		rest = dd_str_skip(rest, used);
	}
	return false;
}

bool dd_go_buildinfo_setting(struct dd_str s, char *space, struct dd_str *ret_key, struct dd_str *ret_value)
{
	struct dd_str key, value;
	size_t n = s.n;
	if (!take_text(&s, true, space, &key) || key.n == 0 || s.n == 0 || s.p[0] != '=')
		return false;
	s = dd_str_skip(s, 1);
	if (!take_text(&s, false, space + n - s.n, &value) || s.n)
		return false;
	*ret_key = key;
	*ret_value = value;
	return true;
}
