/* SPDX-License-Identifier: Apache-2.0 */
/* The broker against a confined side that was taken over: it may ask whatever it likes, and gets parts of the one image
 * that the user named. The registry is a stand-in on loopback. */
#include "cmd/broker.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "cmd/broker_parts.h"
#include "net/handoff.h"
#include "support/test.h"

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define MANIFEST                                                                                                       \
	"{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE "\",\"config\":{\"digest\":\"sha256:" ZEROS "\","        \
	"\"size\":2},\"layers\":[]}"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES  "1111111111111111111111111111111111111111111111111111111111111111"

enum { LAYER_BYTES = 3 << 20, CONNECTIONS_MAX = 512, PATIENCE_S = 20 };

/* ---- a registry ---- */

struct registry {
	int listener;
	int wake[2];
	pthread_t thread, at[CONNECTIONS_MAX];
	size_t n;
	atomic_size_t hanging;	     /* answers that have begun and do not go on */
	atomic_size_t blobs, others; /* requests for app's blobs; for anything that is not app's */
	char name[32];
};

struct connection {
	struct registry *r;
	int fd;
};

static bool send_text(int fd, const char *text)
{
	return dd_write_full(fd, text, strlen(text), NULL) == DD_OK;
}

/* Zeroes for as long as somebody reads. */
static void send_layer(int fd)
{
	static const char zeroes[16384];
	char head[128];
	(void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
		       LAYER_BYTES);
	bool ok = send_text(fd, head);
	for (size_t sent = 0; ok && sent < LAYER_BYTES; sent += sizeof zeroes)
		ok = send(fd, zeroes, sizeof zeroes, MSG_NOSIGNAL) == (ssize_t)sizeof zeroes;
}

static void hang(const struct registry *r)
{
	struct pollfd p = { .fd = r->wake[0], .events = POLLIN };
	(void)poll(&p, 1, PATIENCE_S * 1000);
}

static bool read_head(int fd, char *out, size_t size)
{
	size_t n = 0;
	ssize_t got;
	while (n < size - 1 && (got = read(fd, out + n, size - 1 - n)) > 0) {
		n += (size_t)got;
		out[n] = '\0';
		if (out[0] != 'G')
			return false; /* it is asked whether it speaks TLS */
		if (strstr(out, "\r\n\r\n"))
			return true;
	}
	return false;
}

static void *converse(void *ctx)
{
	struct connection c = *(struct connection *)ctx;
	char head[4096], text[1024];
	dd_free(ctx);
	if (!read_head(c.fd, head, sizeof head)) {
		dd_closep(&c.fd);
		return NULL;
	}
	bool of_app = strncmp(head, "GET /v2/app/", 12) == 0 || strncmp(head, "GET /v2/ ", 9) == 0;
	atomic_fetch_add(&c.r->others, of_app ? 0 : 1);
	if (strstr(head, "/v2/app/manifests/1 ")) {
		(void)snprintf(text, sizeof text,
			       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " MANIFEST_TYPE
			       "\r\nContent-Length: %zu\r\n\r\n" MANIFEST,
			       strlen(MANIFEST));
		(void)send_text(c.fd, text);
	} else if (strstr(head, "/v2/app/manifests/hangs ")) {
		atomic_fetch_add(&c.r->hanging, 1);
		hang(c.r);
	} else if (strstr(head, "/blobs/sha256:" ZEROS)) {
		atomic_fetch_add(&c.r->blobs, 1);
		send_layer(c.fd);
	} else if (strstr(head, "/blobs/sha256:" ONES)) {
		(void)send_text(c.fd, "HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\nx");
		atomic_fetch_add(&c.r->hanging, 1);
		hang(c.r);
	} else
		(void)send_text(c.fd, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
	dd_closep(&c.fd);
	return NULL;
}

static void *listen_on(void *ctx)
{
	struct registry *r = ctx;
	for (;;) {
		struct pollfd p[] = { { .fd = r->listener, .events = POLLIN }, { .fd = r->wake[0], .events = POLLIN } };
		if (poll(p, 2, -1) < 0 || p[1].revents)
			return NULL;
		int fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
		struct connection *c = dd_alloc(sizeof *c);
		dd_assert(c && fd >= 0 && r->n < CONNECTIONS_MAX);
		*c = (struct connection){ r, fd };
		dd_assert(pthread_create(&r->at[r->n++], NULL, converse, c) == 0);
	}
}

static void registry_start(struct registry *r)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	*r = (struct registry){ .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	dd_assert(pipe(r->wake) == 0 && r->listener >= 0);
	dd_assert(bind(r->listener, (const struct sockaddr *)&a, sizeof a) == 0 && listen(r->listener, 128) == 0);
	dd_assert(getsockname(r->listener, (struct sockaddr *)&a, &n) == 0);
	(void)snprintf(r->name, sizeof r->name, "localhost:%u", (unsigned)ntohs(a.sin_port));
	dd_assert(pthread_create(&r->thread, NULL, listen_on, r) == 0);
}

static void registry_stop(struct registry *r)
{
	dd_assert(dd_write_full(r->wake[1], "x", 1, NULL) == DD_OK);
	(void)pthread_join(r->thread, NULL);
	for (size_t i = 0; i < r->n; i++)
		(void)pthread_join(r->at[i], NULL);
	dd_closep(&r->listener);
	dd_closep(&r->wake[0]);
	dd_closep(&r->wake[1]);
}

/* ---- the two sides ---- */

struct talk {
	struct registry registry;
	char name[64];
	const char *insecure[1];
	struct dd_shared_options shared;
	struct dd_broker *broker;
	pthread_t thread;
	int end; /* of the confined side */
};

static void *serve(void *ctx)
{
	struct talk *t = ctx;
	dd_broker_serve(&t->broker, 1);
	return NULL;
}

static void talk_start_with(struct talk *t, uint32_t places, const char *tag)
{
	registry_start(&t->registry);
	(void)snprintf(t->name, sizeof t->name, "%s/app:%s", t->registry.name, tag);
	t->insecure[0] = t->registry.name;
	t->shared = (struct dd_shared_options){ .quiet = true, .insecure_registries = { .p = t->insecure, .n = 1 } };
	const struct dd_broker_request q = { .name = dd_str_from(t->name), .places = places, .shared = &t->shared };
	dd_assert(dd_broker_new(&q, &t->broker, NULL) == DD_OK);
	/* As a fork would: both sides have an end of their own. */
	t->end = fcntl(t->broker->other, F_DUPFD_CLOEXEC, 0);
	dd_assert(t->end >= 0 && pthread_create(&t->thread, NULL, serve, t) == 0);
}

static void talk_start(struct talk *t, uint32_t places)
{
	talk_start_with(t, places, "1");
}

/* Seconds until the broker went. */
static time_t talk_end(struct talk *t)
{
	struct timespec before, after;
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	dd_closep(&t->end);
	(void)pthread_join(t->thread, NULL);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	dd_broker_freep(&t->broker);
	registry_stop(&t->registry);
	return after.tv_sec - before.tv_sec;
}

/* The code of the reply; ret_fd may be NULL. */
static int ask(struct talk *t, struct dd_remote_request q, struct dd_remote_reply *reply, int *ret_fd)
{
	int fd = -1;
	*reply = (struct dd_remote_reply){ .code = -1 };
	CHECK(dd_handoff_send(t->end, &q, sizeof q, -1));
	CHECK(dd_handoff_receive(t->end, reply, sizeof *reply, &fd));
	if (ret_fd)
		*ret_fd = fd;
	else
		dd_closep(&fd);
	return reply->code;
}

static int resolve(struct talk *t, uint32_t places, struct dd_remote_reply *reply)
{
	return ask(t, (struct dd_remote_request){ .ask = DD_REMOTE_ASK_RESOLVE, .places = places }, reply, NULL);
}

static struct dd_remote_request layer(const char *digest, uint64_t size)
{
	struct dd_remote_request q = { .ask = DD_REMOTE_ASK_LAYER, .size = size };
	(void)snprintf(q.digest, sizeof q.digest, "sha256:%s", digest);
	return q;
}

/* At most; closes it. */
static uint64_t read_layer(int *fd, uint64_t max)
{
	struct dd_ring_reader r;
	struct dd_str s;
	uint64_t got = 0;
	dd_assert(dd_ring_reader_open(&r, *fd, NULL) == DD_OK);
	*fd = -1;
	while (got < max && dd_ring_read(&r, &s, NULL) == DD_OK && s.n)
		got += s.n;
	dd_ring_reader_done(&r);
	return got;
}

static size_t open_files(void)
{
	size_t n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (d && readdir(d))
		n++;
	if (d)
		(void)closedir(d);
	return n;
}

TEST(asked_out_of_order)
{
	static struct talk t;
	struct dd_remote_reply reply;
	talk_start(&t, DD_REMOTE_REGISTRY);
	struct dd_remote_request rows[] = {
		layer(ZEROS, 10),
		{ .ask = DD_REMOTE_ASK_MANIFEST, .digest = "sha256:" ZEROS },
		{ .ask = DD_REMOTE_ASK_CONFIG, .digest = "sha256:" ZEROS, .size = 2 },
		{ .ask = DD_REMOTE_ASK_EXPORT },
		{ .ask = DD_REMOTE_ASK_END, .stream = 0 },
		{ .ask = DD_REMOTE_ASK_END, .stream = DD_REMOTE_STREAMS_MAX },
		{ .ask = DD_REMOTE_ASK_END, .stream = UINT32_MAX },
		{ .ask = DD_REMOTE_N_ASKS },
		{ .ask = UINT32_MAX },
		{ .ask = DD_REMOTE_ASK_RESOLVE, .places = 0 },
		{ .ask = DD_REMOTE_ASK_RESOLVE, .places = 8 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK(ask(&t, rows[i], &reply, NULL) != DD_OK);
	CHECK_INT(atomic_load(&t.registry.others) + atomic_load(&t.registry.blobs), 0);
	(void)talk_end(&t);
}

/* "docker:app" is no leave to ask a registry for app. */
TEST(places_that_were_not_named)
{
	static struct talk t;
	struct dd_remote_reply reply;
	talk_start(&t, DD_REMOTE_DOCKER);
	CHECK_INT(resolve(&t, DD_REMOTE_REGISTRY, &reply), DD_EARG);
	CHECK_INT(resolve(&t, DD_REMOTE_DOCKER | DD_REMOTE_REGISTRY, &reply), DD_EARG);
	CHECK_INT(t.registry.n, 0);
	(void)talk_end(&t);
}

TEST(hostile_requests)
{
	static struct talk t;
	struct dd_remote_reply reply;
	talk_start(&t, DD_REMOTE_REGISTRY);
	CHECK_INT(resolve(&t, DD_REMOTE_REGISTRY, &reply), DD_OK);
	CHECK_INT(reply.place, DD_REMOTE_REGISTRY);
	CHECK_INT(resolve(&t, DD_REMOTE_REGISTRY, &reply), DD_EARG);
	struct dd_remote_request unclosed = { .ask = DD_REMOTE_ASK_MANIFEST };
	memset(unclosed.digest, 'a', sizeof unclosed.digest);
	static const char *const digests[] = { "", "sha256:", "../../secret/blobs/sha256:" ZEROS, "md5:1",
					       "sha256:" ZEROS "/../../x" };
	CHECK(ask(&t, unclosed, &reply, NULL) != DD_OK);
	for (size_t i = 0; i < DD_COUNT(digests); i++) {
		struct dd_remote_request q = { .ask = DD_REMOTE_ASK_LAYER, .size = 5 };
		(void)snprintf(q.digest, sizeof q.digest, "%s", digests[i]);
		CHECK(ask(&t, q, &reply, NULL) != DD_OK);
		q.ask = DD_REMOTE_ASK_CONFIG;
		CHECK(ask(&t, q, &reply, NULL) != DD_OK);
	}
	struct dd_remote_request large = layer(ZEROS, UINT64_MAX);
	large.ask = DD_REMOTE_ASK_CONFIG;
	CHECK_INT(ask(&t, large, &reply, NULL), DD_ELIMIT);
	CHECK_INT(atomic_load(&t.registry.others), 0);
	/* Nothing of this process's stack stands behind the message. */
	for (size_t i = strlen(reply.text); i < sizeof reply.text; i++)
		CHECK(reply.text[i] == '\0');
	(void)talk_end(&t);
}

TEST(many_layers)
{
	static struct talk t;
	struct dd_remote_reply reply;
	int fds[DD_REMOTE_STREAMS_MAX];
	memset(fds, 0xff, sizeof fds);
	talk_start(&t, DD_REMOTE_REGISTRY);
	CHECK_INT(resolve(&t, DD_REMOTE_REGISTRY, &reply), DD_OK);
	size_t before = open_files();
	for (size_t i = 0; i < DD_REMOTE_STREAMS_MAX; i++)
		CHECK_INT(ask(&t, layer(ZEROS, LAYER_BYTES), &reply, &fds[i]), DD_OK);
	for (size_t i = 0; i < 1000; i++)
		CHECK_INT(ask(&t, layer(ZEROS, LAYER_BYTES), &reply, NULL), DD_ELIMIT);
	/* One is read to its end, the others by halves or not at all. */
	CHECK_INT(read_layer(&fds[0], UINT64_MAX), LAYER_BYTES);
	CHECK(read_layer(&fds[1], 1) > 0);
	for (uint32_t i = 0; i < DD_REMOTE_STREAMS_MAX; i++) {
		const struct dd_remote_request q = { .ask = DD_REMOTE_ASK_END, .stream = i };
		dd_closep(&fds[i]);
		CHECK(ask(&t, q, &reply, NULL) == (i == 0 ? DD_OK : DD_EIO));
		CHECK_INT(ask(&t, q, &reply, NULL), DD_EARG);
	}
	/* A slot is used again; sizes that no layer has are none of the broker's memory. */
	CHECK_INT(ask(&t, layer(ZEROS, UINT64_MAX), &reply, &fds[0]), DD_OK);
	CHECK_INT(read_layer(&fds[0], UINT64_MAX), 0);
	CHECK(ask(&t, (struct dd_remote_request){ .ask = DD_REMOTE_ASK_END }, &reply, NULL) != DD_OK);
	CHECK(open_files() <= before + 2 * DD_REMOTE_STREAMS_MAX + 8); /* kept connections */
	CHECK(talk_end(&t) < PATIENCE_S);
}

/* Layers whose registry says nothing more, and layers that nobody reads: whoever waits for them goes, and the broker
 * with it. */
TEST(confined_side_dies)
{
	static struct talk t;
	struct dd_remote_reply reply;
	int fds[8];
	memset(fds, 0xff, sizeof fds);
	talk_start(&t, DD_REMOTE_REGISTRY);
	CHECK_INT(resolve(&t, DD_REMOTE_REGISTRY, &reply), DD_OK);
	for (size_t i = 0; i < DD_COUNT(fds); i++)
		CHECK_INT(ask(&t, layer(i % 2 ? ZEROS : ONES, LAYER_BYTES), &reply, &fds[i]), DD_OK);
	/* A byte of them came. */
	for (int i = 0; atomic_load(&t.registry.hanging) < DD_COUNT(fds) / 2 && i < PATIENCE_S * 100; i++)
		(void)usleep(10000);
	for (size_t i = 0; i < DD_COUNT(fds); i++)
		dd_closep(&fds[i]);
	CHECK(talk_end(&t) < 10);
}

/* It is asked for early what nobody then wants. */
TEST(confined_side_dies_before_it_asks)
{
	static struct talk t;
	talk_start_with(&t, DD_REMOTE_REGISTRY, "hangs");
	for (int i = 0; atomic_load(&t.registry.hanging) == 0 && i < PATIENCE_S * 100; i++)
		(void)usleep(10000);
	CHECK(talk_end(&t) < 5);
}

/* Descriptors that come with a request are closed, all of them. */
TEST(descriptors_from_the_confined_side)
{
	static struct talk t;
	struct dd_remote_reply first;
	talk_start(&t, DD_REMOTE_REGISTRY);
	CHECK(resolve(&t, 0, &first) != DD_OK); /* from now on it only waits */
	size_t before = open_files();
	for (size_t i = 0; i < 50; i++) {
		struct dd_remote_request q = { .ask = DD_REMOTE_N_ASKS };
		struct dd_remote_reply reply;
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(2 * sizeof(int))];
		} control = { 0 };
		struct iovec io = { &q, sizeof q };
		struct msghdr m = { .msg_iov = &io,
				    .msg_iovlen = 1,
				    .msg_control = control.bytes,
				    .msg_controllen = sizeof control.bytes };
		const int fds[2] = { t.end, t.end };
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fds);
		memcpy(CMSG_DATA(c), fds, sizeof fds);
		int fd = -1;
		CHECK(sendmsg(t.end, &m, MSG_NOSIGNAL) == (ssize_t)sizeof q);
		CHECK(dd_handoff_receive(t.end, &reply, sizeof reply, &fd) && fd < 0);
	}
	CHECK_INT(open_files(), before);
	(void)talk_end(&t);
}
