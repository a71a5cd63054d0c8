/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/broker.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/pool.h"
#include "cmd/broker_parts.h"
#include "net/handoff.h"

enum dd_code dd_broker_new(const struct dd_broker_request *q, struct dd_broker **ret, struct dd_err *err)
{
	int ends[2];
	struct dd_broker *b = dd_alloc_zero(1, sizeof *b);
	if (!b)
		return dd_fail_nomem(err);
	if (dd_handoff_pair(ends, err) != DD_OK) {
		dd_free(b);
		return DD_EIO;
	}
	b->q = *q;
	b->own = ends[0];
	b->other = ends[1];
	b->early.fd = -1;
	b->arena = DD_ARENA_INIT(4 * DD_MANIFEST_BYTES_MAX);
	*ret = b;
	return DD_OK;
}

void dd_broker_freep(struct dd_broker **b)
{
	if (!*b)
		return;
	dd_closep(&(*b)->own);
	dd_closep(&(*b)->other);
	dd_closep(&(*b)->early.fd);
	dd_arena_done(&(*b)->arena);
	dd_freep(b);
}

int dd_broker_confined_end(struct dd_broker *b)
{
	dd_closep(&b->own);
	return b->other;
}

/* ---- streams ---- */

static void *stream_thread(void *ctx)
{
	struct dd_broker_stream *s = ctx;
	sigset_t pipe;
	/* A reader that went away is an error of write(2), not the end of this process. */
	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	s->code = dd_broker_fetch(s, &s->err);
	dd_ring_writer_end(&s->ring);
	return NULL;
}

static enum dd_code start_stream(struct dd_broker *b, const struct dd_remote_request *q, struct dd_remote_reply *reply,
				 int *ret_fd, struct dd_err *err)
{
	uint32_t i = 0;
	int reader = -1;
	while (i < DD_REMOTE_STREAMS_MAX && b->streams[i].used)
		i++;
	if (i == DD_REMOTE_STREAMS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d layers are asked for at once",
			       DD_REMOTE_STREAMS_MAX);
	struct dd_broker_stream *s = &b->streams[i];
	s->export = q->ask == DD_REMOTE_ASK_EXPORT;
	s->size = q->size;
	if (s->export ? !b->holder.engine : !b->has_reference)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it was not asked who has the image");
	if (!s->export)
		DD_TRY(dd_digest_parse(dd_str_from(q->digest), &s->digest, err));
	DD_TRY(dd_ring_writer_open(&s->ring, &reader, err));
	s->b = b;
	atomic_store(&s->stop, false);
	if (pthread_create(&s->thread, NULL, stream_thread, s) != 0) {
		dd_closep(&reader);
		dd_ring_writer_done(&s->ring);
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "cannot start a thread");
	}
	s->used = true;
	reply->stream = i;
	*ret_fd = reader;
	return DD_OK;
}

static enum dd_code end_stream(struct dd_broker *b, uint32_t number, struct dd_err *err)
{
	if (number >= DD_REMOTE_STREAMS_MAX || !b->streams[number].used)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "there is no stream %u", number);
	struct dd_broker_stream *s = &b->streams[number];
	atomic_store(&s->stop, true);
	dd_ring_writer_stop(&s->ring);
	(void)pthread_join(s->thread, NULL);
	dd_ring_writer_done(&s->ring);
	s->used = false;
	if (s->code != DD_OK)
		dd_err_copy(err, &s->err);
	return s->code;
}

/* ---- the conversation ---- */

/* Once for each place, as dd_remote_resolve does: an answer that changes under the streams that read it is no answer.
 */
static enum dd_code resolve(struct dd_broker *b, uint32_t places, struct dd_remote_reply *reply, int *ret_fd,
			    struct dd_err *err)
{
	if (places & ~b->q.places)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the command does not say that these places may be asked");
	if (places & b->resolved)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it was asked already who has the image");
	b->resolved |= places;
	if (!b->early.found || places != b->q.places)
		return dd_broker_resolve(b, places, reply, ret_fd, err);
	if (b->early.code != DD_OK) {
		dd_err_copy(err, &b->early.err);
		return b->early.code;
	}
	b->has_reference = b->early.has_reference;
	*reply = b->early.reply;
	*ret_fd = b->early.fd;
	b->early.fd = -1;
	return DD_OK;
}

/* Where there is only one to ask, it is clear what the confined side will want first: the request is on its way while
 * that one still enters its sandbox and opens the database. */
static void *early_thread(void *ctx)
{
	struct dd_broker *b = ctx;
	struct dd_broker_early *e = &b->early;
	e->code = dd_broker_resolve(b, b->q.places, &e->reply, &e->fd, &e->err);
	return NULL;
}

/* A confined side that goes before it asks (no usable database) is not to wait for a registry that hangs. */
static void resolve_early(struct dd_broker *b)
{
	struct dd_broker_early *e = &b->early;
	pthread_t thread;
	if (b->q.places != DD_REMOTE_REGISTRY || pthread_create(&thread, NULL, early_thread, b) != 0)
		return;
	if (!dd_handoff_wait(b->own))
		atomic_store(&b->gone, true);
	(void)pthread_join(thread, NULL);
	e->found = true;
	/* Nothing else is answered before that question came. */
	e->has_reference = b->has_reference;
	b->has_reference = false;
}

static enum dd_code answer(struct dd_broker *b, const struct dd_remote_request *q, struct dd_remote_reply *reply,
			   int *ret_fd, struct dd_err *err)
{
	switch ((enum dd_remote_ask)q->ask) {
	case DD_REMOTE_ASK_RESOLVE:
		return resolve(b, q->places, reply, ret_fd, err);
	case DD_REMOTE_ASK_MANIFEST:
	case DD_REMOTE_ASK_CONFIG:
		return dd_broker_document(b, q, reply, ret_fd, err);
	case DD_REMOTE_ASK_LAYER:
	case DD_REMOTE_ASK_EXPORT:
		return start_stream(b, q, reply, ret_fd, err);
	case DD_REMOTE_ASK_END:
		return end_stream(b, q->stream, err);
	case DD_REMOTE_N_ASKS:
		break;
	}
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "there is no request %u", q->ask);
}

/* False: the other side is gone, or sends what is no request. */
static bool serve_one(struct dd_broker *b)
{
	struct dd_remote_request q;
	struct dd_remote_reply reply = { 0 };
	struct dd_err err;
	int fd = -1;
	int none = -1;
	if (!dd_handoff_receive(b->own, &q, sizeof q, &none))
		return false;
	dd_closep(&none);
	q.digest[sizeof q.digest - 1] = 0;
	reply.code = answer(b, &q, &reply, &fd, &err);
	/* No byte behind the message's end: what else this process's stack held is not for the other side. */
	if (reply.code != DD_OK)
		(void)snprintf(reply.text, sizeof reply.text, "%s", err.message);
	bool sent = dd_handoff_send(b->own, &reply, sizeof reply, fd);
	dd_closep(&fd);
	return sent;
}

static void serve(void *ctx, size_t i)
{
	struct dd_broker *b = ((struct dd_broker *const *)ctx)[i];
	dd_closep(&b->other);
	resolve_early(b);
	while (serve_one(b))
		;
	atomic_store(&b->gone, true);
	for (uint32_t k = 0; k < DD_REMOTE_STREAMS_MAX; k++)
		if (b->streams[k].used)
			(void)end_stream(b, k, NULL);
	dd_broker_fetch_done(b);
}

void dd_broker_serve(struct dd_broker *const *list, size_t n)
{
	struct dd_net *net = NULL;
	struct dd_err why;
	if (n == 0)
		return;
	(void)dd_net_open(&net, &why);
	for (size_t i = 0; i < n; i++) {
		list[i]->net = net;
		list[i]->no_net = &why;
	}
	dd_pool_run(n, (unsigned)n, serve, (void *)(uintptr_t)list);
	dd_net_closep(&net);
}
