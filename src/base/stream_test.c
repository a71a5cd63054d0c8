/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "support/test.h"

/* All bytes of s; *ret_blocks counts the blocks that had any. */
static enum dd_code read_all(struct dd_stream *s, struct dd_buf *out, size_t *ret_blocks, struct dd_err *err)
{
	struct dd_str block;
	*ret_blocks = 0;
	for (;;) {
		DD_TRY(dd_stream_next(s, &block, err));
		if (!block.n)
			return dd_buf_check(out, "the test", err);
		(void)dd_buf_add_str(out, block);
		++*ret_blocks;
	}
}

TEST(stream_memory_blocks)
{
	static const struct {
		const char *in;
		size_t block_bytes, blocks;
	} rows[] = { { "", 1, 0 }, { "abc", 1, 3 }, { "abc", 2, 2 }, { "abc", 3, 1 }, { "abc", 99, 1 } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
		DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(100);
		struct dd_str block = DD_STR("not written");
		size_t blocks;
		CHECK(dd_stream_memory(dd_str_from(rows[i].in), rows[i].block_bytes, &s, NULL) == DD_OK);
		CHECK(read_all(s, &got, &blocks, NULL) == DD_OK);
		CHECK_STR(dd_buf_str(&got), rows[i].in);
		CHECK_INT(blocks, rows[i].blocks);
		CHECK(dd_stream_next(s, &block, NULL) == DD_OK && block.n == 0); /* stays at the end */
	}
}

enum { FILE_BYTES = 600001 };

static int make_file(void)
{
	char text[1000];
	struct dd_err err;
	int fd = -1;
	if (dd_tmpfile("/tmp", &fd, &err) != DD_OK)
		return -1;
	for (size_t at = 0, n; at < FILE_BYTES; at += n) {
		n = FILE_BYTES - at < sizeof text ? FILE_BYTES - at : sizeof text;
		for (size_t i = 0; i < n; i++)
			text[i] = (char)((at + i) * 7 % 251);
		if (dd_write_full(fd, text, n, &err) != DD_OK)
			return -1;
	}
	return fd;
}

static bool is_file_content(struct dd_str s, uint64_t offset)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != (char)((offset + i) * 7 % 251))
			return false;
	return true;
}

TEST(stream_fd_parts)
{
	static const struct {
		uint64_t offset, length, want;
		enum dd_code code;
		uint64_t at;
	} rows[] = {
		{ 0, UINT64_MAX, FILE_BYTES, DD_OK, 0 },
		{ 0, FILE_BYTES, FILE_BYTES, DD_OK, 0 },
		{ 5, 10, 10, DD_OK, 0 },
		{ 0, 0, 0, DD_OK, 0 },
		{ FILE_BYTES, UINT64_MAX, 0, DD_OK, 0 },
		{ FILE_BYTES + 10, UINT64_MAX, 0, DD_OK, 0 },
		{ FILE_BYTES - 1, 1, 1, DD_OK, 0 },
		{ 3, DD_STREAM_BLOCK_BYTES, DD_STREAM_BLOCK_BYTES, DD_OK, 0 },
		{ 0, FILE_BYTES + 1, 0, DD_EPARSE, FILE_BYTES },
		{ FILE_BYTES, 1, 0, DD_EPARSE, FILE_BYTES },
		{ UINT64_MAX - 4, 5, 0, DD_EPARSE, UINT64_MAX - 4 },
		{ INT64_MAX, 1, 0, DD_EPARSE, INT64_MAX },
		{ (uint64_t)INT64_MAX + 1, 1, 0, DD_ELIMIT, (uint64_t)INT64_MAX + 1 },
	};
	DD_CLEANUP(dd_closep) int fd = make_file();
	CHECK(fd >= 0);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
		DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1 << 20);
		struct dd_err err = { 0 };
		size_t blocks;
		enum dd_code code = dd_stream_fd(fd, rows[i].offset, rows[i].length, &s, &err);
		if (code == DD_OK)
			code = read_all(s, &got, &blocks, &err);
		/* reading behind the largest offset is the kernel's to refuse */
		if (rows[i].offset == INT64_MAX && code == DD_EIO)
			continue;
		CHECK_INT(code, rows[i].code);
		if (code == DD_OK) {
			CHECK_INT(got.n, rows[i].want);
			CHECK(is_file_content(dd_buf_str(&got), rows[i].offset));
		} else {
			CHECK_INT(err.at, rows[i].at);
		}
	}
}

TEST(stream_fd_reads_pipes)
{
	int fds[2];
	struct dd_err err = { 0 };
	CHECK(pipe(fds) == 0 && write(fds[1], "abcdef", 6) == 6 && close(fds[1]) == 0);
	DD_CLEANUP(dd_closep) int fd = fds[0];
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL, *late = NULL, *more = NULL;
	uint64_t n = 0;
	CHECK(dd_stream_fd(fd, 1, UINT64_MAX, &late, &err) == DD_EARG);
	CHECK(dd_stream_fd(fd, 0, 4, &s, &err) == DD_OK && dd_stream_drain(s, &n, &err) == DD_OK);
	CHECK_INT(n, 4);
	CHECK(dd_stream_fd(fd, 0, 4, &more, &err) == DD_OK && dd_stream_drain(more, &n, &err) == DD_EPARSE);
	CHECK_INT(err.at, 2);
	dd_stream_freep(&s);
	CHECK(dd_stream_fd(-1, 0, 4, &s, &err) == DD_EIO);
}
