/* SPDX-License-Identifier: Apache-2.0 */
/* Many bytes from a process of ours that may do something to one that may not, through memory that both see: the reader
 * works on them where the writer put them. A pipe would copy each twice more, and wake both sides for every part.
 *
 * Four blocks in a sealed memory file, and a pair of sockets that keeps messages apart: the writer says how many bytes
 * stand in the next block, the reader says that it is done with one. The writer takes the reader for hostile: it never
 * reads what stands in the blocks, they cannot be made smaller under it, and no word of the reader's makes it do more
 * than fill them or give up. The reader trusts the writer as far as the bytes' order; what they are is its own matter
 * to check. */
#ifndef DD_HANDOFF_RING_H
#define DD_HANDOFF_RING_H

#include "base/err.h"
#include "base/str.h"

enum { DD_RING_BLOCK_BYTES = 256 << 10, DD_RING_BLOCKS = 4 };

struct dd_ring_writer {
	int fd; /* -1: closed */
	char *blocks;
	unsigned block, free; /* that is filled now; that the reader has nothing in, with that one */
	size_t at;	      /* bytes in it */
};
/* *ret_reader is the reader's end, the caller's, to hand over. */
enum dd_code dd_ring_writer_open(struct dd_ring_writer *ret, int *ret_reader, struct dd_err *err);
/* Waits until there is room; what does not fill a block waits for more. DD_EIO: nobody reads any more. */
enum dd_code dd_ring_write(struct dd_ring_writer *w, struct dd_str bytes, struct dd_err *err);
/* Hands out what waits. */
enum dd_code dd_ring_flush(struct dd_ring_writer *w, struct dd_err *err);
/* The reader finds the end behind what was handed out; the memory stays. */
void dd_ring_writer_end(const struct dd_ring_writer *w);
/* From another thread: a dd_ring_write that waits fails, and all that follow. */
void dd_ring_writer_stop(const struct dd_ring_writer *w);
void dd_ring_writer_done(struct dd_ring_writer *w);

struct dd_ring_reader {
	int fd; /* -1: closed */
	const char *blocks;
	unsigned block;
	bool held; /* the caller looks at it */
};
/* Takes fd over, also on failure. */
enum dd_code dd_ring_reader_open(struct dd_ring_reader *ret, int fd, struct dd_err *err);
/* Waits for the next bytes, good until the next call; none: it ended, whether as it should or not. */
enum dd_code dd_ring_read(struct dd_ring_reader *r, struct dd_str *ret, struct dd_err *err);
void dd_ring_reader_done(struct dd_ring_reader *r);

#endif
