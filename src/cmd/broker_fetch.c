/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/broker_parts.h"

static enum dd_code network(struct dd_broker *b, struct dd_err *err)
{
	if (b->net)
		return DD_OK;
	dd_err_copy(err, b->no_net);
	return b->no_net->code;
}

static void set_text(char *out, size_t size, struct dd_str s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;
	memcpy(out, s.p, n);
	out[n] = 0;
}
#define SET_TEXT(field, s) set_text((field), sizeof(field), (s))

/* A memory file with the bytes: the reader maps it. */
static enum dd_code put_document(struct dd_str bytes, struct dd_remote_reply *reply, int *ret_fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = memfd_create("drydock-document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return dd_fail_errno(err, "cannot make a memory file");
	DD_TRY(dd_write_full(fd, bytes.p, bytes.n, err));
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	reply->size = bytes.n;
	*ret_fd = fd;
	fd = -1;
	return DD_OK;
}

/* ---- engines ---- */

static enum dd_code resolve_engine(struct dd_broker *b, uint32_t places, struct dd_remote_reply *reply,
				   struct dd_err *err)
{
	const struct dd_engine_search search = { .docker = places & DD_REMOTE_DOCKER,
						 .podman = places & DD_REMOTE_PODMAN,
						 .get = getenv };
	const struct dd_engine_options options = { .stop = &b->gone };
	const struct dd_platform *p = b->q.platform;
	struct dd_engine_platform platform = { 0 };
	if (p)
		platform = (struct dd_engine_platform){ p->os, p->arch, p->variant };
	dd_engine_freep(&b->holder.engine);
	DD_TRY(network(b, err));
	DD_TRY(dd_engine_with_image(b->net, &search, &options, b->q.name, p ? &platform : NULL, &b->arena, &b->holder,
				    err));
	const struct dd_engine_about *about = dd_engine_about(b->holder.engine);
	reply->place = about->kind == DD_ENGINE_PODMAN ? DD_REMOTE_PODMAN : DD_REMOTE_DOCKER;
	SET_TEXT(reply->digest, b->holder.image.id);
	SET_TEXT(reply->name, b->holder.name);
	return DD_OK;
}

/* ---- registries ---- */

static void tell(void *ctx, enum dd_registry_notice kind, const char *text)
{
	(void)ctx;
	(void)kind;
	dd_cmd_warn("%s", text);
}

void dd_broker_registry_options(const struct dd_shared_options *shared, struct dd_registry_options *ret)
{
	*ret = (struct dd_registry_options){ .mirrors = (const char *const *)shared->mirrors.p,
					     .n_mirrors = shared->mirrors.n,
					     .insecure = (const char *const *)shared->insecure_registries.p,
					     .n_insecure = shared->insecure_registries.n,
					     .realms = (const char *const *)shared->token_hosts.p,
					     .n_realms = shared->token_hosts.n,
					     .ca_file = shared->registry_ca,
					     .connect_s = (unsigned)shared->registry_timeout_s,
					     .stall_s = (unsigned)shared->registry_timeout_s,
					     .offline = shared->offline,
					     .notice = shared->quiet ? NULL : tell };
}

static enum dd_code session(struct dd_broker *b, struct dd_err *err)
{
	struct dd_registry_options options;
	if (b->client)
		return DD_OK;
	DD_TRY(network(b, err));
	dd_broker_registry_options(b->q.shared, &options);
	options.stop = &b->gone;
	if (!b->session)
		DD_TRY(dd_registry_session_new(b->net, &options, &b->session, err));
	return dd_registry_new(b->session, &b->client, err);
}

static enum dd_code resolve_registry(struct dd_broker *b, struct dd_remote_reply *reply, int *ret_fd,
				     struct dd_err *err)
{
	struct dd_registry_manifest m;
	DD_TRY(dd_reference_parse(b->q.name, &b->arena, &b->reference, err));
	if (b->q.shared->offline)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: --offline keeps the registry from being asked",
			       DD_QUOTE(b->q.name));
	DD_TRY(session(b, err));
	DD_TRY(dd_registry_manifest(b->client, &b->reference, &b->arena, &m, err));
	b->has_reference = true;
	reply->place = DD_REMOTE_REGISTRY;
	(void)dd_digest_text(&m.digest, reply->digest);
	SET_TEXT(reply->media_type, m.media_type);
	SET_TEXT(reply->name, dd_reference_text(&b->reference, &b->arena));
	return put_document(m.bytes, reply, ret_fd, err);
}

enum dd_code dd_broker_resolve(struct dd_broker *b, uint32_t places, struct dd_remote_reply *reply, int *ret_fd,
			       struct dd_err *err)
{
	enum dd_code code = DD_ENOTFOUND;
	if (places & (DD_REMOTE_DOCKER | DD_REMOTE_PODMAN))
		code = resolve_engine(b, places, reply, err);
	else
		(void)dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "nobody was to be asked");
	if (code == DD_ENOTFOUND && (places & DD_REMOTE_REGISTRY))
		code = resolve_registry(b, reply, ret_fd, err);
	return code;
}

enum dd_code dd_broker_document(struct dd_broker *b, const struct dd_remote_request *q, struct dd_remote_reply *reply,
				int *ret_fd, struct dd_err *err)
{
	struct dd_digest digest;
	struct dd_arena a = DD_ARENA_INIT(2 * DD_CONFIG_BYTES_MAX);
	struct dd_registry_manifest m = { 0 };
	struct dd_reference ref = b->reference;
	if (!b->has_reference)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it was not asked who has the image");
	DD_TRY(dd_digest_parse(dd_str_from(q->digest), &digest, err));
	ref.tag = DD_STR("");
	ref.digest = dd_str_from(q->digest);
	enum dd_code code = DD_OK;
	if (q->ask == DD_REMOTE_ASK_MANIFEST)
		code = dd_registry_manifest(b->client, &ref, &a, &m, err);
	else
		code = dd_registry_blob_bytes(b->client, &ref, &digest, q->size, DD_CONFIG_BYTES_MAX, &a, &m.bytes,
					      err);
	if (code == DD_OK)
		code = put_document(m.bytes, reply, ret_fd, err);
	dd_arena_done(&a);
	return code;
}

/* ---- streams ---- */

static enum dd_code into_ring(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_broker_stream *s = ctx;
	if (atomic_load(&s->stop))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "nobody reads it any more");
	return dd_ring_write(&s->ring, bytes, err);
}

static enum dd_code fetch(struct dd_broker_stream *s, struct dd_err *err)
{
	struct dd_broker *b = s->b;
	if (s->export) {
		const struct dd_platform *p = b->q.platform;
		struct dd_engine_platform platform = { 0 };
		if (p)
			platform = (struct dd_engine_platform){ p->os, p->arch, p->variant };
		return dd_engine_export(b->holder.engine, b->holder.image.id, p ? &platform : NULL, into_ring, s, err);
	}
	if (!s->client)
		DD_TRY(dd_registry_new(b->session, &s->client, err));
	return dd_registry_blob(s->client, &b->reference, &s->digest, s->size, 0, into_ring, s, err);
}

enum dd_code dd_broker_fetch(struct dd_broker_stream *s, struct dd_err *err)
{
	DD_TRY(fetch(s, err));
	return dd_ring_flush(&s->ring, err);
}

void dd_broker_fetch_done(struct dd_broker *b)
{
	for (size_t i = 0; i < DD_REMOTE_STREAMS_MAX; i++)
		dd_registry_freep(&b->streams[i].client);
	dd_registry_freep(&b->client);
	dd_registry_session_freep(&b->session);
	dd_engine_freep(&b->holder.engine);
}
