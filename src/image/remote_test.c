/* SPDX-License-Identifier: Apache-2.0 */
/* The confined side of a fetched image, against a scripted other side. */
#include "image/remote.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "net/handoff.h"
#include "net/handoff_ring.h"
#include "support/test.h"

/* What the other side answers, one row after another. */
struct reply {
	uint32_t ask; /* that is expected */
	enum dd_code code;
	uint32_t place;
	const char *digest, *text;
	const char *bytes; /* of a document or a stream; NULL: no descriptor comes */
	bool short_message;
};

struct other {
	int fd;
	const struct reply *replies;
	size_t n;
	size_t wrong; /* questions that were not the expected ones */
};

static int document(const char *bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	dd_assert(fd >= 0 && dd_write_full(fd, bytes, strlen(bytes), NULL) == DD_OK);
	return fd;
}

static int full_ring(struct dd_ring_writer *w, const char *bytes)
{
	int reader = -1;
	dd_assert(dd_ring_writer_open(w, &reader, NULL) == DD_OK);
	dd_assert(dd_ring_write(w, dd_str_from(bytes), NULL) == DD_OK && dd_ring_flush(w, NULL) == DD_OK);
	dd_ring_writer_end(w);
	return reader;
}

static void *answer(void *ctx)
{
	struct other *o = ctx;
	struct dd_ring_writer ring = { .fd = -1 };
	for (size_t i = 0; i < o->n; i++) {
		const struct reply *r = &o->replies[i];
		struct dd_remote_request q;
		int none;
		if (!dd_handoff_receive(o->fd, &q, sizeof q, &none))
			break;
		o->wrong += q.ask != r->ask;
		struct dd_remote_reply reply = { .code = r->code, .place = r->place };
		if (r->digest)
			memcpy(reply.digest, r->digest, strlen(r->digest));
		if (r->text)
			memcpy(reply.text, r->text, strlen(r->text));
		int fd = -1;
		bool is_stream = q.ask == DD_REMOTE_ASK_LAYER || q.ask == DD_REMOTE_ASK_EXPORT;
		if (r->bytes)
			fd = is_stream ? full_ring(&ring, r->bytes) : document(r->bytes);
		(void)dd_handoff_send(o->fd, &reply, r->short_message ? sizeof reply - 1 : sizeof reply, fd);
		dd_closep(&fd);
	}
	dd_closep(&o->fd);
	dd_ring_writer_done(&ring);
	return NULL;
}

struct talk {
	struct other other;
	pthread_t thread;
	int fd;
	struct dd_remote *remote;
};

static void talk_start(struct talk *t, const struct reply *replies, size_t n)
{
	int ends[2];
	dd_assert(dd_handoff_pair(ends, NULL) == DD_OK);
	*t = (struct talk){ .other = { .fd = ends[1], .replies = replies, .n = n }, .fd = ends[0] };
	dd_assert(dd_remote_new(t->fd, &t->remote, NULL) == DD_OK);
	dd_assert(pthread_create(&t->thread, NULL, answer, &t->other) == 0);
}

static void talk_end(struct talk *t)
{
	dd_remote_freep(&t->remote);
	dd_closep(&t->fd);
	dd_assert(pthread_join(t->thread, NULL) == 0);
	CHECK_INT(t->other.wrong, 0);
}

/* sha256 of "{}" */
#define BRACES "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

TEST(resolving)
{
	static const struct {
		const char *what;
		struct reply reply;
		enum dd_code code;
		const char *says;
	} rows[] = {
		{ "found in a registry",
		  { DD_REMOTE_ASK_RESOLVE, DD_OK, DD_REMOTE_REGISTRY, BRACES, "", "{}" },
		  DD_OK,
		  "" },
		{ "found in an engine",
		  { DD_REMOTE_ASK_RESOLVE, DD_OK, DD_REMOTE_DOCKER, BRACES, "", NULL },
		  DD_OK,
		  "" },
		{ "another document",
		  { DD_REMOTE_ASK_RESOLVE, DD_OK, DD_REMOTE_REGISTRY, BRACES, "", "[]" },
		  DD_EDIGEST,
		  "came with the digest" },
		{ "no document",
		  { DD_REMOTE_ASK_RESOLVE, DD_OK, DD_REMOTE_REGISTRY, BRACES, "", NULL },
		  DD_EIO,
		  "is gone" },
		{ "no digest",
		  { DD_REMOTE_ASK_RESOLVE, DD_OK, DD_REMOTE_REGISTRY, "md5:1", "", "{}" },
		  DD_EPARSE,
		  "md5" },
		{ "not found",
		  { DD_REMOTE_ASK_RESOLVE, DD_ENOTFOUND, 0, NULL, "nobody has it", NULL },
		  DD_ENOTFOUND,
		  "nobody has it" },
		{ "cut message", { DD_REMOTE_ASK_RESOLVE, DD_OK, 0, NULL, NULL, NULL, true }, DD_EIO, "is gone" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct talk t;
		struct dd_remote_found f = { 0 };
		struct dd_err err = { 0 };
		talk_start(&t, &rows[i].reply, 1);
		enum dd_code code = dd_remote_resolve(t.remote, DD_REMOTE_REGISTRY, &f, &err);
		CHECK_INT_ROW(code, rows[i].code, rows[i].what);
		CHECK_ROW(strstr(err.message, rows[i].says) != NULL, rows[i].what);
		/* The second time nobody is asked, and the answer is the same. */
		CHECK_INT_ROW(dd_remote_resolve(t.remote, DD_REMOTE_REGISTRY, &f, &err), code, rows[i].what);
		if (code == DD_OK)
			CHECK_INT_ROW(f.place, rows[i].reply.place, rows[i].what);
		talk_end(&t);
	}
}

TEST(documents_are_checked)
{
	static const struct {
		struct reply reply;
		enum dd_code code;
	} rows[] = {
		{ { DD_REMOTE_ASK_CONFIG, DD_OK, 0, NULL, NULL, "{}" }, DD_OK },
		{ { DD_REMOTE_ASK_CONFIG, DD_OK, 0, NULL, NULL, "{ }" }, DD_ELIMIT }, /* more than 2 bytes */
		{ { DD_REMOTE_ASK_CONFIG, DD_OK, 0, NULL, NULL, "[]" }, DD_EDIGEST },
		{ { DD_REMOTE_ASK_CONFIG, DD_OK, 0, NULL, NULL, "" }, DD_EDIGEST },
		{ { DD_REMOTE_ASK_CONFIG, DD_ENET, 0, NULL, "reset", NULL }, DD_ENET },
	};
	struct dd_digest digest;
	dd_assert(dd_digest_parse(DD_STR(BRACES), &digest, NULL) == DD_OK);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct talk t;
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_str bytes;
		struct dd_err err;
		talk_start(&t, &rows[i].reply, 1);
		CHECK_INT(dd_remote_document(t.remote, DD_REMOTE_ASK_CONFIG, &digest, 2, &a, &bytes, &err),
			  rows[i].code);
		talk_end(&t);
		dd_arena_done(&a);
	}
}

TEST(layers_end_with_the_other_sides_word)
{
	static const struct {
		const char *what, *bytes;
		uint64_t size;
		struct reply end;
		enum dd_code code;
	} rows[] = {
		{ "whole", "0123456789", 10, { DD_REMOTE_ASK_END, DD_OK }, DD_OK },
		{ "broken off", "01234", 10, { DD_REMOTE_ASK_END, DD_ENET, 0, NULL, "reset by peer" }, DD_ENET },
		{ "short without a word", "01234", 10, { DD_REMOTE_ASK_END, DD_OK }, DD_EPARSE },
		{ "too long", "0123456789+", 10, { DD_REMOTE_ASK_END, DD_OK }, DD_EDIGEST },
		{ "empty", "", 0, { DD_REMOTE_ASK_END, DD_OK }, DD_OK },
	};
	struct dd_digest digest;
	dd_assert(dd_digest_parse(DD_STR(BRACES), &digest, NULL) == DD_OK);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct talk t;
		struct dd_err err;
		struct dd_stream *s = NULL;
		uint64_t n;
		const struct reply replies[] = { { DD_REMOTE_ASK_LAYER, DD_OK, 0, NULL, NULL, rows[i].bytes },
						 rows[i].end };
		talk_start(&t, replies, 2);
		CHECK_INT_ROW(dd_remote_layer(t.remote, &digest, rows[i].size, &s, &err), DD_OK, rows[i].what);
		CHECK_INT_ROW(dd_stream_drain(s, &n, &err), rows[i].code, rows[i].what);
		dd_stream_freep(&s);
		talk_end(&t);
	}
}

TEST(a_layer_given_up_half_way_is_ended)
{
	struct talk t;
	struct dd_digest digest;
	struct dd_stream *s = NULL;
	const struct reply replies[] = { { DD_REMOTE_ASK_LAYER, DD_OK, 0, NULL, NULL, "0123456789" },
					 { DD_REMOTE_ASK_END, DD_EIO, 0, NULL, "nobody reads it" } };
	dd_assert(dd_digest_parse(DD_STR(BRACES), &digest, NULL) == DD_OK);
	talk_start(&t, replies, 2);
	CHECK(dd_remote_layer(t.remote, &digest, 10, &s, NULL) == DD_OK);
	dd_stream_freep(&s);
	talk_end(&t);
}

TEST(the_other_side_dies)
{
	struct talk t;
	struct dd_remote_found f;
	struct dd_err err;
	talk_start(&t, NULL, 0);
	CHECK_INT(dd_remote_resolve(t.remote, DD_REMOTE_DOCKER, &f, &err), DD_EIO);
	talk_end(&t);
}
