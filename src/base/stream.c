/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"

struct fd_stream {
	struct dd_stream base;
	int fd;
	bool seekable;	 /* else read(): pipes and terminals */
	bool to_the_end; /* the length was not said: the file ends where it ends */
	uint64_t offset, left;
	size_t cap;
	char block[];
};

static enum dd_code fd_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct fd_stream *s = (struct fd_stream *)base;
	size_t want = s->left < s->cap ? (size_t)s->left : s->cap, got = 0;
	if (want && s->seekable)
		DD_TRY(dd_pread_full(s->fd, s->block, want, s->offset, &got, err));
	else if (want)
		DD_TRY(dd_read_full(s->fd, s->block, want, &got, err));
	if (got < want && !s->to_the_end)
		return dd_fail(err, DD_EPARSE, s->offset + got, "truncated: %llu bytes are missing at the end",
			       (unsigned long long)(s->left - got));
	s->offset += got;
	s->left = got < want ? 0 : s->left - got;
	*ret_block = (struct dd_str){ s->block, got };
	return DD_OK;
}

static uint64_t fd_skip(struct dd_stream *base, uint64_t n)
{
	struct fd_stream *s = (struct fd_stream *)base;
	struct stat st;
	if (!s->seekable || fstat(s->fd, &st) < 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size < s->offset)
		return 0;
	uint64_t in_file = (uint64_t)st.st_size - s->offset;
	n = n < s->left ? n : s->left;
	n = n < in_file ? n : in_file;
	s->offset += n;
	s->left -= n;
	return n;
}

static void free_stream(struct dd_stream *base)
{
	dd_free(base);
}

enum dd_code dd_stream_fd(int fd, uint64_t offset, uint64_t length, struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { fd_next, free_stream, fd_skip };
	uint64_t end;
	bool to_the_end = length == UINT64_MAX, seekable = lseek(fd, 0, SEEK_CUR) >= 0;
	if (!seekable && errno != ESPIPE)
		return dd_fail_errno(err, "cannot read");
	if (!seekable && offset)
		return dd_fail(err, DD_EARG, offset, "cannot start in the middle of a file that cannot seek");
	if (!to_the_end && __builtin_add_overflow(offset, length, &end))
		return dd_fail(err, DD_EPARSE, offset, "length %llu passes the end of every file",
			       (unsigned long long)length);
	size_t cap = length < DD_STREAM_BLOCK_BYTES ? (size_t)length : DD_STREAM_BLOCK_BYTES;
	struct fd_stream *s = dd_alloc(sizeof *s + cap);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct fd_stream){ { &ops }, fd, seekable, to_the_end, offset, length, cap };
	/* A hint only: its failure changes nothing. Small parts are read in one call anyway. */
	if (seekable && cap == DD_STREAM_BLOCK_BYTES)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*ret = &s->base;
	return DD_OK;
}

struct memory_stream {
	struct dd_stream base;
	struct dd_str rest;
	size_t block_bytes;
};

static enum dd_code memory_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct memory_stream *s = (struct memory_stream *)base;
	(void)err;
	*ret_block = dd_str_take(s->rest, s->block_bytes);
	s->rest = dd_str_skip(s->rest, s->block_bytes);
	return DD_OK;
}

enum dd_code dd_stream_memory(struct dd_str bytes, size_t block_bytes, struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { memory_next, free_stream };
	struct memory_stream *s = dd_alloc(sizeof *s);
	dd_assert(block_bytes > 0);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct memory_stream){ { &ops }, bytes, block_bytes };
	*ret = &s->base;
	return DD_OK;
}

enum dd_code dd_stream_drain(struct dd_stream *s, uint64_t *ret_bytes, struct dd_err *err)
{
	struct dd_str block;
	uint64_t n = 0;
	do {
		DD_TRY(dd_stream_next(s, &block, err));
		n += block.n;
	} while (block.n);
	*ret_bytes = n;
	return DD_OK;
}
