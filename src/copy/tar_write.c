/* SPDX-License-Identifier: Apache-2.0 */
#include "copy/tar_write.h"

#include <stdio.h>

#include "base/io.h"

enum { BLOCK = 512, SIZE_OCTAL_BITS = 33 };

/* Offsets and lengths of POSIX.1-1988 ustar's fields. */
enum {
	NAME_AT = 0,
	MODE_AT = 100,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,
	MTIME_AT = 136,
	CHECK_AT = 148,
	TYPE_AT = 156,
	MAGIC_AT = 257
};

static void put_size(char *field, uint64_t size)
{
	if (size >> SIZE_OCTAL_BITS == 0) {
		(void)snprintf(field, 12, "%011llo", (unsigned long long)size);
		return;
	}
	field[0] = (char)0x80;
	for (int i = 11; i > 0; i--, size >>= 8)
		field[i] = (char)(size & 0xff);
}

enum dd_code dd_tar_write_header(int fd, const char *name, uint64_t size, struct dd_err *err)
{
	char h[BLOCK] = { 0 };
	unsigned sum = 0;
	dd_assert(strlen(name) <= DD_TAR_WRITE_NAME_MAX);
	memcpy(h + NAME_AT, name, strlen(name));
	memcpy(h + MODE_AT, "0000644", 7);
	memcpy(h + UID_AT, "0000000", 7);
	memcpy(h + GID_AT, "0000000", 7);
	put_size(h + SIZE_AT, size);
	memcpy(h + MTIME_AT, "00000000000", 11);
	memset(h + CHECK_AT, ' ', 8);
	h[TYPE_AT] = '0';
	memcpy(h + MAGIC_AT, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + CHECK_AT, 7, "%06o", sum);
	return dd_write_full(fd, h, BLOCK, err);
}

enum dd_code dd_tar_write_pad(int fd, uint64_t size, struct dd_err *err)
{
	static const char zero[BLOCK];
	return dd_write_full(fd, zero, (size_t)((BLOCK - size % BLOCK) % BLOCK), err);
}

enum dd_code dd_tar_write_file(int fd, const char *name, struct dd_str bytes, struct dd_err *err)
{
	DD_TRY(dd_tar_write_header(fd, name, bytes.n, err));
	DD_TRY(dd_write_full(fd, bytes.p, bytes.n, err));
	return dd_tar_write_pad(fd, bytes.n, err);
}

enum dd_code dd_tar_write_end(int fd, struct dd_err *err)
{
	static const char zero[2 * BLOCK];
	return dd_write_full(fd, zero, sizeof zero, err);
}
