/* SPDX-License-Identifier: Apache-2.0 */
#include "image/remote.h"

#include <pthread.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "net/handoff.h"
#include "net/handoff_ring.h"

/* An answer to RESOLVE. */
struct answer {
	uint32_t places; /* that were asked; 0: the row is free */
	enum dd_code code;
	struct dd_err err;
	struct dd_remote_found found;
};

enum { ANSWERS_MAX = 4 };

struct dd_remote {
	int fd;
	pthread_mutex_t lock; /* one question at a time: its answer is the next message */
	struct dd_arena arena;
	struct answer answers[ANSWERS_MAX];
};

enum dd_code dd_remote_new(int fd, struct dd_remote **ret, struct dd_err *err)
{
	struct dd_remote *r = dd_alloc_zero(1, sizeof *r);
	if (!r)
		return dd_fail_nomem(err);
	r->fd = fd;
	r->arena = DD_ARENA_INIT(ANSWERS_MAX * 2 * DD_MANIFEST_BYTES_MAX);
	(void)pthread_mutex_init(&r->lock, NULL);
	*ret = r;
	return DD_OK;
}

void dd_remote_freep(struct dd_remote **r)
{
	if (!*r)
		return;
	(void)pthread_mutex_destroy(&(*r)->lock);
	dd_arena_done(&(*r)->arena);
	dd_freep(r);
}

/* ---- one question ---- */

static enum dd_code gone(struct dd_err *err)
{
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that fetches the image is gone");
}

static enum dd_code receive(int socket, struct dd_remote_reply *ret, int *ret_fd, struct dd_err *err)
{
	if (!dd_handoff_receive(socket, ret, sizeof *ret, ret_fd))
		return gone(err);
	/* Both sides are the same program, but texts that are not closed would be read beyond their end. */
	ret->digest[sizeof ret->digest - 1] = 0;
	ret->media_type[sizeof ret->media_type - 1] = 0;
	ret->name[sizeof ret->name - 1] = 0;
	ret->text[sizeof ret->text - 1] = 0;
	return DD_OK;
}

/* *ret_fd is the caller's; -1: the reply has none. */
static enum dd_code ask(struct dd_remote *r, const struct dd_remote_request *q, struct dd_remote_reply *ret,
			int *ret_fd, struct dd_err *err)
{
	int fd = -1;
	(void)pthread_mutex_lock(&r->lock);
	enum dd_code code = dd_handoff_send(r->fd, q, sizeof *q, -1) ? receive(r->fd, ret, &fd, err) : gone(err);
	(void)pthread_mutex_unlock(&r->lock);
	DD_TRY(code);
	if (ret->code != DD_OK) {
		dd_closep(&fd);
		return dd_fail(err, (enum dd_code)ret->code, DD_NO_OFFSET, "%s", ret->text);
	}
	*ret_fd = fd;
	return DD_OK;
}

/* ---- documents ---- */

static enum dd_code read_document(int fd, uint64_t max, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_map_file m;
	if (fd < 0)
		return gone(err);
	DD_TRY(dd_map_file_fd(&m, fd, max, "a document", err));
	*ret = m.bytes.n ? dd_arena_str(a, m.bytes) : DD_STR("");
	dd_map_file_done(&m);
	return ret->p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code check(const struct dd_digest *want, struct dd_str bytes, struct dd_err *err)
{
	char a[DD_DIGEST_TEXT_MAX], b[DD_DIGEST_TEXT_MAX];
	struct dd_digest got;
	DD_TRY(dd_digest_of(want->algorithm, bytes, &got, err));
	if (dd_digest_eq(&got, want))
		return DD_OK;
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "the document %s came with the digest %s",
		       dd_digest_text(want, a), dd_digest_text(&got, b));
}

static struct dd_str keep(struct dd_arena *a, const char *text)
{
	return text[0] ? dd_arena_str(a, dd_str_from(text)) : DD_STR("");
}

static enum dd_code resolve(struct dd_remote *r, uint32_t places, struct dd_remote_found *ret, struct dd_err *err)
{
	struct dd_arena *a = &r->arena;
	const struct dd_remote_request q = { .ask = DD_REMOTE_ASK_RESOLVE, .places = places };
	struct dd_remote_reply reply;
	DD_CLEANUP(dd_closep) int fd = -1;
	DD_TRY(ask(r, &q, &reply, &fd, err));
	struct dd_remote_found f = { .place = reply.place,
				     .name = keep(a, reply.name),
				     .digest = keep(a, reply.digest),
				     .media_type = keep(a, reply.media_type) };
	if (!f.name.p || !f.digest.p || !f.media_type.p)
		return dd_fail_nomem(err);
	if (f.place == DD_REMOTE_REGISTRY) {
		struct dd_digest want;
		DD_TRY(read_document(fd, DD_MANIFEST_BYTES_MAX, a, &f.manifest, err));
		DD_TRY(dd_digest_parse(f.digest, &want, err));
		DD_TRY(check(&want, f.manifest, err));
	}
	*ret = f;
	return DD_OK;
}

enum dd_code dd_remote_resolve(struct dd_remote *r, uint32_t places, struct dd_remote_found *ret, struct dd_err *err)
{
	size_t i = 0;
	while (i < ANSWERS_MAX && r->answers[i].places && r->answers[i].places != places)
		i++;
	dd_assert(i < ANSWERS_MAX); /* there are fewer combinations of places that anybody asks for */
	struct answer *a = &r->answers[i];
	if (!a->places)
		a->code = resolve(r, places, &a->found, &a->err);
	a->places = places;
	if (a->code == DD_OK)
		*ret = a->found;
	else
		dd_err_copy(err, &a->err);
	return a->code;
}

enum dd_code dd_remote_document(struct dd_remote *r, enum dd_remote_ask what, const struct dd_digest *digest,
				uint64_t max, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_remote_request q = { .ask = what, .size = max };
	struct dd_remote_reply reply;
	struct dd_str bytes;
	DD_CLEANUP(dd_closep) int fd = -1;
	(void)dd_digest_text(digest, q.digest);
	DD_TRY(ask(r, &q, &reply, &fd, err));
	DD_TRY(read_document(fd, max, a, &bytes, err));
	DD_TRY(check(digest, bytes, err));
	*ret = bytes;
	return DD_OK;
}

/* ---- streams ---- */

struct ring_stream {
	struct dd_stream base;
	struct dd_remote *r;
	struct dd_ring_reader ring; /* closed: its end was told */
	uint32_t number;
	uint64_t size, got; /* size UINT64_MAX: not known before */
};

/* Tells the other side that nobody reads any more, and learns how it went there. */
static enum dd_code end(struct ring_stream *s, struct dd_err *err)
{
	const struct dd_remote_request q = { .ask = DD_REMOTE_ASK_END, .stream = s->number };
	struct dd_remote_reply reply;
	int none = -1;
	if (s->ring.fd < 0)
		return DD_OK;
	dd_ring_reader_done(&s->ring);
	enum dd_code code = ask(s->r, &q, &reply, &none, err);
	dd_closep(&none);
	return code;
}

static enum dd_code ring_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct ring_stream *s = (struct ring_stream *)base;
	struct dd_str block = DD_STR("");
	if (s->ring.fd >= 0)
		DD_TRY(dd_ring_read(&s->ring, &block, err));
	s->got += block.n;
	if (s->size != UINT64_MAX && s->got > s->size)
		return dd_fail(err, DD_EDIGEST, s->size, "more than the promised %llu bytes came",
			       (unsigned long long)s->size);
	if (block.n == 0) {
		DD_TRY(end(s, err));
		if (s->size != UINT64_MAX && s->got < s->size)
			return dd_fail(err, DD_EPARSE, s->got, "truncated: %llu of %llu bytes came",
				       (unsigned long long)s->got, (unsigned long long)s->size);
	}
	*ret_block = block;
	return DD_OK;
}

static void ring_free(struct dd_stream *base)
{
	struct ring_stream *s = (struct ring_stream *)base;
	(void)end(s, NULL);
	dd_free(s);
}

static enum dd_code open_stream(struct dd_remote *r, const struct dd_remote_request *q, uint64_t size,
				struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { .next = ring_next, .free = ring_free };
	struct dd_remote_reply reply;
	int fd = -1;
	DD_TRY(ask(r, q, &reply, &fd, err));
	if (fd < 0)
		return gone(err);
	struct ring_stream *s = dd_alloc_zero(1, sizeof *s);
	if (!s) {
		dd_closep(&fd);
		return dd_fail_nomem(err);
	}
	*s = (struct ring_stream){ .base = { &ops }, .r = r, .number = reply.stream, .size = size };
	enum dd_code code = dd_ring_reader_open(&s->ring, fd, err);
	if (code != DD_OK) {
		dd_free(s);
		return code;
	}
	*ret = &s->base;
	return DD_OK;
}

enum dd_code dd_remote_layer(struct dd_remote *r, const struct dd_digest *digest, uint64_t size, struct dd_stream **ret,
			     struct dd_err *err)
{
	struct dd_remote_request q = { .ask = DD_REMOTE_ASK_LAYER, .size = size };
	(void)dd_digest_text(digest, q.digest);
	return open_stream(r, &q, size, ret, err);
}

enum dd_code dd_remote_export(struct dd_remote *r, struct dd_stream **ret, struct dd_err *err)
{
	const struct dd_remote_request q = { .ask = DD_REMOTE_ASK_EXPORT };
	return open_stream(r, &q, UINT64_MAX, ret, err);
}
