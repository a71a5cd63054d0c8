/* SPDX-License-Identifier: Apache-2.0 */
#include "net/handoff_ring.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/handoff.h"

enum { RING_BYTES = DD_RING_BLOCKS * DD_RING_BLOCK_BYTES };

/* The one kind of message: from the writer the bytes in the next block, from the reader 0. The first one of all, with
 * the memory file, is 0, too. */
struct word {
	uint32_t n;
};

/* ---- the writer ---- */

/* Who got the file may neither cut it (the writer would die of SIGBUS) nor, where the kernel can say so (5.1), write.
 */
static enum dd_code make_memory(int *ret_fd, char **ret_blocks, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = memfd_create("drydock-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || ftruncate(fd, RING_BYTES) < 0)
		return dd_fail_errno(err, "cannot make a memory file");
	char *p = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return dd_fail_errno(err, "cannot map a memory file");
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		(void)munmap(p, RING_BYTES);
		return dd_fail_errno(err, "cannot seal a memory file");
	}
	*ret_blocks = p;
	*ret_fd = fd;
	fd = -1;
	return DD_OK;
}

enum dd_code dd_ring_writer_open(struct dd_ring_writer *ret, int *ret_reader, struct dd_err *err)
{
	const struct word hello = { 0 };
	DD_CLEANUP(dd_closep) int memory = -1;
	struct dd_ring_writer w = { .free = DD_RING_BLOCKS };
	int ends[2];
	DD_TRY(make_memory(&memory, &w.blocks, err));
	if (dd_handoff_pair(ends, err) != DD_OK) {
		(void)munmap(w.blocks, RING_BYTES);
		return DD_EIO;
	}
	w.fd = ends[0];
	if (!dd_handoff_send(w.fd, &hello, sizeof hello, memory)) {
		dd_closep(&ends[1]);
		dd_ring_writer_done(&w);
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "cannot hand over a memory file");
	}
	*ret = w;
	*ret_reader = ends[1];
	return DD_OK;
}

static enum dd_code nobody(struct dd_err *err)
{
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "nobody reads it any more");
}

static enum dd_code wait_for_room(struct dd_ring_writer *w, struct dd_err *err)
{
	struct word done;
	int none = -1;
	if (w->free)
		return DD_OK;
	bool told = dd_handoff_receive(w->fd, &done, sizeof done, &none);
	dd_closep(&none);
	w->free += told;
	return told ? DD_OK : nobody(err);
}

enum dd_code dd_ring_flush(struct dd_ring_writer *w, struct dd_err *err)
{
	const struct word ready = { (uint32_t)w->at };
	if (w->at == 0)
		return DD_OK;
	if (!dd_handoff_send(w->fd, &ready, sizeof ready, -1))
		return nobody(err);
	w->free--;
	w->block = (w->block + 1) % DD_RING_BLOCKS;
	w->at = 0;
	return DD_OK;
}

enum dd_code dd_ring_write(struct dd_ring_writer *w, struct dd_str bytes, struct dd_err *err)
{
	while (bytes.n) {
		DD_TRY(wait_for_room(w, err));
		struct dd_str part = dd_str_take(bytes, DD_RING_BLOCK_BYTES - w->at);
		memcpy(w->blocks + (size_t)w->block * DD_RING_BLOCK_BYTES + w->at, part.p, part.n);
		w->at += part.n;
		bytes = dd_str_skip(bytes, part.n);
		if (w->at == DD_RING_BLOCK_BYTES)
			DD_TRY(dd_ring_flush(w, err));
	}
	return DD_OK;
}

void dd_ring_writer_end(const struct dd_ring_writer *w)
{
	/* Closed, with a word of the reader's unread, it would take from the reader what it has not seen yet. */
	(void)shutdown(w->fd, SHUT_WR);
}

void dd_ring_writer_stop(const struct dd_ring_writer *w)
{
	(void)shutdown(w->fd, SHUT_RDWR);
}

void dd_ring_writer_done(struct dd_ring_writer *w)
{
	dd_closep(&w->fd);
	if (w->blocks)
		(void)munmap(w->blocks, RING_BYTES);
	w->blocks = NULL;
}

/* ---- the reader ---- */

static enum dd_code no_ring(struct dd_err *err)
{
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that fetches the image is gone");
}

enum dd_code dd_ring_reader_open(struct dd_ring_reader *ret, int fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int end = fd, memory = -1;
	struct word hello;
	struct stat st;
	if (!dd_handoff_receive(end, &hello, sizeof hello, &memory) || hello.n)
		return no_ring(err);
	if (memory < 0 || fstat(memory, &st) < 0 || st.st_size != RING_BYTES)
		return no_ring(err);
	const char *p = mmap(NULL, RING_BYTES, PROT_READ, MAP_SHARED, memory, 0);
	if (p == MAP_FAILED)
		return dd_fail_errno(err, "cannot map a memory file");
	*ret = (struct dd_ring_reader){ .fd = end, .blocks = p };
	end = -1;
	return DD_OK;
}

enum dd_code dd_ring_read(struct dd_ring_reader *r, struct dd_str *ret, struct dd_err *err)
{
	const struct word done = { 0 };
	struct word ready;
	int none = -1;
	if (r->held) {
		(void)dd_handoff_send(r->fd, &done, sizeof done, -1); /* a writer that has ended needs no room */
		r->block = (r->block + 1) % DD_RING_BLOCKS;
		r->held = false;
	}
	*ret = DD_STR("");
	if (!dd_handoff_receive(r->fd, &ready, sizeof ready, &none))
		return DD_OK;
	dd_closep(&none);
	if (ready.n == 0 || ready.n > DD_RING_BLOCK_BYTES)
		return no_ring(err);
	r->held = true;
	*ret = (struct dd_str){ r->blocks + (size_t)r->block * DD_RING_BLOCK_BYTES, ready.n };
	return DD_OK;
}

void dd_ring_reader_done(struct dd_ring_reader *r)
{
	dd_closep(&r->fd);
	if (r->blocks)
		(void)munmap((void *)(uintptr_t)r->blocks, RING_BYTES);
	r->blocks = NULL;
}
