/* SPDX-License-Identifier: Apache-2.0 */
/* archive   = [any bytes] *( local-header data [descriptor] ) directory [zip64-end zip64-locator] end
 * directory = *central-header
 *
 * Everything is little endian. The end record is the last "PK\5\6" whose comment fits into the file and whose directory
 * fits before it; what it says of offsets is wrong by the length of the bytes before the archive (a shell script before
 * a Spring Boot jar) unless they were counted in: the directory's own place, which lies right before the end records,
 * tells. Fields of 0xffff and 0xffffffff stand in zip64 records.
 *
 * The central directory decides: name, sizes, method and checksum of the local headers (zero when a data descriptor
 * follows) are not looked at, only how long they are. Two records may have the same name: both are given. The number of
 * records in the end record is modulo 65536 in old archives and is not used.
 *
 * Against bombs: what is read of a member ends at the size that its record claims, one byte more is an error; and all
 * records together can claim no more stored bytes than the archive has, so that members cannot share their data
 * ("A better zip bomb", Fifield 2019: 1e8 to one by overlap). Deflate alone gives 1032 to one: callers count.
 *
 * In the wild: Spring Boot stores nested jars so that they can be looked at in place; jar(1) begins with the extra
 * field 0xcafe; old Ant jars have sizes only in descriptors; Android's zipalign pads extra fields with junk. Source:
 * PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16, 4.4, 4.5.3; libarchive 3.6 and unzip 6 for what real programs
 * take. Not read: encryption (7), methods but 0 and 8, several volumes, patches. */
#include "format/zip.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "base/bytes.h"

enum {
	END_BYTES = 22,
	COMMENT_MAX = 65535,
	LOCATOR_BYTES = 20,
	END64_BYTES = 56,
	CENTRAL_BYTES = 46,
	LOCAL_BYTES = 30,
	EXTRA_ZIP64 = 1,
	FLAG_ENCRYPTED = 1,
	FLAG_PATCH = 1 << 5,
	FLAG_DIRECTORY_ENCRYPTED = 1 << 13,
	METHOD_STORED = 0,
	METHOD_DEFLATED = 8,
	BLOCK_BYTES = 64 << 10,
	DEFLATE_RATIO_MAX = 1032, /* 258 bytes for two bits */
};

struct unpack {
	struct inflate_state state;
	uint8_t out[BLOCK_BYTES];
};

struct dd_zip {
	struct dd_str bytes;
	uint64_t at, end; /* the directory that is left to be read */
	uint64_t base;	  /* of all offsets in the archive */
	uint64_t claimed; /* stored bytes of the records so far */
	struct dd_zip_member member;
	struct {
		bool begun;
		struct dd_str in;
		uint64_t n; /* bytes handed out */
		uint32_t crc;
	} reading;
	struct unpack *unpack;
};

static bool has(struct dd_str bytes, uint64_t at, uint64_t n)
{
	return at <= bytes.n && bytes.n - at >= n;
}

static bool is_signature(struct dd_str bytes, uint64_t at, const char *four)
{
	return has(bytes, at, 4) && memcmp(bytes.p + at, four, 4) == 0;
}

/* ---- the end ---- */

struct ending {
	uint64_t at; /* where the end records begin: behind the directory */
	uint64_t size, offset;
};

/* The zip64 record that the locator before the end record points at. Bytes before the archive shift what it says; the
 * record then stands right before the locator. */
static bool read_end64(struct dd_str b, uint64_t locator, struct ending *e)
{
	uint64_t at = dd_le64(b.p + locator + 8);
	if (!is_signature(b, at, "PK\6\6") || !has(b, at, END64_BYTES) || at >= locator) {
		if (locator < END64_BYTES || !is_signature(b, locator - END64_BYTES, "PK\6\6"))
			return false;
		at = locator - END64_BYTES;
	}
	const char *p = b.p + at;
	e->at = at;
	e->size = dd_le64(p + 40);
	e->offset = dd_le64(p + 48);
	return true;
}

static bool read_end(struct dd_str b, uint64_t at, struct ending *ret)
{
	const char *p = b.p + at;
	if (!has(b, at, END_BYTES) || !has(b, at + END_BYTES, dd_le16(p + 20)))
		return false;
	struct ending e = { .at = at, .size = dd_le32(p + 12), .offset = dd_le32(p + 16) };
	bool full = e.size == UINT32_MAX || e.offset == UINT32_MAX || dd_le16(p + 10) == UINT16_MAX;
	/* Some writers add zip64 records that the end record has no need of; the directory ends before them, too. */
	if (at >= LOCATOR_BYTES && is_signature(b, at - LOCATOR_BYTES, "PK\6\7") &&
	    !read_end64(b, at - LOCATOR_BYTES, &e) && full)
		return false;
	uint64_t need;
	if (__builtin_add_overflow(e.size, e.offset, &need) || need > e.at)
		return false;
	/* A directory begins with a record, or is empty. */
	if (e.size && !is_signature(b, e.at - e.size, "PK\1\2"))
		return false;
	*ret = e;
	return true;
}

static enum dd_code find_end(struct dd_str b, struct ending *ret, struct dd_err *err)
{
	uint64_t first = b.n > END_BYTES + COMMENT_MAX ? b.n - END_BYTES - COMMENT_MAX : 0, n = b.n - first;
	while (n >= END_BYTES) {
		const char *p = memrchr(b.p + first, 'P', n - END_BYTES + 1);
		if (!p)
			break;
		uint64_t at = (uint64_t)(p - b.p);
		if (is_signature(b, at, "PK\5\6") && read_end(b, at, ret))
			return DD_OK;
		n = at - first + END_BYTES - 1;
	}
	return dd_fail(err, DD_EPARSE, b.n, "zip: no end of a central directory: not a zip archive, or cut");
}

enum dd_code dd_zip_open(struct dd_str bytes, struct dd_zip **ret, struct dd_err *err)
{
	struct ending e = { 0 };
	DD_TRY(find_end(bytes, &e, err));
	struct dd_zip *z = dd_alloc_zero(1, sizeof *z);
	if (!z)
		return dd_fail_nomem(err);
	z->bytes = bytes;
	z->at = e.at - e.size;
	z->end = e.at;
	z->base = z->at - e.offset;
	*ret = z;
	return DD_OK;
}

/* ---- the directory ---- */

/* Sizes and offset that did not fit into 32 bits, in this order, each only when its field is full. */
static bool read_zip64(struct dd_str extra, struct dd_zip_member *m)
{
	uint64_t *fields[] = { &m->size, &m->stored, &m->at };
	bool any = false;
	for (size_t i = 0; i < DD_COUNT(fields); i++)
		any = any || *fields[i] == UINT32_MAX;
	while (any && extra.n >= 4) {
		struct dd_str value = dd_str_take(dd_str_skip(extra, 4), dd_le16(extra.p + 2));
		if (dd_le16(extra.p) != EXTRA_ZIP64) {
			extra = dd_str_skip(extra, 4 + (size_t)dd_le16(extra.p + 2));
			continue;
		}
		for (size_t i = 0; i < DD_COUNT(fields); i++) {
			if (*fields[i] != UINT32_MAX)
				continue;
			if (value.n < 8)
				return false;
			*fields[i] = dd_le64(value.p);
			value = dd_str_skip(value, 8);
		}
		return true;
	}
	return true; /* 4 GiB less one byte, exactly */
}

static enum dd_code read_record(struct dd_zip *z, struct dd_zip_member *ret, uint64_t *ret_bytes, struct dd_err *err)
{
	struct dd_str b = dd_str_take(z->bytes, z->end);
	const char *p = b.p + z->at;
	if (!has(b, z->at, CENTRAL_BYTES) || memcmp(p, "PK\1\2", 4) != 0)
		return dd_fail(err, DD_EPARSE, z->at, "zip: no record of the central directory");
	uint64_t name = dd_le16(p + 28), extra = dd_le16(p + 30), comment = dd_le16(p + 32);
	if (!has(b, z->at + CENTRAL_BYTES, name + extra + comment))
		return dd_fail(err, DD_EPARSE, z->at, "zip: a record of the central directory is cut");
	struct dd_zip_member m = { .name = { p + CENTRAL_BYTES, name },
				   .size = dd_le32(p + 24),
				   .stored = dd_le32(p + 20),
				   .at = dd_le32(p + 42),
				   .crc = dd_le32(p + 16),
				   .method = dd_le16(p + 10),
				   .flags = dd_le16(p + 8) };
	m.directory = name && m.name.p[name - 1] == '/';
	if (!read_zip64((struct dd_str){ p + CENTRAL_BYTES + name, extra }, &m) ||
	    __builtin_add_overflow(m.at, z->base, &m.at))
		return dd_fail(err, DD_EPARSE, z->at, "zip: zip64 field of a record is not right");
	*ret = m;
	*ret_bytes = CENTRAL_BYTES + name + extra + comment;
	return DD_OK;
}

enum dd_code dd_zip_next(struct dd_zip *z, struct dd_zip_member *ret, bool *ret_more, struct dd_err *err)
{
	struct dd_zip_member m;
	uint64_t bytes;
	z->reading.begun = false;
	z->member = (struct dd_zip_member){ .flags = FLAG_ENCRYPTED };
	/* The digital signature of 4.3.13 ends a directory, too. */
	if (z->at == z->end || is_signature(z->bytes, z->at, "PK\5\5")) {
		*ret_more = false;
		return DD_OK;
	}
	DD_TRY(read_record(z, &m, &bytes, err));
	if (__builtin_add_overflow(z->claimed, m.stored, &z->claimed) || z->claimed > z->bytes.n)
		return dd_fail(err, DD_EPARSE, z->at,
			       "zip: members claim more bytes than the archive has: they overlap, or sizes are wrong");
	z->at += bytes;
	*ret = z->member = m;
	*ret_more = true;
	return DD_OK;
}

/* ---- members ---- */

static enum dd_code locate(const struct dd_zip *z, const struct dd_zip_member *m, struct dd_str *ret,
			   struct dd_err *err)
{
	if (m->flags & (FLAG_ENCRYPTED | FLAG_PATCH | FLAG_DIRECTORY_ENCRYPTED))
		return dd_fail(err, DD_EUNSUPPORTED, m->at, "zip: member is encrypted");
	if (!has(z->bytes, m->at, LOCAL_BYTES) || !is_signature(z->bytes, m->at, "PK\3\4"))
		return dd_fail(err, DD_EPARSE, m->at, "zip: no member where the directory says");
	const char *p = z->bytes.p + m->at;
	uint64_t data = m->at + LOCAL_BYTES + dd_le16(p + 26) + dd_le16(p + 28);
	if (!has(z->bytes, data, m->stored))
		return dd_fail(err, DD_EPARSE, m->at, "zip: member reaches beyond the end of the archive");
	*ret = (struct dd_str){ z->bytes.p + data, m->stored };
	return DD_OK;
}

static enum dd_code begin(struct dd_zip *z, struct dd_err *err)
{
	const struct dd_zip_member *m = &z->member;
	DD_TRY(locate(z, m, &z->reading.in, err));
	if (m->method != METHOD_STORED && m->method != METHOD_DEFLATED)
		return dd_fail(err, DD_EUNSUPPORTED, m->at, "zip: member is packed by method %u, which is not read",
			       m->method);
	if (m->method == METHOD_STORED && m->stored != m->size)
		return dd_fail(err, DD_EPARSE, m->at, "zip: sizes of a stored member differ");
	if (m->method == METHOD_DEFLATED && m->size / DEFLATE_RATIO_MAX > m->stored)
		return dd_fail(err, DD_EPARSE, m->at, "zip: member claims to be larger than deflate can make it");
	if (m->method == METHOD_DEFLATED) {
		if (!z->unpack && !(z->unpack = dd_alloc(sizeof *z->unpack)))
			return dd_fail_nomem(err);
		isal_inflate_init(&z->unpack->state);
		z->unpack->state.crc_flag = ISAL_DEFLATE;
	}
	z->reading.n = 0;
	z->reading.crc = 0;
	z->reading.begun = true;
	return DD_OK;
}

static struct dd_str next_stored(struct dd_zip *z)
{
	struct dd_str block = dd_str_take(z->reading.in, BLOCK_BYTES);
	z->reading.in = dd_str_skip(z->reading.in, block.n);
	return block;
}

static enum dd_code next_inflated(struct dd_zip *z, struct dd_str *ret, struct dd_err *err)
{
	struct unpack *u = z->unpack;
	uint32_t in_n = z->reading.in.n > INT32_MAX ? INT32_MAX : (uint32_t)z->reading.in.n;
	*ret = DD_STR("");
	if (u->state.block_state == ISAL_BLOCK_FINISH)
		return DD_OK;
	u->state.next_in = (uint8_t *)(uintptr_t)z->reading.in.p; /* ISA-L only reads it */
	u->state.avail_in = in_n;
	u->state.next_out = u->out;
	u->state.avail_out = BLOCK_BYTES;
	int code = isal_inflate(&u->state);
	z->reading.in = dd_str_skip(z->reading.in, in_n - u->state.avail_in);
	if (code != ISAL_DECOMP_OK)
		return dd_fail(err, DD_EPARSE, z->member.at, "zip: member is no deflate data");
	*ret = (struct dd_str){ (const char *)u->out, BLOCK_BYTES - u->state.avail_out };
	if (ret->n == 0 && u->state.block_state != ISAL_BLOCK_FINISH)
		return dd_fail(err, DD_EPARSE, z->member.at, "zip: member is cut");
	return DD_OK;
}

enum dd_code dd_zip_block(struct dd_zip *z, struct dd_str *ret_block, struct dd_err *err)
{
	struct dd_str block;
	if (!z->reading.begun)
		DD_TRY(begin(z, err));
	if (z->member.method == METHOD_STORED)
		block = next_stored(z);
	else
		DD_TRY(next_inflated(z, &block, err));
	if (block.n > z->member.size - z->reading.n)
		return dd_fail(err, DD_EPARSE, z->member.at, "zip: member is larger than its directory says");
	z->reading.n += block.n;
	z->reading.crc = crc32_gzip_refl(z->reading.crc, (const unsigned char *)block.p, block.n);
	if (block.n == 0 && z->reading.n != z->member.size)
		return dd_fail(err, DD_EPARSE, z->member.at, "zip: member is smaller than its directory says");
	if (block.n == 0 && z->reading.crc != z->member.crc)
		return dd_fail(err, DD_EPARSE, z->member.at, "zip: checksum of a member is wrong");
	*ret_block = block;
	return DD_OK;
}

enum dd_code dd_zip_read(struct dd_zip *z, const struct dd_zip_member *m, uint64_t max, struct dd_buf *out,
			 struct dd_err *err)
{
	struct dd_str block;
	if (m->size > max)
		return dd_fail(err, DD_ELIMIT, m->at, "zip: member of %llu bytes is too large",
			       (unsigned long long)m->size);
	z->member = *m;
	z->reading.begun = false;
	do {
		DD_TRY(dd_zip_block(z, &block, err));
		(void)dd_buf_add_str(out, block);
		DD_TRY(dd_buf_check(out, "zip: member", err));
	} while (block.n);
	return DD_OK;
}

enum dd_code dd_zip_stored(const struct dd_zip *z, const struct dd_zip_member *m, struct dd_str *ret,
			   struct dd_err *err)
{
	struct dd_str data;
	DD_TRY(locate(z, m, &data, err));
	if (m->method != METHOD_STORED)
		return dd_fail(err, DD_EUNSUPPORTED, m->at, "zip: member is packed");
	if (m->stored != m->size)
		return dd_fail(err, DD_EPARSE, m->at, "zip: sizes of a stored member differ");
	*ret = data;
	return DD_OK;
}

void dd_zip_close(struct dd_zip *z)
{
	if (!z)
		return;
	dd_free(z->unpack);
	dd_free(z);
}

void dd_zip_closep(struct dd_zip **z)
{
	dd_zip_close(*z);
	*z = NULL;
}
