/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of the broker: broker.c speaks with the confined process, broker_fetch.c with engine and registry. */
#ifndef DD_BROKER_PARTS_H
#define DD_BROKER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "cmd/broker.h"
#include "image/remote_protocol.h"
#include "net/engine/engine.h"
#include "net/handoff_ring.h"

/* A layer or an export on its way, by a thread of its own. Slots and their clients are used again. */
struct dd_broker_stream {
	bool used;
	pthread_t thread;
	struct dd_ring_writer ring; /* closed when the thread is joined */
	atomic_bool stop;
	struct dd_broker *b;
	struct dd_registry *client; /* owned; NULL until first used */
	bool export;
	struct dd_digest digest;
	uint64_t size;
	enum dd_code code; /* of the thread, once it is joined */
	struct dd_err err;
};

/* The answer to the first question, found before it comes. */
struct dd_broker_early {
	bool found, has_reference;
	enum dd_code code;
	struct dd_err err;
	struct dd_remote_reply reply;
	int fd; /* owned, -1: none */
};

struct dd_broker {
	struct dd_broker_request q;
	int own, other;	   /* socket ends, -1: closed */
	uint32_t resolved; /* places that were asked for */
	struct dd_broker_early early;
	atomic_bool gone; /* the confined side is: what still runs ends soon */
	struct dd_arena arena;
	const struct dd_net *net; /* NULL: no_net says why */
	const struct dd_err *no_net;
	struct dd_registry_session *session;
	struct dd_registry *client; /* for documents */
	bool has_reference;	    /* a registry was resolved: its repository may be read */
	struct dd_reference reference;
	struct dd_engine_holder holder; /* engine NULL: none was resolved */
	struct dd_broker_stream streams[DD_REMOTE_STREAMS_MAX];
};

/* Fill reply (all but code and text) and *ret_fd (a document's memory file, -1: none). */
enum dd_code dd_broker_resolve(struct dd_broker *b, uint32_t places, struct dd_remote_reply *reply, int *ret_fd,
			       struct dd_err *err);
enum dd_code dd_broker_document(struct dd_broker *b, const struct dd_remote_request *q, struct dd_remote_reply *reply,
				int *ret_fd, struct dd_err *err);
/* The work of a stream's thread: everything into s->ring. */
enum dd_code dd_broker_fetch(struct dd_broker_stream *s, struct dd_err *err);
void dd_broker_fetch_done(struct dd_broker *b);

#endif
