/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a chain of blocks that are pulled: file → hash → inflate → hash → tar. A stage owns its own buffers; a block
 * is a view into them and good until the next call on the same stream. Nothing is copied between stages. */
#ifndef DD_STREAM_H
#define DD_STREAM_H

#include "base/err.h"
#include "base/str.h"

struct dd_stream;
struct dd_stream_ops {
	/* The next block; *ret_block.n == 0 at the end and on every call after it. */
	enum dd_code (*next)(struct dd_stream *s, struct dd_str *ret_block, struct dd_err *err);
	void (*free)(struct dd_stream *s);
	/* Passes up to n bytes by without reading them and says how many: none behind the end. NULL: it cannot. */
	uint64_t (*skip)(struct dd_stream *s, uint64_t n);
};

/* First member of every implementation. A stream is used by one thread at a time. */
struct dd_stream {
	const struct dd_stream_ops *ops;
};

enum { DD_STREAM_BLOCK_BYTES = 256 << 10 };

static inline enum dd_code dd_stream_next(struct dd_stream *s, struct dd_str *ret_block, struct dd_err *err)
{
	return s->ops->next(s, ret_block, err);
}
/* 0 where the stream cannot skip: read the bytes then. The block returned before is no longer good. */
static inline uint64_t dd_stream_skip(struct dd_stream *s, uint64_t n)
{
	return s->ops->skip ? s->ops->skip(s, n) : 0;
}
/* Accepts NULL. A stage never frees the stage it reads from. */
static inline void dd_stream_free(struct dd_stream *s)
{
	if (s)
		s->ops->free(s);
}
static inline void dd_stream_freep(struct dd_stream **s)
{
	dd_stream_free(*s);
	*s = NULL;
}

/* Bytes [offset, offset + length) of fd (borrowed), read with pread so that threads can share fd. A file that ends
 * early is DD_EPARSE "truncated". length UINT64_MAX: to the end of the file, by read() when fd cannot seek. */
enum dd_code dd_stream_fd(int fd, uint64_t offset, uint64_t length, struct dd_stream **ret, struct dd_err *err);
/* A view; block_bytes is the size of the blocks handed out (tests use 1 to find boundary bugs). */
enum dd_code dd_stream_memory(struct dd_str bytes, size_t block_bytes, struct dd_stream **ret, struct dd_err *err);
/* Reads to the end and throws the bytes away; *ret_bytes counts them. */
enum dd_code dd_stream_drain(struct dd_stream *s, uint64_t *ret_bytes, struct dd_err *err);

#endif
