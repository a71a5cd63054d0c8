/* SPDX-License-Identifier: Apache-2.0 */
/* cpio archives, as initramfs and RPM packages have them, and RPM packages.
 *
 * newc = "070701" | "070702", 13 numbers of 8 hexadecimal digits (… mode 2nd, file size 7th, name size 12th), name with
 *        its NUL, padded to 4; content, padded to 4
 * odc  = "070707", octal: dev ino mode uid gid nlink rdev (6 each) mtime (11) name size (6) file size (11); no padding
 * The name "TRAILER!!!" ends an archive. The kernel takes several in a row, zero bytes between, and a compressed one
 * behind plain ones (microcode first): what is behind the end is looked at as a member.
 * rpm  = lead (96) header, padded to 8, header, compressed cpio; header = 8eade801 0000 0000 entries(4) bytes(4), 16
 * for each entry, then the bytes The old binary form is not read: its two bytes of magic are in too much that is none.
 * Sources: cpio(5) of FreeBSD; Linux Documentation/driver-api/early-userspace/buffer-format.rst; rpm 4.18
 * docs/manual/format_v4.md. */
#include "base/bytes.h"
#include "base/limits.h"
#include "secret/inside_parts.h"

enum { NEWC_BYTES = 110, ODC_BYTES = 76, NAME_MAX_BYTES = 4096, RPM_LEAD_BYTES = 96, RPM_INTRO_BYTES = 16 };

struct entry {
	uint64_t mode, size, name_bytes;
	unsigned pad; /* multiple that name and content are padded to */
};

static bool number(const char *p, size_t n, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++) {
		char c = dd_lower(p[i]);
		unsigned d = dd_is_digit(c)	    ? (unsigned)(c - '0')
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
						    : 99;
		if (d >= base)
			return false;
		v = v * base + d;
	}
	*ret = v;
	return true;
}

static bool parse_newc(const char *h, struct entry *e)
{
	e->pad = 4;
	return number(h + 6 + 8, 8, 16, &e->mode) && number(h + 6 + 8 * 6, 8, 16, &e->size) &&
	       number(h + 6 + 8 * 11, 8, 16, &e->name_bytes);
}

static bool parse_odc(const char *h, struct entry *e)
{
	e->pad = 1;
	return number(h + 18, 6, 8, &e->mode) && number(h + 59, 6, 8, &e->name_bytes) &&
	       number(h + 65, 11, 8, &e->size);
}

static enum dd_code take_all(struct dd_inside_reader *r, char *out, uint64_t n, struct dd_err *err)
{
	uint64_t got;
	DD_TRY(dd_inside_reader_take(r, out, n, &got, err));
	return got == n ? DD_OK : dd_fail(err, DD_EPARSE, r->at, "cpio archive is cut");
}

static uint64_t padding(uint64_t n, unsigned pad)
{
	return (pad - n % pad) % pad;
}

/* Header and name. *ret_name lies in name; empty behind the trailer. */
static enum dd_code take_header(struct dd_inside_reader *r, struct entry *e, char *name, struct dd_str *ret_name,
				struct dd_err *err)
{
	char h[NEWC_BYTES];
	DD_TRY(take_all(r, h, 6, err));
	bool newc = memcmp(h, "070701", 6) == 0 || memcmp(h, "070702", 6) == 0, odc = memcmp(h, "070707", 6) == 0;
	if (!newc && !odc)
		return dd_fail(err, DD_EPARSE, r->at - 6, "cpio archive: no header where one should be");
	DD_TRY(take_all(r, h + 6, (newc ? NEWC_BYTES : ODC_BYTES) - 6, err));
	if (!(newc ? parse_newc(h, e) : parse_odc(h, e)) || e->name_bytes == 0 || e->name_bytes > NAME_MAX_BYTES)
		return dd_fail(err, DD_EPARSE, r->at, "cpio archive: impossible number in a header");
	DD_TRY(take_all(r, name, e->name_bytes, err));
	DD_TRY(take_all(r, NULL, newc ? padding(NEWC_BYTES + e->name_bytes, e->pad) : 0, err));
	*ret_name = (struct dd_str){ name, strnlen(name, (size_t)e->name_bytes) };
	if (dd_str_eq_c(*ret_name, "TRAILER!!!"))
		ret_name->n = 0;
	else if (ret_name->n == 0)
		*ret_name = DD_STR("(no name)");
	return DD_OK;
}

enum dd_code dd_inside_cpio(struct dd_inside *in, struct dd_stream *s, struct dd_err *err)
{
	struct dd_inside_reader r;
	struct dd_err why;
	char name_bytes[NAME_MAX_BYTES];
	enum dd_code code = DD_OK;
	dd_inside_reader_init(&r, s, DD_STR(""));
	while (!in->exhausted) {
		struct entry e;
		struct dd_str name;
		code = take_header(&r, &e, name_bytes, &name, &why);
		if (code != DD_OK || name.n == 0)
			break;
		while (dd_str_starts(name, DD_STR("./")) || dd_str_starts(name, DD_STR("/")))
			name = dd_str_skip(name, name.p[0] == '/' ? 1 : 2);
		dd_inside_reader_part(&r, e.size);
		if (e.size && (e.mode & 0170000) == 0100000)
			DD_TRY(dd_inside_member(in, name, e.size, &r.base, err));
		code = take_all(&r, NULL, r.left + padding(e.size, e.pad), &why);
		if (code != DD_OK)
			break;
	}
	if (code != DD_OK)
		DD_TRY(dd_inside_failed(in, DD_STR(""), &why, err));
	return in->exhausted ? DD_OK : dd_inside_rest(in, &r, err);
}

static enum dd_code pass_rpm_header(struct dd_inside_reader *r, bool padded, struct dd_err *err)
{
	char intro[RPM_INTRO_BYTES];
	DD_TRY(take_all(r, intro, sizeof intro, err));
	uint64_t n = (uint64_t)dd_be32(intro + 8) * 16 + dd_be32(intro + 12);
	if (dd_be32(intro) != 0x8eade801)
		return dd_fail(err, DD_EPARSE, r->at, "RPM package: no header where one should be");
	return take_all(r, NULL, n + (padded ? padding(n, 8) : 0), err);
}

enum dd_code dd_inside_rpm(struct dd_inside *in, struct dd_stream *s, struct dd_err *err)
{
	struct dd_inside_reader r;
	struct dd_err why;
	dd_inside_reader_init(&r, s, DD_STR(""));
	enum dd_code code = take_all(&r, NULL, RPM_LEAD_BYTES, &why);
	if (code == DD_OK)
		code = pass_rpm_header(&r, true, &why);
	if (code == DD_OK)
		code = pass_rpm_header(&r, false, &why);
	if (code != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	dd_inside_reader_part(&r, UINT64_MAX);
	return dd_inside_content(in, UINT64_MAX, &r.base, err);
}
