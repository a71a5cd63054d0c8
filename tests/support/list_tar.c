/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the entries of a tar archive (plain, gzip or zstd) for comparison with other readers, one JSON array a line:
 * [type, path, link, mode, uid, gid, size, mtime, major, minor, content sha256 or "", {xattr: value}]
 * Bytes that are not printable ASCII are \u00XX: the reader on the other side knows text as Latin-1.
 * `list-tar FILE [BLOCK_BYTES]`: with BLOCK_BYTES the file is read into memory and handed out in blocks of that size.
 * The digest is of the first 16 MiB: the size of a sparse file costs its maker nothing.
 * Exit code 0; 1 with the error on standard error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/digest.h"
#include "format/tar.h"

enum { CONTENT_MAX = 16 << 20 };

static void print_text(struct dd_str s)
{
	putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static enum dd_code hash_content(struct dd_tar *t, uint64_t size, char text[DD_DIGEST_TEXT_MAX], struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = NULL;
	struct dd_digest digest;
	struct dd_str block;
	uint64_t n = 0;
	DD_TRY(dd_hasher_new(DD_SHA256, &h, err));
	do {
		DD_TRY(dd_tar_read(t, &block, err));
		block = dd_str_take(block, CONTENT_MAX - n);
		DD_TRY(dd_hasher_add(h, block, err));
		n += block.n;
	} while (block.n);
	if (n != size && n < CONTENT_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "content has %llu bytes, the entry says %llu",
			       (unsigned long long)n, (unsigned long long)size);
	DD_TRY(dd_hasher_end(h, &digest, err));
	(void)dd_digest_text(&digest, text);
	return DD_OK;
}

static enum dd_code print_entry(struct dd_tar *t, const struct dd_tar_entry *e, struct dd_err *err)
{
	static const char *const names[] = {
		[DD_TAR_FILE] = "file", [DD_TAR_HARDLINK] = "hardlink", [DD_TAR_SYMLINK] = "symlink",
		[DD_TAR_CHAR] = "char", [DD_TAR_BLOCK] = "block",	[DD_TAR_DIR] = "dir",
		[DD_TAR_FIFO] = "fifo", [DD_TAR_OTHER] = "other",
	};
	char digest[DD_DIGEST_TEXT_MAX] = "";
	printf("[\"%s\", ", names[e->type]);
	print_text(e->path);
	printf(", ");
	print_text(e->link);
	printf(", %u, %llu, %llu, %llu, %lld, %u, %u, ", e->mode, (unsigned long long)e->uid,
	       (unsigned long long)e->gid, (unsigned long long)e->size, (long long)e->mtime, e->dev_major,
	       e->dev_minor);
	struct dd_str sep = { "", 0 };
	/* views end with the next call of the reader, but not with a read of the content */
	if (e->type == DD_TAR_FILE)
		DD_TRY(hash_content(t, e->size, digest, err));
	printf("\"%s\", {", digest);
	for (size_t i = 0; i < e->n_xattrs; i++, sep = DD_STR(", ")) {
		printf("%.*s", DD_FMT(sep));
		print_text(e->xattrs[i].name);
		printf(": ");
		print_text(e->xattrs[i].value);
	}
	printf("}]\n");
	return DD_OK;
}

static enum dd_code list(struct dd_stream *in, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *t = NULL;
	struct dd_tar_entry e;
	DD_TRY(dd_stream_decompress(in, DD_LAYER_BYTES_MAX, &plain, err));
	DD_TRY(dd_tar_new(plain, &t, err));
	for (;;) {
		DD_TRY(dd_tar_next(t, &e, err));
		if (e.type == DD_TAR_END)
			return DD_OK;
		DD_TRY(print_entry(t, &e, err));
	}
}

static enum dd_code run(int argc, char **argv, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_closep) int fd = -1;
	DD_CLEANUP(dd_map_file_done) struct dd_map_file map = { 0 };
	uint64_t block_bytes = 0;
	if (argc < 2 || (argc > 2 && !dd_str_u64(dd_str_from(argv[2]), 1 << 30, &block_bytes)))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "usage: list-tar FILE [BLOCK_BYTES]");
	if (block_bytes) {
		DD_TRY(dd_map_file_open(&map, argv[1], INT64_MAX, err));
		DD_TRY(dd_stream_memory(map.bytes, block_bytes, &in, err));
	} else {
		fd = open(argv[1], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return dd_fail_errno(err, "cannot open %s", argv[1]);
		DD_TRY(dd_stream_fd(fd, 0, UINT64_MAX, &in, err));
	}
	return list(in, err);
}

int main(int argc, char **argv)
{
	struct dd_err err = { 0 };
	if (run(argc, argv, &err) == DD_OK)
		return 0;
	fprintf(stderr, "%s (at %lld)\n", err.message, (long long)err.at);
	return 1;
}
