/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds by their first bytes. Every file of an image is asked, so that nearly all of them are passed by on the first
 * byte and the checksum field of tar. Two bytes of magic are too few to be told of: what has no more (gzip, zlib,
 * compiled Python) must also begin as it does. */
#include "base/bytes.h"
#include "format/decompress.h"
#include "format/pyc.h"
#include "format/tar.h"
#include "format/zlib_stream.h"
#include "secret/inside.h"
#include "secret/inside_parts.h"

static bool begins(struct dd_str head, const char *magic, size_t n)
{
	return head.n >= n && memcmp(head.p, magic, n) == 0;
}

static bool is_gzip(struct dd_str head)
{
	return head.n >= 18 && (head.p[3] & 0xe0) == 0;
}

static bool is_bzip2(struct dd_str head)
{
	return head.n >= 14 && head.p[3] != '0' &&
	       (memcmp(head.p + 4, "1AY&SY", 6) == 0 || memcmp(head.p + 4, "\x17rE8P\x90", 6) == 0);
}

static bool is_compressed(struct dd_str head)
{
	switch (dd_compression_detect(head)) {
	case DD_COMPRESSION_GZIP:
		return is_gzip(head);
	case DD_COMPRESSION_BZIP2:
		return is_bzip2(head);
	case DD_COMPRESSION_ZSTD:
	case DD_COMPRESSION_XZ:
		return head.n >= 12;
	default:
		return false;
	}
}

/* Header of a loose object: "blob 123\0". */
static bool is_git_object(struct dd_str head)
{
	static const char *const types[] = { "blob ", "tree ", "commit ", "tag " };
	DD_CLEANUP(dd_zlib_freep) struct dd_zlib *z = NULL;
	struct dd_str block;
	if (head.n < 9 || (head.p[0] & 0x8f) != 8 || dd_be16(head.p) % 31 != 0 || (head.p[1] & 0x20))
		return false;
	if (dd_zlib_new(&z, NULL) != DD_OK)
		return false;
	if (dd_stream_next(dd_zlib_begin(z, head), &block, NULL) != DD_OK)
		return false;
	for (size_t i = 0; i < DD_COUNT(types); i++) {
		struct dd_str type = dd_str_from(types[i]), rest = dd_str_skip(block, type.n);
		size_t end = dd_str_find(rest, 0);
		uint64_t n;
		if (dd_str_starts(block, type))
			return end < rest.n && dd_str_u64(dd_str_take(rest, end), UINT64_MAX, &n);
	}
	return false;
}

/* Programs and scripts that carry an archive. */
static bool carries_zip(struct dd_str path, struct dd_str head)
{
	static const char *const endings[] = {
		".jar", ".war", ".ear", ".pex", ".pyz", ".shiv", ".zip", ".exe", ".par"
	};
	if (!begins(head, "#!", 2) && !begins(head, "MZ", 2) &&
	    !begins(head,
		    "\x7f"
		    "ELF",
		    4))
		return false;
	for (size_t i = 0; i < DD_COUNT(endings); i++)
		if (dd_str_ends(path, dd_str_from(endings[i])))
			return true;
	return false;
}

static const struct {
	const char *magic;
	size_t n;
	enum dd_inside_kind kind;
} magics[] = {
	{ "PK\3\4", 4, DD_INSIDE_ZIP },
	{ "PK\5\6", 4, DD_INSIDE_ZIP },
	{ "PK00PK\3\4", 8, DD_INSIDE_ZIP },
	{ "!<arch>\n", 8, DD_INSIDE_AR },
	{ "070701", 6, DD_INSIDE_CPIO },
	{ "070702", 6, DD_INSIDE_CPIO },
	{ "070707", 6, DD_INSIDE_CPIO },
	{ "SQLite format 3", 16, DD_INSIDE_SQLITE },
	{ "PACK\0\0\0\2", 8, DD_INSIDE_GIT_PACK },
	{ "PACK\0\0\0\3", 8, DD_INSIDE_GIT_PACK },
	{ "\xed\xab\xee\xdb", 4, DD_INSIDE_RPM },
};

enum dd_inside_kind dd_inside_kind(struct dd_str path, struct dd_str head)
{
	for (size_t i = 0; i < DD_COUNT(magics); i++)
		if (begins(head, magics[i].magic, magics[i].n))
			return magics[i].kind;
	if (is_compressed(head))
		return DD_INSIDE_COMPRESSED;
	if (dd_tar_detect(head))
		return DD_INSIDE_TAR;
	if (dd_pyc_detect(head))
		return DD_INSIDE_PYC;
	if (is_git_object(head))
		return DD_INSIDE_GIT_OBJECT;
	return carries_zip(path, head) ? DD_INSIDE_ZIP : DD_INSIDE_NONE;
}
