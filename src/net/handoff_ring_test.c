/* SPDX-License-Identifier: Apache-2.0 */
#include "net/handoff_ring.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/handoff.h"
#include "support/test.h"

enum { MANY_BYTES = 5 * DD_RING_BLOCKS * DD_RING_BLOCK_BYTES + 77 };

struct job {
	struct dd_ring_writer w;
	size_t total, part;
	enum dd_code code;
};

static char byte_at(size_t i)
{
	return (char)(i * 2654435761U >> 13);
}

static void *write_all(void *ctx)
{
	struct job *j = ctx;
	char part[3 * DD_RING_BLOCK_BYTES / 2];
	for (size_t at = 0; at < j->total && j->code == DD_OK; at += j->part) {
		size_t n = j->total - at < j->part ? j->total - at : j->part;
		for (size_t i = 0; i < n; i++)
			part[i] = byte_at(at + i);
		j->code = dd_ring_write(&j->w, (struct dd_str){ part, n }, NULL);
	}
	if (j->code == DD_OK)
		j->code = dd_ring_flush(&j->w, NULL);
	dd_ring_writer_end(&j->w);
	return NULL;
}

TEST(bytes_arrive_in_order)
{
	static const struct {
		size_t total, part;
	} rows[] = {
		{ 0, 1 },
		{ 1, 1 },
		{ 5000, 7 },
		{ DD_RING_BLOCK_BYTES, DD_RING_BLOCK_BYTES },
		{ DD_RING_BLOCK_BYTES + 1, 16384 },
		{ DD_RING_BLOCKS * DD_RING_BLOCK_BYTES, 16384 },
		{ MANY_BYTES, 16384 },
		{ MANY_BYTES, 3 * DD_RING_BLOCK_BYTES / 2 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct job j = { .total = rows[i].total, .part = rows[i].part };
		struct dd_ring_reader r;
		pthread_t thread;
		int fd;
		dd_assert(dd_ring_writer_open(&j.w, &fd, NULL) == DD_OK);
		dd_assert(pthread_create(&thread, NULL, write_all, &j) == 0);
		dd_assert(dd_ring_reader_open(&r, fd, NULL) == DD_OK);
		size_t at = 0, wrong = 0;
		for (;;) {
			struct dd_str s;
			CHECK_INT(dd_ring_read(&r, &s, NULL), DD_OK);
			if (s.n == 0)
				break;
			for (size_t k = 0; k < s.n; k++)
				wrong += s.p[k] != byte_at(at + k);
			at += s.n;
		}
		CHECK_INT(at, rows[i].total);
		CHECK_INT(wrong, 0);
		(void)pthread_join(thread, NULL);
		CHECK_INT(j.code, DD_OK);
		dd_ring_reader_done(&r);
		dd_ring_writer_done(&j.w);
	}
}

/* All words unread, all blocks full: the end takes nothing away. */
TEST(what_was_handed_out_outlives_the_end)
{
	struct job j = { .total = DD_RING_BLOCKS * DD_RING_BLOCK_BYTES, .part = 16384 };
	struct dd_ring_reader r;
	struct dd_str s;
	int fd;
	dd_assert(dd_ring_writer_open(&j.w, &fd, NULL) == DD_OK);
	dd_assert(dd_ring_reader_open(&r, fd, NULL) == DD_OK);
	(void)write_all(&j);
	size_t at = 0;
	while (dd_ring_read(&r, &s, NULL) == DD_OK && s.n)
		at += s.n;
	CHECK_INT(at, j.total);
	dd_ring_writer_done(&j.w);
	CHECK(dd_ring_read(&r, &s, NULL) == DD_OK && s.n == 0);
	dd_ring_reader_done(&r);
}

TEST(a_reader_that_goes)
{
	struct job j = { .total = MANY_BYTES, .part = 16384 };
	struct dd_ring_reader r;
	pthread_t thread;
	int fd;
	dd_assert(dd_ring_writer_open(&j.w, &fd, NULL) == DD_OK);
	dd_assert(dd_ring_reader_open(&r, fd, NULL) == DD_OK);
	dd_assert(pthread_create(&thread, NULL, write_all, &j) == 0);
	struct dd_str s;
	CHECK(dd_ring_read(&r, &s, NULL) == DD_OK && s.n);
	dd_ring_reader_done(&r);
	(void)pthread_join(thread, NULL);
	CHECK_INT(j.code, DD_EIO);
	dd_ring_writer_done(&j.w);
}

/* It neither reads nor goes. */
TEST(a_reader_that_sits_there)
{
	struct job j = { .total = MANY_BYTES, .part = 16384 };
	pthread_t thread;
	int fd;
	dd_assert(dd_ring_writer_open(&j.w, &fd, NULL) == DD_OK);
	dd_assert(pthread_create(&thread, NULL, write_all, &j) == 0);
	dd_ring_writer_stop(&j.w);
	(void)pthread_join(thread, NULL);
	CHECK_INT(j.code, DD_EIO);
	dd_closep(&fd);
	dd_ring_writer_done(&j.w);
}

/* What a process that was taken over can do to the memory and with the socket. */
TEST(a_hostile_reader)
{
	struct dd_ring_writer w;
	uint32_t word = 0xffffffff;
	int fd, memory = -1;
	dd_assert(dd_ring_writer_open(&w, &fd, NULL) == DD_OK);
	CHECK(dd_handoff_receive(fd, &word, sizeof word, &memory) && memory >= 0);
	CHECK(ftruncate(memory, 0) < 0);
	CHECK(ftruncate(memory, 1L << 40) < 0);
	CHECK(fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE) < 0);
	CHECK(mmap(NULL, DD_RING_BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED);
	CHECK(write(memory, "x", 1) < 0);
	/* Words that nobody asked for: no block is filled that is not the writer's. */
	for (size_t i = 0; i < 100; i++)
		CHECK(dd_handoff_send(fd, &word, sizeof word, i % 2 ? memory : -1));
	struct job j = { .w = w, .total = MANY_BYTES, .part = 16384 };
	(void)write_all(&j);
	CHECK_INT(j.code, DD_OK);
	/* A message of another size ends it. */
	CHECK(dd_handoff_send(fd, "more than a word", 16, -1));
	struct job again = { .w = j.w, .total = 200 * DD_RING_BLOCK_BYTES, .part = 16384 };
	(void)write_all(&again);
	CHECK_INT(again.code, DD_EIO);
	dd_closep(&fd);
	dd_closep(&memory);
	dd_ring_writer_done(&again.w);
}

TEST(no_ring)
{
	static const struct {
		const char *what;
		uint32_t hello;
		int64_t size; /* -1: no memory comes */
	} rows[] = {
		{ "nothing", 0, -1 },
		{ "a small one", 0, 4096 },
		{ "a word of its own", 7, DD_RING_BLOCKS * DD_RING_BLOCK_BYTES },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_ring_reader r;
		int ends[2], memory = -1;
		dd_assert(dd_handoff_pair(ends, NULL) == DD_OK);
		if (rows[i].size >= 0) {
			memory = memfd_create("test", MFD_CLOEXEC);
			dd_assert(memory >= 0 && ftruncate(memory, rows[i].size) == 0);
		}
		dd_assert(dd_handoff_send(ends[0], &rows[i].hello, sizeof rows[i].hello, memory));
		CHECK_INT_ROW(dd_ring_reader_open(&r, ends[1], NULL), DD_EIO, rows[i].what);
		dd_closep(&ends[0]);
		dd_closep(&memory);
	}
}

TEST(lengths_that_no_block_has)
{
	static const uint32_t lengths[] = { 0, DD_RING_BLOCK_BYTES + 1, UINT32_MAX };
	for (size_t i = 0; i < DD_COUNT(lengths); i++) {
		struct dd_ring_writer w;
		struct dd_ring_reader r;
		struct dd_str s;
		int fd;
		dd_assert(dd_ring_writer_open(&w, &fd, NULL) == DD_OK);
		dd_assert(dd_ring_reader_open(&r, fd, NULL) == DD_OK);
		dd_assert(dd_handoff_send(w.fd, &lengths[i], sizeof lengths[i], -1));
		CHECK_INT(dd_ring_read(&r, &s, NULL), DD_EIO);
		dd_ring_reader_done(&r);
		dd_ring_writer_done(&w);
	}
}
