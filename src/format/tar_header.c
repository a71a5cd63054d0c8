/* SPDX-License-Identifier: Apache-2.0 */
/* One tar header block.
 *
 * offset size field       v7  ustar/pax  old GNU
 *      0  100 name         •  •          •          NUL-terminated unless it fills the field
 *    100    8 mode         •  •          •          numbers: octal, see below
 *    108    8 uid, 116 8 gid, 124 12 size, 136 12 mtime
 *    148    8 chksum       sum of all 512 bytes with this field as blanks
 *    156    1 typeflag
 *    157  100 linkname
 *    257    6 magic           "ustar\0"  "ustar "   (old GNU's version field is " \0")
 *    329    8 devmajor, 337 8 devminor
 *    345  155 prefix          joined with '/' (star: 131 bytes); old GNU has atime, ctime, sparse map
 *    508    4 star's trailer "tar\0"
 *
 * Numbers in the wild: blanks or NULs before and behind; all blank or all NUL means 0; no terminator when the digits
 * fill the field; what stands behind a NUL is junk of older content. First byte with bit 7: base 256, big-endian
 * two's complement of the remaining bits (GNU, star: sizes of 8 GiB and more, times before 1970). Device numbers are
 * read for devices only: v7 writers leave junk there. Checksums of some old Suns add signed chars: both sums count.
 * Sources: POSIX.1-2017 pax §ustar Interchange Format; GNU tar manual "Basic Tar Format"; star(5). */
#include <endian.h>

#include "base/limits.h"
#include "format/tar_parts.h"

struct field {
	size_t at, n;
	const char *name;
};

static const struct field f_name = { 0, 100, "name" }, f_mode = { 100, 8, "mode" }, f_uid = { 108, 8, "uid" },
			  f_gid = { 116, 8, "gid" }, f_size = { 124, 12, "size" }, f_mtime = { 136, 12, "mtime" },
			  f_checksum = { 148, 8, "checksum" }, f_link = { 157, 100, "linkname" },
			  f_magic = { 257, 6, "magic" }, f_version = { 263, 2, "version" },
			  f_major = { 329, 8, "devmajor" }, f_minor = { 337, 8, "devminor" },
			  f_atime = { 345, 12, "atime" }, f_ctime = { 357, 12, "ctime" },
			  f_prefix = { 345, 155, "prefix" }, f_star_prefix = { 345, 131, "prefix" },
			  f_trailer = { 508, 4, "trailer" };
enum { TYPEFLAG_AT = 156 };

static struct dd_str bytes_of(const char *block, struct field f)
{
	return (struct dd_str){ block + f.at, f.n };
}

static struct dd_str text_of(const char *block, struct field f)
{
	return (struct dd_str){ block + f.at, strnlen(block + f.at, f.n) };
}

static bool base256(struct dd_str field, int64_t *ret)
{
	unsigned char flip = field.p[0] & 0x40 ? 0xff : 0;
	uint64_t v = 0;
	for (size_t i = 0; i < field.n; i++) {
		unsigned char c = (unsigned char)field.p[i] ^ flip;
		if (i == 0)
			c &= 0x7f;
		if (v >> 55)
			return false;
		v = v << 8 | c;
	}
	*ret = flip ? (int64_t)~v : (int64_t)v;
	return true;
}

/* Eight octal digits, or seven and a blank or NUL, at once: neighbours are joined in pairs, fours, eights. Gives how
 * many digits there were, 0 when it is neither. A tenth of the time of 3 million headers. */
static size_t octal_word(const char *p, uint64_t *ret)
{
	uint64_t w;
	bool seven = (p[7] & ~' ') == 0;
	memcpy(&w, p, sizeof w);
	w = le64toh(w); /* the first digit is the lowest byte */
	if (seven)
		w = w << 8 | '0';
	w ^= UINT64_C(0x3030303030303030);
	if (w & UINT64_C(0xf8f8f8f8f8f8f8f8))
		return 0;
	w = ((w << 3) + (w >> 8)) & UINT64_C(0x003f003f003f003f);
	w = ((w << 6) + (w >> 16)) & UINT64_C(0x00000fff00000fff);
	*ret = ((w << 12) + (w >> 32)) & 0xffffff;
	return 8 - (size_t)seven;
}

static bool octal(struct dd_str field, int64_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;
	while (i < field.n && (field.p[i] == ' ' || field.p[i] == '\0'))
		i++;
	if (field.n - i >= sizeof v)
		i += octal_word(field.p + i, &v);
	for (; i < field.n && field.p[i] >= '0' && field.p[i] <= '7'; i++) {
		if (v >> 60)
			return false;
		v = v << 3 | (uint64_t)(field.p[i] - '0');
	}
	*ret = (int64_t)v;
	if (i < field.n && field.p[i] == ' ')
		while (i < field.n && (field.p[i] == ' ' || field.p[i] == '\0'))
			i++;
	return i == field.n || field.p[i] == '\0';
}

bool dd_tar_number(struct dd_str field, int64_t *ret)
{
	return field.n && (unsigned char)field.p[0] & 0x80 ? base256(field, ret) : octal(field, ret);
}

/* Sum of the bytes. Eight lanes of 16 bits add two bytes of each of 32 vectors: 2 * 32 * 255 at most. */
static int64_t unsigned_sum(const char *block)
{
	typedef uint16_t lanes __attribute__((vector_size(16)));
	lanes sum = { 0 }, v;
	int64_t total = 0;
	for (size_t i = 0; i < TAR_BLOCK_BYTES; i += sizeof v) {
		memcpy(&v, block + i, sizeof v);
		sum += (v & 0xff) + (v >> 8);
	}
	for (size_t i = 0; i < sizeof sum / sizeof sum[0]; i++)
		total += sum[i];
	return total;
}

static bool checksum_holds(const char *block)
{
	struct dd_str field = bytes_of(block, f_checksum);
	int64_t want, sum = unsigned_sum(block), high = 0;
	if (!octal(field, &want))
		return false;
	for (size_t i = 0; i < field.n; i++)
		sum += ' ' - (unsigned char)field.p[i];
	if (sum == want)
		return true;
	for (size_t i = 0; i < TAR_BLOCK_BYTES; i++)
		if ((i < f_checksum.at || i >= f_checksum.at + f_checksum.n) && (unsigned char)block[i] & 0x80)
			high++;
	return sum - 256 * high == want;
}

bool dd_tar_block_is_zero(const char *block)
{
	return block[0] == '\0' && memcmp(block, block + 1, TAR_BLOCK_BYTES - 1) == 0;
}

bool dd_tar_detect(struct dd_str head)
{
	return head.n >= TAR_BLOCK_BYTES && !dd_tar_block_is_zero(head.p) && checksum_holds(head.p);
}

static enum dd_tar_format format_of(const char *block)
{
	struct dd_str magic = bytes_of(block, f_magic);
	if (dd_str_eq(magic, DD_STR("ustar\0")))
		return dd_str_eq(bytes_of(block, f_trailer), DD_STR("tar\0")) ? TAR_STAR : TAR_USTAR;
	if (dd_str_eq(magic, DD_STR("ustar ")) && dd_str_eq(bytes_of(block, f_version), DD_STR(" \0")))
		return TAR_GNU;
	return TAR_V7;
}

/* Old GNU headers have no prefix. But Go's writer gave them one before Go 1.8, its reader therefore takes text where
 * the times should be for a prefix, and container runtimes with it: so it is one. */
static struct dd_str gnu_prefix(const char *block)
{
	struct dd_str prefix = text_of(block, f_prefix), atime = bytes_of(block, f_atime),
		      ctime = bytes_of(block, f_ctime);
	int64_t time;
	bool times = (!atime.p[0] || dd_tar_number(atime, &time)) && (!ctime.p[0] || dd_tar_number(ctime, &time));
	for (size_t i = 0; i < prefix.n; i++)
		if ((unsigned char)prefix.p[i] & 0x80)
			return DD_STR("");
	return times ? DD_STR("") : prefix;
}

static struct dd_str prefix_of(const char *block, enum dd_tar_format format)
{
	if (format == TAR_USTAR)
		return text_of(block, f_prefix);
	if (format == TAR_STAR)
		return text_of(block, f_star_prefix);
	/* the common case has neither times nor a map here */
	return format == TAR_GNU && (block[f_atime.at] || block[f_ctime.at]) ? gnu_prefix(block) : DD_STR("");
}

static void join_name(const char *block, struct dd_tar_header *h)
{
	struct dd_str name = text_of(block, f_name), prefix = prefix_of(block, h->format);
	size_t n = 0;
	if (prefix.n) {
		memcpy(h->name, prefix.p, prefix.n);
		n = prefix.n;
		h->name[n++] = '/';
	}
	memcpy(h->name + n, name.p, name.n);
	h->name_n = n + name.n;
}

__attribute__((cold, noinline)) static enum dd_code fail_number(const char *block, struct field f, uint64_t at,
								struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, at + f.at, "tar header: field %s holds no number: %s", f.name,
		       DD_QUOTE(bytes_of(block, f)));
}

static enum dd_code number(const char *block, struct field f, uint64_t at, int64_t *ret, struct dd_err *err)
{
	if (dd_tar_number(bytes_of(block, f), ret))
		return DD_OK;
	return fail_number(block, f, at, err);
}

uint64_t dd_tar_id(int64_t id)
{
	return id < 0 ? (uint32_t)id : (uint64_t)id;
}

enum dd_code dd_tar_header_parse(const char *block, uint64_t at, struct dd_tar_header *ret, struct dd_err *err)
{
	int64_t mode, uid, gid, size, mtime, major = 0, minor = 0;
	if (!checksum_holds(block))
		return dd_fail(err, DD_EPARSE, at, "tar header: bad checksum");
	DD_TRY(number(block, f_mode, at, &mode, err));
	DD_TRY(number(block, f_uid, at, &uid, err));
	DD_TRY(number(block, f_gid, at, &gid, err));
	DD_TRY(number(block, f_size, at, &size, err));
	DD_TRY(number(block, f_mtime, at, &mtime, err));
	if (size < 0)
		return dd_fail(err, DD_EPARSE, at + f_size.at, "tar header: negative size");
	char typeflag = block[TYPEFLAG_AT];
	enum dd_tar_format format = format_of(block);
	if ((typeflag == '3' || typeflag == '4') && format != TAR_V7) {
		DD_TRY(number(block, f_major, at, &major, err));
		DD_TRY(number(block, f_minor, at, &minor, err));
	}
	ret->format = format;
	ret->typeflag = typeflag;
	ret->link = text_of(block, f_link);
	ret->mode = (uint32_t)mode & 07777;
	ret->uid = dd_tar_id(uid);
	ret->gid = dd_tar_id(gid);
	ret->size = (uint64_t)size;
	ret->mtime = mtime;
	ret->dev_major = (uint32_t)major;
	ret->dev_minor = (uint32_t)minor;
	join_name(block, ret);
	return DD_OK;
}
