/* SPDX-License-Identifier: Apache-2.0 */
/* The database file, format 2. Internal to src/db.
 *
 *   header    DD_DBFILE_HEADER_BYTES: magic, numbers, section table, two digests (struct dd_dbfile_header)
 *   sections  one behind the other in the order of enum dd_section, each starting on a multiple of 8, zero bytes
 * between
 *
 * Every section but TEXT is a table of little-endian u32 cells, DD_SECTION_COLUMNS wide. A text is a number: row i and
 * i + 1 of STRINGS are the ends of its bytes in TEXT. Texts are unique and in byte order, text 0 is the empty one; so
 * comparing two numbers compares two texts, and every sorted table is sorted by numbers. Lists (of texts, rows, version
 * ranges) lie in WORDS; a cell pair (offset, count) or an offset alone points to them.
 *
 * What is affected (column AFFECTS of an entry: offset in WORDS):
 *   n_ranges n_versions { type n_events { kind text }* }* { text }*
 *
 * Records and vulnerabilities. A *record* is one document of a source: GHSA-…, ALSA-…, "CVE-… in the Debian tracker".
 * A *vulnerability* is what the user gets one finding for. They are joined like this (join.c):
 * - Names in `aliases` are the same vulnerability, symmetric and transitive. `related` never joins, and no edge of a
 *   withdrawn record may join two vulnerabilities that live records keep apart.
 * - Records that speak OF vulnerabilities instead of BEING one ("bundles": ALSA, RHSA, DSA, USN … by their prefix,
 * every record with `upstream`, and all of the Debian and Alpine trackers) are no node of that graph. They point to
 * each CVE they name in aliases, upstream or (AlmaLinux has nothing else) related. The file stores their packages once;
 *   dd_db_find() hands out one advisory for each CVE. A bundle without any CVE stands for itself under its own id.
 * - A group that holds several CVEs (GO-2022-0536 is CVE-2019-9512 and -9514) stays one vulnerability for the records
 *   that say so, named by its first GHSA, else by its first name. But a bundle that names one of those CVEs means only
 *   that one: such a CVE gets a vulnerability of its own beside the group. */
#ifndef DD_DBFILE_H
#define DD_DBFILE_H

#include <stdint.h>

#define DD_DBFILE_MAGIC                                                                                                \
	"\x89"                                                                                                         \
	"DDB\r\n\x1a\n"
enum { DD_DBFILE_MAGIC_BYTES = 8, DD_DBFILE_FORMAT = 2, DD_DBFILE_HEADER_BYTES = 512, DD_DBFILE_ALIGN = 8 };

enum dd_section {
	DD_SECTION_STRINGS,
	DD_SECTION_TEXT,
	DD_SECTION_SOURCES,    /* sorted by name */
	DD_SECTION_ECOSYSTEMS, /* sorted */
	DD_SECTION_PACKAGES,   /* sorted by ecosystem, name */
	DD_SECTION_NAMES,      /* rows of PACKAGES sorted by name, ecosystem */
	DD_SECTION_ENTRIES,    /* a package's side by side, sorted by record */
	DD_SECTION_RECORDS,    /* sorted by id, source */
	DD_SECTION_VULNS,      /* sorted by id */
	DD_SECTION_IDS,	       /* sorted by name */
	DD_SECTION_EOL,	       /* sorted by product, cycle */
	DD_SECTION_JARS,       /* sorted by SHA-1 */
	DD_SECTION_WORDS,
	DD_SECTION_COUNT
};

/* Columns, in the order of the sections above. */
enum { DD_SRC_KIND, DD_SRC_NAME, DD_SRC_URL, DD_SRC_DIGEST, DD_SRC_DATE, DD_SRC_RECORDS, DD_SRC_COLUMNS };
enum { DD_PKG_ECOSYSTEM, DD_PKG_NAME, DD_PKG_FIRST, DD_PKG_COUNT, DD_PKG_COLUMNS };
enum {
	DD_ENT_RECORD,
	DD_ENT_PACKAGE,
	DD_ENT_AFFECTS,
	DD_ENT_NOTE,
	DD_ENT_MODULE,
	DD_ENT_ARCHES,
	DD_ENT_SOURCE,
	DD_ENT_STATE, /* status | fix state << 8 | severity << 16 */
	DD_ENT_COLUMNS
};
enum { DD_REC_ID, DD_REC_FLAGS, DD_REC_VULNS, DD_REC_N_VULNS, DD_REC_ENTRIES, DD_REC_N_ENTRIES, DD_REC_COLUMNS };
enum { DD_REC_FLAG_WITHDRAWN = 1 };
enum {
	DD_VUL_ID,
	DD_VUL_TITLE,
	DD_VUL_PUBLISHED,
	DD_VUL_MODIFIED,
	DD_VUL_ALIASES,
	DD_VUL_N_ALIASES,
	DD_VUL_CVSS, /* pairs (vector, source) */
	DD_VUL_N_CVSS,
	DD_VUL_CWES,
	DD_VUL_N_CWES,
	DD_VUL_RECORDS,
	DD_VUL_N_RECORDS,
	DD_VUL_SEVERITY_SOURCE,
	DD_VUL_KEV_DUE,
	DD_VUL_STATE, /* severity | DD_VUL_FLAG_… */
	DD_VUL_EPSS,  /* in units of 10^-9, DD_VUL_NO_EPSS: unknown */
	DD_VUL_EPSS_PERCENTILE,
	DD_VUL_COLUMNS
};
enum { DD_VUL_FLAG_WITHDRAWN = 0x100, DD_VUL_FLAG_KEV = 0x200, DD_VUL_FLAG_RANSOMWARE = 0x400 };
#define DD_VUL_NO_EPSS	 UINT32_MAX
#define DD_VUL_EPSS_UNIT 1e9
enum { DD_IDX_NAME, DD_IDX_VULNS, DD_IDX_N_VULNS, DD_IDX_COLUMNS };
enum {
	DD_EOL_PRODUCT,
	DD_EOL_CYCLE,
	DD_EOL_CODENAME,
	DD_EOL_DATE,
	DD_EOL_EXTENDED,
	DD_EOL_LATEST,
	DD_EOL_ENDED,
	DD_EOL_COLUMNS
};
/* A SHA-1 as five numbers, the first bytes first: comparing numbers compares digests. */
enum { DD_JAR_SHA1, DD_JAR_NAME = DD_JAR_SHA1 + 5, DD_JAR_VERSION, DD_JAR_COLUMNS };
/* 1 for tables of single cells; 0 for TEXT, which is bytes. */
#define DD_SECTION_COLUMNS                                                                                             \
	{                                                                                                              \
		1, 0, DD_SRC_COLUMNS, 1, DD_PKG_COLUMNS, 1, DD_ENT_COLUMNS, DD_REC_COLUMNS, DD_VUL_COLUMNS,            \
			DD_IDX_COLUMNS, DD_EOL_COLUMNS, DD_JAR_COLUMNS, 1                                              \
	}

/* All numbers little-endian. */
struct dd_dbfile_header {
	unsigned char magic[DD_DBFILE_MAGIC_BYTES];
	uint32_t format;
	uint32_t flags;	     /* DD_DBFILE_STARTER */
	uint64_t file_bytes; /* of the whole file */
	uint64_t built;	     /* seconds since the epoch (two's complement), 0: no source says its date */
	uint64_t advisories; /* entries × their vulnerabilities, without withdrawn ones */
	struct {
		uint64_t offset, bytes;
	} sections[DD_SECTION_COUNT];
	unsigned char content[32]; /* SHA-256 of everything behind the header */
	unsigned char zero[DD_DBFILE_HEADER_BYTES - 40 - 16 * DD_SECTION_COUNT - 64];
	unsigned char checksum[32]; /* SHA-256 of the header before this field */
};
enum { DD_DBFILE_STARTER = 1 };
_Static_assert(sizeof(struct dd_dbfile_header) == DD_DBFILE_HEADER_BYTES, "the header has no holes");

#endif
