/* SPDX-License-Identifier: Apache-2.0 */
/* macOS programs in memory: Mach-O of both sizes and byte orders, and universal ("fat") files that hold several.
 * A struct dd_macho is a view of the bytes, which must stay. Offsets and sizes that lead out of the file are cut to
 * what is there. Source: Apple, <mach-o/loader.h>, <mach-o/fat.h>. */
#ifndef DD_MACHO_H
#define DD_MACHO_H

#include "base/err.h"
#include "base/str.h"

enum { DD_MACHO_SLICES_MAX = 32 }; /* of a universal file; real ones have up to 5. More look like a Java class file */

struct dd_macho {
	struct dd_str bytes;
	bool is64, big;
	uint32_t cpu;		/* CPU_TYPE_…: 0x01000007 x86-64, 0x0100000c arm64 */
	struct dd_str commands; /* the load commands that lie in the file */
	uint32_t n_commands;
};

struct dd_macho_segment {
	struct dd_str name; /* up to 16 bytes: "__TEXT", "__DATA" */
	struct dd_str data; /* what of it lies in the file */
	uint64_t vmaddr;
	uint32_t maxprot, initprot; /* 1 read, 2 write, 4 execute */
	struct dd_str sections;	    /* raw entries, for dd_macho_section_at */
};

struct dd_macho_section {
	struct dd_str segment, name; /* up to 16 bytes each: "__DATA", "__go_buildinfo" */
	struct dd_str data;
	uint64_t addr;
};

/* The number of programs in the file: 1, or those of a universal file. DD_EPARSE: no Mach-O. */
enum dd_code dd_macho_slices(struct dd_str bytes, uint32_t *ret_n, struct dd_err *err);
/* Opens program i of them. DD_EPARSE: damaged. */
enum dd_code dd_macho_open(struct dd_str bytes, uint32_t i, struct dd_macho *ret, struct dd_err *err);
/* `for (struct dd_str c = m.commands; dd_macho_segment_next(&m, &c, &segment);)`. Damage ends it. */
bool dd_macho_segment_next(const struct dd_macho *m, struct dd_str *commands, struct dd_macho_segment *ret);
/* False: the segment has no section i. */
bool dd_macho_section_at(const struct dd_macho *m, const struct dd_macho_segment *s, uint32_t i,
			 struct dd_macho_section *ret);
/* The first section of that name in any segment. */
bool dd_macho_section(const struct dd_macho *m, struct dd_str name, struct dd_macho_section *ret);
/* The file's bytes that are loaded at a virtual address, up to the end of their segment; empty: none. */
struct dd_str dd_macho_at_address(const struct dd_macho *m, uint64_t addr);

#endif
