/* SPDX-License-Identifier: Apache-2.0 */
/* Windows programs in memory (PE32, PE32+): sections, data directories, and the version information resource.
 * A struct dd_pe is a view of the bytes, which must stay. Offsets and sizes that lead out of the file are cut to what
 * is there. Source: Microsoft, «PE Format»; «VS_VERSIONINFO», «StringFileInfo», «VS_FIXEDFILEINFO» (verrsrc.h). */
#ifndef DD_PE_H
#define DD_PE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	DD_PE_EXPORTS = 0, /* data directories */
	DD_PE_IMPORTS = 1,
	DD_PE_RESOURCES = 2,
	DD_PE_CLR_HEADER = 14, /* there and not empty: a .NET assembly */
	DD_PE_DIRECTORIES = 16,
	DD_PE_MACHINE_I386 = 0x14c, /* machine */
	DD_PE_MACHINE_AMD64 = 0x8664,
	DD_PE_MACHINE_ARM64 = 0xaa64,
	DD_PE_DLL = 0x2000, /* characteristics of the file */
};

struct dd_pe {
	struct dd_str bytes;
	bool is64; /* PE32+ */
	uint16_t machine, characteristics;
	uint32_t timestamp;
	uint64_t image_base;
	uint64_t sections;   /* offset of the section table */
	uint32_t n_sections; /* entries that lie in the file whole */
	struct {
		uint32_t rva, size;
	} directories[DD_PE_DIRECTORIES];
};

struct dd_pe_section {
	struct dd_str name; /* up to 8 bytes; not resolved when it names a string table entry ("/4") */
	struct dd_str data; /* what of it lies in the file */
	uint32_t rva, virtual_size, characteristics;
};

/* DD_EPARSE: no PE file (a DOS program, or something else that starts with "MZ"), or cut inside its headers. */
enum dd_code dd_pe_open(struct dd_str bytes, struct dd_pe *ret, struct dd_err *err);
bool dd_pe_section_at(const struct dd_pe *pe, uint32_t i, struct dd_pe_section *ret); /* false: i >= n_sections */
bool dd_pe_section(const struct dd_pe *pe, struct dd_str name, struct dd_pe_section *ret);
/* The file's bytes that are loaded at a relative virtual address, up to the end of their section; empty: none. */
struct dd_str dd_pe_at_rva(const struct dd_pe *pe, uint32_t rva);
/* A data directory's bytes, cut to the section it starts in; empty: none. */
struct dd_str dd_pe_directory(const struct dd_pe *pe, unsigned directory);

/* The version information resource, of the language that comes first. Names of strings: "ProductName",
 * "ProductVersion", "FileVersion", "FileDescription", "CompanyName", "OriginalFilename", "InternalName", "Comments",
 * "Assembly Version" … */
struct dd_pe_version_string {
	struct dd_str name, value; /* UTF-8, in the arena; without trailing NULs and blanks; lone surrogates: U+FFFD */
};
struct dd_pe_version {
	bool fixed;	  /* the next two were there (signature 0xFEEF04BD) */
	uint16_t file[4]; /* 1.2.3.4 */
	uint16_t product[4];
	size_t n;
	struct dd_pe_version_string *strings; /* in the order of the file, at most DD_PE_STRINGS_MAX */
};
enum { DD_PE_STRINGS_MAX = 256 };

/* *ret_found false: the file has no such resource, ret is not written. DD_EPARSE: it has one that is damaged. */
enum dd_code dd_pe_version(const struct dd_pe *pe, struct dd_arena *a, struct dd_pe_version *ret, bool *ret_found,
			   struct dd_err *err);
/* The value of that name (ASCII case does not matter); empty: none. */
struct dd_str dd_pe_version_string(const struct dd_pe_version *v, struct dd_str name);

#endif
